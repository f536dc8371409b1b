package codec

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// hevcRecord is an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1.2).
type hevcRecord struct {
	lengthSize    int
	vps, sps, pps [][]byte
}

// hevcRecordSize is the size of a record without its arrays.
const hevcRecordSize = 23

func parseHEVCRecord(b []byte) (*hevcRecord, error) {
	if len(b) < hevcRecordSize {
		return nil, errs.Errorf(errs.Invalid, "hvcC: %d bytes are too few for a configuration record", len(b))
	}
	// Version 0 stands in files from before the standard was final; the layout is the same.
	if b[0] > 1 {
		return nil, errs.Errorf(errs.Invalid, "hvcC: version is %d, not 1", b[0])
	}
	rec := &hevcRecord{lengthSize: int(b[21]&3) + 1}
	if rec.lengthSize == 3 {
		return nil, errs.Errorf(errs.Invalid, "hvcC: NAL unit lengths of 3 bytes are not allowed")
	}
	rest := b[hevcRecordSize:]
	for range b[22] {
		if len(rest) < 3 {
			return nil, errs.Errorf(errs.Invalid, "hvcC: ends within the parameter sets")
		}
		sets, after, ok := takeSets(rest[3:], int(binary.BigEndian.Uint16(rest[1:])))
		if !ok {
			return nil, errs.Errorf(errs.Invalid, "hvcC: ends within the parameter sets")
		}
		switch rest[0] & 0x3f {
		case bitstream.HEVCNALVPS:
			rec.vps = append(rec.vps, sets...)
		case bitstream.HEVCNALSPS:
			rec.sps = append(rec.sps, sets...)
		case bitstream.HEVCNALPPS:
			rec.pps = append(rec.pps, sets...)
		}
		rest = after
	}
	return rec, nil
}

// makeHEVCRecord returns the configuration record with 4-byte lengths for parameter sets.
func makeHEVCRecord(vps, sps, pps [][]byte) ([]byte, error) {
	s, err := bitstream.ParseHEVCSPS(sps[0])
	if err != nil {
		return nil, err
	}
	b := append([]byte{1}, s.ProfileTierLevel[:]...)
	b = append(b, 0xf0, 0, 0xfc, 0xfc|byte(s.ChromaFormat), 0xf8|byte(s.DepthLuma-8), 0xf8|byte(s.DepthChroma-8))
	b = append(b, 0, 0) // avgFrameRate: not said
	layers := byte(s.SubLayers) << 3
	if s.Nested {
		layers |= 4
	}
	b = append(b, layers|3, 3)
	for _, a := range []struct {
		kind byte
		sets [][]byte
	}{{bitstream.HEVCNALVPS, vps}, {bitstream.HEVCNALSPS, sps}, {bitstream.HEVCNALPPS, pps}} {
		b = append(b, 0x80|a.kind) // array_completeness; an entry of name hev1 clears it
		b = binary.BigEndian.AppendUint16(b, uint16(len(a.sets)))
		b = appendSets(b, a.sets)
	}
	return b, nil
}

// hevcPicture returns what the first SPS of the record says, nil when the sets are in band.
func hevcPicture(config []byte) (*bitstream.Picture, error) {
	rec, err := parseHEVCRecord(config)
	if err != nil || len(rec.sps) == 0 {
		return nil, err
	}
	sps, err := bitstream.ParseHEVCSPS(rec.sps[0])
	if err != nil {
		return nil, err
	}
	return &sps.Picture, nil
}

// hevcString returns "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, E.3).
func hevcString(t *media.Track) string {
	c := t.Config
	if len(c) < hevcRecordSize {
		return entryCode(t)
	}
	var s strings.Builder
	s.WriteString(entryCode(t))
	s.WriteByte('.')
	if space := c[1] >> 6; space != 0 {
		s.WriteByte('A' + space - 1)
	}
	tier := byte('L')
	if c[1]&0x20 != 0 {
		tier = 'H'
	}
	fmt.Fprintf(&s, "%d.%X.%c%d", c[1]&0x1f, bits.Reverse32(binary.BigEndian.Uint32(c[2:])), tier, c[12])
	constraints := c[6:12]
	for len(constraints) > 0 && constraints[len(constraints)-1] == 0 {
		constraints = constraints[:len(constraints)-1]
	}
	for _, b := range constraints {
		fmt.Fprintf(&s, ".%X", b)
	}
	return s.String()
}
