package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// faultFilm is a stream with video, audio and subtitles, 20 s long.
func faultFilm(t testing.TB) (folder, mpd string) {
	t.Helper()
	path := mediatest.FFmpeg(t, "three.mp4", "-i", mediatest.Clip(t), "-i", mediatest.Subtitles(t), "-map", "0:v", "-map", "0:a", "-map", "1:s", "-c:v", "copy", "-c:a", "copy", "-c:s", "mov_text")
	_, mpd = one(t, path)
	return strings.TrimSuffix(mpd, "manifest.mpd"), mpd
}

// live returns the same URL for the live form of a stream.
func live(u string) string { return strings.Replace(u, "/vod/", "/live/", 1) }

func TestErrorOptions(t *testing.T) {
	vod, _ := faultFilm(t)
	l := live(vod)
	// Segments of this film are 2 s long: segment 5 is from 8 s to 10 s. At this instant the live edge is at 12:00:20.
	const at = "&start=2026-09-06T12:00:00Z&now=2026-09-06T12:00:20.5Z"
	for _, c := range []struct {
		url    string
		status int
	}{
		{vod + "v1/5.m4s?verr=404=5", 404},
		{vod + "v1/4.m4s?verr=404=5", 200},
		{vod + "v1/6.m4s?vhe=503=5,410=6", 410},
		{vod + "v1/0.m4s?startnr=0&verr=404=0", 404},
		{vod + "v1/1.m4s?startnr=0&verr=404=0", 200},
		{vod + "v1/init.mp4?verr=404=0", 404},
		{vod + "v1/init.mp4?aerr=404=0", 200},
		{vod + "v1/init.mp4?verr=404=1", 200},
		{vod + "a1/5.m4s?verr=404=5", 200},
		{vod + "a1/5.m4s?aerr=504=5", 504},
		{vod + "t1/5.m4s?terr=599=5", 599},
		{vod + "t1/5.m4s?terr=400=5&aerr=404=5", 400},
		{vod + "v1/5.m4s?verr=500=5", 500},
		// by time
		{vod + "v1/5.m4s?verr=503=00:00:08Z", 503},
		{vod + "v1/5.m4s?verr=503=00:00:09.999Z", 503},
		{vod + "v1/5.m4s?verr=503=00:00:10Z", 200},
		{vod + "v1/6.m4s?verr=503=00:00:10Z", 503},
		{vod + "v1/time/192000.m4s?timeline=1&verr=503=5", 404}, // there is no such segment
		// live, where a time is of the clock
		{l + "v1/5.m4s?verr=404=5" + at, 404},
		{l + "v1/5.m4s?verr=404=12:00:09Z" + at, 404},
		{l + "v1/5.m4s?verr=404=2026-09-06T12:00:09Z" + at, 404},
		{l + "v1/5.m4s?verr=404=2026-09-07T12:00:09Z" + at, 200},
		{l + "v1/6.m4s?verr=404=12:00:09Z" + at, 200},
		{l + "a1/5.m4s?aerr=404=12:00:09Z" + at, 404},
		{l + "t1/5.m4s?terr=404=12:00:09Z" + at, 404},
		{l + "v1/11.m4s?verr=503=11" + at, 503}, // not available yet: the fault goes first
		{l + "v1/11.m4s?verr=503=12" + at, 404},
		// manifests
		{vod + "manifest.mpd?verr=404=5", 200},
		{vod + "manifest.mpd?merr=404=2", 200},
		{vod + "manifest.mpd?merr=404=2&update=2", 404},
		{strings.Replace(vod, "/vod/", "/odvod/", 1) + "manifest.mpd?merr=404=2&update=2", 404},
		{strings.Replace(vod, "/vod/", "/odvod/", 1) + "manifest.mpd?merr=404=2&update=1", 200},
		{l + "manifest.mpd?merr=404=2" + at, 200},
		{l + "manifest.mpd?merr=404=2&update=2" + at, 404},
		{l + "manifest.mpd?merr=404=2&update=3" + at, 200},
		{l + "manifest.mpd?merr=504=12:00:18Z&mup=4" + at, 504},
		{l + "manifest.mpd?merr=504=12:00:16.4Z&mup=4" + at, 200},
		{l + "manifest.mpd?merr=504=12:00:20.5Z&mup=4" + at, 504},
		{l + "manifest.mpd?merr=504=12:00:21Z&mup=4" + at, 200},
		{l + "manifest.mpd?merr=504=2026-09-06T12:00:18Z&mup=-1" + at, 504},
		{l + "v1/5.m4s?merr=504=12:00:08Z" + at, 200},
	} {
		res, body := fetch(t, c.url+"&segdur=2", nil)
		if res.StatusCode != c.status {
			t.Errorf("%s: %s: %.200s", c.url, res.Status, body)
		}
		said := res.Header.Get("Dashwright-Fault")
		if asked := c.status != 200 && !strings.Contains(string(body), "there is no") && !strings.Contains(string(body), "starts at") && !strings.Contains(string(body), "available"); asked != (said != "") {
			t.Errorf("%s: %s, and the header Dashwright-Fault is %q", c.url, res.Status, said)
		}
		if said != "" && (res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(string(body), fmt.Sprintf("synthetic %d for ", c.status)) || !strings.Contains(string(body), said)) {
			t.Errorf("%s: %v\n%s", c.url, res.Header, body)
		}
	}
}

