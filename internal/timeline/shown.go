package timeline

import (
	"sort"

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
