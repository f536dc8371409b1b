package mp4

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// TestMetadata reads titles, languages and rotation that FFmpeg wrote.
func TestMetadata(t *testing.T) {
	clip := mediatest.Clip(t)
	for _, name := range []string{"m.mp4", "m.mov"} {
		turned := mediatest.FFmpeg(t, name, "-i", clip, "-t", "2", "-c", "copy", "-map", "0:v", "-map", "0:a", "-map", "0:a", "-metadata:s:v", "rotate=90", "-metadata", "title=Große Häsin",
			"-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=gsw", "-metadata:s:a:0", "title=Ton", "-disposition:a:1", "default", "-disposition:a:0", "0")
		r, _ := scanFile(t, turned)
		if r.Title != "Große Häsin" || len(r.Tracks) != 3 || len(r.Warnings) > 0 {
			t.Fatalf("%s: title %q, %d tracks, %q", name, r.Title, len(r.Tracks), r.Warnings)
		}
		v, a, b := r.Tracks[0], r.Tracks[1], r.Tracks[2]
		// FFmpeg 5.1 turns counter-clockwise by this option; "rotated by 90" below is how telephones write it.
		if v.Rotation != 270 || v.Language != "" || !v.Default || v.Title != "" {
			t.Errorf("%s: video: %+v", name, v)
		}
		wantB := "gsw"
		if name == "m.mov" {
			wantB = "" // QuickTime's codes have none
		}
		if a.Language != "de" || b.Language != wantB || a.Default || !b.Default {
			t.Errorf("%s: audio: %q default %v, %q default %v", name, a.Language, a.Default, b.Language, b.Default)
		}
		if name == "m.mp4" && a.Title != "Ton" {
			t.Errorf("%s: audio title %q", name, a.Title)
		}
	}
}

// TestTrackProperties reads hand-made boxes about a track.
func TestTrackProperties(t *testing.T) {
	matrix := func(a, b, c, d int) []byte {
		return mk("tkhd", 3, 0, 0, 1, 0, 0, make([]byte, 16), []int{a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 0x40000000}, 160<<16, 90<<16)
	}
	mdhd := func(code int) []byte { return mk("mdhd", 0, 0, 0, 90000, 0, uint16(code), uint16(0)) }
	dash := func(value string) []byte {
		return mk("udta", mk("kind", 0, "urn:mpeg:dash:role:2011\x00"+value+"\x00"))
	}
	mac := func(f *film, code int) { f.ftyp, f.mdhd = "qt  ", mdhd(code) }
	for name, v := range map[string]struct {
		change func(f *film)
		want   media.Track // what differs from a plain track
	}{
		"plain":          {func(*film) {}, media.Track{Default: true}},
		"disabled":       {func(f *film) { f.tkhd = mk("tkhd", 0, 0, 0, 1, make([]byte, 68)) }, media.Track{}},
		"rotated by 90":  {func(f *film) { f.tkhd = matrix(0, 1, -1, 0) }, media.Track{Default: true, Rotation: 90}},
		"rotated by 180": {func(f *film) { f.tkhd = matrix(-1, 0, 0, -1) }, media.Track{Default: true, Rotation: 180}},
		"rotated by 270": {func(f *film) { f.tkhd = matrix(0, -1, 1, 0) }, media.Track{Default: true, Rotation: 270}},
		"mirrored":       {func(f *film) { f.tkhd = matrix(-1, 0, 0, 1) }, media.Track{Default: true}},
		"tkhd version 1": {func(f *film) {
			f.tkhd = mk("tkhd", 1<<24|3, make([]byte, 16), 1, make([]byte, 28), []int{0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30}, 0, 0)
		}, media.Track{Default: true, Rotation: 90}},
		"mdhd version 1": {func(f *film) {
			f.mdhd = mk("mdhd", 1<<24, make([]byte, 16), 90000, uint64(0), uint16(0x15c7), uint16(0))
		}, media.Track{Default: true, Language: "en"}},
		"no language":       {func(f *film) { f.mdhd = mdhd(0) }, media.Track{Default: true}},
		"Macintosh English": {func(f *film) { mac(f, 0) }, media.Track{Default: true, Language: "en"}},
		"Macintosh unknown": {func(f *film) { mac(f, 0x7fff) }, media.Track{Default: true}},
		"Macintosh Chinese": {func(f *film) { mac(f, 33) }, media.Track{Default: true, Language: "zh-Hans"}},
		"commentary":        {func(f *film) { f.trak = dash("commentary") }, media.Track{Default: true, Commentary: true}},
		"captions":          {func(f *film) { f.trak = dash("caption") }, media.Track{Default: true, HearingImpaired: true}},
		"description":       {func(f *film) { f.trak = dash("description") }, media.Track{Default: true, VisualImpaired: true}},
		"forced":            {func(f *film) { f.trak = dash("forced-subtitle") }, media.Track{Default: true, Forced: true}},
		"characteristic":    {func(f *film) { f.trak = mk("udta", mk("tagc", "public.accessibility.describes-video")) }, media.Track{Default: true, VisualImpaired: true}},
		"name":              {func(f *film) { f.trak = mk("udta", mk("name", "Left eye"), 0) }, media.Track{Default: true, Title: "Left eye"}},
		"international":     {func(f *film) { f.trak = mk("udta", mk("\xa9nam", uint16(4), uint16(0), "Eins")) }, media.Track{Default: true, Title: "Eins"}},
	} {
		f := newFilm()
		v.change(f)
		r, _ := mustScan(t, f.bytes())
		got := r.Tracks[0]
		got = media.Track{Default: got.Default, Rotation: got.Rotation, Language: got.Language, Commentary: got.Commentary, HearingImpaired: got.HearingImpaired, VisualImpaired: got.VisualImpaired,
			Forced: got.Forced, Title: got.Title, Original: got.Original}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", v.want) {
			t.Errorf("%s: %+v, want %+v", name, got, v.want)
		}
	}
}

