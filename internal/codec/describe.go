package codec

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Describe fills in what t.Config tells of the track: Width, Height, SAR, FrameRate (where the bitstream says), SampleRate,
// Channels, Priming for Opus. What the container said before stays where the bitstream is silent. An error of kind errs.Invalid says
// what is wrong with the record; of kind errs.Unsupported, that it is of a version that is not known.
//
// A frame rate that the bitstream does not call fixed is taken only when the container said none.
func Describe(t *media.Track) error {
	switch t.Codec {
	case media.AVC, media.HEVC, media.AV1:
		p, err := pictureOf(t)
		if p != nil {
			describePicture(t, p)
		}
		return err
	case media.VP9:
		return checkVP9Record(t.Config)
	case media.AAC:
		return describeAAC(t)
	case media.MP3:
		return describeMP3(t)
	case media.AC3:
		return describeAC3(t)
	case media.EAC3:
		return describeEAC3(t)
	case media.Opus:
		return describeOpus(t)
	case media.FLAC:
		return describeFLAC(t)
	}
	return nil
}

// highestLooseRate bounds a frame rate that the bitstream does not promise to be fixed: there the tick is often that of a clock (1/1000,
// 1/90000) and not of a picture.
const highestLooseRate = 240

// describePicture puts into t what p knows.
func describePicture(t *media.Track, p *bitstream.Picture) {
	if p.Width != 0 && p.Height != 0 {
		t.Width, t.Height = p.Width, p.Height
	}
	if !p.SAR.IsZero() {
		t.SAR = p.SAR
	}
	switch {
	case p.Rate.IsZero():
	case p.FixedRate:
		t.FrameRate = p.Rate
	case t.FrameRate.IsZero() && p.Rate.Float() <= highestLooseRate:
		t.FrameRate = p.Rate
	}
}

// pictureOf returns what the record of a video track says of its pictures, nil when it says nothing.
func pictureOf(t *media.Track) (*bitstream.Picture, error) {
	switch t.Codec {
	case media.AVC:
		return avcPicture(t.Config)
	case media.HEVC:
		return hevcPicture(t.Config)
	case media.AV1:
		return av1Picture(t.Config)
	case media.VP9:
		return &bitstream.Picture{Colour: vp9Colour(t.Config)}, checkVP9Record(t.Config)
	}
	return nil, nil
}

// FrameSamples returns how many samples per channel an access unit of t holds when that is the same for all of them (AAC 1024 or 2048 for HE, MP3 1152, AC-3 1536 …), else 0.
// They are counted at t.SampleRate. For Opus it is 0: ask OpusSamples.
func FrameSamples(t *media.Track) int {
	switch t.Codec {
	case media.AAC:
		if c, err := parseAACConfig(t.Config); err == nil {
			return c.samples
		}
	case media.MP3:
		return mp3Samples(t)
	case media.AC3, media.EAC3:
		return ac3AccessUnit
	case media.FLAC:
		return flacSamples(t.Config)
	}
	return 0
}

// String returns the RFC 6381 codecs parameter of t: "avc1.64001f", "hvc1.1.6.L93.B0", "av01.0.08M.08", "vp09.00.10.08",
// "mp4a.40.2", "mp4a.6B" (MP3 in an mp4a entry), "ac-3", "ec-3", "opus", "fLaC", "wvtt", "stpp.ttml.im1t". For a codec that is not served it is "".
func String(t *media.Track) string {
	switch t.Codec {
	case media.AVC:
		return avcString(t)
	case media.HEVC:
		return hevcString(t)
	case media.AV1:
		return av1String(t)
	case media.VP9:
		return vp9String(t)
	case media.AAC:
		return aacString(t)
	case media.MP3:
		return fmt.Sprintf("mp4a.%02X", mp3ObjectType(t))
	case media.AC3, media.EAC3, media.FLAC, media.WVTT:
		return entryCode(t)
	case media.Opus:
		return "opus"
	case media.STPP:
		return stppString(t)
	}
	return ""
}

// MimeType returns "video/mp4", "audio/mp4" or "application/mp4".
func MimeType(t *media.Track) string {
	switch t.Kind {
	case media.Video:
		return "video/mp4"
	case media.Audio:
		return "audio/mp4"
	case media.Image:
		return "image/jpeg"
	}
	return "application/mp4"
}

// entryCode returns the four-character code of the sample entry that AppendSampleEntry writes (of what it protects, for an encrypted track),
// "" for a codec that is not served.
func entryCode(t *media.Track) string {
	inBand := t.InBand
	switch string(t.SampleEntry[:]) {
	case "avc3", "avc4", "dvav", "hev1", "dvhe":
		inBand = true
	}
	switch t.Codec {
	case media.AVC:
		if inBand {
			return "avc3"
		}
		return "avc1"
	case media.HEVC:
		if inBand {
			return "hev1"
		}
		return "hvc1"
	case media.AV1:
		return "av01"
	case media.VP9:
		return "vp09"
	case media.AAC, media.MP3:
		return "mp4a"
	case media.AC3:
		return "ac-3"
	case media.EAC3:
		return "ec-3"
	case media.Opus:
		return "Opus"
	case media.FLAC:
		return "fLaC"
	case media.WVTT:
		return "wvtt"
	case media.STPP:
		return "stpp"
	}
	return ""
}

// noConfig is the error for a track that cannot be written because its record is missing.
func noConfig(t *media.Track) error {
	return errs.Errorf(errs.Invalid, "track %d (%s) has no decoder configuration", t.ID, t.Codec)
}
