package segment

import (
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// keyFrames returns s with its random access points alone, each a Range of its own, and how long each of them lasts: until the next, the last one to the end of the segment. The first is shown
// from the start of the segment on, even where pictures that are left out would have come before it, so that nothing is missing between segments.
func keyFrames(r *presentation.Representation, s timeline.Segment) (timeline.Segment, []media.Ticks) {
	t := r.Track
	var ranges []timeline.Range
	var starts []media.Ticks
	end := s.Start + s.Duration
	for _, rg := range s.Ranges {
		cursor := t.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count && cursor.Next(&smp); n++ {
			if !smp.Sync && len(ranges) > 0 { // the first is what a damaged file begins with
				continue
			}
			at := s.Start
			if len(ranges) > 0 {
				if at = smp.PTS() + rg.Shift; at >= end {
					continue
				}
				if last := len(ranges) - 1; at <= starts[last] {
					// Both are shown before presentation time 0: the later one stays.
					at, ranges, starts = starts[last], ranges[:last], starts[:last]
				}
			}
			starts = append(starts, at)
			ranges = append(ranges, timeline.Range{First: rg.First + n, Count: 1, Shift: at - smp.DTS - t.Delay, Bytes: uint64(smp.Size), Aux: uint32(smp.AuxSize), Position: rg.Position + int64(n)})
		}
	}
	lasts := make([]media.Ticks, len(starts))
	for i := range lasts {
		next := end
		if i+1 < len(starts) {
			next = starts[i+1]
		}
		lasts[i] = next - starts[i]
	}
	s.Ranges = ranges
	return s, lasts
}
