package delivery_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// What is remembered depends on options, and not on what else is in a query: players that tell something by each of their URLs share it. A look that prints the URL that it was asked for by has
// one manifest for each.
func TestWhatIsRemembered(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	get := func(path string) string {
		t.Helper()
		c := s.at(2*time.Minute, http.MethodGet, path)
		if c.Code != http.StatusOK {
			t.Fatalf("%s: %d %v", path, c.Code, s.error)
		}
		return c.Body.String()
	}
	const options = "start=2026-09-06T12:00:00Z&depth=40&segdur=2"
	var first, tag string
	for i, query := range []string{options, options + "&CMCD=bl%3D100", "token=abc&" + options, "segdur=2&depth=40&start=2026-09-06T12:00:00Z", options + "&CMCD=bl%3D200&CMCD-2=x", options + "&depth=80"} {
		body := get("/dash/live/" + s.name + "/manifest.mpd?" + query)
		segment := s.at(2*time.Minute, http.MethodGet, "/dash/live/"+s.name+"/a1/55.m4s?"+query)
		if i == 0 {
			first, tag = body, segment.Header().Get("Etag")
		}
		if body != first || segment.Header().Get("Etag") != tag || tag == "" {
			t.Errorf("%s gives another manifest, or a segment with the entity tag %s instead of %s:\n%s", query, segment.Header().Get("Etag"), tag, body)
		}
	}
	if manifests, presentations, segments := s.h.Remembered(); manifests != 1 || presentations != 1 || segments != 1 {
		t.Errorf("%d manifests, %d Presentations and %d segments are remembered", manifests, presentations, segments)
	}
	for i := range 3 {
		token := fmt.Sprintf("token=%d", i)
		if body := get("/dash/live/" + s.name + "/hand_made.mpd?" + options + "&" + token + "&base=1"); strings.Contains(body, "<Location>") && !strings.Contains(body, token) {
			t.Errorf("the Location is not where it was asked for:\n%s", body)
		}
		if body := get("/dash/live/" + s.name + "/manifest_e.mpd?" + options + "&" + token); strings.Contains(body, "token=") && !strings.Contains(body, token) {
			t.Errorf("another's URL is in a manifest:\n%s", body)
		}
		if body := get("/dash/live/" + s.name + "/manifest.mpd?" + options + "&periods=240&xlink=onLoad&" + token); !strings.Contains(body, "xlink:href") || strings.Contains(body, "token") {
			t.Errorf("somebody's URL is in a manifest:\n%s", body)
		}
	}
}
