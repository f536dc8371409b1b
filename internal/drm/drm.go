package drm

import (
	"fmt"
	"log/slog"

	"github.com/dashwright/dashwright/internal/media"
)

// Key is a content key. However it is printed, its Value is not.
type Key struct {
	ID       media.KID
	Value    [16]byte
	Computed bool         // the Value follows from the ID by PlayReady's key seed rule with the public test seed
	Public   bool         // who named it allows that PlayReady's test server is told it, in the URL of licences
	Unknown  bool         // there is an ID only: who stored it encrypted knows the Value
	Scheme   media.Scheme // that alone it is for, as who named it says; zero: any
}

// String returns the ID.
func (k Key) String() string { return "key " + k.ID.String() }

// Format prints String, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(k.String())) }

// LogValue logs the ID.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON writes the ID.
func (k Key) MarshalJSON() ([]byte, error) { return []byte(`"` + k.String() + `"`), nil }

// Use says what a key is for. What does not matter is zero: a stream with one key for all it has is asked for with its Stream alone.
type Use struct {
	Stream string
	Kind   media.Kind
	// Height is of the pictures, and Width, where it is known.
	Height, Width uint32
	// Period is the number of the key period when keys rotate, from 0; else 0.
	Period int64
	// AnyKind and AnyHeight say that computed keys do not differ by Kind and Height. Those that are named may.
	AnyKind, AnyHeight bool
}

// Keys gives content keys. It is safe for concurrent use.
type Keys interface {
	// Key returns the key for a use: the same for the same, as long as Version is the same.
	Key(u Use) (Key, error)
	// Find returns the key with that ID, and what is known of its Use: Kind and Height. It is false when no Use has that key and none is named so.
	Find(id media.KID) (Key, Use, bool)
	// Version changes when keys do: what is made with keys is made with those of a version.
	Version() string
}

// Content is what is protected, for those who signal it.
type Content struct {
	Stream string
	Scheme media.Scheme
	Keys   []Key  // the first is default_KID
	Origin string // scheme://host of the server; "" when it is unknown, or filled in later by Complete
	// Rotates says that Keys are the first only: media segments name others, in pssh boxes of theirs.
	Rotates bool
}

// Element is an XML element. Who prints it escapes it.
type Element struct {
	Name       string // with its prefix
	Attributes []Attribute
	Children   []Element
	Text       string
}

// Attribute is an XML attribute, or the declaration of a namespace.
type Attribute struct{ Name, Value string }
