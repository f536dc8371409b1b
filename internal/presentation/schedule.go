package presentation

import (
	"math/bits"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// split divides a loop that comes again and again into Periods of an hour's perHour-th part: Period n begins with the first segment at or after n such parts, and goes on with the same media under
// the same URLs.
type split struct {
	of      *content
	perHour int64
	apart   bool // Periods have URLs of their own
}

// begins returns the position of the segment that Period n begins with.
func (s *split) begins(n int) int {
	l := s.of.loop
	return l.Ahead(media.Ticks(ceil(int64(n)*3600, int64(l.Scale), s.perHour)))
}

func (s *split) at(d time.Duration) int {
	l := s.of.loop
	t := l.Boundary(max(0, l.At(ticksDown(d, l.Scale))))
	return int(floor(int64(t), s.perHour, 3600*int64(l.Scale)))
}

func (s *split) piece(n int) (piece, bool) {
	first, end := s.begins(n), s.begins(n+1)
	x := slice(s.of, first, end, "P"+strconv.Itoa(n))
	x.number = n
	if s.apart {
		x.path = x.id + "/"
	}
	return x, n >= 0 && first < end
}

func (s *split) named(name string) (int, bool) {
	n, ok := periodNumber(name)
	return n, ok && s.apart && time.Duration(n) < time.Duration(s.perHour)*(mostTime/time.Hour)
}

// periodNumber reads the name of a Period that is numbered.
func periodNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "P")
	n, err := ordinal(digits)
	return n, ok && err == nil
}

// slice is a Period of segments of a loop that goes on under the presentation time line: its times are that's.
func slice(of *content, first, end int, id string) piece {
	l := of.loop
	x := piece{of: of, id: id, from: l.Boundary(first), to: l.Boundary(end), scale: l.Scale}
	x.start, x.end = x.from.Duration(l.Scale), x.to.Duration(l.Scale)
	return x
}

// breaks interrupts a loop: break j, from 1 on, begins with the first segment at or after j times every, and ends with the one nearest to length later. Periods with even numbers are the loop's, those
// with odd numbers the breaks.
type breaks struct {
	main, ad      *content
	every, length time.Duration
	apart         bool // Periods of the loop have URLs of their own too
}

// begins returns the position of the segment of the loop that break j takes the place of first.
func (b *breaks) begins(j int) int {
	if j == 0 {
		return 0
	}
	l := b.main.loop
	return l.Ahead(media.Ticks(ceil(int64(j)*int64(b.every), int64(l.Scale), int64(time.Second))))
}

// ends returns the position of the segment of the loop that is shown again after break j.
func (b *breaks) ends(j int) int {
	if j == 0 {
		return 0
	}
	l := b.main.loop
	first := b.begins(j)
	want := l.Boundary(first) + media.TicksOf(b.length, l.Scale)
	k := l.At(want)
	if l.Boundary(k+1)-want < want-l.Boundary(k) {
		k++
	}
	return min(max(k, first+1), b.begins(j+1))
}

func (b *breaks) at(d time.Duration) int {
	l := b.main.loop
	k := max(0, l.At(ticksDown(d, l.Scale)))
	j := int(floor(int64(l.Boundary(k)), int64(time.Second), int64(l.Scale)) / int64(b.every))
	if k < b.ends(j) {
		return 2*j - 1
	}
	return 2 * j
}

func (b *breaks) piece(n int) (piece, bool) {
	if n%2 == 0 {
		first, end := b.ends(n/2), b.begins(n/2+1)
		x := slice(b.main, first, end, "P"+strconv.Itoa(n/2))
		x.number = n
		if b.apart {
			x.path = x.id + "/"
		}
		return x, n >= 0 && first < end
	}
	j := (n + 1) / 2
	first, end := b.begins(j), b.ends(j)
	x := slice(b.main, first, end, "ad"+strconv.Itoa(j))
	x.number, x.path = n, x.id+"/"
	// The ad starts at its own start. What is more of it than of the interruption is cut off.
	x.of, x.scale, x.from = b.ad, b.ad.loop.Scale, 0
	x.to = max(1, ticksDown(x.end-x.start, x.scale))
	return x, n > 0 && first < end
}

func (b *breaks) named(name string) (int, bool) {
	if n, ok := periodNumber(name); ok && b.apart {
		return 2 * n, time.Duration(n) < mostTime/b.every
	}
	digits, ok := strings.CutPrefix(name, "ad")
	j, err := ordinal(digits)
	return 2*j - 1, ok && err == nil && j > 0 && time.Duration(j) < mostTime/b.every
}

// mostTime is how far times are reckoned: 146 years.
const mostTime = time.Duration(1) << 62

// ordinal reads a number as it is printed. It bounds it so that times cannot overflow.
func ordinal(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err == nil && strconv.FormatUint(n, 10) != s {
		err = strconv.ErrSyntax
	}
	return int(n), err
}

// programme shows parts one after another. When it is looped it begins anew after the last one, for ever. All its times are whole nanoseconds: what a Period begins with is where the Period says, so
// nothing adds up.
type programme struct {
	parts  []piece // of the first loop
	length time.Duration
	looped bool
}

func (g *programme) at(d time.Duration) int {
	loops, rest := int(d/g.length), d%g.length
	if !g.looped && loops > 0 {
		return len(g.parts) - 1
	}
	n := 0
	for n+1 < len(g.parts) && g.parts[n+1].start <= rest {
		n++
	}
	return loops*len(g.parts) + n
}

func (g *programme) piece(n int) (piece, bool) {
	if n < 0 || !g.looped && n >= len(g.parts) {
		return piece{}, false
	}
	loop := n / len(g.parts)
	x := g.parts[n%len(g.parts)]
	x.number = n
	if g.looped {
		x.id += "_" + strconv.Itoa(loop)
		x.start, x.end = x.start+time.Duration(loop)*g.length, x.end+time.Duration(loop)*g.length
	}
	x.path = url.PathEscape(x.id) + "/"
	return x, true
}

func (g *programme) named(name string) (int, bool) {
	loop := 0
	if g.looped {
		i := strings.LastIndexByte(name, '_')
		if i < 0 {
			return 0, false
		}
		var err error
		if loop, err = ordinal(name[i+1:]); err != nil || time.Duration(loop) >= mostTime/g.length {
			return 0, false
		}
		name = name[:i]
	}
	for i := range g.parts {
		if g.parts[i].id == name {
			return loop*len(g.parts) + i, true
		}
	}
	return 0, false
}

// floor and ceil return a × b / c, with a product of 128 bits; a is not negative, b and c are positive.
func floor(a, b, c int64) int64 {
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
