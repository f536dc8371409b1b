package flv

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/media"
)

// maxEpochs is how many bytes of parameter sets a Track keeps.
const maxEpochs = 4 << 20

const epochHeader = 12

// addEpoch notes that parameter sets hold from a byte of the file on. A Track's Private has for each such epoch the offset (8 bytes), the number of bytes (4), and
// the parameter sets as they stand in front of a Sample.
func (t *track) addEpoch(off int64, sets []byte) {
	p := binary.BigEndian.AppendUint64(t.Private, uint64(off))
	p = binary.BigEndian.AppendUint32(p, uint32(len(sets)))
	t.Private = append(p, sets...)
}

// setsAt returns the parameter sets that hold at off.
func setsAt(private []byte, off int64) (sets []byte) {
	for len(private) >= epochHeader && int64(binary.BigEndian.Uint64(private)) <= off {
		n := int(binary.BigEndian.Uint32(private[8:]))
		if private = private[epochHeader:]; n > len(private) {
			break
		}
		sets, private = private[:n], private[n:]
	}
	return sets
}

// inFront returns the parameter sets of a configuration record (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1) as NAL units with lengths of length bytes,
// nil when the record is cut off.
func inFront(c media.Codec, b []byte, length int) (sets []byte) {
	take := func(at, n int) int {
		for range n {
			if at < 0 || at+2 > len(b) {
				return -1
			}
			size := int(binary.BigEndian.Uint16(b[at:]))
			if at += 2; at+size > len(b) || length == 1 && size > 255 {
				return -1
			}
			for i := length - 1; i >= 0; i-- {
				sets = append(sets, byte(size>>(8*i)))
			}
			sets = append(sets, b[at:at+size]...)
			at += size
		}
		return at
	}
	at := -1
	switch {
	case c == media.AVC && len(b) > 6:
		if at = take(6, int(b[5]&31)); at >= 0 && at < len(b) {
			at = take(at+1, int(b[at]))
		}
	case c == media.HEVC && len(b) > 22:
		at = 23
		for range int(b[22]) {
			if at < 0 || at+3 > len(b) {
				return nil
			}
			at = take(at+3, int(binary.BigEndian.Uint16(b[at+1:])))
		}
	}
	if at < 0 {
		return nil
	}
	return sets
}