func TestFaultSentences(t *testing.T) {
	vod, _ := faultFilm(t)
	for query, want := range map[string]string{
		"verr=5":                    `option verr: \"5\": neither status=number nor status=time; allowed: status=place`,
		"aerr=302=5":                `option aerr: \"302=5\": not the status of an error: those are 400 to 599; allowed: status=place`,
		"terr=404=x":                `option terr: \"404=x\": neither a whole number nor a time such as 10:00:05Z`,
		"merr=404=5,999=1":          `\"999=1\": there is no such HTTP status`,
		"vcorrupt=404=5":            `option vcorrupt: \"404=5\": neither a whole number nor a time`,
		"frames=0":                  `option frames: \"0\": out of range; allowed: a whole number from 1 to 10000`,
		"failures=-1":               `option failures: \"-1\": out of range`,
		"session=a%20b":             `option session: \"a b\": has a character that is none of those; allowed: up to 64 letters`,
		"fault=video:40x":           `option fault: \"video:40x\": at character 7, \"40x\": no effect; there are statuses (404), status, retry, delay, drop, cut, corrupt, wrongkey, only, expire, renew; allowed: rules with ; between them`,
		"fault=video:404;audio":     `at character 11, \"audio\": a rule is target:effect`,
		"verr=404=2026-09-06T10:00": `option verr: 2026-09-06T10:00:00Z: a stream that is not live has no date`,
	} {
		for _, what := range []string{"manifest.mpd", "v1/1.m4s", "v1/init.mp4"} {
			res, body := fetch(t, vod+what+"?"+query, nil)
			if res.StatusCode != 400 || !strings.Contains(string(body), want) {
				t.Errorf("%s?%s: %s: %s", what, query, res.Status, body)
			}
		}
	}
}

