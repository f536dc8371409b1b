package mpegts

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// adts finds AAC frames with ADTS headers (ISO/IEC 14496-3, 1.A.2).
type adts struct {
	configs variants[[]byte]
	key     [2]byte // of the header last read: profile, sampling rate, channels
	variant int     // and which configuration that was
}

func (a *adts) next(b []byte, _ bool) (frame, status) {
	if b[0] != 0xFF || len(b) > 1 && b[1]&0xF6 != 0xF0 {
		return frame{}, frameNone
	}
	if len(b) < 7 {
		return frame{}, frameShort
	}
	h, err := codec.ParseADTS(b)
	if err != nil || h.Frame <= h.Header {
		return frame{}, frameNone
	}
	f := frame{skip: h.Header, size: h.Frame - h.Header, total: h.Frame}
	if h.Blocks > 1 { // they have no lengths of their own
		f.samples, f.variant = 1024*h.Blocks, foreign
		return f, frameFound
	}
	key := [2]byte{b[2] &^ 2, b[3] & 0xC0}
	if len(a.configs) == 0 || key != a.key {
		if len(b) < h.Frame && h.Channels == 0 {
			return f, frameShort
		}
		config, _, _, err := codec.AACFromADTS(b)
		if err != nil {
			return frame{}, frameNone
		}
		a.key, a.variant = key, a.configs.find(config, bytes.Equal)
	}
	f.variant = a.variant
	return f, frameFound
}

func (a *adts) describe(t *media.Track, variant int) bool {
	if variant >= len(a.configs) {
		return false
	}
	t.Codec, t.Config = media.AAC, a.configs[variant]
	return true
}

// mpegAudio finds MPEG-1 and MPEG-2 audio frames (ISO/IEC 11172-3, 13818-3).
type mpegAudio struct {
	kinds variants[mpegKind]
}

// mpegKind is what must not change in MPEG audio.
type mpegKind struct {
	header      [4]byte // of the first frame
	layer, rate int
	channels    int
}

func (a *mpegAudio) next(b []byte, _ bool) (frame, status) {
	if b[0] != 0xFF || len(b) > 1 && b[1]&0xE0 != 0xE0 {
		return frame{}, frameNone
	}
	if len(b) < 4 {
		return frame{}, frameShort
	}
	size, samples, rate, channels, layer, err := codec.MP3Frame(b)
	if err != nil || size < 4 {
		return frame{}, frameNone
	}
	variant := a.kinds.find(mpegKind{[4]byte(b), layer, rate, channels}, func(a, b mpegKind) bool {
		return a.layer == b.layer && a.rate == b.rate
	})
	return frame{size: size, total: size, samples: samples, variant: variant}, frameFound
}

func (a *mpegAudio) describe(t *media.Track, variant int) bool {
	if variant >= len(a.kinds) {
		return false
	}
	k := &a.kinds[variant]
	t.Codec = [...]media.Codec{1: "MP1", 2: "MP2", 3: media.MP3}[k.layer]
	t.Config, t.SampleRate, t.Channels = k.header[:], uint32(k.rate), uint16(k.channels)
	return true
}

// dolby finds AC-3 and E-AC-3 access units (ETSI TS 102 366). One of E-AC-3 has all substreams, and as many frames as make six audio blocks (F.1).
type dolby struct {
	kinds variants[dolbyKind]
}

// dolbyKind is what must not change in Dolby audio, and the configuration of the first access unit.
type dolbyKind struct {
	codec  media.Codec
	rate   int
	config []byte
}

// dolbyHeader is how many bytes codec.AC3Size wants.
const dolbyHeader = 8

func (d *dolby) next(b []byte, all bool) (f frame, s status) {
	var first media.Codec
	var rate int
	for {
		rest := b[f.total:]
		c, size, samples, hz, s := dolbyFrame(rest)
		if f.total > 0 && (s == frameNone || s == frameShort && all || c != first || samples > 0 && (f.samples >= 1536 || hz != rate) && rest[2]>>3&7 == 0) {
			break
		}
		if s == frameFound && f.total == 0 && (samples == 0 || c == media.EAC3 && rest[2]>>3&7 != 0) {
			s = frameNone
		}
		if s != frameFound {
			return frame{}, s
		}
		if size > len(rest) {
			return frame{}, frameShort
		}
		if f.total == 0 {
			first, rate = c, hz
		}
		if c == media.AC3 || rest[2]>>3&7 == 0 { // of several programs in one stream the first counts
			f.samples += samples
		}
		f.total += size
		if c == media.AC3 || f.total == len(b) && all || f.total > maxDolby {
			break
		}
		if f.total == len(b) {
			return frame{}, frameShort
		}
	}
	f.size = f.total
	k := dolbyKind{codec: first, rate: rate}
	if f.variant = d.kinds.find(k, func(a, b dolbyKind) bool { return a.codec == b.codec && a.rate == b.rate }); f.variant == foreign {
		return f, frameFound
	}
	if k := &d.kinds[f.variant]; k.config == nil && !k.configure(b[:f.total]) {
		return frame{}, frameNone
	}
	return f, frameFound
}

