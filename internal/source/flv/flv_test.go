package flv

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// small is the clip as 4 s of 192x108: quick to encode again and again.
func small(t testing.TB) string {
	return mediatest.FFmpeg(t, "small.mp4", "-i", mediatest.Clip(t), "-t", "4", "-vf", "scale=192:108", "-c:v", "libx264", "-preset", "fast", "-bf", "2", "-g", "24",
		"-c:a", "aac", "-b:a", "64k")
}

func open(t testing.TB, path string) demux.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return demux.File{ReaderAt: f, Size: st.Size()}
}

// TestFiles compares what muxers write with what FFmpeg finds in it: packets, sizes, places, times, key frames, bytes, and decoded pictures.
func TestFiles(t *testing.T) {
	src := small(t)
	make := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name+".flv", append([]string{"-i", src}, args...)...)
	}
	x264 := []string{"-c:v", "libx264", "-preset", "fast", "-g", "24"}
	for _, test := range []struct {
		name, path string
		timescale  media.Timescale // of the video
	}{
		{"copied, B-frames, AAC", make("copy", "-c", "copy"), 24000},
		{"MP3", make("mp3", "-c:v", "copy", "-c:a", "libmp3lame", "-ar", "44100"), 24000},
		{"MP3, 22.05 kHz, 30000/1001", make("low", append(x264, "-bf", "3", "-r", "30000/1001", "-c:a", "libmp3lame", "-ar", "22050")...), 30000},
		{"no B-frames, 60 fps", make("sixty", append(x264, "-bf", "0", "-r", "60", "-c:a", "aac", "-ar", "48000")...), 60000},
		{"variable frame rate", make("vfr", append(x264, "-bf", "0", "-vf", "setpts='PTS+(0.3*mod(N,3)+0.1*mod(N,5))/24/TB/4'", "-fps_mode", "vfr", "-enc_time_base", "1/1000", "-c:a", "copy")...), 1000},
		{"video alone", make("v", "-c:v", "copy", "-an"), 24000},
		{"GStreamer", mediatest.Make(t, "gst.flv", "sh", "-c", "gst-launch-1.0 -q filesrc location="+src+" ! qtdemux name=d flvmux name=m ! filesink location=OUT "+
			"d.video_0 ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! h264parse ! m.video d.audio_0 ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! aacparse ! m.audio"), 24000},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, test.path)
			c := mustScan(t, f)
			clamped := test.name == "GStreamer" // it knows no times before 0: the first decode times are all 0
			if len(c.result.Warnings) > 0 && !clamped {
				t.Errorf("warnings: %q", c.result.Warnings)
			}
			for i := range c.result.Tracks {
				tr := &c.result.Tracks[i]
				p := probe(t, test.path, tr.Kind)
				comparePackets(t, tr, c.samples[i], p, clamped)
				payload := c.payload(t, f, i)
				if !tr.Contiguous || !slices.EqualFunc(payload, p.data, bytes.Equal) {
					t.Errorf("%s: contiguous %t; or the %d payloads are not FFmpeg's", tr.Codec, tr.Contiguous, len(payload))
				}
				if tr.Kind == media.Video {
					if tr.Timescale != test.timescale {
						t.Errorf("timescale is %d, not %d", tr.Timescale, test.timescale)
					}
					comparePictures(t, test.path, tr, payload)
				}
			}
		})
	}
}

