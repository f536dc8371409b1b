package indexing

import (
	"context"
	"fmt"
	"sync"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Make makes an index of what scan, of a Format, finds in a file. It may panic where scan does.
func Make(ctx context.Context, format *source.Format, scan demux.ScanFunc, in demux.File) (*index.File, error) {
	s := newSink()
	defer s.close()
	result, err := scan(ctx, in, s)
	if err != nil {
		return nil, err
	}
	s.close()
	idx := &index.File{Format: format.Name, Title: result.Title, Warnings: result.Warnings}
	done := make([]finished, len(result.Tracks))
	var all sync.WaitGroup
	for i := range done {
		b := s.builder(i)
		all.Go(func() { done[i].finish(in, result.Tracks[i], b) })
	}
	all.Wait()
	for i := range done {
		if p := done[i].panicked; p != nil {
			panic(p) // where it is caught
		}
		if w := done[i].warning; w != "" {
			idx.Warnings = append(idx.Warnings, w)
		}
		if t := done[i].track; t != nil {
			idx.Tracks = append(idx.Tracks, t)
		}
	}
	return idx, nil
}

// finished is a track whose index is complete and verified, or a warning that says why there is none.
type finished struct {
	track    *index.Track
	warning  string
	panicked any
}

// finish completes a track. Tracks are independent of each other: each is finished on a goroutine of its own.
func (d *finished) finish(in demux.File, desc media.Track, b *trackSink) {
	defer func() { d.panicked = recover() }()
	err := b.err
	var t *index.Track
	if err == nil {
		t, err = b.Finish(desc)
	}
	if err != nil {
		d.warning = fmt.Sprintf("track %d (%s, %s) is left out: %v", desc.ID, desc.Kind, desc.Codec, err)
		return
	}
	d.warning = verifySync(in, t, b)
	if t.Kind == media.Video {
		t.FrameRate = frameRate(t)
	}
	d.track = t
}
