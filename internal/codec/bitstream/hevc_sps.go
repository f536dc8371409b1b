package bitstream

import (
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// HEVCSPS is a sequence parameter set of HEVC (ISO/IEC 23008-2, 7.3.2.2), as far as packaging needs it.
type HEVCSPS struct {
	Picture
	ID                     uint32
	SubLayers              uint32 // sps_max_sub_layers
	Nested                 bool   // sps_temporal_id_nesting_flag
	ProfileTierLevel       [12]byte
	ChromaFormat           uint32
	separatePlanes         bool
	DepthLuma, DepthChroma uint32
	pocLsbBits             uint
	Reorder                int // sps_max_num_reorder_pics of the highest sub-layer

	tools hevcTools
	whole bool // all of tools has been read
}

// hevcTools is what slice segment headers depend on besides.
type hevcTools struct {
	width, height  uint64 // of coded pictures
	log2Ctb        uint   // CtbLog2SizeY
	sao            bool
	sets           []shortTermSet
	longTerm       bool
	longTermUsed   []bool // used_by_curr_pic_lt_sps_flag
	motionVectors  bool   // sps_temporal_mvp_enabled_flag
	screenContents bool   // of a profile for those: slice headers have more
}

// ParseHEVCSPS reads a NAL unit of type 33. The picture size is the one after cropping; VUI that makes no sense is left out.
func ParseHEVCSPS(nal []byte) (*HEVCSPS, error) {
	if len(nal) < 16 || HEVCNALType(nal) != HEVCNALSPS {
		return nil, errs.Errorf(errs.Invalid, "HEVC sequence parameter set: %d bytes are not one", len(nal))
	}
	s := &HEVCSPS{}
	r := NewRBSP(nal[2:])
	r.Skip(4) // sps_video_parameter_set_id
	s.SubLayers = r.Bits(3) + 1
	s.Nested = r.Flag()
	s.readProfileTierLevel(r)
	s.ID = r.UE()
	s.ChromaFormat = r.UE()
	if s.ChromaFormat == 3 {
		s.separatePlanes = r.Flag()
	}
	s.readSize(r)
	s.DepthLuma = r.UE() + 8
	s.DepthChroma = r.UE() + 8
	s.pocLsbBits = uint(r.UE()) + 4
	if r.Short || s.ID > 15 || s.ChromaFormat > 3 || s.DepthLuma > 16 || s.DepthChroma > 16 || s.pocLsbBits > 16 {
		return nil, errs.Errorf(errs.Invalid, "HEVC sequence parameter set: cut off or out of range")
	}
	if s.Width == 0 || s.Height == 0 {
		return nil, errs.Errorf(errs.Invalid, "HEVC sequence parameter set: picture size out of range")
	}
	// When the rest makes no sense the picture size still does.
	s.whole = s.readTools(r)
	if s.whole && r.Flag() && !r.Short {
		s.readVUI(r)
	}
	return s, nil
}

// readProfileTierLevel reads profile_tier_level(1, sps_max_sub_layers_minus1) (ISO/IEC 23008-2, 7.3.3).
func (s *HEVCSPS) readProfileTierLevel(r *Reader) {
	for i := range s.ProfileTierLevel {
		s.ProfileTierLevel[i] = r.Byte()
	}
	layers := s.SubLayers - 1
	if layers == 0 {
		return
	}
	present := r.Bits(16) // two bits a sub-layer, padded to 8 pairs
	for i := range layers {
		if present>>(15-2*i)&1 != 0 {
			r.Skip(88)
		}
		if present>>(14-2*i)&1 != 0 {
			r.Skip(8)
		}
	}
}

func (s *HEVCSPS) readSize(r *Reader) {
	width, height := uint64(r.UE()), uint64(r.UE())
	s.tools.width, s.tools.height = width, height
	if r.Flag() { // conformance_window_flag
		unitX, unitY := uint64(1), uint64(1)
		if s.ChromaFormat == 1 || s.ChromaFormat == 2 {
			unitX = 2
		}
		if s.ChromaFormat == 1 {
			unitY = 2
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

// readTools reads what stands between log2_max_pic_order_cnt_lsb_minus4 and vui_parameters_present_flag.
func (s *HEVCSPS) readTools(r *Reader) bool {
	t := &s.tools
	const screen, highScreen = 9, 11 // general_profile_idc (A.3.7, A.3.8)
	profile := s.ProfileTierLevel[0] & 0x1f
	t.screenContents = profile == screen || profile == highScreen
	n := s.SubLayers
	if !r.Flag() { // sps_sub_layer_ordering_info_present_flag
		n = 1
	}
	for range n {
		r.UE()
		s.Reorder = int(r.UE()) // of the last, the highest sub-layer
		r.UE()
	}
	t.log2Ctb = uint(r.UE()) + 3 + uint(r.UE())
	for range 4 { // transform block sizes and hierarchy depths
		r.UE()
	}
	if r.Flag() { // scaling_list_enabled_flag
		if r.Flag() { // sps_scaling_list_data_present_flag
			skipHEVCScalingLists(r)
		}
	}
	r.Skip(1) // amp_enabled_flag
	t.sao = r.Flag()
	if r.Flag() { // pcm_enabled_flag
		r.Skip(8)
		r.UE()
		r.UE()
		r.Skip(1)
	}
	var ok bool
	if t.sets, ok = readShortTermSets(r); !ok {
		return false
	}
	if t.longTerm = r.Flag(); t.longTerm {
		n := r.UE()
		if n > 32 {
			return false
		}
		for range n {
			r.Skip(int(s.pocLsbBits))
			t.longTermUsed = append(t.longTermUsed, r.Flag())
		}
	}
	t.motionVectors = r.Flag()
	r.Skip(1) // strong_intra_smoothing_enabled_flag
	return !r.Short && t.log2Ctb <= 6
}

// skipHEVCScalingLists passes over scaling_list_data (ISO/IEC 23008-2, 7.3.4).
func skipHEVCScalingLists(r *Reader) {
	for size := range 4 {
		step := 1
		if size == 3 {
			step = 3
		}
		for matrix := 0; matrix < 6; matrix += step {
			if !r.Flag() { // scaling_list_pred_mode_flag
				r.UE()
				continue
			}
			if size > 1 {
				r.SE()
			}
			for range min(64, 1<<(4+2*size)) {
				r.SE()
			}
		}
	}
}

// readVUI reads vui_parameters up to the timing (ISO/IEC 23008-2, E.2.1).
func (s *HEVCSPS) readVUI(r *Reader) {
	sar := readAspect(r)
	c := readSignalType(r)
	if r.Short {
		return
	}
	s.SAR, s.Colour = sar, c
	r.Skip(3)     // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
	if r.Flag() { // default_display_window_flag
		for range 4 {
			r.UE()
		}
	}
	if r.Flag() { // vui_timing_info_present_flag
		units, scale := r.Bits(32), r.Bits(32)
		if !r.Short {
			s.Rate = media.Ratio(uint64(scale), uint64(units))
		}
	}
}
