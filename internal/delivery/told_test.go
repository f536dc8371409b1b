package delivery_test

import (
	"bytes"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// message is what an event of the MPD validity scheme says, as a player reads it: a publish time, and a document.
type message struct {
	mediatest.Happening
	since time.Time
	doc   string
	from  string // the segment's URL
}

// messages loads a manifest at an instant, as a player does all video that it announces then, and returns those of these that are in that.
func (s *studio) messages(path string, now time.Time) (mpd []byte, all []message) {
	s.t.Helper()
	from := "http://example.com" + path
	mpd = s.load(from, now).Body.Bytes()
	m := mediatest.ReadDynamic(s.t, from, mpd)
	for _, r := range m.Representations {
		if r.Kind != "video" && !strings.HasPrefix(r.Codecs, "avc1") {
			continue
		}
		_, urls, _ := r.Window(s.t, m, now)
		for _, u := range urls {
			u = strings.NewReplacer("/cdn/alpha/", "/", "/cdn/beta/", "/").Replace(u) // as the server does
			u = frozen.ReplaceAllString(u, "now="+now.Format(time.RFC3339Nano))
			fragments, _ := mediatest.Inband(s.t, s.load(u, now).Body.Bytes())
			for _, events := range fragments {
				for _, e := range events {
					if e.Scheme != "urn:mpeg:dash:event:2012" {
						continue
					}
					at, doc, ok := strings.Cut(e.Data, "<")
					since, err := time.Parse(time.RFC3339, at)
					if err != nil || !ok {
						s.t.Fatalf("%s: %v: %.100s", u, err, e.Data)
					}
					all = append(all, message{e, since, "<" + doc, u})
				}
			}
		}
	}
	return mpd, all
}

// The manifest in an event is what its URL answers when the event is announced, byte for byte, in every look and whatever else is asked for.
func TestManifestsInEvents(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	now := s.start.Add(3*time.Minute + 700*time.Millisecond)
	var mpds [][]byte
	for _, look := range []string{"manifest", "hand_made", "manifest_a", "manifest_e", "manifest_n", "gpac", "dvb_2017", "unified", "hbbtv"} {
		for _, query := range []string{
			"start=2026-09-06T11:00:00Z&event=mpd+value=3+every=10+ahead=4+version=1",
			"timeline=1&start=today&mup=3&depth=30&event=ping+every=7%3Bmpd+value=3+every=10+ahead=4+for=12+version=1&x=%26y",
			"start=2026-09-06T11:00:00.25Z&timeline=1&periods=60&chunkdur=0.5&depth=40&event=mpd+value%3D3+ahead%3D4+version=1",
			"enc=cenc&drm=clearkey&timeline=number&uc=3&depth=40&start=month&event=mpd+value=3+ahead=4+version=1&patch=1",
			"start=2026-09-06T11:00:00Z&stop=2026-09-06T12:03:20Z&depth=50&time=direct&event=mpd+value=3+ahead=4+version=1+copies=2",
		} {
			path := "/dash/live/" + s.name + "/" + look + ".mpd?" + query
			mpd := s.load("http://example.com"+path, now).Body.Bytes()
			if strings.Contains(query, "periods") && !bytes.Contains(mpd, []byte("<SegmentTimeline")) {
				continue // a look that has none: the addresses of several Periods are another test's
			}
			_, all := s.messages(path, now)
			if len(all) < 2 {
				t.Errorf("%s: %d events", path, len(all))
			}
			m := mediatest.ReadDynamic(t, "http://example.com"+path, mpd)
			for _, e := range all {
				at := m.Start.Add(time.Duration(e.ID)*10*time.Second - 4*time.Second)
				if want := s.load("http://example.com"+path, at).Body.String(); e.doc != want {
					t.Fatalf("%s: event %d has\n%s\nwanted what %s is at %v\n%s", e.from, e.ID, e.doc, path, at, want)
				}
				is := mediatest.ReadXML(t, []byte(e.doc)).Text("MPD", "publishTime")
				if before := mediatest.ReadXML(t, s.load("http://example.com"+path, at.Add(-time.Millisecond)).Body.Bytes()).Text("MPD", "publishTime"); is != "" && (parse(t, before) != e.since || !e.since.Before(parse(t, is))) {
					t.Errorf("%s: event %d is since %v, its manifest of %s, the one before of %s", e.from, e.ID, e.since, is, before)
				}
			}
			if e := all[0]; strings.Contains(look, "manifest") {
				mpds = append(mpds, []byte(e.doc))
			}
		}
	}
	mediatest.Schema(t, mpds...)
}

func parse(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The patch in an event makes the manifest that is published with it of the last one before, and of nothing else.
func TestPatchesInEvents(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	now := s.start.Add(3*time.Minute + 700*time.Millisecond)
	var patches [][]byte
	for _, look := range []string{"manifest", "hand_made", "manifest_a", "manifest_i", "gpac"} {
		for _, query := range []string{"", "&timeline=number&depth=80", "&periods=20&depth=50&mup=3", "&depth=30&uc=3&drm=clearkey&event=ping"} {
			path := "http://example.com/dash/live/" + s.name + "/" + look + ".mpd?start=2026-09-06T11:00:00.5Z&patch=1" + query + "&event=mpd+value=2+every=10+ahead=2.5+version=1"
			if strings.Contains(query, "ping") {
				path = strings.Replace(path, "&event=ping", "", 1) + "%3Bping"
			}
			_, all := s.messages(strings.TrimPrefix(path, "http://example.com"), now)
			if len(all) < 2 {
				t.Errorf("%s: %d events", path, len(all))
			}
			for _, e := range all {
				at := parse(t, "2026-09-06T11:00:00.5Z").Add(time.Duration(e.ID)*10*time.Second - 2500*time.Millisecond)
				mpd := mediatest.ReadXML(t, s.load(path, e.since).Body.Bytes())
				patch := mediatest.ReadXML(t, []byte(e.doc))
				if mpd.Text("MPD", "publishTime") != patch.Text("Patch", "originalPublishTime") || parse(t, patch.Text("Patch", "originalPublishTime")) != e.since {
					t.Errorf("%s: a patch of %s, in an event since %v", e.from, patch.Text("Patch", "originalPublishTime"), e.since)
				}
				must(t, mpd.Apply(patch))
				if got, want := mpd.Canonical(), mediatest.ReadXML(t, s.load(path, at).Body.Bytes()).Canonical(); got != want {
					t.Fatalf("%s: %s makes\n%s\nwanted\n%s", e.from, e.doc, got, want)
				}
				patches = append(patches, []byte(e.doc))
			}
		}
	}
	mediatest.PatchSchema(t, patches...)
}

// Whoever is asked, whenever, and by whatever name: the same URL is the same bytes, and what is announced of it is true.
func TestEventsWithManifestsAreTheSameEverywhere(t *testing.T) {
	clip := mediatest.Clip(t)
	a, b := newStudio(t, clip), newStudio(t, clip)
	now := a.start.Add(3 * time.Minute)
	for _, query := range []string{"start=now&depth=40&", "startrel=-100&", "stoprel=60&start=2026-09-06T11:00:00Z&timeline=1&", "start=today&", "cdns=alpha,beta&steer=beta:30,alpha:30&", "patch=1&"} {
		path := "/dash/live/" + filepath.Base(a.name) + "/manifest.mpd?" + query + "event=mpd+value=3+every=5"
		_, all := a.messages(path, now)
		if len(all) < 2 {
			t.Errorf("%s: %d events", path, len(all))
		}
		for _, e := range all {
			first := a.load(e.from, now)
			// From another server, at another name of it, later: it answers while the segment is in its window.
			again := b.load(strings.Replace(e.from, "http://example.com", "http://elsewhere:8080", 1), now.Add(2*time.Second))
			if !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) || first.Header().Get("Etag") != again.Header().Get("Etag") {
				t.Errorf("%s: another server has something else", e.from)
			}
			said, err := url.Parse(e.from)
			must(t, err)
			at := said.Query().Get("mpd")
			m := mediatest.ReadDynamic(t, at, []byte(e.doc))
			if got := b.load(at, m.Publish).Body.String(); got != e.doc {
				t.Errorf("%s: %s has another manifest at %v:\n%s\nnot\n%s", e.from, at, m.Publish, got, e.doc)
			}
		}
	}
}

// Patches at an address of their own know of it too, and so do Periods that are announced by reference.
func TestWhereEventsHaveManifests(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	path := "http://example.com/dash/live/" + s.name + "/manifest.mpd?depth=50&patch=1&periods=20&event=mpd+value=3+every=7"
	for _, after := range []time.Duration{8 * time.Second, 61 * time.Second} {
		mpd := s.load(path, s.start.Add(time.Minute)).Body.Bytes()
		u := patchURL(t, path, mpd)
		doc := mediatest.ReadXML(t, mpd)
		must(t, doc.Apply(mediatest.ReadXML(t, s.load("http://example.com"+u, s.start.Add(time.Minute+after)).Body.Bytes())))
		if got, want := doc.Canonical(), mediatest.ReadXML(t, s.load(path, s.start.Add(time.Minute+after)).Body.Bytes()).Canonical(); got != want {
			t.Errorf("%s makes\n%s\nwanted\n%s", u, got, want)
		}
	}
	path = "http://example.com/dash/live/" + s.name + "/manifest.mpd?depth=100&periods=120&xlink=onLoad&a%20b=c&event=mpd+value=3+every=7"
	links := regexp.MustCompile(`xlink:href="([^"]*)"`).FindAllSubmatch(s.load(path, s.start.Add(time.Minute)).Body.Bytes(), -1)
	if len(links) == 0 {
		t.Fatal("no Period is announced by reference")
	}
	for _, l := range links {
		period := s.load(html.UnescapeString(string(l[1])), s.start.Add(time.Minute)).Body.String()
		media := regexp.MustCompile(`media="([^"]*mpd=[^"]*)"`).FindAllStringSubmatch(period, -1)
		if len(media) == 0 {
			t.Fatalf("no media that say a manifest in %s", period)
		}
		for _, m := range media {
			u, err := url.Parse(html.UnescapeString(m[1]))
			must(t, err)
			if got := u.Query().Get("mpd"); got != path {
				t.Errorf("%s says %s", l[1], got)
			}
		}
	}
}

// What a manifest says of the bandwidth counts the manifests in events: those of a segment, however late it is.
func TestBandwidthOfManifestsInEvents(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	for _, query := range []string{"timeline=1&depth=600&segdur=4", "periods=30&timeline=1&depth=300&start=epoch", "segdur=2"} {
		path := "/dash/live/" + s.name + "/manifest.mpd?" + query + "&event=mpd+every=4"
		now := s.start.Add(20 * time.Minute)
		bandwidth := func(path string) (n float64) {
			n, err := strconv.ParseFloat(mediatest.ReadXML(t, s.load("http://example.com"+path, now).Body.Bytes()).Text("Representation", "bandwidth"), 64)
			must(t, err)
			return n
		}
		_, all := s.messages(path+"+value=3", now)
		largest := 0
		for _, e := range all {
			largest = max(largest, len(e.doc))
		}
		// A segment lasts four seconds, and begins with such an event.
		if more := bandwidth(path+"+value=3") - bandwidth(path); largest == 0 || more < float64(8*largest)/4 || more > 8*float64(8*largest)/4 {
			t.Errorf("%s: %.0f bit/s more for manifests of %d bytes every four seconds", path, more, largest)
		}
	}
}

// What cannot be is said, and no URL of a manifest that somebody thought of does harm.
func TestManifestsInEventsRefused(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	s.clock.set(s.start.Add(time.Minute), false)
	segment := s.url("v1", 5, "event=mpd+value=3+every=1")
	for path, want := range map[string]string{
		"/dash/vod/" + s.name + "/manifest.mpd?event=mpd+value=3":              "not live",
		"/dash/live/" + s.name + "/manifest.mpd?event=mpd+value=3+in=manifest": "in=segments",
		"/dash/live/" + s.name + "/manifest.mpd?event=mpd+value=2":             "patch=1",
		"/dash/live/" + s.name + "/manifest.mpd?event=mpd+value=3+every=0.5":   "once a second",
		segment:                       "which manifest",
		segment + "&mpd=x":            "not the URL",
		segment + "&mpd=%25zz":        "not the URL",
		segment + "&mpd=ftp://a/b":    "not the URL",
		segment + "&mpd=//a\"b/c.mpd": "not the URL",
		segment + "&mpd=/etc/passwd":  "passwd",
		segment + "&mpd=" + url.QueryEscape("/a/manifest.mpd?depth=x"): "depth",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		before, query, _ := strings.Cut(path, "?")
		r.URL = &url.URL{Path: before, RawQuery: query}
		s.h.ServeHTTP(w, r)
		if w.Code != http.StatusTeapot || s.error == nil || !strings.Contains(s.error.Error(), want) {
			t.Errorf("%s: %d %v, want something about %s", path, w.Code, s.error, want)
		}
	}
	// Media without such events do not carry it, and do not care.
	plain := s.url("v1", 5, "event=mpd")
	if a, b := s.load(plain, s.clock.Now()), s.load(plain+"&mpd=x", s.clock.Now()); a.Header().Get("Etag") != b.Header().Get("Etag") {
		t.Error("a segment without such events has another entity tag with mpd=")
	}
	if mpd := s.load("/dash/live/"+s.name+"/manifest.mpd?event=mpd", s.clock.Now()).Body.String(); strings.Contains(mpd, "mpd=") {
		t.Error(mpd)
	}
}

// BenchmarkSegments is a request for a segment from memory: of a stream without events, and of one whose events have manifests in them.
func BenchmarkSegments(b *testing.B) {
	s := newStudio(b, mediatest.Clip(b))
	s.clock.set(s.start.Add(time.Minute), false)
	said := "&mpd=" + url.QueryEscape("http://example.com/dash/live/"+s.name+"/manifest.mpd?event=mpd+value=3+every=1&start="+s.start.Format(time.RFC3339))
	for name, query := range map[string]string{"plain": "", "ping": "event=ping", "manifests": "event=mpd+value=3+every=1" + said} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				w.Body = nil
				s.h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, s.url("v1", 5, query), nil))
				if w.Code != 200 {
					b.Fatal(w.Code, s.error)
				}
			}
		})
	}
}
