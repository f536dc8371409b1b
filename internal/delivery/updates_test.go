package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// patchURL returns where a manifest's PatchLocation leads.
func patchURL(t testing.TB, manifest string, mpd []byte) string {
	t.Helper()
	base, err := url.Parse(manifest)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(mediatest.ReadXML(t, mpd).Text("PatchLocation", ""))
	if err != nil {
		t.Fatal(err)
	}
	return to.RequestURI()
}

var frozen = regexp.MustCompile(`now(=|%3D)[0-9TZ:.-]*(%3A[0-9TZ:.-]*)*`)

// A player that follows PatchLocation has what one has that loads the manifest: in every look, whatever it asks for.
func TestPatchesLeadToTheManifest(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	name := p.name()
	var patches [][]byte
	for _, look := range []string{"manifest", "hand_made", "manifest_a", "manifest_e", "manifest_i", "gpac", "dvb_2017"} {
		for _, query := range []string{"patch=1", "patch=1&timeline=number&depth=80", "patch=1&periods=120&start=2026-09-06T11:00:00.5Z&ttl=100", "patch=1&drm=none&segdur=1.5&uc=3", "patch=1&stop=2026-09-06T12:00:30Z", "xlink=onLoad&continuous=1&patch=1&periods=300&depth=30&ttl=200", "start=2026-09-06T12:00:04.5Z&patch=1&depth=10&leeway=0&ttl=180", "patch=1&depth=80&ttl=200&event=ping+every=3+manifest;+scte35+every=7+for=2+ahead=4+manifest"} {
			path := "/dash/live/" + name + "/" + look + ".mpd?" + query
			old := p.get(path + "&now=2026-09-06T12:00:00.9Z")
			u := patchURL(t, path, old.body)
			for _, now := range []string{"2026-09-06T12:00:05Z", "2026-09-06T12:00:13.7Z", "2026-09-06T12:01:17Z"} {
				patch := p.get(frozen.ReplaceAllString(u, "now="+now))
				if ct := patch.Header.Get("Content-Type"); ct != "application/dash-patch+xml" {
					t.Errorf("%s: Content-Type %s", u, ct)
				}
				fresh := p.get(path + "&now=" + now)
				// The frozen clock is in URLs: it is the one thing that a player's two manifests differ in and the patch does not know of.
				mpd := mediatest.ReadXML(t, frozen.ReplaceAll(old.body, nil))
				if err := mpd.Apply(mediatest.ReadXML(t, frozen.ReplaceAll(patch.body, nil))); err != nil {
					t.Fatalf("%s at %s: %v\n%s\nfrom\n%s", u, now, err, patch.body, old.body)
				}
				if got, want := mpd.Canonical(), mediatest.ReadXML(t, frozen.ReplaceAll(fresh.body, nil)).Canonical(); got != want {
					t.Fatalf("%s at %s makes\n%s\nwanted\n%s\nby\n%s", u, now, got, want, patch.body)
				}
				patches = append(patches, patch.body)
				if tag := patch.Header.Get("Etag"); tag == "" || p.ask("GET", frozen.ReplaceAllString(u, "now="+now), "If-None-Match", tag).StatusCode != http.StatusNotModified {
					t.Errorf("%s: ETag %q does not match itself", u, tag)
				}
			}
		}
	}
	mediatest.PatchSchema(t, patches...)
}

// In real time, load after load, no patch is needed twice and none is missed.
func TestPatchesInRealTime(t *testing.T) {
	t.Parallel()
	p := film(t, mediatest.Clip(t))
	path := "/dash/live/" + p.name() + "/manifest.mpd?patch=1&depth=20"
	mpd := p.get(path).body
	doc := mediatest.ReadXML(t, mpd)
	changes := 0
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		base, err := url.Parse(path)
		must(t, err)
		u, err := base.Parse(doc.Text("PatchLocation", ""))
		must(t, err)
		switch a := p.ask("GET", u.RequestURI()); a.StatusCode {
		case http.StatusOK:
			changes++
			if err := doc.Apply(mediatest.ReadXML(t, a.body)); err != nil {
				t.Fatalf("%v\n%s", err, a.body)
			}
		default:
			t.Fatalf("%s: %s: %s", u, a.Status, a.body)
		}
		if fresh := mediatest.ReadXML(t, p.get(path).body); fresh.Text("MPD", "publishTime") == doc.Text("MPD", "publishTime") && fresh.Canonical() != doc.Canonical() {
			t.Fatalf("patched\n%s\nloaded\n%s", doc.Canonical(), fresh.Canonical())
		}
	}
	if changes == 0 {
		t.Error("nothing changed")
	}
}

