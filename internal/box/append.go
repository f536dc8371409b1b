package box

import "encoding/binary"

// Begin appends a box header of type typ (four characters) and returns the mark that End needs.
func Begin(dst []byte, typ string) (out []byte, mark int) {
	mark = len(dst)
	dst = append(dst, 0, 0, 0, 0)
	return append(dst, typ[:4]...), mark
}

// BeginFull is Begin for a FullBox (ISO/IEC 14496-12, 4.2): version and 24 bits of flags follow the type.
func BeginFull(dst []byte, typ string, version uint8, flags uint32) (out []byte, mark int) {
	dst, mark = Begin(dst, typ)
	return U32(dst, uint32(version)<<24|flags&0xffffff), mark
}

// End fills in the size of the box begun at mark.
func End(dst []byte, mark int) []byte {
	binary.BigEndian.PutUint32(dst[mark:], uint32(len(dst)-mark))
	return dst
}

// U8, U16, U32 and U64 append big-endian integers.
func U8(dst []byte, v uint8) []byte { return append(dst, v) }

// U16 appends 16 bits.
func U16(dst []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(dst, v) }

// U32 appends 32 bits.
func U32(dst []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(dst, v) }

// U64 appends 64 bits.
func U64(dst []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(dst, v) }

// Zeros appends n zero bytes: reserved fields.
func Zeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, 0)
	}
	return dst
}

// Text appends s and its terminating zero.
func Text(dst []byte, s string) []byte { return append(append(dst, s...), 0) }
