package server_test

import (
	"compress/gzip"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/web"
)

// follow gets a page, and says where it was in the end.
func follow(t *testing.T, url string) (where string, status int, page string) {
	t.Helper()
	res, body := get(t, url, "text/html")
	return res.Request.URL.RequestURI(), res.StatusCode, body
}

var madeURL = regexp.MustCompile(`<a class="url" id="made" href="([^"]*)">`)

// What the builder makes is what the server answers: without script, from an address, a form and a manifest's URL alike.
func TestBuild(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	for _, c := range []struct{ path, where, made string }{
		{"/build", "/build", "/dash/live/clip/manifest.mpd"},
		{"/build/clip?mode=live&timeline=1&depth=60&spd=9", "/build/clip?mode=live&timeline=1&depth=60&spd=9", "/dash/live/clip/manifest.mpd?timeline=1&depth=60&spd=9"},
		{"/build?stream=clip&mode=live&look=manifest.mpd&timeline=1&depth=60&spd=&patch=&q=", "/build/clip?mode=live&timeline=1&depth=60", "/dash/live/clip/manifest.mpd?timeline=1&depth=60"},
		{"/build?stream=clip&mode=vod&look=gpac.mpd&depth=60", "/build/clip?mode=vod&look=gpac.mpd&depth=60", "/dash/vod/clip/gpac.mpd"},
		{
			"/build?stream=clip&mode=live&rule=fault&rule.target=video&rule.kind.status=404&rule.kind.delay=2&rule.when.every=5&fault=audio:drop",
			"/build/clip?mode=live&fault=audio:drop%3Bvideo:status=404,delay=2@every=5", "/dash/live/clip/manifest.mpd?fault=audio:drop%3Bvideo:status=404,delay=2@every=5",
		},
		{
			"/build?stream=clip&mode=live&rule=drm&rule.at.playready=pro&rule.at.playready=cenc&rule.system=clearkey",
			"/build/clip?mode=live&drm=playready-cenc-pro,clearkey", "/dash/live/clip/manifest.mpd?drm=playready-cenc-pro,clearkey",
		},
		{
			"/build?stream=clip&mode=live&rule=event&rule.event=scte35&rule.word.every=60&rule.word.for=15&rule.word.scte35.command=signal&event=ping",
			"/build/clip?mode=live&event=ping%3Bscte35+every=60+for=15+command=signal", "/dash/live/clip/manifest.mpd?event=ping%3Bscte35+every=60+for=15+command=signal",
		},
		{
			"/build?url=" + url.QueryEscape("https://elsewhere/dash/live/clip/gpac.mpd?tbd=60&fault=video:404@n=12;audio:drop"),
			"/build/clip?depth=60&fault=video:404@n=12%3Baudio:drop", "/dash/live/clip/gpac.mpd?depth=60&fault=video:404@n=12%3Baudio:drop",
		},
		{"/build?url=" + url.QueryEscape(" http://elsewhere/livesim2/segtimeline_1/tsbd_30/clip/Manifest.mpd?spd=9"), "", "/dash/live/clip/manifest.mpd?timeline=1&startnr=0&start=epoch&depth=30&leeway=10&spd=9&early=425&gone=410"},
		{"/build?url=/livesim2/tsbd_30/clip/manifest.mpd?tbd=90", "", "/dash/live/clip/manifest.mpd?startnr=0&start=epoch&depth=90&leeway=10&early=425&gone=410"},
		{"/build?url=" + url.QueryEscape("/mps/vod/clip/hand_made.mpd?st=1&mode=live&q=x"), "", "/dash/vod/clip/hand_made.mpd?timeline=1"},
		{"/build?url=" + url.QueryEscape("/dash/enc.mpd?mode=live"), "", "/dash/live/clip/hand_made.mpd?drm=all"},
		{"/build?url=/patch/clip/manifest_e/1767225600", "", "/dash/live/clip/manifest_e.mpd?patch=1"},
		{"/build?url=" + url.QueryEscape("/dash/live/clip/manifest.mpp?from=1767225600&v=12"), "", "/dash/live/clip/manifest.mpd?patch=1"},
		{"/build?url=/cdn/a/dash/live/clip/manifest.mpd", "", "/dash/live/clip/manifest.mpd"},
		{"/build?url=" + url.QueryEscape("http://elsewhere/play?url=%2Fdash%2Flive%2Fclip%2Fgpac.mpd%3Fdepth%3D60"), "", "/dash/live/clip/gpac.mpd?depth=60"},
		{"/build?url=" + url.QueryEscape("/play/live/clip/hand_made.mpd?mup=4"), "", "/dash/live/clip/hand_made.mpd?mup=4"},
		{"/build?url=" + url.QueryEscape("http://elsewhere/build/clip?mode=vod&timeline=1"), "", "/dash/vod/clip/manifest.mpd?timeline=1"},
	} {
		where, status, page := follow(t, base+c.path)
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", c.path, status, page)
			continue
		}
		if where != c.where && !strings.HasPrefix(c.path, "/build?url=") {
			t.Errorf("%s leads to %s, want %s", c.path, where, c.where)
		}
		m := madeURL.FindStringSubmatch(page)
		if m == nil || html.UnescapeString(m[1]) != c.made {
			t.Errorf("%s makes %q, want %s", c.path, m, c.made)
			continue
		}
		if res, body := get(t, base+c.made, "*/*"); res.StatusCode != http.StatusOK || res.Header.Get("Dashwright-Unknown-Options") != "" {
			t.Errorf("%s: %d %s", c.made, res.StatusCode, body)
		}
	}
	// Pages that fetch say that they take problem documents; people get a page, with a field to mend what they typed.
	for accept, want := range map[string]string{"text/html, application/problem+json": "application/problem+json", "text/html": "text/html; charset=utf-8"} {
		res, body := get(t, base+"/build?url=hello", accept)
		if res.StatusCode != http.StatusBadRequest || res.Header.Get("Content-Type") != want || !strings.Contains(html.UnescapeString(strings.ReplaceAll(body, `\"`, `"`)), `"hello" is no manifest`) || strings.Contains(body, `name="url" value="hello"`) != (accept == "text/html") {
			t.Errorf("for %s: %s %s", accept, res.Header.Get("Content-Type"), body)
		}
	}
	for path, says := range map[string]string{
		"/build/none": "there is no stream", "/build?url=/dash/live/none/manifest.mpd": "there is no stream",
		"/build?url=" + url.QueryEscape("http://elsewhere/film.mpd"): "is no manifest of a stream of ours", "/build?url=%25": "no URL",
		"/build?url=hello": "is no manifest of a stream of ours", "/build?url=/dash/live/nosuch/manifest.mpd": "there is no stream", "/build?url=/dash/never/clip/manifest.mpd": "is no manifest",
		"/build?url=/dash/live/clip/v1/7.m4s": "its manifest is at /dash/live/clip/manifest.mpd", "/build?url=/livesim2/nonsense_1/clip/Manifest.mpd": "no option is called",
		"/reference/none": "there is no reference",
	} {
		if res, body := get(t, base+path, "*/*"); res.StatusCode < 400 || res.StatusCode >= 500 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	where, _, page := follow(t, base+"/build/clip?mode=live&depth=sixty&fault=video:404;nothing")
	if !strings.Contains(page, `aria-invalid="true"`) || !strings.Contains(html.UnescapeString(page), `"sixty": not a number of seconds`) {
		t.Errorf("%s does not say what is wrong with depth", where)
	}
}

