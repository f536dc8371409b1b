package mpegts

import (
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

// TestFilm compares with ffprobe's packets and with the frames that ffmpeg decodes, for every shape of transport stream that is easily made.
func TestFilm(t *testing.T) {
	small := []string{"-t", "6", "-c", "copy"}
	encode := func(args ...string) []string { return append([]string{"-t", "3", "-s", "320x180"}, args...) }
	tests := []struct {
		name string
		args []string
	}{
		{"copy.ts", small},
		{"m2ts.m2ts", append(small, "-mpegts_m2ts_mode", "1")},
		{"muxrate.ts", append(small, "-muxrate", "4M")},
		{"pat.ts", append(small, "-pat_period", "0.02")},
		{"resend.ts", append(small, "-mpegts_flags", "resend_headers")},
		{"latm.ts", append(small, "-mpegts_flags", "latm")},
		{"wrap.ts", append(small, "-output_ts_offset", "95440")},
		{"ac3.ts", encode("-c:v", "copy", "-c:a", "ac3")},
		{"eac3.ts", encode("-c:v", "copy", "-c:a", "eac3")},
		{"mp2.ts", encode("-c:v", "copy", "-c:a", "mp2")},
		{"mp3.ts", encode("-c:v", "copy", "-c:a", "libmp3lame")},
		{"opus.ts", encode("-c:v", "copy", "-c:a", "libopus")},
		{"hevc.ts", encode("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-c:a", "copy")},
		{"hevc-slices.ts", encode("-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
			"log-level=none:slices=3:aud=1:repeat-headers=1:open-gop=1:keyint=24", "-c:a", "copy")},
		{"filler.ts", encode("-c:v", "libx264", "-preset", "ultrafast", "-x264-params",
			"nal-hrd=cbr:bitrate=600:vbv-maxrate=600:vbv-bufsize=600", "-c:a", "copy", "-muxrate", "1500k")},
		{"slices.ts", encode("-c:v", "libx264", "-x264-params", "slices=4:bframes=3:b-pyramid=normal", "-c:a", "copy")},
		{"opengop.ts", encode("-c:v", "libx264", "-x264-params", "open-gop=1:keyint=24:bframes=3", "-c:a", "copy")},
		{"interlaced.ts", encode("-c:v", "libx264", "-x264-params", "tff=1", "-c:a", "copy")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := clip(t, tt.name, tt.args...)
			s := scan(t, readFile(t, path))
			for _, w := range s.Warnings {
				t.Error("warning:", w)
			}
			s.compare(t, path)
		})
	}
}

// compare compares with ffprobe's packets of the file, which has video and audio, and with what ffmpeg decodes from it.
func (s *scanned) compare(t *testing.T, path string) {
	packets := probe(t, path)
	video, pictures := s.track(t, media.Video, 0)
	audio, sound := s.track(t, media.Audio, 0)
	compareVideo(t, pictures, packets[0])
	compareAudio(t, audio, sound, packets[1])
	if audio.Codec == media.Opus { // a raw stream has no sizes
		for i, m := range sound {
			if int(m.Size) != packets[1][i].size {
				t.Fatalf("Opus packet %d has %d bytes, ffprobe says %d", i, m.Size, packets[1][i].size)
			}
		}
		compareLines(t, frameMD5(t, s.elementaryFile(t, video, pictures))["0"], frameMD5(t, path)["0"])
		return
	}
	got := frameMD5(t, s.elementaryFile(t, video, pictures), s.elementaryFile(t, audio, sound))
	want := frameMD5(t, path)
	compareLines(t, got["0"], want["0"])
	compareLines(t, got["1"], want["1"])
}

func compareVideo(t *testing.T, list []media.Sample, want []packet) {
	t.Helper()
	if len(list) != len(want) {
		t.Fatalf("%d pictures, ffprobe has %d", len(list), len(want))
	}
	base := int64(list[0].DTS) - want[0].dts // ffprobe moves what is near a wrap
	if base&(wrap-1) != 0 {
		t.Errorf("the first decode time is %d, ffprobe's %d", list[0].DTS, want[0].dts)
	}
	for i, m := range list {
		if w := want[i]; int64(m.DTS) != w.dts+base || int64(m.PTS()) != w.pts+base || m.Sync != w.key {
			t.Fatalf("picture %d: %+v, ffprobe has %+v", i, m, w)
		}
	}
}

func compareAudio(t *testing.T, tr *media.Track, list []media.Sample, want []packet) {
	t.Helper()
	if len(list) != len(want) {
		t.Fatalf("%d audio frames, ffprobe has %d", len(list), len(want))
	}
	base := int64(list[0].DTS.In(tr.Timescale, hz)) - want[0].pts
	base = (base + wrap/2) / wrap * wrap
	for i, m := range list {
		d := int64(m.DTS.In(tr.Timescale, hz)) - base - want[i].pts
		if d > 200 || d < -200 {
			t.Fatalf("audio frame %d at %d of %d, ffprobe has %+v", i, m.DTS, tr.Timescale, want[i])
		}
	}
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d frames decoded, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("decoded frame %d differs", i)
		}
	}
}