// Patches that cannot be had are refused with the reason.
func TestPatchRefused(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	name := p.name()
	path := "/dash/live/" + name + "/manifest.mpd?patch=1&ttl=60&leeway=5&now=2026-09-06T12:00:01Z"
	mpd := p.get(path).body
	u := patchURL(t, path, mpd)
	doc := mediatest.ReadXML(t, mpd)
	published := doc.Text("MPD", "publishTime")
	at, err := time.Parse(time.RFC3339, published)
	must(t, err)
	if ttl := doc.Text("PatchLocation", "ttl"); ttl != "60" {
		t.Errorf("ttl is %s", ttl)
	}
	from := func(s string) string { return strings.Replace(u, "from="+published, "from="+s, 1) }
	plain := func(s string) string { return "/patch/" + name + "/" + s }
	// livesim2's streams began in 1970.
	sim := mediatest.ReadXML(t, p.get("/livesim2/patch_60/"+name+"/Manifest.mpd?nowDate=2026-09-06T12:00:01Z").body).Text("MPD", "publishTime")
	for _, c := range []struct {
		url, says string
		status    int
	}{
		{u, "", http.StatusNoContent},
		{u + "&early=425&hold=0", "no manifest has been published since", http.StatusTooEarly},
		{from("2026-09-06T11:59:59.123Z"), "no manifest was published at", http.StatusNotFound},
		{from("2026-09-06T12:10:00Z"), "yet", http.StatusNotFound},
		{from("2026-09-06T12:10:00Z") + "&early=425", "yet", http.StatusTooEarly},
		{frozen.ReplaceAllString(u, "now=2026-09-06T12:01:30Z"), "load the manifest again", http.StatusGone},
		{from("yesterday"), "not a publish time", http.StatusBadRequest},
		{from(""), "not a publish time", http.StatusBadRequest},
		{strings.Replace(u, "manifest.mpp", "none.mpp", 1), "no manifest is called none.mpd", http.StatusNotFound},
		{strings.Replace(u, "patch=1", "patch=0", 1), "patch=1 asks for them", http.StatusNotFound},
		{strings.Replace(u, "/live/", "/vod/", 1), "only live manifests change", http.StatusNotFound},
		{regexp.MustCompile(`v=[0-9a-f]+`).ReplaceAllString(u, "v=0"), "load the manifest again", http.StatusGone},
		{plain("manifest/" + fmt.Sprint(at.Unix()) + "?start=2026-01-01T00:00:00Z&now=2026-09-06T12:00:01Z"), "", http.StatusNoContent},
		{plain("manifest/" + fmt.Sprint(at.Unix()) + "?start=2026-01-01T00:00:00Z&now=2026-09-06T12:00:20Z"), "", http.StatusOK},
		{plain("hand_made.mpd/" + fmt.Sprint(at.Unix()) + "?start=2026-01-01T00:00:00Z&now=2026-09-06T12:00:20Z"), "", http.StatusOK},
		{plain("manifest/" + fmt.Sprint(at.Unix()-1) + "?now=2026-09-06T12:00:20Z"), "no manifest was published at", http.StatusNotFound},
		{plain("manifest"), "a patch is at", http.StatusNotFound},
		{"/livesim2/patch_60/" + name + "/Manifest.mpp?publishTime=" + url.QueryEscape(sim) + "&nowDate=2026-09-06T12:00:20Z", "", http.StatusOK},
		{"/patch/livesim2/patch_60/segtimelinenr_1/" + name + "/Manifest.mpp?publishTime=" + sim + "&nowMS=1788696020000", "", http.StatusOK},
		{"/patch/livesim2/patch_60/" + name + "/Manifest.mpp?publishTime=" + sim + "&nowDate=2026-09-06T12:02:20Z", "load the manifest again", http.StatusGone},
		{"/patch/livesim2/patch_60/" + name + "/Manifest.mpp?publishTime=" + sim + "&nowDate=" + sim, "no manifest has been published since", http.StatusTooEarly},
	} {
		a := p.ask("GET", c.url)
		if a.StatusCode != c.status || !bytes.Contains(a.body, []byte(c.says)) {
			t.Errorf("%s: %s, wanted %d: %s", c.url, a.Status, c.status, a.body)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: no CORS", c.url)
		}
		if h := p.ask("HEAD", c.url); h.StatusCode != c.status || len(h.body) > 0 {
			t.Errorf("HEAD %s: %s, %d bytes", c.url, h.Status, len(h.body))
		}
	}
}