// The form and the reference have every option, look and part of rules that the API describes: neither has a list of its own.
func TestBuildAndReferenceHaveAll(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	options := option.NewRegistry(option.Common()...)
	for _, word := range web.BuildWords() {
		if options.Has(word) {
			t.Errorf("option %s has the name of a parameter of the builder", word)
		}
	}
	var described struct {
		Options []struct {
			Name  string   `json:"name"`
			Modes []string `json:"modes"`
		} `json:"options"`
		Looks []struct {
			Name string `json:"name"`
		} `json:"looks"`
	}
	for _, path := range []string{"/api/v1/options", "/api/v1/looks"} {
		_, body := get(t, base+path, "application/json")
		if err := json.Unmarshal([]byte(body), &described); err != nil {
			t.Fatal(err)
		}
	}
	if len(described.Options) < 50 || len(described.Looks) < 10 {
		t.Fatalf("%d options, %d looks", len(described.Options), len(described.Looks))
	}
	_, _, form := follow(t, base+"/build/clip")
	_, _, optionsPage := follow(t, base+"/reference/options")
	_, _, looksPage := follow(t, base+"/reference/looks")
	_, _, faultsPage := follow(t, base+"/reference/faults")
	for _, o := range described.Options {
		if !strings.Contains(form, `name="`+o.Name+`"`) {
			t.Errorf("the form has no field %s", o.Name)
		}
		if !strings.Contains(optionsPage, `id="`+o.Name+`"`) {
			t.Errorf("the reference has no anchor %s", o.Name)
		}
		if slices.Contains(o.Modes, "live") == strings.Contains(form, `id="o-`+o.Name+`-box" hidden`) {
			t.Errorf("option %s, of %v, is hidden where it counts or shown where it does not", o.Name, o.Modes)
		}
	}
	for _, l := range described.Looks {
		if !strings.Contains(form, `<option value="`+l.Name+`"`) || !strings.Contains(looksPage, `<code>`+l.Name+`</code>`) {
			t.Errorf("look %s is missing", l.Name)
		}
	}
	d := fault.Describe()
	for prefix, parts := range map[string][]fault.Info{"rule.kind.": d.Kinds, "rule.when.": d.Conditions} {
		for _, part := range parts {
			if !strings.Contains(form, `name="`+prefix+part.Key+`"`) || !strings.Contains(faultsPage, html.EscapeString(part.Example)) {
				t.Errorf("%s%s is missing", prefix, part.Key)
			}
		}
	}
	for _, target := range d.Targets {
		if !strings.Contains(form, `name="rule.target" value="`+target.Key+`"`) {
			t.Errorf("target %s is missing", target.Key)
		}
	}
	_, _, eventsPage := follow(t, base+"/reference/events")
	e := event.Describe()
	for _, k := range e.Kinds {
		if !strings.Contains(form, `<option value="`+k.Key+`">`) || !strings.Contains(eventsPage, html.EscapeString(k.Example)) {
			t.Errorf("kind %s of events is missing", k.Key)
		}
		for _, w := range k.Words {
			if !strings.Contains(form, `name="rule.word.`+k.Key+`.`+w.Key+`"`) {
				t.Errorf("word %s of %s is missing", w.Key, k.Key)
			}
		}
	}
	_, _, systemsPage := follow(t, base+"/reference/drm")
	for _, s := range drm.Describe() {
		if !strings.Contains(form, `name="rule.system" value="`+s.Key+`"`) || !strings.Contains(systemsPage, s.UUID) {
			t.Errorf("system %s is missing", s.Key)
		}
	}
	// Every example that the pages link to is one that the server takes.
	for _, m := range regexp.MustCompile(`href="(/build\?[^"#]*)`).FindAllStringSubmatch(looksPage+faultsPage+eventsPage+systemsPage, -1) {
		_, _, page := follow(t, base+html.UnescapeString(m[1]))
		made := madeURL.FindStringSubmatch(page)
		if made == nil || strings.Contains(page, "aria-invalid") {
			t.Errorf("%s: the form refuses it", m[1])
		}
	}
}

