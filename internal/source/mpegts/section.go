package mpegts

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// sections puts the sections of one PID together (ISO/IEC 13818-1, 2.4.4).
type sections struct {
	cc   int8
	buf  []byte // of a section that is not complete
	in   bool   // buf is being filled
	last []byte // the section that was handed out last
	work []byte
}

// packet takes a packet and calls yield with each complete section whose CRC is right, but not with the same one over and over.
func (s *sections) packet(p []byte, yield func(section []byte)) {
	control := p[3]
	if p[1]&0x80 != 0 || control&0xC0 != 0 || control&0x10 == 0 {
		return
	}
	from := 4
	if control&0x20 != 0 {
		from = 5 + int(p[4])
	}
	if from >= packetLen {
		return
	}
	cc := int8(control & 15)
	if s.in && cc == s.cc {
		return
	}
	if s.in && cc != (s.cc+1)&15 {
		s.in = false
	}
	s.cc = cc
	b := p[from:packetLen]
	if p[1]&0x40 == 0 {
		if s.in {
			s.take(b, yield)
		}
		return
	}
	pointer := int(b[0])
	if 1+pointer > len(b) {
		s.in = false
		return
	}
	if s.in {
		s.take(b[1:1+pointer], yield)
	}
	s.in, s.buf = true, s.buf[:0]
	s.take(b[1+pointer:], yield)
}

// take takes bytes of sections, one after the other, up to stuffing.
func (s *sections) take(b []byte, yield func(section []byte)) {
	for len(b) > 0 && s.in {
		if len(s.buf) == 0 && b[0] == 0xFF {
			s.in = false
			return
		}
		if len(s.buf) < 3 {
			s.buf = append(s.buf, b[0])
			b = b[1:]
			continue
		}
		size := 3 + (int(s.buf[1]&15)<<8 | int(s.buf[2]))
		n := min(size-len(s.buf), len(b))
		s.buf = append(s.buf, b[:n]...)
		b = b[n:]
		if len(s.buf) < size {
			return
		}
		if size >= 12 && !bytes.Equal(s.buf, s.last) && s.checked() {
			s.last = append(s.last[:0], s.buf...)
			yield(s.last)
		}
		s.buf = s.buf[:0]
	}
}

// checked says whether the CRC_32 at the end of the section is right. It is the common CRC with every byte's bits the other way round.
func (s *sections) checked() bool {
	n := len(s.buf) - 4
	s.work = s.work[:0]
	for _, b := range s.buf[:n] {
		s.work = append(s.work, bits.Reverse8(b))
	}
	return binary.BigEndian.Uint32(s.buf[n:]) == bits.Reverse32(^crc32.ChecksumIEEE(s.work))
}
