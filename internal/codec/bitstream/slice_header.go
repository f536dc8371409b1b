package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// headerBytes returns how many bytes of a NAL unit the first so many bits of its payload take, escapes included: nal begins with a header of skip bytes.
func headerBytes(nal []byte, skip, used int) int {
	zeros, left := 0, (used+7)/8
	i := skip
	for ; left > 0 && i < len(nal); i++ {
		b := nal[i]
		if zeros >= 2 && b == 3 {
			zeros = 0
			continue
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		left--
	}
	return i
}

// AVCSlices measures slice headers of AVC (ISO/IEC 14496-10, 7.3.3). The zero value knows no parameter sets.
type AVCSlices struct {
	sps [32]*AVCSPS
	pps [256]*avcPPS
}

// AddSPS keeps a parameter set; a damaged one leaves what was before.
func (a *AVCSlices) AddSPS(nal []byte) {
	if s, err := ParseAVCSPS(nal); err == nil {
		a.sps[s.ID] = s
	}
}

// AddPPS keeps a parameter set; a damaged one leaves what was before.
func (a *AVCSlices) AddPPS(nal []byte) {
	if len(nal) == 0 {
		return
	}
	if id, p, err := parseAVCPPS(nal); err == nil {
		a.pps[id] = p
	}
}

// HeaderSize returns how many bytes of a NAL unit of type 1 or 5 are its header and the slice's: the last of them may hold the beginning of the slice's data as well. Of the NAL unit the first
// MaxSliceHeader bytes will do.
func (a *AVCSlices) HeaderSize(nal []byte) (int, error) {
	if len(nal) < 2 || nal[0]&0x1f != AVCNALSlice && nal[0]&0x1f != AVCNALIDR {
		return 0, errs.Errorf(errs.Invalid, "AVC slice: it is none")
	}
	s := avcSlice{idr: nal[0]&0x1f == AVCNALIDR, reference: nal[0]&0x60 != 0}
	r := Reader{data: nal[1:min(len(nal), MaxSliceHeader)], escaped: true}
	r.UE() // first_mb_in_slice
	kind := r.UE() % 5
	id := r.UE()
	if r.Short || id > 255 || a.pps[id] == nil || a.sps[a.pps[id].sps] == nil {
		return 0, errs.Errorf(errs.Invalid, "AVC slice: parameter set %d, which it names, has not been seen", id)
	}
	pps := a.pps[id]
	if pps.changing {
		return 0, errs.Errorf(errs.Unsupported, "AVC slice: slice groups that change are not read")
	}
	s.sps = a.sps[pps.sps]
	s.readOrder(&r, pps)
	s.skipReferences(&r, pps, kind)
	if s.reference {
		if s.idr {
			r.Skip(2)
		} else {
			s.readMarking(&r)
		}
	}
	if pps.cabac && kind != sliceI && kind != sliceSI {
		r.UE() // cabac_init_idc
	}
	r.SE() // slice_qp_delta
	if kind == sliceSP || kind == sliceSI {
		if kind == sliceSP {
			r.Skip(1) // sp_for_switch_flag
		}
		r.SE() // slice_qs_delta
	}
	if pps.deblocking && r.UE() != 1 { // disable_deblocking_filter_idc
		r.SE()
		r.SE()
	}
	if r.Short {
		return 0, errs.Errorf(errs.Invalid, "AVC slice: the header is cut off")
	}
	return headerBytes(nal, 1, r.Used), nil
}
