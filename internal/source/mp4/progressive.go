package mp4

import (
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// held is how many samples after the edit's end are looked at for one that is shown before it: the longest reordering.
const held = 32

// moovSamples hands over the samples of t that moov describes.
func (s *scan) moovSamples(t *track) error {
	c, err := s.cursor(t, t.timing.shift)
	if err != nil {
		return errs.Errorf(errs.Invalid, "track %d: %w", t.media.ID, err)
	}
	if c.total == 0 {
		return nil
	}
	if c.sizes.same && !s.claim(int64(c.total)*int64(c.sizes.buf[0])) {
		return errs.Errorf(errs.Invalid, "track %d says that it has %d samples of %d bytes: the file is not as large", t.media.ID, c.total, c.sizes.buf[0])
	}
	from := 0
	if t.timing.cut > 0 && t.timing.priming == 0 {
		if from, err = s.firstShown(t, c); err == nil {
			c, err = s.cursor(t, t.timing.shift)
		}
		if err != nil {
			return errs.Errorf(errs.Invalid, "track %d: %w", t.media.ID, err)
		}
	}
	if len(t.later) > 0 {
		return s.joined(t, c, from)
	}
	var after []media.Sample
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		n, err := c.fill(s.batch)
		if err != nil {
			s.warn.addf("track %d: %v; its samples from %s on are missing", t.media.ID, err, clock(c.dts, t.media.Timescale))
			break
		}
		if n == 0 {
			break
		}
		b := s.batch[:n]
		b = b[min(max(from-(c.next-n), 0), n):]
		more := true
		if t.timing.end != math.MaxInt64 {
			b, after, more = s.untilEnd(t.timing.end, b, after)
		}
		if err := s.deliver(t, b); err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
	t.nextDTS = c.dts - t.timing.shift
	return s.complaints(t, c)
}

// cursor opens the sample tables of t, its time shifted.
func (s *scan) cursor(t *track, shift media.Ticks) (*cursor, error) {
	c, err := newCursor(s.movie.view, &t.tables, shift)
	if err != nil {
		return nil, err
	}
	c.chunks.sameEntries = t.uniform()
	if c.keys, err = s.movie.view.openKeys(t); err != nil {
		return nil, err
	}
	c.aux, err = s.movie.auxTables(t)
	return c, err
}

// firstShown returns the number of the first sample to hand over where the edit list cuts off the start: for video that is the last sync sample
// before the cut, else the first sample that reaches over it. c is used up.
func (s *scan) firstShown(t *track, c *cursor) (int, error) {
	x := &t.timing
	from := 0
	for {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		n, err := c.fill(s.batch)
		if err != nil {
			return 0, err
		}
		for i := range s.batch[:n] {
			p := &s.batch[i]
			if t.media.Kind == media.Video {
				if p.Sync && p.PTS() <= x.begin {
					from = c.next - n + i
				}
				if p.PTS() > x.begin && p.Sync || p.DTS > x.begin {
					n = 0
					break
				}
			} else if p.PTS()+p.Duration > x.begin {
				from, n = c.next-n+i, 0
				if t.media.Kind == media.Audio {
					x.priming = max(x.begin-p.PTS(), 0)
					s.warn.addf("track %d: its edit list cuts off the first %s", t.media.ID, clock(x.cut, t.media.Timescale))
				}
				break
			}
		}
		if n == 0 {
			return from, nil
		}
	}
}

// untilEnd takes away samples that the edit list's end cuts off: those that are presented after it and that no sample before it in presentation order
// follows. It returns what is left, what it waits with, and false when there is no more to come.
func (s *scan) untilEnd(end media.Ticks, b, after []media.Sample) (rest, wait []media.Sample, more bool) {
	first := -1
	for i := range b {
		if b[i].PTS() >= end {
			first = i
			break
		}
	}
	if first < 0 && len(after) == 0 {
		return b, nil, true
	}
	rest = s.spare[:0]
	for i := range b {
		switch {
		case b[i].PTS() < end:
			rest = append(append(rest, after...), b[i])
			after = after[:0]
		case len(after) == held:
			return rest, nil, false
		default:
			after = append(after, b[i])
		}
	}
	s.spare = rest
	return rest, after, true
}

// complaints says what was wrong with the tables of t.
func (s *scan) complaints(t *track, c *cursor) error {
	id, scale := t.media.ID, t.media.Timescale
	switch {
	case c.changed >= 0:
		return errs.Errorf(errs.Unsupported, "track %d changes its sample description at sample %d (%s): a stream has one; encode the file again, or cut it there",
			id, c.changed+1, clock(c.dts, scale))
	case c.beyond >= 0:
		s.warn.addf("track %d: the file ends before its samples from %s on (sample %d of %d); they are missing", id, clock(c.dts, scale), c.beyond+1, c.total)
	case c.next < c.total:
		s.warn.addf("track %d: its chunks hold %d of its %d samples; those from %s on are missing", id, c.next, c.total, clock(c.dts, scale))
	}
	if c.untimed >= 0 {
		s.warn.addf("track %d: stts says nothing of its samples from %d on; they last as long as the one before", id, c.untimed+1)
	}
	if c.still > 0 && !c.negative {
		s.warn.addf("track %d: %d of its %d samples last no time, by stts: they are a tick after one another; write the file anew with the right times", id, c.still, c.total)
	}
	if c.negative {
		s.warn.addf("track %d: stts has negative durations, which are taken as 0", id)
	}
	return nil
}
