package bitstream

import (
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// obu_type of AV1 (AV1 Bitstream & Decoding Process Specification, 6.2.2).
const (
	OBUSequenceHeader       = 1
	OBUTemporalDelimiter    = 2
	OBUFrameHeader          = 3
	OBUTileGroup            = 4
	OBUFrame                = 6
	OBURedundantFrameHeader = 7
)

// AV1Sequence is a sequence header OBU (5.5), as far as packaging needs it.
type AV1Sequence struct {
	Picture
	Profile, Level, Tier uint8
	Reduced              bool // reduced_still_picture_header
	HighDepth, TwelveBit bool
	Mono                 bool
	SubX, SubY           uint8
	ChromaPosition       uint8

	tools av1Tools
}

// OBUs calls yield with the type and payload of each OBU of a temporal unit or of configOBUs (5.3), until it returns false. whole is the OBU with
// its header. The last payload may be cut off.
func OBUs(b []byte, yield func(kind uint8, payload, whole []byte) bool) {
	for len(b) > 0 {
		head := 1
		if b[0]&4 != 0 { // obu_extension_flag
			head = 2
		}
		if len(b) < head {
			return
		}
		end := len(b)
		if b[0]&2 != 0 { // obu_has_size_field
			n, used := leb128(b[head:])
			if used == 0 {
				return
			}
			head += used
			end = head + int(min(n, uint64(len(b)-head)))
		}
		if !yield(b[0]>>3&15, b[head:end:end], b[:end:end]) {
			return
		}
		b = b[end:]
	}
}

// leb128 reads a number (4.10.5) and returns how many bytes it has, 0 when it is cut off or too long.
func leb128(b []byte) (v uint64, used int) {
	for i := 0; i < 8 && i < len(b); i++ {
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i]&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// ParseAV1Sequence reads the payload of a sequence header OBU.
func ParseAV1Sequence(payload []byte) (*AV1Sequence, error) {
	s := &AV1Sequence{}
	r := NewReader(payload)
	s.Profile = uint8(r.Bits(3))
	r.Skip(1) // still_picture
	s.Reduced = r.Flag()
	if s.Reduced {
		s.Level = uint8(r.Bits(5))
	} else {
		s.readOperatingPoints(r)
	}
	s.readSizeAndTools(r)
	s.readColour(r)
	if !s.Mono {
		s.tools.separateDelta = r.Flag() // separate_uv_delta_q
	}
	s.tools.grain = r.Flag()
	if r.Short || s.Profile > 2 {
		return nil, errs.Errorf(errs.Invalid, "AV1 sequence header: cut off or of an unknown profile")
	}
	return s, nil
}

// readOperatingPoints reads timing_info_present_flag to the last operating point.
func (s *AV1Sequence) readOperatingPoints(r *Reader) {
	delayBits, model := uint(0), false
	t := &s.tools
	if r.Flag() { // timing_info_present_flag
		units, scale := uint64(r.Bits(32)), uint64(r.Bits(32))
		if t.equalIntervals = r.Flag(); t.equalIntervals {
			s.Rate, s.FixedRate = media.Ratio(scale, units*(uint64(r.UE())+1)), true
		}
		model = r.Flag() // decoder_model_info_present_flag
		if model {
			delayBits = uint(r.Bits(5)) + 1
			r.Skip(32)
			t.removalBits, t.presentationBits = uint(r.Bits(5))+1, uint(r.Bits(5))+1
		}
	}
	initialDelay := r.Flag()
	for i := range r.Bits(5) + 1 {
		point := av1Point{layers: r.Bits(12)}
		level, tier := uint8(r.Bits(5)), uint8(0)
		if level > 7 {
			tier = uint8(r.Bits(1))
		}
		if i == 0 {
			s.Level, s.Tier = level, tier
		}
		if model && r.Flag() {
			point.model = true
			r.Skip(int(2*delayBits) + 1)
		}
		t.points = append(t.points, point)
		if initialDelay && r.Flag() {
			r.Skip(4)
		}
	}
}

func (s *AV1Sequence) readSizeAndTools(r *Reader) {
	t := &s.tools
	t.widthBits, t.heightBits = uint(r.Bits(4))+1, uint(r.Bits(4))+1
	width, height := r.Bits(t.widthBits)+1, r.Bits(t.heightBits)+1
	t.width, t.height = width, height
	if width <= MaxDimension && height <= MaxDimension {
		s.Width, s.Height = width, height
	}
	if !s.Reduced && r.Flag() { // frame_id_numbers_present_flag
		t.deltaIDBits = uint(r.Bits(4)) + 2
		t.idBits = uint(r.Bits(3)) + 1 + t.deltaIDBits
	}
	t.large = r.Flag() // use_128x128_superblock
	r.Skip(2)          // enable_filter_intra, enable_intra_edge_filter
	t.screen, t.integer = 2, 2
	if !s.Reduced {
		r.Skip(2) // enable_interintra_compound, enable_masked_compound
		t.warped = r.Flag()
		r.Skip(1) // enable_dual_filter
		orderHint := r.Flag()
		if orderHint {
			r.Skip(1) // enable_jnt_comp
			t.frameVectors = r.Flag()
		}
		if !r.Flag() { // seq_choose_screen_content_tools
			t.screen = r.Bits(1)
		}
		if t.screen > 0 && !r.Flag() { // seq_choose_integer_mv
			t.integer = r.Bits(1)
		}
		if orderHint {
			t.orderBits = uint(r.Bits(3)) + 1
		}
	}
	t.superres, t.cdef, t.restoration = r.Flag(), r.Flag(), r.Flag()
}

// readColour reads color_config (5.5.2).
func (s *AV1Sequence) readColour(r *Reader) {
	s.HighDepth = r.Flag()
	if s.Profile == 2 && s.HighDepth {
		s.TwelveBit = r.Flag()
	}
	if s.Profile != 1 {
		s.Mono = r.Flag()
	}
	c := Colour{Primaries: 2, Transfer: 2, Matrix: 2}
	if r.Flag() { // color_description_present_flag
		c = Colour{Known: true, Primaries: r.Byte(), Transfer: r.Byte(), Matrix: r.Byte()}
	}
	switch {
	case s.Mono:
		c.Full = r.Flag()
		s.SubX, s.SubY = 1, 1
	case c.Primaries == 1 && c.Transfer == 13 && c.Matrix == 0: // sRGB
		c.Full = true
	default:
		c.Full = r.Flag()
		s.readSubsampling(r)
	}
	s.Colour = c
}

func (s *AV1Sequence) readSubsampling(r *Reader) {
	switch {
	case s.Profile == 0:
		s.SubX, s.SubY = 1, 1
	case s.Profile == 1:
	case s.TwelveBit:
		s.SubX = uint8(r.Bits(1))
		if s.SubX == 1 {
			s.SubY = uint8(r.Bits(1))
		}
	default:
		s.SubX = 1
	}
	if s.SubX == 1 && s.SubY == 1 {
		s.ChromaPosition = uint8(r.Bits(2))
	}
}

// FindAV1Sequence returns the first sequence header in OBUs, and that OBU's bytes; nil when there is none.
func FindAV1Sequence(b []byte) (s *AV1Sequence, whole []byte, err error) {
	OBUs(b, func(kind uint8, payload, obu []byte) bool {
		if kind != OBUSequenceHeader {
			return true
		}
		whole = obu
		s, err = ParseAV1Sequence(payload)
		return false
	})
	return s, whole, err
}
