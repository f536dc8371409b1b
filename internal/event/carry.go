package event

import "github.com/dashwright/dashwright/internal/media"

// Carried calls yield with the Events that are carried in [lo, hi): where they are announced, which is no earlier than their Period begins, nor later than it ends; period says when that is. begins says
// that a segment begins at lo: those that are repeated are there again.
func (s *Stream) Carried(lo, hi media.Ticks, begins bool, period func(Event) (start, end media.Ticks), yield func(Event) bool) {
	ahead, late := s.Ticks(s.Ahead.Duration), s.Ticks(-s.Ahead.Duration)
	from := lo
	if late > 0 {
		from = max(0, lo-late)
	}
	s.Between(from, hi+ahead, func(e Event) bool {
		at := e.At - ahead + late
		if at != e.At {
			start, end := period(e)
			if late > 0 {
				at = max(e.At, min(at, end-1))
			} else {
				at = min(max(at, start), e.At)
			}
		}
		if at >= lo && at < hi || s.Repeated && begins && at < lo && e.At >= lo {
			return yield(e)
		}
		return true
	})
}
