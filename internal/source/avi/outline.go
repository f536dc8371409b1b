package avi

import (
	"context"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	indexEntry  = 16 // bytes of an entry of idx1: code, flags, offset, size
	keyFrame    = 0x10
	maxIndex    = 64 << 20 // bytes of idx1
	keyHead     = 8 << 10  // bytes looked at of a random access point
	mostKeys    = 4096     // random access points: to look at more takes as long as a Scan
	checkChunks = 1024     // of so many chunks of audio one is looked at
	checkFirst  = 4        // besides the first ones
)

var errNoOutline = errs.Errorf(errs.Unsupported, "the index of the AVI file does not say enough")

// Outline is what Scan finds, from the file's index (idx1) and its random access points alone; see demux.OutlineFunc. Times are exact: pictures between two IDR pictures are shown in the slots between
// them, in whatever order. Sizes are those of chunks, which differ from those of Samples where NAL units stand between start codes.
func Outline(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	s := &scanner{ctx: ctx, f: f, sink: sink, outline: true}
	if err := s.run(); err != nil {
		return demux.Result{}, err
	}
	if !s.outlined || s.damaged || len(s.res.Warnings) > 0 {
		return demux.Result{}, errNoOutline
	}
	return s.res, nil
}

// fromIndex hands over the chunks that idx1 lists: movi is the list that begins at off and has size bytes.
func (s *scanner) fromIndex(off, size int64) error {
	end := off + 8 + size + size&1
	b, err := s.win.Bytes(end, 8)
	if err != nil || string(b[:4]) != "idx1" {
		return errNoOutline
	}
	n := int64(binary.LittleEndian.Uint32(b[4:])) / indexEntry * indexEntry
	if after := end + 8 + n; n == 0 || n > maxIndex || after > s.f.Size || s.f.Size-after >= indexEntry+12 { // what follows may be another RIFF, of which idx1 knows nothing
		return errNoOutline
	}
	base, err := s.indexBase(off+8, end+8)
	if err != nil {
		return err
	}
	index := demux.NewWindow(s.f, wholeAhead)
	least := off + 12 // where the next chunk begins at the earliest
	for at := end + 8; at < end+8+n; at += indexEntry {
		e, err := index.Bytes(at, indexEntry)
		if err != nil {
			return errNoOutline
		}
		le := binary.LittleEndian
		c := chunk{base + int64(le.Uint32(e[8:])) + 8, int64(le.Uint32(e[12:]))}
		if c.off-8 < least || c.off+c.size > end {
			return errNoOutline
		}
		least = c.off + c.size
		if err := s.indexed([4]byte(e[:4]), c, le.Uint32(e[4:])&keyFrame != 0); err != nil {
			return err
		}
	}
	if end-least > indexEntry+8 { // chunks that the index does not know
		return errNoOutline
	}
	s.outlined = true
	return nil
}

// indexBase returns what the offsets in idx1, the first entry of which is at first, count from: the code of the movi list, or the file's first byte.
func (s *scanner) indexBase(movi, first int64) (int64, error) {
	b, err := s.win.Bytes(first, indexEntry)
	if err != nil {
		return 0, errNoOutline
	}
	id, off, size := [4]byte(b[:4]), int64(binary.LittleEndian.Uint32(b[8:])), binary.LittleEndian.Uint32(b[12:])
	for _, base := range [...]int64{movi, 0} {
		if h, err := s.win.Bytes(base+off, 8); err == nil && [4]byte(h[:4]) == id && binary.LittleEndian.Uint32(h[4:]) == size {
			return base, nil
		}
	}
	return 0, errNoOutline
}

// indexed takes a chunk that the index lists.
func (s *scanner) indexed(id [4]byte, c chunk, key bool) error {
	n := streamNumber(id)
	if n < 0 || n >= len(s.header.streams) || string(id[2:]) == "pc" || s.header.streams[n].handler == nil {
		return nil
	}
	switch h := s.header.streams[n].handler.(type) {
	case *video:
		return h.indexed(c, key)
	case *audio:
		return h.indexed(c)
	}
	return errNoOutline
}

