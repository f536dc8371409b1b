package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// exampleStreams starts a server with the streams that examples name, and returns its address.
func exampleStreams(t testing.TB) string {
	return start(t, eventFilm(t), mediatest.FFmpeg(t, "demo.mp4", "-i", mediatest.Clip(t), "-c", "copy"))
}

// Every value that words of rules of events give as an example is answered with a manifest. Those of options are offers (TestOffersAreTaken).
func TestExamplesOfEvents(t *testing.T) {
	base := exampleStreams(t)
	n := 0
	for _, k := range event.Describe().Kinds {
		rules := []string{k.Key, k.Example}
		for _, w := range slices.Concat(k.Words, event.Words()) {
			for _, c := range w.Choices {
				rules = append(rules, k.Key+" "+w.Key+`="`+c.Value+`"`)
			}
		}
		for _, rule := range rules {
			if res, body := fetch(t, base+"/dash/live/events/manifest.mpd?now="+frozen+"&event="+url.QueryEscape(rule), nil); res.StatusCode != 200 {
				t.Errorf("event=%s: %s: %s", rule, res.Status, body)
			}
			n++
		}
	}
	if n < 40 {
		t.Errorf("%d examples", n)
	}
}

// Every URL of a manifest that a page of docs/ shows is answered with one.
func TestExamplesOfDocs(t *testing.T) {
	base := exampleStreams(t)
	pages, err := filepath.Glob(filepath.Join(mediatest.Root(t), "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, filepath.Join(mediatest.Root(t), "README.md"))
	shown := regexp.MustCompile("(?m)/dash/(live|vod|odvod)/[a-z]+/([a-z0-9_-]+\\.mpd)\\?([^`'\n]+)")
	n := 0
	for _, page := range pages {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shown.FindAllStringSubmatch(string(b), -1) {
			if slices.ContainsFunc([]string{"…", "{", "..."}, func(s string) bool { return strings.Contains(m[3], s) }) {
				continue
			}
			n++
			u := base + "/dash/" + m[1] + "/events/" + m[2] + "?" + strings.NewReplacer(" ", "+", ";", "%3B").Replace(strings.TrimSpace(m[3])) + "&now=" + frozen
			if res, body := fetch(t, u, nil); res.StatusCode != 200 {
				t.Errorf("%s: %s: %s: %s", filepath.Base(page), m[0], res.Status, body)
			}
		}
	}
	if n < 10 {
		t.Errorf("%d examples", n)
	}
}
