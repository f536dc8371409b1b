package codec

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// objectTypeIndication (ISO/IEC 14496-1, table 5, and the registration authority).
const (
	oiMPEG4Visual = 0x20
	oiAVC         = 0x21
	oiMPEG4Audio  = 0x40
	oiMPEG2Simple = 0x60 // MPEG-2 video profiles, to 0x65
	oiMPEG2Last   = 0x65
	oiMPEG2AAC    = 0x66 // to 0x68
	oiMPEG2AACSSR = 0x68
	oiMPEG2Audio  = 0x69
	oiMPEG1Visual = 0x6a
	oiMPEG1Audio  = 0x6b
	oiJPEG        = 0x6c
	oiAC3         = 0xa5
	oiEAC3        = 0xa6
	oiDTS         = 0xa9
	oiDTSLast     = 0xac
	oiOpus        = 0xad
	oiVP9         = 0xb1
	oiVorbis      = 0xdd
)

// Descriptor tags (ISO/IEC 14496-1, table 1).
const (
	tagES              = 3
	tagDecoderConfig   = 4
	tagDecoderSpecific = 5
	tagSLConfig        = 6
)

// appendDescriptor appends a descriptor: its tag, and its size in groups of 7 bits (ISO/IEC 14496-1, 8.3.3).
func appendDescriptor(dst []byte, tag byte, body []byte) []byte {
	dst = append(dst, tag)
	n := len(body)
	for shift := 21; shift > 0; shift -= 7 {
		if n>>shift != 0 {
			dst = append(dst, 0x80|byte(n>>shift&0x7f))
		}
	}
	return append(append(dst, byte(n&0x7f)), body...)
}

// appendESDS appends the esds box of an audio track (ISO/IEC 14496-14, 5.6.1). Bitrates are 0: unknown.
func appendESDS(dst []byte, objectType byte, specific []byte) []byte {
	const audioStream = 5<<2 | 1
	config := append([]byte{objectType, audioStream}, make([]byte, 3+4+4)...)
	if len(specific) > 0 {
		config = appendDescriptor(config, tagDecoderSpecific, specific)
	}
	es := appendDescriptor([]byte{0, 0, 0}, tagDecoderConfig, config)
	es = appendDescriptor(es, tagSLConfig, []byte{2})
	dst, start := openBox(dst, "esds")
	dst = append(dst, 0, 0, 0, 0)
	return closeBox(appendDescriptor(dst, tagES, es), start)
}

// takeDescriptor splits the first descriptor off b. A size that passes the end is cut: some writers get it wrong.
func takeDescriptor(b []byte) (tag byte, body, rest []byte) {
	if len(b) < 2 {
		return 0, nil, nil
	}
	tag = b[0]
	n, i := 0, 1
	for i < len(b) && i <= 4 {
		v := b[i]
		i++
		n = n<<7 | int(v&0x7f)
		if v&0x80 == 0 {
			break
		}
	}
	end := i + min(n, len(b)-i)
	return tag, b[i:end:end], b[end:]
}

// parseESDS reads the payload of an esds box: the objectTypeIndication and the DecoderSpecificInfo, nil when there is none.
func parseESDS(payload []byte) (objectType byte, specific []byte, err error) {
	if len(payload) < 4 {
		return 0, nil, errs.Errorf(errs.Invalid, "esds: cut off at %d bytes", len(payload))
	}
	tag, body, _ := takeDescriptor(payload[4:])
	if tag == tagES {
		if body = skipESHeader(body); body == nil {
			return 0, nil, errs.Errorf(errs.Invalid, "esds: the ES descriptor is cut off")
		}
		for tag = 0; len(body) > 0 && tag != tagDecoderConfig; {
			tag, payload, body = takeDescriptor(body)
		}
		body = payload
	}
	if tag != tagDecoderConfig || len(body) < 13 {
		return 0, nil, errs.Errorf(errs.Invalid, "esds: no whole DecoderConfigDescriptor")
	}
	objectType = body[0]
	for rest := body[13:]; len(rest) > 0; {
		tag, body, rest = takeDescriptor(rest)
		if tag == tagDecoderSpecific {
			return objectType, body, nil
		}
	}
	return objectType, nil, nil
}

// skipESHeader passes over ES_ID, the flags and what they announce (ISO/IEC 14496-1, 7.2.6.5); nil when cut off.
func skipESHeader(b []byte) []byte {
	if len(b) < 3 {
		return nil
	}
	flags, n := b[2], 3
	if flags&0x80 != 0 { // streamDependenceFlag
		n += 2
	}
	if flags&0x40 != 0 { // URL_Flag
		if len(b) <= n {
			return nil
		}
		n += 1 + int(b[n])
	}
	if flags&0x20 != 0 { // OCRstreamFlag
		n += 2
	}
	if n > len(b) {
		return nil
	}
	return b[n:]
}

// applyESDS puts into t what the payload of an esds box says.
func applyESDS(t *media.Track, payload []byte) error {
	objectType, specific, err := parseESDS(payload)
	if err != nil {
		return err
	}
	t.Codec = objectTypeCodec(objectType)
	switch t.Codec {
	case media.AAC:
		if len(specific) == 0 {
			return errs.Errorf(errs.Invalid, "esds: AAC without an AudioSpecificConfig")
		}
		t.Config = specific
		// MPEG-4 audio carries more than AAC; a few of its object types are named for what they are.
		if c, err := parseAACConfig(specific); err == nil {
			t.Codec, t.Config = mpeg4Audio(c.objectType, specific)
		}
	case media.Opus:
		t.Config, err = OpusConfig(specific)
	case media.VP9, media.AVC:
		t.Codec = media.Codec("object type " + hexByte(objectType))
	}
	return err
}

// mpeg4Audio returns the codec and configuration for an audio object type (ISO/IEC 14496-3, table 1.17).
func mpeg4Audio(objectType uint32, specific []byte) (media.Codec, []byte) {
	switch objectType {
	case 8:
		return "CELP", nil
	case 32, 33:
		return "MPEG audio layer 1 or 2", nil
	case 34:
		return media.MP3, nil
	case 36:
		return "MPEG-4 ALS", nil
	case 37, 38:
		return "MPEG-4 SLS", nil
	}
	return media.AAC, specific
}

func objectTypeCodec(objectType byte) media.Codec {
	switch o := objectType; {
	case o == oiMPEG4Visual:
		return "MPEG-4 part 2"
	case o == oiAVC:
		return media.AVC
	case o == oiMPEG4Audio, o >= oiMPEG2AAC && o <= oiMPEG2AACSSR:
		return media.AAC
	case o >= oiMPEG2Simple && o <= oiMPEG2Last:
		return "MPEG-2 video"
	case o == oiMPEG2Audio, o == oiMPEG1Audio:
		return media.MP3
	case o == oiMPEG1Visual:
		return "MPEG-1 video"
	case o == oiJPEG:
		return "JPEG"
	case o == oiAC3:
		return media.AC3
	case o == oiEAC3:
		return media.EAC3
	case o >= oiDTS && o <= oiDTSLast:
		return "DTS"
	case o == oiOpus:
		return media.Opus
	case o == oiVP9:
		return media.VP9
	case o == oiVorbis:
		return "Vorbis"
	}
	return media.Codec("object type " + hexByte(objectType))
}

func hexByte(b byte) string {
	const digits = "0123456789ABCDEF"
	return "0x" + string([]byte{digits[b>>4], digits[b&15]})
}

func be16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