// A manifest's faults are in the URLs that it announces, and hit the segments that they are about, however those are addressed.
func TestFaultsThroughManifests(t *testing.T) {
	_, mpd := faultFilm(t)
	const at = "&start=2026-09-06T12:00:00Z&depth=30&now=2026-09-06T12:01:00.5Z"
	for _, c := range []struct {
		mode, query string
		hit         func(kind string, from, to float64, number int) bool // in seconds of the stream
	}{
		{"vod", "verr=503=00:00:09Z", func(k string, from, to float64, _ int) bool { return k == "video" && from <= 9 && 9 < to }},
		{"vod", "aerr=404=00:00:09Z,404=00:00:15Z", func(k string, from, to float64, _ int) bool {
			return k == "audio" && (from <= 9 && 9 < to || from <= 15 && 15 < to)
		}},
		{"vod", "terr=404=00:00:09Z", func(k string, from, to float64, _ int) bool { return k == "text" && from <= 9 && 9 < to }},
		{"vod", "verr=404=3&terr=410=4", func(k string, _, _ float64, n int) bool { return k == "video" && n == 3 || k == "text" && n == 4 }},
		{"live", "verr=503=12:00:41Z" + at, func(k string, from, to float64, _ int) bool { return k == "video" && from <= 41 && 41 < to }},
		{"live", "aerr=503=2026-09-06T12:00:41Z" + at, func(k string, from, to float64, _ int) bool { return k == "audio" && from <= 41 && 41 < to }},
		{"live", "terr=503=12:00:41Z" + at, func(k string, from, to float64, _ int) bool { return k == "text" && from <= 41 && 41 < to }},
		{"live", "fault=" + url.QueryEscape("video,audio:404@t=40-44;text:404@every=4") + at, func(k string, from, to float64, n int) bool {
			return k != "text" && from < 44 && to > 40 || k == "text" && n%4 == 0
		}},
		{"live", "fault=media:404@edge=0" + at, func(k string, from, to float64, n int) bool { return to > 59.9 }},
	} {
		for _, timeline := range []string{"1", "number"} {
			u := strings.Replace(mpd, "/vod/", "/"+c.mode+"/", 1) + "?segdur=2&timeline=" + timeline + "&" + c.query
			// ReadMPD reads static ones, which have a duration.
			m := mediatest.ReadMPD(t, bytes.Replace(get(t, u), []byte(`type="dynamic"`), []byte(`mediaPresentationDuration="PT1S"`), 1))
			hits := 0
			for _, r := range m.Representations {
				kind := map[string]string{"v1": "video", "a1": "audio", "t1": "text"}[r.ID]
				first := segmentNumber(t, r, c.mode)
				for i, s := range r.Segments {
					res, _ := fetch(t, resolve(t, u, s.URL), nil)
					from, to := float64(s.Start)/float64(r.Timescale), float64(s.Start+s.Duration)/float64(r.Timescale)
					hit := res.StatusCode >= 400
					if hit {
						hits++
					}
					if want := c.hit(kind, from, to, first+i); hit != want {
						t.Errorf("%s: %s, %s from %.3f to %.3f s: %s", u, s.URL, kind, from, to, res.Status)
					}
				}
			}
			if hits == 0 {
				t.Errorf("%s: nothing went wrong", u)
			}
		}
	}
}

// segmentNumber returns the number of the first segment that is announced.
func segmentNumber(t testing.TB, r mediatest.Announced, mode string) int {
	t.Helper()
	if mode == "vod" || len(r.Segments) == 0 {
		return 1
	}
	return int((float64(r.Segments[0].Start)/float64(r.Timescale)+1)/2) + 1 // segments of 2 s
}

