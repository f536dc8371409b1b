package segment

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Piece is a run of bytes of the source file.
type Piece struct {
	Offset int64
	Size   int64
}

// Plan is a media segment that is ready to be sent: Header, then the payload. Exactly one of Pieces, Samples and Text has the payload.
type Plan struct {
	Header  []byte
	Pieces  []Piece        // contiguous tracks: the bytes of the file, in order
	Samples []media.Sample // others: each is to be read and converted
	Text    []byte         // text made of cues
	Payload int64          // bytes after Header

	seal   seal
	stored storedAux
}

// Size returns the length of the whole segment.
func (p *Plan) Size() int64 { return int64(len(p.Header)) + p.Payload }

// Reset empties p and keeps its memory.
func (p *Plan) Reset() {
	p.Header, p.Pieces, p.Samples, p.Text, p.Payload = p.Header[:0], p.Pieces[:0], p.Samples[:0], p.Text[:0], 0
	p.seal.reset()
	p.stored.reset(nil)
}

// Encrypted says whether the payload is encrypted while it is written.
func (p *Plan) Encrypted() bool { return p.seal.on }

const stypSize = 24

// appendStyp appends the box in front of a segment that has a URL of its own.
func appendStyp(dst []byte) []byte {
	return append(dst, "\x00\x00\x00\x18stypmsdh\x00\x00\x00\x00msdhdash"...)
}

// Make plans segment s of r into p. styp says whether it begins with a segment type box; a subsegment of one file does not. from is read for
// sample auxiliary information of encrypted tracks and for TTML that is shown at another time than it says; it may be nil for others.
func (p *Plan) Make(r *presentation.Representation, s timeline.Segment, styp bool, from io.ReaderAt) error {
	p.Reset()
	if styp {
		p.Header = appendStyp(p.Header)
	}
	if r.Chunks != nil {
		p.Header = appendReference(p.Header, r, s)
	}
	var err error
	if p.Header, err = appendEvents(p.Header, r, &s); err != nil {
		return err
	}
	switch {
	case r.Clock != nil:
		p.makeClock(r, s)
		return nil
	case r.Track.Count == 0:
		p.makeCues(r, s)
		return nil
	case r.Segments.Parted():
		return p.makeParts(r, s, from)
	case r.Track.Codec == media.STPP && shifted(r, s):
		return p.makeTTML(r, s, from)
	case r.KeyFrames:
		s, lasts := keyFrames(r, s)
		return p.makeStored(r, s, from, lasts)
	}
	return p.makeStored(r, s, from, nil)
}

// layout is which fields each sample of a track has in trun: it is the same for all segments of a track, so that sizes need no look at samples.
type layout struct {
	flags  uint32
	sample int // bytes per sample
}

const (
	trunDataOffset = 0x001
	trunDuration   = 0x100
	trunSize       = 0x200
	trunFlags      = 0x400
	trunCTO        = 0x800
)

func layoutOf(r *presentation.Representation) layout {
	if r.KeyFrames {
		return layout{trunDataOffset | trunDuration | trunSize | trunFlags, 12}
	}
	l := layout{trunDataOffset | trunSize, 4}
	if r.Track.Constant == 0 || r.Track.Kind == media.Text { // of text some players do not read what the init segment says
		l.flags, l.sample = l.flags|trunDuration, l.sample+4
	}
	if r.Track.Kind == media.Video {
		l.flags, l.sample = l.flags|trunFlags, l.sample+4
	}
	if r.Track.HasCTO {
		l.flags, l.sample = l.flags|trunCTO, l.sample+4
	}
	return l
}

// moofFixed is the bytes of moof, mfhd, traf, tfhd, tfdt, and trun without samples.
const moofFixed = 8 + 16 + 8 + 16 + 20 + 20

// fragmentSize returns the bytes of moof and mdat header before the payload of a stored segment, less what they say of encryption.
func fragmentSize(r *presentation.Representation, samples int, payload uint64) int64 {
	return int64(moofFixed) + int64(samples)*int64(layoutOf(r).sample) + mdatHeader(payload)
}

func mdatHeader(payload uint64) int64 {
	if payload+8 > math.MaxUint32 {
		return 16
	}
	return 8
}

