package server_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// directives takes a content security policy apart; of a directive that is there twice the first counts, as in browsers.
func directives(t *testing.T, policy string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for part := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		if _, twice := all[name]; twice {
			t.Errorf("%s is in the policy twice: %s", name, policy)
			continue
		}
		all[name] = value
	}
	return all
}

// Only the player fetches from elsewhere, and nothing that comes from there can run.
func TestWhoMayFetchFromElsewhere(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	for path, open := range map[string]bool{"/": false, "/build/clip": false, "/reference/options": false, "/streams/clip": false, "/play/clip": true, "/play": true, "/play?url=https://x.example/a.mpd": true} {
		res, _ := get(t, base+path, "text/html")
		policy := directives(t, res.Header.Get("Content-Security-Policy"))
		if got := strings.Contains(policy["connect-src"]+policy["media-src"], "*"); got != open || policy["default-src"] != "'self'" || policy["script-src"] != "" || policy["object-src"] != "'none'" {
			t.Errorf("%s: %v", path, policy)
		}
	}
}

func TestPlayAnyManifest(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	host := strings.TrimPrefix(base, "http://")
	for _, test := range []struct {
		url, title, manifest string
		tracks               bool
	}{
		{"/dash/live/clip/manifest.mpd?chunkdur=0.5", "clip", "/dash/live/clip/manifest.mpd?chunkdur=0.5", true},
		{base + "/dash/vod/clip/manifest.mpd", "clip", base + "/dash/vod/clip/manifest.mpd", true},
		{"/dash/vod/gone/manifest.mpd", "gone", "/dash/vod/gone/manifest.mpd", false},
		{"https://x.example/films/sintel.mpd", "sintel on x.example", "https://x.example/films/sintel.mpd", false},
	} {
		res, page := get(t, base+"/play?url="+url.QueryEscape(test.url), "text/html")
		for _, want := range []string{"<h1>" + test.title + "</h1>", `data-manifest="` + html.EscapeString(test.manifest) + `"`, `value="` + html.EscapeString(test.manifest) + `"`} {
			if res.StatusCode != 200 || !strings.Contains(page, want) {
				t.Errorf("%s (of %s): %s, %q is not there", test.url, host, res.Status, want)
			}
		}
		if strings.Contains(page, `id="tracks"`) != test.tracks {
			t.Errorf("%s: tracks: %v", test.url, !test.tracks)
		}
	}
	res, page := get(t, base+"/play?url="+url.QueryEscape("javascript:alert(1)"), "text/html")
	if res.StatusCode != 400 || !strings.Contains(page, "It has to begin with") && !strings.Contains(page, "it has to begin with") {
		t.Errorf("a script as an address: %s", res.Status)
	}
	if !strings.Contains(page, "<p>url=javascript:alert(1) cannot be played") || !strings.Contains(page, `name="url" value="javascript:alert(1)"`) {
		t.Errorf("what was typed is not said as it was, with a field to mend it: %s", page)
	}
	// dashlive's address of its player.
	if where, status, page := follow(t, base+"/play/live/clip/hand_made.mpd?player=shaka&mup=4"); status != 200 || !strings.Contains(where, "player=shaka") || !strings.Contains(page, `data-manifest="/dash/live/clip/hand_made.mpd?mup=4"`) {
		t.Errorf("dashlive's address: %s, %d", where, status)
	}
	// Beside a stream's name, url says which of its manifests.
	if _, page := get(t, base+"/play/clip?url=%2Fdash%2Flive%2Fclip%2Fmanifest.mpd", "text/html"); !strings.Contains(page, `data-manifest="/dash/live/clip/manifest.mpd"`) {
		t.Error("the manifest is not the one that was asked for")
	}
}
