package periods

import (
	"math/bits"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Split divides a loop that comes again and again into Periods of an hour's PerHour-th part: Period n begins with the first segment at or after n such parts.
type Split struct {
	Loop    *timeline.Loop
	PerHour int64
}

// Begins returns the position of the segment that Period n begins with.
func (s *Split) Begins(n int) int {
	return s.Loop.Ahead(media.Ticks(ceil(int64(n)*3600, int64(s.Loop.Scale), s.PerHour)))
}

// At returns the number of the Period that d, which is not before 0, is in.
func (s *Split) At(d time.Duration) int {
	l := s.Loop
	t := l.Boundary(max(0, l.At(Ticks(d, l.Scale))))
	return int(Floor(int64(t), s.PerHour, 3600*int64(l.Scale)))
}

// Starts returns the times in the loop at which Periods begin, each once, or more: all segments' when those are very many.
func (s *Split) Starts() []media.Ticks {
	return starts(s.Loop, int64(s.Loop.Length)*s.PerHour, 3600*int64(s.Loop.Scale), s.Begins)
}

// Breaks interrupt a loop: break j, from 1 on, begins with the first segment at or after j times Every, and ends with the one nearest to Length later. Periods with even numbers are the loop's, those
// with odd numbers the breaks.
type Breaks struct {
	Loop          *timeline.Loop
	Every, Length time.Duration
}

// Begins returns the position of the segment of the loop that break j takes the place of first.
func (b *Breaks) Begins(j int) int {
	if j == 0 {
		return 0
	}
	return b.Loop.Ahead(media.Ticks(ceil(int64(j)*int64(b.Every), int64(b.Loop.Scale), int64(time.Second))))
}

// Ends returns the position of the segment of the loop that is shown again after break j; that of break 0 is the start of the stream.
func (b *Breaks) Ends(j int) int {
	if j == 0 {
		return 0
	}
	l := b.Loop
	first := b.Begins(j)
	want := l.Boundary(first) + media.TicksOf(b.Length, l.Scale)
	k := l.At(want)
	if l.Boundary(k+1)-want < want-l.Boundary(k) {
		k++
	}
	return min(max(k, first+1), b.Begins(j+1))
}

// At returns the number of the Period that d, which is not before 0, is in.
func (b *Breaks) At(d time.Duration) int {
	l := b.Loop
	k := max(0, l.At(Ticks(d, l.Scale)))
	j := int(Floor(int64(l.Boundary(k)), int64(time.Second), int64(l.Scale)) / int64(b.Every))
	if k < b.Ends(j) {
		return 2*j - 1
	}
	return 2 * j
}

// Starts returns the times in the loop at which it goes on after a break, and at which it began, each once, or more: all segments' when those are very many.
func (b *Breaks) Starts() []media.Ticks {
	step := media.TicksOf(b.Every, b.Loop.Scale)
	if step.Duration(b.Loop.Scale) != b.Every {
		return b.Loop.Starts
	}
	return starts(b.Loop, int64(b.Loop.Length), int64(step), b.Ends)
}

// starts returns which of a loop's segments are at the positions that begins returns for 0, 1, 2 …, when those come round after as many as it takes for multiples of step to be multiples of length. 0, where
// the stream begins, need not be like those that come round: the last of a round is looked at too.
func starts(l *timeline.Loop, length, step int64, begins func(int) int) []media.Ticks {
	const many = 1 << 14
	round := length / gcd(length, step)
	if round > many {
		return l.Starts
	}
	seen := map[int]bool{}
	var list []media.Ticks
	for n := range int(round) + 1 {
		if k := begins(n) % len(l.Starts); !seen[k] {
			seen[k] = true
			list = append(list, l.Starts[k])
		}
	}
	return list
}

// MostTime is how far times are reckoned: 146 years.
const MostTime = time.Duration(1) << 62

// Ordinal reads a number as it is printed. It bounds it so that times cannot overflow.
func Ordinal(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err == nil && strconv.FormatUint(n, 10) != s {
		err = strconv.ErrSyntax
	}
	return int(n), err
}

// Ticks converts a duration that is not negative to ticks, rounded down.
func Ticks(d time.Duration, s media.Timescale) media.Ticks {
	t := media.TicksOf(d, s)
	if t.Duration(s) > d {
		t--
	}
	return t
}

// Floor returns a × b / c, rounded down, with a product of 128 bits; a is not negative, b and c are positive.
func Floor(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}

func ceil(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)-1, 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(c))
	return int64(q)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
