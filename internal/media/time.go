package media

import (
	"math"
	"math/bits"
	"time"
)

// Timescale is the number of Ticks in a second (ISO/IEC 14496-12, 8.4.2). It is never 0 in a valid Track.
type Timescale uint32

// Ticks is a time or a duration in units of a Timescale that stands beside it.
type Ticks int64

// In converts t from one timescale to another, rounded to the nearest tick, halves away from zero.
// Results that do not fit are clamped to the largest value.
func (t Ticks) In(from, to Timescale) Ticks {
	if from == to {
		return t
	}
	return Ticks(MulDiv(int64(t), int64(to), int64(from)))
}

// Duration converts t to a time.Duration, rounded to the nearest nanosecond.
func (t Ticks) Duration(s Timescale) time.Duration {
	return time.Duration(MulDiv(int64(t), int64(time.Second), int64(s)))
}

// TicksOf converts d to ticks of s, rounded to the nearest tick.
func TicksOf(d time.Duration, s Timescale) Ticks {
	return Ticks(MulDiv(int64(d), int64(s), int64(time.Second)))
}

// MulDiv returns a × b / c with a 128-bit product, rounded to nearest, halves away from zero, clamped to int64.
// c must be positive; b must not be negative.
func MulDiv(a, b, c int64) int64 {
	if c <= 0 || b < 0 {
		panic("media.MulDiv: negative factor or divisor that is not positive")
	}
	neg := a < 0
	ua := uint64(a)
	if neg {
		ua = -ua
	}
	hi, lo := bits.Mul64(ua, uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	if hi >= uint64(c) {
		return clamp(neg)
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	if q > math.MaxInt64 {
		return clamp(neg)
	}
	if neg {
		return -int64(q)
	}
	return int64(q)
}

func clamp(neg bool) int64 {
	if neg {
		return math.MinInt64
	}
	return math.MaxInt64
}
