package option

import (
	"fmt"
	"strconv"
	"strings"
	"time"

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

// choice declares an Option whose values are listed; the first is the default.
func choice(info Info) *Option[string] {
	info.Type = "choice"
	if info.Default == "" {
		info.Default = info.Choices[0].Value
	}
	values := make([]string, len(info.Choices))
	for i, c := range info.Choices {
		values[i] = c.Value
	}
	info.Syntax = strings.Join(values, ", ")
	return &Option[string]{info, info.Default, func(s string) (string, error) {
		for _, v := range values {
			if v == s {
				return v, nil
			}
		}
		return "", fmt.Errorf("no such value")
	}}
}

// seconds declares an Option that is a duration, given in seconds with up to three decimals, 0 by default, which means that it was not asked for.
func seconds(info Info, least, most time.Duration) *Option[time.Duration] {
	info.Type, info.Default = "duration", ""
	info.Syntax = fmt.Sprintf("seconds from %v to %v, with up to three decimals", least.Seconds(), most.Seconds())
	return &Option[time.Duration]{info, 0, func(s string) (time.Duration, error) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, fmt.Errorf("not a number")
		}
		d := time.Duration(f*1000+0.5) * time.Millisecond
		if !(f >= least.Seconds() && f <= most.Seconds()) {
			return 0, fmt.Errorf("out of range")
		}
		return d, nil
	}}
}
