package timeline

import (
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// Samples is a text Track's stored Samples, which are shown one after another without holes.
type Samples struct {
	Scale media.Timescale
	Times []media.Ticks // stored times from which they are shown, and when the last one ends
	// Sizes returns the bytes of a run of them.
	Sizes func(first, count int) (bytes uint64, aux uint32)
}

// Shown returns the List of Samples whose segments are the Loop's: each has all that is shown in it, of the first and the last of them maybe a part. shift makes times within the loop of
// stored ones. A Segment in which nothing is shown has one empty Range.
func Shown(l *Loop, s Samples, shift media.Ticks) List {
	return List{shift: shift, loop: &looped{Loop: l, scale: s.Scale, shown: &s}}
}

// ShownApart is Shown with segments of the Track's own, those of its cut, in each loop: they begin with a Sample, but for the first, which begins with the loop, and the last, which ends with it. What begins
// only when the loop is over is in none.
func ShownApart(l *Loop, s Samples, cut index.Cut, shift media.Ticks) List {
	lo := &looped{Loop: l, scale: s.Scale, shown: &s}
	own, length := &Loop{Scale: l.Scale, Length: l.Length, Starts: []media.Ticks{0}}, lo.in(l.Length)
	lo.own = []media.Ticks{0}
	for i := range cut {
		if at := cut[i].EPT + shift; at > lo.own[len(lo.own)-1] && at < length {
			lo.own = append(lo.own, at)
			own.Starts = append(own.Starts, min(up(at, s.Scale, l.Scale), l.Length-1))
		}
	}
	if len(own.Starts) == len(l.Starts) && slices.EqualFunc(lo.own, l.Starts, func(at, start media.Ticks) bool { return at == lo.in(start) }) {
		lo.own = nil
		return List{shift: shift, loop: lo}
	}
	lo.Loop = own
	return List{shift: shift, loop: lo}
}

// up converts ticks that are not negative to another scale, rounded up: nothing is complete before it has ended.
func up(t media.Ticks, from, to media.Timescale) media.Ticks {
	hi, lo := bits.Mul64(uint64(t), uint64(to))
	if hi >= uint64(from) {
		return math.MaxInt64
	}
	q, r := bits.Div64(hi, lo, uint64(from))
	if r > 0 {
		q++
	}
	return media.Ticks(q)
}

// Parted says whether a Segment's first and last Samples may be shown for longer than the Segment lasts, or none at all at its ends.
func (l List) Parted() bool { return l.loop != nil && l.loop.shown != nil }

// showing returns the Samples that are shown in segment k.
func (l *looped) showing(k int, shift media.Ticks) []Range {
	shift += l.in(media.Ticks(k/len(l.Starts)) * l.Length)
	from, to := l.startOf(k)-shift, l.startOf(k+1)-shift
	times := l.shown.Times
	n := len(times) - 1
	first := sort.Search(n, func(i int) bool { return times[i+1] > from })
	end := sort.Search(n, func(i int) bool { return times[i] >= to })
	if first >= end {
		return []Range{{Shift: shift}}
	}
	bytes, aux := l.shown.Sizes(first, end-first)
	return []Range{{First: first, Count: end - first, Shift: shift, Bytes: bytes, Aux: aux}}
}
