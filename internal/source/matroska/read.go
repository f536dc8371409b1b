package matroska

import (
	"encoding/binary"
	"io"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// recipe returns what Read needs of a track that is not contiguous: a byte that is 1 where NAL units have start codes; then for each encoding to undo its algorithm, the length of
// its settings in 2 bytes, and them. nil when the track is contiguous.
func (t *track) recipe() []byte {
	if !t.made() {
		return nil
	}
	b := []byte{0}
	if t.annexB {
		b[0] = 1
	}
	for _, enc := range t.encodings {
		if enc.scope&scopeFrames != 0 {
			b = append(b, byte(enc.algo))
			b = binary.BigEndian.AppendUint16(b, uint16(len(enc.settings)))
			b = append(b, enc.settings...)
		}
	}
	return b
}

// Read is the demux.ReadFunc of Matroska and WebM.
func Read(f demux.File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if s.Span > maxFrame || len(t.Private) == 0 && !t.Contiguous {
		return dst, errs.Errorf(errs.Invalid, "the sample at byte %d is none of a Matroska file", s.Offset)
	}
	b := make([]byte, s.Span)
	if n, err := f.ReadAt(b, s.Offset); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return dst, errs.Errorf(errs.Invalid, "the sample at byte %d: %w", s.Offset, err)
	}
	var annexB bool
	if r := t.Private; len(r) > 0 {
		annexB = r[0] == 1
		for r = r[1:]; len(r) >= 3; {
			n := int(binary.BigEndian.Uint16(r[1:]))
			if len(r) < 3+n {
				return dst, errs.Errorf(errs.Invalid, "track %d has a damaged description", t.ID)
			}
			enc := encoding{algo: uint64(r[0]), settings: r[3 : 3+n]}
			var err error
			if b, err = enc.undo(nil, b, maxInflated); err != nil {
				return dst, errs.Errorf(errs.Invalid, "the sample at byte %d: %w", s.Offset, err)
			}
			r = r[3+n:]
		}
	}
	before := len(dst)
	if annexB {
		dst = codec.AppendLengthPrefixed(dst, t.Codec, b, t.InBand)
	} else {
		dst = append(dst, b...)
	}
	if n := len(dst) - before; n != int(s.Size) {
		return dst[:before], errs.Errorf(errs.Conflict, "the sample at byte %d has %d bytes, not %d: the file has changed", s.Offset, n, s.Size)
	}
	return dst, nil
}
