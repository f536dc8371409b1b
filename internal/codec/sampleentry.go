package codec

import (
	"bytes"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// AppendSampleEntry appends the whole sample entry box of t as it stands in stsd: avc1 or avc3 with avcC (+pasp, colr where known), …
// For an encrypted track it is encv or enca with sinf (frma, schm, schi/tenc). (ISO/IEC 14496-12, 8.5.2 and 12; 14496-15, 5.4.2; 14496-30, 7.5;
// and each codec's own binding.) A codec that is not served gives errs.Unsupported; a missing or damaged record, errs.Invalid.
func AppendSampleEntry(dst []byte, t *media.Track) ([]byte, error) {
	code := entryCode(t)
	if code == "" {
		return dst, errs.Errorf(errs.Unsupported, "track %d: %s cannot be put into a sample entry", t.ID, t.Codec)
	}
	start := len(dst)
	var out []byte
	var err error
	switch t.Codec {
	case media.AVC, media.HEVC, media.AV1, media.VP9:
		out, err = appendVisual(dst, t, code)
	case media.WVTT:
		out = appendWVTT(dst, t)
	case media.STPP:
		out = appendSTPP(dst, t)
	default:
		out, err = appendAudio(dst, t, code)
	}
	if err != nil {
		return dst[:start], err
	}
	return out, nil
}

// openEntry opens a sample entry with its 6 reserved bytes and data_reference_index 1.
func openEntry(dst []byte, code string) ([]byte, int) {
	dst, start := openBox(dst, code)
	return append(dst, 0, 0, 0, 0, 0, 0, 0, 1), start
}

// appendVisual appends a VisualSampleEntry (ISO/IEC 14496-12, 12.1.3).
func appendVisual(dst []byte, t *media.Track, code string) ([]byte, error) {
	p, err := pictureOf(t)
	if err != nil {
		return nil, err
	}
	width, height := t.Width, t.Height
	if p != nil && p.Width != 0 && width == 0 {
		width, height = p.Width, p.Height
	}
	if width == 0 || height == 0 || width > bitstream.MaxDimension || height > bitstream.MaxDimension {
		return nil, errs.Errorf(errs.Invalid, "track %d (%s): a picture of %d×%d cannot be put into a sample entry", t.ID, t.Codec, width, height)
	}
	name := code
	if t.Encryption != nil {
		name = "encv"
	}
	dst, start := openEntry(dst, name)
	dst = append(dst, make([]byte, 16)...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(width))
	dst = binary.BigEndian.AppendUint16(dst, uint16(height))
	dst = append(dst, 0, 0x48, 0, 0, 0, 0x48, 0, 0, 0, 0, 0, 0, 0, 1) // 72 dpi, reserved, frame_count
	dst = append(dst, make([]byte, 32)...)                            // compressorname
	dst = append(dst, 0, 0x18, 0xff, 0xff)                            // depth, pre_defined
	dst = appendVideoConfig(dst, t, code)
	if needsAspect(t, p) {
		var pasp int
		dst, pasp = openBox(dst, "pasp")
		dst = binary.BigEndian.AppendUint32(dst, t.SAR.Num)
		dst = binary.BigEndian.AppendUint32(dst, t.SAR.Den)
		dst = closeBox(dst, pasp)
	}
	if p != nil && p.Colour.Known {
		c := p.Colour
		dst = appendBox(dst, "colr", 'n', 'c', 'l', 'x', 0, c.Primaries, 0, c.Transfer, 0, c.Matrix, byte(flagBit(c.Full))<<7)
	}
	if t.Encryption != nil {
		dst = appendProtection(dst, t)
	}
	return closeBox(dst, start), nil
}

// needsAspect says whether the sample aspect ratio must be written: readers take squares for granted, unless the bitstream has told them otherwise.
func needsAspect(t *media.Track, p *bitstream.Picture) bool {
	if t.SAR.IsZero() {
		return false
	}
	return t.SAR.Num != t.SAR.Den || p != nil && !p.SAR.IsZero() && p.SAR != t.SAR
}

// appendVideoConfig appends avcC, hvcC, av1C or vpcC.
func appendVideoConfig(dst []byte, t *media.Track, code string) []byte {
	switch t.Codec {
	case media.AVC:
		return appendBox(dst, "avcC", t.Config...)
	case media.HEVC:
		at := len(dst) + 8
		dst = appendBox(dst, "hvcC", t.Config...)
		if code == "hev1" {
			clearCompleteness(dst[at:])
		}
		return dst
	case media.AV1:
		return appendBox(dst, "av1C", t.Config...)
	}
	return appendBox(dst, "vpcC", append([]byte{1, 0, 0, 0}, t.Config...)...)
}

// clearCompleteness says in an HEVC record that parameter sets may also be in the samples (ISO/IEC 14496-15, 8.3.3.1.3).
// The record has been parsed before: its arrays are whole.
func clearCompleteness(record []byte) {
	rest := record[hevcRecordSize:]
	for range record[22] {
		rest[0] &^= 0x80
		_, rest, _ = takeSets(rest[3:], int(be16(rest[1:])))
	}
}

// appendAudio appends an AudioSampleEntry (ISO/IEC 14496-12, 12.2.3).
func appendAudio(dst []byte, t *media.Track, code string) ([]byte, error) {
	if len(t.Config) == 0 && t.Codec != media.MP3 {
		return nil, noConfig(t)
	}
	if err := Describe(&media.Track{Codec: t.Codec, Config: t.Config}); err != nil {
		return nil, err
	}
	name := code
	if t.Encryption != nil {
		name = "enca"
	}
	channels, depth := t.Channels, uint16(16)
	if channels == 0 {
		channels = 2
	}
	if t.Codec == media.FLAC {
		if i, err := parseFLAC(t.Config); err == nil {
			depth = i.depth
		}
	}
	dst, start := openEntry(dst, name)
	dst = append(dst, make([]byte, 8)...)
	dst = binary.BigEndian.AppendUint16(dst, channels)
	dst = binary.BigEndian.AppendUint16(dst, depth)
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.BigEndian.AppendUint16(dst, entryRate(t.SampleRate))
	dst = append(dst, 0, 0)
	switch t.Codec {
	case media.AAC:
		dst = appendESDS(dst, oiMPEG4Audio, t.Config)
	case media.MP3:
		dst = appendESDS(dst, mp3ObjectType(t), nil)
	case media.AC3:
		dst = appendBox(dst, "dac3", t.Config...)
	case media.EAC3:
		dst = appendBox(dst, "dec3", t.Config...)
	case media.Opus:
		dst = appendBox(dst, "dOps", t.Config...)
	case media.FLAC:
		dst = appendBox(dst, "dfLa", append([]byte{0, 0, 0, 0}, t.Config...)...)
	}
	if t.Encryption != nil {
		dst = appendProtection(dst, t)
	}
	return closeBox(dst, start), nil
}

// entryRate returns the samplerate field's whole part: 16 bits. A higher rate is divided until it fits (Encapsulation of FLAC in ISO BMFF, 3.3.1).
func entryRate(rate uint32) uint16 {
	for div := uint32(2); rate > 65535 && div <= 16; div++ {
		if rate%div == 0 && rate/div <= 65535 {
			return uint16(rate / div)
		}
	}
	return uint16(min(rate, 65535))
}

// appendWVTT appends a WVTTSampleEntry (ISO/IEC 14496-30, 7.5).
func appendWVTT(dst []byte, t *media.Track) []byte {
	header := t.Config
	if len(header) == 0 {
		header = []byte("WEBVTT")
	}
	dst, start := openEntry(dst, "wvtt")
	return closeBox(appendBox(dst, "vttC", header...), start)
}

// appendSTPP appends an XMLSubtitleSampleEntry (ISO/IEC 14496-12, 12.6.3).
func appendSTPP(dst []byte, t *media.Track) []byte {
	const ttml = "http://www.w3.org/ns/ttml"
	dst, start := openEntry(dst, "stpp")
	config := stppStrings(t.Config)
	if len(config) == 0 {
		config = []byte(ttml + "\x00\x00\x00")
	}
	return closeBox(append(dst, config...), start)
}

// stppStrings returns the three strings that begin b, with their terminating zeros. What is missing is empty; nil when there is none at all.
func stppStrings(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	end := 0
	for i := range 3 {
		n := bytes.IndexByte(b[end:], 0)
		if n < 0 {
			return append(bytes.Clone(b), make([]byte, 3-i)...)
		}
		end += n + 1
	}
	return b[:end:end]
}

// stppString names the TTML profile: IMSC's image profile when the track has images, else its text profile (TTML Media Type Definition and Profile Registry, 4).
func stppString(t *media.Track) string {
	parts := bytes.SplitN(t.Config, []byte{0}, 3)
	if len(parts) == 3 && bytes.Contains(parts[2], []byte("image/")) {
		return "stpp.ttml.im1i"
	}
	return "stpp.ttml.im1t"
}
