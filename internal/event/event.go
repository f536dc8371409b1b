package event

import (
	"math"
	"math/bits"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Schedule is when Events are. Times are ticks of a Timescale that stands beside it.
type Schedule struct {
	Interval media.Ticks   // after which they come again
	Start    media.Ticks   // of the first interval, on the presentation time line
	At       []media.Ticks // within each interval, rising; nil: at its beginning
	Duration media.Ticks   // of each; negative: not known
	Count    int64         // of all; 0: without end
}

// Spec is a Rule in numbers: what a Stream is made from.
type Spec struct {
	Schedule
	Timescale media.Timescale
	Value     string
	Inband    bool  // in segments, else in the manifest
	Version   uint8 // of emsg boxes: 0 or 1
	Versioned bool  // somebody said which; else boxes for which the Version 0 is not exact have 1
	// Ahead is how long before it starts an Event is announced; negative: how long after. Unless it is Given, that is up to who announces.
	Ahead Offset
	// Copies is how often each is there, at the same place; Repeated says that it is there again in each segment from where it is announced to where it starts.
	Copies   int
	Repeated bool
	Epoch    time.Time         // when presentation time 0 was; the zero time in static presentations
	Words    map[string]string // of the Kind's own
}

// Offset is a duration that may not have been given.
type Offset struct {
	Given bool
	time.Duration
}

// Message is what an Event says.
type Message struct {
	Data []byte // message_data of an emsg box
	Form Form   // of an Event element's content
	XML  string // that content where it is Markup
}

// Form is how an Event element has what an emsg box has as bytes.
type Form uint8

// The forms.
const (
	Text   Form = iota // as character data
	Base64             // as base64, and says so
	Markup             // as an XML element
)

// Event is one event. Times are ticks of its Stream's Timescale.
type Event struct {
	Index    int64       // in its Stream, from 0 on
	ID       uint32      // of its scheme and value; those of a very long stream come round again
	At       media.Ticks // on the presentation time line
	Duration media.Ticks // negative: not known
}

// Stream is the Events of one Rule.
type Stream struct {
	Spec
	Kind   string
	Scheme string
	Teller *Teller // nil unless somebody knows the manifest
	say    func(Event) (Message, error)
}

// Bounds of what can be asked for.
const (
	// Shortest is the least time between two events of a Stream.
	Shortest = 10 * time.Millisecond
	// Farthest is how long before its start an event can be announced, and how long after.
	Farthest = time.Hour
	mostAt   = 64
)

// check says what in a Spec cannot be.
func (s *Spec) check() error {
	switch {
	case s.Timescale == 0:
		return errs.Errorf(errs.Invalid, "the timescale of events is 0: it is ticks in a second")
	case s.Interval.Duration(s.Timescale) < Shortest:
		return errs.Errorf(errs.Invalid, "an interval of %d ticks, of which a second has %d, between events; the shortest is %v", s.Interval, s.Timescale, Shortest)
	case s.Interval.Duration(s.Timescale) > 400*24*time.Hour || s.Start < 0 || s.Start.Duration(s.Timescale) > 146*365*24*time.Hour:
		return errs.Errorf(errs.Invalid, "events that start after %v, every %v: times go to a hundred years, intervals to 400 days", s.Start.Duration(s.Timescale), s.Interval.Duration(s.Timescale))
	case s.Count < 0:
		return errs.Errorf(errs.Invalid, "%d events: a count is 0 (without end) or more", s.Count)
	case s.Duration > math.MaxUint32-1:
		return errs.Errorf(errs.Invalid, "a duration of %d ticks: an emsg box has 32 bits for it", s.Duration)
	case s.Version > 1:
		return errs.Errorf(errs.Invalid, "version %d of emsg: there are 0 and 1", s.Version)
	case s.Ahead.Duration > Farthest || s.Ahead.Duration < -Farthest:
		return errs.Errorf(errs.Invalid, "events that are announced %v ahead; the limit is %v, before or after", s.Ahead.Duration, Farthest)
	case s.Ahead.Duration < 0 && s.Inband && s.Version == 0:
		return errs.Errorf(errs.Invalid, "events that come late in emsg boxes of version 0, which say a time after the start of their segment; use version=1")
	case s.Copies < 1 || s.Copies > 10:
		return errs.Errorf(errs.Invalid, "%d copies of events: from 1 to 10 can be made", s.Copies)
	case len(s.At) > mostAt:
		return errs.Errorf(errs.Invalid, "%d events in an interval; the most is %d", len(s.At), mostAt)
	}
	if len(s.At) > 0 && (s.At[0] < 0 || s.At[len(s.At)-1] > s.Interval+s.At[0]) {
		return errs.Errorf(errs.Invalid, "events within an interval of %v reach into the next one", s.Interval.Duration(s.Timescale))
	}
	for i := 1; i < len(s.At); i++ {
		if s.At[i] < s.At[i-1] {
			return errs.Errorf(errs.Invalid, "events within an interval that are not in order")
		}
	}
	return nil
}

// each returns how many events an interval has.
func (s *Schedule) each() int64 { return max(1, int64(len(s.At))) }

// at returns when event i starts.
func (s *Schedule) at(i int64) media.Ticks {
	n := s.each()
	hi, lo := bits.Mul64(uint64(i/n), uint64(s.Interval))
	if hi != 0 || lo > math.MaxInt64/2 {
		return math.MaxInt64 / 2
	}
	t := s.Start + media.Ticks(lo)
	if s.At != nil {
		t += s.At[i%n]
	}
	return t
}

// from returns the first event that starts at t or later.
func (s *Schedule) from(t media.Ticks) int64 {
	latest := s.Start
	if s.At != nil {
		latest += s.At[len(s.At)-1]
	}
	i := int64(max(0, t-latest)/s.Interval) * s.each()
	for s.at(i) < t {
		i++
	}
	return i
}

// Between calls yield with the Events that start in [from, to), in order.
func (s *Stream) Between(from, to media.Ticks, yield func(Event) bool) {
	for i := s.from(from); s.Count == 0 || i < s.Count; i++ {
		at := s.at(i)
		if at >= to || !yield(s.event(i, at)) {
			return
		}
	}
}

func (s *Stream) event(i int64, at media.Ticks) Event {
	return Event{Index: i, ID: uint32(i), At: at, Duration: s.Duration}
}

// Last returns the last Event that starts before to; ok is false when none does.
func (s *Stream) Last(to media.Ticks) (e Event, ok bool) {
	i := s.from(to)
	if s.Count > 0 {
		i = min(i, s.Count)
	}
	if i--; i < 0 {
		return e, false
	}
	return s.event(i, s.at(i)), true
}

// Next returns the first Event that starts at from or later; ok is false when none does.
func (s *Stream) Next(from media.Ticks) (e Event, ok bool) {
	i := s.from(from)
	return s.event(i, s.at(i)), s.Count == 0 || i < s.Count
}

// Density returns how many Events a stretch of time has at most, about.
func (s *Stream) Density(d time.Duration) int64 {
	n := int64(d/max(Shortest, s.Interval.Duration(s.Timescale))+2) * s.each()
	if s.Count > 0 {
		n = min(n, s.Count)
	}
	return n * int64(s.Copies)
}

// Fits refuses a Stream of which a manifest or a segment would have too much: what is how it is called, and stretch how long it is.
func (s *Stream) Fits(stretch time.Duration, what string) error {
	if s.Repeated || !s.Inband {
		stretch += max(0, s.Ahead.Duration)
	}
	if n := s.Density(stretch); n > s.Limit() {
		return errs.Errorf(errs.Invalid, "events of kind %s: a %s would have %d of them, the most is %d; a longer interval gives fewer", s.Kind, what, n, s.Limit())
	}
	return nil
}

// Bytes returns how many bytes the emsg boxes have at most that a stretch of segments has.
func (s *Stream) Bytes(stretch time.Duration) int64 {
	n := s.Density(stretch)
	if s.Repeated {
		n += s.Density(s.Ahead.Duration)
	}
	return n * s.Size()
}

// Size returns the bytes that an emsg box has at most.
func (s *Stream) Size() int64 {
	m, _ := s.say(Event{Index: 1 << 40, At: s.at(1 << 20)})
	n := int64(len(m.Data)+len(s.Scheme)+len(s.Value)) + 36
	if s.Tells() && s.Teller != nil {
		n += s.Teller.Size
	}
	return n
}

// Message returns what an Event says.
func (s *Stream) Message(e Event) (Message, error) {
	if s.Tells() {
		return s.tell(e)
	}
	return s.say(e)
}

// Valid says what is wrong with what Events say, as far as that can be known without a Teller.
func (s *Stream) Valid() error {
	_, err := s.say(Event{})
	return err
}

// Ticks returns d in ticks of the Stream, rounded down; d is not negative.
func (s *Stream) Ticks(d time.Duration) media.Ticks {
	hi, lo := bits.Mul64(uint64(max(0, d)), uint64(s.Timescale))
	q, _ := bits.Div64(hi, lo, uint64(time.Second))
	return media.Ticks(q)
}