// age returns the max-age of an answer; -1 when it is to be asked for again every time.
func age(t testing.TB, a answer) int {
	t.Helper()
	switch c := a.Header.Get("Cache-Control"); c {
	case "no-cache", "no-store":
		return -1
	default:
		n, err := strconv.Atoi(strings.TrimPrefix(c, "public, max-age="))
		if err != nil || n < 1 {
			t.Errorf("Cache-Control: %s", c)
		}
		return n
	}
}

// A manifest that is remembered for as long as it may be is what the server would answer then.
func TestManifestsAreCachedUntilTheyChange(t *testing.T) {
	t.Parallel()
	p := film(t, mediatest.Clip(t))
	live := "/dash/live/" + p.name() + "/"
	for _, c := range []struct {
		path        string
		least, most int
	}{
		{live + "manifest.mpd?timeline=1", -1, 4}, {live + "manifest.mpd?timeline=1&mup=1", -1, 1}, {live + "manifest.mpd", 8, 8}, {live + "manifest.mpd?mup=30", 30, 30}, {live + "manifest.mpd?mup=-1", 60, 60},
		{live + "manifest.mpd?timeline=1&patch=1", -1, 4}, {live + "manifest.mpd?now=2026-09-06T12:00:00Z", -1, -1}, {live + "manifest.mpd?start=now", -1, -1}, {live + "manifest.mpd?startrel=-60", -1, -1},
		{live + "manifest.mpd?time=direct", -1, -1}, {live + "manifest.mpd?fault=video:404@n=12-14", -1, -1}, {strings.Replace(live, "live", "vod", 1) + "manifest.mpd", -1, -1},
		{live + "manifest.mpd?start=2026-01-01T00:00:00Z&stop=2026-01-02T00:00:00Z", -1, -1},
	} {
		if n := age(t, p.get(c.path)); n < c.least || n > c.most {
			t.Errorf("%s: max-age %d, wanted %d to %d", c.path, n, c.least, c.most)
		}
	}
	if c := p.get(live + "manifest.mpd?time=direct").Header.Get("Cache-Control"); c != "no-store" {
		t.Errorf("a manifest that says what time it is: Cache-Control: %s", c)
	}
	// In real time: at the last moment it is still the same, with the same entity tag, and conditions are answered so.
	path := live + "manifest.mpd?timeline=1"
	for range 3 {
		asked := time.Now()
		a := p.get(path)
		n := age(t, a)
		if n < 1 {
			time.Sleep(300 * time.Millisecond)
			continue
		}
		time.Sleep(time.Until(asked.Add(time.Duration(n)*time.Second - 150*time.Millisecond)))
		b := p.ask("GET", path, "If-None-Match", a.Header.Get("Etag"))
		if b.StatusCode != http.StatusNotModified && time.Since(asked) < time.Duration(n)*time.Second {
			t.Errorf("max-age was %d, and after %v it is another", n, time.Since(asked))
		}
		if b.StatusCode == http.StatusNotModified && (b.Header.Get("Etag") != a.Header.Get("Etag") || b.Header.Get("Cache-Control") == "" || b.Header.Get("Vary") != "Accept-Encoding") {
			t.Errorf("304 without its fields: %v", b.Header)
		}
	}
}

