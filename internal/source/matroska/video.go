package matroska

import (
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// trialSize is how many frames decide what grid their times are on.
	trialSize = 256
	// held is how many times back a picture may be in presentation order: what demux.Reorder holds.
	held = 33
)

// video puts frames on their frame grid and gives them decode times.
type video struct {
	s       *scanner
	t       *track
	trial   []media.Sample // waiting for the grid; nanoseconds in DTS
	decided bool
	onGrid  bool
	grid    grid
	reorder *demux.Reorder
	order   *display // of a stream whose times are decode times

	recent   []int64 // the last times, sorted
	floor    int64   // the smallest that is not among them any more
	frames   int64
	misfits  int64
	first    int64 // nanoseconds
	last     int64
	late     bool // said already
	together bool
}

func newVideo(s *scanner, t *track) *video {
	v := &video{s: s, t: t, floor: math.MinInt64, recent: make([]int64, 0, held+1), first: math.MaxInt64, last: math.MinInt64}
	if t.decodes {
		v.order = newDisplay(t, v.add)
	}
	return v
}

func (v *video) frame(fr *frame) error {
	if !fr.timed { // laced video is unheard of; its frames follow each other
		fr.time += max(fr.duration, int64(min(v.t.defaultDuration, 1e12)), v.s.scale)
	}
	m := media.Sample{Offset: fr.offset, Span: fr.span, Size: fr.size, DTS: media.Ticks(fr.time), Duration: media.Ticks(fr.duration), Sync: fr.key}
	if v.order != nil {
		return v.order.push(m, fr.head)
	}
	return v.add(m)
}

// add takes a frame with its presentation time in nanoseconds.
func (v *video) add(m media.Sample) error {
	if v.decided {
		return v.place(m)
	}
	v.trial = append(v.trial, m)
	if len(v.trial) < trialSize {
		return nil
	}
	return v.decide()
}

// decide finds the grid of the frames so far, and places them on it.
func (v *video) decide() error {
	v.decided = true
	times := make([]int64, len(v.trial))
	for i := range v.trial {
		times[i] = int64(v.trial[i].DTS)
	}
	if !v.s.hintFor(v.t.number).variable {
		v.grid, v.onGrid = fit(times, v.s.scale, rateOf(v.t.defaultDuration), v.t.FrameRate)
	}
	var usual int64
	if v.onGrid {
		v.t.Timescale = media.Timescale(v.grid.timescale)
		v.t.FrameRate = v.grid.rate
		usual = v.grid.step
	} else {
		v.t.Timescale = timescaleOf(v.s.scale)
		usual = max(1, media.MulDiv(int64(min(v.t.defaultDuration, 1e12)), int64(v.t.Timescale), 1e9))
	}
	v.reorder = demux.NewReorder(media.Ticks(usual), func(m []media.Sample) error {
		v.s.handed = true
		return v.s.sink.Samples(v.t.index, m)
	})
	for _, m := range v.trial {
		if err := v.place(m); err != nil {
			return err
		}
	}
	v.trial = nil
	return nil
}

// place gives a frame its time in ticks.
func (v *video) place(m media.Sample) error {
	ns := int64(m.DTS)
	tick := media.MulDiv(ns, int64(v.t.Timescale), 1e9)
	if m.Duration > 0 {
		m.Duration = media.Ticks(media.MulDiv(int64(m.Duration), int64(v.t.Timescale), 1e9))
	}
	if v.onGrid {
		v.frames++
		onGrid, fits := v.grid.place(ns)
		if _, taken := slices.BinarySearch(v.recent, onGrid); taken {
			fits = false
		} else {
			tick = onGrid
		}
		if !fits {
			if v.misfits++; v.misfits > 4+v.frames/16 {
				return v.s.restart(v.t.number, hint{true, v.s.hints[v.t.number].inBand})
			}
		}
		if m.Duration > 0 {
			m.Duration = media.Ticks(max(1, v.grid.nearest(int64(m.Duration), 0)/v.grid.step)) * media.Ticks(v.grid.step)
		}
	}
	tick, ok := v.reserve(tick, &m)
	if !ok {
		return nil
	}
	v.first, v.last = min(v.first, ns), max(v.last, ns)
	m.DTS = media.Ticks(tick)
	return v.reorder.Push(m)
}

// reserve makes sure that a time can be had: not before what Reorder has let go, and not another picture's.
func (v *video) reserve(tick int64, m *media.Sample) (int64, bool) {
	i, taken := slices.BinarySearch(v.recent, tick)
	for taken {
		if !v.together {
			v.together = true
			v.s.warn("track %d: two pictures at one time (byte %d): the second is shown a tick later", v.t.ID, m.Offset)
		}
		tick++
		i, taken = slices.BinarySearch(v.recent, tick)
	}
	n := len(v.recent)
	if tick <= v.floor || n > 0 && v.recent[n-1]-tick > 1<<30 {
		if !v.late {
			v.late = true
			v.s.warn("track %d: the times go back at byte %d: pictures are left out until they are past what was", v.t.ID, m.Offset)
		}
		return 0, false
	}
	v.recent = slices.Insert(v.recent, i, tick)
	if n == held {
		v.floor = v.recent[0]
		v.recent = append(v.recent[:0], v.recent[1:]...)
	}
	if !v.onGrid {
		v.frames++
	}
	return tick, true
}

func (v *video) close() error {
	if v.order != nil {
		if err := v.order.close(); err != nil {
			return err
		}
	}
	if !v.decided && len(v.trial) > 0 {
		if err := v.decide(); err != nil {
			return err
		}
	}
	if v.reorder == nil {
		return nil
	}
	if span := v.last - v.first; !v.onGrid && v.frames > 1 && span > 0 {
		// a variable rate: the mean, to the nearest whole number where there is one
		mean := float64(v.frames-1) * 1e9 / float64(span)
		if mean >= 1 && mean < 1e6 {
			v.t.FrameRate = media.Rational{Num: uint32(math.Round(mean)), Den: 1}
		}
	}
	return v.reorder.Close()
}
