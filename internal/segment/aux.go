package segment

import (
	"encoding/binary"
	"io"

	"github.com/dashwright/dashwright/internal/box"
)

// auxInfo is where one sample's auxiliary information stands in the source file.
type auxInfo struct {
	offset int64
	size   uint16
}

// appendAux appends saiz, saio and senc (ISO/IEC 23001-7, 7.2; ISO/IEC 14496-12, 8.7.8 and 8.7.9) with the auxiliary information as it is in the source file. What is
// in a sample's besides an IV of ivSize bytes are its subsamples.
func appendAux(b []byte, infos []auxInfo, ivSize uint8, moof int, from io.ReaderAt) ([]byte, error) {
	b, m := box.BeginFull(b, "saiz", 0, 0)
	b = box.U8(b, 0) // each has its own size
	b = box.U32(b, uint32(len(infos)))
	for _, in := range infos {
		b = box.U8(b, uint8(in.size))
	}
	b = box.End(b, m)
	b, m = box.BeginFull(b, "saio", 0, 0)
	b = box.U32(b, 1)
	offset := len(b)
	b = box.U32(b, 0)
	b = box.End(b, m)
	b, m = box.BeginFull(b, "senc", 0, 0)
	flags := m + 8
	b = box.U32(b, uint32(len(infos)))
	binary.BigEndian.PutUint32(b[offset:], uint32(len(b)-moof))
	subsamples := false
	for i := 0; i < len(infos); {
		// What stands together is read at once: that is a whole fragment as a rule.
		run, size := 1, int(infos[i].size)
		for i+run < len(infos) && infos[i+run].offset == infos[i].offset+int64(size) {
			size += int(infos[i+run].size)
			run++
		}
		at := len(b)
		b = box.Zeros(b, size)
		if size > 0 {
			if _, err := from.ReadAt(b[at:], infos[i].offset); err != nil {
				return nil, &SourceError{err}
			}
		}
		for _, in := range infos[i : i+run] {
			subsamples = subsamples || in.size > uint16(ivSize)
		}
		i += run
	}
	if subsamples {
		b[flags+3] = 2
	}
	return box.End(b, m), nil
}
