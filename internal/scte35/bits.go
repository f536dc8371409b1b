package scte35

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
)

// writer appends fields of bits. It keeps the first error.
type writer struct {
	b    []byte
	left uint8 // bits that are free in the last byte
	err  error
}

func (w *writer) bits(n uint8, v uint64) {
	if v>>n != 0 && w.err == nil {
		w.err = errs.Errorf(errs.Invalid, "scte35: %d does not fit into a field of %d bits", v, n)
	}
	for n > 0 {
		if w.left == 0 {
			w.b, w.left = append(w.b, 0), 8
		}
		take := min(n, w.left)
		part := v >> (n - take) & (1<<take - 1)
		w.b[len(w.b)-1] |= byte(part << (w.left - take))
		w.left, n = w.left-take, n-take
	}
}

// ones appends reserved bits.
func (w *writer) ones(n uint8) { w.bits(n, 1<<n-1) }

func (w *writer) flag(on bool) {
	if on {
		w.bits(1, 1)
	} else {
		w.bits(1, 0)
	}
}

func (w *writer) u8(v uint8)   { w.bits(8, uint64(v)) }
func (w *writer) u16(v uint16) { w.bits(16, uint64(v)) }
func (w *writer) u32(v uint32) { w.bits(32, uint64(v)) }
func (w *writer) text(s string) {
	for i := range len(s) {
		w.u8(s[i])
	}
}

// count appends how many of something follow.
func (w *writer) count(n uint8, v int) { w.bits(n, uint64(v)) }

// length8, length12 and length16 fill in a length that is known now. One of twelve bits is the lower part of two bytes.
func (w *writer) length8(at, n int) {
	w.fits(n, 0xFF)
	w.b[at] = byte(n)
}

func (w *writer) length12(at, n int) {
	w.fits(n, 0xFFF)
	v := binary.BigEndian.Uint16(w.b[at:])
	binary.BigEndian.PutUint16(w.b[at:], v&0xF000|uint16(n)&0xFFF)
}

func (w *writer) length16(at, n int) {
	w.fits(n, 0xFFFF)
	binary.BigEndian.PutUint16(w.b[at:], uint16(n))
}

func (w *writer) fits(n, most int) {
	if n > most && w.err == nil {
		w.err = errs.Errorf(errs.Invalid, "scte35: %d bytes where %d is the most", n, most)
	}
}

// reader reads fields of bits. It keeps the first error, after which all is 0.
type reader struct {
	b   []byte
	at  int // in bits
	err error
}

func (r *reader) bits(n int) uint64 {
	if r.err == nil && r.at+n > 8*len(r.b) {
		r.err = errs.Errorf(errs.Invalid, "scte35: the section ends within a field, at byte %d", len(r.b))
	}
	if r.err != nil {
		return 0
	}
	var v uint64
	for range n {
		v = v<<1 | uint64(r.b[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

func (r *reader) flag() bool { return r.bits(1) == 1 }

func (r *reader) more() bool { return r.err == nil && r.at < 8*len(r.b) }

// left returns how many whole bytes have not been read.
func (r *reader) left() int { return len(r.b) - (r.at+7)/8 }

// take returns the next n bytes. It is at the start of one.
func (r *reader) take(n int, what string) []byte {
	if r.err == nil && (n < 0 || n > r.left()) {
		r.err = errs.Errorf(errs.Invalid, "scte35: %s of %d bytes, of which there are %d", what, n, r.left())
	}
	if r.err != nil {
		return nil
	}
	b := r.b[r.at/8 : r.at/8+n]
	r.at += 8 * n
	return b
}

// sub returns a reader of the next n bytes.
func (r *reader) sub(n int, what string) *reader {
	b := r.take(n, what)
	return &reader{b: b, err: r.err}
}

// rest returns a copy of what has not been read.
func (r *reader) rest() []byte { return append([]byte(nil), r.take(max(0, r.left()), "rest")...) }