// comparePackets compares a track with ffprobe's packets. Its times are the file's milliseconds.
func comparePackets(t *testing.T, tr *media.Track, samples []media.Sample, p probed, clamped bool) {
	t.Helper()
	st := p.Streams[0]
	if tr.Kind == media.Video && (tr.Width != st.Width || tr.Height != st.Height) {
		t.Errorf("%dx%d, ffprobe says %dx%d", tr.Width, tr.Height, st.Width, st.Height)
	}
	if tr.Kind == media.Audio && (strconv.Itoa(int(tr.SampleRate)) != st.Sampling || tr.Channels != st.Channels || tr.Timescale != media.Timescale(tr.SampleRate)) {
		t.Errorf("%d Hz, %d channels, timescale %d, ffprobe says %s and %d", tr.SampleRate, tr.Channels, tr.Timescale, st.Sampling, st.Channels)
	}
	if len(samples) != len(p.Packets) {
		t.Fatalf("%s: %d samples, ffprobe finds %d packets", tr.Codec, len(samples), len(p.Packets))
	}
	for i, q := range p.Packets {
		s := samples[i]
		if pos, _ := strconv.ParseInt(q.Pos, 10, 64); q.Size != strconv.Itoa(int(s.Span)) || s.Offset <= pos || s.Offset > pos+20 {
			t.Fatalf("%s %d: %d bytes at %d, ffprobe finds %s at %s", tr.Codec, i, s.Span, s.Offset, q.Size, q.Pos)
		}
		dts, pts := int64(s.DTS.In(tr.Timescale, 1000)), int64(s.PTS().In(tr.Timescale, 1000))
		if clamped && tr.Kind == media.Video {
			dts = q.DTS
		}
		if clamped && tr.Kind == media.Audio && i == 0 {
			if s.DTS != samples[1].DTS-1024 || s.DTS >= 0 {
				t.Errorf("the first of two audio frames at 0 is at %d, the second at %d", s.DTS, samples[1].DTS)
			}
			continue
		}
		if slack := int64(1); max(dts-q.DTS, q.DTS-dts, pts-q.PTS, q.PTS-pts) > slack {
			t.Fatalf("%s %d: at %d and %d ms, ffprobe says %d and %d", tr.Codec, i, dts, pts, q.DTS, q.PTS)
		}
		if s.Sync != strings.HasPrefix(q.Flags, "K") {
			t.Errorf("%s %d: sync is %t, ffprobe says %s", tr.Codec, i, s.Sync, q.Flags)
		}
		if i > 0 && samples[i-1].DTS+samples[i-1].Duration != s.DTS {
			t.Fatalf("%s %d: at %d, the one before at %d lasts %d", tr.Codec, i, s.DTS, samples[i-1].DTS, samples[i-1].Duration)
		}
		if tr.Kind == media.Audio && int(s.Duration) != codec.FrameSamples(tr) {
			t.Fatalf("%s %d lasts %d samples", tr.Codec, i, s.Duration)
		}
	}
}

// annexBOf undoes length prefixes, with the parameter sets of the Config in front.
func annexBOf(t *testing.T, tr *media.Track, payload [][]byte) []byte {
	t.Helper()
	var b []byte
	put := func(nal []byte) bool { b = append(append(b, 0, 0, 0, 1), nal...); return true }
	n := codec.LengthSize(tr)
	codec.LengthPrefixed(inFront(tr.Codec, tr.Config, n), n, put)
	for _, p := range payload {
		codec.LengthPrefixed(p, n, put)
	}
	return b
}

// comparePictures decodes a file FFmpeg can read, and the Samples as they are served, and compares every picture.
func comparePictures(t *testing.T, path string, tr *media.Track, payload [][]byte) {
	t.Helper()
	hash := func(stdin []byte, input ...string) []string {
		args := append(append([]string{"-v", "error"}, input...), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash", "-hash", "md5", "-")
		var sums []string
		for line := range strings.Lines(string(run(t, stdin, "ffmpeg", args...))) {
			if fields := strings.Split(line, ","); len(fields) == 6 {
				sums = append(sums, strings.TrimSpace(fields[5]))
			}
		}
		return sums
	}
	want, got := hash(nil, "-i", path), hash(annexBOf(t, tr, payload), "-f", "h264", "-i", "-")
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("%d pictures decode from the file, %d from the samples, and they differ", len(want), len(got))
	}
}

// TestNames: streams that are not served have a name for people, and no Samples.
func TestNames(t *testing.T) {
	src := small(t)
	for _, test := range []struct {
		args         []string
		video, audio media.Codec
	}{
		{[]string{"-c:v", "flv1", "-c:a", "pcm_s16le", "-ar", "44100"}, "H.263 (Sorenson Spark)", "PCM"},
		{[]string{"-c:v", "flashsv", "-c:a", "adpcm_swf", "-ar", "22050"}, "Screen video", "ADPCM"},
		{[]string{"-c:v", "flashsv2", "-c:a", "nellymoser", "-ar", "44100", "-ac", "1"}, "Screen video 2", "Nellymoser"},
		{[]string{"-c:v", "flv1", "-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1"}, "H.263 (Sorenson Spark)", "G.711 µ-law"},
	} {
		path := mediatest.FFmpeg(t, "named.flv", append([]string{"-i", src, "-t", "1"}, test.args...)...)
		c := mustScan(t, open(t, path))
		got := map[media.Kind]media.Track{}
		for _, tr := range c.result.Tracks {
			got[tr.Kind] = tr
		}
		rate, _ := strconv.Atoi(test.args[slices.Index(test.args, "-ar")+1])
		if v, a := got[media.Video], got[media.Audio]; v.Codec != test.video || a.Codec != test.audio || len(c.samples) > 0 || max(int(a.SampleRate)-rate, rate-int(a.SampleRate)) > 20 {
			t.Errorf("%v: %+v and %+v with %d samples", test.args, v, a, len(c.samples))
		}
	}
}
