package option

import (
	"github.com/dashwright/dashwright/internal/errs"
)

// Scope says in which URLs an Option counts: the manifest's always, and those below.
type Scope uint8

// The scopes.
const (
	Media Scope = 1 << iota // media and init segments: the option is carried into their URLs
	Clock                   // time server URLs
)

// Choice is one of an Option's values, with what it means.
type Choice struct {
	Value string `json:"value"`
	Help  string `json:"help"`
}

// Info is an Option described for people and programs.
type Info struct {
	Key     string   `json:"name"`
	Title   string   `json:"title"`
	Help    string   `json:"help"` // the first sentence is the short form
	Type    string   `json:"type"` // choice, number, duration, text
	Default string   `json:"default"`
	Choices []Choice `json:"choices,omitempty"`
	Syntax  string   `json:"syntax"` // what is allowed, in words
	Modes   []string `json:"modes"`  // vod, live, odvod
	Group   string   `json:"group"`  // of forms
	Clause  string   `json:"clause,omitempty"`
	Scope   Scope    `json:"-"`
}

// Any is an Option of whatever type.
type Any interface {
	Describe() Info
	parse(value string) (any, error)
}

// Option is a typed handle: what is declared, and the key to a Set.
type Option[T any] struct {
	info    Info
	initial T
	read    func(string) (T, error)
}

// Describe returns the Option's description.
func (o *Option[T]) Describe() Info { return o.info }

// From returns the Option's value in s, its default when s does not have it or is nil.
func (o *Option[T]) From(s *Set) T {
	if s == nil {
		return o.initial
	}
	for i := range s.items {
		if s.items[i].key == o.info.Key {
			return s.items[i].value.(T)
		}
	}
	return o.initial
}

func (o *Option[T]) parse(value string) (any, error) {
	v, err := o.read(value)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "option %s: %q: %w; allowed: %s", o.info.Key, value, err, o.info.Syntax)
	}
	return v, nil
}
