package mpegts

import "encoding/binary"

// startCode returns the index of the next 00 00 01 from index from on, -1 when there is none. Every byte of video goes through here, so it
// looks for two zeros in a row at 16 places at a time: a byte of v|v' is 0 where a byte and the next one are.
func startCode(b []byte, from int) int {
	const low, high = 0x0101010101010101, 0x8080808080808080
	i := from
	for ; i+18 <= len(b); i += 16 {
		c := b[i : i+18 : i+18]
		v := binary.LittleEndian.Uint64(c) | binary.LittleEndian.Uint64(c[1:])
		w := binary.LittleEndian.Uint64(c[8:]) | binary.LittleEndian.Uint64(c[9:])
		if ((v-low)&^v|(w-low)&^w)&high == 0 {
			continue
		}
		for k := range 16 {
			if c[k] == 0 && c[k+1] == 0 && c[k+2] == 1 {
				return i + k
			}
		}
	}
	for ; i+3 <= len(b); i++ {
		if b[i] == 0 && b[i+1] == 0 && b[i+2] == 1 {
			return i
		}
	}
	return -1
}
