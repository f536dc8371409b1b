package timeline

import (
	"sort"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// Segment is one segment placed in time. Times are in the Representation's timescale on the presentation time line.
type Segment struct {
	Number   int64 // 1 is the first
	Start    media.Ticks
	Duration media.Ticks
	Ranges   []Range
	// Stretch is nil, or of a chunk what of its segment it has the events of.
	Stretch *Stretch
}

// Stretch is a part of a segment.
type Stretch struct {
	Segment  int // position in the List
	From, To media.Ticks
}

// Range is a run of stored Samples, and what is added to their times.
type Range struct {
	First, Count int
	Shift        media.Ticks
	Bytes        uint64
	Aux          uint32
	// Position is how many Samples of the Track come before the first, all loops counted; not told of text.
	Position int64
}

// List is the segments of one Representation. The zero value is empty.
type List struct {
	cut    index.Cut
	shift  media.Ticks
	starts []media.Ticks   // of segments when there are no Samples, with the end after the last one
	part   span            // of a Period
	loop   *looped         // nil: once
	scale  media.Timescale // of one that is stored once, if In said it

	textual bool // looped, without Samples
}

// Stored returns the List of a cut Track whose Samples' times need shift added.
func Stored(cut index.Cut, shift media.Ticks) List { return List{cut: cut, shift: shift} }

// Timed returns the List of a Track without Samples (cues), whose times need shift added: segments between the given times; the last is the end. A Segment of it has one empty
// Range, for its Shift.
func Timed(starts []media.Ticks, shift media.Ticks) List { return List{starts: starts, shift: shift} }

// Len returns the number of segments: Forever when the List is looped.
func (l List) Len() int {
	if l.loop != nil {
		return Forever
	}
	if l.starts != nil {
		return len(l.starts) - 1
	}
	return len(l.cut)
}

// Start returns when segment i starts; never before 0, where an encoder delay ends. i may be Len: the end of the last.
func (l List) Start(i int) media.Ticks {
	if l.loop != nil {
		return l.loop.startOf(i)
	}
	if l.starts != nil {
		return l.starts[i]
	}
	if i < len(l.cut) {
		return max(0, l.cut[i].EPT+l.shift)
	}
	last := &l.cut[i-1]
	return max(l.Start(i-1)+1, last.EPT+l.shift+last.Duration()) // what is wholly before 0 still lasts a tick
}

// Duration returns how long segment i lasts: until the next one starts.
func (l List) Duration(i int) media.Ticks { return l.Start(i+1) - l.Start(i) }

// At returns segment i.
func (l List) At(i int) Segment {
	s := Segment{Number: int64(i) + 1, Start: l.Start(i), Duration: l.Duration(i)}
	switch {
	case l.textual:
		s.Ranges = []Range{{Shift: l.loop.in(media.Ticks(i/len(l.loop.Starts))*l.loop.Length) + l.shift}}
	case l.loop != nil:
		s.Ranges = l.loop.at(i, l.cut, l.shift)
	case l.starts != nil:
		s.Ranges = []Range{{Shift: l.shift}}
	default:
		c := &l.cut[i]
		s.Ranges = []Range{{c.First, c.Count, l.shift, c.Bytes, c.Aux, int64(c.First)}}
	}
	return s
}

// Find returns the position of the segment that starts at exactly t, and whether there is one.
func (l List) Find(t media.Ticks) (int, bool) {
	if l.loop != nil {
		return l.loop.find(t)
	}
	i := sort.Search(l.Len(), func(i int) bool { return l.Start(i) >= t })
	return i, i < l.Len() && l.Start(i) == t
}

// Equal says whether l and m have segments at the same times.
func (l List) Equal(m List) bool {
	if l.Len() != m.Len() {
		return false
	}
	if l.loop != nil {
		return m.loop != nil && l.loop.Loop == m.loop.Loop && l.loop.scale == m.loop.scale && l.loop.frame == m.loop.frame
	}
	for i := 0; i <= l.Len(); i++ {
		if l.Start(i) != m.Start(i) {
			return false
		}
	}
	return true
}
