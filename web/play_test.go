package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/web"
)

func TestCheckManifestURL(t *testing.T) {
	for _, good := range []string{
		"/dash/live/film/manifest.mpd?chunkdur=0.5", "https://example.com/a.mpd", "http://127.0.0.1:8080/x?y=http://z/",
	} {
		if err := web.CheckManifestURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"javascript:alert(1)", "data:text/html,x", "//example.com/a.mpd", "manifest.mpd", "ftp://example.com/a.mpd", "http:///a.mpd", "http://[::1", "file:///etc/passwd",
	} {
		if err := web.CheckManifestURL(bad); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestStreamOf(t *testing.T) {
	const origin = "http://host:8080"
	for manifest, want := range map[string]string{
		"/dash/live/film/manifest.mpd?x=1":          "film",
		origin + "/dash/vod/film/hand_made.mpd":     "film",
		"/dash/vod/big%20film/manifest.mpd":         "big film",
		"http://elsewhere/dash/vod/film/m.mpd":      "",
		"/livesim2/film/Manifest.mpd":               "",
		"/dash/live":                                "",
		"https://host:8080/dash/vod/film/other.mpd": "",
	} {
		if got := web.StreamOf(manifest, origin); got != want {
			t.Errorf("%s: %q, want %q", manifest, got, want)
		}
	}
}

// What is copied into a shell is one word there, whatever a link to the page says.
func TestArgument(t *testing.T) {
	for manifest, want := range map[string]string{
		"/dash/vod/film/manifest.mpd":         "http://h/dash/vod/film/manifest.mpd",
		"/dash/live/a/m.mpd?mup=2&timeline=1": "'http://h/dash/live/a/m.mpd?mup=2&timeline=1'",
		"https://x/a.mpd?';rm -rf ~;'":        "'https://x/a.mpd?%27;rm -rf ~;%27'",
		"https://x/$(id)`id`.mpd":             "'https://x/$(id)`id`.mpd'",
	} {
		if got := (web.PlayPage{ManifestURL: manifest, Origin: "http://h"}).Argument(); got != want {
			t.Errorf("%s: %s, want %s", manifest, got, want)
		}
	}
}

func TestPlayPage(t *testing.T) {
	film := stream("film", time.Minute, video(640, 360, 900_000, "25"))
	page := web.PlayPage{Version: "1", Assets: assets(), Stream: film, Origin: "http://h", Player: "all", ManifestURL: "/dash/live/film/manifest.mpd?chunkdur=0.5"}
	var titles []string
	for _, m := range page.Modes() {
		titles = append(titles, m.Title)
		if m.Current != (m.Title == "Low latency") || !strings.Contains(m.URL, "player=all") || !strings.HasPrefix(m.URL, "/play/film?") {
			t.Errorf("%+v", m)
		}
	}
	if strings.Join(titles, ", ") != "On demand, Live, Low latency" {
		t.Error(titles)
	}
	other := web.PlayPage{Version: "1", Assets: assets(), Origin: "http://h", ManifestURL: "https://cdn.example/films/bunny/manifest.mpd?a=" + hostile}
	none := web.PlayPage{Version: "1", Assets: assets(), Origin: "http://h"}
	for _, test := range []struct {
		page   web.PlayPage
		title  string
		player bool
	}{{page, "film", true}, {other, "bunny on cdn.example", true}, {none, "Player", false}} {
		if got := test.page.Title(); got != test.title {
			t.Errorf("%q, want %q", got, test.title)
		}
		text := render(t, "play.html", test.page)
		wellFormed(t, text)
		if strings.Contains(text, "<video") != test.player || strings.Contains(text, "<script>alert") || !strings.Contains(text, `action="/play"`) {
			t.Errorf("%s: %s", test.title, text)
		}
	}
}

// Without anything to play the page offers the first streams that play, each in every mode, and leads to the rest.
func TestPlayOffers(t *testing.T) {
	page := web.PlayPage{Version: "1", Assets: assets(), Origin: "http://h"}
	var all []web.Stream
	for i := range 20 {
		all = append(all, stream(fmt.Sprintf("film%02d", i), time.Minute, video(640, 360, 900_000, "25")))
	}
	broken := stream("broken", 0)
	broken.Error = "moov is cut off"
	page.Offer(append(all, broken))
	text := render(t, "play.html", page)
	wellFormed(t, text)
	for part, want := range map[string]int{`href="/play/film00?url=`: 2, "Low latency": 12, "film12": 0, "broken": 0, "Show all 20 streams": 1, "livesim.dashif.org": 2} {
		if got := strings.Count(text, part); got != want {
			t.Errorf("%s: %d times, want %d", part, got, want)
		}
	}
	if text := render(t, "play.html", web.PlayPage{Version: "1", Assets: assets(), Origin: "http://h"}); strings.Contains(text, "one of this server") {
		t.Error(text)
	}
}
