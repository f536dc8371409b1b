package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// avcPPS is a picture parameter set of AVC (ISO/IEC 14496-10, 7.3.2.2) up to redundant_pic_cnt_present_flag: what slice headers depend on.
type avcPPS struct {
	sps              uint32
	orderPresent     bool // bottom_field_pic_order_in_frame_present_flag
	refs             [2]uint32
	weighted         bool
	weightedBi       uint32
	redundantPresent bool
	cabac            bool // entropy_coding_mode_flag
	deblocking       bool // deblocking_filter_control_present_flag
	changing         bool // slice headers have a slice_group_change_cycle
}

func parseAVCPPS(nal []byte) (id uint32, p *avcPPS, err error) {
	r := NewRBSP(nal[1:])
	id = r.UE()
	p = &avcPPS{sps: r.UE()}
	p.cabac = r.Flag()
	p.orderPresent = r.Flag()
	if groups := r.UE() + 1; groups > 1 {
		p.changing = skipSliceGroups(r, groups)
	}
	p.refs = [2]uint32{r.UE() + 1, r.UE() + 1}
	p.weighted = r.Flag()
	p.weightedBi = r.Bits(2)
	r.SE() // pic_init_qp_minus26
	r.SE() // pic_init_qs_minus26
	r.SE() // chroma_qp_index_offset
	p.deblocking = r.Flag()
	r.Skip(1) // constrained_intra_pred_flag
	p.redundantPresent = r.Flag()
	if r.Short || id > 255 || p.sps > 31 || p.refs[0] > 32 || p.refs[1] > 32 {
		return 0, nil, errs.Errorf(errs.Invalid, "AVC picture parameter set: cut off or out of range")
	}
	return id, p, nil
}

// skipSliceGroups passes over the slice group map, and says whether slices change it.
func skipSliceGroups(r *Reader, groups uint32) (changing bool) {
	kind := r.UE()
	switch kind {
	case 0:
		for range min(groups, 8) {
			r.UE()
		}
	case 2:
		for range min(groups, 8) - 1 {
			r.UE()
			r.UE()
		}
	case 3, 4, 5:
		r.Skip(1)
		r.UE()
	case 6:
		width := uint(0) // Ceil(Log2(groups))
		for 1<<width < min(groups, 8) {
			width++
		}
		n := r.UE()
		for i := uint32(0); i <= n && !r.Short; i++ {
			r.Bits(width)
		}
	}
	return kind >= 3 && kind <= 5
}

// AVCOrder decodes picture order counts (ISO/IEC 14496-10, 8.2.1).
type AVCOrder struct {
	sps [32]*AVCSPS
	pps [256]*avcPPS

	// Of the reference picture before (type 0), or of the picture before (types 1 and 2).
	prevMsb, prevLsb   int32
	prevFrameNum       int32
	prevFrameNumOffset int32
	afterReset         bool // it had a memory_management_control_operation 5

	unit  accessUnit
	visit func(nal []byte) bool
}

// AddSPS keeps a parameter set; a damaged one leaves what was before.
func (o *AVCOrder) AddSPS(nal []byte) {
	if s, err := ParseAVCSPS(nal); err == nil {
		o.sps[s.ID] = s
	}
}

// AddPPS keeps a parameter set; a damaged one leaves what was before.
func (o *AVCOrder) AddPPS(nal []byte) {
	if id, p, err := parseAVCPPS(nal); err == nil {
		o.pps[id] = p
	}
}

// accessUnit is what is known of the access unit that is being read. It stands in the decoder, with one visitor for all of them, so that
// nothing is allocated for each.
type accessUnit struct {
	seen   bool // a picture
	count  int64
	begins bool
	err    error
}

// Push returns the picture order count of an access unit, and whether it begins a new sequence of counts.
func (o *AVCOrder) Push(nals func(yield func(nal []byte) bool)) (count int64, begins bool, err error) {
	if o.visit == nil {
		o.visit = o.take
	}
	o.unit = accessUnit{}
	nals(o.visit)
	if o.unit.err == nil && !o.unit.seen {
		o.unit.err = errs.Errorf(errs.Invalid, "AVC: the access unit has no slice that begins a picture")
	}
	return o.unit.count, o.unit.begins, o.unit.err
}

