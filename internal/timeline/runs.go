package timeline

import (
	"math/bits"

	"github.com/dashwright/dashwright/internal/media"
)

// Runs tells yield of segments first to end-1 in runs of equal duration: when the first of a run starts, how long each lasts, and how many they are. It is what Start and Duration
// say, for a fraction of the time: a window of a live stream has hundreds of segments.
func (l List) Runs(first, end int, yield func(start, duration media.Ticks, count int)) {
	if first >= end {
		return
	}
	w := walk{list: &l, at: first}
	w.begin()
	from, start := w.start, w.start
	var duration media.Ticks
	count := 0
	for range end - first {
		w.next()
		d := w.start - start
		if count > 0 && d != duration {
			yield(from, duration, count)
			from, count = start, 0
		}
		duration, start = d, w.start
		count++
	}
	yield(from, duration, count)
}

// walk goes from the start of a segment to the next one's. In a loop that is an addition: the quotient and the remainder of boundary × multiplier ÷ divisor go along with the boundary.
type walk struct {
	list  *List
	at    int
	start media.Ticks

	fast                bool
	frame               media.Ticks // what the quotient counts, 1 for ticks
	multiplier, divisor uint64
	boundary            media.Ticks
	loop                media.Ticks // start of the loop, in its scale
	within              int         // position in the loop
	quotient, remainder uint64
	step                media.Ticks // of the boundary, the last one
	perStep, overStep   uint64      // what it adds to quotient and remainder
}

// begin finds the first start, and whether all can be found by addition.
func (w *walk) begin() {
	w.start = w.list.Start(w.at)
	l := w.list.loop
	if l == nil || l.own != nil {
		return
	}
	n := len(l.Starts)
	w.loop, w.within = media.Ticks(w.at/n)*l.Length, w.at%n
	w.boundary = w.loop + l.Starts[w.within]
	w.multiplier, w.divisor, w.frame = uint64(l.scale), uint64(l.Scale), 1
	if l.scale == l.Scale {
		w.multiplier, w.divisor = 1, 1
	}
	if l.frame > 0 {
		w.divisor, w.frame = w.divisor*uint64(l.frame), l.frame
	}
	hi, lo := bits.Mul64(uint64(w.boundary), w.multiplier)
	if w.boundary < 0 || hi >= w.divisor || w.divisor >= 1<<63 {
		return
	}
	w.quotient, w.remainder = bits.Div64(hi, lo, w.divisor)
	w.fast = true
}

// next goes to the segment after.
func (w *walk) next() {
	w.at++
	if !w.fast {
		w.start = w.list.Start(w.at)
		return
	}
	l := w.list.loop
	if w.within++; w.within == len(l.Starts) {
		w.within = 0
		w.loop += l.Length
	}
	b := w.loop + l.Starts[w.within]
	if step := b - w.boundary; step != w.step || w.perStep == 0 {
		hi, lo := bits.Mul64(uint64(step), w.multiplier)
		if step < 0 || hi >= w.divisor {
			w.fast = false
			w.start = w.list.Start(w.at)
			return
		}
		w.step = step
		w.perStep, w.overStep = bits.Div64(hi, lo, w.divisor)
	}
	w.boundary = b
	w.quotient += w.perStep
	if w.remainder += w.overStep; w.remainder >= w.divisor {
		w.remainder -= w.divisor
		w.quotient++
	}
	w.start = media.Ticks(w.quotient) * w.frame
}
