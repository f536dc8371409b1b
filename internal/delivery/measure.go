package delivery

import (
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// measuring returns how files are opened for what must be read before the sizes of its segments are known.
func (h *Handler) measuring(q *request) segment.Opener {
	return func(e *presentation.Period, r *presentation.Representation) (segment.Payload, func(), error) {
		of := *q
		of.asset = e.Asset
		s := &sender{h: h, q: &of, track: r.Track}
		if _, err := s.open(); err != nil {
			return nil, nil, err
		}
		return s, s.close, nil
	}
}
