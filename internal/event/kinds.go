package event

import (
	"maps"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Kind makes the Events of one scheme.
type Kind struct {
	Key, Title, Help, Clause string
	Scheme                   string // schemeIdUri, or the one that it has if nothing else is asked for
	Value                    string // that it has if nothing else is asked for
	Words                    []Word // of its own, besides those of schedules
	Example                  string // a Rule
	// lasts is how many seconds its Events last if nothing else is asked for; negative: that is not known.
	lasts   media.Ticks
	version uint8
	// build returns what makes Messages, and the scheme. It may change the Spec.
	build func(s *Spec) (scheme string, say func(Event) (Message, error), err error)
}

// Kinds returns the kinds of Event that there are. A new one is a file, and a line here.
func Kinds() []Kind {
	return []Kind{pingKind(), scte35Kind(), callbackKind(), mpdKind(), id3Kind(), customKind()}
}

// Find returns the Kind of that key.
func Find(key string) (Kind, error) {
	kinds := Kinds()
	if i := slices.IndexFunc(kinds, func(k Kind) bool { return strings.EqualFold(k.Key, key) }); i >= 0 {
		return kinds[i], nil
	}
	return Kind{}, errs.Errorf(errs.Invalid, "no kind of event is called %q; there are %s", key, strings.Join(Keys(), ", "))
}

// Keys returns the keys of all Kinds.
func Keys() []string {
	var keys []string
	for _, k := range Kinds() {
		keys = append(keys, k.Key)
	}
	return keys
}

// Spec returns what the Kind has if nothing else is asked for: every ten seconds, in segments.
func (k *Kind) Spec() Spec {
	const scale = 100
	return Spec{Schedule: Schedule{Interval: 10 * scale, Duration: k.lasts * scale}, Timescale: scale, Value: k.Value, Inband: true, Version: k.version, Copies: 1}
}

// New returns the Stream of a Spec.
func (k *Kind) New(s Spec) (*Stream, error) {
	s.Words, s.At = maps.Clone(s.Words), slices.Clone(s.At)
	if s.Ahead.Duration < 0 && !s.Versioned {
		s.Version = 1 // 0 counts from the start of the segment, before which a late one is
	}
	scheme, say, err := k.build(&s)
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "events of kind %s: %w", k.Key, err)
	}
	return &Stream{Spec: s, Kind: k.Key, Scheme: scheme, say: say}, nil
}

// word returns the value of a word of the Kind's own, its default when it is not given.
func (k *Kind) word(s *Spec, key string) string {
	if v, ok := s.Words[key]; ok {
		return v
	}
	for i := range k.Words {
		if k.Words[i].Key == key {
			return k.Words[i].Default
		}
	}
	return ""
}
