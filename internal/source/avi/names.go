package avi

import (
	"fmt"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// videoCodec returns the codec of a BITMAPINFOHEADER's biCompression, in either case of letters.
func videoCodec(code [4]byte) media.Codec {
	switch strings.ToUpper(string(code[:])) {
	case "H264", "X264", "AVC1", "DAVC", "VSSH", "SMV2", "Q264", "V264", "GAVC", "UMSV", "TSHD", "INMC", "AVC ":
		return media.AVC
	case "HEVC", "H265", "X265", "HVC1", "HEV1":
		return media.HEVC
	case "XVID":
		return "MPEG-4 part 2 (Xvid)"
	case "DIVX", "DX50":
		return "MPEG-4 part 2 (DivX)"
	case "FMP4", "MP4V", "MP4S", "M4S2", "3IV2", "3IVX", "RMP4", "SEDG", "BLZ0", "NDIG", "HDX4", "DM4V":
		return "MPEG-4 part 2"
	case "DIV3", "DIV4", "DIV5", "DIV6", "MP43", "COL1", "AP41", "MPG3":
		return "MS MPEG-4 version 3 (DivX 3)"
	case "MP42", "DIV2":
		return "MS MPEG-4 version 2"
	case "MPG4", "MP41", "DIV1":
		return "MS MPEG-4 version 1"
	case "MJPG", "LJPG", "AVRN", "DMB1", "JPGL", "MJLS":
		return "Motion JPEG"
	case "DVSD", "DVHD", "DVSL", "DV25", "DV50", "DVC ", "DVCP":
		return "DV"
	case "WMV1", "WMV2", "WMV3":
		return "Windows Media Video"
	case "WVC1", "WMVA":
		return "VC-1"
	case "MPEG", "MPG1", "PIM1":
		return "MPEG-1 video"
	case "MPG2", "MPGV", "MX5P", "EM2V":
		return "MPEG-2 video"
	case "VP60", "VP61", "VP62":
		return "VP6"
	case "VP80":
		return "VP8"
	case "VP90":
		return "VP9 in AVI"
	case "AV01":
		return "AV1 in AVI"
	case "H263", "I263", "U263", "X263":
		return "H.263"
	case "IV31", "IV32", "IV41", "IV50":
		return "Indeo"
	case "CVID":
		return "Cinepak"
	case "HFYU", "FFVH":
		return "Huffyuv"
	case "FFV1":
		return "FFV1"
	case "THEO":
		return "Theora"
	case "\x00\x00\x00\x00", "DIB ", "RGB ", "YV12", "I420", "IYUV", "YUY2", "UYVY", "Y800":
		return "uncompressed video"
	}
	return media.Codec(fmt.Sprintf("%q video", string(code[:])))
}

// audioCodec returns the codec of a WAVEFORMATEX's wFormatTag.
func audioCodec(tag uint16) media.Codec {
	switch tag {
	case 0x0055:
		return media.MP3
	case 0x00ff, 0x1600, 0x1601, 0x706d, 0x4143, 0xa106:
		return media.AAC
	case 0x2000:
		return media.AC3
	case 0x0050:
		return "MP2"
	case 0x2001, 0x0008:
		return "DTS"
	case 0x0001:
		return "PCM"
	case 0x0003:
		return "PCM (floating point)"
	case 0x0002, 0x0011, 0x0200:
		return "ADPCM"
	case 0x0006:
		return "G.711 A-law"
	case 0x0007:
		return "G.711 µ-law"
	case 0x0031, 0x0032:
		return "GSM"
	case 0x0057, 0x0058, 0x7a21, 0x7a22:
		return "AMR"
	case 0x0160, 0x0161:
		return "WMA"
	case 0x0162:
		return "WMA Pro"
	case 0x0163:
		return "WMA Lossless"
	case 0x1602, 0x1610:
		return "AAC (LATM)"
	case 0x674f, 0x6750, 0x6751, 0x676f, 0x6770, 0x6771, 0x566f:
		return "Vorbis"
	case 0x704f:
		return "Opus in AVI"
	case 0xf1ac:
		return "FLAC in AVI"
	case 0x0075:
		return "VoxWare"
	case 0x0130:
		return "ACELP"
	case 0xa109:
		return "Speex"
	}
	return media.Codec(fmt.Sprintf("audio format 0x%04x", tag))
}
