package mpegts

// The clock of ISO/IEC 13818-1, 2.4.3.7: 33 bits at 90 kHz.
const (
	hz       = 90000
	wrap     = 1 << 33
	farAhead = 10 * hz // a greater step is a jump
	farBack  = hz / 4
	// nearAhead is the same after a discontinuity_indicator.
	nearAhead = hz
	// settleAfter is how long a jump waits for the other tracks to follow.
	settleAfter = 3 * hz
	// maxPending is how many access units of a track may wait for that.
	maxPending = 2000
)

// since returns a - b on the 33-bit clock, the shorter way round.
func since(a, b int64) int64 {
	d := (a - b) & (wrap - 1)
	if d >= wrap/2 {
		d -= wrap
	}
	return d
}

// epoch is a stretch of time on one clock, its times unwrapped to 64 bits.
type epoch struct {
	began   int64 // the time it began with
	latest  int64 // the greatest so far
	offset  int64 // what to add to its times for the time line of the program; known once settled
	settled bool
}

// timing is where a track is on the clock.
type timing struct {
	epoch *epoch
	last  int64 // time, unwrapped
	seen  int   // stamps.signalled of it
}

// clock is the time line that all tracks share.
type clock struct {
	newest    *epoch
	signalled int // discontinuity_indicators so far
}

// place gives a 33-bit time its epoch and unwraps it. began says that the epoch is a new one: the clock jumped. signalled is that of its stamps.
// reordered allows times to go back as far as picture reordering takes them.
func (c *clock) place(t *timing, raw int64, signalled int, reordered bool) (ep *epoch, time int64, began bool) {
	ahead, back := int64(farAhead), int64(farBack)
	if t.seen != signalled {
		ahead = nearAhead
		t.seen = signalled
	}
	if reordered {
		back = hz
	}
	best := int64(farAhead + 1)
	if t.epoch != nil {
		d := since(raw, t.last)
		near := d
		if d > ahead { // silence of this track alone is no jump
			near = since(raw, t.epoch.latest)
		}
		if d >= -back && near <= ahead && near >= -ahead {
			ep, time, best = t.epoch, t.last+d, max(near, -near)
		}
	}
	if n := c.newest; n != nil && n != t.epoch {
		if d := since(raw, n.latest); max(d, -d) < best {
			ep, time = n, n.latest+d
		}
	}
	if ep == nil {
		ep = &epoch{began: raw, latest: raw, settled: c.newest == nil}
		began = c.newest != nil
		c.newest, time = ep, raw
	}
	ep.latest = max(ep.latest, time)
	t.epoch, t.last = ep, time
	return ep, time, began
}
