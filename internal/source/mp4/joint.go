package mp4

import (
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxShowings is how often all samples of a track may be shown, on average: an edit list can repeat them, and each takes room in the index.
const maxShowings = 4

// joined hands over the samples of t piece by piece, as its edits show them. The first piece has the cursor c and begins with sample from. Nothing
// is decoded that is not shown, because no fragment can say so: a later piece of video begins with its first random access point, and the picture
// before it stands still until then; in front of a joint, pictures that others need and that would be shown after it are put just before it.
func (s *scan) joined(t *track, c *cursor, from int) error {
	left := c.total * maxShowings
	j := joint{t: t, timing: t.timing, floor: math.MinInt64}
	for i := 0; ; i++ {
		j.last = i == len(t.later)
		err := s.piece(&j, c, from, &left)
		if err != nil {
			return err
		}
		if j.last {
			return nil
		}
		j.next(t.later[i])
		if c, err = s.cursor(t, j.shift); err == nil {
			from, err = s.splice(&j, c)
		}
		if err == nil {
			c, err = s.cursor(t, j.shift)
		}
		if err != nil {
			return errs.Errorf(errs.Invalid, "track %d: %w", t.media.ID, err)
		}
	}
}

// joint is where one piece of a track ends and the next one begins.
type joint struct {
	timing
	t     *track
	floor media.Ticks // presentation time before which nothing of the piece is shown
	ends  media.Ticks // and at which what was handed over ends
	last  bool        // nothing comes after the piece
	aside int         // pictures put just before the end
	after []media.Sample
}

func (j *joint) next(x timing) {
	j.timing, j.floor, j.aside, j.after = x, x.begin, 0, j.after[:0]
}

// splice returns the first sample of a piece after the first one, and sets where it begins. c is used up.
func (s *scan) splice(j *joint, c *cursor) (int, error) {
	id, scale := j.t.media.ID, j.t.media.Timescale
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
			at := p.PTS()
			switch {
			case j.t.media.Kind == media.Audio:
				// Frames follow one another without a hole: the nearest one is taken, half a frame off at most.
				target := j.begin
				if gap := j.begin - j.ends; max(gap, -gap) <= p.Duration {
					target = j.ends
				}
				if at+p.Duration/2 <= target {
					continue
				}
				if target == j.ends {
					j.shift += target - at
				}
				j.floor = math.MinInt64
			case j.t.media.Kind == media.Video:
				if !p.Sync || at < j.begin-s.slack(j.t, p) {
					continue
				}
				j.floor = at
				if late := min(at, j.end) - j.begin; late >= p.Duration {
					s.warn.addf("track %d: what its edit list shows at %s begins %s before a random access point; the picture before it stands still until then", id, clock(j.begin, scale), clock(late, scale))
				}
			case at+p.Duration <= j.begin:
				continue
			}
			return c.next - n + i, nil
		}
		if n == 0 {
			return c.next, nil
		}
	}
}

// slack is how far a time of the movie may be off in the track: its timescale is often coarser.
func (s *scan) slack(t *track, p *media.Sample) media.Ticks {
	return min(ticks(1, s.movie.timescale, t.media.Timescale), p.Duration/4)
}

// piece hands over the samples of one piece, from the sample from on. Where more are shown than left, it is the last one, as far as it goes.
func (s *scan) piece(j *joint, c *cursor, from int, left *int) error {
	for more := true; more; {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		n, err := c.fill(s.batch)
		if err != nil {
			s.warn.addf("track %d: %v; its samples from %s on are missing", j.t.media.ID, err, clock(c.dts, j.t.media.Timescale))
			return nil
		}
		if n == 0 {
			return s.complaints(j.t, c)
		}
		b := s.batch[min(max(from-(c.next-n), 0), n):n]
		if b, more = s.trim(j, b); len(b) > 0 {
			p := &b[len(b)-1]
			j.ends = p.DTS + p.Duration
			if *left <= 0 {
				s.warn.addf("track %d: its edit list shows its samples more than %d times; what is shown from %s on is left out", j.t.media.ID, maxShowings, clock(b[0].PTS(), j.t.media.Timescale))
				j.last = true
				return nil
			}
		}
		*left -= len(b)
		if err := s.deliver(j.t, b); err != nil {
			return err
		}
	}
	return nil
}

// trim takes away what the piece does not show. more is false when nothing that it shows comes after b.
func (s *scan) trim(j *joint, b []media.Sample) (rest []media.Sample, more bool) {
	end := j.end
	if j.t.media.Kind == media.Video && j.last {
		b = slices.DeleteFunc(b, func(p media.Sample) bool { return p.PTS() < j.floor })
		b, j.after, more = s.untilEnd(end, b, j.after)
		return b, more
	}
	rest, more = s.spare[:0], true
	for i := range b {
		p := b[i]
		at := p.PTS()
		switch j.t.media.Kind {
		case media.Audio:
			if !j.last {
				at += p.Duration / 2
			}
			more = at < end
		case media.Video:
			if at < j.floor {
				continue
			}
			slack := s.slack(j.t, &p)
			if at >= end-slack {
				// That it is needed shows only when another one follows that is before the end.
				if j.after = append(j.after, p); len(j.after) <= held {
					continue
				}
				more = false
				break
			}
			if more = j.aside+len(j.after) <= int(slack); more {
				for _, q := range j.after {
					j.aside++
					q.CTO -= int32(q.PTS() - (end - media.Ticks(j.aside)))
					rest = append(rest, q)
				}
				j.after = j.after[:0]
			}
		default:
			more = at < end
			p.DTS, p.CTO = max(at, j.floor), 0
			p.Duration = max(min(at+p.Duration, end)-p.DTS, 0)
		}
		if !more {
			break
		}
		rest = append(rest, p)
	}
	s.spare = rest
	return rest, more
}
