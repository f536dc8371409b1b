package codec_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// TestDescribeVideo compares what records say with what ffprobe says of the same files.
func TestDescribeVideo(t *testing.T) {
	t.Parallel()
	vp9 := func(size, rate string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate, "-frames:v", "10", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"}, more...)
	}
	av1 := func(encoder, size, rate string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate, "-frames:v", "10", "-c:v", encoder}, more...)
	}
	cases := []struct {
		name, codecs string
		args         []string
	}{
		{"main", "avc1.4d400b", x264("160x90", "25", "10", "", "-profile:v", "main", "-pix_fmt", "yuv420p")},
		{"baseline", "avc1.42c00b", x264("160x90", "30000/1001", "10", "", "-profile:v", "baseline", "-pix_fmt", "yuv420p")},
		{"1080 cropped", "avc1.640028", x264("1920x1080", "24000/1001", "3", "", "-pix_fmt", "yuv420p")},
		{"1080 interlaced", "avc1.640028", x264("1920x1080", "25", "3", "interlaced=1", "-pix_fmt", "yuv420p")},
		{"odd crop 4:4:4", "avc1.f4000b", x264("171x97", "25", "3", "", "-pix_fmt", "yuv444p")},
		{"4:2:2 10 bit interlaced", "avc1.7a001f", x264("720x578", "25", "3", "interlaced=1:bff=1", "-pix_fmt", "yuv422p10le")},
		{"high10", "avc1.6e000c", x264("162x90", "50", "3", "", "-pix_fmt", "yuv420p10le")},
		{"gray", "avc1.64000c", x264("162x94", "50", "3", "", "-pix_fmt", "gray")},
		{"sar 64:45, hrd", "avc1.64001e", x264("720x576", "25", "3", "sar=64/45:nal-hrd=cbr:vbv-maxrate=2000:vbv-bufsize=2000:bitrate=2000:scenecut=0", "-pix_fmt", "yuv420p")},
		{"sar 4:3 by number", "avc1.64000c", x264("160x90", "60", "3", "sar=4/3:colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=on", "-pix_fmt", "yuv420p")},
		{"scaling matrix", "avc1.64000b", x264("160x90", "25", "3", "cqm=jvt", "-pix_fmt", "yuv420p")},
		{"hevc", "hvc1.1.6.L30.90", x265("160x90", "25", "10", "", "-pix_fmt", "yuv420p")},
		{"hevc main10 vui hrd", "hvc1.2.4.L60.90", x265("352x288", "30000/1001", "4", "sar=12:11:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hrd=1:vbv-maxrate=900:vbv-bufsize=900:bitrate=800", "-pix_fmt", "yuv420p10le")},
		{"hevc 1080", "hvc1.1.6.L120.90", x265("1920x1080", "25", "3", "scaling-list=default", "-pix_fmt", "yuv420p")},
		{"hevc 4:2:2", "hvc1.4.10.L63.9D.8", x265("642x362", "25", "3", "", "-pix_fmt", "yuv422p10le")},
		{"hevc temporal layers", "hvc1.1.6.L60.90", x265("320x180", "50", "20", "temporal-layers=3:b-adapt=0:bframes=3:b-pyramid=1", "-pix_fmt", "yuv420p")},
		{"vp9", "vp09.00.10.08", vp9("160x90", "25", "-pix_fmt", "yuv420p")},
		{"vp9 10 bit", "vp09.02.10.10", vp9("160x90", "25", "-pix_fmt", "yuv420p10le")},
		{"vp9 4:4:4", "vp09.01.10.08.03.02.02.02.00", vp9("160x90", "25", "-pix_fmt", "yuv444p")},
		{"aom", "av01.0.00M.08", av1("libaom-av1", "160x90", "25", "-pix_fmt", "yuv420p", "-cpu-used", "8", "-usage", "realtime")},
		{"svt 10 bit", "av01.0.00M.10", av1("libsvtav1", "320x180", "30000/1001", "-pix_fmt", "yuv420p10le", "-preset", "12")},
		{"aom 4:4:4 full range", "av01.1.00M.08.0.000.01.01.01.1", av1("libaom-av1", "160x90", "25", "-pix_fmt", "yuv444p", "-cpu-used", "8", "-usage", "realtime",
			"-color_range", "pc", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, path, _ := mp4Track(t, "clip.mp4", c.args...)
			want := probeStream(t, path)
			if tr.Kind != media.Video || codec.MimeType(tr) != "video/mp4" {
				t.Errorf("kind %v, %s", tr.Kind, codec.MimeType(tr))
			}
			if got := codec.String(tr); got != c.codecs {
				t.Errorf("codecs %s, want %s", got, c.codecs)
			}
			if tr.Codec == media.AVC && int(tr.Config[3]) != want.Level || tr.Codec == media.HEVC && int(tr.Config[12]) != want.Level {
				t.Errorf("ffprobe has level %d", want.Level)
			}
			// From the record alone, without the sample entry's fields.
			bare := &media.Track{Codec: tr.Codec, Config: tr.Config}
			if err := codec.Describe(bare); err != nil {
				t.Fatal(err)
			}
			if tr.Codec != media.VP9 && (bare.Width != want.Width || bare.Height != want.Height) {
				t.Errorf("size %dx%d, ffprobe has %dx%d", bare.Width, bare.Height, want.Width, want.Height)
			}
			if sar := ratio(want.SAR); tr.SAR != sar && !(tr.SAR.IsZero() && sar.Num == sar.Den) {
				t.Errorf("SAR %v, ffprobe has %v", tr.SAR, sar)
			}
			if tr.Codec == media.AVC || tr.Codec == media.HEVC {
				if bare.FrameRate != ratio(want.AverageRate) {
					t.Errorf("frame rate %v, ffprobe has %s", bare.FrameRate, want.AverageRate)
				}
			}
		})
	}
}

