// Package errs has the kinds of failure that callers branch on.
//
// A failure is wrapped once with the kind it has for the world; everything else is internal: logged in full, shown to
// nobody. The server turns a kind into an HTTP status, the command line turns it into an exit code.
//
// The sentence of an error says what, where and what to do. It is lower case and has no "failed to".
package errs

import (
	"errors"
	"fmt"
)

// Kind is what a failure means to whoever asked.
type Kind uint8

// The kinds. The zero Kind is Internal: a fault of ours.
const (
	Internal    Kind = iota
	Invalid          // what was asked or stored is malformed
	NotFound         // there is no such thing
	TooEarly         // it will exist later
	Gone             // it existed
	Unsupported      // well-formed, but not something that we do
	Conflict         // it exists already, or changed meanwhile
	Forbidden        // not for this caller
	Unavailable      // not now: try again
)

// String returns the kind in words.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "not found", "too early", "gone", "unsupported", "conflict", "forbidden", "unavailable"}
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

type failure struct {
	kind Kind
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// Errorf makes an error of a kind; format and args as for fmt.Errorf, %w included.
func Errorf(k Kind, format string, args ...any) error {
	return &failure{k, fmt.Errorf(format, args...)}
}

// KindOf returns the outermost kind in err's chain, Internal when it has none.
func KindOf(err error) Kind {
	var f *failure
	if errors.As(err, &f) {
		return f.kind
	}
	return Internal
}
