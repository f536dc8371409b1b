package segment

import (
	"io"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// part is what is shown during a stretch of a segment: a stored sample, or nothing.
type part struct {
	sample *media.Sample // nil: nothing
	index  int           // of the sample in its track
	shift  media.Ticks
	length media.Ticks
	last   bool // of the segment
}

// eachPart calls f with all that is shown in s, in order and without holes.
func eachPart(r *presentation.Representation, s timeline.Segment, f func(part) error) error {
	at, end := s.Start, s.Start+s.Duration
	for _, rg := range s.Ranges {
		cursor := r.Track.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count; n++ {
			if !cursor.Next(&smp) {
				return errs.Errorf(errs.Internal, "segment %d of %s: the index ends early", s.Number, r.ID)
			}
			from := smp.DTS + r.Track.Delay + rg.Shift
			to := min(from+smp.Duration, end)
			if from = max(from, at); to <= from {
				continue
			}
			if from > at {
				if err := f(part{shift: rg.Shift, length: from - at}); err != nil {
					return err
				}
			}
			if err := f(part{&smp, rg.First + n, rg.Shift, to - from, to == end}); err != nil {
				return err
			}
			at = to
		}
	}
	if at < end {
		return f(part{shift: s.Ranges[0].Shift, length: end - at, last: true})
	}
	return nil
}

// noText is a TTML document in which nothing is shown.
const noText = `<tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""/>`

// makeParts plans a segment, or a chunk, of stored text that may be shown beyond it.
func (p *Plan) makeParts(r *presentation.Representation, s timeline.Segment, from io.ReaderAt) error {
	var samples []textSample
	var doc []byte
	err := eachPart(r, s, func(x part) error {
		before := len(p.Text)
		switch {
		case x.sample != nil:
			doc = append(doc[:0], make([]byte, x.sample.Size)...)
			if _, err := from.ReadAt(doc, x.sample.Offset); err != nil {
				return &SourceError{err}
			}
			if r.Track.Codec == media.STPP {
				p.Text = moveTTML(p.Text, doc, (x.shift + r.MediaOffset).Duration(r.Timescale))
			} else {
				p.Text = append(p.Text, doc...)
			}
		case r.Track.Codec == media.STPP:
			p.Text = append(p.Text, noText...)
		default:
			p.Text = append(p.Text, "\x00\x00\x00\x08vtte"...)
		}
		samples = append(samples, textSample{uint32(x.length), uint32(len(p.Text) - before)})
		return nil
	})
	if err != nil {
		return err
	}
	p.finishText(s, s.Start+r.MediaOffset, samples)
	return nil
}
