package mpegts

import "bytes"

const (
	packetLen = 188
	syncByte  = 0x47
	maxStride = 204
	// syncRun is how many sync bytes in a row, one stride apart, make a phase believable.
	syncRun = 5
	// sniffRun is the same for a whole file, where a mistake costs more.
	sniffRun = 8
)

// strides are the distances between sync bytes: plain, M2TS, with Reed-Solomon parity.
func strides() [3]int { return [3]int{packetLen, 192, maxStride} }

// Sniff recognises a transport stream by sync bytes at one stride, leading garbage allowed.
func Sniff(head []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(head[at:], syncByte)
		if i < 0 {
			return false
		}
		at += i
		for _, s := range strides() {
			n := 0
			for p := at; p < len(head) && n < sniffRun && head[p] == syncByte; p += s {
				n++
			}
			if n == sniffRun || n >= 3 && at+n*s >= len(head) && at < s {
				return true
			}
		}
	}
}

// findSync returns the first place in b, from index from on, where packets begin, and their stride; -1 when there is none. Near the end of
// the file (end) fewer than syncRun packets suffice.
func findSync(b []byte, from int, end bool) (at, stride int) {
	for at = from; at < len(b); at++ {
		i := bytes.IndexByte(b[at:], syncByte)
		if i < 0 {
			return -1, 0
		}
		at += i
		for _, s := range strides() {
			n, p := 0, at
			for p < len(b) && n < syncRun && b[p] == syncByte {
				n++
				p += s
			}
			if n == syncRun || end && n >= 2 && p >= len(b) {
				return at, s
			}
		}
	}
	return -1, 0
}