// indexed makes a Sample of a chunk that is looked at only if it is a random access point. Pictures come in the order in which they are decoded: between two IDR pictures that
// changes nothing that an outline says.
func (v *video) indexed(c chunk, key bool) error {
	if c.size <= emptyFrom {
		v.dropped++
		v.slot++
		return nil
	}
	size := c.size
	if key || v.framing == unknownFraming {
		if v.keys++; v.keys > mostKeys {
			return errNoOutline
		}
		dropped, err := v.keyHead(c)
		if err != nil {
			return err
		}
		size -= dropped
	}
	if v.order == nil || size > maxFrame {
		return errNoOutline
	}
	v.slot++
	return v.out.push(media.Sample{Offset: c.off, Span: uint32(c.size), Size: uint32(size), Sync: key}, v.slot-1, v.slot-1)
}

// keyHead looks at the beginning of a random access point, which must be an IDR picture. It returns how many bytes of it are parameter sets and such, which are not served.
func (v *video) keyHead(c chunk) (dropped int64, err error) {
	if v.framing == unknownFraming {
		if err := v.decideFraming(c); err != nil {
			return 0, err
		}
		v.s.win = demux.NewWindow(v.s.f, walkAhead)
	}
	b, err := v.s.win.Bytes(c.off, int(min(c.size, keyHead)))
	if err != nil {
		return 0, errNoOutline
	}
	for len(b) > 0 {
		var nal []byte
		if v.framing == annexB {
			u := units(v.units[:0], b)
			if len(u) == 0 {
				return 0, errNoOutline
			}
			nal, b = b[u[0].start:u[0].end], b[u[0].end:]
		} else {
			n, _ := nalLength(b, v.length)
			if n <= 0 {
				return 0, errNoOutline
			}
			nal = b[v.length:min(len(b), v.length+n)]
			b = b[v.length+len(nal):]
		}
		k, _, err := v.classify(nal)
		switch {
		case err != nil:
			return 0, errNoOutline // parameter sets change
		case k == kindPicture:
			if v.order == nil {
				if ok, err := v.makeOrder(); err != nil || !ok {
					return 0, errNoOutline
				}
			}
			if !v.idr(nal) {
				return 0, errNoOutline
			}
			return dropped, nil
		case k != kindOther && v.framing == annexB:
			dropped += int64(len(nal)) + 4
		case k == kindSet:
			v.setsIn = true
		}
	}
	return 0, errNoOutline
}

// idr says whether no picture that follows a slice's is shown before it.
func (v *video) idr(nal []byte) bool {
	if v.codec == media.HEVC {
		const idrWithLeading, idrAlone = 19, 20
		t := nal[0] >> 1 & 0x3f
		return t == idrWithLeading || t == idrAlone
	}
	const idr = 5
	return nal[0]&0x1f == idr
}

// indexed makes a Sample of a chunk that is a frame. Of most chunks only the size is known: now and then one is looked at.
func (a *audio) indexed(c chunk) error {
	if c.size == 0 {
		return nil
	}
	if a.st.sampleSize != 0 || c.size > maxFrame {
		return errNoOutline // frames do not begin where chunks do
	}
	n := a.frames
	if n < checkFirst || n%checkChunks == 0 {
		if err := a.check(c); err != nil {
			return err
		}
	}
	header := int64(a.spec.header)
	if c.size <= header {
		return errNoOutline
	}
	return a.emit(media.Sample{Offset: c.off + header, Span: uint32(c.size - header), Size: uint32(c.size - header)}, a.spec.samples)
}

// check looks at a chunk: it must be one frame, like the first.
func (a *audio) check(c chunk) error {
	if !a.known {
		if err := a.begin(c); err != nil {
			return err
		}
	}
	if a.st.handler == nil {
		return errNoOutline
	}
	if a.raw {
		return nil
	}
	b, err := a.s.win.Bytes(c.off, int(min(c.size, headerBytes)))
	if err != nil {
		return errNoOutline
	}
	f, ok := a.parse(b)
	if !ok || int64(f.size) != c.size || f.codec == layer1 || f.codec == layer2 {
		return errNoOutline
	}
	if a.spec.rate != 0 {
		return nil
	}
	config, err := a.configOf(b)
	if err != nil {
		return errNoOutline
	}
	a.begun(f, config)
	return nil
}
