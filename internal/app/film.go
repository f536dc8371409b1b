package app

import (
	"context"
	"io"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library/images"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/timeline"
)

// film writes the random access points that pictures are made of as an MP4, in which each lasts a second: the bytes are those that players get.
func (s source) film(ctx context.Context, w io.Writer, j *images.Job) error {
	t := j.Track
	file, err := s.Open(t.File, j.Asset)
	if err != nil {
		return err
	}
	defer file.Close()
	r := &presentation.Representation{ID: t.ID, Track: t, Timescale: t.Timescale, Scale: t.Timescale, KeyFrames: true}
	head, err := segment.AppendInit(nil, r)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	from := &filmPayload{file, j}
	var plan segment.Plan
	for i, n := range j.Samples {
		if err := ctx.Err(); err != nil {
			return err
		}
		bytes, aux := t.Sizes(n, 1)
		second := media.Ticks(t.Timescale)
		one := timeline.Segment{
			Number: int64(i) + 1, Start: media.Ticks(i) * second, Duration: second, Ranges: []timeline.Range{{First: n, Count: 1, Bytes: bytes, Aux: aux}},
		}
		if err := plan.Make(r, one, false, from); err != nil {
			return err
		}
		if err := plan.Write(w, from, 0, plan.Size()); err != nil {
			return err
		}
	}
	return nil
}

type filmPayload struct {
	file interface {
		io.ReaderAt
		ReadSample(t *asset.Track, s *media.Sample, dst []byte) ([]byte, error)
	}
	job *images.Job
}

func (p *filmPayload) ReadAt(b []byte, off int64) (int, error) { return p.file.ReadAt(b, off) }

// ReadSample appends a sample as it is served.
func (p *filmPayload) ReadSample(dst []byte, s *media.Sample) ([]byte, error) {
	return p.file.ReadSample(p.job.Track, s, dst)
}