// That a segment is too early is remembered until it is there, and no longer.
func TestRefusalsAreCachedUntilTheyEnd(t *testing.T) {
	t.Parallel()
	p := film(t, mediatest.Clip(t))
	live := "/dash/live/" + p.name() + "/"
	for _, early := range []string{"", "&early=425"} {
		mpd := mediatest.ReadXML(t, p.get(live+"manifest.mpd?timeline=number&depth=20"+early).body)
		first, err := strconv.ParseInt(mpd.Text("SegmentTemplate", "startNumber"), 10, 64)
		must(t, err)
		started, err := time.Parse(time.RFC3339, mpd.Text("MPD", "availabilityStartTime"))
		must(t, err)
		query := "?start=" + started.Format(time.RFC3339) + early
		a := p.ask("GET", live+"v1/"+fmt.Sprint(first+100)+".m4s"+query)
		in, err := strconv.ParseFloat(a.Header.Get("Dashwright-Available"), 64)
		if n := age(t, a); err != nil || a.StatusCode/100 != 4 || float64(n) > in || float64(n) < in-1.01 {
			t.Errorf("too early: %s, available in %v (%v), max-age %d", a.Status, in, err, n)
		}
		if a := p.ask("GET", live+"v1/"+fmt.Sprint(first-1000)+".m4s"+query); age(t, a) != 60 {
			t.Errorf("gone: %s: Cache-Control: %s", a.Status, a.Header.Get("Cache-Control"))
		}
		if a := p.ask("GET", live+"v1/"+fmt.Sprint(first-1000)+".m4s"+query+"&fault=audio:404"); a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("gone, where there are faults: %s: Cache-Control: %s", a.Status, a.Header.Get("Cache-Control"))
		}
		if a := p.ask("GET", live+"none/1.m4s"+query); a.StatusCode != 404 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("nothing: %s: Cache-Control: %s", a.Status, a.Header.Get("Cache-Control"))
		}
		if a := p.ask("GET", live+"v1/"+fmt.Sprint(first+100)+".m4s?early=503&start="+started.Format(time.RFC3339)); a.StatusCode != 503 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("a status of servers: %s: Cache-Control: %s", a.Status, a.Header.Get("Cache-Control"))
		}
	}
}

// load asks a studio for a manifest or a patch at an instant.
func (s *studio) load(path string, now time.Time) *httptest.ResponseRecorder {
	s.t.Helper()
	s.clock.set(now, false)
	w := httptest.NewRecorder()
	soon, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s.h.ServeHTTP(w, httptest.NewRequestWithContext(soon, http.MethodGet, path, nil))
	if w.Code != http.StatusOK && w.Code != http.StatusNoContent {
		s.t.Fatalf("%s at %v: %d: %v", path, now, w.Code, s.error)
	}
	return w
}

