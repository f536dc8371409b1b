package app_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// evening runs the program on two films, and programmes of them.
func evening(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name, from string) {
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	describe := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name+".stream.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("one.mp4", mediatest.FFmpeg(t, "one.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=20", "-f", "lavfi", "-i", "sine=r=48000:d=20", "-c:v", "libx264", "-preset", "ultrafast",
		"-g", "50", "-sc_threshold", "0", "-c:a", "aac"))
	put("two.mp4", mediatest.FFmpeg(t, "two.mp4", "-f", "lavfi", "-i", "testsrc=s=128x128:r=30000/1001:d=14", "-f", "lavfi", "-i", "sine=f=880:r=44100:d=14", "-c:v", "libx264", "-preset", "ultrafast",
		"-bf", "2", "-g", "60", "-sc_threshold", "0", "-c:a", "aac"))
	put("two.de.srt", mediatest.Subtitles(t))
	put("three.webm", mediatest.FFmpeg(t, "three.webm", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=24:d=9", "-f", "lavfi", "-i", "sine=r=48000:d=9", "-c:v", "libvpx-vp9", "-cpu-used", "8",
		"-deadline", "realtime", "-g", "48", "-c:a", "libopus"))
	describe("evening", "title: An evening\nperiods:\n  - {id: first, stream: one, in: 2, out: 10}\n  - {id: second, stream: two}\n  - {id: third, stream: one, in: 10, out: 18}\n  - {file: three.webm, keep: [video]}\n")
	return start(t, dir)
}

// doc is as much of an MPD as these tests look at.
type doc struct {
	Type     string `xml:"type,attr"`
	Start    string `xml:"availabilityStartTime,attr"`
	Duration string `xml:"mediaPresentationDuration,attr"`
	Periods  []struct {
		ID       string `xml:"id,attr"`
		Start    string `xml:"start,attr"`
		Duration string `xml:"duration,attr"`
		Href     string `xml:"http://www.w3.org/1999/xlink href,attr"`
		Sets     []struct {
			Kind       string     `xml:"contentType,attr"`
			Template   *docPlace  `xml:"SegmentTemplate"`
			Properties []property `xml:"SupplementalProperty"`
			Reps       []struct {
				ID       string    `xml:"id,attr"`
				Template *docPlace `xml:"SegmentTemplate"`
			} `xml:"Representation"`
		} `xml:"AdaptationSet"`
		Identifier property `xml:"AssetIdentifier"`
	} `xml:"Period"`
}

type property struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr"`
}

