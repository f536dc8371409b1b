package matroska

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxBlock is the longest Block that is not taken for damage.
const maxBlock = 1 << 30

// sliceSearch is how far into a frame its first slice header is looked for.
const sliceSearch = 16 << 10

// frame is one frame of a Block.
type frame struct {
	offset   int64  // in the file
	span     uint32 // bytes in the file
	size     uint32 // bytes as served
	time     int64  // nanoseconds, CodecDelay subtracted
	timed    bool   // the Block's first, whose time is the Block's
	key      bool
	duration int64  // nanoseconds, -1 unknown
	head     []byte // its first bytes as served; all of them when whole
	whole    bool

	additional [2]int64 // BlockAdditions: offset and size
}

// block handles one Block: its frames go to the handler of its track.
func (s *scanner) block(b *block) error {
	head := b.head[:b.have]
	n, w := vint(head)
	if w == 0 || len(head) < w+3 || b.size > maxBlock {
		s.warn("the Block at byte %d is damaged: it is left out", b.data)
		return nil
	}
	t := s.byNumber(n)
	if t == nil || t.stage == unserved {
		return nil
	}
	flags := head[w+2]
	fr := &s.fr
	*fr = frame{offset: b.data + int64(w) + 3, timed: true, key: b.key, duration: -1, additional: b.additional}
	if b.simple {
		fr.key = flags&0x80 != 0
	}
	fr.time = (b.cluster+int64(int16(binary.BigEndian.Uint16(head[w:]))))*s.scale - int64(min(t.codecDelay, 10e9))
	if b.duration >= 0 {
		fr.duration = b.duration * s.scale
	}
	if b.discard > 0 {
		t.padding = b.discard
	} else {
		t.padding = 0
	}
	if flags&6 != 0 {
		return s.laced(t, b, flags>>1&3)
	}
	fr.span = uint32(b.size - int64(w) - 3)
	fr.head = head[w+3:]
	return s.frame(t, fr)
}

// laced takes the frames of a Block that has several (RFC 9559, 10.3). The scanner's frame is the first, as far as it is known.
func (s *scanner) laced(t *track, b *block, lacing byte) error {
	fr := &s.fr
	stop := b.data + b.size
	header, err := s.peek(fr.offset, int(min(stop-fr.offset, maxLacing)))
	if err != nil {
		return err
	}
	sizes, n := laceSizes(&s.sizes, header, stop-fr.offset, lacing)
	if sizes == nil {
		s.warn("the Block at byte %d has broken lacing: it is left out", b.data)
		return nil
	}
	fr.offset += int64(n)
	if fr.duration > 0 {
		fr.duration /= int64(len(sizes))
	}
	for _, size := range sizes {
		fr.span = size
		if fr.head, err = s.peek(fr.offset, min(int(size), peekSize)); err != nil {
			return err
		}
		if err := s.frame(t, fr); err != nil {
			return err
		}
		fr.offset += int64(size)
		fr.timed = false
	}
	return nil
}

// maxLacing is the longest lacing header that is read: 255 sizes of Xiph lacing, each up to 16 kB.
const maxLacing = 16 << 10

// laceSizes reads a lacing header: the frames' sizes, in buf, and its own length. b is the Block from there on, as much of it as may be needed; size is
// the number of bytes that there are. nil when it is broken.
func laceSizes(buf *[256]uint32, b []byte, size int64, lacing byte) (sizes []uint32, n int) {
	if len(b) == 0 {
		return nil, 0
	}
	count := int(b[0]) + 1
	sizes, n = buf[:count], 1
	sum := int64(0)
	last := count - 1
	switch lacing {
	case 2: // all the same
		if (size-1)%int64(count) != 0 {
			return nil, 0
		}
		for i := range sizes {
			sizes[i] = uint32((size - 1) / int64(count))
		}
		return sizes, 1
	case 1: // Xiph: bytes up to one below 255
		for i := range sizes[:last] {
			v := int64(0)
			for more := true; more; n++ {
				if n >= len(b) {
					return nil, 0
				}
				v += int64(b[n])
				more = b[n] == 255
			}
			sizes[i] = uint32(v)
			sum += v
		}
	case 3: // EBML: a size, then differences
		v := int64(0)
		for i := range sizes[:last] {
			u, w := vint(b[n:])
			if w == 0 {
				return nil, 0
			}
			if i == 0 {
				v = int64(u)
			} else {
				v += int64(u) - (1<<(7*w-1) - 1)
			}
			if v < 0 || v > size {
				return nil, 0
			}
			n += w
			sizes[i] = uint32(v)
			sum += v
		}
	}
	if rest := size - int64(n) - sum; rest >= 0 {
		sizes[last] = uint32(rest)
		return sizes, n
	}
	return nil, 0
}

// frame readies one frame and passes it to its track's handler.
func (s *scanner) frame(t *track, fr *frame) error {
	fr.size = fr.span
	fr.head = fr.head[:min(len(fr.head), int(fr.span))]
	fr.whole = len(fr.head) == int(fr.span)
	if fr.span == 0 {
		return nil
	}
	if t.made() || t.Kind == media.Text {
		if err := s.whole(t, fr); err != nil {
			if errs.KindOf(err) == errs.Internal {
				return err
			}
			s.warn("track %d: the frame at byte %d is left out: %v", t.ID, fr.offset, err)
			return nil
		}
		if fr.size == 0 {
			return nil
		}
	}
	if t.stage == waiting {
		if err := s.learn(t, fr); err != nil || t.stage != open {
			return err
		}
	}
	if t.annexB {
		if err := s.keepSets(t, fr); err != nil {
			return err
		}
	}
	if t.decodes && !fr.whole {
		head, err := s.peek(fr.offset, int(min(fr.span, sliceSearch)))
		if err != nil {
			return err
		}
		fr.head = head
	}
	return t.handler.frame(fr)
}

// whole reads a frame that cannot be served as it stands, and undoes its encodings.
func (s *scanner) whole(t *track, fr *frame) error {
	if fr.span > maxFrame {
		return errs.Errorf(errs.Invalid, "it has %d bytes, and up to %d can be decompressed", fr.span, maxFrame)
	}
	b := fr.head
	if !fr.whole {
		var err error
		if b, err = s.w.Bytes(fr.offset, int(fr.span)); err != nil {
			return err
		}
	}
	b, err := t.undo(b)
	if err != nil {
		return err
	}
	fr.head, fr.whole, fr.size = b, true, uint32(len(b))
	return nil
}

// undo takes the encodings off b.
func (t *track) undo(b []byte) ([]byte, error) {
	for i := range t.encodings {
		enc := &t.encodings[i]
		if enc.scope&scopeFrames == 0 {
			continue
		}
		out, err := enc.undo(nil, b, maxInflated)
		if err != nil {
			return nil, err
		}
		b = out
	}
	return b, nil
}