// Whenever a manifest is asked for: until its max-age is over the answer is the same, and it is not over much sooner than need be.
func TestFreshnessAtAnyTime(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	r := rand.New(rand.NewPCG(9, 10))
	for _, c := range []struct {
		query string
		mup   time.Duration
	}{
		{"", 8 * time.Second}, {"timeline=1", 8 * time.Second}, {"timeline=1&mup=2", 2 * time.Second}, {"timeline=number&segdur=1.3&mup=30", 30 * time.Second}, {"start=today&mup=3600", time.Hour},
		{"start=month&timeline=1&mup=3600", time.Hour}, {"start=2026-09-06T11:59:00Z&mup=60", time.Minute}, {"periods=60&mup=30", 30 * time.Second}, {"timeline=1&chunkdur=0.5", 0},
		{"stop=2026-09-07T00:00:20Z&mup=60", time.Minute}, {"drift=7&timeline=1", 8 * time.Second}, {"timeline=1&patch=1", 8 * time.Second},
		{"event=ping+every=3+manifest", 8 * time.Second}, {"event=ping+every=7.7+at=0,0,1+late=1.3+manifest&mup=3", 0}, {"timeline=1&event=scte35+every=5+for=3+ahead=2.345+manifest", 8 * time.Second},
		{"periods=60&mup=30&event=custom+every=2+manifest;mpd+every=20", 30 * time.Second}, {"start=2026-09-06T11:59:00Z&depth=30&event=ping+every=4+for=1+manifest", 0}, {"event=ping+count=3+manifest", 8 * time.Second},
	} {
		path := "/dash/live/" + s.name + "/manifest.mpd?" + c.query
		for i := range 60 {
			now := time.Date(2026, 9, 6, 23, 59, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(2 * time.Minute))))
			if i%2 == 0 {
				now = now.Add(-12 * time.Hour)
			}
			a := s.load(path, now)
			control := a.Header().Get("Cache-Control")
			n := 0
			if control != "no-cache" {
				n = age(t, answer{Response: a.Result()})
			}
			for _, part := range []float64{0, 0.5, 0.999} {
				later := now.Add(time.Duration(float64(n) * part * float64(time.Second)))
				if b := s.load(path, later); b.Header().Get("Etag") != a.Header().Get("Etag") {
					t.Fatalf("%s at %v: %s, but at %v it is\n%s\nnot\n%s", path, now, control, later, b.Body, a.Body)
				}
			}
			late := time.Duration(n+1) * time.Second
			if ended := strings.Contains(a.Body.String(), `type="static"`); !ended && c.mup > 0 && late <= c.mup && !strings.Contains(c.query, "start=") && s.load(path, now.Add(late)).Header().Get("Etag") == a.Header().Get("Etag") {
				t.Errorf("%s at %v: %s, but it is the same %v later", path, now, control, late)
			}
		}
	}
}

// waits returns when somebody begins to wait: for when.
func (s *studio) waits() time.Time {
	s.t.Helper()
	select {
	case at := <-s.clock.waiting:
		return at
	case <-time.After(10 * time.Second):
		s.t.Fatal("nobody waits")
		return time.Time{}
	}
}

// Who asks for a patch too early gets it when there is one. Nobody waits for long, with a frozen clock, or who does not want to.
func TestPatchIsWaitedFor(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	path := "/dash/live/" + s.name + "/manifest.mpd?patch=1&mup=1"
	now := s.start.Add(100 * time.Millisecond)
	mpd := s.load(path, now)
	u := patchURL(t, path, mpd.Body.Bytes())
	got := make(chan *httptest.ResponseRecorder)
	go func() {
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, u, nil))
		got <- w
	}()
	next := s.waits()
	if next.Before(now) || next.After(now.Add(5*time.Second)) {
		t.Fatalf("waits until %v", next)
	}
	s.clock.set(next.Add(-time.Millisecond), true) // a timer that is early
	if again := s.waits(); again != next {
		t.Fatalf("waits until %v, then until %v", next, again)
	}
	s.clock.set(next, false)
	w := <-got
	doc := mediatest.ReadXML(t, mpd.Body.Bytes())
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %v", w.Code, s.error)
	}
	if err := doc.Apply(mediatest.ReadXML(t, w.Body.Bytes())); err != nil {
		t.Fatal(err)
	}
	if fresh := mediatest.ReadXML(t, s.load(path, next).Body.Bytes()); doc.Canonical() != fresh.Canonical() {
		t.Errorf("patched\n%s\nloaded\n%s", doc.Canonical(), fresh.Canonical())
	}
	for _, query := range []string{"&hold=0", "&now=2026-09-06T12:00:00Z", "&segdur=20"} {
		mpd := s.load(path+query, now).Body.Bytes()
		published, err := time.Parse(time.RFC3339, mediatest.ReadXML(t, mpd).Text("MPD", "publishTime"))
		must(t, err)
		if w := s.load(patchURL(t, path, mpd), published.Add(time.Second)); w.Code != http.StatusNoContent {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	s.clock.set(now, false)
	u = patchURL(t, path, s.load(path, now).Body.Bytes())
	head := httptest.NewRecorder()
	s.h.ServeHTTP(head, httptest.NewRequest(http.MethodHead, u, nil))
	if head.Code != http.StatusNoContent {
		t.Errorf("HEAD: %d", head.Code)
	}
	gone, cancel := context.WithCancel(context.Background())
	go func() {
		s.h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, http.MethodGet, u, nil))
		got <- nil
	}()
	s.waits()
	cancel()
	<-got
	if s.error != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
		t.Errorf("a client that has gone: %v", s.error)
	}
}