// What a stream's description says of options is their default in the builder: it need not be asked for, and the option's own default must be.
func TestBuildOfAStreamWithOptions(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(mediatest.Clip(t), filepath.Join(dir, "clip.mp4")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.stream.yaml"), []byte("files:\n  - file: clip.mp4\noptions:\n  depth: 90\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base, _ := program(t, time.Second, dir)
	for query, want := range map[string]string{"depth=90": "", "depth=1800": "?depth=1800", "": ""} {
		_, _, page := follow(t, base+"/build/mine?mode=live&"+query)
		m := madeURL.FindStringSubmatch(page)
		if m == nil || m[1] != "/dash/live/mine/manifest.mpd"+want {
			t.Fatalf("%s makes %q", query, m)
		}
		depth := map[string]string{"": "PT90S", "?depth=1800": "PT1800S"}[want]
		if _, body := get(t, base+m[1], "*/*"); !strings.Contains(body, `timeShiftBufferDepth="`+depth+`"`) {
			t.Errorf("%s: the depth is not %s", m[1], depth)
		}
		if !strings.Contains(page, "Of this stream; otherwise 1800.") {
			t.Error("the form does not say whose default it is")
		}
	}
}

// Pages and what belongs to them are sent compressed to whom it helps, and what they say is the same.
func TestCompressed(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	plain := http.Transport{DisableCompression: true}
	for path, zipped := range map[string]bool{"/build": true, "/": true, "/reference/options": true, "/dash/live/clip/manifest.mpd?now=2026-01-02": false, "/healthz": false} {
		var bodies [2]string
		for i, accept := range []string{"identity", "br, gzip;q=0.8"} {
			req, err := http.NewRequest(http.MethodGet, base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Encoding", accept)
			res, err := plain.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			from := io.Reader(res.Body)
			is := res.Header.Get("Content-Encoding") == "gzip"
			if zipped && is != (i == 1) {
				t.Errorf("%s for %q: %q", path, accept, res.Header.Get("Content-Encoding"))
			}
			if is {
				if from, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			b, err := io.ReadAll(from)
			if err != nil {
				t.Fatal(err)
			}
			bodies[i] = string(b)
		}
		if bodies[0] != bodies[1] || bodies[0] == "" {
			t.Errorf("%s: %d bytes, and %d compressed", path, len(bodies[0]), len(bodies[1]))
		}
	}
}
