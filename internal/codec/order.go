package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/media"
)

// Order gives composition times to a stream that has none (AVI): decode order in, picture order out.
type Order struct {
	codec  media.Codec
	pushed int64 // access units so far
	epoch  int64 // coded video sequences so far
	avc    bitstream.AVCOrder
	hevc   bitstream.HEVCOrder
}

// epochStride keeps coded video sequences apart in the numbers that Push returns: a picture order count has 32 bits, sign included.
const epochStride = int64(1) << 33

// NewOrder returns an Order for a track whose Config is known. For other codecs than AVC and HEVC the order is that of decoding.
func NewOrder(t *media.Track) *Order {
	o := &Order{codec: t.Codec}
	switch t.Codec {
	case media.AVC:
		if rec, err := parseAVCRecord(t.Config); err == nil {
			each(rec.sps, o.avc.AddSPS)
			each(rec.pps, o.avc.AddPPS)
		}
	case media.HEVC:
		if rec, err := parseHEVCRecord(t.Config); err == nil {
			each(rec.sps, o.hevc.AddSPS)
			each(rec.pps, o.hevc.AddPPS)
		}
	}
	return o
}

// Push takes one access unit in decode order as Annex B or length-prefixed NAL units (only the slice headers are read; nal calls back with each NAL unit).
// It returns a number that orders pictures for output: greater is later, over the whole stream (IDR and memory_management_control_operation 5 included).
// An access unit with no picture that can be read gives an error of kind errs.Invalid, and the Order goes on with the next.
//
// The order is that of picture order counts (ISO/IEC 14496-10, 8.2.1; ISO/IEC 23008-2, 8.3.1): of two fields the earlier one's counts.
func (o *Order) Push(nals func(yield func(nal []byte) bool)) (order int64, err error) {
	o.pushed++
	var count int64
	var begins bool
	switch o.codec {
	case media.AVC:
		count, begins, err = o.avc.Push(nals)
	case media.HEVC:
		count, begins, err = o.hevc.Push(nals)
	default:
		return o.pushed, nil
	}
	if err != nil {
		return 0, err
	}
	if begins {
		o.epoch++
	}
	return o.epoch*epochStride + count, nil
}

func each(sets [][]byte, add func(nal []byte)) {
	for _, s := range sets {
		add(s)
	}
}

// ReorderFrames returns how many pictures may come before another one in decode order and after it in output order, by what the bitstream of an AVC or HEVC
// track promises (ISO/IEC 14496-10, E.2.1, max_num_reorder_frames; ISO/IEC 23008-2, 7.4.3.2.1). It is -1 where nothing is said.
func ReorderFrames(t *media.Track) int {
	switch t.Codec {
	case media.AVC:
		if rec, err := parseAVCRecord(t.Config); err == nil && len(rec.sps) > 0 {
			if sps, err := bitstream.ParseAVCSPS(rec.sps[0]); err == nil {
				return sps.Reorder
			}
		}
	case media.HEVC:
		if rec, err := parseHEVCRecord(t.Config); err == nil && len(rec.sps) > 0 {
			if sps, err := bitstream.ParseHEVCSPS(rec.sps[0]); err == nil {
				return sps.Reorder
			}
		}
	}
	return -1
}