// TestDescribeAudio does the same for audio.
func TestDescribeAudio(t *testing.T) {
	t.Parallel()
	sine := func(rate, channels string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "sine=r=" + rate + ":d=1", "-ac", channels}, more...)
	}
	cases := []struct {
		name, file, codecs string
		samples            int
		args               []string
	}{
		{"aac", "a.mp4", "mp4a.40.2", 1024, sine("44100", "2", "-c:a", "aac")},
		{"aac 5.1", "a.mp4", "mp4a.40.2", 1024, sine("48000", "6", "-c:a", "aac")},
		{"aac 7.1", "a.mp4", "mp4a.40.2", 1024, append(sine("48000", "8", "-c:a", "aac"), "-channel_layout", "7.1")},
		{"aac by program config", "a.mp4", "mp4a.40.2", 1024, sine("48000", "8", "-af", "aformat=channel_layouts=octagonal", "-c:a", "aac")},
		{"aac mono in mov", "a.mov", "mp4a.40.2", 1024, sine("22050", "1", "-c:a", "aac")},
		{"mp3", "a.mp4", "mp4a.6B", 1152, sine("44100", "2", "-c:a", "libmp3lame")},
		{"mp3 low", "a.mp4", "mp4a.69", 576, sine("22050", "1", "-c:a", "libmp3lame")},
		{"mp3 in mov", "a.mov", "mp4a.6B", 1152, sine("48000", "2", "-c:a", "libmp3lame")},
		{"ac3", "a.mp4", "ac-3", 1536, sine("48000", "6", "-c:a", "ac3")},
		{"ac3 32k mono", "a.mp4", "ac-3", 1536, sine("32000", "1", "-c:a", "ac3")},
		{"eac3", "a.mp4", "ec-3", 1536, sine("48000", "6", "-c:a", "eac3")},
		{"eac3 44.1k", "a.mp4", "ec-3", 1536, sine("44100", "2", "-c:a", "eac3")},
		{"opus", "a.mp4", "opus", 0, sine("48000", "2", "-c:a", "libopus")},
		{"opus 5.1", "a.mp4", "opus", 0, sine("48000", "6", "-c:a", "libopus")},
		{"flac", "a.mp4", "fLaC", 4608, sine("44100", "2", "-c:a", "flac", "-strict", "-2")},
		{"flac 96k 24 bit", "a.mp4", "fLaC", 8192, sine("96000", "1", "-c:a", "flac", "-sample_fmt", "s32", "-strict", "-2")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, path, file := mp4Track(t, c.file, c.args...)
			want := probeStream(t, path)
			_, packets := probe(t, path)
			if tr.Codec == media.MP3 { // the first frame is the configuration
				tr.Config = sampleBytes(t, file, packets[0])[:4]
				if err := codec.Describe(tr); err != nil {
					t.Fatal(err)
				}
			}
			if tr.Kind != media.Audio || codec.MimeType(tr) != "audio/mp4" {
				t.Errorf("kind %v, %s", tr.Kind, codec.MimeType(tr))
			}
			if strconv.Itoa(int(tr.SampleRate)) != want.SampleRate {
				t.Errorf("sample rate %d, ffprobe has %s", tr.SampleRate, want.SampleRate)
			}
			if int(tr.Channels) != want.Channels {
				t.Errorf("%d channels, ffprobe has %d", tr.Channels, want.Channels)
			}
			if got := codec.String(tr); got != c.codecs {
				t.Errorf("codecs %s, want %s", got, c.codecs)
			}
			if got := codec.FrameSamples(tr); got != c.samples {
				t.Errorf("%d samples, want %d", got, c.samples)
			}
			if c.samples != 0 && packets[1].Dur != int64(c.samples) {
				t.Errorf("ffprobe has packets of %d samples", packets[1].Dur)
			}
			if tr.Codec == media.Opus && tr.Priming != 312 {
				t.Errorf("priming %d, libopus has 312", tr.Priming)
			}
		})
	}
}

