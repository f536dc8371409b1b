package delivery

import (
	"encoding/binary"
	"slices"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

// junk is what is written over samples of a track while they are read, so that it does not matter how a segment is laid out, or which part of it is sent.
type junk struct {
	track  *asset.Track
	spots  []spot
	effect fault.Effect // that asks for it
}

// spot is bytes of one sample.
type spot struct {
	dts    media.Ticks // of the sample
	offset int64       // in the file, of the spot, where the track is contiguous
	at, n  int         // in the sample
}

// pattern is what dashlive writes.
const pattern = "junk"

// over writes the pattern, from its byte skip on.
func over(b []byte, skip int) {
	for i := range b {
		b[i] = pattern[(skip+i)%len(pattern)]
	}
}

// reading returns a Handler that answers with samples that have junk in them, and remembers none of it.
func (h *Handler) reading(j *junk) *Handler {
	c := *h
	c.small = nil
	c.cfg.Source = junkSource{h.cfg.Source, j}
	return &c
}

type junkSource struct {
	Source
	junk *junk
}

// Open opens a file; if it is the one that the track is in, with the junk.
func (s junkSource) Open(file string, a *asset.Asset) (File, error) {
	f, err := s.Source.Open(file, a)
	if err != nil || file != s.junk.track.File {
		return f, err
	}
	return junkFile{f, s.junk}, nil
}

type junkFile struct {
	File
	junk *junk
}

// ReadAt reads the file as if the junk stood in it.
func (f junkFile) ReadAt(dst []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(dst, off)
	if f.junk.track.Contiguous {
		for _, s := range f.junk.spots {
			from, to := max(s.offset, off), min(s.offset+int64(s.n), off+int64(n))
			if from < to {
				over(dst[from-off:to-off], int(from-s.offset))
			}
		}
	}
	return n, err
}

// ReadSample appends a sample with its junk.
func (f junkFile) ReadSample(t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	at := len(dst)
	dst, err := f.File.ReadSample(t, s, dst)
	if err != nil || t != f.junk.track {
		return dst, err
	}
	for _, spot := range f.junk.spots {
		if spot.dts == s.DTS && at+spot.at+spot.n <= len(dst) {
			over(dst[at+spot.at:][:spot.n], 0)
		}
	}
	return dst, nil
}

// maxSample bounds the samples that are looked into.
const maxSample = 64 << 20

// corrupt adds to j the ends of the first so many units of segment i: pictures that others refer to, without random access points (dashlive's rule).
func (h *Handler) corrupt(j *junk, q *request, rep *presentation.Representation, i, units int) error {
	t := rep.Track
	f, err := h.cfg.Source.Open(t.File, q.asset)
	if err != nil {
		return err
	}
	defer f.Close()
	var sample, aux []byte
	for _, rg := range rep.Segments.At(i).Ranges {
		cursor := t.Cursor(rg.First)
		var s media.Sample
		for range rg.Count {
			if units == 0 || !cursor.Next(&s) {
				return nil
			}
			if s.Size > maxSample || j.has(s.DTS) {
				continue
			}
			if sample, err = readSample(f, t, &s, sample[:0]); err == nil {
				aux, err = readAux(f, t, &s, aux)
			}
			if err != nil {
				return errs.Errorf(errs.Unavailable, "segment of %s: %w", rep.ID, err)
			}
			weak(&t.Track.Track, &s, sample, aux, func(at, n int) bool {
				j.spots = append(j.spots, spot{s.DTS, s.Offset + int64(at), at, n})
				units--
				return units > 0
			})
		}
	}
	return nil
}

func (j *junk) has(dts media.Ticks) bool {
	return slices.ContainsFunc(j.spots, func(s spot) bool { return s.dts == dts })
}

func readSample(f File, t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if !t.Contiguous {
		return f.ReadSample(t, s, dst)
	}
	dst = slices.Grow(dst, int(s.Size))[:s.Size]
	_, err := f.ReadAt(dst, s.Offset)
	return dst, err
}

// encrypted says whether a sample is stored encrypted.
func encrypted(t *media.Track, s *media.Sample) bool {
	if t.Encryption == nil {
		return false
	}
	g := t.Encryption.Group(s.Group)
	return g.Protected
}

// readAux reads the subsamples of a sample of an encrypted track (ISO/IEC 23001-7, 7.2): pairs of bytes in the clear, 2 bytes, and protected ones, 4.
func readAux(f File, t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if !encrypted(&t.Track.Track, s) {
		return nil, nil
	}
	g := t.Encryption.Group(s.Group)
	head := int(g.IVSize) + 2
	if int(s.AuxSize) < head {
		return dst[:0], nil
	}
	dst = slices.Grow(dst[:0], int(s.AuxSize))[:s.AuxSize]
	if _, err := f.ReadAt(dst, s.AuxOffset); err != nil {
		return dst, err
	}
	return dst[head:], nil
}

// weak calls yield with the last fifth, in multiples of four bytes, of each unit of a sample that is a picture, or a part of one, that others refer to and that is not a random access
// point, until it returns false. Four bytes at the end are left, so that the unit still ends as one. Of encrypted samples only what is in the clear is looked at.
func weak(t *media.Track, s *media.Sample, sample, aux []byte, yield func(at, n int) bool) {
	size := codec.LengthSize(t)
	if size == 0 {
		// Codecs without NAL units: what is no random access point is a unit.
		if at, n := tail(0, len(sample)); !s.Sync && n > 0 {
			yield(at, n)
		}
		return
	}
	for at := 0; at+size < len(sample); {
		if encrypted(t, s) && !inClear(aux, at, at+size+1) {
			return // neither length nor type can be read
		}
		length := 0
		for _, b := range sample[at : at+size] {
			length = length<<8 | int(b)
		}
		at += size
		if length <= 0 || length > len(sample)-at {
			return
		}
		if from, n := tail(at, length); n > 0 && refers(t.Codec, sample[at:at+length]) && !yield(from, n) {
			return
		}
		at += length
	}
}

// tail returns the part of n bytes from at on that is overwritten.
func tail(at, n int) (from, size int) {
	size = n / 20 * 4
	return at + n - 4 - size, size
}

// refers says whether a NAL unit is of a picture that others refer to, and of no random access point (ISO/IEC 14496-10, 7.4.1: nal_ref_idc; ISO/IEC 23008-2, table 7-1: the odd types of
// those below 16).
func refers(c media.Codec, nal []byte) bool {
	n := codec.Classify(c, nal)
	if !n.Picture || n.RandomAccess {
		return false
	}
	if c == media.HEVC {
		kind := nal[0] >> 1 & 0x3F
		return kind < 16 && kind&1 == 1
	}
	return nal[0]&0x60 != 0
}

// inClear says whether bytes from until before to are in the clear, by subsamples.
func inClear(subsamples []byte, from, to int) bool {
	at := 0
	for ; len(subsamples) >= 6; subsamples = subsamples[6:] {
		end := at + int(binary.BigEndian.Uint16(subsamples))
		if from >= at && to <= end {
			return true
		}
		if at = end + int(binary.BigEndian.Uint32(subsamples[2:])); at > from {
			return false
		}
	}
	return false
}
