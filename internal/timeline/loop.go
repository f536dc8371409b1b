package timeline

import (
	"math"
	"math/bits"
	"sort"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// Forever is the Len of a looped List.
const Forever = math.MaxInt

// Loop is a stretch of time, cut into segments, that comes again and again.
type Loop struct {
	Scale  media.Timescale
	Length media.Ticks   // exact, in Scale
	Starts []media.Ticks // of the segments within it, in Scale; the first is 0
}

// Boundary returns when segment k starts, in Scale; k counts through all loops.
func (l *Loop) Boundary(k int) media.Ticks {
	n := len(l.Starts)
	return media.Ticks(k/n)*l.Length + l.Starts[k%n]
}

// At returns the segment that runs at t (in Scale): the last one that starts at t or before.
func (l *Loop) At(t media.Ticks) int {
	if t < 0 {
		return -1
	}
	n := len(l.Starts)
	loop, rest := t/l.Length, t%l.Length
	return int(loop)*n + sort.Search(n, func(i int) bool { return l.Starts[i] > rest }) - 1
}

// looped is what a List that loops has.
type looped struct {
	*Loop
	scale media.Timescale // of the List's Track
	// frame is the duration of an audio frame: 0 for video, whose segments are those of the cut, once per loop.
	frame  media.Ticks
	frames int         // stored ones that may be used
	first  media.Ticks // presentation time of the first stored frame
	start  media.Ticks // its stored time
	sizes  func(first, count int) (bytes uint64, aux uint32)

	shown *Samples      // of text
	own   []media.Ticks // of text that is cut elsewhere than the Loop was: when its segments start within a loop, in ticks of the Track; the Loop has them rounded up
}

// Looped returns the List of a cut Track that starts again with each loop; shift makes times within the loop of stored ones. Where its cut does not have a segment for each of the
// Loop's, its loop is as long but has the cut's own segments; the first begins with the loop.
func Looped(l *Loop, scale media.Timescale, cut index.Cut, shift media.Ticks) List {
	if len(cut) == len(l.Starts) {
		return List{cut: cut, shift: shift, loop: &looped{Loop: l, scale: scale}}
	}
	own := &Loop{Scale: l.Scale, Length: l.Length, Starts: make([]media.Ticks, len(cut))}
	for i := 1; i < len(cut); i++ {
		own.Starts[i] = min(max(0, (cut[i].EPT+shift).In(scale, l.Scale)), l.Length-1)
	}
	return List{cut: cut, shift: shift, loop: &looped{Loop: own, scale: scale}}
}

// Uniform returns the exact mean duration of a looped List's segments, in ticks of a scale that may be finer than its own, if every segment starts within half of it of its place (the
// ± 50 % rule of ISO/IEC 23009-1, 5.3.9.5.3). ok is false when one does not, late then being its position in the loop, or when no 32-bit timescale can say the duration: late is 0 then.
func (l List) Uniform() (scale media.Timescale, d media.Ticks, late int, ok bool) {
	lo := l.loop.Loop
	n := int64(len(lo.Starts))
	for i, s := range lo.Starts {
		if off := 2 * (int64(s)*n - int64(i)*int64(lo.Length)); off > int64(lo.Length) || off < -int64(lo.Length) {
			return 0, 0, i, false
		}
	}
	// length ÷ n ticks of the scale is length ÷ g ticks of scale × n ÷ g.
	g := gcd(int64(lo.Length), n)
	fine := int64(lo.Scale) * (n / g)
	return media.Timescale(fine), lo.Length / media.Ticks(g), 0, fine < 1<<32
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Frames is a Track of frames of equal duration.
type Frames struct {
	Scale    media.Timescale
	Duration media.Ticks // of a frame
	Count    int
	Start    media.Ticks // stored time of the first
	First    media.Ticks // presentation time of the first within the loop; negative where an encoder delay comes before
	// Sizes returns the bytes of a run of frames.
	Sizes func(first, count int) (bytes uint64, aux uint32)
}

// Audio returns the List of a Track that runs on one frame clock across loops.
func Audio(l *Loop, f Frames) List {
	return List{loop: &looped{Loop: l, scale: f.Scale, frame: f.Duration, frames: f.Count, first: f.First, start: f.Start, sizes: f.Sizes}}
}

// Text returns the List of a Track without Samples, whose segments are the Loop's. A Segment of it has one empty Range, for its Shift.
func Text(l *Loop, scale media.Timescale, shift media.Ticks) List {
	return List{loop: &looped{Loop: l, scale: scale}, textual: true, shift: shift}
}

// in converts a time of the Loop to ticks of the List's Track, rounded down, so that nothing ends after the Loop says that it does.
func (l *looped) in(t media.Ticks) media.Ticks {
	if l.scale == l.Scale {
		return t
	}
	hi, lo := bits.Mul64(uint64(t), uint64(l.scale))
	if hi >= uint64(l.Scale) {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, uint64(l.Scale))
	return media.Ticks(min(q, math.MaxInt64))
}

// startOf returns when segment k starts, in ticks of the Track.
func (l *looped) startOf(k int) media.Ticks {
	if l.own != nil {
		n := len(l.own)
		return l.in(media.Ticks(k/n)*l.Length) + l.own[k%n]
	}
	t := l.in(l.Boundary(k))
	if l.frame > 0 {
		return t / l.frame * l.frame
	}
	return t
}

// find returns the segment that starts at exactly t.
func (l *looped) find(t media.Ticks) (int, bool) {
	const most = 1 << 62 // what is later cannot be counted
	if t < 0 || t >= most {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(t), uint64(l.Scale))
	if hi >= uint64(l.scale) {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, uint64(l.scale))
	if q >= most {
		return 0, false
	}
	// Rounded down to the Track's ticks or frames, a boundary is up to one of those late in the Loop's time.
	for k := max(0, l.At(media.Ticks(q))); l.startOf(k) <= t; k++ {
		if l.startOf(k) == t {
			return k, true
		}
	}
	return 0, false
}

// at returns segment k's ranges.
func (l *looped) at(k int, cut index.Cut, shift media.Ticks) []Range {
	n := len(l.Starts)
	switch {
	case l.frame > 0:
		return l.framesOf(k)
	case l.shown != nil:
		return l.showing(k, shift)
	}
	c := &cut[k%n]
	last := &cut[n-1]
	before := int64(k/n) * int64(last.First+last.Count)
	return []Range{{c.First, c.Count, l.in(media.Ticks(k/n)*l.Length) + shift, c.Bytes, c.Aux, before + int64(c.First)}}
}

// framesOf returns the stored frames of segment k. In loop m the stored frame whose presentation time is nearest to the loop's start plus its own is taken; where there are not
// enough of them, or they begin later, they come round again.
func (l *looped) framesOf(k int) []Range {
	from, to := l.startOf(k)/l.frame, l.startOf(k+1)/l.frame
	loop := l.in(media.Ticks(k/len(l.Starts)) * l.Length)
	// from×frame = loop + first + i×frame, to the nearest i.
	i := floorDiv(from*l.frame-loop-l.first+l.frame/2, l.frame)
	var ranges []Range
	for left := int(to - from); left > 0; {
		at := int(i % media.Ticks(l.frames))
		if at < 0 {
			at += l.frames
		}
		count := min(left, l.frames-at)
		bytes, aux := l.sizes(at, count)
		ranges = append(ranges, Range{at, count, from*l.frame - (l.start + media.Ticks(at)*l.frame), bytes, aux, int64(from)})
		left, i, from = left-count, i+media.Ticks(count), from+media.Ticks(count)
	}
	return ranges
}

func floorDiv(a, b media.Ticks) media.Ticks {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