// makeStored plans a segment of stored samples. lasts is nil, or how long the one sample of each of the ranges lasts, which is presented when it is decoded.
func (p *Plan) makeStored(r *presentation.Representation, s timeline.Segment, from io.ReaderAt, lasts []media.Ticks) error {
	t := r.Track
	l := layoutOf(r)
	var count int
	var payload uint64
	for _, rg := range s.Ranges {
		count, payload = count+rg.Count, payload+rg.Bytes
	}
	b := p.Header
	start := len(b)
	b, moof := box.Begin(b, "moof")
	b, m := box.BeginFull(b, "mfhd", 0, 0)
	b = box.End(box.U32(b, uint32(s.Number)), m)
	b, traf := box.Begin(b, "traf")
	const defaultBaseIsMoof = 0x020000
	b, m = box.BeginFull(b, "tfhd", 0, defaultBaseIsMoof)
	b = box.End(box.U32(b, trackID), m)
	b, m = box.BeginFull(b, "tfdt", 1, 0)
	tfdt := len(b)
	b = box.End(box.U64(b, 0), m)
	version := byte(0)
	if r.Lag == 0 && t.Lag > 0 {
		version = 1 // some offset is negative
	}
	b, trun := box.BeginFull(b, "trun", version, l.flags)
	b = box.U32(b, uint32(count))
	offset := len(b)
	b = box.U32(b, 0)
	if r.Protection != nil {
		if err := p.seal.begin(r, &s, from); err != nil {
			return err
		}
	}
	p.stored.reset(t.Encryption)
	b, err := p.appendSamples(b, r, s, lasts, tfdt)
	if err != nil {
		return err
	}
	b = box.End(b, trun)
	b, boxes, err := p.appendProtection(b, r, count, moof, from)
	if err != nil {
		return err
	}
	b = box.End(b, traf)
	for _, pssh := range boxes {
		b = append(b, pssh...)
	}
	b = box.End(b, moof)
	b = appendMdatHeader(b, payload)
	binary.BigEndian.PutUint32(b[offset:], uint32(len(b)-start)) // from moof to the payload
	if got, want := int64(len(b)-start), fragmentSize(r, count, payload)+p.stored.bytes(r.Stored.HasPIFF())+lengths(boxes); got != want && r.Protection == nil {
		return errs.Errorf(errs.Internal, "segment %d of %s: header of %d bytes, %d announced", s.Number, r.ID, got, want)
	}
	p.Header, p.Payload = b, int64(payload)
	return nil
}

// appendProtection appends to traf how its count samples are encrypted, or stored encrypted, and returns the pssh boxes that moof has.
func (p *Plan) appendProtection(b []byte, r *presentation.Representation, count, moof int, from io.ReaderAt) ([]byte, [][]byte, error) {
	if r.Track.Encryption != nil {
		b, err := p.stored.appendTo(b, moof, r.Stored.HasPIFF(), from)
		if err != nil {
			return nil, nil, err
		}
		boxes, err := r.Stored.KeyBoxes(p.stored.kids)
		return b, boxes, err
	}
	if r.Protection != nil {
		b = p.seal.appendGroup(b, count)
		b = p.seal.appendAux(b, moof, r.Protection.Boxes)
	}
	return b, p.seal.state.PSSH, nil
}

func lengths(boxes [][]byte) (n int64) {
	for _, b := range boxes {
		n += int64(len(b))
	}
	return n
}

// appendSamples appends the entries of all samples of s to a trun box, and gathers what is to be known of them. tfdt is where in b the first one's time goes.
func (p *Plan) appendSamples(b []byte, r *presentation.Representation, s timeline.Segment, lasts []media.Ticks, tfdt int) ([]byte, error) {
	t, flags := r.Track, layoutOf(r).flags
	first := true
	for i, rg := range s.Ranges {
		cursor := t.Cursor(rg.First)
		var smp media.Sample
		for n := range rg.Count {
			if !cursor.Next(&smp) {
				return nil, errs.Errorf(errs.Internal, "segment %d of %s: the index ends early", s.Number, r.ID)
			}
			if first {
				binary.BigEndian.PutUint64(b[tfdt:], uint64(smp.DTS+t.Delay+rg.Shift+r.MediaOffset))
				first = false
			}
			if lasts != nil {
				smp.Duration = lasts[i]
			}
			b = appendSample(b, flags, &smp, r.Lag-t.Delay)
			p.addPayload(t.Contiguous, &smp)
			if err := p.seal.add(&smp, rg.Position+int64(n)); err != nil {
				return nil, err
			}
			p.stored.add(&smp)
		}
	}
	return b, nil
}

func appendSample(b []byte, flags uint32, s *media.Sample, offset media.Ticks) []byte {
	if flags&trunDuration != 0 {
		b = box.U32(b, uint32(s.Duration))
	}
	b = box.U32(b, s.Size)
	if flags&trunFlags != 0 {
		if s.Sync {
			b = box.U32(b, syncFlags)
		} else {
			b = box.U32(b, nonSyncFlags)
		}
	}
	if flags&trunCTO != 0 {
		b = box.U32(b, uint32(media.Ticks(s.CTO)+offset))
	}
	return b
}

func (p *Plan) addPayload(contiguous bool, s *media.Sample) {
	if !contiguous {
		p.Samples = append(p.Samples, *s)
		return
	}
	if n := len(p.Pieces); n > 0 && p.Pieces[n-1].Offset+p.Pieces[n-1].Size == s.Offset {
		p.Pieces[n-1].Size += int64(s.Size)
		return
	}
	p.Pieces = append(p.Pieces, Piece{s.Offset, int64(s.Size)})
}

func appendMdatHeader(b []byte, payload uint64) []byte {
	if mdatHeader(payload) == 16 {
		return box.U64(append(box.U32(b, 1), "mdat"...), payload+16)
	}
	return append(box.U32(b, uint32(payload+8)), "mdat"...)
}
