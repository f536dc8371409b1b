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
	// The rest is there for the VUI only; when it makes no sense the picture size still does.
	if s.skipTools(r) && r.Flag() && !r.Short {
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

// skipTools passes over what stands between log2_max_pic_order_cnt_lsb_minus4 and vui_parameters_present_flag.
func (s *HEVCSPS) skipTools(r *Reader) bool {
	n := s.SubLayers
	if !r.Flag() { // sps_sub_layer_ordering_info_present_flag
		n = 1
	}
	for range n {
		r.UE()
		s.Reorder = int(r.UE()) // of the last, the highest sub-layer
		r.UE()
	}
	for range 6 { // block sizes and hierarchy depths
		r.UE()
	}
	if r.Flag() { // scaling_list_enabled_flag
		if r.Flag() { // sps_scaling_list_data_present_flag
			skipHEVCScalingLists(r)
		}
	}
	r.Skip(2)     // amp_enabled_flag, sample_adaptive_offset_enabled_flag
	if r.Flag() { // pcm_enabled_flag
		r.Skip(8)
		r.UE()
		r.UE()
		r.Skip(1)
	}
	if !skipShortTermSets(r) {
		return false
	}
	if r.Flag() { // long_term_ref_pics_present_flag
		n := r.UE()
		if n > 32 {
			return false
		}
		for range n {
			r.Skip(int(s.pocLsbBits) + 1)
		}
	}
	r.Skip(2) // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
	return !r.Short
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

// skipShortTermSets passes over num_short_term_ref_pic_sets and the sets (ISO/IEC 23008-2, 7.3.7).
func skipShortTermSets(r *Reader) bool {
	n := r.UE()
	if n > 64 {
		return false
	}
	deltas := uint32(0) // NumDeltaPocs of the set before
	for i := range n {
		if i != 0 && r.Flag() { // inter_ref_pic_set_prediction_flag
			r.Skip(1)
			r.UE()
			count := uint32(0)
			for range deltas + 1 {
				used := r.Flag()      // used_by_curr_pic_flag
				if used || r.Flag() { // use_delta_flag
					count++
				}
			}
			deltas = count
		} else {
			negative, positive := r.UE(), r.UE()
			if negative > 16 || positive > 16 {
				return false
			}
			deltas = negative + positive
			for range deltas {
				r.UE()
				r.Skip(1)
			}
		}
		if r.Short || deltas > 32 {
			return false
		}
	}
	return true
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