func resolve(t testing.TB, base, ref string) string {
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

// In a Period that interrupts the stream times are the stream's, and numbers the Period's own.
func TestFaultsInPeriods(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{"film.mp4": mediatest.Clip(t), "ad.ts": mediatest.FFmpeg(t, "clip.ts", "-i", mediatest.Clip(t), "-c", "copy")} {
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	base := start(t, dir)
	streams(t, base)
	l := base + "/dash/live/film/"
	const at = "&segdur=2&start=2026-09-06T12:00:00Z&now=2026-09-06T12:01:05Z&ads=ad,20,6" // ads from 20 s, 40 s, 60 s for 6 s
	for _, c := range []struct {
		url    string
		status int
	}{
		{"ad1/v1/1.m4s?fault=video:404@t=20", 404},
		{"ad1/v1/2.m4s?fault=video:404@t=20", 200},
		{"ad1/v1/2.m4s?fault=video:404@t=23", 404},
		{"ad2/v1/2.m4s?fault=video:404@t=23", 200},
		{"ad2/v1/2.m4s?verr=404=12:00:43Z", 404},
		{"ad2/a1/2.m4s?fault=audio:404@n=2", 404},
		{"ad2/v1/init.mp4?fault=video.init:404", 404},
		{"v1/14.m4s?fault=video:404@t=27", 404},
		{"v1/14.m4s?fault=video:404@n=14", 404},
		{"ad3/v1/2.m4s?fault=video:404@edge=0", 404},
		{"ad2/v1/3.m4s?fault=video:404@edge=0", 200}, // its Period's last, and long ago
		{"ad2/v1/3.m4s?fault=video:404@edge=9", 404},
	} {
		res, body := fetch(t, l+c.url+at, nil)
		if res.StatusCode != c.status || (c.status == 404) != (res.Header.Get("Dashwright-Fault") != "") {
			t.Errorf("%s: %s, %.200s", c.url, res.Status, body)
		}
	}
	clean := get(t, l+"ad2/v1/2.m4s?"+at)
	want, units := expect(t, "avc1", get(t, l+"ad2/v1/init.mp4?"+at), clean, 4)
	if got := get(t, l+"ad2/v1/2.m4s?vcorrupt=2"+at); units != 4 || !bytes.Equal(got, want) {
		t.Errorf("%d units, other bytes than expected at %d", units, difference(got, want))
	}
}

func TestFailures(t *testing.T) {
	vod, _ := faultFilm(t)
	try := func(u string, head map[string]string) int {
		res, _ := fetch(t, u+"&segdur=2", head)
		return res.StatusCode
	}
	sequence := func(u string, head map[string]string, n int) (got []int) {
		for range n {
			got = append(got, try(u, head))
		}
		return got
	}
	for _, c := range []struct {
		url  string
		want []int
	}{
		{"v1/5.m4s?verr=503=5&failures=2", []int{503, 503, 200, 503, 503, 200}},
		{"v1/5.m4s?verr=404=5&failures=2", []int{404, 404, 404, 404}}, // only statuses from 500 on
		{"v1/init.mp4?verr=504=0&failures=1", []int{504, 200, 504}},
		{"manifest.mpd?fault=manifest:500@try=1-2", []int{500, 500, 200, 200}},
		{"a1/3.m4s?fault=media:503@try=2/3", []int{200, 503, 200, 200, 503}},
	} {
		if got := sequence(vod+c.url, nil, len(c.want)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.url, got, c.want)
		}
	}
	// Each segment, each session and each client behind a proxy counts by itself, and so does another experiment; what a player adds to the URL does not matter.
	const u, w = "v1/6.m4s?verr=503=6,503=7&failures=1", "v1/7.m4s?verr=503=6,503=7&failures=1"
	for i, c := range []struct {
		url  string
		head map[string]string
		want int
	}{
		{u, nil, 503}, {w, nil, 503}, {u + "&session=a", nil, 503}, {u + "&session=b", nil, 503}, {u, map[string]string{"X-Forwarded-For": "192.0.2.1"}, 503},
		{strings.Replace(u, "=7", "=7,503=8", 1), nil, 503}, {u + "&CMCD=sn%3D1", nil, 200}, {w, nil, 200}, {u + "&session=a", nil, 200}, {u, map[string]string{"X-Forwarded-For": "192.0.2.1"}, 200}, {u, nil, 503},
	} {
		if got := try(vod+c.url, c.head); got != c.want {
			t.Errorf("%d: %s, %v: %d, not %d", i, c.url, c.head, got, c.want)
		}
	}
}

func TestFaultRules(t *testing.T) {
	vod, mpd := faultFilm(t)
	base := mpd[:strings.Index(mpd, "/dash/")]
	const at = "&start=2026-09-06T12:00:00Z&now=2026-09-06T12:00:35Z"
	for _, c := range []struct {
		url    string
		status int
		rule   string
	}{
		{vod + "v1/4.m4s?fault=video:404@n=4-5,7;audio:403", 404, "video:404@n=4-5,7"},
		{vod + "v1/6.m4s?fault=video:404@n=4-5,7;audio:403", 200, ""},
		{vod + "a1/6.m4s?fault=video:404@n=4-5,7%3Baudio:403", 403, "audio:403"},
		{vod + "a1/6.m4s?fault=video:404%0Aaudio%20:%20403", 403, "audio:403"},
		{vod + "v1/4.m4s?fault=media:404@rep=v1", 404, "media:404@rep=v1"},
		{vod + "a1/4.m4s?fault=media:404@rep=v1", 200, ""},
		{vod + "v1/4.m4s?fault=video:delay=0.01,corrupt", 200, "video:delay=0.01,corrupt=4"},
		{vod + "v1/4.m4s?fault=video:delay=0.01;media:cut=90000000", 200, "video:delay=0.01; media:cut=90000000"},
		{vod + "v1/init.mp4?fault=video:404", 200, ""},
		{vod + "v1/init.mp4?fault=video.init:404", 404, "video.init:404"},
		{vod + "v9/4.m4s?fault=all:503", 503, "all:503"},
		{vod + "v9/4.m4s?fault=video:503", 404, ""},
		{vod + "manifest.mpd?fault=manifest:429,retry=7", 429, "manifest:429,retry=7"},
		{live(vod) + "manifest.mpp?from=2026-09-06T12:00:30Z&patch=1&fault=patch:410" + at, 410, "patch:410"},
		{live(vod) + "manifest.mpp?from=2026-09-06T12:00:30Z&patch=1&fault=manifest:410" + at, 200, ""},
		{live(vod) + "manifest.mpd?fault=manifest:503@t=30-40/60" + at, 503, "manifest:503@t=30-40/60"},
		{live(vod) + "manifest.mpd?fault=manifest:503@at=30-35/60" + at, 200, ""},
		{live(vod) + "manifest.mpd?fault=manifest:503@at=12:00:30Z-12:00:36Z" + at, 503, "manifest:503@at=12:00:30Z-12:00:36Z"},
		{live(vod) + "v1/17.m4s?fault=video:404@edge=0" + at, 404, "video:404@edge=0"},
		{live(vod) + "v1/16.m4s?fault=video:404@edge=0" + at, 200, ""},
		{live(vod) + "v1/16.m4s?fault=video:404@nth=0/10" + at, 404, "video:404@nth=0/10"},
		{base + "/time/xsd?fault=clock:503", 503, "clock:503"},
		{base + "/time/xsd?fault=video:404;clock:503", 503, "clock:503"},
		{base + "/time/xsd?fault=clock:503@at=12:00:30Z-12:00:36Z&now=2026-09-06T12:00:35Z", 503, "clock:503@at=12:00:30Z-12:00:36Z"},
		{base + "/time/xsd?fault=manifest:503", 200, ""},
	} {
		res, body := fetch(t, c.url+"&segdur=2", map[string]string{"Origin": "http://player.example"})
		if res.StatusCode != c.status || res.Header.Get("Dashwright-Fault") != c.rule {
			t.Errorf("%s: %s, %q: %.300s", c.url, res.Status, res.Header.Get("Dashwright-Fault"), body)
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.Header.Get("Access-Control-Expose-Headers"), "Dashwright-Fault") {
			t.Errorf("%s: a page may not see it: %v", c.url, res.Header)
		}
		if want := map[bool]string{true: "7"}[c.status == 429]; c.status != 404 && res.Header.Get("Retry-After") != want {
			t.Errorf("%s: Retry-After: %q, not %q", c.url, res.Header.Get("Retry-After"), want)
		}
	}
	res, err := http.Head(vod + "v1/4.m4s?fault=video:404")
	if err != nil || res.StatusCode != 404 {
		t.Errorf("HEAD: %v, %v", res, err)
	}
	res, _ = fetch(t, live(mpd)+"?fault=clock:503&time=xsd,head", nil)
	if res.StatusCode != 200 {
		t.Fatal(res.Status)
	}
	if body := string(get(t, live(mpd)+"?fault=clock:503&time=xsd,head")); strings.Count(body, "fault=clock") < 2 {
		t.Errorf("the clocks of a manifest are not those with the fault:\n%s", body)
	}
}

// Nobody may remember the answer of a URL that has rules, right or wrong, without asking again.
func TestFaultsAreNotCached(t *testing.T) {
	vod, mpd := faultFilm(t)
	m := mediatest.ReadMPD(t, get(t, mpd+"?fault=video:404@try=2"))
	u := resolve(t, mpd, m.Representations[0].Segments[0].URL)
	if !strings.Contains(u, "v=") || !strings.Contains(u, "fault=") {
		t.Fatal(u)
	}
	res, clean := fetch(t, u, nil)
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%s: %s, %v", u, res.Status, res.Header)
	}
	if res, _ := fetch(t, u, nil); res.StatusCode != 404 || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Etag") != "" {
		t.Errorf("%s: %s, %v", u, res.Status, res.Header)
	}
	if res, body := fetch(t, u, nil); res.StatusCode != 200 || string(body) != string(clean) {
		t.Errorf("%s: %s", u, res.Status)
	}
	// What is damaged has no entity tag, and one that the client has does not count.
	tag := res.Header.Get("Etag")
	for _, q := range []string{"?fault=video:corrupt", "?vcorrupt=1"} {
		res, _ := fetch(t, vod+"v1/1.m4s"+q, map[string]string{"If-None-Match": "*, " + tag})
		if res.StatusCode != 200 || res.Header.Get("Etag") != "" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Dashwright-Fault") == "" {
			t.Errorf("%s: %s, %v", q, res.Status, res.Header)
		}
	}
}

