package bitstream

import (
	"math/bits"

	"github.com/dashwright/dashwright/internal/errs"
)

// hevcSlicePPS is a picture parameter set of HEVC (ISO/IEC 23008-2, 7.3.2.3) as far as slice segment headers depend on it.
type hevcSlicePPS struct {
	hevcPPS
	dependent       bool // dependent_slice_segments_enabled_flag
	cabacInit       bool // cabac_init_present_flag
	refs            [2]uint32
	chromaOffsets   bool // pps_slice_chroma_qp_offsets_present_flag
	weighted        bool
	weightedBi      bool
	entryPoints     bool // tiles_enabled_flag or entropy_coding_sync_enabled_flag
	filterAcross    bool // pps_loop_filter_across_slices_enabled_flag
	override        bool // deblocking_filter_override_enabled_flag
	noDeblocking    bool // pps_deblocking_filter_disabled_flag
	listsModified   bool // lists_modification_present_flag
	extension       bool // slice_segment_header_extension_present_flag
	chromaOffsetSet bool // chroma_qp_offset_list_enabled_flag
	unknown         bool // slice headers may have more: of an extension that is not read
}

// parseHEVCSlicePPS reads a NAL unit of type 34.
func parseHEVCSlicePPS(nal []byte) (id uint32, p *hevcSlicePPS, err error) {
	if len(nal) < 3 {
		return 0, nil, errs.Errorf(errs.Invalid, "HEVC picture parameter set: cut off")
	}
	r := NewRBSP(nal[2:])
	p = &hevcSlicePPS{}
	id, p.sps = r.UE(), r.UE()
	p.dependent, p.outputPresent, p.extraBits = r.Flag(), r.Flag(), uint(r.Bits(3))
	r.Skip(1) // sign_data_hiding_enabled_flag
	p.cabacInit = r.Flag()
	p.refs = [2]uint32{r.UE() + 1, r.UE() + 1}
	r.SE()    // init_qp_minus26
	r.Skip(1) // constrained_intra_pred_flag
	skips := r.Flag()
	if r.Flag() { // cu_qp_delta_enabled_flag
		r.UE()
	}
	r.SE()
	r.SE()
	p.chromaOffsets, p.weighted, p.weightedBi = r.Flag(), r.Flag(), r.Flag()
	r.Skip(1) // transquant_bypass_enabled_flag
	tiles, sync := r.Flag(), r.Flag()
	p.entryPoints = tiles || sync
	if tiles {
		skipTiles(r)
	}
	p.filterAcross = r.Flag()
	if r.Flag() { // deblocking_filter_control_present_flag
		p.override, p.noDeblocking = r.Flag(), r.Flag()
		if !p.noDeblocking {
			r.SE()
			r.SE()
		}
	}
	if r.Flag() { // pps_scaling_list_data_present_flag
		skipHEVCScalingLists(r)
	}
	p.listsModified = r.Flag()
	r.UE() // log2_parallel_merge_level_minus2
	p.extension = r.Flag()
	p.readExtensions(r, skips)
	if r.Short || id > 63 || p.sps > 15 || p.refs[0] > 15 || p.refs[1] > 15 {
		return 0, nil, errs.Errorf(errs.Invalid, "HEVC picture parameter set: cut off or out of range")
	}
	return id, p, nil
}

// readExtensions reads pps_extension_present_flag and the range extension.
func (p *hevcSlicePPS) readExtensions(r *Reader, skips bool) {
	if !r.Flag() { // pps_extension_present_flag
		return
	}
	inRange := r.Flag()
	p.unknown = r.Bits(7) != 0
	if inRange {
		if skips {
			r.UE() // log2_max_transform_skip_block_size_minus2
		}
		r.Skip(1) // cross_component_prediction_enabled_flag
		p.chromaOffsetSet = r.Flag()
	}
}

// skipTiles passes over the tile structure.
func skipTiles(r *Reader) {
	columns, rows := r.UE(), r.UE()
	if !r.Flag() { // uniform_spacing_flag
		for i := uint32(0); i < columns && !r.Short; i++ {
			r.UE()
		}
		for i := uint32(0); i < rows && !r.Short; i++ {
			r.UE()
		}
	}
	r.Skip(1) // loop_filter_across_tiles_enabled_flag
}