// TestElng prefers the extended language tag.
func TestElng(t *testing.T) {
	f := newFilm()
	f.mdhd = join(mk("mdhd", 0, 0, 0, 90000, 0, uint16(0x15c7), uint16(0)), mk("elng", 0, "en-GB\x00"))
	if r, _ := mustScan(t, f.bytes()); r.Tracks[0].Language != "en-GB" {
		t.Errorf("language %q", r.Tracks[0].Language)
	}
}

// TestMovieTitle reads the title where QuickTime and iTunes keep it.
func TestMovieTitle(t *testing.T) {
	data := mk("data", 1, 0, "A film")
	for name, moov := range map[string][]byte{
		"iTunes":         mk("udta", mk("meta", 0, mk("hdlr", make([]byte, 25)), mk("ilst", mk("\xa9too", mk("data", 1, 0, "x")), mk("\xa9nam", data)))),
		"QuickTime keys": mk("meta", mk("hdlr", make([]byte, 25)), mk("keys", 0, 2, mk("mdta", "com.apple.quicktime.make"), mk("mdta", "com.apple.quicktime.title")), mk("ilst", mk("\x00\x00\x00\x01", mk("data", 1, 0, "x")), mk("\x00\x00\x00\x02", data))),
		"user data":      mk("udta", mk("\xa9nam", uint16(6), uint16(0), "A film"), 0),
		"3GPP":           mk("udta", mk("titl", 0, uint16(0x15c7), "A film\x00")),
	} {
		f := newFilm()
		f.moov = moov
		if r, _ := mustScan(t, f.bytes()); r.Title != "A film" || len(r.Warnings) > 0 {
			t.Errorf("%s: title %q, warnings %q", name, r.Title, r.Warnings)
		}
	}
}

// TestCodecs describes what FFmpeg puts into MP4 and MOV besides H.264 and AAC, first frames included.
func TestCodecs(t *testing.T) {
	for _, v := range []struct {
		name string
		args []string
		want string
	}{
		{"a.mp4", []string{"-c:a", "libmp3lame"}, "MP3 true"},
		{"a.mov", []string{"-c:a", "libmp3lame"}, "MP3 true"},
		{"a.mp4", []string{"-c:a", "ac3"}, "AC-3 true"},
		{"a.mp4", []string{"-c:a", "eac3"}, "E-AC-3 true"},
		{"a.mp4", []string{"-c:a", "libopus", "-ar", "48000"}, "Opus true"},
		{"a.mp4", []string{"-c:a", "flac", "-strict", "-2"}, "FLAC true"},
		{"a.mov", []string{"-c:a", "pcm_s16le"}, "PCM false"},
		{"a.mov", []string{"-c:a", "alac"}, "ALAC true"},
	} {
		path := mediatest.FFmpeg(t, v.name, append([]string{"-f", "lavfi", "-i", "sine=r=48000:d=2", "-ac", "2"}, v.args...)...)
		r, c := scanFile(t, path)
		a := r.Tracks[0]
		if got := fmt.Sprint(a.Codec, " ", len(c.samples[0]) > 0); got != v.want || len(r.Warnings) > 0 {
			t.Errorf("%v: %s, want %s; warnings %q", v.args, got, v.want, r.Warnings)
		}
		if served(a.Codec) && (len(a.Config) == 0 || a.SampleRate != 48000 || a.Channels != 2) {
			t.Errorf("%v: %+v", v.args, a)
		}
		if len(c.samples[0]) == 0 {
			continue
		}
		if err := sameSamples(&a, c.samples[0], probe(t, path)[a.ID]); err != nil {
			t.Errorf("%v: %v", v.args, err)
		}
		if want := skipped(t, path); int(a.Priming) != want {
			t.Errorf("%v: priming %d, ffprobe says %d", v.args, a.Priming, want)
		}
	}
}

// skipped returns how many samples per channel FFmpeg drops at the start of the first audio stream.
func skipped(t *testing.T, path string) int {
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "a:0", "-read_intervals", "%+#1", "-show_entries", "packet_side_data=skip_samples", "-of", "csv=p=0", filepath.Clean(path)).Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	_, _ = fmt.Sscan(string(out), &n)
	return n
}
