package bitstream

import "math/bits"

// Reader reads bits, most significant first, and the Exp-Golomb codes of ISO/IEC 14496-10, 9.1. Past the end it gives zeros and
// remembers that in Short: a parser looks at it once, when it is done.
type Reader struct {
	data    []byte
	next    int    // index of the first byte not in cache
	zeros   int    // zero bytes just before next
	escaped bool   // data is an EBSP: 0x03 after two zero bytes is not data (ISO/IEC 14496-10, 7.4.1)
	cache   uint64 // bits not read yet, left-aligned
	have    uint   // how many
	Used    int    // bits read so far
	Short   bool   // more was asked for than there is
}

// NewRBSP returns a reader of the payload of a NAL unit: nal without its header.
func NewRBSP(payload []byte) *Reader { return &Reader{data: payload, escaped: true} }

// NewReader returns a reader of plain data.
func NewReader(data []byte) *Reader { return &Reader{data: data} }

func (r *Reader) fill() {
	for r.have <= 56 && r.next < len(r.data) {
		b := r.data[r.next]
		r.next++
		if r.escaped {
			if r.zeros >= 2 && b == 3 {
				r.zeros = 0
				continue
			}
			if b == 0 {
				r.zeros++
			} else {
				r.zeros = 0
			}
		}
		r.cache |= uint64(b) << (56 - r.have)
		r.have += 8
	}
}

// Bits reads n bits, at most 32.
func (r *Reader) Bits(n uint) uint32 {
	if r.have < n {
		r.fill()
		if r.have < n {
			r.Short = true
			r.cache, r.have = 0, 0
			return 0
		}
	}
	v := uint32(r.cache >> 32 >> (32 - n))
	r.cache <<= n
	r.have -= n
	r.Used += int(n)
	return v
}

// Flag reads one bit.
func (r *Reader) Flag() bool { return r.Bits(1) != 0 }

// Byte reads 8 bits.
func (r *Reader) Byte() uint8 { return uint8(r.Bits(8)) }

// Skip passes over n bits. It stops at the end.
func (r *Reader) Skip(n int) {
	for ; n > 32 && !r.Short; n -= 32 {
		r.Bits(32)
	}
	r.Bits(uint(min(n, 32)))
}

// Align passes over the bits up to the next multiple of 8 from the start.
func (r *Reader) Align() { r.Skip(-r.Used & 7) }

// Left returns how many bits are left; with escapes it is an upper bound.
func (r *Reader) Left() int { return int(r.have) + 8*(len(r.data)-r.next) }

// UE reads ue(v), up to 2^32 - 2.
func (r *Reader) UE() uint32 {
	r.fill()
	z := uint(bits.LeadingZeros64(r.cache))
	if z > 31 || z >= r.have {
		r.Short = true
		return 0
	}
	r.Bits(z)
	return r.Bits(z+1) - 1
}

// SE reads se(v).
func (r *Reader) SE() int32 {
	v := r.UE()
	if v&1 != 0 {
		return int32(v/2 + 1)
	}
	return -int32(v / 2)
}

// Writer writes bits, most significant first.
type Writer struct {
	Bytes []byte
	free  uint // bits not used in the last byte
}

// Bits writes the n low bits of v.
func (w *Writer) Bits(v uint32, n uint) {
	for n > 0 {
		if w.free == 0 {
			w.Bytes = append(w.Bytes, 0)
			w.free = 8
		}
		m := min(n, w.free)
		part := byte(v>>(n-m)) & (1<<m - 1)
		w.Bytes[len(w.Bytes)-1] |= part << (w.free - m)
		w.free -= m
		n -= m
	}
}

// Align fills up the last byte with zeros.
func (w *Writer) Align() { w.free = 0 }
