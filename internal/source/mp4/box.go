package mp4

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// box is the frame of one box (ISO/IEC 14496-12, 4.2): its name and where it stands in the file.
type box struct {
	name  [4]byte
	start int64 // first byte of the header
	body  int64 // first byte after the header; the extended type of a uuid box is body
	end   int64 // first byte after the box; it may lie behind the parent's end in a damaged file
}

func (b box) size() int64 { return b.end - b.body }

// headerSize is the longest header that parseHeader needs: a 32-bit size, a name, a 64-bit size.
const headerSize = 16

// parseHeader reads the header at off from h, which has up to headerSize bytes of it. limit is where a box of size 0 ends.
func parseHeader(h []byte, off, limit int64) (box, error) {
	if len(h) < 8 {
		return box{}, errs.Errorf(errs.Invalid, "the file ends within a box header at byte %d", off)
	}
	b := box{start: off, body: off + 8}
	copy(b.name[:], h[4:8])
	size := uint64(binary.BigEndian.Uint32(h))
	switch size {
	case 0:
		b.end = limit
		return b, nil
	case 1:
		if len(h) < headerSize {
			return box{}, errs.Errorf(errs.Invalid, "the file ends within a box header at byte %d", off)
		}
		size = binary.BigEndian.Uint64(h[8:])
		b.body = off + headerSize
	}
	if size < uint64(b.body-off) || size > uint64(math.MaxInt64-off) {
		return box{}, errs.Errorf(errs.Invalid, "there is no box at byte %d: %q has the impossible size %d", off, string(h[4:8]), size)
	}
	b.end = off + int64(size)
	return b, nil
}

// view gives the bytes of a box and of all within it: from memory when it is small enough, else through a sliding window.
type view struct {
	f    demux.File
	mem  []byte // the bytes from at on
	at   int64
	win  *demux.Window
	warn *warnings
}

// quiet returns a view of the same bytes whose damage is told to nobody: for metadata, which nothing depends on.
func (v *view) quiet() *view {
	q := *v
	q.warn = &warnings{}
	return &q
}

// bytes returns n bytes at off, valid until the next call.
func (v *view) bytes(off int64, n int) ([]byte, error) {
	if i := off - v.at; i >= 0 && i+int64(n) <= int64(len(v.mem)) {
		return v.mem[i : i+int64(n) : i+int64(n)], nil
	}
	if v.win == nil {
		return nil, io.ErrUnexpectedEOF
	}
	return v.win.Bytes(off, n)
}

// content returns the body of b from skip on, no more than limit bytes of it. It is nil when b is shorter or cannot be read.
func (v *view) content(b box, skip int64, limit int) []byte {
	n := b.size() - skip
	if n <= 0 {
		return nil
	}
	p, err := v.bytes(b.body+skip, int(min(n, int64(limit))))
	if err != nil {
		return nil
	}
	return p
}

// children calls visit with each box in [off, end). A box that runs past the end is cut there, with a warning; what is no box
// ends the walk, with a warning as well.
func (v *view) children(off, end int64, visit func(box) error) error {
	for off+8 <= end {
		h, err := v.bytes(off, int(min(headerSize, end-off)))
		if err != nil {
			return errs.Errorf(errs.Invalid, "the box header at byte %d cannot be read: %w", off, err)
		}
		b, err := parseHeader(h, off, end)
		if err != nil {
			v.warn.addf("%v; what follows in the same box is ignored", err)
			return nil
		}
		if b.end > end {
			v.warn.addf("the box %q at byte %d runs past the end of the box around it; it is cut there", string(h[4:8]), off)
			b.end = max(end, b.body)
		}
		if b.body > end {
			return nil
		}
		if err := visit(b); err != nil {
			return err
		}
		off = b.end
	}
	return nil
}

// be32 returns the 32-bit number at i of p, 0 when p is too short.
func be32(p []byte, i int) uint32 {
	if i < 0 || i+4 > len(p) {
		return 0
	}
	return binary.BigEndian.Uint32(p[i:])
}

// be16 returns the 16-bit number at i of p, 0 when p is too short.
func be16(p []byte, i int) uint16 {
	if i < 0 || i+2 > len(p) {
		return 0
	}
	return binary.BigEndian.Uint16(p[i:])
}

// be64 returns the 64-bit number at i of p, 0 when p is too short.
func be64(p []byte, i int) uint64 {
	return uint64(be32(p, i))<<32 | uint64(be32(p, i+4))
}
