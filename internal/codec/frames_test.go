package codec_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// frameInfo is what a frame header says.
type frameInfo struct{ size, samples, rate, channels int }

// walk reads an elementary stream frame by frame.
func walk(t *testing.T, stream []byte, read func(b []byte) (frameInfo, error)) []frameInfo {
	t.Helper()
	var frames []frameInfo
	for at := 0; at < len(stream); {
		f, err := read(stream[at:])
		if err != nil {
			t.Fatalf("at %d: %v", at, err)
		}
		if f.size <= 0 {
			t.Fatalf("at %d: a frame of %d bytes", at, f.size)
		}
		frames = append(frames, f)
		at += f.size
	}
	return frames
}

// TestFrames walks raw streams by their headers and compares each frame with ffprobe's packets.
func TestFrames(t *testing.T) {
	t.Parallel()
	sine := func(rate, channels string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "sine=r=" + rate + ":d=1", "-ac", channels}, more...)
	}
	adts := func(b []byte) (frameInfo, error) {
		a, err := codec.ParseADTS(b)
		if err != nil {
			return frameInfo{}, err
		}
		config, header, frame, err := codec.AACFromADTS(b)
		if err != nil {
			return frameInfo{}, err
		}
		tr := media.Track{Codec: media.AAC, Config: config}
		if err := codec.Describe(&tr); err != nil {
			return frameInfo{}, err
		}
		if header != a.Header || frame != a.Frame || codec.FrameSamples(&tr) != 1024*a.Blocks {
			return frameInfo{}, fmt.Errorf("the two readers of ADTS disagree: %+v, %d, %d", a, header, frame)
		}
		return frameInfo{frame, 1024, int(tr.SampleRate), int(tr.Channels)}, nil
	}
	mp3 := func(b []byte) (f frameInfo, err error) {
		f.size, f.samples, f.rate, f.channels, _, err = codec.MP3Frame(b)
		return f, err
	}
	ac3 := func(b []byte) (f frameInfo, err error) {
		c, config, size, samples, rate, err := codec.AC3Frame(b)
		if err != nil {
			return f, err
		}
		tr := media.Track{Codec: c, Config: config}
		err = codec.Describe(&tr)
		if c2, size2, samples2, rate2, _ := codec.AC3Size(b); c2 != c || size2 != size || samples2 != samples || rate2 != rate {
			return f, fmt.Errorf("the two readers of AC-3 disagree")
		}
		return frameInfo{size, samples, rate, int(tr.Channels)}, err
	}
	cases := []struct {
		name, file string
		read       func([]byte) (frameInfo, error)
		args       []string
	}{
		{"adts", "a.aac", adts, sine("44100", "2", "-c:a", "aac")},
		{"adts 5.1", "a.aac", adts, sine("48000", "6", "-c:a", "aac")},
		{"adts with program config", "a.aac", adts, sine("48000", "8", "-af", "aformat=channel_layouts=octagonal", "-c:a", "aac")},
		{"mp3", "a.mp3", mp3, sine("44100", "2", "-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0")},
		{"mp3 vbr mono", "a.mp3", mp3, sine("48000", "1", "-c:a", "libmp3lame", "-q:a", "4", "-id3v2_version", "0", "-write_xing", "0")},
		{"mp3 22.05 kHz", "a.mp3", mp3, sine("22050", "1", "-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0")},
		{"mp3 8 kHz", "a.mp3", mp3, sine("8000", "1", "-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0")},
		{"mp2", "a.mp2", mp3, sine("48000", "2", "-c:a", "mp2")},
		{"mp2 24 kHz", "a.mp2", mp3, sine("24000", "2", "-c:a", "mp2", "-b:a", "96k")},
		{"ac3 48", "a.ac3", ac3, sine("48000", "6", "-c:a", "ac3")},
		{"ac3 44.1", "a.ac3", ac3, sine("44100", "2", "-c:a", "ac3", "-b:a", "224k")},
		{"ac3 32", "a.ac3", ac3, sine("32000", "1", "-c:a", "ac3")},
		{"eac3", "a.eac3", ac3, sine("48000", "6", "-c:a", "eac3")},
		{"eac3 44.1", "a.eac3", ac3, sine("44100", "1", "-c:a", "eac3")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := mediatest.FFmpeg(t, c.file, c.args...)
			stream, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := probeStream(t, path)
			_, packets := probe(t, path)
			frames := walk(t, stream, c.read)
			if len(frames) != len(packets) || len(frames) < 8 {
				t.Fatalf("%d frames, ffprobe has %d", len(frames), len(packets))
			}
			for i, f := range frames {
				if strconv.Itoa(f.size) != packets[i].Size {
					t.Errorf("frame %d has %d bytes, ffprobe has %s", i, f.size, packets[i].Size)
				}
				if strconv.Itoa(f.rate) != want.SampleRate || f.channels != want.Channels && i == 0 {
					t.Errorf("frame %d: %+v, ffprobe has %s Hz and %d channels", i, f, want.SampleRate, want.Channels)
				}
			}
			if tail := frames[len(frames)/2]; tail.samples*len(frames) < tail.rate || tail.samples*(len(frames)-3) > tail.rate {
				t.Errorf("%d frames of %d samples are not a second at %d Hz", len(frames), tail.samples, tail.rate)
			}
		})
	}
}

