package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/library/indexing"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// errForeign says that no Format recognises a file.
var errForeign = errors.New("not a container that is read natively")

// errChanged says that a file is not what the walk saw: it is being written, or has been replaced.
var errChanged = errors.New("changed since it was found")

// scanFile describes one media file. The error is errForeign or errChanged, wrapped, or a sentence that begins with the file's name.
func (l *Library) scanFile(ctx context.Context, f *file) (*index.File, error) {
	return l.readFile(ctx, f, func(format *source.Format) demux.ScanFunc { return format.Scan })
}

// readFile describes one media file by what choose chooses of its Format; nothing is returned when that is nil.
func (l *Library) readFile(ctx context.Context, f *file, choose func(*source.Format) demux.ScanFunc) (*index.File, error) {
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
	scan := choose(&format)
	if scan == nil {
		return nil, nil
	}
	idx, err := l.scanFormat(ctx, f, &format, scan, in)
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

// scanFormat makes an index of what scan finds. A demuxer that panics must not end the program: that is a fault of ours, and
// becomes an error of kind errs.Internal; the stack is in the log.
func (l *Library) scanFormat(ctx context.Context, f *file, format *source.Format, scan demux.ScanFunc, in demux.File) (idx *index.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("a scan broke off", "file", f.path, "format", format.Name, "panic", p, "stack", string(debug.Stack()))
			idx, err = nil, errs.Errorf(errs.Internal, "the reader of %s broke off (%v): please report this, with the file if you can", format.Title, p)
		}
	}()
	return indexing.Make(ctx, format, scan, in)
}
