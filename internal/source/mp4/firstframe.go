package mp4

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// maxFrame is enough of a sample to see the headers of all the sync frames of E-AC-3 in it.
const maxFrame = 16 << 10

// firstFrame describes a track whose sample entry does not (MP3; AC-3 in an mp4a entry) by its first sample.
func (s *scan) firstFrame(t *track) {
	m := &t.media
	switch m.Codec {
	case media.MP3, media.AC3, media.EAC3:
	default:
		return
	}
	if t.samples == 0 || m.Encryption != nil {
		return
	}
	p := make([]byte, min(t.first.Size, maxFrame))
	if n, err := s.f.ReadAt(p, t.first.Offset); n < len(p) {
		s.warn.addf("track %d: its first sample cannot be read: %v", m.ID, err)
		return
	}
	var err error
	switch m.Codec {
	case media.MP3:
		if _, _, _, _, _, err = codec.MP3Frame(p); err == nil {
			m.Config = bytes.Clone(p[:4])
		}
	default:
		said := m.Codec
		if m.Codec, m.Config, _, _, _, err = codec.AC3Frame(p); m.Codec == media.EAC3 {
			m.Config, err = codec.EAC3Config(p)
		}
		if err != nil {
			m.Codec, m.Config = said, nil
		}
	}
	if err == nil {
		err = codec.Describe(m)
	}
	if err != nil {
		s.warn.addf("track %d: its first sample does not say what it is: %v", m.ID, err)
	}
}
