package segment

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/dashwright/dashwright/internal/media"
)

// Payload is where samples are read from: a source file that is open.
type Payload interface {
	io.ReaderAt
	// ReadSample appends a sample of a track that is not contiguous, as it is served.
	ReadSample(dst []byte, s *media.Sample) ([]byte, error)
}

// Filer is a Payload that is a file of the operating system, or has nil. Its offset is moved: it must be the caller's alone.
type Filer interface {
	OS() *os.File
}

// SourceError says that the source file, not the receiver, is why a segment could not be written.
type SourceError struct{ Err error }

func (e *SourceError) Error() string { return fmt.Sprintf("the source cannot be read: %v", e.Err) }

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// sendfileFrom is from how many bytes on a run is worth a system call of its own instead of being gathered with others: measured, see docs/performance.md.
const sendfileFrom = 16 << 10

// bufferSize is how much is gathered before it is written.
const bufferSize = 512 << 10

// buffers are kept from one segment to the next: a fresh one costs more page faults than the whole rest of a request.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, bufferSize); return &b }}

// Write writes the size bytes of the segment from first on. A *SourceError is the payload's fault, any other error is w's own.
func (p *Plan) Write(w io.Writer, from Payload, first, size int64) error {
	g := newGather(w, from)
	defer g.release()
	if err := g.plan(p, first, size); err != nil {
		return err
	}
	return g.flush()
}

// gather collects bytes in a buffer and writes it when it is full.
type gather struct {
	w    io.Writer
	from Payload
	buf  []byte
	to   io.ReaderFrom // w, and
	file *os.File      // the payload's file, when the one can take from the other in the kernel
	skip int64         // bytes of payload still to be left out
	left int64         // bytes of payload still to be written
	// alone is from how many bytes on a run goes from file to socket by itself.
	alone int64

	kept *[]byte // buf's, from buffers
}

func newGather(w io.Writer, from Payload) *gather {
	g := &gather{w: w, from: from, alone: sendfileFrom, kept: buffers.Get().(*[]byte)}
	g.buf = (*g.kept)[:0]
	if to, ok := w.(io.ReaderFrom); ok {
		if f, ok := from.(Filer); ok {
			g.to, g.file = to, f.OS()
		}
	}
	return g
}

// release gives the buffer back.
func (g *gather) release() {
	*g.kept = g.buf[:0]
	buffers.Put(g.kept)
}

// plan gathers the size bytes of p from first on.
func (g *gather) plan(p *Plan, first, size int64) error {
	head := int64(len(p.Header))
	g.skip = max(0, first-head)
	if first < head {
		part := p.Header[first:min(head, first+size)]
		size -= int64(len(part))
		if err := g.bytes(part); err != nil {
			return err
		}
	}
	g.left = size
	return g.payload(p)
}

func (g *gather) flush() error {
	if len(g.buf) == 0 {
		return nil
	}
	_, err := g.w.Write(g.buf)
	g.buf = g.buf[:0]
	return err
}

func (g *gather) bytes(b []byte) error {
	for len(b) > 0 {
		if len(g.buf) == cap(g.buf) {
			if err := g.flush(); err != nil {
				return err
			}
		}
		n := copy(g.buf[len(g.buf):cap(g.buf)], b)
		g.buf, b = g.buf[:len(g.buf)+n], b[n:]
	}
	return nil
}

// part returns which bytes of the next n of the payload are wanted.
func (g *gather) part(n int64) (from, size int64) {
	if g.skip >= n {
		g.skip -= n
		return 0, 0
	}
	from, size = g.skip, min(n-g.skip, g.left)
	g.skip, g.left = 0, g.left-size
	return from, size
}

func (g *gather) payload(p *Plan) error {
	if len(p.Text) > 0 {
		from, size := g.part(int64(len(p.Text)))
		return g.bytes(p.Text[from : from+size])
	}
	if p.seal.on && g.left > 0 {
		return g.sealed(p)
	}
	for i := 0; i < len(p.Pieces) && g.left > 0; i++ {
		from, size := g.part(p.Pieces[i].Size)
		if err := g.read(p.Pieces[i].Offset+from, size); err != nil {
			return err
		}
	}
	for i := 0; i < len(p.Samples) && g.left > 0; i++ {
		if err := g.sample(&p.Samples[i]); err != nil {
			return err
		}
	}
	return nil
}

func (g *gather) read(off, n int64) error {
	if g.file != nil && n >= g.alone {
		return g.sendfile(off, n)
	}
	for n > 0 {
		if len(g.buf) == cap(g.buf) {
			if err := g.flush(); err != nil {
				return err
			}
		}
		free := g.buf[len(g.buf):cap(g.buf)]
		if int64(len(free)) > n {
			free = free[:n]
		}
		m, err := g.from.ReadAt(free, off)
		g.buf = g.buf[:len(g.buf)+m]
		off, n = off+int64(m), n-int64(m)
		if m < len(free) {
			return &SourceError{fmt.Errorf("byte %d: %w", off, err)}
		}
	}
	return nil
}

// sendfile has the kernel move bytes from the file to the socket.
func (g *gather) sendfile(off, n int64) error {
	if err := g.flush(); err != nil {
		return err
	}
	if _, err := g.file.Seek(off, io.SeekStart); err != nil {
		return &SourceError{err}
	}
	m, err := g.to.ReadFrom(&io.LimitedReader{R: g.file, N: n})
	if err == nil && m < n {
		err = &SourceError{fmt.Errorf("byte %d: %w", off+m, io.ErrUnexpectedEOF)}
	}
	return err
}

func (g *gather) sample(s *media.Sample) error {
	from, size := g.part(int64(s.Size))
	if size == 0 {
		return nil
	}
	if len(g.buf)+int(s.Size) > cap(g.buf) {
		if err := g.flush(); err != nil {
			return err
		}
	}
	at := len(g.buf)
	b, err := g.from.ReadSample(g.buf, s)
	if err != nil {
		return &SourceError{fmt.Errorf("sample at byte %d: %w", s.Offset, err)}
	}
	if len(b)-at != int(s.Size) {
		return &SourceError{fmt.Errorf("sample at byte %d: %d bytes, the index says %d", s.Offset, len(b)-at, s.Size)}
	}
	g.buf = append(b[:at], b[at+int(from):at+int(from+size)]...)
	return nil
}
