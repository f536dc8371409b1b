package timeline

import "github.com/dashwright/dashwright/internal/media"

// Cycle returns after how many segments a List comes round: of one that is stored once, how many it has.
func (l List) Cycle() int {
	if l.loop == nil {
		return l.Len()
	}
	return len(l.loop.Starts)
}

// Least returns how long segment k of the first loop lasts at the least, in whichever loop: the duration of audio differs by a frame from loop to loop.
func (l List) Least(k int) media.Ticks {
	if l.loop == nil {
		return l.Duration(k)
	}
	d := l.loop.in(l.loop.Boundary(k+1) - l.loop.Boundary(k))
	if l.loop.frame > 0 {
		return d / l.loop.frame * l.loop.frame
	}
	return d
}

// Peak returns the bits per second that so many bytes for each Range are at most, whichever the segment.
func (l List) Peak(scale media.Timescale, bytes func(*Range) int64) uint32 {
	peak := int64(0)
	for k := range l.Cycle() {
		s, n := l.At(k), int64(0)
		for i := range s.Ranges {
			n += bytes(&s.Ranges[i])
		}
		peak = max(peak, media.MulDiv(8*n, int64(scale), max(1, int64(l.Least(k))))+1)
	}
	return uint32(min(peak, 1<<32-1))
}
