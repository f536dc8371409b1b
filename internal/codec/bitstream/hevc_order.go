package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// hevcPPS is the beginning of a picture parameter set of HEVC (ISO/IEC 23008-2, 7.3.2.3): what slice segment headers depend on.
type hevcPPS struct {
	sps           uint32
	outputPresent bool // output_flag_present_flag
	extraBits     uint // num_extra_slice_header_bits
}

// HEVCOrder decodes picture order counts (ISO/IEC 23008-2, 8.3.1).
type HEVCOrder struct {
	sps     [16]*HEVCSPS
	pps     [64]*hevcPPS
	prev    int64 // of the picture before with TemporalId 0 that is neither RASL nor RADL nor a sub-layer non-reference picture
	started bool  // a picture has been seen since the start or the end of a sequence

	unit  accessUnit
	visit func(nal []byte) bool
}

// AddSPS keeps a parameter set; a damaged one leaves what was before.
func (o *HEVCOrder) AddSPS(nal []byte) {
	if s, err := ParseHEVCSPS(nal); err == nil {
		o.sps[s.ID] = s
	}
}

// AddPPS keeps a parameter set; a damaged one leaves what was before.
func (o *HEVCOrder) AddPPS(nal []byte) {
	if len(nal) < 3 {
		return
	}
	r := NewRBSP(nal[2:])
	id := r.UE()
	p := &hevcPPS{sps: r.UE()}
	r.Skip(1) // dependent_slice_segments_enabled_flag
	p.outputPresent = r.Flag()
	p.extraBits = uint(r.Bits(3))
	if !r.Short && id < 64 && p.sps < 16 {
		o.pps[id] = p
	}
}

// Push returns the picture order count of an access unit, and whether it begins a new sequence of counts.
func (o *HEVCOrder) Push(nals func(yield func(nal []byte) bool)) (count int64, begins bool, err error) {
	if o.visit == nil {
		o.visit = o.take
	}
	o.unit = accessUnit{}
	nals(o.visit)
	if o.unit.err == nil && !o.unit.seen {
		o.unit.err = errs.Errorf(errs.Invalid, "HEVC: the access unit has no slice that begins a picture")
	}
	return o.unit.count, o.unit.begins, o.unit.err
}

func (o *HEVCOrder) take(nal []byte) bool {
	if len(nal) < 2 || nal[0]&1 != 0 || nal[1]>>3 != 0 { // of another layer
		return true
	}
	u := &o.unit
	switch kind := HEVCNALType(nal); {
	case kind == HEVCNALSPS:
		o.AddSPS(nal)
	case kind == HEVCNALPPS:
		o.AddPPS(nal)
	case kind == hevcNALEOS, kind == hevcNALEOB: // behind the picture: the next one begins new counts
		o.started = false
	case kind <= HEVCNALIRAPLast && len(nal) > 2 && nal[2]&0x80 != 0 && !u.seen:
		u.seen = true
		u.count, u.begins, u.err = o.next(nal, kind)
	}
	return u.err == nil
}

func (o *HEVCOrder) next(nal []byte, kind int) (count int64, begins bool, err error) {
	r := NewRBSP(nal[2:min(len(nal), 64)])
	r.Skip(1) // first_slice_segment_in_pic_flag
	irap := kind >= HEVCNALBLAWLP
	if irap {
		r.Skip(1) // no_output_of_prior_pics_flag
	}
	id := r.UE()
	if r.Short || id > 63 || o.pps[id] == nil || o.sps[o.pps[id].sps] == nil {
		return 0, false, errs.Errorf(errs.Invalid, "HEVC slice: parameter set %d, which it names, has not been seen", id)
	}
	pps := o.pps[id]
	sps := o.sps[pps.sps]
	r.Skip(int(pps.extraBits))
	r.UE() // slice_type
	if pps.outputPresent {
		r.Skip(1)
	}
	if sps.separatePlanes {
		r.Skip(2)
	}
	idr := kind == hevcNALIDRWRADL || kind == hevcNALIDRNLP
	lsb := int64(0)
	if !idr {
		lsb = int64(r.Bits(sps.pocLsbBits))
	}
	if r.Short {
		return 0, false, errs.Errorf(errs.Invalid, "HEVC slice: the header is cut off")
	}
	begins = idr || irap && kind <= hevcNALBLANLP || !o.started
	msb := int64(0)
	if !begins {
		msb = o.msb(lsb, int64(1)<<sps.pocLsbBits)
	}
	count = msb + lsb
	o.started = true
	temporal := nal[1]&7 - 1
	leading := kind >= hevcNALRADLN && kind <= hevcNALRASLR
	if temporal == 0 && !leading && (kind > hevcNALSubLayer || kind&1 == 1) {
		o.prev = count
	}
	return count, begins, nil
}

// msb returns PicOrderCntMsb (equation 8-1).
func (o *HEVCOrder) msb(lsb, size int64) int64 {
	prevLsb := o.prev & (size - 1)
	prevMsb := o.prev - prevLsb
	switch {
	case lsb < prevLsb && prevLsb-lsb >= size/2:
		return prevMsb + size
	case lsb > prevLsb && lsb-prevLsb > size/2:
		return prevMsb - size
	}
	return prevMsb
}
