package matroska

import (
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// timescaleOf returns the timescale for times that are on no grid: fine enough for units of scale nanoseconds.
func timescaleOf(scale int64) media.Timescale {
	switch {
	case scale >= 1e6:
		return 1000
	case scale >= 1e3 && 1e9%scale == 0:
		return media.Timescale(1e9 / scale)
	}
	return 1e6
}

// rateOf returns the frame rate that a duration of a frame, rounded to whole nanoseconds or microseconds, stands for.
func rateOf(ns uint64) media.Rational {
	if ns < 1e5 || ns > 1e11 {
		return media.Rational{}
	}
	d, tolerance := float64(ns), 1.0
	if ns%1000 == 0 {
		tolerance = 1000
	}
	for _, den := range []float64{1, 1001} {
		unit := 1e9
		if den == 1001 {
			unit = 1e6 * den // thousands of frames in 1001 seconds
		}
		if n := math.Round(unit / d); n >= 1 && math.Abs(unit/n-d) <= tolerance {
			if den == 1 {
				return media.Rational{Num: uint32(n), Den: 1}
			}
			return media.Ratio(uint64(n)*1000, 1001)
		}
	}
	return simplest(1e9/(d+1), 1e9/(d-1))
}

// simplest returns the fraction between low and high with the smallest denominator (the Stern-Brocot tree's first), zero when that is
// no sensible frame rate.
func simplest(low, high float64) media.Rational {
	// continued fractions of both, up to where they part
	p0, q0, p1, q1 := 0.0, 1.0, 1.0, 0.0
	for range 32 {
		whole := math.Floor(low)
		if whole < math.Floor(high) || low == whole {
			if low != whole {
				whole++
			}
			p, q := whole*p1+p0, whole*q1+q0
			if p < 1 || p > 1e6 || q > 1e6 {
				return media.Rational{}
			}
			return media.Rational{Num: uint32(p), Den: uint32(q)}
		}
		p0, q0, p1, q1 = p1, q1, whole*p1+p0, whole*q1+q0
		low, high = 1/(high-whole), 1/(low-whole)
	}
	return media.Rational{}
}

// grid is a frame rate's grid of times: anchor plus a multiple of step. After a gap it is anchored anew.
type grid struct {
	rate      media.Rational
	timescale int64
	step      int64 // ticks
	tolerance int64 // ticks by which rounding may move a time
	anchor    int64
	previous  int64 // the anchor before: pictures that are shown before the gap may come after it
}

// newGrid returns the grid of a rate for times in units of scale nanoseconds.
func newGrid(rate media.Rational, scale int64) (g grid, ok bool) {
	if rate.IsZero() || rate.Float() > 2000 || rate.Num > 1e7 || rate.Den > 1e6 {
		return g, false
	}
	m := int64(1)
	for int64(rate.Num)*m < 10000 {
		m *= 10
	}
	g = grid{rate: rate, timescale: int64(rate.Num) * m, step: int64(rate.Den) * m}
	g.tolerance = media.MulDiv(scale, g.timescale, 1e9) + 1
	return g, true
}

// ticks converts nanoseconds.
func (g *grid) ticks(ns int64) int64 { return media.MulDiv(ns, g.timescale, 1e9) }

// place returns the tick on the grid for a time, and whether it fits; when not, the grid is anchored anew there.
func (g *grid) place(ns int64) (tick int64, fits bool) {
	t := g.ticks(ns)
	if v := g.nearest(t, g.anchor); near64(t, v, g.tolerance) {
		return v, true
	}
	if v := g.nearest(t, g.previous); near64(t, v, g.tolerance) {
		return v, true
	}
	g.previous, g.anchor = g.anchor, t
	return t, false
}

func (g *grid) nearest(t, anchor int64) int64 {
	d := t - anchor
	half := g.step / 2
	if d < 0 {
		half = -half
	}
	return anchor + (d+half)/g.step*g.step
}

func near64(a, b, tolerance int64) bool { return a-b <= tolerance && b-a <= tolerance }

// try says how many of the times do not fit the grid, and the mean distance of those that do.
func (g grid) try(times []int64) (misfits int, mean int64) {
	ticks := make([]int64, 0, len(times))
	var sum int64
	for i, ns := range times {
		tick, fits := g.place(ns)
		if !fits && i > 0 {
			misfits++
		}
		if fits {
			sum += g.ticks(ns) - tick
		}
		ticks = append(ticks, tick)
	}
	slices.Sort(ticks)
	for i := range ticks[1:] {
		if ticks[i] == ticks[i+1] {
			misfits++
		}
	}
	return misfits, sum / int64(len(times))
}

// fit returns the grid that the times (nanoseconds, decode order) are on, of the rates given or, when none is right, of the one that they look like. false when there is none:
// the frame rate is variable.
func fit(times []int64, scale int64, rates ...media.Rational) (grid, bool) {
	if len(times) == 0 {
		return grid{}, false
	}
	sorted := slices.Sorted(slices.Values(times))
	for _, rate := range append(rates, estimate(sorted, scale)) {
		g, ok := newGrid(rate, scale)
		if !ok {
			continue
		}
		misfits, _ := g.try(times) // anchored at 0
		at := g
		at.anchor = at.ticks(sorted[0])
		at.previous = at.anchor
		_, mean := at.try(times)
		at.anchor += mean
		at.previous = at.anchor
		if n, _ := at.try(times); n < misfits || !g.holds(sorted[0]) {
			g, misfits = at, n
		}
		if misfits <= len(times)/32 {
			return g.coarser(sorted), true
		}
	}
	return grid{}, false
}

// holds says whether a time is on the grid already.
func (g grid) holds(ns int64) bool {
	t := g.ticks(ns)
	return near64(t, g.nearest(t, g.anchor), g.tolerance)
}

// coarser widens the step when all times are on every second, third … place: a rate of fields, or of a container that doubles it.
func (g grid) coarser(sorted []int64) grid {
	if len(sorted) < 4 {
		return g
	}
	var common, last int64
	h := g
	for i, ns := range sorted {
		tick, fits := h.place(ns)
		if !fits {
			return g
		}
		if i > 0 {
			common = gcd(common, tick-last)
		}
		last = tick
	}
	if n := common / g.step; common%g.step == 0 && n > 1 && n < 16 {
		if rate := media.Ratio(uint64(g.rate.Num), uint64(g.rate.Den)*uint64(n)); !rate.IsZero() {
			tick, _ := h.place(sorted[0])
			g.rate, g.step, g.anchor, g.previous = rate, common, tick, tick
		}
	}
	return g
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// estimate returns the usual frame rate that times in order of presentation have on average, zero when there is none.
func estimate(sorted []int64, scale int64) media.Rational {
	n := int64(len(sorted)) - 1
	if n < 12 {
		return media.Rational{}
	}
	mean := float64(sorted[n]-sorted[0]) / float64(n)
	best, distance := media.Rational{}, 1.01*float64(scale)/float64(n)
	for _, r := range []media.Rational{
		{Num: 24000, Den: 1001}, {Num: 24, Den: 1}, {Num: 25, Den: 1}, {Num: 30000, Den: 1001}, {Num: 30, Den: 1}, {Num: 48, Den: 1},
		{Num: 50, Den: 1}, {Num: 60000, Den: 1001}, {Num: 60, Den: 1}, {Num: 5, Den: 1}, {Num: 10, Den: 1}, {Num: 12, Den: 1}, {Num: 25, Den: 2},
		{Num: 15000, Den: 1001}, {Num: 15, Den: 1}, {Num: 20, Den: 1}, {Num: 90, Den: 1}, {Num: 100, Den: 1}, {Num: 120000, Den: 1001}, {Num: 120, Den: 1},
	} {
		if d := math.Abs(1e9*float64(r.Den)/float64(r.Num) - mean); d <= distance {
			best, distance = r, d
		}
	}
	return best
}
