package presentation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// folder copies files under new names into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "film")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, from := range files {
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Two encodes of the same film are one AdaptationSet when enough of their random access points meet: then segments are cut where they do. Otherwise each is its own.
func TestLadder(t *testing.T) {
	encode := func(name string, gop, height int, more ...string) string {
		return mediatest.FFmpeg(t, name, append([]string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=24", "-vf", fmt.Sprintf("scale=-2:%d", height), "-c:v", "libx264", "-preset", "ultrafast",
			"-g", fmt.Sprint(gop), "-keyint_min", fmt.Sprint(gop), "-sc_threshold", "0"}, more...)...)
	}
	two, also, three, odd := encode("two.mp4", 50, 180), encode("also.mp4", 50, 90, "-bf", "2"), encode("three.mp4", 75, 90), encode("odd.mp4", 47, 90)
	sound := mediatest.FFmpeg(t, "sound.m4a", "-f", "lavfi", "-i", "sine=r=44100:d=24", "-c:a", "aac")
	other := mediatest.FFmpeg(t, "other.m4a", "-f", "lavfi", "-i", "sine=r=44100:d=24", "-c:a", "aac", "-b:a", "32k")
	ts := mediatest.FFmpeg(t, "also.ts", "-i", also, "-c", "copy", "-output_ts_offset", "77")
	for _, c := range []struct {
		name   string
		files  map[string]string
		sets   [][]string
		starts []float64 // of video
	}{
		{"the same GOPs", map[string]string{"high.mp4": two, "low.mp4": also, "sound.m4a": sound}, [][]string{{"low", "high"}, {"sound"}}, []float64{0, 4, 8, 12, 16, 20}},
		{"GOPs of 2 s and 3 s", map[string]string{"high.mp4": two, "low.mp4": three}, [][]string{{"low", "high"}}, []float64{0, 6, 12, 18}},
		{"GOPs that hardly ever meet", map[string]string{"high.mp4": two, "low.mp4": odd}, [][]string{{"high"}, {"low"}}, nil},
		{"another container, on another clock", map[string]string{"high.mp4": two, "low.ts": ts, "sound.m4a": sound}, [][]string{{"low", "high"}, {"sound"}}, []float64{0, 4, 8, 12, 16, 20}},
		{"two qualities of sound", map[string]string{"high.mp4": two, "sound.m4a": sound, "dull.m4a": other}, [][]string{{"high"}, {"dull", "sound"}}, []float64{0, 4, 8, 12, 16, 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := play(t, folder(t, c.files))
			var mpds [][]byte
			for _, query := range []string{"", "timeline=1", "timeline=list&segdur=6"} {
				m, body := p.manifest("vod", query)
				mpds = append(mpds, body)
				sets := make([][]string, len(c.sets))
				ends := map[int][]float64{}
				for _, a := range m.Representations {
					if a.Set >= len(sets) {
						t.Fatalf("more AdaptationSets than %v:\n%s", c.sets, body)
					}
					sets[a.Set] = append(sets[a.Set], a.ID)
					in, list := load(p, "vod", a)
					if d := differs(m, a, in, list); d != "" {
						t.Errorf("%q: %s: %s", query, a.ID, d)
					}
					if d := rates(m, a, list); d != "" {
						t.Errorf("%q: %s: %s", query, a.ID, d)
					}
					var starts []float64
					for _, s := range list {
						starts = append(starts, float64(max(0, s.start))/float64(a.Timescale))
					}
					if kind(a.MimeType) == "video" && c.starts != nil && query == "timeline=1" && !slices.Equal(starts, c.starts) {
						t.Errorf("%s is cut at %v, want %v", a.ID, starts, c.starts)
					}
					if first := ends[a.Set]; first != nil && !slices.Equal(first, starts) {
						t.Errorf("%q: %s is cut at %v, another of its set at %v", query, a.ID, starts, first)
					}
					ends[a.Set] = starts
				}
				if fmt.Sprint(sets) != fmt.Sprint(c.sets) {
					t.Errorf("AdaptationSets %v, want %v", sets, c.sets)
				}
			}
			mediatest.Schema(t, mpds...)
		})
	}
}