type docPlace struct {
	Scale    int64  `xml:"timescale,attr"`
	Duration int64  `xml:"duration,attr"`
	Offset   int64  `xml:"presentationTimeOffset,attr"`
	First    int64  `xml:"startNumber,attr"`
	End      int64  `xml:"endNumber,attr"`
	Init     string `xml:"initialization,attr"`
	Media    string `xml:"media,attr"`
	S        []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int64  `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

// piece is one announced segment: where, and when on the presentation time line.
type piece struct {
	url        string
	t, d       int64 // -1: only the number is known
	start, end time.Duration
}

func ticks(n, scale int64) time.Duration {
	return time.Duration(n/scale)*time.Second + time.Duration(n%scale)*time.Second/time.Duration(scale)
}

func (p *docPlace) pieces(rep string, start time.Duration) []piece {
	var list []piece
	at, n := int64(0), p.First
	for _, s := range p.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			u := strings.NewReplacer("$RepresentationID$", rep, "$Time$", fmt.Sprint(at), "$Number$", fmt.Sprint(n)).Replace(p.Media)
			list = append(list, piece{u, at, s.D, start + ticks(at-p.Offset, p.Scale), start + ticks(at+s.D-p.Offset, p.Scale)})
			at, n = at+s.D, n+1
		}
	}
	for n := p.First; p.Duration > 0 && n <= p.End; n++ {
		u := strings.NewReplacer("$RepresentationID$", rep, "$Number$", fmt.Sprint(n)).Replace(p.Media)
		list = append(list, piece{u, -1, p.Duration, start + ticks((n-p.First)*p.Duration, p.Scale), start + ticks((n-p.First+1)*p.Duration, p.Scale)})
	}
	return list
}

func readDoc(t testing.TB, b []byte) doc {
	t.Helper()
	var d doc
	if err := xml.Unmarshal(b, &d); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return d
}

func seconds(t testing.TB, s string) time.Duration {
	t.Helper()
	f, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(s, "PT"), "S"), 64)
	if err != nil {
		t.Fatalf("duration %q: %v", s, err)
	}
	return time.Duration(f*1e9 + 0.5)
}

// below resolves a URL of an MPD at base.
func below(t testing.TB, base, ref string) string {
	t.Helper()
	b, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.Parse(ref)
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// A programme is Periods in order, each as long as its media, whose segments are where they are announced, in every form of addressing.
func TestStaticPeriods(t *testing.T) {
	base := evening(t)
	streams(t, base)
	var mpds [][]byte
	for _, by := range []string{"0", "1", "number", "list"} {
		mpd := base + "/dash/vod/evening/manifest.mpd?timeline=" + by
		body := get(t, mpd)
		mpds = append(mpds, body, get(t, base+"/dash/vod/evening/manifest.mpd?base=0&timeline="+by), get(t, base+"/dash/odvod/evening/manifest.mpd?timeline="+by))
		d := readDoc(t, body)
		if len(d.Periods) != 4 || d.Periods[0].ID != "first" || d.Periods[3].ID != "p4" {
			t.Fatalf("Periods %+v", d.Periods)
		}
		at := time.Duration(0)
		for i, e := range d.Periods {
			if got := seconds(t, e.Start); got != at {
				t.Errorf("Period %s starts at %v, the ones before end at %v", e.ID, got, at)
			}
			at += seconds(t, e.Duration)
			connected := ""
			for _, set := range e.Sets {
				for _, x := range set.Properties {
					connected = x.Value
				}
				for _, r := range set.Reps {
					place := set.Template
					if r.Template != nil {
						place = r.Template
					}
					if place == nil {
						continue // a list: those are looked at below
					}
					init := mediatest.ParseInit(t, get(t, below(t, mpd, strings.ReplaceAll(place.Init, "$RepresentationID$", r.ID))))
					for _, x := range place.pieces(r.ID, seconds(t, e.Start)) {
						f := mediatest.ParseSegment(t, init, get(t, below(t, mpd, x.url)))
						if from, _ := f.Span(init); x.t >= 0 && max(0, from) != x.t && set.Kind != "text" {
							t.Errorf("%s starts at %d, announced at %d", x.url, from, x.t)
						}
						if x.end <= seconds(t, e.Start) || x.start >= at {
							t.Errorf("%s is shown from %v to %v, its Period %s is from %s to %v", x.url, x.start, x.end, e.ID, e.Start, at)
						}
					}
				}
			}
			if want := []string{"", "", "first", ""}[i]; connected != want {
				t.Errorf("Period %s is connected to %q, want %q", e.ID, connected, want)
			}
			if want := []string{"one", "two", "one", "three"}[i]; e.Identifier.Value != want {
				t.Errorf("Period %s has the asset %q, want %q", e.ID, e.Identifier.Value, want)
			}
		}
		if got := seconds(t, d.Duration); got != at {
			t.Errorf("the MPD lasts %v, its Periods %v", got, at)
		}
	}
	m := mediatest.ReadMPD(t, mpds[len(mpds)-3])
	for _, a := range m.Representations {
		for _, s := range a.Segments {
			get(t, below(t, base+"/dash/vod/evening/manifest.mpd", s.URL))
		}
	}
	mediatest.Schema(t, mpds...)
	// FFmpeg plays one Period, the longest.
	frames := mediatest.Frames(t, base+"/dash/vod/evening/manifest.mpd?timeline=1", "v")
	if d := mediatest.SameFrames(mediatest.Frames(t, base+"/dash/vod/two/manifest.mpd?timeline=1", "v"), frames, 0.001); d != "" {
		t.Errorf("FFmpeg sees another film in the programme: %s", d)
	}
}

// What a live manifest announces at an instant is there at that instant, and the next segment is not; before and after Period boundaries, in ads, and by reference.
func TestLivePeriods(t *testing.T) {
	base := evening(t)
	streams(t, base)
	var mpds, periods [][]byte
	for i, q := range []string{
		"live/one/manifest.mpd?periods=180&depth=50&timeline=1", "live/one/manifest.mpd?periods=180&depth=50&continuous=1", "live/one/manifest.mpd?ads=two,20,8&depth=60&timeline=1",
		"live/evening/manifest.mpd?depth=40&timeline=number", "live/evening/manifest.mpd?depth=40&periodDur=1&base=0", "live/one/manifest.mpd?ads=two,30&depth=60&timeline=1&xlink=onLoad",
	} {
		for k := range 7 {
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(i*7+k*9) * 1371 * time.Millisecond)
			frozen := "&now=" + now.Format(time.RFC3339Nano)
			mpd := base + "/dash/" + q + frozen
			body := get(t, mpd)
			mpds = append(mpds, body)
			d := readDoc(t, body)
			for n, e := range d.Periods {
				if e.Href != "" {
					b := get(t, e.Href)
					periods = append(periods, b)
					whole := readDoc(t, append(append([]byte("<MPD>"), b...), "</MPD>"...))
					if len(whole.Periods) != 1 || whole.Periods[0].ID != e.ID || len(whole.Periods[0].Sets) == 0 {
						t.Fatalf("%s gives %s", e.Href, b)
					}
					e = whole.Periods[0]
				}
				if n > 0 && strings.Contains(q, "continuous") {
					for _, set := range e.Sets {
						if len(set.Properties) != 1 || set.Properties[0] != (property{"urn:mpeg:dash:period-continuity:2015", d.Periods[n-1].ID}) {
							t.Errorf("Period %s says %+v", e.ID, set.Properties)
						}
					}
				}
				for _, set := range e.Sets {
					for _, r := range set.Reps {
						place := set.Template
						if r.Template != nil {
							place = r.Template
						}
						list := place.pieces(r.ID, seconds(t, e.Start))
						for j, x := range list {
							if j > 0 && j < len(list)-2 || x.t < 0 {
								continue
							}
							status, b := status(t, below(t, mpd, x.url)+frozen)
							if status != http.StatusOK {
								t.Fatalf("%s at %s: %d: %s", x.url, now, status, b)
							}
						}
						// (By numbers alone, which are a way to the same segments, those of an ad are there a little earlier.)
						if n == len(d.Periods)-1 && !strings.HasPrefix(e.ID, "ad") && len(list) > 0 && list[0].t >= 0 && place.First == 0 {
							last := list[len(list)-1]
							next := strings.NewReplacer("$RepresentationID$", r.ID, "$Time$", fmt.Sprint(last.t+last.d)).Replace(place.Media)
							if status, b := status(t, below(t, mpd, next)+frozen+"&early=425"); status != 425 && status != 404 {
								t.Fatalf("%s, not announced at %s: %d: %.100s", next, now, status, b)
							}
						}
					}
				}
			}
		}
	}
	mediatest.Schema(t, mpds...)
	if len(periods) == 0 {
		t.Error("no Period is announced by reference")
	}
	gone := get(t, base+"/dash/live/one/manifest.mpd?periods=60&period=P1")
	if !strings.Contains(string(gone), `xlink:href="urn:mpeg:dash:resolve-to-zero:2013"`) {
		t.Errorf("a Period that has gone gives %s", gone)
	}
	for query, want := range map[string]string{
		"ads=nothing,20,5": "option ads: there is no stream", "ads=evening,20": "consists of Periods itself", "ads=two": "not stream,every,for", "ads=two,2": "too often", "periods=x": "option periods",
	} {
		status, b := status(t, base+"/dash/live/one/manifest.mpd?"+query)
		if status != http.StatusBadRequest || !strings.Contains(b, want) {
			t.Errorf("%s: %d: %s", query, status, b)
		}
	}
	res, _ := fetch(t, base+"/mps/live/evening/hand_made.mpd?depth=30&mup=4", nil)
	if res.StatusCode != http.StatusFound || res.Header.Get("Location") != "/dash/live/evening/hand_made.mpd?depth=30&mup=4" {
		t.Errorf("/mps/: %s, Location %q", res.Status, res.Header.Get("Location"))
	}
	for _, path := range []string{"/mps/odvod/evening/manifest.mpd", "/mps/live/evening", "/mps/live/evening/1/v1/init.mp4", "/dash/vod/evening/fourth/v1/init.mp4", "/dash/vod/evening/v1/init.mp4", "/dash/live/evening/first_99999999999/v1/1.m4s"} {
		if status, b := status(t, base+path); status != http.StatusNotFound {
			t.Errorf("%s: %d: %.100s", path, status, b)
		}
	}
}

// Every look has all Periods, with what a player needs of them.
func TestPeriodsInEveryLook(t *testing.T) {
	base := evening(t)
	streams(t, base)
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var mpds [][]byte
	for _, look := range templates.Names() {
		for _, q := range []string{"vod/evening/%s", "live/evening/%s?depth=40", "live/one/%s?ads=two,20,8&depth=60", "live/one/%s?periods=180&depth=60&continuous=1&xlink=onLoad"} {
			u := base + "/dash/" + fmt.Sprintf(q, look)
			status, body := status(t, u)
			if status == http.StatusNotFound && strings.Contains(body, "has no mode") {
				continue
			}
			if status != http.StatusOK {
				t.Errorf("%s: %d: %s", u, status, body)
				continue
			}
			mpds = append(mpds, []byte(body))
			d := readDoc(t, []byte(body))
			if n := len(d.Periods); n < 3 {
				t.Errorf("%s: %d Periods", u, n)
			}
			offsets := strings.Count(body, "presentationTimeOffset=")
			if offsets == 0 && !strings.Contains(body, "xlink:href") {
				t.Errorf("%s has no presentationTimeOffset", u)
			}
			if strings.Contains(q, "vod/evening") && !strings.Contains(body, "second/") {
				t.Errorf("%s does not say where the second Period's media are", u)
			}
		}
	}
	mediatest.Schema(t, mpds...)
}

func status(t testing.TB, u string) (int, string) {
	t.Helper()
	res, err := http.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
