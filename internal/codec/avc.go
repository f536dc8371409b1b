package codec

import (
	"encoding/binary"
	"fmt"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// avcRecord is an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1.2).
type avcRecord struct {
	profile, compatibility, level uint8
	lengthSize                    int
	sps, pps                      [][]byte
}

func parseAVCRecord(b []byte) (*avcRecord, error) {
	if len(b) < 7 {
		return nil, errs.Errorf(errs.Invalid, "avcC: %d bytes are too few for a configuration record", len(b))
	}
	if b[0] != 1 {
		return nil, errs.Errorf(errs.Invalid, "avcC: version is %d, not 1", b[0])
	}
	rec := &avcRecord{profile: b[1], compatibility: b[2], level: b[3], lengthSize: int(b[4]&3) + 1}
	if rec.lengthSize == 3 {
		return nil, errs.Errorf(errs.Invalid, "avcC: NAL unit lengths of 3 bytes are not allowed")
	}
	rest := b[6:]
	var ok bool
	if rec.sps, rest, ok = takeSets(rest, int(b[5]&31)); !ok || len(rest) == 0 {
		return nil, errs.Errorf(errs.Invalid, "avcC: ends within the sequence parameter sets")
	}
	if rec.pps, _, ok = takeSets(rest[1:], int(rest[0])); !ok {
		return nil, errs.Errorf(errs.Invalid, "avcC: ends within the picture parameter sets")
	}
	return rec, nil
}

// takeSets reads n NAL units, each after its length in 16 bits.
func takeSets(b []byte, n int) (sets [][]byte, rest []byte, ok bool) {
	for range n {
		if len(b) < 2 {
			return sets, b, false
		}
		size := int(binary.BigEndian.Uint16(b))
		if len(b) < 2+size {
			return sets, b, false
		}
		if size > 0 {
			sets = append(sets, b[2:2+size])
		}
		b = b[2+size:]
	}
	return sets, b, true
}

func appendSets(dst []byte, sets [][]byte) []byte {
	for _, s := range sets {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(s)))
		dst = append(dst, s...)
	}
	return dst
}

// makeAVCRecord returns the configuration record with 4-byte lengths for parameter sets.
func makeAVCRecord(sps, pps [][]byte) ([]byte, error) {
	first, err := bitstream.ParseAVCSPS(sps[0])
	if err != nil {
		return nil, err
	}
	b := []byte{1, first.Profile, first.Compatibility, first.Level, 0xff, 0xe0 | byte(len(sps))}
	b = appendSets(b, sps)
	b = append(b, byte(len(pps)))
	b = appendSets(b, pps)
	switch first.Profile {
	case 66, 77, 88:
	default:
		b = append(b, 0xfc|byte(first.ChromaFormat), 0xf8|byte(first.DepthLuma-8), 0xf8|byte(first.DepthChroma-8), 0)
	}
	return b, nil
}

// avcPicture returns what the first SPS of the record says, nil when the sets are in band.
func avcPicture(config []byte) (*bitstream.Picture, error) {
	rec, err := parseAVCRecord(config)
	if err != nil || len(rec.sps) == 0 {
		return nil, err
	}
	sps, err := bitstream.ParseAVCSPS(rec.sps[0])
	if err != nil {
		return nil, err
	}
	return &sps.Picture, nil
}

// avcString returns "avc1.64001f" (ISO/IEC 14496-15, E.3).
func avcString(t *media.Track) string {
	if len(t.Config) < 4 {
		return entryCode(t)
	}
	return fmt.Sprintf("%s.%02x%02x%02x", entryCode(t), t.Config[1], t.Config[2], t.Config[3])
}