// A title from a file's metadata may hold anything, and the manifest is still XML.
func TestTitles(t *testing.T) {
	for name, c := range map[string]struct{ title, want string }{
		"markup":      {`<b>&amp; "quoted" 'n so</b> ]]>`, `<b>&amp; "quoted" 'n so</b> ]]>`},
		"controls":    {"a\x01b\x0bc\x1b[31md\x7f", "a\uFFFDb\uFFFDc\uFFFD[31md\x7f"},
		"white space": {"a\tb\r\nc", "a\tb\r\nc"},
		"others":      {"Ünïcödé 映画 🎬 \ufeff\u2028!", "Ünïcödé 映画 🎬 \ufeff\u2028!"},
		"template":    {"{{.Name}} $Number$ %s", "{{.Name}} $Number$ %s"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ext := range []string{"mp4", "mkv"} {
				p := play(t, mediatest.FFmpeg(t, "titled."+ext, "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "libx264", "-metadata", "title="+c.title))
				m, body := p.manifest("vod", "")
				if m.Title != c.want {
					t.Errorf("%s: title %q, want %q", ext, m.Title, c.want)
				}
				mediatest.Schema(t, body)
			}
		})
	}
	p := play(t, mediatest.FFmpeg(t, "titled.mkv", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "libx264", "-metadata", "title=caf\xe9 \xff\xfe \xed\xa0\x80"))
	m, body := p.manifest("vod", "")
	if !strings.HasPrefix(m.Title, "caf\uFFFD") {
		t.Errorf("invalid UTF-8: title %q", m.Title)
	}
	mediatest.Schema(t, body)
}

// What a person writes about a stream is in its manifest as it was written.
func TestDescribedStream(t *testing.T) {
	sound := mediatest.FFmpeg(t, "sound.m4a", "-f", "lavfi", "-i", "sine=r=44100:d=24", "-c:a", "aac")
	dir := folder(t, map[string]string{"p.mp4": mediatest.Clip(t), "a.m4a": sound, "b.m4a": sound, "t.srt": mediatest.Subtitles(t)})
	text := `title: "Tom & <Jerry> \x01 \"q\" 'n"
files:
  - {file: p.mp4, track: video, id: картина}
  - {file: a.m4a, language: zh-Hans, roles: [main, dub], label: "A & <B> \t\x02"}
  - {file: b.m4a, language: sr_latn, role: commentary, label: "\U0001F3AC"}
  - {file: t.srt, language: por_br, role: caption}
`
	if err := os.WriteFile(filepath.Join(dir, "film.stream.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := play(t, filepath.Join(dir, "film.stream.yaml"))
	var mpds [][]byte
	for _, query := range []string{"", "timeline=1", "timeline=list"} {
		m, body := p.manifest("vod", query)
		mpds = append(mpds, body)
		if m.Title != "Tom & <Jerry> \uFFFD \"q\" 'n" {
			t.Errorf("title %q", m.Title)
		}
		for _, part := range []string{`id="картина"`, `lang="zh-Hans"`, `lang="sr-Latn"`, `lang="pt-BR"`, ">A &amp; &lt;B&gt; &#9;\uFFFD<", ">🎬<", `value="main"`, `value="dub"`, `value="commentary"`, `value="caption"`} {
			if !strings.Contains(string(body), part) {
				t.Errorf("%s: no %s in\n%s", query, part, body)
			}
		}
		for _, a := range m.Representations {
			in, list := load(p, "vod", a)
			if d := differs(m, a, in, list); d != "" {
				t.Errorf("%s: %s: %s", query, a.ID, d)
			}
		}
	}
	_, body := p.manifest("odvod", "")
	mediatest.Schema(t, append(mpds, body)...)
}
