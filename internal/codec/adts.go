package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
)

// ADTS is the header of an ADTS frame (ISO/IEC 14496-3, 1.A.2.2).
type ADTS struct {
	ObjectType int // audio object type
	Rate       int // samples per second of the core
	Channels   int // 0 when a program_config_element says it
	Header     int // bytes before the raw data block
	Frame      int // bytes, header included
	Blocks     int // raw data blocks, of 1024 samples per channel each
	index      byte
	layout     byte // channel_configuration
}

// adtsHeader is the size of a header without CRC.
const adtsHeader = 7

// ParseADTS reads an ADTS header: 7 bytes of b are enough. It does not allocate unless it fails.
func ParseADTS(b []byte) (ADTS, error) {
	if len(b) < adtsHeader {
		return ADTS{}, errs.Errorf(errs.Invalid, "ADTS: %d bytes are too few for a header", len(b))
	}
	if b[0] != 0xff || b[1]&0xf6 != 0xf0 {
		return ADTS{}, errs.Errorf(errs.Invalid, "ADTS: no sync word, but %#02x %#02x", b[0], b[1])
	}
	a := ADTS{
		ObjectType: int(b[2]>>6) + 1,
		Header:     adtsHeader,
		Frame:      int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5]>>5),
		Blocks:     int(b[6]&3) + 1,
		index:      b[2] >> 2 & 15,
		layout:     b[2]&1<<2 | b[3]>>6,
	}
	a.Rate = int(aacRate(uint32(a.index)))
	a.Channels = int(aacChannels(uint32(a.layout)))
	if b[1]&1 == 0 { // protection_absent: a CRC, and the places of the blocks when there are several
		a.Header += 2 * a.Blocks
	}
	if a.Rate == 0 {
		return ADTS{}, errs.Errorf(errs.Invalid, "ADTS: sampling frequency index %d is reserved", a.index)
	}
	if a.Frame < a.Header {
		return ADTS{}, errs.Errorf(errs.Invalid, "ADTS: a frame of %d bytes is shorter than its header", a.Frame)
	}
	return a, nil
}

// AACFromADTS reads an ADTS header (ISO/IEC 14496-3, 1.A.2.2): the AudioSpecificConfig, the header's and the whole frame's length in bytes. When
// the channels are in a program_config_element, b must have that too: it is the first thing after the header, and goes into the config.
// A frame of several raw data blocks is refused with errs.Unsupported: a Sample has one.
func AACFromADTS(b []byte) (config []byte, header, frame int, err error) {
	a, err := ParseADTS(b)
	if err != nil {
		return nil, 0, 0, err
	}
	if a.Blocks != 1 {
		return nil, 0, 0, errs.Errorf(errs.Unsupported, "ADTS: a frame has %d raw data blocks; only one is supported", a.Blocks)
	}
	var w bitstream.Writer
	w.Bits(uint32(a.ObjectType), 5)
	w.Bits(uint32(a.index), 4)
	w.Bits(uint32(a.layout), 4)
	w.Bits(0, 3) // frameLengthFlag, dependsOnCoreCoder, extensionFlag
	if a.layout == 0 {
		if err := programConfig(&w, b[min(a.Header, len(b)):]); err != nil {
			return nil, 0, 0, err
		}
	}
	return w.Bytes, a.Header, a.Frame, nil
}

// programConfig writes the program_config_element that begins a raw data block.
func programConfig(w *bitstream.Writer, block []byte) error {
	const idPCE = 5
	r := bitstream.NewReader(block)
	if r.Bits(3) != idPCE {
		return errs.Errorf(errs.Unsupported, "ADTS: the number of channels is not in the header, and the frame does not begin with a program_config_element")
	}
	copyProgramConfig(r, w)
	if r.Short {
		return errs.Errorf(errs.Invalid, "ADTS: the program_config_element is cut off")
	}
	return nil
}
