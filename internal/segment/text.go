package segment

import (
	"encoding/binary"
	"io"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
	"github.com/dashwright/dashwright/internal/webvtt"
)

// textSample is a sample whose bytes are made here.
type textSample struct{ duration, size uint32 }

// makeCues plans a segment of cues: one sample for every change of what is shown.
func (p *Plan) makeCues(r *presentation.Representation, s timeline.Segment) {
	shift := s.Ranges[0].Shift
	var samples []textSample
	webvtt.Samples(r.Track.Cues, s.Start-shift, s.Start-shift+s.Duration, func(_, duration media.Ticks, active []media.Cue) bool {
		before := len(p.Text)
		p.Text = webvtt.AppendSample(p.Text, active)
		samples = append(samples, textSample{uint32(duration), uint32(len(p.Text) - before)})
		return true
	})
	p.finishText(s, s.Start+r.MediaOffset, samples)
}

// shifted says whether any of the segment's samples is shown at another time than it is stored for.
func shifted(r *presentation.Representation, s timeline.Segment) bool {
	for _, rg := range s.Ranges {
		if rg.Shift != 0 {
			return true
		}
	}
	return r.MediaOffset != 0
}

// makeTTML plans a segment of TTML documents. Their times are on the media time line, not the sample's (ISO/IEC 14496-30, 5.3), so they are moved with the samples.
func (p *Plan) makeTTML(r *presentation.Representation, s timeline.Segment, from io.ReaderAt) error {
	t := r.Track
	var samples []textSample
	var doc []byte
	tfdt := s.Start + r.MediaOffset
	for _, rg := range s.Ranges {
		cursor := t.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count && cursor.Next(&smp); n++ {
			if len(samples) == 0 {
				tfdt = smp.DTS + t.Delay + rg.Shift + r.MediaOffset
			}
			doc = append(doc[:0], make([]byte, smp.Size)...)
			if _, err := from.ReadAt(doc, smp.Offset); err != nil {
				return &SourceError{err}
			}
			before := len(p.Text)
			p.Text = moveTTML(p.Text, doc, (rg.Shift + r.MediaOffset).Duration(t.Timescale))
			samples = append(samples, textSample{uint32(smp.Duration), uint32(len(p.Text) - before)})
		}
	}
	p.finishText(s, tfdt, samples)
	return nil
}

// finishText writes the header of a segment whose payload is p.Text.
func (p *Plan) finishText(s timeline.Segment, tfdt media.Ticks, samples []textSample) {
	b, moof := box.Begin(p.Header, "moof")
	b, m := box.BeginFull(b, "mfhd", 0, 0)
	b = box.End(box.U32(b, uint32(s.Number)), m)
	b, traf := box.Begin(b, "traf")
	b, m = box.BeginFull(b, "tfhd", 0, 0x020000)
	b = box.End(box.U32(b, trackID), m)
	b, m = box.BeginFull(b, "tfdt", 1, 0)
	b = box.End(box.U64(b, uint64(tfdt)), m)
	b, trun := box.BeginFull(b, "trun", 0, trunDataOffset|trunDuration|trunSize)
	b = box.U32(b, uint32(len(samples)))
	offset := len(b)
	b = box.U32(b, 0)
	for _, smp := range samples {
		b = box.U32(box.U32(b, smp.duration), smp.size)
	}
	b = box.End(b, trun)
	b = box.End(b, traf)
	b = box.End(b, moof)
	binary.BigEndian.PutUint32(b[offset:], uint32(len(b)-moof+8))
	p.Header = appendMdatHeader(b, uint64(len(p.Text)))
	p.Payload = int64(len(p.Text))
}
