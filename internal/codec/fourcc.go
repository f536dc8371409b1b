package codec

import (
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// mpeg4Video is the name of what mp4v holds, unless its esds says otherwise.
const mpeg4Video media.Codec = "MPEG-4 part 2"

// entryCodec returns the kind and the codec for the four-character code of a sample entry (mp4ra.org, and QuickTime's). For one that is not known the
// kind is Other and the codec the code in quotes.
func entryCodec(code string) (media.Kind, media.Codec) {
	if c := servedVideo(code); c != "" {
		return media.Video, c
	}
	if c := servedAudio(code); c != "" {
		return media.Audio, c
	}
	if c := textCodec(code); c != "" {
		return media.Text, c
	}
	if c := otherVideo(code); c != "" {
		return media.Video, c
	}
	if c := otherAudio(code); c != "" {
		return media.Audio, c
	}
	if code == "tmcd" {
		return media.Other, "timecode"
	}
	return media.Other, media.Codec(quote(code))
}

func servedVideo(code string) media.Codec {
	switch code {
	case "avc1", "avc2", "avc3", "avc4", "dva1", "dvav":
		return media.AVC
	case "hvc1", "hev1", "dvh1", "dvhe":
		return media.HEVC
	case "av01", "dav1":
		return media.AV1
	case "vp09":
		return media.VP9
	}
	return ""
}

func servedAudio(code string) media.Codec {
	switch code {
	case "mp4a":
		return media.AAC
	case ".mp3", "ms\x00U", "ms\x00u":
		return media.MP3
	case "ac-3":
		return media.AC3
	case "ec-3":
		return media.EAC3
	case "Opus":
		return media.Opus
	case "fLaC":
		return media.FLAC
	}
	return ""
}

func textCodec(code string) media.Codec {
	switch code {
	case "wvtt":
		return media.WVTT
	case "stpp", "dfxp":
		return media.STPP
	case "tx3g":
		return "tx3g"
	case "text":
		return "QuickTime text"
	case "c608":
		return "CEA-608"
	case "c708":
		return "CEA-708"
	case "sbtt", "stxt":
		return "plain text"
	case "mp4s":
		return "VobSub"
	}
	return ""
}

func otherVideo(code string) media.Codec {
	switch strings.ToLower(code) {
	case "mp4v", "divx", "xvid", "3iv2", "fmp4":
		return mpeg4Video
	case "s263", "h263":
		return "H.263"
	case "vvc1", "vvi1":
		return "H.266"
	case "vp08":
		return "VP8"
	case "jpeg", "mjpa", "mjpb":
		return "Motion JPEG"
	case "mjp2":
		return "JPEG 2000"
	case "apch", "apcn", "apcs", "apco", "ap4h", "ap4x", "aprn", "aprh":
		return "Apple ProRes"
	case "avdn", "avdh":
		return "Avid DNxHD"
	case "cfhd":
		return "CineForm"
	case "svq1", "svq3":
		return "Sorenson Video"
	case "cvid":
		return "Cinepak"
	case "rle ":
		return "QuickTime Animation"
	case "rpza":
		return "QuickTime Video"
	case "png ":
		return "PNG"
	case "gif ":
		return "GIF"
	case "raw ", "2vuy", "yuv2", "v210", "v308", "v408", "v410", "r210", "uncv":
		return "uncompressed video"
	case "m1v ", "mpeg", "mp1v":
		return "MPEG-1 video"
	case "m2v1", "mp2v", "hdv1", "hdv2", "hdv3":
		return "MPEG-2 video"
	case "vc-1", "wvc1", "ovc1":
		return "VC-1"
	case "dvc ", "dvcp", "dvpp", "dv5n", "dv5p", "dvh5", "dvh6", "dvhp", "dvhq":
		return "DV"
	case "drmi":
		return "FairPlay-protected video"
	}
	switch {
	case strings.HasPrefix(code, "xdv"), strings.HasPrefix(code, "xd5"):
		return "MPEG-2 video"
	case len(code) == 4 && strings.HasPrefix(code, "ai") && code[2] >= '1' && code[2] <= '5':
		return "AVC-Intra"
	}
	return ""
}

func otherAudio(code string) media.Codec {
	switch code {
	case "alac":
		return "ALAC"
	case "samr":
		return "AMR-NB"
	case "sawb":
		return "AMR-WB"
	case "sawp":
		return "AMR-WB+"
	case "sevc":
		return "EVRC"
	case "sqcp", "Qclp", "QCLP":
		return "QCELP"
	case "twos", "sowt", "lpcm", "in24", "in32", "fl32", "fl64", "raw ", "NONE", "ipcm", "fpcm":
		return "PCM"
	case "ulaw", "alaw":
		return "G.711"
	case "ima4", "ms\x00\x11", "ms\x00\x02":
		return "ADPCM"
	case "dtsc", "dtsh", "dtsl", "dtse", "dtsx", "dtsy", "DTS ":
		return "DTS"
	case "mlpa":
		return "Dolby TrueHD"
	case "ac-4":
		return "AC-4"
	case "mha1", "mhm1", "mha2", "mhm2":
		return "MPEG-H Audio"
	case "QDM2", "QDMC":
		return "QDesign Music"
	case "agsm", "GSM ":
		return "GSM"
	case "vrbs", "vorb":
		return "Vorbis"
	case "spex":
		return "Speex"
	case "MAC3", "MAC6":
		return "MACE"
	case "drms":
		return "FairPlay-protected audio"
	}
	return ""
}

// videoObjectType returns what an mp4v entry holds by its esds.
func videoObjectType(objectType byte) media.Codec {
	if c := objectTypeCodec(objectType); c != media.AVC && c != media.VP9 {
		return c
	}
	return media.Codec("object type " + hexByte(objectType))
}

// quote returns a four-character code in quotes, other than printable characters as \x and two digits.
func quote(code string) string {
	var s strings.Builder
	s.WriteByte('\'')
	for i := range len(code) {
		if c := code[i]; c >= ' ' && c <= '~' {
			s.WriteByte(c)
		} else {
			s.WriteString(`\x` + hexByte(c)[2:])
		}
	}
	s.WriteByte('\'')
	return s.String()
}
