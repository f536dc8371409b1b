package avi

import (
	"encoding/binary"
	"io"
	"slices"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Read appends a Sample as it is served; see demux.ReadFunc. There are three ways: video of a Track that is not contiguous is Annex B; audio whose
// Span is its Size stands there as it is; other audio is in several chunks: Offset is the header of the first of them, Offset + Span is the frame's
// end in the last.
func Read(f demux.File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error) {
	n := len(dst)
	var err error
	switch {
	case t.Kind == media.Video && !t.Contiguous:
		dst, err = readAnnexB(f, t, s, dst)
	case s.Span == s.Size:
		dst, err = readAt(f, s.Offset, int(s.Size), dst)
	default:
		dst, err = readJoined(f, s, dst)
	}
	if err != nil {
		return dst[:n], err
	}
	if len(dst)-n != int(s.Size) {
		return dst[:n], errs.Errorf(errs.Invalid, "the frame at byte %d has %d bytes, not %d: the file has changed since it was indexed", s.Offset, len(dst)-n, s.Size)
	}
	return dst, nil
}

func readAt(f demux.File, off int64, n int, dst []byte) ([]byte, error) {
	if off < 0 || int64(n) > f.Size-off {
		return dst, errs.Errorf(errs.Invalid, "the file ends at byte %d, before the end of the frame at byte %d: it has changed since it was indexed", f.Size, off)
	}
	dst = slices.Grow(dst, n)
	m, err := f.ReadAt(dst[len(dst):len(dst)+n], off)
	if m < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return dst, err
	}
	return dst[:len(dst)+n], nil
}

// readAnnexB reads the chunk behind the place for what is made of it, so that one buffer does.
func readAnnexB(f demux.File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if s.Size > maxFrame*2 || s.Span > maxFrame {
		return dst, errs.Errorf(errs.Invalid, "the frame at byte %d claims %d bytes", s.Offset, s.Size)
	}
	n, size := len(dst), int(s.Size)
	dst = slices.Grow(dst, size+int(s.Span))
	raw, err := readAt(f, s.Offset, int(s.Span), dst[n+size:n+size])
	if err != nil {
		return dst, err
	}
	// What is made is no longer than Size unless the file has changed: then it moves to a buffer of its own, and Read says so.
	made := codec.AppendLengthPrefixed(dst[:n:n+size], t.Codec, raw, t.InBand)
	if size > 0 && len(made) == n+size && &made[0] == &dst[:1][0] {
		return dst[:n+size], nil
	}
	return made, nil
}

// readJoined walks over the chunks from s.Offset to the frame's end, and takes the bytes of its stream's chunks: of the first one those at its end.
func readJoined(f demux.File, s *media.Sample, dst []byte) ([]byte, error) {
	var few [4]chunk
	parts := few[:0]
	var stream [4]byte
	end := s.Offset + int64(s.Span)
	total := int64(0)
	for off := s.Offset; off < end; {
		var h [12]byte
		if n, err := f.ReadAt(h[:], off); n < len(h) {
			return dst, err
		}
		id, size := [4]byte(h[:4]), int64(binary.LittleEndian.Uint32(h[4:8]))
		next := off + 8 + size + size&1
		switch list := string(id[:]); {
		case list == "RIFF", list == "LIST" && (string(h[8:]) == "movi" || string(h[8:]) == "rec "):
			next = off + 12
		case len(parts) == 0 || id == stream:
			stream = id
			size = min(size, end-off-8)
			parts = append(parts, chunk{off + 8, size})
			total += size
		}
		off = next
	}
	// The first chunk begins with other frames.
	skip := total - int64(s.Size)
	if len(parts) == 0 || skip < 0 || skip > parts[0].size {
		return dst, errs.Errorf(errs.Invalid, "the frame at byte %d does not have %d bytes: the file has changed since it was indexed", s.Offset, s.Size)
	}
	parts[0] = chunk{parts[0].off + skip, parts[0].size - skip}
	var err error
	for _, p := range parts {
		if dst, err = readAt(f, p.off, int(p.size), dst); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
