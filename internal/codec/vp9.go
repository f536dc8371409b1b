package codec

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// vp9RecordSize is the size of a VPCodecConfigurationRecord without initialization data (VP Codec ISO Media File Format Binding).
const vp9RecordSize = 8

// VP9Config returns the VPCodecConfigurationRecord of a stream and its picture size from a key frame: for containers that say neither. The level is the lowest
// that allows the size at rate (VP9 levels, table 1); 30 frames per second when rate is unknown.
func VP9Config(keyFrame []byte, rate media.Rational) (config []byte, width, height uint32, err error) {
	h, err := bitstream.ParseVP9Header(keyFrame)
	if err != nil {
		return nil, 0, 0, err
	}
	if !h.Key {
		return nil, 0, 0, errs.Errorf(errs.Invalid, "VP9: the frame is not a key frame")
	}
	chroma := byte(1) // 4:2:0, collocated with luma (0, 0)
	switch {
	case h.SubX == 0:
		chroma = 3
	case h.SubY == 0:
		chroma = 2
	}
	full := byte(flagBit(h.Full))
	primaries, transfer, matrix := vp9Colours(h.Space)
	return []byte{h.Profile, vp9Level(h.Width, h.Height, rate), h.Depth<<4 | chroma<<1 | full, primaries, transfer, matrix, 0, 0}, h.Width, h.Height, nil
}

// vp9Colours maps color_space (7.2.2) to code points of ISO/IEC 23091-2.
func vp9Colours(space uint8) (primaries, transfer, matrix uint8) {
	switch space {
	case 1: // BT.601
		return 5, 6, 5
	case 2: // BT.709
		return 1, 1, 1
	case 3: // SMPTE 170
		return 6, 6, 6
	case 4: // SMPTE 240
		return 7, 7, 7
	case 5: // BT.2020
		return 9, 14, 9
	case 7: // sRGB
		return 1, 13, 0
	}
	return 2, 2, 2
}

func vp9Level(width, height uint32, rate media.Rational) byte {
	levels := [...]struct {
		level   byte
		rate    float64 // luma samples per second
		size    uint64  // luma samples
		breadth uint32
	}{
		{10, 829440, 36864, 512}, {11, 2764800, 73728, 768}, {20, 4608000, 122880, 960}, {21, 9216000, 245760, 1344},
		{30, 20736000, 552960, 2048}, {31, 36864000, 983040, 2752}, {40, 83558400, 2228224, 4160}, {41, 160432128, 2228224, 4160},
		{50, 311951360, 8912896, 8384}, {51, 588251136, 8912896, 8384}, {52, 1176502272, 8912896, 8384},
		{60, 1176502272, 35651584, 16832}, {61, 2353004544, 35651584, 16832}, {62, 4706009088, 35651584, 16832},
	}
	fps := rate.Float()
	if fps == 0 {
		fps = 30
	}
	size := uint64(width) * uint64(height)
	for _, l := range levels {
		if size <= l.size && float64(size)*fps <= l.rate && max(width, height) <= l.breadth {
			return l.level
		}
	}
	return 62
}

// vp9RandomAccess says whether a sample begins with a key frame.
func vp9RandomAccess(sample []byte) bool {
	h, err := bitstream.ParseVP9Header(sample)
	return err == nil && h.Key
}

func checkVP9Record(config []byte) error {
	if len(config) < vp9RecordSize {
		return errs.Errorf(errs.Invalid, "vpcC: %d bytes are too few for a configuration record", len(config))
	}
	return nil
}

// vp9String returns "vp09.00.10.08", with the colours when they are not the usual ones (VP Codec ISO Media File Format Binding, Codecs Parameter String).
func vp9String(t *media.Track) string {
	c := t.Config
	if len(c) < vp9RecordSize {
		return "vp09"
	}
	short := fmt.Sprintf("vp09.%02d.%02d.%02d", c[0], c[1], c[2]>>4)
	chroma, full := c[2]>>1&7, c[2]&1
	if chroma <= 1 && full == 0 && usual(c[3]) && usual(c[4]) && usual(c[5]) {
		return short
	}
	return fmt.Sprintf("%s.%02d.%02d.%02d.%02d.%02d", short, chroma, c[3], c[4], c[5], full)
}

func vp9Colour(config []byte) bitstream.Colour {
	if len(config) < vp9RecordSize {
		return bitstream.Colour{}
	}
	c := bitstream.Colour{Primaries: config[3], Transfer: config[4], Matrix: config[5], Full: config[2]&1 != 0}
	c.Known = c.Primaries != 2 || c.Transfer != 2 || c.Matrix != 2
	return c
}
