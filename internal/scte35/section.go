package scte35

import (
	"github.com/dashwright/dashwright/internal/errs"
)

// Section is a splice_info_section (9.6) that is not encrypted. Times count in ticks of 90 kHz and have 33 bits.
type Section struct {
	SAPType       uint8 // 0 to 2; 3: not specified
	Protocol      uint8 // protocol_version
	PTSAdjustment uint64
	CWIndex       uint8
	Tier          uint16 // 12 bits; 0xFFF: all
	Command       Command
	Descriptors   []Descriptor
}

// Command is one of Null, Schedule, Insert, Signal, BandwidthReservation and Private.
type Command interface {
	// Type returns the splice_command_type.
	Type() uint8
	append(*writer)
	xml(*markup)
}

// Descriptor is one of Avail, DTMF, Segmentation, Time, Audio and Unknown.
type Descriptor interface {
	// Tag returns the splice_descriptor_tag.
	Tag() uint8
	append(*writer)
	xml(*markup)
}

// Scale is the ticks in a second of all times.
const Scale = 90000

const (
	tableID = 0xFC
	cuei    = "CUEI"
	// mostSection is the most that section_length can say (9.6.1), with the three bytes that it does not count.
	mostSection = 4093 + 3
	crcSize     = 4
)

// Append appends the section as bytes. The error says what does not fit into its field.
func (s *Section) Append(dst []byte) ([]byte, error) {
	w := &writer{b: dst}
	start := len(dst)
	w.u8(tableID)
	w.bits(2, 0) // section_syntax_indicator, private_indicator
	w.bits(2, uint64(s.SAPType))
	w.bits(12, 0)
	w.u8(s.Protocol)
	w.bits(7, 0) // encrypted_packet, encryption_algorithm
	w.bits(33, s.PTSAdjustment)
	w.u8(s.CWIndex)
	w.bits(12, uint64(s.Tier))
	w.bits(12, 0)
	if s.Command == nil {
		return nil, errs.Errorf(errs.Invalid, "a splice_info_section without a command")
	}
	w.u8(s.Command.Type())
	at := len(w.b)
	s.Command.append(w)
	w.length12(at-3, len(w.b)-at)
	at = len(w.b)
	w.u16(0)
	for _, d := range s.Descriptors {
		w.u8(d.Tag())
		w.u8(0)
		body := len(w.b)
		d.append(w)
		w.length8(body-1, len(w.b)-body)
	}
	w.length16(at, len(w.b)-at-2)
	w.length12(start+1, len(w.b)-start-3+crcSize)
	w.u32(CRC(w.b[start:]))
	if w.err == nil && len(w.b)-start > mostSection {
		w.err = errs.Errorf(errs.Invalid, "a splice_info_section of %d bytes: it has %d at most", len(w.b)-start, mostSection)
	}
	return w.b, w.err
}

// Parse reads a section. Every byte of it is accounted for; what is not understood is kept as it is. Bytes after the section are an error, as is a wrong CRC.
func Parse(b []byte) (*Section, error) {
	if len(b) < 3 || b[0] != tableID {
		return nil, errs.Errorf(errs.Invalid, "no splice_info_section: it begins with the byte 0xFC")
	}
	if n := 3 + (int(b[1])&0xF<<8 | int(b[2])); n != len(b) {
		return nil, errs.Errorf(errs.Invalid, "section_length says %d bytes, there are %d", n, len(b))
	}
	if len(b) < 20 {
		return nil, errs.Errorf(errs.Invalid, "a splice_info_section of %d bytes: it has 20 at least", len(b))
	}
	if CRC(b) != 0 {
		return nil, errs.Errorf(errs.Invalid, "the CRC_32 of the splice_info_section is wrong")
	}
	r := &reader{b: b[:len(b)-crcSize]}
	r.bits(8)
	if r.bits(2) != 0 {
		return nil, errs.Errorf(errs.Invalid, "section_syntax_indicator and private_indicator must be 0")
	}
	s := &Section{SAPType: uint8(r.bits(2))}
	r.bits(12)
	s.Protocol = uint8(r.bits(8))
	if r.bits(1) != 0 {
		return nil, errs.Errorf(errs.Unsupported, "an encrypted splice_info_section")
	}
	r.bits(6)
	s.PTSAdjustment = r.bits(33)
	s.CWIndex = uint8(r.bits(8))
	s.Tier = uint16(r.bits(12))
	length := int(r.bits(12))
	kind := uint8(r.bits(8))
	if err := s.readCommand(r, kind, length); err != nil {
		return nil, err
	}
	loop := r.sub(int(r.bits(16)), "descriptor_loop")
	for loop.more() {
		tag := uint8(loop.bits(8))
		d := loop.sub(int(loop.bits(8)), "splice_descriptor")
		if loop.err != nil {
			break
		}
		s.Descriptors = append(s.Descriptors, readDescriptor(tag, d))
	}
	if r.err == nil {
		r.err = loop.err
	}
	if r.err == nil && r.more() {
		r.err = errs.Errorf(errs.Invalid, "%d bytes after the descriptors", len(r.b)-r.at/8)
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// unknownLength is the splice_command_length of older encoders, which say nothing by it.
const unknownLength = 0xFFF

func (s *Section) readCommand(r *reader, kind uint8, length int) error {
	c := &reader{b: r.b, at: r.at, err: r.err}
	if length != unknownLength {
		c = r.sub(length, "splice_command")
	}
	switch kind {
	case typeNull:
		s.Command = Null{}
	case typeSchedule:
		s.Command = readSchedule(c)
	case typeInsert:
		s.Command = readInsert(c)
	case typeSignal:
		s.Command = Signal{readTime(c)}
	case typeBandwidth:
		s.Command = BandwidthReservation{}
	case typePrivate:
		if length == unknownLength {
			return errs.Errorf(errs.Invalid, "a private_command that does not say how long it is")
		}
		s.Command = Private{Identifier: uint32(c.bits(32)), Bytes: c.rest()}
	default:
		return errs.Errorf(errs.Unsupported, "splice_command_type %d", kind)
	}
	if c.err != nil {
		return c.err
	}
	if length == unknownLength {
		r.at = c.at
	} else if c.more() {
		return errs.Errorf(errs.Invalid, "splice_command_length is %d bytes too large", len(c.b)-c.at/8)
	}
	return nil
}

// CRC returns the CRC-32 of MPEG-2 systems (ISO/IEC 13818-1, annex A): 0 of bytes that end in their own.
func CRC(b []byte) uint32 {
	steps := [16]uint32{ // of four bits
		0x00000000, 0x04C11DB7, 0x09823B6E, 0x0D4326D9, 0x130476DC, 0x17C56B6B, 0x1A864DB2, 0x1E475005,
		0x2608EDB8, 0x22C9F00F, 0x2F8AD6D6, 0x2B4BCB61, 0x350C9B64, 0x31CD86D3, 0x3C8EA00A, 0x384FBDBD,
	}
	crc := ^uint32(0)
	for _, c := range b {
		crc = crc<<4 ^ steps[crc>>28^uint32(c>>4)]
		crc = crc<<4 ^ steps[crc>>28^uint32(c&0xF)]
	}
	return crc
}
