package avi

import (
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

const (
	// heldBack is how many pictures may wait for one that is shown before them: 16 frames (ISO/IEC 14496-10, A.3.1), or 32 fields.
	heldBack = 32
	// ring is how many pictures are in hand at most: one that is decoded early and shown late waits for all B-pictures in between. When that
	// are more than this, the picture order counts are nonsense, and the oldest picture is shown.
	ring = 256
)

// presenter gives pictures in decode order their times. Picture n is decoded in its own slot; in output order, picture n is shown in the n-th slot
// in which one is decoded. So composition offsets may be negative, the first decode time is the first presentation time, and nothing overlaps.
type presenter struct {
	start media.Ticks
	dur   media.Ticks // of a slot
	out   func([]media.Sample) error

	// The n-th picture in decode order is at n % ring.
	pictures [ring]picture
	count    int         // pictures pushed
	shown    int         // pictures that have a presentation time
	released int         // pictures handed over
	waiting  []output    // pictures without a presentation time, in output order
	last     media.Ticks // duration of the last picture handed over
	batch    []media.Sample
}

type picture struct {
	sample media.Sample
	slot   int64
	pts    media.Ticks
	shown  bool
}

type output struct {
	order   int64
	picture int
}

func newPresenter(start, dur media.Ticks, out func([]media.Sample) error) *presenter {
	return &presenter{start: start, dur: dur, out: out, last: dur}
}

func (p *presenter) time(picture int) media.Ticks {
	return p.start + media.Ticks(p.pictures[picture%ring].slot)*p.dur
}

// push takes the next picture in decode order; pictures with greater order are shown later.
func (p *presenter) push(s media.Sample, order, slot int64) error {
	if p.count-p.released == ring {
		if err := p.force(); err != nil {
			return err
		}
	}
	p.pictures[p.count%ring] = picture{sample: s, slot: slot}
	p.waiting = append(p.waiting, output{order, p.count})
	for i := len(p.waiting) - 1; i > 0 && p.waiting[i-1].order > order; i-- {
		p.waiting[i-1], p.waiting[i] = p.waiting[i], p.waiting[i-1]
	}
	p.count++
	if len(p.waiting) <= heldBack {
		return nil
	}
	p.showNext()
	return p.release(false)
}

// force shows the oldest picture in hand, so that there is room.
func (p *presenter) force() error {
	i := slices.IndexFunc(p.waiting, func(o output) bool { return o.picture == p.released })
	if i > 0 {
		oldest := p.waiting[i]
		copy(p.waiting[1:i+1], p.waiting[:i])
		p.waiting[0] = oldest
	}
	if i >= 0 {
		p.showNext()
	}
	return p.release(false)
}

// showNext gives the next slot to the picture that is first in output order.
func (p *presenter) showNext() {
	next := p.waiting[0].picture
	p.waiting = p.waiting[:copy(p.waiting, p.waiting[1:])]
	w := &p.pictures[next%ring]
	w.pts, w.shown = p.time(p.shown), true
	p.shown++
}

// release hands over the pictures at the front whose times are known: of the last one only when it is final.
func (p *presenter) release(final bool) error {
	for p.released < p.count && p.pictures[p.released%ring].shown {
		if p.released+1 < p.count {
			p.last = p.time(p.released+1) - p.time(p.released)
		}
		w := &p.pictures[p.released%ring]
		w.sample.DTS, w.sample.Duration = p.time(p.released), p.last
		w.sample.CTO = int32(min(max(w.pts-w.sample.DTS, math.MinInt32), math.MaxInt32))
		p.batch = append(p.batch, w.sample)
		p.released++
	}
	if len(p.batch) < batch && !final || len(p.batch) == 0 {
		return nil
	}
	err := p.out(p.batch)
	p.batch = p.batch[:0]
	return err
}

func (p *presenter) close() error {
	for len(p.waiting) > 0 {
		p.showNext()
	}
	return p.release(true)
}
