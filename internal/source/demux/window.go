package demux

import (
	"io"
)

// Window reads a File through one buffer that slides forward: for scanners that walk headers and step over payload.
type Window struct {
	f     File
	buf   []byte
	start int64 // file offset of buf[0]
	ahead int   // bytes to read at a time
}

// NewWindow returns a Window over f that reads ahead bytes at a time: small (4 KiB) where payload is stepped over, large
// (256 KiB and more) where every byte is looked at.
func NewWindow(f File, ahead int) *Window { return &Window{f: f, ahead: ahead} }

// Size returns the file's size.
func (w *Window) Size() int64 { return w.f.Size }

// Bytes returns the n bytes at off. They are valid until the next call. When the file ends before them the error is
// io.ErrUnexpectedEOF, and what there is of them is returned with it. n must be small enough to hold in memory: the caller bounds it.
func (w *Window) Bytes(off int64, n int) ([]byte, error) {
	if off >= w.start && off+int64(n) <= w.start+int64(len(w.buf)) {
		i := int(off - w.start)
		return w.buf[i : i+n : i+n], nil
	}
	return w.fill(off, n)
}

func (w *Window) fill(off int64, n int) ([]byte, error) {
	if off < 0 || off >= w.f.Size {
		return nil, io.ErrUnexpectedEOF
	}
	want := max(n, w.ahead)
	if rest := w.f.Size - off; int64(want) > rest {
		want = int(rest)
	}
	if cap(w.buf) < want {
		w.buf = make([]byte, want)
	}
	w.buf = w.buf[:want]
	w.start = off
	m, err := w.f.ReadAt(w.buf, off)
	w.buf = w.buf[:m]
	if m >= n {
		return w.buf[:n:n], nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return w.buf, err
}
