package flv

import "github.com/dashwright/dashwright/internal/media"

const (
	milliseconds media.Timescale = 1000

	jumpBack  = 1000      // milliseconds back that are a new beginning and no loose interleaving
	jumpAhead = 2000      // milliseconds ahead that may be a wrong time
	jumpStep  = 40        // milliseconds from the last frame before a new beginning to the first after it
	wrap24    = 1 << 24   // where writers that do not know the extended byte wrap
	nearWrap  = 10 * 1000 // milliseconds after such a wrap

	fastest = 250 // frames per second: beyond, every millisecond would be a frame to within one
	finest  = 10_000_000
)

// clock unwraps the file's times. All tags are on one clock, so that streams stay together when it begins anew.
type clock struct {
	begun  bool
	raw    uint32    // of the last tag
	now    int64     // of the last tag, milliseconds
	latest int64     // the greatest so far
	own    [2]int64  // of the last tag of each stream
	ownRaw [2]uint32 // the same as the file has it
	seen   [2]bool
}

// jumps says whether a time is far from that of the last tag.
func (c *clock) jumps(raw uint32) bool {
	delta := int64(int32(raw - c.raw))
	return c.begun && (delta < -jumpBack || delta > jumpAhead)
}

// unwrap returns the time of a tag of stream 0 or 1 in milliseconds; anew says that the file's clock began anew.
func (c *clock) unwrap(raw uint32, stream int) (ms int64, anew bool) {
	if !c.begun {
		c.begun, c.now, c.latest = true, int64(raw), int64(raw)
		if raw >= 1<<31 { // a little before 0
			c.now, c.latest = int64(int32(raw)), int64(int32(raw))
		}
	} else {
		delta := int64(int32(raw - c.raw))
		now := c.now + delta
		if delta < -jumpBack && c.seen[stream] && now < c.own[stream] {
			if after := delta + wrap24; after > -jumpBack && after < nearWrap {
				now = c.now + after
			} else {
				now, anew = c.latest+jumpStep, true
			}
		}
		c.now = now
	}
	c.raw = raw
	c.latest = max(c.latest, c.now)
	c.own[stream], c.ownRaw[stream], c.seen[stream] = c.now, raw, true
	return c.now, anew
}

// grid puts milliseconds back on the frames of a constant rate. The zero grid counts milliseconds.
type grid struct {
	rate  media.Rational
	scale media.Timescale
	step  media.Ticks // of a frame
	begun bool
	base  int64 // milliseconds of frame 0: 0 when the first time lies on the grid that begins there
}

func newGrid(rate media.Rational) grid {
	if rate.IsZero() || rate.Float() > fastest || rate.Num > finest {
		return grid{scale: milliseconds}
	}
	num, den := uint64(rate.Num), uint64(rate.Den)
	for num < 10_000 {
		num, den = num*10, den*10
	}
	return grid{rate: rate, scale: media.Timescale(num), step: media.Ticks(den)}
}

// frame returns the number of the frame at ms, counted from the base, and false when none is there to within a millisecond.
func (g *grid) frame(ms int64) (int64, bool) {
	t := ms - g.base
	n := media.MulDiv(t, int64(g.rate.Num), int64(g.rate.Den)*1000)
	off := t*int64(g.rate.Num) - n*1000*int64(g.rate.Den)
	return n, max(off, -off) <= int64(g.rate.Num)
}

// ticks returns a time on the grid, and false when it is off it.
func (g *grid) ticks(ms int64) (media.Ticks, bool) {
	if g.rate.IsZero() {
		return media.Ticks(ms), true
	}
	if !g.begun {
		g.begun = true
		if _, ok := g.frame(ms); !ok {
			g.base = ms
		}
	}
	n, ok := g.frame(ms)
	return media.Ticks(g.base).In(milliseconds, g.scale) + media.Ticks(n)*g.step, ok
}
