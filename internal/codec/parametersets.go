package codec

import (
	"bytes"
	"slices"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// ParameterSets collects the parameter sets of an AVC or HEVC stream, and says when one changes.
// Of several with the same identifier it keeps the first.
type ParameterSets struct {
	VPS, SPS, PPS [][]byte

	ids [3][]uint32 // of VPS, SPS and PPS, found once: a hostile stream has a set in every few bytes
}

// maxSetSize is the largest parameter set that a configuration record can hold.
const maxSetSize = 65535

// Add takes a NAL unit. It says whether it is a parameter set, and whether it differs from one with the same identifier seen before.
// A damaged set is a set, but not kept.
func (p *ParameterSets) Add(c media.Codec, nal []byte) (isSet, changed bool) {
	if !Classify(c, nal).ParameterSet {
		return false, false
	}
	list, ids, limit := p.listFor(c, nal)
	if list == nil || len(nal) > maxSetSize {
		return true, false
	}
	*ids = (*ids)[:min(len(*ids), len(*list))]
	for i := len(*ids); i < len(*list); i++ { // the caller put some in
		id, _ := setID(c, (*list)[i])
		*ids = append(*ids, id)
	}
	for _, old := range *list {
		if bytes.Equal(old, nal) {
			return true, false
		}
	}
	id, ok := setID(c, nal)
	if !ok {
		return true, false
	}
	if slices.Contains(*ids, id) {
		return true, true
	}
	if len(*list) < limit {
		*list = append(*list, bytes.Clone(nal))
		*ids = append(*ids, id)
	}
	return true, false
}

// listFor returns the list that a parameter set belongs to, their identifiers, and how long a configuration record allows it to be; nil for a set of
// an extension.
func (p *ParameterSets) listFor(c media.Codec, nal []byte) (list *[][]byte, ids *[]uint32, limit int) {
	if c == media.AVC {
		switch nal[0] & 0x1f {
		case bitstream.AVCNALSPS:
			return &p.SPS, &p.ids[1], 31
		case bitstream.AVCNALPPS:
			return &p.PPS, &p.ids[2], 255
		}
		return nil, nil, 0
	}
	if layer := nal[0]&1<<5 | nal[1]>>3; layer != 0 {
		return nil, nil, 0
	}
	switch bitstream.HEVCNALType(nal) {
	case bitstream.HEVCNALVPS:
		return &p.VPS, &p.ids[0], 16
	case bitstream.HEVCNALSPS:
		return &p.SPS, &p.ids[1], 16
	}
	return &p.PPS, &p.ids[2], 64
}

// setID returns a parameter set's own identifier, and false when it is damaged.
func setID(c media.Codec, nal []byte) (id uint32, ok bool) {
	if c == media.AVC {
		if nal[0]&0x1f == bitstream.AVCNALSPS {
			sps, err := bitstream.ParseAVCSPS(nal)
			if err != nil {
				return 0, false
			}
			return sps.ID, true
		}
		r := bitstream.NewRBSP(nal[1:])
		id = r.UE()
		return id, !r.Short && id < 256
	}
	switch bitstream.HEVCNALType(nal) {
	case bitstream.HEVCNALSPS:
		sps, err := bitstream.ParseHEVCSPS(nal)
		if err != nil {
			return 0, false
		}
		return sps.ID, true
	case bitstream.HEVCNALVPS:
		if len(nal) < 3 {
			return 0, false
		}
		return uint32(nal[2] >> 4), true
	}
	r := bitstream.NewRBSP(nal[2:])
	id = r.UE()
	return id, !r.Short && id < 64
}

// Complete says whether there is enough for a configuration record.
func (p *ParameterSets) Complete(c media.Codec) bool {
	if len(p.SPS) == 0 || len(p.PPS) == 0 {
		return false
	}
	return c == media.AVC || c == media.HEVC && len(p.VPS) > 0
}

// Config returns the configuration record with 4-byte NAL lengths.
func (p *ParameterSets) Config(c media.Codec) ([]byte, error) {
	if !p.Complete(c) {
		return nil, errs.Errorf(errs.Invalid, "%s: the stream has no complete parameter sets: %d VPS, %d SPS, %d PPS", c, len(p.VPS), len(p.SPS), len(p.PPS))
	}
	if c == media.HEVC {
		return makeHEVCRecord(p.VPS, p.SPS, p.PPS)
	}
	return makeAVCRecord(p.SPS, p.PPS)
}
