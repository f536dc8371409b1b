package matroska

import (
	"crypto/md5"
	"encoding/hex"
	"os/exec"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// encoded makes a file of one track.
func encoded(t testing.TB, name string, args ...string) string {
	in := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3"}
	if !strings.Contains(strings.Join(args, " "), "-c:v") {
		in = []string{"-f", "lavfi", "-i", "sine=r=48000:d=3"}
	}
	return mediatest.FFmpeg(t, name, append(in, args...)...)
}

// TestCodecs takes one track of each coding, from ffmpeg and again from mkvmerge, which laces audio.
func TestCodecs(t *testing.T) {
	for _, c := range []struct {
		name, file string
		args       []string
		codec      media.Codec
		codecs     string // prefix of the codecs parameter; "" where it is not served
	}{
		{"avc", "a.mkv", []string{"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"}, media.AVC, "avc1."},
		{"hevc", "a.mkv", []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"}, media.HEVC, "hvc1."},
		{"av1", "a.mkv", []string{"-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"}, media.AV1, "av01."},
		{"vp9", "a.webm", []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"}, media.VP9, "vp09.00."},
		{"aac", "a.mka", []string{"-c:a", "aac"}, media.AAC, "mp4a.40.2"},
		{"mp3", "a.mka", []string{"-c:a", "libmp3lame"}, media.MP3, "mp4a.6B"},
		{"ac3", "a.mka", []string{"-c:a", "ac3", "-ac", "2"}, media.AC3, "ac-3"},
		{"eac3", "a.mka", []string{"-c:a", "eac3", "-ac", "2"}, media.EAC3, "ec-3"},
		{"opus", "a.webm", []string{"-c:a", "libopus"}, media.Opus, "opus"},
		{"opus 60 ms", "a.webm", []string{"-c:a", "libopus", "-frame_duration", "60"}, media.Opus, "opus"},
		{"flac", "a.mka", []string{"-c:a", "flac"}, media.FLAC, "fLaC"},
		{"vorbis", "a.webm", []string{"-c:a", "libvorbis"}, "Vorbis", ""},
		{"pcm", "a.mka", []string{"-c:a", "pcm_s16le"}, "PCM", ""},
		{"pcm, windows", "a.mka", []string{"-c:a", "adpcm_ms"}, "ADPCM", ""},
		{"dts", "a.mka", []string{"-c:a", "dca", "-strict", "-2", "-ac", "2"}, "DTS", ""},
		{"mp2", "a.mka", []string{"-c:a", "mp2"}, "MP2", ""},
		{"mpeg4", "a.mkv", []string{"-c:v", "mpeg4"}, "MPEG-4 part 2", ""},
		{"vp8", "a.webm", []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"}, "VP8", ""},
		{"mpeg2", "a.mkv", []string{"-c:v", "mpeg2video"}, "MPEG-2 video", ""},
		{"huffyuv", "a.mkv", []string{"-c:v", "huffyuv"}, "Huffyuv", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := encoded(t, c.file, c.args...)
			for _, path := range []string{path, merged(t, c.file, path)} {
				if c.codecs == "" {
					r, got := scanFile(t, path)
					if r.Tracks[0].Codec != c.codec || len(got.samples[0]) != 0 {
						t.Errorf("%q with %d samples, want %q with none", r.Tracks[0].Codec, len(got.samples[0]), c.codec)
					}
					continue
				}
				r, _ := compare(t, path)
				track := r.Tracks[0]
				if s := codec.String(&track); track.Codec != c.codec || !strings.HasPrefix(s, c.codecs) {
					t.Errorf("%q, codecs %q; want %q, %q", track.Codec, s, c.codec, c.codecs)
				}
				if !track.Contiguous || len(r.Warnings) != 0 {
					t.Errorf("contiguous %v, warnings %q", track.Contiguous, r.Warnings)
				}
				if track.Kind == media.Video && (track.Width != 160 || track.Height != 90 || track.FrameRate.String() != "25") {
					t.Errorf("%dx%d at %v", track.Width, track.Height, track.FrameRate)
				}
				if track.Kind == media.Audio && track.SampleRate != 48000 {
					t.Errorf("%d Hz", track.SampleRate)
				}
			}
		})
	}
}

// TestPriming looks at the encoder delay: the first packet stands before time 0 by it, and the last one says what to drop.
func TestPriming(t *testing.T) {
	r, got := compare(t, encoded(t, "a.webm", "-c:a", "libopus"))
	track, s := r.Tracks[0], got.samples[0]
	if track.Timescale != 48000 || track.Priming != 312 || s[0].DTS != -312 {
		t.Errorf("priming %d at %d, first packet at %d; want 312 at 48000, -312", track.Priming, track.Timescale, s[0].DTS)
	}
	end := s[len(s)-1].DTS + s[len(s)-1].Duration - track.Padding
	if end < 3*48000-48 || end > 3*48000+48 {
		t.Errorf("the sound ends at %d, want 3 s", end)
	}
}

// TestVideoForWindows takes H.264 in its Windows clothes: with start codes, and with a configuration record. The times there are decode times;
// presentation times must be those of the file from which it was made.
func TestVideoForWindows(t *testing.T) {
	source := encoded(t, "source.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "25")
	for name, args := range map[string][]string{
		"start codes": {"-vtag", "H264", "-bsf:v", "h264_mp4toannexb"},
		"record":      {"-vtag", "avc1"},
	} {
		t.Run(name, func(t *testing.T) {
			avi := mediatest.FFmpeg(t, "a.avi", append([]string{"-i", source, "-c", "copy"}, args...)...)
			path := merged(t, "vfw.mkv", avi, "--engage", "allow_avc_in_vfw_mode")
			r, got := scanFile(t, path)
			if r.Tracks[0].Codec != media.AVC {
				t.Fatalf("%q: %q", r.Tracks[0].Codec, r.Warnings)
			}
			sameClock(t, &r.Tracks[0], got.samples[0], clockOf(t, source, "v:0"))
			sameBytes(t, path, &r.Tracks[0], got.samples[0], source)
		})
	}
}

// sameBytes compares frames with those of an MP4, NAL unit by NAL unit, without delimiters and parameter sets.
func sameBytes(t *testing.T, path string, track *media.Track, s []media.Sample, mp4 string) {
	t.Helper()
	f := openFile(t, path)
	annexB, err := exec.Command("ffmpeg", "-v", "error", "-i", mp4, "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	keep := func(h *[]byte) func([]byte) bool {
		return func(nal []byte) bool {
			if c := codec.Classify(media.AVC, nal); !c.Delimiter && !c.ParameterSet {
				*h = append(*h, nal...)
			}
			return true
		}
	}
	var want, have []byte
	codec.NALUnits(annexB, keep(&want))
	for i := range s {
		codec.LengthPrefixed(payload(t, f, track, &s[i]), codec.LengthSize(track), keep(&have))
	}
	a, b := md5.Sum(want), md5.Sum(have)
	if a != b {
		t.Errorf("the frames have %d bytes of NAL units, %s; the source has %d, %s", len(have), hex.EncodeToString(b[:]), len(want), hex.EncodeToString(a[:]))
	}
}
