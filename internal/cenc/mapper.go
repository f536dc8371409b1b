package cenc

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// View is a sample that is looked into.
type View interface {
	// Peek returns the n bytes from at on, which the sample has. They are good until the next call.
	Peek(at, n int) ([]byte, error)
}

// Mapper divides the samples of a track into Subsamples, in decode order.
type Mapper struct {
	most    int  // Subsamples that a sample can have: its auxiliary information has 255 bytes at most
	aligned bool // protected parts are whole blocks
	codec   media.Codec
	length  int // bytes of NAL unit lengths
	slices  *codec.Slices
	tiles   *bitstream.AV1Tiles
	frames  bitstream.VP9Frames
	inBand  bool

	subs   []Subsample
	clear  int // bytes in the clear that no Subsample has yet
	behind int // bytes of the sample behind the part that is being put
}

// NewMapper returns the Mapper of a track that is protected as p says.
func NewMapper(t *media.Track, p *Params) (*Mapper, error) {
	m := &Mapper{codec: t.Codec, inBand: t.InBand, most: (255 - int(p.IVSize) - 2) / subsampleSize}
	// All but cbcs want protected parts of whole blocks (ISO/IEC 23001-7, 9.5.2.5): what is left over is in the clear part.
	m.aligned = !Chained(p.Scheme) || !Patterned(p.Scheme)
	if !m.Divides() {
		return m, nil
	}
	m.subs = make([]Subsample, 0, 8) // never nil: there may be none
	switch t.Codec {
	case media.VP9:
		return m, nil
	case media.AV1:
		m.tiles = bitstream.NewAV1Tiles(t.Config[min(len(t.Config), 4):])
		return m, nil
	}
	if m.length = codec.LengthSize(t); m.length == 0 {
		return nil, errs.Errorf(errs.Invalid, "track %d: its configuration does not say how long NAL unit lengths are", t.ID)
	}
	var err error
	m.slices, err = codec.NewSlices(t)
	return m, err
}

// Divides says whether samples have Subsamples. Those of other codecs are protected as a whole.
func (m *Mapper) Divides() bool {
	switch m.codec {
	case media.AVC, media.HEVC, media.AV1, media.VP9:
		return true
	}
	return false
}

// Remembers says whether the samples from the last random access point on must have been mapped before one: their frames, or parameter sets among them, say how it is to be read.
func (m *Mapper) Remembers() bool {
	return m.codec == media.AV1 || m.codec == media.VP9 || m.inBand && m.Divides()
}

// Map returns the Subsamples of a sample of size bytes: good until the next call. They cover it all.
func (m *Mapper) Map(size int, v View) ([]Subsample, error) {
	m.subs, m.clear = m.subs[:0], 0
	if err := m.walk(size, v); err != nil {
		return nil, err
	}
	for m.clear > 0 {
		n := min(m.clear, 0xffff)
		m.subs = append(m.subs, Subsample{Clear: uint16(n)})
		m.clear -= n
	}
	if len(m.subs) > m.most {
		return nil, errs.Errorf(errs.Unsupported, "a sample of %d bytes has nothing that can be protected: its auxiliary information would need %d subsamples, and can have %d", size, len(m.subs), m.most)
	}
	return m.subs, nil
}

// walk goes over all of a sample.
func (m *Mapper) walk(size int, v View) error {
	switch m.codec {
	case media.AV1:
		return m.obus(size, v)
	case media.VP9:
		return m.superframes(size, v)
	}
	return m.units(size, v)
}

// headPeek is how many bytes of a NAL unit are looked at first: most slice headers are much shorter.
const headPeek = 48

// units walks over NAL units: what of slices is behind their headers is protected (ISO/IEC 23001-7, 9.5.2).
func (m *Mapper) units(size int, v View) error {
	for at := 0; at < size; {
		b, err := v.Peek(at, min(size-at, m.length+headPeek))
		if err != nil {
			return err
		}
		if len(b) <= m.length {
			m.clear += size - at
			return nil
		}
		length := 0
		for _, x := range b[:m.length] {
			length = length<<8 | int(x)
		}
		b = b[m.length:]
		at += m.length
		m.clear += m.length
		if length > size-at || length <= 0 {
			if length == 0 {
				continue
			}
			m.clear += size - at // it is damaged: nobody can decode it, and nothing is protected
			return nil
		}
		m.behind = size - at - length
		if err := m.unit(b[:min(len(b), length)], at, length, v); err != nil {
			return err
		}
		at += length
	}
	return nil
}

// unit takes a NAL unit of length bytes, which is at a place in the sample and begins with head.
func (m *Mapper) unit(head []byte, at, length int, v View) error {
	kind := codec.Classify(m.codec, head)
	switch {
	case kind.ParameterSet:
		whole, err := v.Peek(at, length)
		if err != nil {
			return err
		}
		m.slices.Add(whole)
	case kind.Picture:
		header, err := m.slices.HeaderSize(head)
		if err != nil && len(head) < length {
			if head, err = v.Peek(at, min(length, codec.MaxSliceHeader)); err != nil {
				return err
			}
			header, err = m.slices.HeaderSize(head)
		}
		if err == nil {
			m.put(header, length-header)
			return nil
		}
		// A slice whose header cannot be read cannot be decoded either: it stays as it is.
	}
	m.clear += length
	return nil
}

// put appends bytes in the clear and others that are to be protected.
func (m *Mapper) put(open, protected int) {
	if m.aligned {
		open += protected % Block
		protected -= protected % Block
	}
	m.clear += open
	// Of a part that is shorter than a block cbcs leaves everything in the clear.
	if protected < Block || len(m.subs)+m.clear/0xffff+1+(m.behind+0xfffe)/0xffff > m.most {
		m.clear += protected
		return
	}
	for m.clear > 0xffff {
		m.subs = append(m.subs, Subsample{Clear: 0xffff})
		m.clear -= 0xffff
	}
	m.subs = append(m.subs, Subsample{uint16(m.clear), uint32(protected)})
	m.clear = 0
}

// Memory is a View of a sample in memory.
type Memory []byte

// Peek returns a part of it.
func (b Memory) Peek(at, n int) ([]byte, error) { return b[at : at+n], nil }

// Covers returns how many bytes auxiliary information with Subsamples covers, and how many of them are protected.
func Covers(aux []byte, ivSize int) (all, protected int) {
	for subs := aux[ivSize+2:]; len(subs) >= subsampleSize; subs = subs[subsampleSize:] {
		all += int(binary.BigEndian.Uint16(subs))
		protected += int(binary.BigEndian.Uint32(subs[2:]))
	}
	return all + protected, protected
}
