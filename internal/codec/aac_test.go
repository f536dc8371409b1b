package codec_test

import (
	"bytes"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// TestAACConfig covers signalling that ffmpeg does not write: SBR and PS both ways, 960 samples, low delay, USAC.
func TestAACConfig(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		config   []byte
		codecs   string
		rate     uint32
		channels uint16
		samples  int
	}{
		{"LC", []byte{0x12, 0x10}, "mp4a.40.2", 44100, 2, 1024},
		{"LC 960", []byte{0x12, 0x14}, "mp4a.40.2", 44100, 2, 960},
		{"LC 7.1", []byte{0x11, 0xb8}, "mp4a.40.2", 48000, 8, 1024},
		{"rate by number", []byte{0x17, 0x80, 0x56, 0x22, 0x10}, "mp4a.40.2", 44100, 2, 1024},
		{"SBR, hierarchical", []byte{0x2b, 0x11, 0x88, 0x00}, "mp4a.40.5", 48000, 2, 2048},
		{"SBR, backward compatible", []byte{0x13, 0x10, 0x56, 0xe5, 0x98}, "mp4a.40.5", 48000, 2, 2048},
		{"SBR said to be absent", []byte{0x13, 0x10, 0x56, 0xe5, 0x00}, "mp4a.40.2", 24000, 2, 1024},
		{"SBR and PS, hierarchical", []byte{0xeb, 0x09, 0x88, 0x00}, "mp4a.40.29", 48000, 2, 2048},
		{"SBR and PS, backward compatible", []byte{0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x80}, "mp4a.40.29", 48000, 2, 2048},
		{"SBR at the core's rate", []byte{0x29, 0x91, 0x88, 0x00}, "mp4a.40.5", 48000, 2, 1024},
		{"LD", []byte{0xb9, 0x90, 0x00}, "mp4a.40.23", 48000, 2, 512},
		{"LD 480", []byte{0xb9, 0x94, 0x00}, "mp4a.40.23", 48000, 2, 480},
		{"ELD", []byte{0xf8, 0xe6, 0x40, 0x00}, "mp4a.40.39", 48000, 2, 512},
		{"USAC", []byte{0xf9, 0x46, 0x43, 0x22, 0x2c, 0xc0, 0x4c, 0x00}, "mp4a.40.42", 48000, 2, 1024},
		{"USAC with SBR", []byte{0xf9, 0x48, 0x44, 0x62, 0x00}, "mp4a.40.42", 44100, 2, 2048},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr := &media.Track{Kind: media.Audio, Codec: media.AAC, Config: c.config}
			if err := codec.Describe(tr); err != nil {
				t.Fatal(err)
			}
			if got := codec.String(tr); got != c.codecs || tr.SampleRate != c.rate || tr.Channels != c.channels || codec.FrameSamples(tr) != c.samples {
				t.Errorf("%s, %d Hz, %d channels, %d samples; want %+v", got, tr.SampleRate, tr.Channels, codec.FrameSamples(tr), c)
			}
			for n := range c.config[:2] {
				tr.Config = c.config[:n]
				if err := codec.Describe(tr); errs.KindOf(err) != errs.Invalid {
					t.Errorf("cut to %d bytes: %v", n, err)
				}
			}
		})
	}
}

// TestAACConfigBits reads a config from the middle of a StreamMuxConfig.
func TestAACConfigBits(t *testing.T) {
	t.Parallel()
	config := []byte{0x13, 0x10, 0x56, 0xe5, 0x98} // 37 bits, with a sync extension
	for shift := range 16 {
		b := make([]byte, 12)
		for i := range 40 {
			if config[i/8]>>(7-i%8)&1 != 0 {
				b[(i+shift)/8] |= 0x80 >> ((i + shift) % 8)
			}
		}
		got, n, err := codec.AACConfigBits(b, shift, 40)
		if err != nil || n != 40 || !bytes.Equal(got, config) {
			t.Errorf("shift %d: %v, %d bits, %x", shift, err, n, got)
		}
		got, n, err = codec.AACConfigBits(b, shift, 0)
		if err != nil || n != 16 || !bytes.Equal(got, config[:2]) {
			t.Errorf("shift %d, open: %v, %d bits, %x", shift, err, n, got)
		}
	}
	if _, _, err := codec.AACConfigBits(config, 40, 0); errs.KindOf(err) != errs.Invalid {
		t.Errorf("behind the end: %v", err)
	}
}
