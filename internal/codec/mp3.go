package codec

import (
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// MP3Frame reads an MPEG audio header (ISO/IEC 11172-3, 2.4.1.3, and 13818-3): the frame's length in bytes, samples per channel, sampling rate, channels, layer.
// 4 bytes of b are enough. It does not allocate unless it fails. A frame of free format has no length in its header and is refused with errs.Unsupported.
func MP3Frame(b []byte) (frame, samples, rate, channels, layer int, err error) {
	if len(b) < 4 {
		return 0, 0, 0, 0, 0, errs.Errorf(errs.Invalid, "MPEG audio: %d bytes are too few for a header", len(b))
	}
	version, code := b[1]>>3&3, b[1]>>1&3 // version: 0 MPEG-2.5, 2 MPEG-2, 3 MPEG-1
	index, frequency := b[2]>>4, b[2]>>2&3
	if b[0] != 0xff || b[1]&0xe0 != 0xe0 || version == 1 || code == 0 || index == 15 || frequency == 3 {
		return 0, 0, 0, 0, 0, errs.Errorf(errs.Invalid, "MPEG audio: %#02x %#02x %#02x is not the beginning of a header", b[0], b[1], b[2])
	}
	if index == 0 {
		return 0, 0, 0, 0, 0, errs.Errorf(errs.Unsupported, "MPEG audio: free format, in which frames do not say their length, is not supported")
	}
	layer = 4 - int(code)
	rate = [...]int{44100, 48000, 32000}[frequency]
	low := version != 3
	switch version {
	case 2:
		rate /= 2
	case 0:
		rate /= 4
	}
	bitrate := 1000 * mp3Bitrate(layer, low, int(index))
	padding := int(b[2] >> 1 & 1)
	switch {
	case layer == 1:
		samples, frame = 384, (12*bitrate/rate+padding)*4
	case layer == 3 && low:
		samples, frame = 576, 72*bitrate/rate+padding
	default:
		samples, frame = 1152, 144*bitrate/rate+padding
	}
	channels = 2
	if b[3]>>6 == 3 {
		channels = 1
	}
	return frame, samples, rate, channels, layer, nil
}

// mp3Bitrate returns the bitrate in kbit/s for an index from 1 to 14 (ISO/IEC 11172-3, 2.4.2.3, and 13818-3, 2.4.2.3); low means the lower sampling rates of MPEG-2 and 2.5.
func mp3Bitrate(layer int, low bool, index int) int {
	switch {
	case layer == 1 && !low:
		return 32 * index
	case layer == 1:
		return [...]int{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}[index]
	case low:
		return [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}[index]
	case layer == 2:
		return [...]int{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}[index]
	}
	return [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}[index]
}

// mp3ObjectType returns the objectTypeIndication of a track (ISO/IEC 14496-1, table 5): 0x6B for MPEG-1's sampling rates, 0x69 for the lower ones.
func mp3ObjectType(t *media.Track) byte {
	if t.SampleRate != 0 && t.SampleRate < 32000 {
		return oiMPEG2Audio
	}
	return oiMPEG1Audio
}

func describeMP3(t *media.Track) error {
	if len(t.Config) == 0 {
		return nil
	}
	_, _, rate, channels, _, err := MP3Frame(t.Config)
	if err != nil {
		return err
	}
	t.SampleRate, t.Channels = uint32(rate), uint16(channels)
	return nil
}

func mp3Samples(t *media.Track) int {
	if _, n, _, _, _, err := MP3Frame(t.Config); err == nil {
		return n
	}
	switch {
	case t.SampleRate == 0:
		return 0
	case t.SampleRate < 32000:
		return 576
	}
	return 1152
}
