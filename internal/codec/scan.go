package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/media"
)

// ScanType returns "progressive" when the configuration of a video track says that it is, as in MPD@scanType (ISO/IEC 23009-1, 5.3.7.2); "" when it says something else or nothing.
func ScanType(t *media.Track) string {
	progressive := false
	switch t.Codec {
	case media.AVC:
		rec, err := parseAVCRecord(t.Config)
		if err != nil {
			return ""
		}
		for _, nal := range rec.sps {
			s, err := bitstream.ParseAVCSPS(nal)
			if progressive = err == nil && s.Progressive(); !progressive {
				break
			}
		}
	case media.HEVC:
		rec, err := parseHEVCRecord(t.Config)
		if err != nil {
			return ""
		}
		for _, nal := range rec.sps {
			s, err := bitstream.ParseHEVCSPS(nal)
			if progressive = err == nil && s.Progressive(); !progressive {
				break
			}
		}
	case media.VP9, media.AV1:
		progressive = true // they know nothing else
	}
	if progressive {
		return "progressive"
	}
	return ""
}
