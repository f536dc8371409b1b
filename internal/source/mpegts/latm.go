package mpegts

import (
	"bytes"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// loas finds AAC in AudioSyncStream and AudioMuxElement (ISO/IEC 14496-3, 1.7): one programme, one layer, one subframe, as broadcast has it.
// The payload is not byte-aligned, so a Sample's Offset is that of the whole frame, and Read shifts.
type loas struct {
	configs variants[[]byte] // AudioSpecificConfigs
	variant int              // the one of the StreamMuxConfig in force
	work    []byte
}

func (l *loas) next(b []byte, _ bool) (frame, status) {
	if b[0] != 0x56 || len(b) > 1 && b[1]&0xE0 != 0xE0 {
		return frame{}, frameNone
	}
	if len(b) < 3 {
		return frame{}, frameShort
	}
	f := frame{total: 3 + (int(b[1]&0x1F)<<8 | int(b[2]))}
	if f.total > len(b) {
		return f, frameShort
	}
	e, ok := parseMux(b[3:f.total], l.work)
	if !ok {
		return frame{}, frameNone
	}
	if e.config != nil {
		l.work = e.config[:0]
		l.variant = slices.IndexFunc(l.configs, func(c []byte) bool { return bytes.Equal(c, e.config) })
		if l.variant < 0 {
			l.variant = l.configs.find(bytes.Clone(e.config), bytes.Equal)
		}
	}
	f.size, f.variant = e.size, l.variant
	if len(l.configs) == 0 {
		f.variant = foreign
	}
	return f, frameFound
}

func (l *loas) describe(t *media.Track, variant int) bool {
	if variant >= len(l.configs) {
		return false
	}
	t.Codec, t.Config = media.AAC, l.configs[variant]
	return true
}

// muxElement is an AudioMuxElement: table 1.41.
type muxElement struct {
	config []byte // AudioSpecificConfig, when there is a StreamMuxConfig; nil when the last one goes on
	bit    int    // where the payload begins
	size   int    // of the payload, in bytes
}

// parseMux reads an AudioMuxElement with muxConfigPresent. The configuration is put into work.
func parseMux(b, work []byte) (e muxElement, ok bool) {
	r := bitReader{b: b}
	if r.bits(1) == 0 && !e.streamMux(&r, work[:0]) {
		return e, false
	}
	for { // PayloadLengthInfo: table 1.46
		n := int(r.bits(8))
		e.size += n
		if n != 0xFF || r.over {
			break
		}
	}
	e.bit = r.at
	return e, !r.over && e.size > 0 && r.at+8*e.size <= 8*len(b)
}

// streamMux reads a StreamMuxConfig: table 1.42.
func (e *muxElement) streamMux(r *bitReader, work []byte) bool {
	version := r.bits(1)
	if version == 1 {
		if r.bits(1) == 1 { // audioMuxVersionA: reserved
			return false
		}
		r.latmValue() // taraBufferFullness
	}
	if r.bits(1) != 1 || r.bits(6) != 0 || r.bits(4) != 0 || r.bits(3) != 0 {
		return false // allStreamsSameTimeFraming, numSubFrames, numProgram, numLayer
	}
	if version == 0 {
		from := r.at
		if !r.audioSpecificConfig() {
			return false
		}
		e.config = r.appendBits(work, from, r.at-from)
	} else {
		n := int(r.latmValue())
		if n <= 0 || r.at+n > 8*len(r.b) {
			return false
		}
		e.config = r.appendBits(work, r.at, n)
		r.at += n
	}
	if r.bits(3) != 0 { // frameLengthType
		return false
	}
	r.bits(8) // latmBufferFullness
	if r.bits(1) == 1 {
		if version == 1 {
			r.latmValue() // otherDataLenBits
		} else {
			for r.bits(1) == 1 && !r.over {
				r.bits(8)
			}
			r.bits(8)
		}
	}
	if r.bits(1) == 1 {
		r.bits(8) // crcCheckSum
	}
	return !r.over && len(e.config) >= 2
}

// bitReader reads bits, first bit of a byte first.
type bitReader struct {
	b    []byte
	at   int  // bit
	over bool // read past the end: what was read is 0
}

func (r *bitReader) bits(n int) (v uint32) {
	if r.at+n > 8*len(r.b) {
		r.over = true
		return 0
	}
	for range n {
		v = v<<1 | uint32(r.b[r.at>>3]>>(7-r.at&7)&1)
		r.at++
	}
	return v
}

// latmValue reads LatmGetValue: table 1.43.
func (r *bitReader) latmValue() (v uint32) {
	for range r.bits(2) + 1 {
		v = v<<8 | r.bits(8)
	}
	return v
}

// appendBits appends n bits from bit at on, filled up with zeros to whole bytes.
func (r *bitReader) appendBits(out []byte, at, n int) []byte {
	out = appendShifted(out, r.b, at, (n+7)/8)
	if n&7 != 0 {
		out[len(out)-1] &= 0xFF << (8 - n&7)
	}
	return out
}

// appendShifted appends n bytes that begin at a bit of b; beyond the end of b are zeros.
func appendShifted(dst, b []byte, bit, n int) []byte {
	i, shift := bit>>3, uint(bit&7)
	for ; n > 0; n-- {
		v := uint16(0)
		if i < len(b) {
			v = uint16(b[i]) << 8
		}
		if i+1 < len(b) {
			v |= uint16(b[i+1])
		}
		dst = append(dst, byte(v<<shift>>8))
		i++
	}
	return dst
}

// audioSpecificConfig steps over an AudioSpecificConfig (1.6.2.1), to know its length.
func (r *bitReader) audioSpecificConfig() bool {
	start := r.at
	object := r.objectType()
	r.samplingRate()
	channels := r.bits(4)
	if object == 5 || object == 29 {
		r.samplingRate()
		object = r.objectType()
	}
	switch object {
	case 1, 2, 3, 4, 17, 23:
	default:
		return false
	}
	r.bits(1) // frameLengthFlag
	if r.bits(1) == 1 {
		r.bits(14) // coreCoderDelay
	}
	extension := r.bits(1)
	if channels == 0 {
		r.programConfig(start)
	}
	if extension == 1 {
		if object == 17 || object == 23 {
			r.bits(3)
		}
		r.bits(1)
	}
	if object >= 17 && r.bits(2) > 1 { // epConfig
		return false
	}
	return !r.over
}

func (r *bitReader) objectType() uint32 {
	if t := r.bits(5); t != 31 {
		return t
	}
	return 32 + r.bits(6)
}

func (r *bitReader) samplingRate() {
	if r.bits(4) == 15 {
		r.bits(24)
	}
}

// programConfig steps over a program_config_element (4.4.1.1), byte-aligned to the AudioSpecificConfig that begins at bit start.
func (r *bitReader) programConfig(start int) {
	r.bits(10)
	front, side, back := int(r.bits(4)), int(r.bits(4)), int(r.bits(4))
	lfe, data, coupling := int(r.bits(2)), int(r.bits(3)), int(r.bits(4))
	for range 2 { // mono and stereo mixdown
		if r.bits(1) == 1 {
			r.bits(4)
		}
	}
	if r.bits(1) == 1 { // matrix mixdown
		r.bits(3)
	}
	for range front + side + back + coupling {
		r.bits(5)
	}
	for range lfe + data {
		r.bits(4)
	}
	for (r.at-start)&7 != 0 && !r.over {
		r.bits(1)
	}
	for range r.bits(8) {
		r.bits(8)
	}
}
