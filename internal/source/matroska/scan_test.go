package matroska

import (
	"bytes"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// copied remuxes the clip with ffmpeg.
func copied(t testing.TB, name string, args ...string) string {
	return mediatest.FFmpeg(t, name, append([]string{"-i", mediatest.Clip(t), "-c", "copy"}, args...)...)
}

// merged remuxes a file with mkvmerge.
func merged(t testing.TB, name, in string, args ...string) string {
	return mediatest.Make(t, name, append(append([]string{"mkvmerge", "-q", "-o", "OUT"}, args...), in)...)
}

// TestPackets compares files of several muxers with ffprobe.
func TestPackets(t *testing.T) {
	clip := mediatest.Clip(t)
	for name, make := range map[string]func(t *testing.T) string{
		"ffmpeg":           func(t *testing.T) string { return copied(t, "a.mkv") },
		"live":             func(t *testing.T) string { return copied(t, "live.mkv", "-live", "1") },
		"short clusters":   func(t *testing.T) string { return copied(t, "short.mkv", "-cluster_time_limit", "200") },
		"crc":              func(t *testing.T) string { return copied(t, "crc.mkv", "-write_crc32", "1") },
		"cues in front":    func(t *testing.T) string { return copied(t, "front.mkv", "-reserve_index_space", "2048") },
		"start at an hour": func(t *testing.T) string { return copied(t, "hour.mkv", "-output_ts_offset", "3600") },
		"pipe": func(t *testing.T) string {
			return mediatest.Make(t, "pipe.mkv", "sh", "-c", "ffmpeg -v error -i "+clip+" -c copy -f matroska - > OUT")
		},
		"mkvmerge":  func(t *testing.T) string { return merged(t, "b.mkv", clip) },
		"no cues":   func(t *testing.T) string { return merged(t, "nocues.mkv", clip, "--no-cues") },
		"meta seek": func(t *testing.T) string { return merged(t, "meta.mkv", clip, "--clusters-in-meta-seek") },
		"zlib": func(t *testing.T) string {
			return merged(t, "zlib.mkv", clip, "--compression", "0:zlib", "--compression", "1:zlib")
		},
		"fine timestamps":  func(t *testing.T) string { return merged(t, "fine.mkv", clip, "--timestamp-scale", "10000") },
		"block groups":     func(t *testing.T) string { return merged(t, "groups.mkv", clip, "--engage", "no_simpleblocks") },
		"audio alone":      func(t *testing.T) string { return merged(t, "audio.mka", clip, "-D") },
		"gstreamer":        func(t *testing.T) string { return gst(t, clip, "matroskamux") },
		"gstreamer stream": func(t *testing.T) string { return gst(t, clip, "matroskamux streamable=true") },
	} {
		t.Run(name, func(t *testing.T) {
			r, c := compare(t, make(t))
			for _, w := range r.Warnings {
				t.Errorf("warning: %s", w)
			}
			if c.restarts != 0 {
				t.Errorf("%d restarts", c.restarts)
			}
		})
	}
}

// gst remuxes a file with GStreamer.
func gst(t testing.TB, in, mux string) string {
	return mediatest.Make(t, "gst.mkv", "sh", "-c", "gst-launch-1.0 -q filesrc location="+in+" ! qtdemux name=d  d.video_0 ! queue ! h264parse ! m.  d.audio_0 ! queue ! aacparse ! m.  "+mux+" name=m ! filesink location=OUT")
}

// TestAnalysedOnly takes a file whose tracks have a ContentEncoding that does not say what it is: mkvmerge writes that where it looks for a common header, and takes
// nothing away. (ffprobe refuses such a file, so it is compared with the same film without.)
func TestAnalysedOnly(t *testing.T) {
	clip := mediatest.Clip(t)
	plain, analysed := merged(t, "b.mkv", clip), merged(t, "analysed.mkv", clip, "--compression", "0:analyze_header_removal", "--compression", "1:analyze_header_removal")
	r, got := scanFile(t, analysed)
	r2, want := scanFile(t, plain)
	f, f2 := openFile(t, analysed), openFile(t, plain)
	for i := range r.Tracks {
		a, b := got.samples[i], want.samples[i]
		if len(a) != len(b) || len(a) == 0 {
			t.Fatalf("%d samples, want %d", len(a), len(b))
		}
		for n := range a {
			if a[n].DTS != b[n].DTS || !bytes.Equal(payload(t, f, &r.Tracks[i], &a[n]), payload(t, f2, &r2.Tracks[i], &b[n])) {
				t.Fatalf("track %d: sample %d is another", i, n)
			}
		}
	}
}
