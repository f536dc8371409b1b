package mp4

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

const subtitles = `1
00:00:00,500 --> 00:00:02,000
<i>Where</i> are <b>we</b>?

2
00:00:02,000 --> 00:00:03,250
Tom & Jérôme say 1 < 2
<u>below</u>

3
00:00:05,000 --> 00:00:07,000
Ёлки 🎬 <i>two
lines</i>
`

// TestTx3g reads subtitles that FFmpeg wrote as mov_text, beside the video, in whole files and in fragments.
func TestTx3g(t *testing.T) {
	srt := filepath.Join(t.TempDir(), "s.srt")
	if err := os.WriteFile(srt, []byte(subtitles), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := "500-2000 <i>Where</i> are <b>we</b>?|2000-3250 Tom &amp; Jérôme say 1 &lt; 2\n<u>below</u>|5000-7000 Ёлки 🎬 <i>two\nlines</i>"
	// In fragments FFmpeg writes no edit list (the pictures begin 83 ms late) and no empty sample after the second cue.
	fragmented := strings.NewReplacer("500-2000", "583-2083", "2000-3250", "2083-5083", "5000-7000", "5083-7083").Replace(whole)
	for flags, want := range map[string]string{"": whole, "+frag_keyframe+empty_moov": fragmented, "+faststart": whole} {
		out := filepath.Join(t.TempDir(), "s.mp4")
		args := []string{"-v", "error", "-y", "-i", mediatest.Clip(t), "-i", srt, "-map", "0:v", "-map", "1", "-c:v", "copy", "-c:s", "mov_text", "-metadata:s:s:0", "language=fre"}
		if flags != "" {
			args = append(args, "-movflags", flags)
		}
		if b, err := exec.Command("ffmpeg", append(args, out)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		r, c := scanFile(t, out)
		if len(r.Tracks) != 2 || len(r.Warnings) > 0 {
			t.Fatalf("%d tracks, warnings %q", len(r.Tracks), r.Warnings)
		}
		track := r.Tracks[1]
		if track.Kind != media.Text || track.Codec != media.WVTT || string(track.Config) != "WEBVTT" || track.Language != "fr" || track.Forced {
			t.Errorf("track: %+v", track)
		}
		if got := show(c.cues[1], track.Timescale); got != want {
			t.Errorf("%s: cues\n%s\nwant\n%s", flags, got, want)
		}
		if len(c.samples[1]) > 0 {
			t.Errorf("samples were handed over too")
		}
	}
}

// show writes cues with times in milliseconds.
func show(cues []media.Cue, scale media.Timescale) string {
	var list []string
	for _, c := range cues {
		s := fmt.Sprintf("%d-%d %s", c.Start.Duration(scale).Milliseconds(), c.End.Duration(scale).Milliseconds(), c.Text)
		if c.ID != "" || c.Settings != "" {
			s = "[" + c.ID + " " + c.Settings + "] " + s
		}
		list = append(list, s)
	}
	return strings.Join(list, "|")
}

// textFilm is a film with one track of text; each sample lasts 1 s.
func textFilm(entry []byte, samples ...[]byte) *film {
	f := newFilm()
	f.handler, f.entries, f.noStss, f.perChunk, f.scale = "text", []any{entry}, true, 100, 1000
	f.sizes, f.stts = nil, []int{len(samples), 1000}
	for _, s := range samples {
		f.sizes = append(f.sizes, len(s))
	}
	f.mdat = func(p []byte) []byte { return mk("mdat", bytes.Join(samples, nil)) }
	f.stco = func([]int) []byte { return table32("stco", []int{32}, 1) } // after ftyp and the header of mdat
	return f
}

func tx3gEntry(flags int, face byte) []byte {
	return textEntry("tx3g", flags, byte(1), byte(0xff), 0, make([]byte, 8), make([]byte, 6), face, byte(18), -1, mk("ftab", uint16(1), uint16(1), byte(5), "Serif"))
}

// TestTextSamples reads hand-made samples of text.
func TestTextSamples(t *testing.T) {
	tx := func(s string, boxes ...any) []byte { return join(uint16(len(s)), s, join(boxes...)) }
	style := func(from, to int, face byte) []byte {
		return join(uint16(from), uint16(to), uint16(1), face, byte(18), -1)
	}
	vttc := func(id, settings, text string) []byte {
		var b []byte
		if id != "" {
			b = mk("iden", id)
		}
		if settings != "" {
			b = append(b, mk("sttg", settings)...)
		}
		return mk("vttc", b, mk("payl", text))
	}
	edited := textFilm(tx3gEntry(0, 0), tx("a"), tx("b"), tx("c"), tx("d"))
	edited.edts = elst(1500, 500, 1000, 2500)
	vtt := textEntry("wvtt", mk("vttC", "WEBVTT\nSTYLE x"), mk("vlab", "a"))
	for name, v := range map[string]struct {
		film   *film
		want   string
		forced bool
	}{
		"plain":          {textFilm(tx3gEntry(0, 0), tx("a"), tx(""), tx("b"), tx("c")), "0-1000 a|2000-3000 b|3000-4000 c", false},
		"same goes on":   {textFilm(tx3gEntry(0, 0), tx("a"), tx("a"), tx(""), tx("a")), "0-2000 a|3000-4000 a", false},
		"styles":         {textFilm(tx3gEntry(0, 0), tx("héllo w", mk("styl", uint16(2), style(1, 3, 3), style(5, 7, 4)))), "0-1000 h<b><i>él</i></b>lo<u> w</u>", false},
		"default italic": {textFilm(tx3gEntry(0, 2), tx("ab", mk("styl", uint16(1), style(0, 1, 0)))), "0-1000 a<i>b</i>", false},
		"UTF-16":         {textFilm(tx3gEntry(0, 0), tx("\xfe\xff\x00A\x20\xac\xd8\x3c\xdf\xac"), tx("\xff\xfeA\x00")), "0-1000 A€🎬|1000-2000 A", false},
		"not UTF-8":      {textFilm(tx3gEntry(0, 0), tx("a\xffb")), "0-1000 a\ufffdb", false},
		"line ends":      {textFilm(tx3gEntry(0, 0), tx("a\r\nb\rc\n\n\nd\n")), "0-1000 a\nb\nc\nd", false},
		"arrow":          {textFilm(tx3gEntry(0, 0), tx("a --> b")), "0-1000 a --&gt; b", false},
		"some forced":    {textFilm(tx3gEntry(0x40000000, 0), tx("a", mk("frcd")), tx("b")), "0-1000 a|1000-2000 b", false},
		"each forced":    {textFilm(tx3gEntry(0x40000000, 0), tx("a", mk("frcd")), tx(""), tx("b", mk("frcd"))), "0-1000 a|2000-3000 b", true},
		"all forced":     {textFilm(tx3gEntry(-0x40000000, 0), tx("a")), "0-1000 a", true},
		"cut":            {textFilm(tx3gEntry(0, 0), join(uint16(20), "a"), tx("b")), "1000-2000 b", false},
		"edited":         {edited, "0-500 a|500-1500 b|1500-2000 c|2000-2500 d", false},
		"QuickTime":      {textFilm(textEntry("text", make([]byte, 43)), tx("caf\x8e & \xa5"), tx("é")), "0-1000 café &amp; •|1000-2000 é", false},
		"wvtt":           {textFilm(vtt, vttc("1", "line:0", "a <i>b</i>"), mk("vtte"), vttc("", "", "c\n\nd")), "[1 line:0] 0-1000 a <i>b</i>|2000-3000 c\nd", false},
		"wvtt over several samples": {textFilm(vtt, vttc("1", "", "a"), join(vttc("1", "", "a"), vttc("2", "", "b")), join(vttc("2", "", "b"), mk("vtta", "x"), vttc("", "", "c")), mk("vtte")),
			"[1 ] 0-2000 a|[2 ] 1000-3000 b|2000-3000 c", false},
		"wvtt, first outlasts": {textFilm(vtt, join(vttc("", "", "a"), vttc("", "", "b")), vttc("", "", "a"), join(vttc("", "", "a"), vttc("", "", "b"))), "0-3000 a|0-1000 b|2000-3000 b", false},
		"wvtt damaged":         {textFilm(vtt, []byte("\x00\x00\x00\x50vttc"), vttc("", "", "a")), "1000-2000 a", false},
	} {
		t.Run(name, func(t *testing.T) {
			r, c := mustScan(t, v.film.bytes())
			if len(r.Warnings) > 0 {
				t.Errorf("warnings: %q", r.Warnings)
			}
			if got := show(c.cues[0], 1000); got != v.want {
				t.Errorf("cues %q, want %q", got, v.want)
			}
			track := r.Tracks[0]
			if track.Kind != media.Text || track.Codec != media.WVTT || track.Forced != v.forced || track.Contiguous {
				t.Errorf("track: %+v", track)
			}
			if strings.HasPrefix(name, "wvtt") && string(track.Config) != "WEBVTT\nSTYLE x" {
				t.Errorf("header %q", track.Config)
			}
		})
	}
}

// TestOtherText passes TTML through, names what is not read, and leaves chapters out.
func TestOtherText(t *testing.T) {
	f := textFilm(textEntry("stpp", "http://www.w3.org/ns/ttml\x00\x00\x00"), []byte("<tt/>"), []byte("<tt></tt>"))
	f.handler = "subt"
	r, c := mustScan(t, f.bytes())
	if s := c.samples[0]; r.Tracks[0].Codec != media.STPP || len(s) != 2 || s[1].Size != 9 || !r.Tracks[0].Contiguous {
		t.Errorf("TTML: %+v, %+v", r.Tracks[0], s)
	}
	f = textFilm(textEntry("c608", ""), []byte("xxxx"))
	f.handler = "clcp"
	r, c = mustScan(t, f.bytes())
	if w := strings.Join(r.Warnings, ""); len(c.samples[0]) > 0 || r.Tracks[0].Kind != media.Text || !strings.Contains(w, "text of the kind CEA-608 is not read") {
		t.Errorf("CEA-608: %+v, %s", r.Tracks[0], w)
	}
	chapters := filepath.Join(t.TempDir(), "c.txt")
	if err := os.WriteFile(chapters, []byte(";FFMETADATA1\ntitle=A film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=5000\ntitle=Two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"c.mp4", "c.mov"} {
		out := filepath.Join(t.TempDir(), name)
		if b, err := exec.Command("ffmpeg", "-v", "error", "-i", mediatest.Clip(t), "-i", chapters, "-map_metadata", "1", "-t", "5", "-c", "copy", "-map", "0", out).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		r, _ := scanFile(t, out)
		if len(r.Tracks) != 2 || len(r.Warnings) > 0 || r.Title != "A film" {
			t.Errorf("%s: %d tracks, title %q, warnings %q", name, len(r.Tracks), r.Title, r.Warnings)
		}
	}
}
