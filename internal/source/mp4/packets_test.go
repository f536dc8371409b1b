package mp4

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// variants are files made from the clip, that ffprobe reads and we read.
func variants(t testing.TB) map[string]string {
	clip := mediatest.Clip(t)
	five := []string{"-i", clip, "-t", "5", "-map", "0", "-c", "copy"}
	with := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name, append(slices.Clone(five), args...)...)
	}
	m := map[string]string{
		"clip":           clip,
		"faststart":      with("v.mp4", "-movflags", "+faststart"),
		"mov":            with("v.mov"),
		"3gp":            with("v.3gp"),
		"m4v":            with("v.m4v", "-f", "ipod"),
		"negative cts":   with("v.mp4", "-movflags", "+negative_cts_offsets"),
		"no edit list":   with("v.mp4", "-use_editlist", "0"),
		"frag":           with("v.mp4", "-movflags", "+frag_keyframe+empty_moov"),
		"frag full moov": with("v.mp4", "-movflags", "+frag_keyframe"),
		"frag base":      with("v.mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"),
		"frag omit":      with("v.mp4", "-movflags", "+frag_keyframe+empty_moov+omit_tfhd_offset"),
		"frag separate":  with("v.mp4", "-movflags", "+frag_keyframe+empty_moov+separate_moof"),
		"frag every":     with("v.mp4", "-movflags", "+frag_every_frame+empty_moov+default_base_moof"),
		"dash":           with("v.mp4", "-movflags", "+frag_keyframe+dash"),
		"cmaf":           with("v.mp4", "-movflags", "+frag_keyframe+cmaf"),
		"global sidx":    with("v.mp4", "-movflags", "+frag_keyframe+empty_moov+global_sidx"),
		"delay moov":     with("v.mp4", "-movflags", "+frag_keyframe+delay_moov"),
		"frag negative":  with("v.mp4", "-movflags", "+frag_keyframe+delay_moov+negative_cts_offsets+default_base_moof"),
		"ismv":           with("v.ismv", "-f", "ismv"),
		"offset":         with("v.mp4", "-output_ts_offset", "1.5"),
		"video only":     mediatest.FFmpeg(t, "v.mp4", "-i", clip, "-t", "5", "-map", "0:v", "-c", "copy"),
		"cut":            mediatest.FFmpeg(t, "v.mp4", "-ss", "3.3", "-i", clip, "-t", "5", "-map", "0", "-c", "copy"),
		"encrypted":      with("v.mp4", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid", "00112233445566778899aabbccddeeff"),
	}
	for _, mux := range []string{"mp4mux", "qtmux", "mp4mux faststart=true", "mp4mux fragment-duration=2000", "ismlmux fragment-duration=2000", "3gppmux"} {
		m["gst "+mux] = gst(t, clip, mux)
	}
	for _, name := range []string{"bbb_v7", "bbb_a1", "bbb_a2", "bbb_t1", "bbb_v7_enc", "bbb_a1_enc", "tears_v1", "tears_t1"} {
		if path, ok := mediatest.Film(t, name); ok {
			m[name] = path
		}
	}
	return m
}

// gst remuxes the clip with GStreamer.
func gst(t testing.TB, clip, mux string) string {
	mux += " name=m ! filesink location=OUT filesrc location=" + clip + " ! qtdemux name=d d.video_0 ! queue ! h264parse ! m. d.audio_0 ! queue ! aacparse ! m."
	return mediatest.Make(t, "v.mp4", append([]string{"gst-launch-1.0", "-q"}, strings.Fields(mux)...)...)
}

// odd are the files that ffprobe 5.1 reads in its own way, and why. Their times are compared with those of the clip instead.
var odd = map[string]string{
	"cmaf":          "presentation times are shifted by the smallest composition offset in fragments",
	"frag negative": "presentation times are shifted by the smallest composition offset in fragments",
	"ismv":          "tfxd is ignored, and see above",
	"global sidx":   "key frames are not marked",
	"cut":           "the first picture after the cut is presented at 0, not when the edit list says; audio before the cut is listed",
}

// damaged are the files that are not whole, and the warning that they deserve.
var damaged = map[string]string{
	"tears_t1": "track 3: the file ends before its samples from 56s on; they are missing",
	"cut":      "track 2: its edit list cuts off the first 1.396s",
}

func TestPackets(t *testing.T) {
	files := variants(t)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	_, original := scanFile(t, files["clip"])
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			r, c := scanFile(t, files[name])
			if warn := strings.Join(r.Warnings, "; "); warn != damaged[name] {
				t.Errorf("warnings: %s", warn)
			}
			if odd[name] == "" {
				comparePackets(t, files[name], r, c)
			}
			if !strings.Contains(name, "_") && name != "clip" && name != "cut" {
				compareOriginal(t, r.Tracks[0].Timescale, c.samples[0], original.samples[0])
			}
		})
	}
}

// compareOriginal compares the video of a remuxed clip with that of the clip: the same pictures at the same times, but for a start that is later.
func compareOriginal(t *testing.T, scale media.Timescale, got, want []media.Sample) {
	if len(got) < 120 {
		t.Fatalf("%d samples", len(got))
	}
	for i := range got {
		g, w := (got[i].PTS()-got[0].PTS()).In(scale, 12288), want[i].PTS()-want[0].PTS()
		if got[i].Size != want[i].Size || got[i].Sync != want[i].Sync || max(g-w, w-g) > 1 || got[i].Duration.In(scale, 12288) != 512 {
			t.Fatalf("sample %d: %d bytes, sync %v, at %d; in the clip it has %d bytes, sync %v, at %d",
				i, got[i].Size, got[i].Sync, g, want[i].Size, want[i].Sync, w)
		}
	}
}

// comparePackets compares what Scan finds in a file with ffprobe's packets.
func comparePackets(t *testing.T, path string, r demux.Result, c *collector) {
	want := probe(t, path)
	for i, track := range r.Tracks {
		if err := sameSamples(&track, c.samples[i], want[track.ID]); err != nil {
			t.Errorf("%s: track %d (%s): %v", path, track.ID, track.Codec, err)
		}
	}
}

// sameSamples compares Samples with packets. ffprobe's decode times are shifted as a whole where composition offsets are negative; of
// encrypted fragmented tracks it reads the first fragment only, and durations it guesses from the bitstream.
func sameSamples(track *media.Track, got []media.Sample, want []packet) error {
	if len(got) != len(want) && (track.Encryption == nil || len(want) == 0) {
		return fmt.Errorf("%d samples, ffprobe has %d packets", len(got), len(want))
	}
	if len(got) == 0 {
		return fmt.Errorf("no samples")
	}
	shift := int64(got[0].DTS) - want[0].dts
	for i := range want {
		g, w := &got[i], &want[i]
		switch {
		case g.Offset != w.pos || int64(g.Size) != w.size:
			return fmt.Errorf("sample %d is at %d, %d bytes; ffprobe says %d, %d bytes", i, g.Offset, g.Size, w.pos, w.size)
		case int64(g.PTS()) != w.pts:
			return fmt.Errorf("sample %d is presented at %d; ffprobe says %d", i, g.PTS(), w.pts)
		case int64(g.DTS)-w.dts != shift:
			return fmt.Errorf("sample %d is decoded at %d; ffprobe says %d (first: %d)", i, g.DTS, w.dts, want[0].dts)
		case g.Sync != w.key:
			return fmt.Errorf("sample %d: sync is %v; ffprobe says %v", i, g.Sync, w.key)
		case g.Span != g.Size:
			return fmt.Errorf("sample %d has span %d and size %d", i, g.Span, g.Size)
		}
	}
	return nil
}
