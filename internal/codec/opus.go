package codec

import (
	"bytes"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// opusRate is the rate of Opus: it is 48 kHz whatever the input's was (RFC 7845, 4.1).
const opusRate = 48000

// dopsSize is the size of an OpusSpecificBox payload without a channel mapping table.
const dopsSize = 11

// OpusSamples returns the duration of an Opus packet at 48 kHz (RFC 6716, 3.1). Only the first two bytes are read. It is 0 for a packet that is cut off.
func OpusSamples(packet []byte) int {
	if len(packet) == 0 {
		return 0
	}
	var frame int
	switch config := packet[0] >> 3; {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		frame = [...]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		frame = 480 << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		frame = 120 << (config & 3)
	}
	switch packet[0] & 3 {
	case 0:
		return frame
	case 1, 2:
		return 2 * frame
	}
	if len(packet) < 2 {
		return 0
	}
	return frame * int(packet[1]&0x3f)
}

// OpusConfig returns the OpusSpecificBox payload for an identification header (RFC 7845, 5.1), as Matroska and Ogg have it: the same
// fields, little-endian, after a magic word.
func OpusConfig(head []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(head, []byte("OpusHead"))
	if !ok || len(rest) < dopsSize {
		return nil, errs.Errorf(errs.Invalid, "Opus: %d bytes are not an identification header", len(head))
	}
	if rest[0]>>4 != 0 {
		return nil, errs.Errorf(errs.Unsupported, "Opus: identification header of version %d", rest[0])
	}
	b := []byte{0, rest[1]}
	b = binary.BigEndian.AppendUint16(b, binary.LittleEndian.Uint16(rest[2:]))
	b = binary.BigEndian.AppendUint32(b, binary.LittleEndian.Uint32(rest[4:]))
	b = binary.BigEndian.AppendUint16(b, binary.LittleEndian.Uint16(rest[8:]))
	b = append(b, rest[10])
	if rest[10] != 0 {
		table := 2 + int(rest[1])
		if len(rest) < dopsSize+table {
			return nil, errs.Errorf(errs.Invalid, "Opus: the channel mapping table is cut off")
		}
		b = append(b, rest[dopsSize:dopsSize+table]...)
	}
	return b, nil
}

// describeOpus takes the pre-skip as priming when the container said none.
func describeOpus(t *media.Track) error {
	c := t.Config
	if len(c) < dopsSize || c[10] != 0 && len(c) < dopsSize+2+int(c[1]) {
		return errs.Errorf(errs.Invalid, "dOps: cut off at %d bytes", len(c))
	}
	if c[0] != 0 {
		return errs.Errorf(errs.Unsupported, "dOps: version %d is not known", c[0])
	}
	t.SampleRate = opusRate
	t.Channels = uint16(c[1])
	if t.Priming == 0 {
		t.Priming = media.Ticks(binary.BigEndian.Uint16(c[2:]))
		if t.Timescale != 0 {
			t.Priming = t.Priming.In(opusRate, t.Timescale)
		}
	}
	return nil
}
