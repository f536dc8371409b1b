package segment

import (
	"encoding/binary"
	"io"
	"slices"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/protection"
	"github.com/dashwright/dashwright/internal/timeline"
)

// seal is what a Plan knows of the encryption of its fragment. Its memory is kept from one to the next.
type seal struct {
	on      bool // the payload is encrypted while it is written
	state   protection.Sealing
	params  *cenc.Params
	ivs     *cenc.IVs
	mapper  *cenc.Mapper
	samples cenc.Samples
	bits    []uint8 // bytes of auxiliary information of each sample
	view    window
	stream  *cenc.Stream
	iv      [16]byte
}

// reset forgets the fragment before.
func (x *seal) reset() {
	*x = seal{
		samples: cenc.Samples{Sizes: x.samples.Sizes[:0], Aux: x.samples.Aux[:0]}, bits: x.bits[:0], view: window{data: x.view.data[:0]},
	}
}

// begin decides how fragment s is encrypted. from is read by it.
func (x *seal) begin(r *presentation.Representation, s *timeline.Segment, from io.ReaderAt) (err error) {
	if x.state, err = r.Sealing(s); err != nil {
		return err
	}
	if x.params, x.ivs, err = r.Protection.Params(x.state.Key); err != nil || x.state.Clear {
		return err
	}
	if x.mapper, err = cenc.NewMapper(&r.Track.Track.Track, x.params); err != nil {
		return err
	}
	x.on, x.samples.Subs = true, x.mapper.Divides()
	x.view.from, x.view.convert = from, !r.Track.Contiguous
	if x.stream, err = cenc.NewStream(x.params, false); err != nil || r.Chunks == nil || !x.mapper.Remembers() {
		return err
	}
	return x.lead(r, s)
}

// lead maps what comes before a chunk in its segment.
func (x *seal) lead(r *presentation.Representation, s *timeline.Segment) error {
	for _, rg := range r.Segments.At(r.SegmentOf(s)).Ranges {
		cursor := r.Track.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count && cursor.Next(&smp); n++ {
			if rg.Position+int64(n) >= s.Ranges[0].Position {
				return nil
			}
			if err := x.view.use(&smp); err != nil {
				return err
			}
			if _, err := x.mapper.Map(int(smp.Size), &x.view); err != nil {
				return err
			}
		}
	}
	return nil
}

// add takes the next sample, which is at a position in its track.
func (x *seal) add(s *media.Sample, position int64) error {
	if !x.on {
		return nil
	}
	var subs []cenc.Subsample
	if x.samples.Subs {
		if err := x.view.use(s); err != nil {
			return err
		}
		var err error
		if subs, err = x.mapper.Map(int(s.Size), &x.view); err != nil {
			return err
		}
	}
	before := len(x.samples.Aux)
	x.samples.Aux = cenc.AppendAux(x.samples.Aux, x.ivs.At(&x.iv, position), subs)
	x.samples.Sizes = append(x.samples.Sizes, s.Size)
	x.bits = append(x.bits, uint8(len(x.samples.Aux)-before))
	return nil
}

// inFragment is added to the numbers of group descriptions that stand in the fragment (ISO/IEC 14496-12, 8.9.4).
const inFragment = 0x10000

// appendGroup appends the sample group of all count samples that says how they are encrypted, if it must be said (ISO/IEC 23001-7, 6; ISO/IEC 14496-12, 8.9).
func (x *seal) appendGroup(b []byte, count int) []byte {
	if !x.state.Group {
		return b
	}
	b, m := box.BeginFull(b, "sgpd", 1, 0)
	b = append(b, "seig"...)
	size := len(b)
	b = box.U32(b, 0)
	b = box.U32(b, 1)
	entry := len(b)
	p := x.params
	if x.state.Clear {
		b = box.Zeros(b, 20)
	} else {
		b = append(b, 0, p.CryptBlocks<<4|p.SkipBlocks, 1, p.IVSize)
		b = append(b, x.state.Key.ID[:]...)
		if p.IVSize == 0 {
			b = append(append(b, byte(len(p.ConstantIV))), p.ConstantIV[:]...)
		}
	}
	binary.BigEndian.PutUint32(b[size:], uint32(len(b)-entry))
	b = box.End(b, m)
	b, m = box.BeginFull(b, "sbgp", 0, 0)
	b = append(b, "seig"...)
	b = box.U32(b, 1)
	b = box.U32(b, uint32(count))
	b = box.U32(b, inFragment+1)
	return box.End(b, m)
}

