package matroska

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

const (
	// unknownSize is an element's size when all its bits are ones (RFC 8794, 6.2).
	unknownSize = -1
	// headerSize is the longest element header: 4 bytes of ID, 8 of size.
	headerSize = 12
)

// parseElement reads an element header: its ID with marker, the payload's size and the header's own length, 0 when
// b does not begin with a whole element header.
func parseElement(b []byte) (id uint32, size int64, n int) {
	if len(b) < 2 || b[0] < 0x10 {
		return 0, 0, 0
	}
	idLen := bits.LeadingZeros8(b[0]) + 1
	if len(b) <= idLen {
		return 0, 0, 0
	}
	for _, c := range b[:idLen] {
		id = id<<8 | uint32(c)
	}
	v, m := vint(b[idLen:])
	if m == 0 {
		return 0, 0, 0
	}
	if v == 1<<(7*m)-1 {
		return id, unknownSize, idLen + m
	}
	return id, int64(v), idLen + m
}

// vint reads a variable-size integer without its marker (RFC 8794, 4): its value and length, 0 when there is none.
func vint(b []byte) (v uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if len(b) < n {
		return 0, 0
	}
	v = uint64(b[0]) & (1<<(8-n) - 1)
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n
}

// child is an element of a master element that is held in memory.
type child struct {
	id     uint32
	data   []byte
	offset int64 // in the file, of the payload
}

// children calls yield with every child of the master element whose payload is b and stands at offset in the file. Void and CRC-32 are left out.
func children(b []byte, offset int64, yield func(c child) error) error {
	for i := 0; i < len(b); {
		id, size, n := parseElement(b[i:])
		if n == 0 {
			return errs.Errorf(errs.Invalid, "no EBML element at byte %d", offset+int64(i))
		}
		rest := int64(len(b) - i - n)
		if size == unknownSize || size > rest {
			return errs.Errorf(errs.Invalid, "element %#x at byte %d is longer than the one that holds it", id, offset+int64(i))
		}
		i += n
		if id != idVoid && id != idCRC32 {
			if err := yield(child{id, b[i : i+int(size)], offset + int64(i)}); err != nil {
				return err
			}
		}
		i += int(size)
	}
	return nil
}

// uint reads an unsigned integer of up to 8 bytes; no bytes are 0.
func (c child) uint() uint64 {
	if len(c.data) > 8 {
		return math.MaxUint64
	}
	var v uint64
	for _, b := range c.data {
		v = v<<8 | uint64(b)
	}
	return v
}

// int reads a signed integer of up to 8 bytes.
func (c child) int() int64 {
	n := len(c.data)
	if n == 0 || n > 8 {
		return 0
	}
	return int64(c.uint()<<(64-8*n)) >> (64 - 8*n)
}

// float reads a float of 0, 4 or 8 bytes; anything that is no number is 0.
func (c child) float() float64 {
	var v float64
	switch len(c.data) {
	case 4:
		v = float64(math.Float32frombits(binary.BigEndian.Uint32(c.data)))
	case 8:
		v = math.Float64frombits(binary.BigEndian.Uint64(c.data))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// string reads a string, which zeros may pad (RFC 8794, 7.4).
func (c child) string() string {
	b, _, _ := bytes.Cut(c.data, []byte{0})
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// uint32 reads an unsigned integer, clamped to 32 bits.
func (c child) uint32() uint32 { return uint32(min(c.uint(), math.MaxUint32)) }
