package segment

import (
	"io"
	"time"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// AppendChunks appends the chunks of segment s of r, none of which lasts longer than longest, unless it is a single sample: of stored tracks those are runs of whole samples, of cues
// stretches of time. Together they have exactly the samples of s. Their Numbers are those of their fragments: they grow through all segments.
func AppendChunks(dst []timeline.Segment, r *presentation.Representation, s timeline.Segment) ([]timeline.Segment, error) {
	c := chunker{dst: dst, r: r, s: s, next: s.Start}
	var err error
	switch {
	case r.Track.Count == 0:
		c.cues()
	case r.KeyFrames:
		c.pictures()
	case r.Segments.Parted():
		err = c.parts()
	default:
		err = c.samples()
	}
	if err == nil {
		err = stretch(r, &s, c.dst[len(dst):])
	}
	return c.dst, err
}

// chunker cuts a segment.
type chunker struct {
	dst    []timeline.Segment
	r      *presentation.Representation
	s      timeline.Segment
	n      int64            // chunks so far
	next   media.Ticks      // where the next one starts
	ranges []timeline.Range // of all chunks
	open   int              // where those begin of the one that is being made
	length media.Ticks      // of that
}

// end ends the chunk.
func (c *chunker) end() {
	ranges := c.ranges[c.open:len(c.ranges):len(c.ranges)]
	if len(ranges) == 0 {
		return
	}
	c.dst = append(c.dst, timeline.Segment{Number: c.s.Number*c.r.Chunks.Most + c.n, Start: c.next, Duration: c.length, Ranges: ranges})
	c.next, c.n, c.open, c.length = c.next+c.length, c.n+1, len(c.ranges), 0
}

func (c *chunker) cues() {
	for left := c.s.Duration; left > 0; left -= c.r.Chunks.Longest {
		c.ranges, c.length = append(c.ranges, c.s.Ranges...), min(left, c.r.Chunks.Longest)
		c.end()
	}
}

func (c *chunker) samples() error {
	for _, rg := range c.s.Ranges {
		cursor := c.r.Track.Cursor(rg.First)
		var s media.Sample
		run := timeline.Range{First: rg.First, Shift: rg.Shift, Position: rg.Position}
		for i := range rg.Count {
			if !cursor.Next(&s) {
				return errs.Errorf(errs.Internal, "segment %d of %s: the index ends early", c.s.Number, c.r.ID)
			}
			if c.n == 0 && len(c.ranges) == 0 && run.Count == 0 && c.r.Track.Kind == media.Video {
				c.next = c.r.Decoded(&c.s, &s)
			}
			if c.length+s.Duration > c.r.Chunks.Longest && (run.Count > 0 || len(c.ranges) > c.open) {
				c.take(run)
				c.end()
				run = timeline.Range{First: rg.First + i, Shift: rg.Shift, Position: rg.Position + int64(i)}
			}
			run.Count, run.Bytes, run.Aux = run.Count+1, run.Bytes+uint64(s.Size), run.Aux+uint32(s.AuxSize)
			c.length += s.Duration
		}
		c.take(run)
	}
	c.end()
	return nil
}

// pictures makes a chunk of each random access point.
func (c *chunker) pictures() {
	s, lasts := keyFrames(c.r, c.s)
	for i := range lasts {
		c.ranges, c.length = append(c.ranges, s.Ranges[i]), lasts[i]
		c.end()
	}
}

// parts makes chunks of text that is shown beyond its segment too: of what is shown in it, as long as that is.
func (c *chunker) parts() error {
	return eachPart(c.r, c.s, func(x part) error {
		if c.length > 0 && c.length+x.length > c.r.Chunks.Longest {
			c.end()
		}
		run := timeline.Range{First: x.index, Shift: x.shift}
		if x.sample != nil {
			run.Count, run.Bytes = 1, uint64(x.sample.Size)
		}
		c.ranges = append(c.ranges, run)
		if c.length += x.length; x.last {
			c.end()
		}
		return nil
	})
}

func (c *chunker) take(run timeline.Range) {
	if run.Count > 0 {
		c.ranges = append(c.ranges, run)
	}
}

// Due returns how long after the start of the stream a chunk of segment k of r is there: when its media time is over. Text, and pictures for fast forward, that are shown for longer than chunks last
// are there as soon as those that are not.
func Due(r *presentation.Representation, k int, chunk *timeline.Segment) time.Duration {
	d := chunk.Duration
	if r.Lasting() {
		d = min(d, r.Chunks.Longest)
	}
	return r.Due(k, chunk.Start+d)
}

// appendReference appends the producer reference time (ISO/IEC 14496-12, 8.16.5) of a chunk: when its first sample was input to the encoder.
func appendReference(dst []byte, r *presentation.Representation, s timeline.Segment) []byte {
	const inputToEncoder = 0
	at := s.Start
	if t := r.Track; t.Count > 0 && !r.Lasting() {
		cursor := t.Cursor(s.Ranges[0].First)
		var first media.Sample
		cursor.Next(&first)
		at = first.PTS() + s.Ranges[0].Shift
	}
	dst, m := box.BeginFull(dst, "prft", 1, inputToEncoder)
	dst = box.U32(dst, trackID)
	dst = box.U64(dst, presentation.NTP(r.Chunks.Epoch.Add(at.Duration(r.Timescale))))
	dst = box.U64(dst, uint64(at+r.MediaOffset+r.Lag))
	return box.End(dst, m)
}

// aloneAmongChunks is sendfileFrom where there is a header between one run and the next: it takes a write of its own then.
const aloneAmongChunks = 96 << 10

// Write writes the size bytes from first on of plans, one after the other. A *SourceError is the payload's fault, any other error is w's own.
func Write(plans []*Plan, w io.Writer, from Payload, first, size int64) error {
	g := newGather(w, from)
	defer g.release()
	g.alone = aloneAmongChunks
	for _, p := range plans {
		if size == 0 {
			break
		}
		n := p.Size()
		if first >= n {
			first -= n
			continue
		}
		part := min(n-first, size)
		if err := g.plan(p, first, part); err != nil {
			return err
		}
		first, size = 0, size-part
	}
	return g.flush()
}
