package timeline

import (
	"sort"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// In returns a List that is stored once with the timescale of its Track, which Running, Complete and Within need.
func (l List) In(scale media.Timescale) List {
	l.scale = scale
	return l
}

// span is the part of a List that a Period has, and where it is.
type span struct {
	placed     bool          // false: the List is whole
	first, end int           // positions
	lag        time.Duration // from times of the List to those that Running and Complete are asked in
}

// Placed returns the part of l from position first to before end as it is in a Period: what l has at a time comes lag later. Positions and times of segments stay as they are.
func (l List) Placed(first, end int, lag time.Duration) List {
	l.part = span{true, first, end, lag}
	return l
}

// Bounds returns the first position of l, and the one after the last.
func (l List) Bounds() (first, end int) {
	if l.part.placed {
		return l.part.first, l.part.end
	}
	return 0, l.Len()
}

// Lag returns how much later than in l's own time what is in it comes.
func (l List) Lag() time.Duration { return l.part.lag }

// Running returns the position of the segment that runs at d: as many are complete by then. It is the one before the first (-1) before that begins, and the one after the last when that is over.
func (l List) Running(d time.Duration) int {
	if !l.part.placed {
		return l.running(d)
	}
	return min(max(l.running(d-l.part.lag), l.part.first-1), l.part.end)
}

func (l List) running(d time.Duration) int {
	switch {
	case d < 0:
		return -1
	case l.loop != nil:
		return l.loop.At(floor(d, l.loop.Scale))
	}
	return sort.Search(l.Len(), func(i int) bool { return l.complete(i) > d })
}

// Complete returns when segment k is complete. No sample of it ends later.
func (l List) Complete(k int) time.Duration { return l.complete(k) + l.Lag() }

func (l List) complete(k int) time.Duration {
	if l.loop != nil {
		return l.loop.Boundary(k + 1).Duration(l.loop.Scale)
	}
	return l.Start(k + 1).Duration(l.scale)
}

// floor converts a duration that is not negative to ticks, rounded down.
func floor(d time.Duration, s media.Timescale) media.Ticks {
	t := media.TicksOf(d, s)
	if t.Duration(s) > d {
		t--
	}
	return t
}

// On says whether l loops as lo does: its segments then begin where lo's do, by their positions.
func (l List) On(lo *Loop) bool { return l.loop != nil && l.loop.Loop == lo }

// Within returns the positions of the segments that are needed to present [from, to), which is in ticks of scale (of a looped List that of its Loop): from the one that from is in on, to the
// last one that begins before to. A segment that reaches into the stretch by no more than slack is not needed.
func (l List) Within(from, to media.Ticks, scale media.Timescale, slack time.Duration) (first, end int) {
	if l.loop != nil {
		s := media.TicksOf(slack, scale)
		first, end = max(0, l.loop.At(from+s)), l.loop.At(to-s-1)+1
		return first, max(first, end)
	}
	s := media.TicksOf(slack, l.scale)
	lo, hi := from.In(scale, l.scale)+s, to.In(scale, l.scale)-s
	n := l.Len()
	first = max(0, sort.Search(n, func(i int) bool { return l.Start(i) > lo })-1)
	end = sort.Search(n, func(i int) bool { return l.Start(i) >= hi })
	return first, max(first, end)
}

// Offset converts a time of the Loop, or of a List that is stored once one in scale, to ticks of the List's Track as the starts of its segments are.
func (l List) Offset(t media.Ticks, scale media.Timescale) media.Ticks {
	if l.loop != nil {
		return l.loop.in(t)
	}
	return t.In(scale, l.scale)
}

// Ahead returns the first segment that starts at t or later, in a Loop's ticks.
func (l *Loop) Ahead(t media.Ticks) int {
	if t <= 0 {
		return 0
	}
	return l.At(t-1) + 1
}

// Even says whether the segments of a looped List are where Uniform's duration says, to within half of it, when they are counted anew from each of the given times in the Loop on.
func (l List) Even(begins []media.Ticks, slack time.Duration) bool {
	lo := l.loop.Loop
	n := media.Ticks(len(lo.Starts))
	least, most := media.Ticks(0), media.Ticks(0) // how far segments are from their places, times n
	for i, s := range lo.Starts {
		off := s*n - media.Ticks(i)*lo.Length
		least, most = min(least, off), max(most, off)
	}
	late := media.TicksOf(slack, lo.Scale)
	for _, b := range begins {
		off := b*n - media.Ticks(lo.At(b+late))*lo.Length
		if 2*(most-off) > lo.Length || 2*(off-least) > lo.Length {
			return false
		}
	}
	return true
}
