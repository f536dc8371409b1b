package media_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// exact is a × b / c to nearest, halves away from zero, clamped: the definition, in numbers that cannot overflow.
func exact(a, b, c int64) int64 {
	num := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	num.Mul(num, big.NewInt(2))
	sign := big.NewInt(int64(num.Sign()))
	num.Add(num, new(big.Int).Mul(sign, big.NewInt(c)))
	q := num.Quo(num, new(big.Int).Mul(big.NewInt(2), big.NewInt(c)))
	switch {
	case q.IsInt64():
		return q.Int64()
	case q.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

func TestMulDiv(t *testing.T) {
	edges := []int64{0, 1, 2, 3, 7, 1000, 44100, 90000, 1e9, math.MaxInt32, math.MaxUint32, math.MaxInt64 - 1, math.MaxInt64}
	for _, a := range edges {
		for _, b := range edges {
			for _, c := range edges[1:] {
				for _, x := range []int64{a, -a, math.MinInt64 + a} {
					if got, want := media.MulDiv(x, b, c), exact(x, b, c); got != want {
						t.Fatalf("%d × %d / %d: got %d, want %d", x, b, c, got, want)
					}
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		a, b, c := int64(r.Uint64())>>r.IntN(60), r.Int64()>>r.IntN(60), 1+r.Int64()>>(1+r.IntN(60))
		if got, want := media.MulDiv(a, b, c), exact(a, b, c); got != want {
			t.Fatalf("%d × %d / %d: got %d, want %d", a, b, c, got, want)
		}
	}
	for _, bad := range [][3]int64{{1, 1, 0}, {1, 1, -1}, {1, -1, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v: no panic", bad)
				}
			}()
			media.MulDiv(bad[0], bad[1], bad[2])
		}()
	}
}

func TestTicks(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		ticks media.Ticks
		scale media.Timescale
		want  time.Duration
	}{
		{90000, 90000, time.Second},
		{-1024, 48000, -21333333},
		{1, 3, 333333333},
		{2, 3, 666666667},
		{90000 * 86400 * 365, 90000, 365 * day}, // nanoseconds × 90000 pass 64 bits after 28.5 hours
		{math.MaxInt64, 1, math.MaxInt64},
		{math.MinInt64, 1, math.MinInt64},
	} {
		if got := c.ticks.Duration(c.scale); got != c.want {
			t.Errorf("%d/%d is %v, want %v", c.ticks, c.scale, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(2, 2))
	for range 5000 {
		scale := media.Timescale(1 + r.IntN(1e6))
		ticks := media.Ticks(r.Int64N(int64(scale)*1e6)) - media.Ticks(int64(scale)*5e5)
		if got := media.TicksOf(ticks.Duration(scale), scale); got != ticks {
			t.Fatalf("%d/%d comes back as %d", ticks, scale, got)
		}
		if got := ticks.In(scale, scale); got != ticks {
			t.Fatalf("%d/%d in its own scale is %d", ticks, scale, got)
		}
		if got, want := ticks.In(scale, 3*scale), 3*ticks; got != want {
			t.Fatalf("%d in a scale three times as fine is %d", ticks, got)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		num, den uint64
		want     media.Rational
		text     string
	}{
		{30000, 1001, media.Rational{Num: 30000, Den: 1001}, "30000/1001"},
		{50, 2, media.Rational{Num: 25, Den: 1}, "25"},
		{1920 * 4, 1440 * 3, media.Rational{Num: 16, Den: 9}, "16/9"},
		{math.MaxUint64, math.MaxUint64, media.Rational{Num: 1, Den: 1}, "1"},
		{1 << 40, 1 << 38, media.Rational{Num: 4, Den: 1}, "4"},
		{0, 5, media.Rational{}, "0/0"},
		{5, 0, media.Rational{}, "0/0"},
		{1<<40 + 1, 2, media.Rational{}, "0/0"}, // passes 32 bits
		{2, 1<<40 + 1, media.Rational{}, "0/0"},
	} {
		got := media.Ratio(c.num, c.den)
		if got != c.want || got.String() != c.text || got.IsZero() != (c.want == media.Rational{}) {
			t.Errorf("%d/%d: got %v (%s), want %v (%s)", c.num, c.den, got, got, c.want, c.text)
		}
	}
	if f := (media.Rational{Num: 30000, Den: 1001}).Float(); math.Abs(f-29.97) > 0.001 {
		t.Errorf("30000/1001 is %f", f)
	}
	if f := (media.Rational{Num: 3}).Float(); f != 0 {
		t.Errorf("what is unknown is %f", f)
	}
}

func TestWords(t *testing.T) {
	for k, want := range map[media.Kind]string{media.Video: "video", media.Audio: "audio", media.Text: "text", media.Other: "other", 77: "other"} {
		if got := k.String(); got != want {
			t.Errorf("kind %d is %q, want %q", k, got, want)
		}
	}
	if got := (media.KID{0: 0x0a, 15: 0xff}).String(); got != "0a0000000000000000000000000000ff" {
		t.Errorf("KID %q", got)
	}
	if got := (&media.Sample{DTS: 5, CTO: -7}).PTS(); got != -2 {
		t.Errorf("PTS %d", got)
	}
}
