package manifest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

var update = flag.Bool("update", false, "write the golden files")

// askedAt is when all manifests of these tests are asked for.
func askedAt() time.Time { return time.Date(2026, 9, 6, 11, 13, 27, 250e6, time.UTC) }

func load(t testing.TB) *manifest.Templates {
	t.Helper()
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return templates
}

// ask makes what delivery makes of a request for a manifest.
func ask(t testing.TB, a *asset.Asset, l *manifest.Look, mode presentation.Mode, query string) *presentation.Presentation {
	t.Helper()
	r := option.NewRegistry(option.Common()...)
	merged, _ := l.Query(query, nil, func(key string) []string {
		if r.Has(key) {
			return []string{key}
		}
		return nil
	})
	o, err := r.Parse(merged)
	if err != nil {
		t.Fatal(err)
	}
	p, err := presentation.Build(a, mode, o, askedAt(), presentation.Others{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Addressing == presentation.Base {
		if err := segment.Measure(p, nil); err != nil {
			t.Fatal(err)
		}
	}
	path := "/dash/" + string(mode) + "/" + a.Name + "/" + l.Name
	if query != "" {
		path += "?" + query
	}
	return p.Seen("http://example.org:8080", path)
}

func render(t testing.TB, a *asset.Asset, l *manifest.Look, mode presentation.Mode, query string) []byte {
	t.Helper()
	b, err := l.Render(ask(t, a, l, mode, query))
	if err != nil {
		t.Fatalf("%s, %s?%s: %v", a.Name, l.Name, query, err)
	}
	return b
}

// assets are the streams that looks are tried on.
func assets(t testing.TB) []*asset.Asset {
	t.Helper()
	clip := mediatest.Clip(t)
	uneven := ""
	audio := ""
	for _, k := range mediatest.Kinds() {
		switch k.Name {
		case "uneven GOPs":
			uneven = k.Make(t)
		case "audio only":
			audio = k.Make(t)
		}
	}
	return []*asset.Asset{
		bbb(t),
		stored(t, "clip & co <x>", map[string]string{"Äpfel & \"Birnen\".mp4": clip, "Äpfel & \"Birnen\".de.srt": mediatest.Subtitles(t), "Äpfel & \"Birnen\".en.sdh.srt": mediatest.Subtitles(t)}),
		stored(t, "uneven", map[string]string{"uneven.mp4": uneven}),
		stored(t, "audio", map[string]string{"audio.m4a": audio}),
	}
}

var lookQueries = []string{
	"", "timeline=0", "timeline=1", "timeline=number", "timeline=list", "segdur=2", "startnr=7", "base=0", "patch=1&timeline=1", "chunkdur=0.5", "chunkdur=0.5&timeline=1", "start=epoch&depth=60&mup=-1",
	"stop=2026-09-06T11:13:20Z", "time=xsd,iso,direct,ntp", "ato=1.5", "startrel=-30", "periodDur=1", "update=3",
	"periods=60", "periods=120&timeline=1&depth=300", "periods=60&continuous=0&periodDur=1", "periods=120&xlink=onLoad&depth=120", "periods=60&patch=1&timeline=number", "clocktext=wvtt:en,sv,stpp:de", "trickmode=1", "trickmode=1&timeline=1",
	"trickmode=1", "trickmode=1&clocktext=wvtt:en,sv,stpp:en&timeline=1&periods=60",
}

// Every look is valid in every mode that it has, with every form of addressing, for every kind of stream.
func TestLooksAreValid(t *testing.T) {
	var mpds [][]byte
	for _, a := range assets(t) {
		for _, l := range load(t).Describe() {
			for _, mode := range l.Modes {
				for _, q := range lookQueries {
					mpds = append(mpds, render(t, a, l, presentation.Mode(mode), q))
				}
			}
		}
	}
	t.Logf("%d manifests", len(mpds))
	mediatest.Schema(t, mpds...)
}

// The manifests of a real film, as they are written, to be looked at.
func TestGoldenManifests(t *testing.T) {
	a := bbb(t)
	a.Version = "version"
	for _, l := range load(t).Describe() {
		for _, mode := range l.Modes {
			got := render(t, a, l, presentation.Mode(mode), "depth=60&start=today")
			path := filepath.Join("testdata", strings.TrimSuffix(l.Name, ".mpd")+"."+mode+".mpd")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(got) {
				t.Errorf("%s differs: go test ./internal/manifest -update writes it anew\n%s", path, firstDifference(string(want), string(got)))
			}
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// In every look a set for fast forward names the one whose pictures it has by the id that this has there.
func TestTrickModeNamesItsSet(t *testing.T) {
	a := bbb(t)
	for _, l := range load(t).Describe() {
		for _, mode := range l.Modes {
			body := render(t, a, l, presentation.Mode(mode), "trickmode=1")
			sets := regexp.MustCompile(`(?s)<AdaptationSet(.*?)>(.*?)</AdaptationSet>`).FindAllSubmatch(body, -1)
			named := ""
			for _, s := range sets {
				if m := regexp.MustCompile(`guidelines/trickmode" value="(\d+)"`).FindSubmatch(s[2]); m != nil {
					named = string(m[1])
				}
			}
			id := regexp.MustCompile(`\sid="(\d+)"`).FindSubmatch(sets[0][1])
			if id == nil || string(id[1]) != named || strings.Count(string(body), ` codingDependency="false"`) != 1 {
				t.Errorf("%s, %s: the set for fast forward names %q, the first set is %q", l.Name, mode, named, id)
			}
		}
	}
}
