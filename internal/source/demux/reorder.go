package demux

import (
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// reorderDepth is how many pictures may be held back: the standard's limit is 16 (ISO/IEC 14496-10, A.3.1), doubled for fields.
const reorderDepth = 32

// Reorder gives decode times to a stream of which only presentation times are known (Matroska) or computed (AVI): the n-th
// Sample in decode order is decoded at the n-th smallest presentation time. So composition offsets may be negative, the first decode
// time is the first presentation time, and nothing overlaps.
//
// Push Samples in decode order with the presentation time in DTS; they are handed to out in the same order, DTS, CTO and Duration set.
type Reorder struct {
	out     func([]media.Sample) error
	pending []media.Sample // decode order, presentation time in DTS
	times   []media.Ticks  // the same times, sorted
	batch   []media.Sample
	last    media.Ticks // duration used for the very last Sample
}

// NewReorder returns a Reorder that hands Samples to out in batches. lastDuration is the last Sample's duration when it has none of its own and
// there is no earlier one to copy.
func NewReorder(lastDuration media.Ticks, out func([]media.Sample) error) *Reorder {
	return &Reorder{out: out, last: lastDuration}
}

// Push takes the next Sample in decode order.
func (r *Reorder) Push(s media.Sample) error {
	i, _ := slices.BinarySearch(r.times, s.DTS)
	r.times = slices.Insert(r.times, i, s.DTS)
	r.pending = append(r.pending, s)
	if len(r.pending) > reorderDepth+1 {
		return r.emit(r.times[1] - r.times[0])
	}
	return nil
}

func (r *Reorder) emit(duration media.Ticks) error {
	s := r.pending[0]
	pts := s.DTS
	s.DTS = r.times[0]
	s.CTO = int32(pts - s.DTS)
	s.Duration = duration
	r.last = duration
	r.pending = append(r.pending[:0], r.pending[1:]...)
	r.times = append(r.times[:0], r.times[1:]...)
	r.batch = append(r.batch, s)
	if len(r.batch) == 256 {
		return r.flush()
	}
	return nil
}

func (r *Reorder) flush() error {
	err := r.out(r.batch)
	r.batch = r.batch[:0]
	return err
}

// Close hands over what is left.
func (r *Reorder) Close() error {
	for len(r.pending) > 0 {
		d := r.last
		if own := r.pending[0].Duration; len(r.pending) == 1 && own > 0 {
			d = own
		}
		if len(r.times) > 1 {
			d = r.times[1] - r.times[0]
		}
		if err := r.emit(d); err != nil {
			return err
		}
	}
	if len(r.batch) == 0 {
		return nil
	}
	return r.flush()
}
