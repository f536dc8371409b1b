package codec

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// AV1Config returns the AV1CodecConfigurationRecord of a stream from a temporal unit that has a sequence header.
func AV1Config(sample []byte) ([]byte, error) {
	s, obu, err := bitstream.FindAV1Sequence(sample)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, errs.Errorf(errs.Invalid, "AV1: the sample has no sequence header")
	}
	if obu[0]&2 == 0 {
		return nil, errs.Errorf(errs.Unsupported, "AV1: the sequence header has no size of its own")
	}
	bit := func(b bool, shift uint) byte {
		if b {
			return 1 << shift
		}
		return 0
	}
	b := []byte{0x81, s.Profile<<5 | s.Level,
		s.Tier<<7 | bit(s.HighDepth, 6) | bit(s.TwelveBit, 5) | bit(s.Mono, 4) | s.SubX<<3 | s.SubY<<2 | s.ChromaPosition, 0}
	return append(b, obu...), nil
}

// av1RecordSize is the size of an AV1CodecConfigurationRecord without OBUs.
const av1RecordSize = 4

// av1Picture returns what the sequence header in the record says, nil when there is none.
func av1Picture(config []byte) (*bitstream.Picture, error) {
	if len(config) < av1RecordSize {
		return nil, errs.Errorf(errs.Invalid, "av1C: %d bytes are too few for a configuration record", len(config))
	}
	if config[0] != 0x81 {
		return nil, errs.Errorf(errs.Invalid, "av1C: marker and version are %#02x, not 0x81", config[0])
	}
	s, _, err := bitstream.FindAV1Sequence(config[av1RecordSize:])
	if err != nil || s == nil {
		return nil, err
	}
	return &s.Picture, nil
}

// av1RandomAccess looks for a key frame that is shown, behind a sequence header here or in the record.
func av1RandomAccess(config, sample []byte) (sync, inBand bool) {
	var s *bitstream.AV1Sequence
	if len(config) > av1RecordSize {
		s, _, _ = bitstream.FindAV1Sequence(config[av1RecordSize:])
	}
	bitstream.OBUs(sample, func(kind uint8, payload, _ []byte) bool {
		switch kind {
		case bitstream.OBUSequenceHeader:
			inBand = true
			if own, err := bitstream.ParseAV1Sequence(payload); err == nil {
				s = own
			}
		case bitstream.OBUFrameHeader, bitstream.OBUFrame:
			// show_existing_frame 0, frame_type KEY_FRAME, show_frame 1 (5.9.2)
			sync = s != nil && (s.Reduced || len(payload) > 0 && payload[0]>>4 == 1)
			return false
		}
		return true
	})
	return sync, inBand
}

// av1String returns "av01.0.08M.08", with the colours when they are not the usual ones (AV1 Codec ISO Media File Format Binding, 5).
func av1String(t *media.Track) string {
	c := t.Config
	if len(c) < av1RecordSize {
		return "av01"
	}
	tier := byte('M')
	if c[2]&0x80 != 0 {
		tier = 'H'
	}
	depth := 8
	switch c[2] >> 5 & 3 {
	case 2:
		depth = 10
	case 3:
		depth = 12
	}
	short := fmt.Sprintf("av01.%d.%02d%c.%02d", c[1]>>5, c[1]&0x1f, tier, depth)
	p, err := av1Picture(c)
	if err != nil || p == nil {
		return short
	}
	const chroma420 = 3
	mono, sub := c[2]>>4&1, c[2]>>2&3
	k := p.Colour
	if mono == 0 && sub == chroma420 && !k.Full && usual(k.Primaries) && usual(k.Transfer) && usual(k.Matrix) {
		return short
	}
	position := byte(0)
	if sub == chroma420 {
		position = c[2] & 3
	}
	return fmt.Sprintf("%s.%d.%d%d%d.%02d.%02d.%02d.%d", short, mono, sub>>1, sub&1, position, k.Primaries, k.Transfer, k.Matrix, flagBit(k.Full))
}

// usual says whether a colour code point is BT.709's or unspecified: the default of the codecs parameter.
func usual(code uint8) bool { return code == 1 || code == 2 }

func flagBit(b bool) int {
	if b {
		return 1
	}
	return 0
}