// HEVCSlices measures slice segment headers of HEVC (ISO/IEC 23008-2, 7.3.6). The zero value knows no parameter sets.
type HEVCSlices struct {
	sps [16]*HEVCSPS
	pps [64]*hevcSlicePPS
}

// AddSPS keeps a parameter set; a damaged one leaves what was before.
func (h *HEVCSlices) AddSPS(nal []byte) {
	if s, err := ParseHEVCSPS(nal); err == nil {
		h.sps[s.ID] = s
	}
}

// AddPPS keeps a parameter set; a damaged one leaves what was before.
func (h *HEVCSlices) AddPPS(nal []byte) {
	if id, p, err := parseHEVCSlicePPS(nal); err == nil {
		h.pps[id] = p
	}
}

// hevcSlice is a slice segment header while it is read.
type hevcSlice struct {
	kind    int // nal_unit_type
	sps     *HEVCSPS
	pps     *hevcSlicePPS
	vectors bool // slice_temporal_mvp_enabled_flag
	current int  // NumPicTotalCurr
	chroma  bool // ChromaArrayType is not 0
}

// slice_type (table 7-7).
const (
	hevcSliceB = 0
	hevcSliceP = 1
)

// HeaderSize returns how many bytes of a NAL unit of a slice segment are its header and the segment's, alignment included. Of the NAL unit the first MaxSliceHeader bytes will do.
func (h *HEVCSlices) HeaderSize(nal []byte) (int, error) {
	if len(nal) < 3 || HEVCNALType(nal) > HEVCNALVCLLast {
		return 0, errs.Errorf(errs.Invalid, "HEVC slice: it is none")
	}
	r := Reader{data: nal[2:min(len(nal), MaxSliceHeader)], escaped: true}
	s := hevcSlice{kind: HEVCNALType(nal)}
	first := r.Flag()
	if s.kind >= HEVCNALBLAWLP && s.kind <= HEVCNALIRAPLast {
		r.Skip(1) // no_output_of_prior_pics_flag
	}
	id := r.UE()
	if r.Short || id > 63 || h.pps[id] == nil || h.sps[h.pps[id].sps] == nil {
		return 0, errs.Errorf(errs.Invalid, "HEVC slice: parameter set %d, which it names, has not been seen", id)
	}
	s.pps = h.pps[id]
	s.sps = h.sps[s.pps.sps]
	s.chroma = s.sps.ChromaFormat != 0 && !s.sps.separatePlanes
	if !s.sps.whole || s.sps.tools.screenContents || s.pps.unknown || nal[0]&1 != 0 || nal[1]>>3 != 0 {
		return 0, errs.Errorf(errs.Unsupported, "HEVC slice: headers of its profile or layer are not read")
	}
	dependent := false
	if !first {
		if s.pps.dependent {
			dependent = r.Flag()
		}
		r.Bits(s.sps.addressBits())
	}
	if !dependent && !s.readOwn(&r) {
		return 0, errs.Errorf(errs.Invalid, "HEVC slice: the header makes no sense")
	}
	if s.pps.entryPoints {
		if n := r.UE(); n > 0 {
			size := int(r.UE()) + 1
			if n > 1<<14 || size > 32 {
				return 0, errs.Errorf(errs.Invalid, "HEVC slice: entry points out of range")
			}
			r.Skip(int(n) * size)
		}
	}
	if s.pps.extension {
		r.Skip(8 * int(min(r.UE(), MaxSliceHeader)))
	}
	r.Skip(1) // alignment_bit_equal_to_one
	if r.Short {
		return 0, errs.Errorf(errs.Invalid, "HEVC slice: the header is cut off")
	}
	return headerBytes(nal, 2, r.Used), nil
}

// addressBits returns how long slice_segment_address is.
func (s *HEVCSPS) addressBits() uint {
	t := &s.tools
	size := uint64(1) << t.log2Ctb
	columns, rows := (t.width+size-1)/size, (t.height+size-1)/size
	return min(ceilLog2(columns*rows), 32)
}

// ceilLog2 returns Ceil(Log2(n)).
func ceilLog2(n uint64) uint {
	if n < 2 {
		return 0
	}
	return uint(bits.Len64(n - 1))
}

