package mpegts

// event is what a packet brought besides bytes.
type event uint8

const (
	evStart         event = 1 << iota // a PES packet's header is complete: unpacker.head
	evLost                            // packets before this one are missing
	evScrambled                       // the payload is encrypted
	evDiscontinuity                   // discontinuity_indicator: times may jump
)

type pesState uint8

const (
	pesNone    pesState = iota // before the first header, or in a PES packet that is not media
	pesHeader                  // the header is not complete
	pesPayload                 // elementary bytes
)

// maxHeader is the longest PES header: 9 bytes and PES_header_data_length.
const maxHeader = 9 + 255

// unpacker takes the packets of one PID apart (ISO/IEC 13818-1, 2.4.3.2 and 2.4.3.6). Scan and Read both use it, and what it does with a packet depends only on
// those before it in the same access unit, so both see the same bytes.
type unpacker struct {
	cc     int8 // the last continuity_counter, -1 when any may follow
	state  pesState
	head   []byte // the header that evStart announces: valid until the next packet
	partly []byte // a header that goes on in the next packet
}

func newUnpacker() unpacker { return unpacker{cc: -1} }

// packet takes the 188 bytes of a packet and returns the index of its first elementary byte; packetLen when it has none.
func (u *unpacker) packet(p []byte) (from int, ev event) {
	_ = p[packetLen-1]
	control := p[3]
	cc := int8(control & 15)
	if control&0xF0 == 0x10 && u.state == pesPayload && p[1]&0xC0 == 0 && u.cc >= 0 && cc == (u.cc+1)&15 {
		u.cc = cc
		return 4, 0
	}
	if p[1]&0x80 != 0 { // transport_error_indicator
		return packetLen, 0
	}
	from = 4
	if control&0x20 != 0 { // adaptation field
		n := int(p[4])
		from = 5 + n
		if n > 0 && p[5]&0x80 != 0 {
			ev |= evDiscontinuity
			u.cc = -1
		}
	}
	if control&0x10 == 0 || from >= packetLen {
		return packetLen, ev
	}
	if u.cc == cc { // the same packet again: 2.4.3.3
		return packetLen, ev
	}
	if u.cc >= 0 && cc != (u.cc+1)&15 {
		ev |= evLost
		if u.state == pesHeader {
			u.state = pesNone
		}
	}
	u.cc = cc
	if control&0xC0 != 0 {
		return packetLen, ev | evScrambled
	}
	if p[1]&0x40 != 0 {
		u.state = pesHeader
		u.partly = u.partly[:0]
	}
	switch u.state {
	case pesPayload:
		return from, ev
	case pesHeader:
		n := u.header(p[from:packetLen])
		if u.state == pesPayload {
			return from + n, ev | evStart
		}
	}
	return packetLen, ev
}

// header takes bytes of a PES header and returns how many of b belong to it.
func (u *unpacker) header(b []byte) int {
	before := len(u.partly)
	h := b
	if before > 0 {
		u.partly = append(u.partly, b[:min(len(b), maxHeader-before)]...)
		h = u.partly
	}
	if len(h) < 9 {
		if before == 0 {
			u.partly = append(u.partly, b...)
		}
		if len(h) >= 4 && !hasMedia(h) {
			u.state = pesNone
		}
		return len(b)
	}
	if !hasMedia(h) {
		u.state = pesNone
		return len(b)
	}
	n := 9 + int(h[8])
	if len(h) < n {
		if before == 0 {
			u.partly = append(u.partly, b...)
		}
		return len(b)
	}
	u.head = h[:n]
	u.state = pesPayload
	return n - before
}

// hasMedia says whether h begins a PES packet of a kind that has the optional header: 2.4.3.7.
func hasMedia(h []byte) bool {
	if h[0] != 0 || h[1] != 0 || h[2] != 1 {
		return false
	}
	switch h[3] {
	case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF:
		return false
	}
	return h[3] >= 0xBD
}

// stamps are the times of a PES header, 33 bits at 90 kHz.
type stamps struct {
	pts, dts       int64
	hasPTS, hasDTS bool
	signalled      int // discontinuity_indicators before
}

// times reads PTS and DTS. Without a DTS it is the PTS.
func times(head []byte) (s stamps) {
	flags := head[7] >> 6
	if flags&2 == 0 || len(head) < 14 {
		return s
	}
	s.pts = stamp(head[9:14])
	s.dts = s.pts
	s.hasPTS = true
	if flags == 3 && len(head) >= 19 {
		s.dts = stamp(head[14:19])
		s.hasDTS = true
	}
	return s
}

func stamp(b []byte) int64 {
	return int64(b[0]>>1&7)<<30 | int64(b[1])<<22 | int64(b[2]>>1)<<15 | int64(b[3])<<7 | int64(b[4]>>1)
}

// pidOf returns a packet's PID.
func pidOf(p []byte) int { return int(p[1]&0x1F)<<8 | int(p[2]) }
