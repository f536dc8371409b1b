package codec_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// FuzzSampleEntry reads any bytes as a sample entry. What is read and can be written must be read back with the same configuration.
func FuzzSampleEntry(f *testing.F) {
	video := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25", "-frames:v", "2"}
	audio := []string{"-f", "lavfi", "-i", "sine=r=48000:d=0.2"}
	for _, seed := range []struct {
		file string
		args []string
	}{
		{"a.mp4", x264("160x90", "25", "2", "sar=4/3", "-pix_fmt", "yuv420p")},
		{"a.mp4", x265("160x90", "25", "2", "info=0", "-pix_fmt", "yuv420p")},
		{"a.mp4", append(video, "-c:v", "libaom-av1", "-cpu-used", "8")},
		{"a.mp4", append(video, "-c:v", "libvpx-vp9")},
		{"a.mp4", append(audio, "-c:a", "aac")},
		{"a.mov", append(audio, "-c:a", "aac")},
		{"a.mp4", append(audio, "-c:a", "ac3")},
		{"a.mp4", append(audio, "-c:a", "eac3")},
		{"a.mp4", append(audio, "-c:a", "libopus")},
		{"a.mp4", append(audio, "-c:a", "flac", "-strict", "-2")},
		{"a.mov", append(audio, "-c:a", "pcm_f32le", "-ar", "192000")},
	} {
		tr, _, file := mp4Track(f, seed.file, seed.args...)
		f.Add(sampleEntry(f, file), uint8(tr.Kind))
		if codec.String(tr) == "" {
			continue
		}
		tr.Encryption = &media.Encryption{Scheme: media.Scheme{'c', 'b', 'c', 's'}, ConstantIV: make([]byte, 16), CryptBlocks: 1, SkipBlocks: 9}
		locked, err := codec.AppendSampleEntry(nil, tr)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(locked, uint8(tr.Kind))
	}
	f.Fuzz(func(t *testing.T, entry []byte, kind uint8) {
		tr := media.Track{Kind: media.Kind(kind % 4)}
		if err := codec.ParseSampleEntry(entry, &tr); err != nil {
			return
		}
		codecs := codec.String(&tr)
		codec.FrameSamples(&tr)
		codec.DolbyChannels(&tr)
		codec.NewOrder(&tr)
		out, err := codec.AppendSampleEntry(nil, &tr)
		if err != nil {
			return
		}
		var back media.Track
		if err := codec.ParseSampleEntry(out, &back); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%x", err, out)
		}
		if codec.String(&back) != codecs || tr.Codec != back.Codec {
			t.Errorf("%s became %s", codecs, codec.String(&back))
		}
		if tr.Codec != media.HEVC && tr.Codec != media.WVTT && tr.Codec != media.STPP && !bytes.Equal(tr.Config, back.Config) {
			t.Errorf("config %x became %x", tr.Config, back.Config)
		}
	})
}

// FuzzStream reads any bytes as Annex B, as samples and as frames.
func FuzzStream(f *testing.F) {
	seeds := []struct {
		file string
		args []string
	}{
		{"a.h264", x264("160x96", "25", "6", "interlaced=1:slices=2:bframes=3", "-pix_fmt", "yuv420p")},
		{"a.hevc", x265("160x90", "25", "6", "info=0:bframes=3", "-pix_fmt", "yuv420p")},
		{"a.obu", []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25", "-frames:v", "4", "-c:v", "libaom-av1", "-cpu-used", "8"}},
		{"a.aac", []string{"-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "aac"}},
		{"a.ac3", []string{"-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "ac3"}},
		{"a.eac3", []string{"-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "eac3"}},
		{"a.mp3", []string{"-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "libmp3lame"}},
		{"a.flac", []string{"-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "flac"}},
	}
	for _, seed := range seeds {
		stream, err := os.ReadFile(mediatest.FFmpeg(f, seed.file, seed.args...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stream[:min(len(stream), 4096)])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range []media.Codec{media.AVC, media.HEVC} {
			checkNALs(t, c, b)
		}
		for _, c := range []media.Codec{media.AV1, media.VP9} {
			codec.RandomAccess(&media.Track{Kind: media.Video, Codec: c, Config: b}, b, uint32(len(b)))
		}
		if config, err := codec.AV1Config(b); err == nil {
			checkConfig(t, media.AV1, config)
		}
		if config, _, _, err := codec.VP9Config(b, media.Rational{}); err == nil {
			checkConfig(t, media.VP9, config)
		}
		if config, header, frame, err := codec.AACFromADTS(b); err == nil {
			checkConfig(t, media.AAC, config)
			if header > frame {
				t.Errorf("header of %d, frame of %d bytes", header, frame)
			}
		}
		if c, config, frame, _, _, err := codec.AC3Frame(b); err == nil {
			checkConfig(t, c, config)
			if frame < 8 {
				t.Errorf("frame of %d bytes", frame)
			}
		}
		codec.EAC3Config(b)
		if _, n, err := codec.AACConfigBits(b, 3, 0); err == nil && n > 8*len(b) {
			t.Errorf("a config of %d bits in %d bytes", n, len(b))
		}
		codec.MP3Frame(b)
		codec.FLACSamples(b)
		codec.OpusSamples(b)
		codec.OpusConfig(append([]byte("OpusHead"), b...))
	})
}

// checkConfig wants a record that was made to be described without error.
func checkConfig(t *testing.T, c media.Codec, config []byte) {
	t.Helper()
	if err := codec.Describe(&media.Track{Codec: c, Config: config}); err != nil {
		t.Errorf("%s: %x was made and is refused: %v", c, config, err)
	}
}

func checkNALs(t *testing.T, c media.Codec, b []byte) {
	t.Helper()
	for _, keep := range []bool{false, true} {
		out := codec.AppendLengthPrefixed(nil, c, b, keep)
		if n := codec.LengthPrefixedSize(c, b, keep); n != len(out) {
			t.Errorf("%s: size %d, appended %d", c, n, len(out))
		}
	}
	var sets codec.ParameterSets
	codec.NALUnits(b, func(nal []byte) bool {
		if len(nal) == 0 || nal[len(nal)-1] == 0 {
			t.Errorf("%s: NAL unit %x", c, nal)
		}
		codec.Classify(c, nal)
		sets.Add(c, nal)
		return true
	})
	tr := media.Track{Kind: media.Video, Codec: c}
	if sets.Complete(c) {
		config, err := sets.Config(c)
		if err != nil {
			t.Errorf("%s: sets were kept and are refused: %v", c, err)
		}
		checkConfig(t, c, config)
		tr.Config = config
		codec.RandomAccess(&tr, b, uint32(len(b)))
	}
	order := codec.NewOrder(&tr)
	order.Push(func(yield func([]byte) bool) { codec.NALUnits(b, yield) })
}
