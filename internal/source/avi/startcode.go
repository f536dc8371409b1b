package avi

import "bytes"

// unit is a NAL unit in a chunk: its bytes, without start code and trailing zeros, and what it is.
type unit struct {
	start, end int
	kind       kind
	random     bool // decoding may start here
}

// kind is what matters of a NAL unit here.
type kind uint8

const (
	kindOther   kind = iota // served as it is
	kindSet                 // a parameter set: served where they change
	kindDropped             // an access unit delimiter or filler data
	kindPicture             // a slice
)

// units appends the NAL units of an Annex B byte stream (ISO/IEC 14496-10, B.1.1) to dst.
func units(dst []unit, b []byte) []unit {
	for code := startCode(b, 0); code < len(b); {
		start := code + 3
		code = startCode(b, start)
		end := code
		for end > start && b[end-1] == 0 {
			end--
		}
		if end > start {
			dst = append(dst, unit{start: start, end: end})
		}
	}
	return dst
}

// startCode returns the index of the next 00 00 01 in b from at on, or len(b). The search for a single byte is the fastest there is, and of the
// three it is the 01 that is found least often for nothing.
func startCode(b []byte, at int) int {
	for i := at + 2; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], 1)
		if n < 0 {
			break
		}
		if i += n; b[i-1] == 0 && b[i-2] == 0 {
			return i - 2
		}
	}
	return len(b)
}