// readOwn reads what dependent slice segments have not.
func (s *hevcSlice) readOwn(r *Reader) bool {
	p := s.pps
	r.Skip(int(p.extraBits))
	kind := r.UE()
	if p.outputPresent {
		r.Skip(1)
	}
	if s.sps.separatePlanes {
		r.Skip(2)
	}
	if s.kind != hevcNALIDRWRADL && s.kind != hevcNALIDRNLP && !s.readReferences(r) {
		return false
	}
	luma, chroma := false, false
	if s.sps.tools.sao {
		luma = r.Flag()
		if s.chroma {
			chroma = r.Flag()
		}
	}
	if kind == hevcSliceP || kind == hevcSliceB {
		s.readLists(r, kind == hevcSliceB)
	}
	r.SE() // slice_qp_delta
	if p.chromaOffsets {
		r.SE()
		r.SE()
	}
	if p.chromaOffsetSet {
		r.Skip(1)
	}
	off := p.noDeblocking
	if p.override && r.Flag() { // deblocking_filter_override_flag
		if off = r.Flag(); !off {
			r.SE()
			r.SE()
		}
	}
	if p.filterAcross && (luma || chroma || !off) {
		r.Skip(1)
	}
	return !r.Short
}

// readReferences reads slice_pic_order_cnt_lsb to slice_temporal_mvp_enabled_flag.
func (s *hevcSlice) readReferences(r *Reader) bool {
	t := &s.sps.tools
	r.Bits(s.sps.pocLsbBits)
	if !r.Flag() { // short_term_ref_pic_set_sps_flag
		set, ok := readShortTermSet(r, t.sets, true)
		if !ok {
			return false
		}
		s.current = set.current()
	} else {
		i := r.Bits(ceilLog2(uint64(len(t.sets))))
		if int(i) >= len(t.sets) {
			return false
		}
		s.current = t.sets[i].current()
	}
	if t.longTerm {
		s.readLongTerm(r)
	}
	if t.motionVectors {
		s.vectors = r.Flag()
	}
	return !r.Short
}

// readLongTerm reads the long-term reference pictures.
func (s *hevcSlice) readLongTerm(r *Reader) {
	known := s.sps.tools.longTermUsed
	listed := uint32(0)
	if len(known) > 0 {
		listed = r.UE()
	}
	n := listed + r.UE()
	for i := uint32(0); i < n && i < 64 && !r.Short; i++ {
		used := false
		if i < listed {
			k := r.Bits(ceilLog2(uint64(len(known))))
			used = int(k) < len(known) && known[k]
		} else {
			r.Bits(s.sps.pocLsbBits)
			used = r.Flag()
		}
		if used {
			s.current++
		}
		if r.Flag() { // delta_poc_msb_present_flag
			r.UE()
		}
	}
}

// readLists reads num_ref_idx_active_override_flag to five_minus_max_num_merge_cand.
func (s *hevcSlice) readLists(r *Reader, bi bool) {
	p := s.pps
	refs, lists := p.refs, 1
	if bi {
		lists = 2
	}
	if r.Flag() { // num_ref_idx_active_override_flag
		for i := range lists {
			refs[i] = min(r.UE(), 15) + 1
		}
	}
	if p.listsModified && s.current > 1 {
		for i := range lists {
			if r.Flag() { // ref_pic_list_modification_flag
				r.Skip(int(refs[i]) * int(ceilLog2(uint64(s.current))))
			}
		}
	}
	if bi {
		r.Skip(1) // mvd_l1_zero_flag
	}
	if p.cabacInit {
		r.Skip(1)
	}
	if s.vectors {
		from := 0
		if bi && !r.Flag() { // collocated_from_l0_flag
			from = 1
		}
		if refs[from] > 1 {
			r.UE() // collocated_ref_idx
		}
	}
	if p.weighted && !bi || p.weightedBi && bi {
		s.skipWeights(r, refs[:lists])
	}
	r.UE() // five_minus_max_num_merge_cand
}

// skipWeights passes over pred_weight_table (7.3.6.3).
func (s *hevcSlice) skipWeights(r *Reader, refs []uint32) {
	r.UE() // luma_log2_weight_denom
	if s.chroma {
		r.SE() // delta_chroma_log2_weight_denom
	}
	for _, n := range refs {
		luma, chroma := r.Bits(uint(n)), uint32(0)
		if s.chroma {
			chroma = r.Bits(uint(n))
		}
		for i := range n {
			if luma>>i&1 != 0 {
				r.SE()
				r.SE()
			}
			if chroma>>i&1 != 0 {
				for range 4 {
					r.SE()
				}
			}
		}
	}
}
