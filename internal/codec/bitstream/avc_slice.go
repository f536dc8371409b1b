package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// avcSlice is a slice header of AVC (ISO/IEC 14496-10, 7.3.3), as far as picture order needs it.
type avcSlice struct {
	sps           *AVCSPS
	idr           bool
	reference     bool // nal_ref_idc is not 0
	field, bottom bool
	redundant     bool
	frameNum      uint32
	lsb           uint32
	deltaBottom   int32
	delta         [2]int32
	reset         bool // memory_management_control_operation 5
}

// slice_type modulo 5 (table 7-6).
const (
	sliceP  = 0
	sliceB  = 1
	sliceI  = 2
	sliceSP = 3
	sliceSI = 4
)

func (o *AVCOrder) readSlice(nal []byte) (s avcSlice, err error) {
	s = avcSlice{idr: nal[0]&0x1f == AVCNALIDR, reference: nal[0]&0x60 != 0}
	r := NewRBSP(nal[1:min(len(nal), MaxSliceHeader)])
	r.UE() // first_mb_in_slice
	kind := r.UE() % 5
	id := r.UE()
	if r.Short || id > 255 || o.pps[id] == nil || o.sps[o.pps[id].sps] == nil {
		return s, errs.Errorf(errs.Invalid, "AVC slice: parameter set %d, which it names, has not been seen", id)
	}
	pps := o.pps[id]
	s.sps = o.sps[pps.sps]
	s.readOrder(r, pps)
	if s.reference && !s.idr {
		s.readReset(r, pps, kind)
	}
	if r.Short {
		return s, errs.Errorf(errs.Invalid, "AVC slice: the header is cut off")
	}
	return s, nil
}

// MaxSliceHeader is more bytes than a slice header has: 32 reference pictures, reordered and weighted, twice.
const MaxSliceHeader = 4096

// readOrder reads colour_plane_id to redundant_pic_cnt.
func (s *avcSlice) readOrder(r *Reader, pps *avcPPS) {
	if s.sps.separatePlanes {
		r.Skip(2)
	}
	s.frameNum = r.Bits(s.sps.frameNumBits)
	if !s.sps.frameMbsOnly {
		s.field = r.Flag()
		if s.field {
			s.bottom = r.Flag()
		}
	}
	if s.idr {
		r.UE() // idr_pic_id
	}
	both := pps.orderPresent && !s.field
	switch {
	case s.sps.pocType == 0:
		s.lsb = r.Bits(s.sps.pocLsbBits)
		if both {
			s.deltaBottom = r.SE()
		}
	case s.sps.pocType == 1 && !s.sps.deltaAlwaysZero:
		s.delta[0] = r.SE()
		if both {
			s.delta[1] = r.SE()
		}
	}
	if pps.redundantPresent {
		s.redundant = r.UE() > 0
	}
}

// readReset reads from direct_spatial_mv_pred_flag to dec_ref_pic_marking of a reference picture that is not IDR, to see whether its marking has operation 5.
func (s *avcSlice) readReset(r *Reader, pps *avcPPS, kind uint32) {
	s.skipReferences(r, pps, kind)
	s.readMarking(r)
}

// skipReferences passes over direct_spatial_mv_pred_flag to pred_weight_table.
func (s *avcSlice) skipReferences(r *Reader, pps *avcPPS, kind uint32) {
	if kind == sliceB {
		r.Skip(1)
	}
	lists := 0
	switch kind {
	case sliceP, sliceSP:
		lists = 1
	case sliceB:
		lists = 2
	}
	refs := pps.refs
	if lists > 0 && r.Flag() { // num_ref_idx_active_override_flag
		for i := range lists {
			refs[i] = min(r.UE(), 31) + 1
		}
	}
	for range lists {
		skipListModification(r)
	}
	if pps.weighted && lists == 1 || pps.weightedBi == 1 && lists == 2 {
		s.skipWeights(r, refs[:lists])
	}
}

// readMarking reads dec_ref_pic_marking of a picture that is not IDR (7.3.3.3).
func (s *avcSlice) readMarking(r *Reader) {
	if !r.Flag() { // adaptive_ref_pic_marking_mode_flag
		return
	}
	for !r.Short {
		switch r.UE() {
		case 0:
			return
		case 1, 2, 4, 6:
			r.UE()
		case 3:
			r.UE()
			r.UE()
		case 5:
			s.reset = true
		}
	}
}

// skipListModification passes over ref_pic_list_modification for one list (7.3.3.1).
func skipListModification(r *Reader) {
	if !r.Flag() {
		return
	}
	for !r.Short && r.UE() != 3 {
		r.UE()
	}
}

// skipWeights passes over pred_weight_table (7.3.3.2).
func (s *avcSlice) skipWeights(r *Reader, refs []uint32) {
	chroma := s.sps.ChromaFormat != 0 && !s.sps.separatePlanes
	r.UE()
	if chroma {
		r.UE()
	}
	for _, n := range refs {
		for range n {
			if r.Flag() {
				r.SE()
				r.SE()
			}
			if chroma && r.Flag() {
				for range 4 {
					r.SE()
				}
			}
		}
	}
}