func TestDelay(t *testing.T) {
	vod, mpd := faultFilm(t)
	base := mpd[:strings.Index(mpd, "/dash/")]
	for _, u := range []string{
		vod + "v1/2.m4s?fault=video:delay=0.3", vod + "v1/init.mp4?fault=init:delay=0.3", mpd + "?fault=manifest:delay=0.3", base + "/time/head?fault=clock:delay=0.3",
		vod + "v1/2.m4s?fault=video:delay=0.3;video:404",
		live(vod) + "v1/2.m4s?fault=video:delay=0.3&start=2026-09-06T12:00:00Z&now=2026-09-06T12:00:20Z",
	} {
		begin := time.Now()
		res, err := http.Get(u)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begin)
		res.Body.Close()
		if took < 300*time.Millisecond || took > 3*time.Second || res.Header.Get("Dashwright-Fault") == "" {
			t.Errorf("%s: the first byte came after %v: %v", u, took, res.Header)
		}
	}
	// A client that does not wait is let go: the server ends at once afterwards.
	c := http.Client{Timeout: 100 * time.Millisecond}
	if res, err := c.Get(vod + "v1/2.m4s?fault=video:delay=300"); err == nil {
		t.Errorf("%s without waiting", res.Status)
	}
}

func TestListFaults(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	var d fault.Description
	if err := json.Unmarshal(get(t, base+"/api/v1/faults"), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Kinds) != len(fault.Kinds()) || len(d.Conditions) != len(fault.Tests()) || len(d.Targets) != len(fault.Targets()) {
		t.Errorf("%+v", d)
	}
	for _, info := range slices.Concat(d.Kinds, d.Conditions, d.Targets) {
		rules, err := fault.Parse(info.Example)
		if err != nil || len(rules) != 1 || !strings.Contains(info.Example, info.Key) && info.Key != "status" {
			t.Errorf("%s: its example %q: %v", info.Key, info.Example, err)
		}
		if info.Title == "" || !strings.HasSuffix(info.Help, ".") || info.Type == "" {
			t.Errorf("%+v", info)
		}
	}
}
