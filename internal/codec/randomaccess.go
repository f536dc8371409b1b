package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/media"
)

// RandomAccess looks at the beginning of a sample as served (length-prefixed NAL units with the lengths that t.Config says; AV1 OBUs; VP9 frames) and says whether
// decoding may start there, and whether it carries parameter sets. sample may be cut off after some kilobytes; size is the whole sample's.
//
// It is true for an AVC IDR picture or an intra picture with a recovery point at once; for an IDR, BLA or CRA picture of HEVC; for a shown key frame of
// AV1 and VP9; and always for audio and text. Of a codec that it does not know it says no.
func RandomAccess(t *media.Track, sample []byte, size uint32) (sync, inBand bool) {
	if t.Kind == media.Audio || t.Kind == media.Text {
		return true, false
	}
	if uint64(len(sample)) > uint64(size) {
		sample = sample[:size]
	}
	switch t.Codec {
	case media.AVC:
		return avcRandomAccess(t, sample)
	case media.HEVC:
		return hevcRandomAccess(t, sample)
	case media.AV1:
		return av1RandomAccess(t.Config, sample)
	case media.VP9:
		return vp9RandomAccess(sample), false
	}
	return false, false
}

// avcRandomAccess looks for the first slice. A recovery point counts when that slice is intra; in an encrypted track the slice header may
// not be readable, so there the message is believed.
func avcRandomAccess(t *media.Track, sample []byte) (sync, inBand bool) {
	recovery := false
	LengthPrefixed(sample, LengthSize(t), func(nal []byte) bool {
		n := classifyAVC(nal)
		switch {
		case nal[0]&0x1f == bitstream.AVCNALSPS:
			inBand = true
		case n.RecoveryPoint:
			recovery = recovery || n.RandomAccess
		case n.Picture:
			sync = n.RandomAccess || recovery && (t.Encryption != nil || intraSlice(nal))
			return false
		}
		return true
	})
	return sync, inBand
}

// intraSlice says whether an AVC slice is of type I or SI (ISO/IEC 14496-10, table 7-6).
func intraSlice(nal []byte) bool {
	r := bitstream.NewRBSP(nal[1:])
	r.UE() // first_mb_in_slice
	kind := r.UE()
	return !r.Short && (kind%5 == 2 || kind%5 == 4)
}

func hevcRandomAccess(t *media.Track, sample []byte) (sync, inBand bool) {
	LengthPrefixed(sample, LengthSize(t), func(nal []byte) bool {
		if len(nal) < 2 {
			return true
		}
		n := classifyHEVC(nal)
		if bitstream.HEVCNALType(nal) == bitstream.HEVCNALSPS {
			inBand = true
		}
		sync = n.Picture && n.RandomAccess
		return !n.Picture
	})
	return sync, inBand
}
