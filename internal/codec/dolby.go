package codec

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/media"
)

// DolbyChannels returns the channel locations of an AC-3 or E-AC-3 track as 4 hexadecimal digits: the value of AudioChannelConfiguration with the
// scheme tag:dolby.com,2014:dash:audio_channel_configuration:2011 (ETSI TS 102 366, E.1.3.1.8 and I.1.2.1). "" when t.Config does not say.
func DolbyChannels(t *media.Track) string {
	var acmod, lfe, locations uint32
	c := t.Config
	switch {
	case t.Codec == media.AC3 && len(c) >= 3:
		v := uint32(c[0])<<16 | uint32(c[1])<<8 | uint32(c[2])
		acmod, lfe = v>>11&7, v>>10&1
	case t.Codec == media.EAC3 && len(c) >= 5:
		v := uint32(c[2])<<16 | uint32(c[3])<<8 | uint32(c[4])
		acmod, lfe = v>>9&7, v>>8&1
		if v>>1&15 > 0 && len(c) >= 6 { // dependent substreams
			locations = v&1<<8 | uint32(c[5])
		}
	default:
		return ""
	}
	m := [...]uint32{0xA000, 0x4000, 0xA000, 0xE000, 0xA100, 0xE100, 0xB800, 0xF800}[acmod] | lfe
	for i, bit := range [...]uint32{0x0400, 0x0200, 0x0100, 0x0080, 0x0040, 0x0020, 0x0010, 0x0008, 0x0002} {
		if locations>>i&1 != 0 {
			m |= bit
		}
	}
	return fmt.Sprintf("%04X", m)
}
