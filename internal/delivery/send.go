package delivery

import (
	"errors"
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
}

func (s *sender) open() (File, error) {
	if s.file == nil {
		f, err := s.h.cfg.Source.Open(s.track.File, s.q.asset)
		if err != nil {
			return nil, err
		}
		s.file = f
	}
	return s.file, nil
}

func (s *sender) close() {
	if s.file != nil {
		_ = s.file.Close() // read only: nothing can be lost
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
	if s.file == nil {
		return nil
	}
	return s.file.OS()
}

// send writes the bytes of p that are in want. After the first byte there is no status left to tell an error by: the connection is
// broken off, so that the client sees a short body and not a wrong one.
func (s *sender) send(p *segment.Plan, want span) error {
	return s.ended(p.Write(s.w, s, want.First, want.Size))
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
