package cenc

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
)

// superframes walks over the frames of a sample: all but their uncompressed headers, and the index of a superframe, is protected (VP Codec ISO Media File Format Binding, 3).
func (m *Mapper) superframes(size int, v View) error {
	const mostIndex = 2 + 8*4
	tail := min(size, mostIndex)
	b, err := v.Peek(size-tail, tail)
	if err != nil {
		return err
	}
	var room [8]int
	frames, index := bitstream.VP9Superframe(room[:0], b)
	if index == 0 {
		frames = append(room[:0], size)
	}
	at := 0
	for _, n := range frames {
		if n > size-index-at {
			break // it is damaged
		}
		if n == 0 {
			continue
		}
		b, err := v.Peek(at, min(n, bitstream.VP9HeaderPeek))
		if err != nil {
			return err
		}
		m.behind = size - at - n
		if header, err := m.frames.HeaderSize(b); err == nil && header < n {
			m.put(header, n-header)
		} else {
			m.clear += n
		}
		at += n
	}
	m.clear += size - at
	return nil
}
