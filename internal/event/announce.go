package event

import (
	"math"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// Most is how many Events of a Stream a manifest has at most, and a segment.
const Most = 10_000

// Announcement is when a live manifest has the Events of a Stream.
type Announcement struct {
	*Stream
	// Default is how long before they start Events are announced when nobody said it.
	Default time.Duration
}

// Always says whether all Events are announced at any time: there is an end of them, and nobody said when they are.
func (a Announcement) Always() bool {
	return !a.Inband && a.Count > 0 && a.Count*int64(a.Copies) <= Most && !a.Ahead.Given
}

// ahead returns how long before it starts an Event is announced.
func (a Announcement) ahead() time.Duration {
	if a.Ahead.Given || a.Inband {
		return a.Ahead.Duration
	}
	return max(0, a.Default)
}

// when returns when an Event is announced: a whole millisecond, as publish times are.
func (a Announcement) when(e Event) time.Time {
	at := a.Epoch.Add(e.At.Duration(a.Timescale) - a.ahead())
	return at.Add(time.Millisecond - 1).Truncate(time.Millisecond)
}

// Turns calls f with the instants about now at which the manifest changes: the last one before, and the next. It does not where the manifest does not change.
func (a Announcement) Turns(now time.Time, f func(at time.Time)) {
	if a.Always() || a.Inband && !a.Renews() {
		return
	}
	reach := a.Ticks(now.Sub(a.Epoch)+a.ahead()) + 1
	if next, ok := a.Next(reach); ok {
		f(a.when(next))
	}
	for to := reach; ; {
		last, ok := a.Last(to)
		if !ok {
			return
		}
		at := a.when(last)
		if f(at); !at.After(now) {
			return
		}
		to = last.At
	}
}

// Listed calls yield with the Events that start in [from, to) which a manifest has that was published at an instant: those that have been announced by then, and that are not over at since.
func (a Announcement) Listed(from, to media.Ticks, published time.Time, since time.Duration, yield func(Event) bool) {
	if a.Always() {
		a.Between(from, to, yield)
		return
	}
	from = max(from, a.Ticks(since)-max(0, a.Duration))
	reach := published.Sub(a.Epoch) + a.ahead()
	if reach < 0 {
		return
	}
	a.Between(from, min(to, a.Ticks(reach)+1), func(e Event) bool { return a.when(e).After(published) || yield(e) })
}

// Span returns from which tick on, and up to which, a Period has the Events of a Stream: one that is without end if it does not last.
func (s *Stream) Span(start, lasts time.Duration) (from, to media.Ticks) {
	from, to = s.Tick(start), media.Ticks(math.MaxInt64)
	if lasts > 0 {
		to = s.Tick(start + lasts)
	}
	return from, to
}

// Tick returns the tick in which d is, where d is a time that has been rounded to nanoseconds.
func (s *Stream) Tick(d time.Duration) media.Ticks {
	if d == 0 {
		return 0
	}
	return s.Ticks(d + time.Nanosecond)
}
