package mpegts

// program is a line of the PAT.
type program struct {
	number int
	pid    int // of its PMT
}

// patPrograms reads a program association section (ISO/IEC 13818-1, 2.4.4.4). ok is false when it is another table or not yet in force.
func patPrograms(s []byte) (list []program, ok bool) {
	if s[0] != 0 || s[1]&0x80 == 0 || s[5]&1 == 0 {
		return nil, false
	}
	for b := s[8 : len(s)-4]; len(b) >= 4; b = b[4:] {
		p := program{number: int(b[0])<<8 | int(b[1]), pid: int(b[2]&0x1F)<<8 | int(b[3])}
		if p.number != 0 && p.pid > 0x0F && p.pid < 0x1FFF {
			list = append(list, p)
		}
	}
	return list, true
}

// entry is an elementary stream as the PMT lists it.
type entry struct {
	pid         int
	streamType  byte
	descriptors []byte
}

// pmt is a program map section (2.4.4.8).
type pmt struct {
	number      int
	descriptors []byte
	entries     []entry
}

func parsePMT(s []byte) (m pmt, ok bool) {
	if s[0] != 2 || s[1]&0x80 == 0 || s[5]&1 == 0 || len(s) < 16 {
		return m, false
	}
	m.number = int(s[3])<<8 | int(s[4])
	n := int(s[10]&15)<<8 | int(s[11])
	b := s[12 : len(s)-4]
	if n > len(b) {
		return m, false
	}
	m.descriptors = b[:n]
	for b = b[n:]; len(b) >= 5; {
		e := entry{streamType: b[0], pid: int(b[1]&0x1F)<<8 | int(b[2])}
		n := int(b[3]&15)<<8 | int(b[4])
		if 5+n > len(b) {
			return m, false
		}
		e.descriptors = b[5 : 5+n]
		b = b[5+n:]
		if e.pid > 0x0F && e.pid < 0x1FFF {
			m.entries = append(m.entries, e)
		}
	}
	return m, true
}

// eachDescriptor calls yield with tag and payload of each descriptor.
func eachDescriptor(b []byte, yield func(tag byte, d []byte)) {
	for len(b) >= 2 && 2+int(b[1]) <= len(b) {
		n := 2 + int(b[1])
		yield(b[0], b[2:n])
		b = b[n:]
	}
}