// TestOtherCodings checks the names that people read, on what ffmpeg writes.
func TestOtherCodings(t *testing.T) {
	t.Parallel()
	video := []string{"-f", "lavfi", "-i", "testsrc2=s=176x144:r=25", "-frames:v", "2"}
	audio := []string{"-f", "lavfi", "-i", "sine=r=44100:d=0.2"}
	cases := []struct {
		file string
		want media.Codec
		kind media.Kind
		args []string
	}{
		{"a.mp4", "MPEG-4 part 2", media.Video, append(video, "-c:v", "mpeg4")},
		{"a.mp4", "MPEG-2 video", media.Video, append(video, "-c:v", "mpeg2video")},
		{"a.mov", "MPEG-2 video", media.Video, append(video, "-c:v", "mpeg2video")},
		{"a.mov", "Motion JPEG", media.Video, append(video, "-c:v", "mjpeg")},
		{"a.mov", "Apple ProRes", media.Video, append(video, "-c:v", "prores")},
		{"a.mov", "H.263", media.Video, append(video, "-c:v", "h263")},
		{"a.mov", "QuickTime Animation", media.Video, append(video, "-c:v", "qtrle")},
		{"a.mov", "PNG", media.Video, append(video, "-c:v", "png")},
		{"a.mov", "uncompressed video", media.Video, append(video, "-c:v", "v210")},
		{"a.mov", "PCM", media.Audio, append(audio, "-c:a", "pcm_s16le")},
		{"a.mov", "PCM", media.Audio, append(audio, "-c:a", "pcm_s24be")},
		{"a.mov", "PCM", media.Audio, append(audio, "-c:a", "pcm_f32le", "-ar", "192000")},
		{"a.mov", "G.711", media.Audio, append(audio, "-c:a", "pcm_mulaw")},
		{"a.mov", "ADPCM", media.Audio, append(audio, "-c:a", "adpcm_ima_qt")},
		{"a.mp4", "ALAC", media.Audio, append(audio, "-c:a", "alac")},
		{"a.mp4", "Vorbis", media.Audio, append(audio, "-ac", "2", "-c:a", "vorbis", "-strict", "-2")},
		{"a.mp4", "DTS", media.Audio, append(audio, "-ac", "2", "-c:a", "dca", "-strict", "-2")},
	}
	for _, c := range cases {
		t.Run(strings.Join(c.args[len(c.args)-2:], " "), func(t *testing.T) {
			t.Parallel()
			tr, path, _ := mp4Track(t, c.file, c.args...)
			if tr.Codec != c.want || tr.Kind != c.kind {
				t.Errorf("%s (%v), want %s (%v)", tr.Codec, tr.Kind, c.want, c.kind)
			}
			want := probeStream(t, path)
			if tr.Width != want.Width || tr.Height != want.Height {
				t.Errorf("size %dx%d, ffprobe has %dx%d", tr.Width, tr.Height, want.Width, want.Height)
			}
			if tr.Kind == media.Audio && (strconv.Itoa(int(tr.SampleRate)) != want.SampleRate || int(tr.Channels) != want.Channels) {
				t.Errorf("%d Hz, %d channels; ffprobe has %s, %d", tr.SampleRate, tr.Channels, want.SampleRate, want.Channels)
			}
			if codec.String(tr) != "" {
				t.Errorf("codecs %q for what is not served", codec.String(tr))
			}
			if _, err := codec.AppendSampleEntry(nil, tr); err == nil {
				t.Error("a sample entry for what is not served")
			}
		})
	}
}
