package flv

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	following  = 12 // tags after one with a doubtful time that are looked at
	saidAnew   = 5  // new beginnings that are told one by one
	farAtEnd   = 10 * 1000
	peekWindow = 256
)

// at returns the time of a tag of stream 0 or 1 in milliseconds. A time that is far from the last one counts when those after it go on from there; when they go on from where the clock was, it is a
// damaged one, and the tag is put between its neighbours.
func (s *scanner) at(t tag, stream int) int64 {
	raw := t.time
	if s.clock.jumps(raw) {
		if next, wrong := s.resumed(t); wrong {
			raw = s.clock.raw
			if own := s.clock.ownRaw[stream]; s.clock.seen[stream] && next != nil && int32(*next-own) > 0 {
				raw = own + (*next-own)/2
			}
			s.warn("the time of the tag at byte %d, %.3f s, is damaged: those before and after it are at %.3f s; it is put between them, as are others like it", t.off-tagHeader, seconds(t.time), seconds(s.clock.raw))
		}
	}
	from := s.clock.raw
	ms, anew := s.clock.unwrap(raw, stream)
	if anew {
		if s.anew++; s.anew <= saidAnew {
			s.res.Warnings = append(s.res.Warnings, fmt.Sprintf("the clock begins anew at byte %d, from %.3f s to %.3f s: the time line goes on without a gap", t.off-tagHeader, seconds(from), seconds(raw)))
		}
	}
	return ms
}

func seconds(ms uint32) float64 { return float64(ms) / 1000 }

// resumed says whether the tags after t go on from where the clock was before it, and, if so, at what time the next one of the same stream is.
func (s *scanner) resumed(t tag) (next *uint32, wrong bool) {
	if s.peek == nil {
		s.peek = demux.NewWindow(s.f, peekWindow)
	}
	before, with := 0, 0
	for off, n := t.off+t.size+tagTrailer, 0; n < following; {
		h, err := s.peek.Bytes(off, tagHeader)
		if err != nil || len(h) < tagHeader || h[0]&0xe0 != 0 {
			break
		}
		kind, size := h[0], uint24(h[1:])
		raw := uint32(uint24(h[4:])) | uint32(h[7])<<24
		off += tagHeader + size + tagTrailer
		if kind != tagAudio && kind != tagVideo || size == 0 {
			n++ // or there would be no end to them
			continue
		}
		n++
		switch {
		case !s.clock.jumps(raw):
			before++
			if kind == t.kind && next == nil {
				next = &raw
			}
		case near(raw, t.time):
			with++
		}
	}
	if before+with == 0 { // it is the last: nothing speaks for a long wait
		return nil, int32(t.time-s.clock.raw) > farAtEnd
	}
	return next, before > with
}

// near says whether two times are within a jump of each other.
func near(a, b uint32) bool {
	d := int64(int32(a - b))
	return d >= -jumpBack && d <= jumpAhead
}
