package flv

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/media"
)

// videoCodec returns the codec of a CodecID (E.4.3.1). 12 and 13 are no part of the specification, but in wide use.
func videoCodec(id byte) media.Codec {
	switch id {
	case 2:
		return "H.263 (Sorenson Spark)"
	case 3:
		return "Screen video"
	case 4:
		return "VP6"
	case 5:
		return "VP6 with alpha"
	case 6:
		return "Screen video 2"
	case 7:
		return media.AVC
	case 12:
		return media.HEVC
	case 13:
		return media.AV1
	}
	return media.Codec(fmt.Sprintf("FLV video codec %d", id))
}

// audioCodec returns the codec of a SoundFormat (E.4.2.1).
func audioCodec(format byte) media.Codec {
	switch format {
	case 0, 3:
		return "PCM"
	case 1:
		return "ADPCM"
	case 2, 14:
		return media.MP3
	case 4, 5, 6:
		return "Nellymoser"
	case 7:
		return "G.711 A-law"
	case 8:
		return "G.711 µ-law"
	case 10:
		return media.AAC
	case 11:
		return "Speex"
	}
	return media.Codec(fmt.Sprintf("FLV sound format %d", format))
}

// fourCC returns the codec of an Enhanced RTMP FourCC, for video and audio.
func fourCC(b []byte) media.Codec {
	switch code := string(b[:4]); code {
	case "avc1":
		return media.AVC
	case "hvc1":
		return media.HEVC
	case "av01":
		return media.AV1
	case "vp09":
		return media.VP9
	case "vp08":
		return "VP8"
	case "vvc1":
		return "VVC"
	case "mp4a":
		return media.AAC
	case ".mp3":
		return media.MP3
	case "ac-3":
		return media.AC3
	case "ec-3":
		return media.EAC3
	case "Opus":
		return media.Opus
	case "fLaC":
		return media.FLAC
	default:
		return media.Codec(fmt.Sprintf("%q", code))
	}
}

// served says whether Samples of a codec are handed over.
func served(c media.Codec) bool {
	switch c {
	case media.AVC, media.HEVC, media.AV1, media.VP9, media.AAC, media.MP3, media.AC3, media.EAC3, media.Opus, media.FLAC:
		return true
	}
	return false
}