// BenchmarkPatchRequest is what a patch costs, as most players ask for it: from the manifest of the update before. The first who asks has it made; the others get the same.
func BenchmarkPatchRequest(b *testing.B) {
	s := newStudio(b, mediatest.Clip(b))
	for _, depth := range []string{"60", "1800"} {
		path := "/dash/live/" + s.name + "/manifest.mpd?patch=1&depth=" + depth
		now := s.start
		urls := func() string {
			return patchURL(b, path, s.load(path, now).Body.Bytes())
		}
		b.Run(depth+" s, first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				u := urls()
				now = now.Add(8 * time.Second)
				b.StartTimer()
				s.load(u, now)
			}
		})
		b.Run(depth+" s, others", func(b *testing.B) {
			u := urls()
			now = now.Add(8 * time.Second)
			for b.Loop() {
				s.load(u, now)
			}
		})
	}
}

// Where a manifest says that it is, it is the same stream: with the instants that it began and ends at, and what its look makes of what was not asked for. manifest_e says it with a counter too, one higher every time.
func TestLocation(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	locations := regexp.MustCompile(`<Location>([^<]*)</Location>`)
	for _, c := range []struct {
		url  string
		want []string
	}{
		{"manifest.mpd?start=now&depth=30", []string{"manifest.mpd?depth=30&start=2026-09-06T11:59:07Z"}},
		{"manifest.mpd?startrel=-90.5&stoprel=60", []string{"manifest.mpd?start=2026-09-06T11:58:37Z&stop=2026-09-06T12:01:07.5Z"}},
		{"manifest.mpd?depth=30", nil},
		{"hand_made.mpd?start=now", []string{"hand_made.mpd?start=2026-09-06T11:59:07Z&time=none"}},
		{"hand_made.mpd?depth=30&x=1", []string{"hand_made.mpd?depth=30&x=1"}},
		{"manifest_e.mpd", []string{"manifest_e.mpd?start=2026-01-01T00:00:00Z&time=none&update=1", "manifest_e.mpd"}},
		{"manifest_e.mpd?uc=3&depth=30&mup=4", []string{"manifest_e.mpd?depth=30&mup=4&start=2026-01-01T00:00:00Z&time=none&update=4", "manifest_e.mpd?uc=3&depth=30&mup=4"}},
	} {
		folder := "http://example.com/dash/live/" + s.name + "/"
		body := s.load("/dash/live/"+s.name+"/"+c.url, s.start.Add(7500*time.Millisecond)).Body.String()
		var got []string
		for _, m := range locations.FindAllStringSubmatch(body, -1) {
			got = append(got, strings.TrimPrefix(strings.ReplaceAll(m[1], "&amp;", "&"), folder))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, wanted %q", c.url, got, c.want)
		}
		for _, l := range got {
			one := func(url string, at time.Duration) string {
				w := s.load("/dash/live/"+s.name+"/"+url, s.start.Add(at))
				return regexp.MustCompile(`availabilityStartTime="[^"]*"`).FindString(w.Body.String())
			}
			if strings.Contains(l, "start=") && one(l, 7500*time.Millisecond) != one(l, 20*time.Second) {
				t.Errorf("%s is another stream later", l)
			}
		}
	}
}