// sealBounds returns how many bytes the encryption adds to a fragment of r of so many samples, at the least and at the most.
func sealBounds(r *presentation.Representation, samples int) (least, most int64) {
	p := r.Protection
	if p == nil {
		return 0, 0
	}
	const group, aux, longest = 24 + 37 + 28, 17 + 20 + 16, 1 + 255 // seig; saiz, saio, senc; a sample in saiz and senc
	most = group + aux + longest*int64(samples)
	if r.Track.Kind == media.Audio {
		most = group + aux + int64(samples)*(1+int64(p.IVSize))
	}
	if p.Boxes {
		most *= 2
	}
	for _, pssh := range p.PSSH {
		most += int64(len(pssh)) // those of other keys are as long
	}
	return 0, most
}

// piffSampleEncryption is the extended type of PIFF's sample encryption box (PIFF 1.1, 5.3.2).
const piffSampleEncryption = "\xa2\x39\x4f\x52\x5a\x9b\x4f\x14\xa2\x44\x6c\x42\x7c\x64\x8d\xf4"

// appendAux appends saiz, saio and senc (ISO/IEC 23001-7, 7.2; ISO/IEC 14496-12, 8.7.8 and 8.7.9), and before them PIFF's box if boxes says so. Where samples have no auxiliary information, because the IV is
// constant and they are encrypted as a whole, there is nothing to say.
func (x *seal) appendAux(b []byte, moof int, boxes bool) []byte {
	count := len(x.samples.Sizes)
	if !x.on || len(x.samples.Aux) == 0 {
		return b
	}
	flags := uint32(0)
	if x.samples.Subs {
		flags = 2
	}
	if boxes {
		var m int
		b, m = box.Begin(b, "uuid")
		b = append(b, piffSampleEncryption...)
		b = box.U32(b, flags)
		b = box.U32(b, uint32(count))
		b = box.End(append(b, x.samples.Aux...), m)
	}
	same := !slices.ContainsFunc(x.bits, func(n uint8) bool { return n != x.bits[0] })
	b, m := box.BeginFull(b, "saiz", 0, 0)
	if same {
		b = box.U8(b, x.bits[0])
		b = box.U32(b, uint32(count))
	} else {
		b = box.U8(b, 0)
		b = box.U32(b, uint32(count))
		b = append(b, x.bits...)
	}
	b = box.End(b, m)
	b, m = box.BeginFull(b, "saio", 0, 0)
	b = box.U32(b, 1)
	b = box.U32(b, uint32(len(b)+4+16-moof)) // behind this field and the head of senc
	b = box.End(b, m)
	b, m = box.BeginFull(b, "senc", 0, flags)
	b = box.U32(b, uint32(count))
	return box.End(append(b, x.samples.Aux...), m)
}

// window is a View of one sample after another: of the file, of which it reads a little more than is asked for, or of one that has been converted.
type window struct {
	from    io.ReaderAt
	convert bool
	data    []byte
	at      int64 // in the file, of data
	base    int64 // of the sample
	left    int64 // bytes of the sample
}

// windowSize is how much is read at once: the heads of several NAL units where those are small, and no more than a page where they are not.
const windowSize = 2 << 10

// use goes to a sample.
func (w *window) use(s *media.Sample) error {
	w.base, w.left = s.Offset, int64(s.Size)
	if !w.convert {
		return nil
	}
	from, ok := w.from.(Payload)
	if !ok {
		return errs.Errorf(errs.Internal, "samples that are converted cannot be read")
	}
	b, err := from.ReadSample(w.data[:0], s)
	if err == nil && len(b) != int(s.Size) {
		err = errs.Errorf(errs.Unavailable, "%d bytes, the index says %d", len(b), s.Size)
	}
	if err != nil {
		return &SourceError{err}
	}
	w.data, w.at = b, w.base
	return nil
}

