package segment

import (
	"io"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// indexSize returns the bytes of the sidx box with n references.
func indexSize(n int) int64 { return 40 + 12*int64(n) }

// Subsegments returns the sizes of r's segments as they stand in a Representation that is one file. Of one that is encrypted while it is served Measure must have found them.
func Subsegments(r *presentation.Representation) ([]int64, error) {
	switch {
	case len(r.Sizes) == r.Segments.Len():
		return r.Sizes, nil
	case r.Protection != nil:
		return nil, errs.Errorf(errs.Internal, "%s has not been measured", r.ID)
	}
	return subsegments(r, nil)
}

func subsegments(r *presentation.Representation, from io.ReaderAt) ([]int64, error) {
	sizes := make([]int64, r.Segments.Len())
	var p Plan
	for i := range sizes {
		n, err := subsegmentSize(r, r.Segments.At(i), &p, from)
		if err != nil {
			return nil, err
		}
		sizes[i] = n
	}
	return sizes, nil
}

// subsegmentSize returns the size of one. What is encrypted is made as far as its header, in p.
func subsegmentSize(r *presentation.Representation, s timeline.Segment, p *Plan, from io.ReaderAt) (int64, error) {
	if r.Protection != nil {
		err := p.Make(r, s, false, from)
		return p.Size(), err
	}
	if r.KeyFrames {
		s, _ = keyFrames(r, s)
	}
	if r.Track.Count == 0 {
		var p Plan
		p.makeCues(r, s)
		return p.Size(), nil
	}
	events, err := eventsSize(r, s)
	if err != nil {
		return 0, err
	}
	var count int
	var payload uint64
	for _, rg := range s.Ranges {
		count, payload = count+rg.Count, payload+rg.Bytes
	}
	aux, err := storedAuxSize(r, &s)
	if err != nil {
		return 0, err
	}
	n := events + fragmentSize(r, count, payload) + aux + int64(payload)
	if n >= 1<<31 {
		return 0, errs.Errorf(errs.Unsupported, "segment %d of %s has %d bytes: a segment index can say 2^31 at most; ask for shorter segments with segdur", s.Number, r.ID, n)
	}
	return n, nil
}

// AppendIndex appends the segment index of r (ISO/IEC 14496-12, 8.16.3): one reference for each of the sizes.
func AppendIndex(dst []byte, r *presentation.Representation, sizes []int64) []byte {
	const (
		startsWithSAP = 1 << 31
		sapTypeShift  = 28
	)
	dst, m := box.BeginFull(dst, "sidx", 1, 0)
	dst = box.U32(dst, trackID)
	dst = box.U32(dst, uint32(r.Timescale))
	dst = box.U64(dst, uint64(r.Segments.Start(0)))
	dst = box.U64(dst, 0) // first_offset: they follow at once
	dst = box.U16(dst, 0)
	dst = box.U16(dst, uint16(len(sizes)))
	sap := uint32(1)
	if r.Leading && r.Track.Kind == media.Video {
		sap = 3
	}
	for i, size := range sizes {
		dst = box.U32(dst, uint32(size))
		dst = box.U32(dst, uint32(r.Segments.Duration(i)))
		dst = box.U32(dst, startsWithSAP|sap<<sapTypeShift)
	}
	return box.End(dst, m)
}

// Opener opens the file of a Representation of a Period for reading, until done is called.
type Opener func(e *presentation.Period, r *presentation.Representation) (from Payload, done func(), err error)

// Measure fills in InitSize, IndexSize and Sizes of every Representation of p, for manifests that announce byte ranges. Those that are encrypted while they are served are read for that: not all of
// them, but the heads of the NAL units.
func Measure(p *presentation.Presentation, open Opener) error {
	for i := range p.Periods {
		for j := range p.Periods[i].AdaptationSets {
			set := &p.Periods[i].AdaptationSets[j]
			for k := range set.Representations {
				r := &set.Representations[k]
				init, err := AppendInit(nil, r)
				if err != nil {
					return err
				}
				if n := r.Segments.Len(); n > 0xffff {
					return errs.Errorf(errs.Unsupported, "%s has %d segments: a segment index can list 65,535; ask for longer ones with segdur", r.ID, n)
				}
				r.InitSize, r.IndexSize = int64(len(init)), indexSize(r.Segments.Len())
				if r.Sizes, err = measured(&p.Periods[i], r, open); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// measured returns the sizes of r's segments. They are those of what it is a stretch of, which keeps them.
func measured(e *presentation.Period, r *presentation.Representation, open Opener) ([]int64, error) {
	if r.Protection == nil {
		return Subsegments(r)
	}
	whole := r.Whole()
	if len(whole.Sizes) == whole.Segments.Len() {
		return whole.Sizes, nil
	}
	from, done, err := open(e, r)
	if err != nil {
		return nil, err
	}
	defer done()
	whole.Sizes, err = subsegments(whole, from)
	return whole.Sizes, err
}
