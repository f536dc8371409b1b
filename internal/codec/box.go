package codec

import "encoding/binary"

// openBox appends the header of a box (ISO/IEC 14496-12, 4.2) whose size closeBox fills in, and returns where it begins.
func openBox(dst []byte, code string) (b []byte, start int) {
	start = len(dst)
	dst = append(dst, 0, 0, 0, 0)
	return append(dst, code...), start
}

func closeBox(dst []byte, start int) []byte {
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}

// appendBox appends a whole box.
func appendBox(dst []byte, code string, payload ...byte) []byte {
	dst, start := openBox(dst, code)
	return closeBox(append(dst, payload...), start)
}

// children calls yield with each box in b, until it returns false. It stops where there is no whole box any more: QuickTime ends
// a list with 4 zero bytes, and what is cut off is lost.
func children(b []byte, yield func(code string, payload []byte) bool) {
	for len(b) >= 8 {
		size := uint64(binary.BigEndian.Uint32(b))
		head := uint64(8)
		switch size {
		case 0:
			size = uint64(len(b))
		case 1:
			if len(b) < 16 {
				return
			}
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size < head || size > uint64(len(b)) {
			return
		}
		if !yield(string(b[4:8]), b[head:size:size]) {
			return
		}
		b = b[size:]
	}
}

// child returns the payload of the first box of a type in b, nil when there is none.
func child(b []byte, code string) (payload []byte) {
	children(b, func(c string, p []byte) bool {
		if c == code {
			payload = p
		}
		return c != code
	})
	return payload
}
