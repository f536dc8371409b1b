package presentation

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/periods"
)

// split divides a loop into Periods: each goes on with the same media under the same URLs.
type split struct {
	periods.Split
	of    *content
	apart bool // Periods have URLs of their own
}

func (s *split) at(d time.Duration) int { return s.At(d) }

func (s *split) piece(n int) (piece, bool) {
	first, end := s.Begins(n), s.Begins(n+1)
	x := slice(s.of, first, end, "P"+strconv.Itoa(n))
	x.number = n
	if s.apart {
		x.path = x.id + "/"
	}
	return x, n >= 0 && first < end
}

func (s *split) named(name string) (int, bool) {
	n, ok := periodNumber(name)
	return n, ok && s.apart && time.Duration(n) < time.Duration(s.PerHour)*(periods.MostTime/time.Hour)
}

// periodNumber reads the name of a Period that is numbered.
func periodNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "P")
	n, err := periods.Ordinal(digits)
	return n, ok && err == nil
}

// slice is a Period of segments of a loop that goes on under the presentation time line: its times are that's.
func slice(of *content, first, end int, id string) piece {
	l := of.loop
	x := piece{of: of, id: id, from: l.Boundary(first), to: l.Boundary(end), scale: l.Scale}
	x.start, x.end = x.from.Duration(l.Scale), x.to.Duration(l.Scale)
	return x
}

// breaks interrupts a loop.
type breaks struct {
	periods.Breaks
	main, ad *content
	apart    bool // Periods of the loop have URLs of their own too
}

func (b *breaks) at(d time.Duration) int { return b.At(d) }

func (b *breaks) piece(n int) (piece, bool) {
	if n%2 == 0 {
		first, end := b.Ends(n/2), b.Begins(n/2+1)
		x := slice(b.main, first, end, "P"+strconv.Itoa(n/2))
		x.number = n
		if b.apart {
			x.path = x.id + "/"
		}
		return x, n >= 0 && first < end
	}
	j := (n + 1) / 2
	first, end := b.Begins(j), b.Ends(j)
	x := slice(b.main, first, end, "ad"+strconv.Itoa(j))
	x.number, x.path = n, x.id+"/"
	// The ad starts at its own start. What is more of it than of the interruption is cut off.
	x.of, x.scale, x.from = b.ad, b.ad.loop.Scale, 0
	x.to = max(1, periods.Ticks(x.end-x.start, x.scale))
	return x, n > 0 && first < end
}

func (b *breaks) named(name string) (int, bool) {
	if n, ok := periodNumber(name); ok && b.apart {
		return 2 * n, time.Duration(n) < periods.MostTime/b.Every
	}
	digits, ok := strings.CutPrefix(name, "ad")
	j, err := periods.Ordinal(digits)
	return 2*j - 1, ok && err == nil && j > 0 && time.Duration(j) < periods.MostTime/b.Every
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
		if loop, err = periods.Ordinal(name[i+1:]); err != nil || time.Duration(loop) >= periods.MostTime/g.length {
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

func floor(a, b, c int64) int64 { return periods.Floor(a, b, c) }
