package flv

import (
	"io"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Read appends a Sample as it is served; see demux.ReadFunc. A Size greater than the Span says that the parameter sets in force stand in front.
func Read(f demux.File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error) {
	n := len(dst)
	if s.Offset < 0 || int64(s.Span) > f.Size-s.Offset {
		return dst, errs.Errorf(errs.Invalid, "the file ends at byte %d, before the end of the frame at byte %d: it has changed since it was indexed", f.Size, s.Offset)
	}
	if s.Size != s.Span {
		dst = append(dst, setsAt(t.Private, s.Offset)...)
	}
	if len(dst)-n+int(s.Span) != int(s.Size) {
		return dst[:n], errs.Errorf(errs.Invalid, "the frame at byte %d does not have %d bytes: the index is not this file's", s.Offset, s.Size)
	}
	at := len(dst)
	dst = slices.Grow(dst, int(s.Span))[:at+int(s.Span)]
	if m, err := f.ReadAt(dst[at:], s.Offset); m < int(s.Span) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return dst[:n], err
	}
	return dst, nil
}
