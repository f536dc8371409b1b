package library

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// firstLook and secondLook are how many bytes of a sample are read to see whether decoding may start there: parameter sets and SEI come before
	// the first slice, and are rarely long.
	firstLook, secondLook = 1 << 10, 64 << 10
	// trustAfter is how many samples of a track in which every sample is marked are looked at: when those are right, it is
	// a codec without prediction.
	trustAfter = 64
)

// verifySync checks in the bitstream that the samples which the container marks as random access points are ones, and finds out whether parameter sets
// are in band. It returns a warning, or "". What the demuxer has read from the bitstream itself, and what is encrypted, is left as it is.
func verifySync(f demux.File, t *index.Track) string {
	if t.Kind != media.Video || !t.Contiguous || t.Encryption != nil {
		return ""
	}
	switch t.Codec {
	case media.AVC, media.HEVC, media.AV1, media.VP9:
	default:
		return ""
	}
	v := verifier{f: f, t: t, all: t.Syncs == t.Count}
	marked := t.Syncs
	cleared := t.VerifySync(v.isSync)
	t.InBand = t.InBand || v.inBand
	if cleared == 0 {
		return ""
	}
	return fmt.Sprintf("track %d: %d of %d samples that the file marks as random access points are none; segments do not start there", t.ID, cleared, marked)
}

// verifier looks at samples.
type verifier struct {
	f      demux.File
	t      *index.Track
	buf    []byte
	inBand bool
	all    bool // every sample is marked, and so far rightly
}

func (v *verifier) isSync(n int, s *media.Sample) bool {
	if v.all && n >= trustAfter {
		return true
	}
	for _, look := range [...]uint32{firstLook, secondLook} {
		b := v.read(s, look)
		if b == nil {
			return true // the file ends here: that is a matter of its own
		}
		sync, inBand := codec.RandomAccess(&v.t.Track, b, s.Size)
		v.inBand = v.inBand || inBand
		if sync {
			return true
		}
		if s.Size <= look {
			break
		}
	}
	v.all = false
	return false
}

func (v *verifier) read(s *media.Sample, n uint32) []byte {
	n = min(n, s.Size)
	if uint32(cap(v.buf)) < n {
		v.buf = make([]byte, max(n, firstLook))
	}
	b := v.buf[:n]
	if m, err := v.f.ReadAt(b, s.Offset); err != nil && m < len(b) {
		return nil
	}
	return b
}