// maxDolby is more than the frames of an access unit have together.
const maxDolby = 1 << 15

// configure takes the configuration of an access unit.
func (k *dolbyKind) configure(unit []byte) bool {
	var err error
	if k.codec == media.EAC3 {
		k.config, err = codec.EAC3Config(unit)
	} else {
		_, k.config, _, _, _, err = codec.AC3Frame(unit)
	}
	return err == nil
}

// dolbyFrame reads one sync frame's header. samples is 0 for a dependent substream.
func dolbyFrame(b []byte) (c media.Codec, size, samples, rate int, s status) {
	if b[0] != 0x0B || len(b) > 1 && b[1] != 0x77 {
		return "", 0, 0, 0, frameNone
	}
	if len(b) < dolbyHeader {
		return "", 0, 0, 0, frameShort
	}
	c, size, samples, rate, err := codec.AC3Size(b)
	if err != nil {
		return "", 0, 0, 0, frameNone
	}
	return c, size, samples, rate, frameFound
}

func (d *dolby) describe(t *media.Track, variant int) bool {
	if variant >= len(d.kinds) || d.kinds[variant].config == nil {
		return false
	}
	k := &d.kinds[variant]
	t.Codec, t.Config, t.SampleRate = k.codec, k.config, uint32(k.rate)
	return true
}

// opus finds Opus packets with control headers (ETSI TS 103 491, annex B).
type opus struct {
	channels int // channel_config_code
	seen     bool
	preSkip  int
}

func (o *opus) next(b []byte, _ bool) (frame, status) {
	if b[0] != 0x7F || len(b) > 1 && b[1]&0xE0 != 0xE0 {
		return frame{}, frameNone
	}
	at := 2
	f := frame{}
	for {
		if at >= len(b) {
			return f, frameShort
		}
		n := int(b[at])
		f.size += n
		at++
		if n != 0xFF {
			break
		}
		if f.size > 1<<16 {
			return f, frameNone
		}
	}
	trim := 0
	if b[1]&0x10 != 0 { // start_trim_flag
		if at+2 > len(b) {
			return f, frameShort
		}
		trim = int(b[at]&0x1F)<<8 | int(b[at+1])
		at += 2
	}
	if b[1]&0x08 != 0 { // end_trim_flag
		at += 2
	}
	if b[1]&0x04 != 0 { // control_extension_flag
		if at >= len(b) {
			return f, frameShort
		}
		at += 1 + int(b[at])
	}
	f.skip, f.total = at, at+f.size
	if f.total > len(b) {
		return f, frameShort
	}
	if f.size == 0 {
		return f, frameNone
	}
	if f.samples = codec.OpusSamples(b[at:f.total]); f.samples <= 0 {
		return f, frameNone
	}
	if !o.seen {
		o.seen, o.preSkip = true, trim
	}
	return f, frameFound
}

// describe makes the dOps payload (Encapsulation of Opus in ISO BMFF, 4.3.2) that channel_config_code stands for.
func (o *opus) describe(t *media.Track, _ int) bool {
	code := o.channels
	if code < 1 || code > 8 {
		code = 2
	}
	t.Codec, t.SampleRate, t.Channels = media.Opus, 48000, uint16(code)
	t.Config = []byte{0, byte(code), byte(o.preSkip >> 8), byte(o.preSkip), 0, 0, 0xBB, 0x80, 0, 0, 0}
	if code > 2 { // mapping family 1: RFC 7845, 5.1.1.2
		streams := [...]byte{3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 5}[code]
		coupled := [...]byte{3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3}[code]
		order := [...]string{3: "\x00\x02\x01", 4: "\x00\x01\x02\x03", 5: "\x00\x04\x01\x02\x03", 6: "\x00\x04\x01\x02\x03\x05",
			7: "\x00\x04\x01\x02\x03\x05\x06", 8: "\x00\x06\x01\x02\x03\x04\x05\x07"}[code]
		t.Config[10] = 1
		t.Config = append(append(t.Config, streams, coupled), order...)
	}
	t.Priming = media.Ticks(o.preSkip)
	return o.seen
}