// TestDolbyConfig compares dac3 and dec3 made from a frame with those that ffmpeg wrote.
func TestDolbyConfig(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-ac", "6", "-c:a", "ac3"}, {"-ac", "1", "-c:a", "ac3", "-b:a", "64k"}, {"-ac", "2", "-c:a", "eac3"}, {"-ac", "6", "-c:a", "eac3", "-b:a", "384k"},
	} {
		tr, path, file := mp4Track(t, "a.mp4", append([]string{"-f", "lavfi", "-i", "sine=r=48000:d=1"}, args...)...)
		_, packets := probe(t, path)
		frame := sampleBytes(t, file, packets[0])
		c, config, size, _, _, err := codec.AC3Frame(frame)
		if err != nil || c != tr.Codec || size != len(frame) || !bytes.Equal(config, tr.Config) {
			t.Errorf("%v: %v %s %x, ffmpeg has %x", args, err, c, config, tr.Config)
		}
		if c == media.EAC3 {
			if whole, err := codec.EAC3Config(frame); err != nil || !bytes.Equal(whole, config) {
				t.Errorf("%v: %v, %x", args, err, whole)
			}
		}
	}
}

// TestDependentSubstream adds to a 5.1 frame one of a dependent substream with the back channels: 7.1 as broadcast.
func TestDependentSubstream(t *testing.T) {
	t.Parallel()
	_, path, file := mp4Track(t, "a.mp4", "-f", "lavfi", "-i", "sine=r=48000:d=1", "-ac", "6", "-c:a", "eac3")
	_, packets := probe(t, path)
	independent := sampleBytes(t, file, packets[0])
	// strmtyp 1, frmsiz 31, 48 kHz, 6 blocks, 2/0, bsid 16; no compr; chanmape with Lrs/Rrs (bit 6 of the map).
	dependent := make([]byte, 64)
	copy(dependent, []byte{0x0b, 0x77, 0x40, 31, 0x34, 16<<3 | 7, 0xc0 | 1<<4})
	dependent[6] |= 0x0200 >> 12
	dependent[7] = 0x0200 >> 4 & 0xff
	if _, _, size, samples, _, err := codec.AC3Frame(dependent); err != nil || size != 64 || samples != 0 {
		t.Fatalf("%v: %d bytes, %d samples", err, size, samples)
	}
	config, err := codec.EAC3Config(append(bytes.Clone(independent), dependent...))
	if err != nil {
		t.Fatal(err)
	}
	tr := media.Track{Codec: media.EAC3, Config: config}
	if err := codec.Describe(&tr); err != nil || tr.Channels != 8 || len(config) != 6 {
		t.Errorf("%v: %d channels, dec3 %x", err, tr.Channels, config)
	}
	if got := codec.DolbyChannels(&tr); got != "FA01" {
		t.Errorf("Dolby channels %s, want FA01", got)
	}
	if _, err := codec.EAC3Config(dependent); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a dependent substream alone: %v", err)
	}
}

