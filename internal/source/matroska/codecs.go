package matroska

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// configure sets Codec and, where CodecPrivate has it, Config (Matroska codec specifications, draft-ietf-cellar-codec), and with that the stage.
func (t *track) configure() error {
	t.Codec = media.Codec(codecName(t.codecID))
	switch t.Kind {
	case media.Video:
		return t.configureVideo()
	case media.Audio:
		return t.configureAudio()
	case media.Text:
		return t.configureText()
	}
	return nil
}

func (t *track) configureVideo() error {
	switch id := t.codecID; {
	case id == "V_MPEG4/ISO/AVC":
		return t.nalConfig(media.AVC)
	case id == "V_MPEGH/ISO/HEVC":
		return t.nalConfig(media.HEVC)
	case id == "V_AV1":
		t.Codec = media.AV1
		if len(t.private) >= 4 {
			return t.ready(t.private)
		}
		t.stage = waiting
	case id == "V_VP9":
		t.Codec, t.stage = media.VP9, waiting
	case strings.HasPrefix(id, "V_MS/VFW/FOURCC"):
		return t.configureVFW()
	}
	return nil
}

// nalConfig takes CodecPrivate of AVC and HEVC: a configuration record; or parameter sets with start codes, or nothing, as some old muxers leave it.
func (t *track) nalConfig(c media.Codec) error {
	t.Codec = c
	switch {
	case !t.hasRecord():
		t.startCodes(t.private)
	case t.withoutSets():
		t.prefixed()
	default:
		return t.ready(t.private)
	}
	return nil
}

// configureVFW reads a BITMAPINFOHEADER and what follows it.
func (t *track) configureVFW() error {
	if len(t.private) < 40 {
		return errs.Errorf(errs.Invalid, "its BITMAPINFOHEADER has %d bytes, not 40", len(t.private))
	}
	fourCC := t.private[16:20]
	switch strings.ToUpper(string(fourCC)) {
	case "H264", "X264", "AVC1", "DAVC", "VSSH":
		t.decodes = true
		t.private = t.private[40:]
		return t.nalConfig(media.AVC)
	}
	t.Codec = media.Codec(fourCCName(fourCC))
	return nil
}

// ready takes the configuration and opens the track.
func (t *track) ready(config []byte) error {
	t.Config = bytes.Clone(config)
	t.stage = open
	return t.describe()
}

func (t *track) configureAudio() error {
	switch id := t.codecID; {
	case id == "A_AAC" || strings.HasPrefix(id, "A_AAC/"):
		t.Codec = media.AAC
		if len(t.private) >= 2 {
			return t.ready(t.private)
		}
		config, err := aacConfig(id, t.rate, t.outputRate, t.channels)
		if err != nil {
			return err
		}
		return t.ready(config)
	case id == "A_MPEG/L3":
		t.Codec, t.stage = media.MP3, waiting
	case id == "A_AC3" || strings.HasPrefix(id, "A_AC3/"):
		t.Codec, t.stage = media.AC3, waiting
	case id == "A_EAC3" || strings.HasPrefix(id, "A_EAC3/"):
		t.Codec, t.stage = media.EAC3, waiting
	case id == "A_OPUS" || strings.HasPrefix(id, "A_OPUS/"):
		t.Codec = media.Opus
		config, err := codec.OpusConfig(t.private)
		if err != nil {
			return err
		}
		return t.ready(config)
	case id == "A_FLAC":
		return t.flac(t.private)
	case id == "A_MS/ACM":
		return t.configureACM()
	}
	return nil
}

func (t *track) flac(private []byte) error {
	t.Codec = media.FLAC
	config, err := codec.FLACConfig(private)
	if err != nil {
		return err
	}
	return t.ready(config)
}

// configureACM reads a WAVEFORMATEX.
func (t *track) configureACM() error {
	if len(t.private) < 16 {
		return errs.Errorf(errs.Invalid, "its WAVEFORMATEX has %d bytes, not 16", len(t.private))
	}
	tag := binary.LittleEndian.Uint16(t.private)
	var extra []byte
	if len(t.private) > 18 {
		extra = t.private[18:]
	}
	switch tag {
	case 0x55:
		t.Codec, t.stage = media.MP3, waiting
	case 0x2000:
		t.Codec, t.stage = media.AC3, waiting
	case 0xFF:
		t.Codec = media.AAC
		if len(extra) < 2 {
			return errs.Errorf(errs.Invalid, "its WAVEFORMATEX has no AudioSpecificConfig")
		}
		return t.ready(extra)
	case 0xF1AC:
		return t.flac(extra)
	default:
		t.Codec = media.Codec(formatName(tag, extra))
	}
	return nil
}

func (t *track) configureText() error {
	switch t.codecID {
	case "S_TEXT/UTF8", "S_TEXT/ASCII", "S_TEXT/ASS", "S_ASS", "S_TEXT/SSA", "S_SSA":
		t.Codec, t.stage = media.WVTT, open
		t.Config = []byte("WEBVTT")
	case "S_TEXT/WEBVTT", "D_WEBVTT/SUBTITLES", "D_WEBVTT/CAPTIONS", "D_WEBVTT/DESCRIPTIONS":
		t.Codec, t.stage = media.WVTT, open
		t.Config = []byte("WEBVTT")
		if bytes.HasPrefix(t.private, t.Config) && len(t.private) <= maxPrivate {
			t.Config = bytes.TrimRight(bytes.Clone(t.private), "\r\n\x00")
		}
	}
	return nil
}

// number writes a track number.
func number(n uint32) string { return fmt.Sprint(n) }
