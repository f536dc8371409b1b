package drm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/media"
)

// A computed key ID is a UUID of version 8 (RFC 9562, 5.8) that says what it is, so that whoever is asked for its key needs to remember nothing:
//
//	bytes 0-5    hash of the stream and of all of the use
//	byte 6       0x80, and the kind of media
//	byte 7       hash
//	byte 8       0x80, and the height's upper 6 bits
//	byte 9       the height's lower 8 bits
//	bytes 10-15  hash of bytes 0 to 9: no other ID looks like it
const tallest = 1<<14 - 1

// ComputedID returns the key ID for a use that nobody has named a key for.
func ComputedID(u Use) media.KID {
	if u.AnyKind {
		u.Kind = media.Other
	}
	if u.AnyHeight {
		u.Height = 0
	}
	text := append([]byte("dashwright key id 1\x00"), u.Stream...)
	text = append(text, 0, byte(u.Kind))
	text = binary.BigEndian.AppendUint32(text, u.Height)
	text = binary.BigEndian.AppendUint64(text, uint64(u.Period))
	h := sha256.Sum256(text)
	height := min(u.Height, tallest)
	var id media.KID
	copy(id[:], h[:8])
	id[6] = 0x80 | byte(u.Kind)&0x0F
	id[8], id[9] = 0x80|byte(height>>8), byte(height)
	proof := prove(id)
	copy(id[10:], proof[:])
	return id
}

func prove(id media.KID) []byte {
	h := sha256.Sum256(append([]byte("dashwright key id check\x00"), id[:10]...))
	return h[:6]
}

// ParseID says whether an ID is one that ComputedID makes, and for which Kind and Height.
func ParseID(id media.KID) (Use, bool) {
	if id[6]&0xF0 != 0x80 || id[8]&0xC0 != 0x80 || !bytes.Equal(id[10:], prove(id)) {
		return Use{}, false
	}
	return Use{Kind: media.Kind(id[6] & 0x0F), Height: uint32(id[8]&0x3F)<<8 | uint32(id[9])}, true
}

// Computer gives computed keys, for any use.
type Computer struct{}

// Key returns the key for a use.
func (Computer) Key(u Use) (Key, error) { return Computed(ComputedID(u)) }

// Find returns the key with that ID if it is one that Key returns.
func (Computer) Find(id media.KID) (Key, Use, bool) {
	u, ok := ParseID(id)
	if !ok {
		return Key{}, Use{}, false
	}
	k, err := Computed(id)
	return k, u, err == nil
}

// Version is the same for ever.
func (Computer) Version() string { return "" }
