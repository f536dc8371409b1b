package matroska

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// codecName returns the name that a person would use for a CodecID.
func codecName(id string) string {
	for _, n := range []struct{ prefix, name string }{
		{"V_MPEG4/ISO/AVC", "H.264"},
		{"V_MPEGH/ISO/HEVC", "HEVC"},
		{"V_MPEGI/ISO/VVC", "VVC"},
		{"V_MPEG4/ISO", "MPEG-4 part 2"},
		{"V_MPEG4/MS", "MS MPEG-4"},
		{"V_MPEG1", "MPEG-1 video"},
		{"V_MPEG2", "MPEG-2 video"},
		{"V_VP8", "VP8"},
		{"V_VP9", "VP9"},
		{"V_AV1", "AV1"},
		{"V_AVS", "AVS"},
		{"V_REAL", "RealVideo"},
		{"V_THEORA", "Theora"},
		{"V_MJPEG", "Motion JPEG"},
		{"V_PRORES", "ProRes"},
		{"V_FFV1", "FFV1"},
		{"V_DIRAC", "Dirac"},
		{"V_UNCOMPRESSED", "uncompressed video"},
		{"V_QUICKTIME", "QuickTime video"},
		{"V_MS/VFW", "Video for Windows"},
		{"A_AAC", "AAC"},
		{"A_AC3", "AC-3"},
		{"A_EAC3", "E-AC-3"},
		{"A_AC4", "AC-4"},
		{"A_OPUS", "Opus"},
		{"A_FLAC", "FLAC"},
		{"A_MPEG/L1", "MP1"},
		{"A_MPEG/L2", "MP2"},
		{"A_MPEG/L3", "MP3"},
		{"A_VORBIS", "Vorbis"},
		{"A_DTS", "DTS"},
		{"A_TRUEHD", "Dolby TrueHD"},
		{"A_MLP", "MLP"},
		{"A_PCM", "PCM"},
		{"A_WAVPACK", "WavPack"},
		{"A_TTA", "TTA"},
		{"A_ALAC", "ALAC"},
		{"A_ATRAC", "ATRAC"},
		{"A_REAL", "RealAudio"},
		{"A_QUICKTIME", "QuickTime audio"},
		{"A_MS/ACM", "Windows audio"},
		{"S_VOBSUB", "VobSub"},
		{"S_HDMV/PGS", "PGS"},
		{"S_HDMV/TEXTST", "HDMV text"},
		{"S_DVBSUB", "DVB subtitles"},
		{"S_ARIBSUB", "ARIB captions"},
		{"S_KATE", "Kate"},
		{"S_TEXT/USF", "USF"},
		{"S_IMAGE/BMP", "BMP subtitles"},
	} {
		if strings.HasPrefix(id, n.prefix) {
			return n.name
		}
	}
	return strconv.QuoteToASCII(id[:min(len(id), 64)])
}

// fourCCName names the video of a BITMAPINFOHEADER.
func fourCCName(fourCC []byte) string {
	switch strings.ToUpper(string(fourCC)) {
	case "XVID", "DIVX", "DX50", "FMP4", "MP4V", "3IV2", "M4S2":
		return "MPEG-4 part 2"
	case "DIV3", "DIV4", "MP41", "MP42", "MP43", "MPG4":
		return "MS MPEG-4"
	case "MJPG":
		return "Motion JPEG"
	case "WMV1", "WMV2", "WMV3":
		return "Windows Media Video"
	case "WVC1":
		return "VC-1"
	case "MPG1":
		return "MPEG-1 video"
	case "MPG2", "MPEG":
		return "MPEG-2 video"
	case "HEVC", "HVC1", "H265", "X265":
		return "HEVC in Video for Windows"
	case "FFV1":
		return "FFV1"
	case "HFYU", "FFVH":
		return "Huffyuv"
	case "VP80":
		return "VP8"
	case "CVID":
		return "Cinepak"
	}
	return strconv.QuoteToASCII(string(fourCC))
}

// formatName names the audio of a WAVEFORMATEX; extra is what follows its size field.
func formatName(tag uint16, extra []byte) string {
	if tag == 0xFFFE && len(extra) >= 22 {
		tag = binary.LittleEndian.Uint16(extra[6:]) // the first bytes of SubFormat
	}
	switch tag {
	case 1, 3:
		return "PCM"
	case 2, 0x11:
		return "ADPCM"
	case 6:
		return "A-law"
	case 7:
		return "µ-law"
	case 0x50:
		return "MP2"
	case 0x160, 0x161, 0x162, 0x163:
		return "WMA"
	case 0x1600:
		return "AAC with ADTS headers"
	case 0x2001:
		return "DTS"
	case 0x566F, 0x674F, 0x6750, 0x6751, 0x676F, 0x6770, 0x6771:
		return "Vorbis"
	}
	return fmt.Sprintf("audio format 0x%04x", tag)
}
