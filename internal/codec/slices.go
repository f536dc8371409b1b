package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Slices measures the slice headers of an AVC or HEVC track.
type Slices struct {
	codec media.Codec
	avc   bitstream.AVCSlices
	hevc  bitstream.HEVCSlices
}

// MaxSliceHeader is how many bytes of a NAL unit are enough for HeaderSize, whatever is in them.
const MaxSliceHeader = bitstream.MaxSliceHeader

// NewSlices returns what measures the slice headers of t, with the parameter sets of its configuration. Of other codecs than AVC and HEVC the error is of kind errs.Unsupported.
func NewSlices(t *media.Track) (*Slices, error) {
	s := &Slices{codec: t.Codec}
	var sps, pps [][]byte
	switch t.Codec {
	case media.AVC:
		rec, err := parseAVCRecord(t.Config)
		if err != nil {
			return nil, err
		}
		sps, pps = rec.sps, rec.pps
	case media.HEVC:
		rec, err := parseHEVCRecord(t.Config)
		if err != nil {
			return nil, err
		}
		sps, pps = rec.sps, rec.pps
	default:
		return nil, errs.Errorf(errs.Unsupported, "%s has no slices", t.Codec)
	}
	for _, nal := range append(sps, pps...) {
		s.Add(nal)
	}
	return s, nil
}

// Add keeps nal, which is whole, if it is a parameter set.
func (s *Slices) Add(nal []byte) {
	switch {
	case s.codec == media.AVC && len(nal) > 0:
		switch nal[0] & 0x1f {
		case bitstream.AVCNALSPS:
			s.avc.AddSPS(nal)
		case bitstream.AVCNALPPS:
			s.avc.AddPPS(nal)
		}
	case s.codec == media.HEVC && len(nal) > 1:
		switch bitstream.HEVCNALType(nal) {
		case bitstream.HEVCNALSPS:
			s.hevc.AddSPS(nal)
		case bitstream.HEVCNALPPS:
			s.hevc.AddPPS(nal)
		}
	}
}

// HeaderSize returns how many bytes of a NAL unit that is a slice are its header and the slice's: what must be in the clear of a protected one. Of the NAL unit the first bytes will do, if they hold those.
func (s *Slices) HeaderSize(nal []byte) (int, error) {
	if s.codec == media.AVC {
		return s.avc.HeaderSize(nal)
	}
	return s.hevc.HeaderSize(nal)
}