// Peek returns bytes of the sample.
func (w *window) Peek(at, n int) ([]byte, error) {
	from := w.base + int64(at) - w.at
	if from < 0 || from+int64(n) > int64(len(w.data)) {
		// Not beyond the sample: that may be the end of the file.
		size := max(n, min(windowSize, int(w.left)-at))
		w.data = slices.Grow(w.data[:0], size)[:size]
		w.at, from = w.base+int64(at), 0
		if _, err := w.from.ReadAt(w.data, w.at); err != nil {
			w.data = w.data[:0]
			return nil, &SourceError{err}
		}
	}
	return w.data[from : from+int64(n)], nil
}

// sealed writes payload that is encrypted on its way. It reads from the beginning of the sample that the first wanted byte is in, because blocks depend on those before them.
func (g *gather) sealed(p *Plan) error {
	s := p.seal.stream
	s.Reset(p.seal.samples)
	begin := s.SkipTo(g.skip)
	e := &sealer{gather: g, stream: s, drop: g.skip - begin, open: len(g.buf)}
	e.read = min(e.drop+g.left+cenc.Block, p.Payload-begin)
	g.skip = 0
	if err := e.pieces(p.Pieces, begin); err != nil {
		return err
	}
	if err := e.samples(p.Samples, begin); err != nil {
		return err
	}
	e.cover()
	return nil
}

// sealer encrypts what a gather reads.
type sealer struct {
	*gather
	stream *cenc.Stream
	open   int   // where in the buffer the bytes begin that are not encrypted yet
	drop   int64 // bytes of payload that are encrypted and not wanted
	read   int64 // bytes that need be read still
}

// pieces reads runs of the file, from byte begin of all of them on.
func (e *sealer) pieces(all []Piece, begin int64) error {
	for i := 0; i < len(all) && e.read > 0; i++ {
		x := all[i]
		if begin >= x.Size {
			begin -= x.Size
			continue
		}
		if err := e.piece(x.Offset+begin, min(x.Size-begin, e.read)); err != nil {
			return err
		}
		begin = 0
	}
	return nil
}

// piece reads a run of the file.
func (e *sealer) piece(off, n int64) error {
	for n > 0 {
		if len(e.buf) == cap(e.buf) {
			if err := e.make(); err != nil {
				return err
			}
		}
		free := e.buf[len(e.buf):cap(e.buf)]
		if int64(len(free)) > n {
			free = free[:n]
		}
		m, err := e.from.ReadAt(free, off)
		if m < len(free) {
			return &SourceError{err}
		}
		e.buf = e.buf[:len(e.buf)+m]
		off, n, e.read = off+int64(m), n-int64(m), e.read-int64(m)
	}
	return nil
}

// samples reads samples that are to be converted.
func (e *sealer) samples(all []media.Sample, begin int64) error {
	for i := 0; i < len(all) && e.read > 0; i++ {
		s := &all[i]
		if begin > 0 {
			begin -= int64(s.Size)
			continue
		}
		if len(e.buf)+int(s.Size) > cap(e.buf) {
			if err := e.make(); err != nil {
				return err
			}
		}
		at := len(e.buf)
		b, err := e.from.ReadSample(e.buf, s)
		if err == nil && len(b)-at != int(s.Size) {
			err = errs.Errorf(errs.Unavailable, "sample at byte %d: %d bytes, the index says %d", s.Offset, len(b)-at, s.Size)
		}
		if err != nil {
			return &SourceError{err}
		}
		e.buf, e.read = b, e.read-int64(s.Size)
	}
	return nil
}

// cover encrypts what it can of what has been read, and takes out what is not wanted.
func (e *sealer) cover() {
	done := int64(e.stream.Next(e.buf[e.open:]))
	if gone := min(e.drop, done); gone > 0 {
		e.buf = append(e.buf[:e.open], e.buf[e.open+int(gone):]...)
		e.drop, done = e.drop-gone, done-gone
	}
	if done >= e.left {
		e.buf, done = e.buf[:e.open+int(e.left)], e.left
	}
	e.open, e.left = e.open+int(done), e.left-done
}

// make makes room: what has been read is encrypted, as much of it at once as the buffer holds, and written.
func (e *sealer) make() error {
	e.cover()
	rest := len(e.buf) - e.open
	var tail [cenc.Block]byte
	copy(tail[:], e.buf[e.open:])
	e.buf = e.buf[:e.open]
	err := e.flush()
	e.buf, e.open = append(e.buf, tail[:rest]...), 0
	return err
}
