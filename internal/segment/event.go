package segment

import (
	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// appendEvents appends the event message boxes of a segment, or of a chunk of one (ISO/IEC 23009-1, 5.10.3.3).
func appendEvents(dst []byte, r *presentation.Representation, s *timeline.Segment) ([]byte, error) {
	if !r.Eventful() {
		return dst, nil
	}
	x := timeline.Stretch{From: s.Start, To: s.Start + s.Duration}
	if s.Stretch != nil {
		x = *s.Stretch
	} else if k, ok := r.Segments.Find(s.Start); ok {
		x.Segment = k
	} else {
		return nil, errs.Errorf(errs.Internal, "segment %d of %s is none of it", s.Number, r.ID)
	}
	err := r.Carried(x.Segment, x.From, x.To, func(e presentation.Carried) error {
		m, err := e.Message(e.Event)
		if err == nil {
			dst = appendEvent(dst, &e, m.Data)
		}
		return err
	})
	return dst, err
}

// unknownDuration is the event_duration of what does not say how long it is.
const unknownDuration = 0xFFFFFFFF

func appendEvent(dst []byte, e *presentation.Carried, data []byte) []byte {
	dst, m := box.BeginFull(dst, "emsg", e.Version, 0)
	duration := uint32(unknownDuration)
	if e.Duration >= 0 {
		duration = uint32(e.Duration)
	}
	if e.Version == 0 {
		dst = box.Text(box.Text(dst, e.Scheme), e.Value)
		dst = box.U32(dst, uint32(e.Timescale))
		dst = box.U32(dst, uint32(max(0, e.Delta)))
		dst = box.U32(box.U32(dst, duration), e.ID)
	} else {
		dst = box.U32(dst, uint32(e.Timescale))
		dst = box.U64(dst, uint64(max(0, e.Media)))
		dst = box.U32(box.U32(dst, duration), e.ID)
		dst = box.Text(box.Text(dst, e.Scheme), e.Value)
	}
	return box.End(append(dst, data...), m)
}

// eventsSize returns the bytes of the event message boxes of a segment.
func eventsSize(r *presentation.Representation, s timeline.Segment) (int64, error) {
	b, err := appendEvents(nil, r, &s)
	return int64(len(b)), err
}

// stretch divides a segment among its chunks, so that each of its events is in the one in which it comes: the first has what is before it, and the last what is after it.
func stretch(r *presentation.Representation, s *timeline.Segment, chunks []timeline.Segment) error {
	if !r.Eventful() || len(chunks) == 0 {
		return nil
	}
	k, ok := r.Segments.Find(s.Start)
	if !ok {
		return errs.Errorf(errs.Internal, "segment %d of %s is none of it", s.Number, r.ID)
	}
	all := make([]timeline.Stretch, len(chunks))
	from, end := s.Start, s.Start+s.Duration
	for i := range chunks {
		to := min(max(from, chunks[i].Start+chunks[i].Duration), end)
		if i == len(chunks)-1 {
			to = end
		}
		all[i] = timeline.Stretch{Segment: k, From: from, To: to}
		chunks[i].Stretch = &all[i]
		from = to
	}
	return nil
}
