package cenc

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
)

// obuPeek is how many bytes of an OBU its header has at most.
const obuPeek = 2 + 8

// obus walks over the OBUs of a temporal unit: tiles are protected, all else is in the clear (AV1 Codec ISO Media File Format Binding, 4).
func (m *Mapper) obus(size int, v View) error {
	for at := 0; at < size; {
		b, err := v.Peek(at, min(size-at, obuPeek))
		if err != nil {
			return err
		}
		h, ok := bitstream.ParseOBUHeader(b, size-at)
		if !ok {
			m.clear += size - at // it is damaged: nobody can decode it
			return nil
		}
		m.clear += h.Bytes
		at += h.Bytes
		if err := m.obu(h, at, size, v); err != nil {
			return err
		}
		at += h.Size
	}
	return nil
}

// obu takes the payload of an OBU, which is at a place in the sample of size bytes.
func (m *Mapper) obu(h bitstream.OBUHeader, at, size int, v View) error {
	b, err := v.Peek(at, min(h.Size, bitstream.HeaderPeek))
	if err != nil {
		return err
	}
	start, tiles, err := m.tiles.OBU(h, b)
	if err != nil || tiles == 0 {
		// A frame whose header cannot be read cannot be decoded either: it stays as it is.
		m.clear += h.Size
		return nil
	}
	end := at + h.Size
	at += start
	m.clear += start
	for ; tiles > 0; tiles-- {
		length := end - at
		if n := m.tiles.TileBytes(); tiles > 1 && length >= n {
			b, err := v.Peek(at, n)
			if err != nil {
				return err
			}
			length = 1
			for i, x := range b {
				length += int(x) << (8 * i)
			}
			at += n
			m.clear += n
		}
		if length > end-at {
			m.clear += end - at
			return nil
		}
		m.behind = size - at - length
		m.put(0, length)
		at += length
	}
	m.clear += end - at
	return nil
}
