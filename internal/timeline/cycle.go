package timeline

import "github.com/dashwright/dashwright/internal/media"

// Cycle returns after how many segments a List comes round: of one that is stored once, how many it has.
func (l List) Cycle() int {
	if l.loop == nil {
		return l.Len()
	}
	return len(l.loop.Starts)
}

// Reckoned says whether there are times for segment k of a looped List: it ends within 146 years, and ticks can count that.
func (l List) Reckoned(k int) bool {
	const most = 1 << 62 // nanoseconds, and ticks
	if l.loop == nil {
		return true
	}
	ticks := (float64(k/len(l.loop.Starts)) + 1) * float64(l.loop.Length)
	return ticks < most && ticks/float64(l.loop.Scale)*1e9 < most
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
