package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// errForeign says that no Format recognises a file.
var errForeign = errors.New("not a container that is read natively")

// errChanged says that a file is not what the walk saw: it is being written, or has been replaced.
var errChanged = errors.New("changed since it was found")

// scanFile describes one media file. The error is errForeign or errChanged, wrapped, or a sentence that begins with the file's name.
func (l *Library) scanFile(ctx context.Context, f *file) (*index.File, error) {
	if f.size == 0 {
		return nil, errs.Errorf(errs.Invalid, "%s is empty", f.base())
	}
	h, err := os.Open(f.path)
	if err != nil {
		return nil, openError(f, err)
	}
	defer h.Close()
	if err := unchanged(h, f); err != nil {
		return nil, err
	}
	in := demux.File{ReaderAt: h, Size: f.size}
	head := make([]byte, min(demux.SniffSize, f.size))
	if _, err := h.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, openError(f, err)
	}
	format, ok := source.Recognise(head)
	if !ok {
		return nil, fmt.Errorf("%s: %w", f.base(), errForeign)
	}
	idx, err := l.scanFormat(ctx, f, &format, in)
	if err != nil {
		if changed := unchanged(h, f); changed != nil {
			return nil, changed
		}
		return nil, errs.Errorf(errs.KindOf(err), "%s: %w", f.base(), err)
	}
	return idx, unchanged(h, f)
}

func openError(f *file, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", f.base(), errChanged)
	case errors.Is(err, fs.ErrPermission):
		return errs.Errorf(errs.Unavailable, "%s may not be read by this user", f.base())
	}
	return errs.Errorf(errs.Unavailable, "%s cannot be read: %w", f.base(), err)
}

// unchanged checks that an open file is as the walk saw it.
func unchanged(h *os.File, f *file) error {
	i, err := h.Stat()
	if err != nil {
		return openError(f, err)
	}
	if stampOf(i) != f.stamp {
		return fmt.Errorf("%s: %w", f.base(), errChanged)
	}
	return nil
}

// scanFormat runs a container's Scan and makes an index of what it says. A demuxer that panics must not end the program: that is a fault of ours, and
// becomes an error of kind errs.Internal; the stack is in the log.
func (l *Library) scanFormat(ctx context.Context, f *file, format *source.Format, in demux.File) (idx *index.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("a scan broke off", "file", f.path, "format", format.Name, "panic", p, "stack", string(debug.Stack()))
			idx, err = nil, errs.Errorf(errs.Internal, "the reader of %s broke off (%v): please report this, with the file if you can", format.Title, p)
		}
	}()
	s := newSink()
	defer s.close()
	result, err := format.Scan(ctx, in, s)
	if err != nil {
		return nil, err
	}
	s.close()
	idx = &index.File{Format: format.Name, Title: result.Title, Warnings: result.Warnings}
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
