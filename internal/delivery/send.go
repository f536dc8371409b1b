package delivery

import (
	"errors"
	"io/fs"
	"net/http"
	"os"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/segment"
)

// sender sends parts of segments of one track. It opens the source file on first need.
type sender struct {
	h     *Handler
	w     http.ResponseWriter
	q     *request
	track *asset.Track
	file  File
	state fs.FileInfo // of the file when it was opened
}

func (s *sender) open() (File, error) {
	if s.file == nil {
		f, err := s.h.cfg.Source.Open(s.track.File, s.q.asset)
		if err != nil {
			return nil, err
		}
		s.file = f
		if s.state, err = f.OS().Stat(); err != nil {
			return nil, err
		}
	}
	return s.file, nil
}

// unchanged says whether the file is still what it was when it was opened: then what was read of it was, too.
func (s *sender) unchanged() error {
	if s.file == nil {
		return nil
	}
	now, err := s.file.OS().Stat()
	if err == nil && (now.Size() != s.state.Size() || !now.ModTime().Equal(s.state.ModTime())) {
		err = errors.New("it changed while it was read")
	}
	if err != nil {
		return &segment.SourceError{Err: err}
	}
	return nil
}

func (s *sender) close() {
	if s.file != nil {
		_ = s.file.Close() // read only: nothing can be lost
		s.file = nil
	}
}

// ReadAt reads the source file.
func (s *sender) ReadAt(dst []byte, off int64) (int, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	return f.ReadAt(dst, off)
}

// ReadSample appends a sample of the source file as it is served.
func (s *sender) ReadSample(dst []byte, smp *media.Sample) ([]byte, error) {
	f, err := s.open()
	if err != nil {
		return nil, err
	}
	return f.ReadSample(s.track, smp, dst)
}

// OS returns the source file once it is open.
func (s *sender) OS() *os.File {
	if _, changed := s.file.(junkFile); changed || s.file == nil {
		return nil // nothing that the kernel could send
	}
	return s.file.OS()
}

// held is how many bytes of an answer wait for the certainty that the rest of it is right.
const held = 1 << 10

// send writes the bytes of p that are in want. After the first byte there is no status left to tell an error by: the connection is
// broken off, so that the client sees a short body and not a wrong one.
func (s *sender) send(p *segment.Plan, want span) error {
	return s.ended(s.sure(want, func(first, size int64) error { return p.Write(s.w, s, first, size) }))
}

// sure has the bytes in want written, the last of them when it is certain that they are right.
func (s *sender) sure(want span, write func(first, size int64) error) error {
	last := min(want.Size, held)
	if err := write(want.First, want.Size-last); err != nil {
		return err
	}
	if err := s.unchanged(); err != nil {
		return err
	}
	return write(want.First+want.Size-last, last)
}

// ended makes of an error in the middle of an answer what ServeHTTP breaks the connection off by. That the client has hung up is not worth a line.
func (s *sender) ended(err error) error {
	if err == nil {
		return nil
	}
	var source *segment.SourceError
	if errors.As(err, &source) {
		s.h.cfg.Log.Error("an answer was broken off", "stream", s.q.stream, "file", s.track.File, "error", err)
	}
	return http.ErrAbortHandler
}
