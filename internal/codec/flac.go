package codec

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// flacInfo is a STREAMINFO block (RFC 9639, 8.2).
type flacInfo struct {
	minBlock, maxBlock int
	rate               uint32
	channels           uint16
	depth              uint16
}

const (
	flacHeader     = 4 // of a metadata block
	flacStreamInfo = 34
)

// parseFLAC reads the STREAMINFO that begins metadata blocks.
func parseFLAC(blocks []byte) (*flacInfo, error) {
	if len(blocks) < flacHeader+flacStreamInfo || blocks[0]&0x7f != 0 || int(blocks[1])<<16|int(blocks[2])<<8|int(blocks[3]) != flacStreamInfo {
		return nil, errs.Errorf(errs.Invalid, "FLAC: the metadata does not begin with a whole STREAMINFO block")
	}
	r := bitstream.NewReader(blocks[flacHeader:])
	i := &flacInfo{minBlock: int(r.Bits(16)), maxBlock: int(r.Bits(16))}
	r.Skip(48)
	i.rate = r.Bits(20)
	i.channels = uint16(r.Bits(3)) + 1
	i.depth = uint16(r.Bits(5)) + 1
	if i.rate == 0 {
		return nil, errs.Errorf(errs.Invalid, "FLAC: STREAMINFO says no sampling rate")
	}
	return i, nil
}

// FLACConfig returns the FLACSpecificBox payload for metadata blocks, with or without the marker fLaC before them, as Matroska, Ogg and FLAC
// files have them: STREAMINFO alone, since tags and pictures are no business of a player's decoder.
func FLACConfig(native []byte) ([]byte, error) {
	blocks := bytes.TrimPrefix(native, []byte("fLaC"))
	if _, err := parseFLAC(blocks); err != nil {
		return nil, err
	}
	b := bytes.Clone(blocks[:flacHeader+flacStreamInfo])
	b[0] = 0x80 // last-metadata-block flag
	return b, nil
}

func describeFLAC(t *media.Track) error {
	i, err := parseFLAC(t.Config)
	if err != nil {
		return err
	}
	t.SampleRate, t.Channels = i.rate, i.channels
	return nil
}

// flacSamples returns the block size of a stream whose blocks all have the same.
func flacSamples(config []byte) int {
	i, err := parseFLAC(config)
	if err != nil || i.minBlock != i.maxBlock {
		return 0
	}
	return i.minBlock
}

// FLACSamples returns how many samples per channel a FLAC frame holds (RFC 9639, 9.1.1): 0 when b does not begin with a frame header. 16 bytes of b
// are enough.
func FLACSamples(b []byte) int {
	if len(b) < 6 || b[0] != 0xff || b[1]&0xfe != 0xf8 {
		return 0
	}
	code := b[2] >> 4
	switch {
	case code == 0:
		return 0
	case code == 1:
		return 192
	case code <= 5:
		return 576 << (code - 2)
	case code >= 8:
		return 256 << (code - 8)
	}
	number := max(1, bits.LeadingZeros8(^b[4])) // bytes of the coded number, as in UTF-8
	rest := b[4+min(number, len(b)-4):]
	switch {
	case code == 6 && len(rest) >= 1:
		return int(rest[0]) + 1
	case code == 7 && len(rest) >= 2:
		return int(binary.BigEndian.Uint16(rest)) + 1
	}
	return 0
}
