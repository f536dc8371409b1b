package avi

import "github.com/dashwright/dashwright/internal/media"

// eachSet calls yield with each parameter set of an AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1 and
// 8.3.3.1), and returns the record without what may follow it. ok is false when it is cut off.
func eachSet(c media.Codec, b []byte, yield func(nal []byte)) (record []byte, ok bool) {
	if c == media.HEVC {
		return eachSetHEVC(b, yield)
	}
	at := 5
	for list := range 2 {
		if at >= len(b) {
			return nil, false
		}
		n := int(b[at])
		if list == 0 {
			n &= 31
		}
		if at, ok = takeSets(b, at+1, n, yield); !ok {
			return nil, false
		}
	}
	// The high profiles add chroma format, bit depths and extended sequence parameter sets; old writers leave that out.
	switch b[1] {
	case 100, 110, 122, 144, 244, 44:
		if at+4 <= len(b) && b[at]&0xfc == 0xfc {
			if end, ok := takeSets(b, at+4, int(b[at+3]), func([]byte) {}); ok {
				at = end
			}
		}
	}
	return b[:at], true
}

func eachSetHEVC(b []byte, yield func(nal []byte)) (record []byte, ok bool) {
	if len(b) < 23 {
		return nil, false
	}
	at := 23
	for range int(b[22]) {
		if at+3 > len(b) {
			return nil, false
		}
		if at, ok = takeSets(b, at+3, int(b[at+1])<<8|int(b[at+2]), yield); !ok {
			return nil, false
		}
	}
	return b[:at], true
}

// takeSets calls yield with n NAL units from at on, each after its length in 16 bits, and returns where they end.
func takeSets(b []byte, at, n int, yield func(nal []byte)) (end int, ok bool) {
	for range n {
		if at+2 > len(b) {
			return at, false
		}
		size := int(b[at])<<8 | int(b[at+1])
		if at += 2; at+size > len(b) {
			return at, false
		}
		yield(b[at : at+size])
		at += size
	}
	return at, true
}

// framesOnly reads frame_mbs_only_flag of a sequence parameter set (ISO/IEC 14496-10, 7.3.2.1.1). It says no when it cannot, and where colour
// planes are coded one by one: there the first macroblock comes more than once in a picture.
func framesOnly(nal []byte) bool {
	if len(nal) < 5 {
		return false
	}
	r := newBits(nal[1:])
	profile := r.u(8)
	r.u(16)
	r.ue()
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		chroma := r.ue()
		if chroma == 3 && r.u(1) == 1 {
			return false
		}
		r.ue()
		r.ue()
		r.u(1)
		if r.u(1) == 1 {
			r.scalingLists(chroma)
		}
	}
	r.ue() // log2_max_frame_num_minus4
	switch r.ue() {
	case 0:
		r.ue()
	case 1:
		r.u(1)
		r.ue()
		r.ue()
		for n := r.ue(); n > 0 && !r.over; n-- {
			r.ue()
		}
	}
	r.ue()
	r.u(1)
	r.ue()
	r.ue()
	return r.u(1) == 1 && !r.over
}

// bits reads an RBSP: emulation prevention bytes are taken out first.
type bits struct {
	b    []byte
	at   int // in bits
	over bool
}

func newBits(nal []byte) *bits {
	rbsp := make([]byte, 0, len(nal))
	for i, c := range nal {
		if c == 3 && i >= 2 && nal[i-1] == 0 && nal[i-2] == 0 {
			continue
		}
		rbsp = append(rbsp, c)
	}
	return &bits{b: rbsp}
}

func (r *bits) u(n int) (v uint32) {
	for range n {
		if r.at>>3 >= len(r.b) {
			r.over = true
			return 0
		}
		v = v<<1 | uint32(r.b[r.at>>3]>>(7-r.at&7)&1)
		r.at++
	}
	return v
}

func (r *bits) ue() uint32 {
	zeros := 0
	for r.u(1) == 0 {
		if zeros++; zeros > 31 || r.over {
			r.over = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.u(zeros)
}

func (r *bits) scalingLists(chroma uint32) {
	lists := 8
	if chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if r.u(1) == 0 {
			continue
		}
		size := 16
		if i >= 6 {
			size = 64
		}
		last, next := 8, 8
		for j := 0; j < size && !r.over; j++ {
			if next != 0 {
				v := r.ue()
				delta := int(v+1) / 2
				if v&1 == 0 {
					delta = -delta
				}
				next = (last + delta + 256) % 256
			}
			if next != 0 {
				last = next
			}
		}
	}
}
