package bitstream

import (
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// AVCSPS is a sequence parameter set of AVC (ISO/IEC 14496-10, 7.3.2.1.1), as far as packaging needs it.
type AVCSPS struct {
	Picture
	Profile, Compatibility, Level uint8
	ID                            uint32
	ChromaFormat                  uint32 // chroma_format_idc
	separatePlanes                bool
	DepthLuma, DepthChroma        uint32 // bits
	frameNumBits                  uint   // log2_max_frame_num
	frameMbsOnly                  bool

	pocType           uint32
	pocLsbBits        uint // type 0: log2_max_pic_order_cnt_lsb
	deltaAlwaysZero   bool // type 1, and the rest
	offsetNonRef      int32
	offsetTopToBottom int32
	offsetsRef        []int32

	Reorder int // max_num_reorder_frames, -1 when not said
}

// ParseAVCSPS reads a NAL unit of type 7. The picture size is the one after cropping; VUI that makes no sense is left out.
func ParseAVCSPS(nal []byte) (*AVCSPS, error) {
	if len(nal) < 5 || nal[0]&0x1f != AVCNALSPS {
		return nil, errs.Errorf(errs.Invalid, "AVC sequence parameter set: %d bytes are not one", len(nal))
	}
	s := &AVCSPS{Profile: nal[1], Compatibility: nal[2], Level: nal[3], ChromaFormat: 1, DepthLuma: 8, DepthChroma: 8, Reorder: -1}
	r := NewRBSP(nal[4:])
	s.ID = r.UE()
	if hasChromaInfo(s.Profile) {
		s.readChroma(r)
	}
	s.frameNumBits = uint(r.UE()) + 4
	s.readOrderCount(r)
	r.UE()    // max_num_ref_frames
	r.Skip(1) // gaps_in_frame_num_value_allowed_flag
	s.readSize(r)
	if r.Short || s.ID > 31 || s.ChromaFormat > 3 || s.frameNumBits > 16 || s.pocType > 2 || s.pocLsbBits > 16 || s.DepthLuma > 14 || s.DepthChroma > 14 {
		return nil, errs.Errorf(errs.Invalid, "AVC sequence parameter set: cut off or out of range")
	}
	if s.Width == 0 || s.Height == 0 {
		return nil, errs.Errorf(errs.Invalid, "AVC sequence parameter set: picture size out of range")
	}
	if r.Flag() {
		s.readVUI(r)
	}
	if s.pocType == 2 { // output order is decode order
		s.Reorder = 0
	}
	return s, nil
}

// hasChromaInfo says whether a profile_idc has chroma_format_idc and scaling lists in its SPS.
func hasChromaInfo(profile uint8) bool {
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		return true
	}
	return false
}

func (s *AVCSPS) readChroma(r *Reader) {
	s.ChromaFormat = r.UE()
	if s.ChromaFormat == 3 {
		s.separatePlanes = r.Flag()
	}
	s.DepthLuma = r.UE() + 8
	s.DepthChroma = r.UE() + 8
	r.Skip(1)      // qpprime_y_zero_transform_bypass_flag
	if !r.Flag() { // seq_scaling_matrix_present_flag
		return
	}
	lists := 8
	if s.ChromaFormat == 3 {
		lists = 12
	}
	for i := range lists {
		if r.Flag() {
			size := 16
			if i >= 6 {
				size = 64
			}
			skipScalingList(r, size)
		}
	}
}

// skipScalingList passes over scaling_list (ISO/IEC 14496-10, 7.3.2.1.1.1).
func skipScalingList(r *Reader, size int) {
	last, next := int32(8), int32(8)
	for range size {
		if next != 0 {
			next = (last + r.SE()) & 0xff
		}
		if next != 0 {
			last = next
		}
	}
}

func (s *AVCSPS) readOrderCount(r *Reader) {
	s.pocType = r.UE()
	switch s.pocType {
	case 0:
		s.pocLsbBits = uint(r.UE()) + 4
	case 1:
		s.deltaAlwaysZero = r.Flag()
		s.offsetNonRef = r.SE()
		s.offsetTopToBottom = r.SE()
		n := r.UE() // num_ref_frames_in_pic_order_cnt_cycle
		for i := uint32(0); i < n && i < 255 && !r.Short; i++ {
			s.offsetsRef = append(s.offsetsRef, r.SE())
		}
	}
}

func (s *AVCSPS) readSize(r *Reader) {
	widthMbs := uint64(r.UE()) + 1
	heightUnits := uint64(r.UE()) + 1
	s.frameMbsOnly = r.Flag()
	fields := uint64(2)
	if s.frameMbsOnly {
		fields = 1
	} else {
		r.Skip(1) // mb_adaptive_frame_field_flag
	}
	r.Skip(1) // direct_8x8_inference_flag
	width, height := widthMbs*16, heightUnits*16*fields
	if r.Flag() { // frame_cropping_flag
		// The units are chroma samples where chroma is subsampled (7.4.2.1.1, equations 7-19 to 7-22).
		unitX, unitY := uint64(1), fields
		if s.ChromaFormat == 1 || s.ChromaFormat == 2 {
			unitX = 2
		}
		if s.ChromaFormat == 1 {
			unitY *= 2
		}
		left, right := uint64(r.UE()), uint64(r.UE())
		top, bottom := uint64(r.UE()), uint64(r.UE())
		cropX, cropY := (left+right)*unitX, (top+bottom)*unitY
		if cropX >= width || cropY >= height {
			return
		}
		width, height = width-cropX, height-cropY
	}
	if width <= MaxDimension && height <= MaxDimension {
		s.Width, s.Height = uint32(width), uint32(height)
	}
}

// readVUI reads vui_parameters (ISO/IEC 14496-10, E.1.1). VUI that is cut off tells what it told before the cut: encoders get it wrong more
// often than the rest.
func (s *AVCSPS) readVUI(r *Reader) {
	sar := readAspect(r)
	c := readSignalType(r)
	if r.Short {
		return
	}
	s.SAR, s.Colour = sar, c
	if r.Flag() { // timing_info_present_flag
		units, scale, fixed := r.Bits(32), r.Bits(32), r.Flag()
		if r.Short {
			return
		}
		// A tick is a field's time: two of them to the frame (E.2.1, fixed_frame_rate_flag).
		s.Rate, s.FixedRate = media.Ratio(uint64(scale), 2*uint64(units)), fixed
	}
	nal := r.Flag()
	if nal {
		skipAVCHRD(r)
	}
	vcl := r.Flag()
	if vcl {
		skipAVCHRD(r)
	}
	if nal || vcl {
		r.Skip(1) // low_delay_hrd_flag
	}
	r.Skip(1)     // pic_struct_present_flag
	if r.Flag() { // bitstream_restriction_flag
		r.Skip(1)
		for range 4 {
			r.UE()
		}
		if n := r.UE(); !r.Short && n <= 16 {
			s.Reorder = int(n)
		}
	}
}

// skipAVCHRD passes over hrd_parameters (ISO/IEC 14496-10, E.1.2).
func skipAVCHRD(r *Reader) {
	n := r.UE() + 1
	r.Skip(8)
	for i := uint32(0); i < n && i < 32 && !r.Short; i++ {
		r.UE()
		r.UE()
		r.Skip(1)
	}
	r.Skip(20)
}