func (o *AVCOrder) take(nal []byte) bool {
	if len(nal) < 2 {
		return true
	}
	switch kind := nal[0] & 0x1f; {
	case kind == AVCNALSPS:
		o.AddSPS(nal)
	case kind == AVCNALPPS:
		o.AddPPS(nal)
	case (kind == AVCNALSlice || kind == AVCNALPartitionA || kind == AVCNALIDR) && nal[1]&0x80 != 0: // first_mb_in_slice is 0
		s, err := o.readSlice(nal)
		if err != nil {
			o.unit.err = err
			return false
		}
		if !s.redundant {
			o.addPicture(&s)
		}
	}
	return true
}

// addPicture takes a frame or a field. A second frame in the access unit would be a fault of the container; it counts for what follows only.
func (o *AVCOrder) addPicture(s *avcSlice) {
	count, reset := o.next(s)
	u := &o.unit
	if u.seen && !s.field {
		return
	}
	if reset || !u.seen || count < u.count {
		u.count = count
	}
	u.begins = u.begins || reset || s.idr && !u.seen
	u.seen = true
}

// next computes a picture's order count. reset says that a memory_management_control_operation 5 made it the first of new counts.
func (o *AVCOrder) next(s *avcSlice) (count int64, reset bool) {
	var top, bottom int64
	if s.sps.pocType == 0 {
		top, bottom = o.nextType0(s)
	} else {
		top, bottom = o.nextType12(s)
	}
	switch {
	case !s.field:
		count = min(top, bottom)
	case s.bottom:
		count = bottom
	default:
		count = top
	}
	if !s.reset {
		return count, false
	}
	// The picture takes part in what follows as if its counts began at 0 (8.2.1, tempPicOrderCnt).
	if s.sps.pocType == 0 {
		o.prevMsb, o.prevLsb = 0, 0
		if !s.bottom {
			o.prevLsb = int32(top - count)
		}
	}
	return 0, true
}

// nextType0 is 8.2.1.1: the low bits are in the slice header.
func (o *AVCOrder) nextType0(s *avcSlice) (top, bottom int64) {
	if s.idr {
		o.prevMsb, o.prevLsb = 0, 0
	}
	lsb, size := int32(s.lsb), int32(1)<<s.sps.pocLsbBits
	msb := o.prevMsb
	switch {
	case lsb < o.prevLsb && o.prevLsb-lsb >= size/2:
		msb += size
	case lsb > o.prevLsb && lsb-o.prevLsb > size/2:
		msb -= size
	}
	top = int64(msb) + int64(lsb)
	bottom = top
	if !s.field {
		bottom += int64(s.deltaBottom)
	}
	if s.reference {
		o.prevMsb, o.prevLsb = msb, lsb
	}
	return top, bottom
}

// nextType12 is 8.2.1.2 and 8.2.1.3: the counts follow from frame_num.
func (o *AVCOrder) nextType12(s *avcSlice) (top, bottom int64) {
	prevOffset, prevNum := o.prevFrameNumOffset, o.prevFrameNum
	if o.afterReset {
		prevOffset, prevNum = 0, 0
	}
	offset := prevOffset
	switch {
	case s.idr:
		offset = 0
	case prevNum > int32(s.frameNum):
		offset += int32(1) << s.sps.frameNumBits
	}
	o.prevFrameNumOffset, o.prevFrameNum, o.afterReset = offset, int32(s.frameNum), s.reset
	abs := int64(offset) + int64(s.frameNum)
	if s.sps.pocType == 2 {
		count := 2 * abs
		if !s.reference && !s.idr {
			count--
		}
		return count, count
	}
	expected := expectedCount(s, abs)
	top = expected + int64(s.delta[0])
	bottom = top + int64(s.sps.offsetTopToBottom) + int64(s.delta[1])
	if s.field {
		bottom = expected + int64(s.sps.offsetTopToBottom) + int64(s.delta[0])
	}
	return top, bottom
}

// expectedCount is expectedPicOrderCnt of type 1 (8.2.1.2, equations 8-6 to 8-9).
func expectedCount(s *avcSlice, abs int64) int64 {
	cycle := int64(len(s.sps.offsetsRef))
	if cycle == 0 {
		abs = 0
	}
	if !s.reference && abs > 0 {
		abs--
	}
	expected := int64(0)
	if abs > 0 {
		sum := int64(0)
		for _, d := range s.sps.offsetsRef {
			sum += int64(d)
		}
		expected = (abs - 1) / cycle * sum
		for _, d := range s.sps.offsetsRef[:(abs-1)%cycle+1] {
			expected += int64(d)
		}
	}
	if !s.reference {
		expected += int64(s.sps.offsetNonRef)
	}
	return expected
}