// TestObjects finds joint object coding behind metadata of every sort, which no encoder at hand writes.
func TestObjects(t *testing.T) {
	for name, c := range map[string]struct {
		kind, blocks, acmod, lfe uint32
		mixing, information      []field
	}{
		"bare":         {0, 3, 7, 1, nil, nil},
		"three blocks": {0, 2, 7, 1, nil, nil},
		"from AC-3":    {2, 3, 7, 1, nil, nil},
		"5.1, all": {0, 3, 7, 1,
			[]field{{1, 2}, {5, 6}, {5, 6}, {1, 1}, {9, 5}, {1, 1}, {3, 6}, {1, 1}, {7, 6}, {3, 2}, {1, 5}, {0xabcdef, 24}, {1, 1}, {1, 1}, {9, 5}, {0, 5}},
			[]field{{5, 3}, {3, 2}, {1, 2}, {1, 1}, {0xa5, 8}, {1, 1}}},
		"dual mono, one block": {0, 0, 0, 0,
			[]field{{1, 1}, {3, 6}, {1, 1}, {4, 6}, {1, 1}, {5, 6}, {2, 2}, {0xfff, 12}, {1, 1}, {0x3abc, 14}, {1, 1}, {0x1234, 14}, {1, 1}, {9, 5}},
			[]field{{0, 3}, {3, 2}, {1, 1}, {0xa5, 8}, {1, 1}, {0x5a, 8}, {1, 1}}},
		"stereo": {0, 3, 2, 0,
			[]field{{0, 1}, {0, 1}, {1, 2}, {0x15, 5}, {0, 1}},
			[]field{{2, 3}, {0, 2}, {0xf, 4}, {0, 1}, {0, 1}}},
	} {
		var w bitstream.Writer
		put := func(fields ...field) {
			for _, f := range fields {
				w.Bits(f.v, f.n)
			}
		}
		optional := func(fields []field) {
			if fields == nil {
				put(field{0, 1})
				return
			}
			put(field{1, 1})
			put(fields...)
		}
		put(field{0x0b77, 16}, field{c.kind, 2}, field{0, 3}, field{63, 11}, field{0, 2}, field{c.blocks, 2}, field{c.acmod, 3}, field{c.lfe, 1}, field{16, 5})
		put(field{31, 5}, field{1, 1}, field{0x77, 8})
		if c.acmod == 0 {
			put(field{31, 5}, field{0, 1})
		}
		optional(c.mixing)
		optional(c.information)
		switch {
		case c.kind == 2:
			put(field{12, 6})
		case c.blocks != 3:
			put(field{1, 1})
		}
		put(field{1, 1}, field{1, 6}, field{1, 8}, field{16, 8}, field{0x155, 9})
		w.Align()
		frame := append(w.Bytes, make([]byte, 128-len(w.Bytes))...)
		_, config, _, _, _, err := codec.AC3Frame(frame)
		if err != nil || len(config) != 7 || config[5] != 1 || config[6] != 16 {
			t.Errorf("%s: %v, dec3 %x", name, err, config)
		}
		if c.information != nil && uint32(config[3]>>4&7) != c.information[0].v {
			t.Errorf("%s: bsmod %d, want %d", name, config[3]>>4&7, c.information[0].v)
		}
		tr := media.Track{Codec: media.EAC3, Config: config}
		if err := codec.Describe(&tr); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// field is a number and how many bits it has.
type field struct {
	v uint32
	n uint
}

// TestOpusSamples adds packets up, for every frame size that libopus makes.
func TestOpusSamples(t *testing.T) {
	t.Parallel()
	for _, duration := range []string{"2.5", "5", "10", "20", "40", "60", "80", "120"} {
		for _, application := range []string{"voip", "audio"} {
			tr, path, file := mp4Track(t, "a.mp4", "-f", "lavfi", "-i", "sine=r=48000:d=1", "-c:a", "libopus", "-application", application, "-frame_duration", duration, "-b:a", "24k")
			_, packets := probe(t, path)
			ms, _ := strconv.ParseFloat(duration, 64)
			for i, p := range packets {
				if got := codec.OpusSamples(sampleBytes(t, file, p)); got != int(ms*48) {
					t.Errorf("%s ms, %s: packet %d has %d samples", duration, application, i, got)
				}
			}
			if len(packets) < 8 || tr.Priming == 0 {
				t.Errorf("%s ms: %d packets, priming %d", duration, len(packets), tr.Priming)
			}
		}
	}
	for _, c := range []struct {
		packet string
		want   int
	}{{"", 0}, {"\x03", 0}, {"\xfb\x03", 3 * 960}, {"\x00", 480}, {"\x60", 480}, {"\x80", 120}} {
		if got := codec.OpusSamples([]byte(c.packet)); got != c.want {
			t.Errorf("%q: %d, want %d", c.packet, got, c.want)
		}
	}
}

// TestOpusConfig compares with the dOps that ffmpeg makes of the same header.
func TestOpusConfig(t *testing.T) {
	t.Parallel()
	for _, channels := range []string{"2", "6"} {
		args := []string{"-f", "lavfi", "-i", "sine=r=48000:d=1", "-ac", channels, "-c:a", "libopus"}
		tr, _, _ := mp4Track(t, "a.mp4", args...)
		ogg, err := os.ReadFile(mediatest.FFmpeg(t, "a.ogg", args...))
		if err != nil {
			t.Fatal(err)
		}
		head := ogg[bytes.Index(ogg, []byte("OpusHead")):]
		got, err := codec.OpusConfig(head[:bytes.Index(head, []byte("OggS"))])
		if err != nil || !bytes.Equal(got, tr.Config) {
			t.Errorf("%s channels: %v, %x, ffmpeg has %x", channels, err, got, tr.Config)
		}
		if _, err := codec.OpusConfig(head[:18]); errs.KindOf(err) != errs.Invalid {
			t.Errorf("cut off: %v", err)
		}
		if channels == "2" {
			break
		}
	}
}

// TestFLAC compares metadata and frame headers with a FLAC file's.
func TestFLAC(t *testing.T) {
	t.Parallel()
	for _, more := range [][]string{{"-ar", "44100"}, {"-ar", "96000", "-sample_fmt", "s32"}, {"-ar", "8000", "-frame_size", "1000"}} {
		args := append([]string{"-f", "lavfi", "-i", "sine=r=48000:d=1", "-c:a", "flac"}, more...)
		tr, path, mp4 := mp4Track(t, "a.mp4", append(args, "-strict", "-2")...)
		file, err := os.ReadFile(mediatest.FFmpeg(t, "a.flac", args...))
		if err != nil {
			t.Fatal(err)
		}
		config, err := codec.FLACConfig(file)
		if err != nil || !bytes.Equal(config, tr.Config) {
			t.Errorf("%v: %v, %x, ffmpeg has %x", more, err, config, tr.Config)
		}
		_, packets := probe(t, path)
		for i, p := range packets[:len(packets)-1] {
			if got := codec.FLACSamples(sampleBytes(t, mp4, p)); got != codec.FrameSamples(tr) {
				t.Errorf("%v: frame %d has %d samples, STREAMINFO says %d", more, i, got, codec.FrameSamples(tr))
			}
		}
		total := 0
		for _, p := range packets {
			total += codec.FLACSamples(sampleBytes(t, mp4, p)[:16])
		}
		if total != int(tr.SampleRate) {
			t.Errorf("%v: %d samples in all, want %d", more, total, tr.SampleRate)
		}
	}
}

// TestVideoConfig makes records from the first sample, and compares them with those that ffmpeg wrote.
func TestVideoConfig(t *testing.T) {
	t.Parallel()
	video := func(encoder, format string) []string {
		return []string{"-f", "lavfi", "-i", "testsrc2=s=322x178:r=25", "-frames:v", "5", "-pix_fmt", format, "-c:v", encoder, "-cpu-used", "8"}
	}
	for _, format := range []string{"yuv420p", "yuv444p", "yuv420p10le"} {
		tr, path, file := mp4Track(t, "a.mp4", video("libvpx-vp9", format)...)
		_, packets := probe(t, path)
		config, width, height, err := codec.VP9Config(sampleBytes(t, file, packets[0]), media.Rational{Num: 25, Den: 1})
		if err != nil || width != 322 || height != 178 {
			t.Errorf("%s: %v %dx%d", format, err, width, height)
		}
		if !bytes.Equal(config, tr.Config) {
			t.Errorf("%s: vpcC %x, ffmpeg has %x", format, config, tr.Config)
		}
		if _, _, _, err := codec.VP9Config(sampleBytes(t, file, packets[1]), media.Rational{}); err == nil {
			t.Error("a record from a frame that is not a key frame")
		}
		tr, path, file = mp4Track(t, "a.mp4", video("libaom-av1", format)...)
		_, packets = probe(t, path)
		config, err = codec.AV1Config(sampleBytes(t, file, packets[0]))
		if err != nil || !bytes.Equal(config, tr.Config) {
			t.Errorf("%s: %v, av1C %x, ffmpeg has %x", format, err, config, tr.Config)
		}
		if _, err := codec.AV1Config(sampleBytes(t, file, packets[1])); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a record from a frame without sequence header: %v", err)
		}
	}
}
