package app_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// dynamic loads a manifest.
func dynamic(t testing.TB, u string) *mediatest.Dynamic {
	t.Helper()
	return mediatest.ReadDynamic(t, u, get(t, u))
}

// frozen is the instant that most of these tests ask for.
const frozen = "2026-09-06T11:13:27.3Z"

func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestOptionsOfTheAPI(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	var answer struct{ Options []option.Info }
	if err := json.Unmarshal(get(t, base+"/api/v1/options"), &answer); err != nil {
		t.Fatal(err)
	}
	want := option.NewRegistry(option.Common()...).Describe()
	for i := range want {
		want[i].Scope = 0 // URLs has it in words
		want[i].Choices = slices.Clone(want[i].Choices)
		for j := range want[i].Choices {
			want[i].Choices[j].Value = strings.ReplaceAll(want[i].Choices[j].Value, option.SomeStream, "clip")
		}
	}
	if fmt.Sprint(answer.Options) != fmt.Sprint(want) {
		t.Errorf("%v,\nnot %v", answer.Options, want)
	}
}

// A value that is not allowed is a 400 that names option, value and what is allowed, for manifests, media and clocks alike; a name that there is not is passed over and reported.
func TestBadOptions(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	for _, i := range option.NewRegistry(option.Common()...).Describe() {
		for _, path := range []string{"/dash/live/clip/manifest.mpd", "/dash/vod/clip/v1/1.m4s", "/time/xsd"} {
			res, body := fetch(t, base+path+"?"+url.QueryEscape(i.Key)+"=%01", nil)
			var problem struct{ Detail string }
			if err := json.Unmarshal(body, &problem); err != nil || res.StatusCode != http.StatusBadRequest {
				t.Errorf("%s of %s: %s %s", i.Key, path, res.Status, body)
			}
			for _, want := range []string{"option " + i.Key + ": ", `"\x01"`, i.Syntax} {
				if !strings.Contains(problem.Detail, want) {
					t.Errorf("%s of %s: %q does not say %q", i.Key, path, problem.Detail, want)
				}
			}
		}
	}
	for _, path := range []string{"/dash/live/clip/manifest.mpd", "/dash/vod/clip/v1/1.m4s", "/time/xsd"} {
		res, _ := fetch(t, base+path+"?zebra=1&aardvark=2&leeway=5", nil)
		if got := res.Header.Get("Dashwright-Unknown-Options"); res.StatusCode != http.StatusOK || got != "aardvark, zebra" {
			t.Errorf("%s: %s, unknown are %q", path, res.Status, got)
		}
	}
}

// With a frozen clock all that depends on time stands still, and is consistent.
func TestFrozenClock(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	now := at(t, frozen)
	for _, query := range []string{"", "timeline=1&", "timeline=number&drift=2.5&", "time=direct,head&depth=20&"} {
		u := base + "/dash/live/clip/manifest.mpd?" + query + "now=" + frozen
		clock := now
		if strings.Contains(query, "drift") {
			clock = now.Add(-2500 * time.Millisecond)
		}
		res, body := fetch(t, u, nil)
		if got := res.Header.Get("Date"); got != clock.Format(http.TimeFormat) {
			t.Errorf("%s: Date is %s", u, got)
		}
		if _, again := fetch(t, u, nil); string(again) != string(body) {
			t.Errorf("%s is not the same twice", u)
		}
		m := mediatest.ReadDynamic(t, u, body)
		if m.Publish.After(clock) || m.Publish.Before(clock.Add(-8*time.Second)) && strings.Contains(query, "timeline") {
			t.Errorf("%s was published at %v", u, m.Publish)
		}
		if m.Start != time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) {
			t.Errorf("%s: started at %v", u, m.Start)
		}
		for _, c := range m.UTCTiming {
			if strings.HasSuffix(c.Scheme, ":direct:2014") {
				if c.Value != clock.Format(time.RFC3339Nano) {
					t.Errorf("%s: direct says %s", u, c.Value)
				}
				continue
			}
			res, body := fetch(t, c.Value, nil)
			if got := res.Header.Get("Date"); got != clock.Format(http.TimeFormat) || strings.HasSuffix(c.Scheme, "xsdate:2014") && string(body) != clock.Format(time.RFC3339Nano) {
				t.Errorf("%s says %s, %s", c.Value, got, body)
			}
		}
		for _, r := range m.Representations {
			init, all, _ := r.Window(t, m, clock)
			for _, segment := range []string{init, all[len(all)-1], all[0]} {
				if res, body := fetch(t, segment, nil); res.StatusCode != http.StatusOK || segment != init && res.Header.Get("Date") != now.Format(http.TimeFormat) {
					t.Errorf("%s: %s, %s, %v", segment, res.Status, body[:min(len(body), 200)], res.Header)
				}
			}
		}
	}
}

func TestTiming(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	const google = "time1.google.com time2.google.com time3.google.com time4.google.com"
	for query, want := range map[string]string{
		"":                  "http-xsdate " + base + "/time/xsd?now=" + frozen,
		"time=none":         "",
		"time=direct":       "direct " + frozen,
		"time=head":         "http-head " + base + "/time/head?now=" + frozen,
		"utc=iso":           "http-iso " + base + "/time/iso?now=" + frozen,
		"time=isoms,xsdms":  "http-iso " + base + "/time/isoms?now=" + frozen + ", http-xsdate " + base + "/time/xsdms?now=" + frozen,
		"time=http-ntp":     "http-ntp " + base + "/time/http-ntp?now=" + frozen,
		"time=ntp":          "ntp " + google,
		"time=sntp-direct":  "sntp " + google + ", direct " + frozen,
		"time=head&drift=3": "http-head " + base + "/time/head?drift=3&now=" + frozen,
		"time=xsd&drift=-3.5&time_value=a%26b%3Cc%3E+%22": "http-xsdate " + base + "/time/xsd?drift=-3.5&now=" + frozen + "&time_value=a%26b%3Cc%3E+%22",
		"time=direct&time_value=a%26b%3Cc":                "direct a&b<c",
		"time=direct&drift=10":                            "direct 2026-09-06T11:13:17.3Z",
		"time=ntp&ntp_servers=a.example,192.0.2.7":        "ntp a.example 192.0.2.7",
		"time=ntp,xsd&ntp_servers=europe-ntp,b.example": "ntp 0.europe.pool.ntp.org 1.europe.pool.ntp.org 2.europe.pool.ntp.org 3.europe.pool.ntp.org b.example, http-xsdate " +
			base + "/time/xsd?now=" + frozen,
	} {
		m := dynamic(t, base+"/dash/live/clip/manifest.mpd?"+query+"&now="+frozen)
		var words []string
		for _, c := range m.UTCTiming {
			words = append(words, strings.TrimSuffix(strings.TrimPrefix(c.Scheme, "urn:mpeg:dash:utc:"), ":2014")+" "+c.Value)
		}
		if got := strings.Join(words, ", "); got != want {
			t.Errorf("%s: %s,\nnot %s", query, got, want)
		}
		if v := dynamic(t, base+"/dash/vod/clip/manifest.mpd?timeline=1&"+query+"&now="+frozen); len(v.UTCTiming) != 0 || v.Representations[0].Media != strings.Split(v.Representations[0].Media, "?")[0]+"?"+versionOf(v) {
			t.Errorf("vod, %s: %v %s", query, v.UTCTiming, v.Representations[0].Media)
		}
	}
	// The time of day, at any two requests another one.
	one, two := dynamic(t, base+"/dash/live/clip/manifest.mpd?time=direct"), dynamic(t, base+"/dash/live/clip/manifest.mpd?time=direct")
	a, b := at(t, one.UTCTiming[0].Value), at(t, two.UTCTiming[0].Value)
	if since := time.Since(a); !b.After(a) || since < 0 || since > 10*time.Second {
		t.Errorf("direct says %v, then %v", a, b)
	}
}

// versionOf returns v=… as the media URLs have it.
func versionOf(m *mediatest.Dynamic) string {
	return regexp.MustCompile(`v=\w+`).FindString(m.Representations[0].Media)
}

// The origin in URLs is the one that the client sees, when it can be one.
func TestOrigin(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	for _, c := range []struct{ host, proto, want string }{
		{"example.com", "", "http://example.com/time/xsd"},
		{"example.com:8443", "https", "https://example.com:8443/time/xsd"},
		{"[2001:db8::1]:80", "HTTPS", "https://[2001:db8::1]:80/time/xsd"},
		{"example.com", "javascript", "http://example.com/time/xsd"},
		{`a"b`, "", "/time/xsd"},
		{"a/b", "https", "/time/xsd"},
		{"user@example.com", "", "/time/xsd"},
		{"example.com:port", "", "/time/xsd"},
	} {
		req, err := http.NewRequest(http.MethodGet, base+"/dash/live/clip/manifest.mpd", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		if c.proto != "" {
			req.Header.Set("X-Forwarded-Proto", c.proto)
		}
		res, body := send(t, req)
		if res.StatusCode == http.StatusBadRequest && c.want[0] == '/' {
			continue // refused before it got to us
		}
		if m := mediatest.ReadDynamic(t, base, body); m.UTCTiming[0].Value != c.want {
			t.Errorf("host %s, X-Forwarded-Proto %s: %s, not %s", c.host, c.proto, m.UTCTiming[0].Value, c.want)
		}
	}
}

func TestTimeServer(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	const sunday = "now=2026-09-06T11:13:27.123456Z"
	var ntp [8]byte
	binary.BigEndian.PutUint32(ntp[:], uint32(at(t, "2026-09-06T11:13:27Z").Unix()+2208988800))
	binary.BigEndian.PutUint32(ntp[4:], 530239482) // 0.123456 s in units of 2^-32 s
	for _, c := range []struct{ path, body, contentType, date string }{
		{"xsd?" + sunday, "2026-09-06T11:13:27.123456Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"xsd?now=2026-09-06T11:13:27Z", "2026-09-06T11:13:27Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"xsdms?now=2026-09-06T11:13:27Z", "2026-09-06T11:13:27.000Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"xsd?drift=10&" + sunday, "2026-09-06T11:13:17.123456Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:17 GMT"},
		{"xsd?drift=-86400&" + sunday, "2026-09-07T11:13:27.123456Z", "text/plain; charset=utf-8", "Mon, 07 Sep 2026 11:13:27 GMT"},
		{"iso?" + sunday, "2026-W36-7T11:13:27Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"iso?now=2027-01-01T00:00:00Z", "2026-W53-5T00:00:00Z", "text/plain; charset=utf-8", "Fri, 01 Jan 2027 00:00:00 GMT"},
		{"isoms?" + sunday, "2026-09-06T11:13:27.123Z", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"head?" + sunday, "", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"http-ntp?" + sunday, string(ntp[:]), "application/octet-stream", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"xsd?time_value=half+past+%3Cone%3E&" + sunday, "half past <one>", "text/plain; charset=utf-8", "Sun, 06 Sep 2026 11:13:27 GMT"},
		{"head?time_value=never&" + sunday, "", "text/plain; charset=utf-8", "never"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			req, err := http.NewRequest(method, base+"/time/"+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := c.body
			if method == http.MethodHead {
				want = ""
			}
			res, body := send(t, req)
			if res.StatusCode != http.StatusOK || string(body) != want || res.Header.Get("Content-Type") != c.contentType || res.Header.Get("Date") != c.date {
				t.Errorf("%s /time/%s: %s %q %v, not %q %s", method, c.path, res.Status, body, res.Header, c.body, c.date)
			}
			if res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.Header.Get("Access-Control-Expose-Headers"), "Date") || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s /time/%s: %v", method, c.path, res.Header)
			}
		}
	}
	// Without options it is the time of day.
	res, body := fetch(t, base+"/time/xsd", nil)
	if d := time.Since(at(t, string(body))); d < 0 || d > 5*time.Second || res.Header.Get("Date") == "" {
		t.Errorf("/time/xsd is %s: %v off", body, d)
	}
	for path, want := range map[string]int{"sundial": 404, "": 404, "xsd?drift=x": 400, "head?now=never": 400} {
		if res, body := fetch(t, base+"/time/"+path, nil); res.StatusCode != want || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("/time/%s: %s %s", path, res.Status, body)
		}
	}
	req, err := http.NewRequest(http.MethodPost, base+"/time/xsd", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := send(t, req); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", res.Status)
	}
}

func send(t testing.TB, req *http.Request) (*http.Response, []byte) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body := make([]byte, 0, 4096)
	for {
		body = slices.Grow(body, 4096)
		n, err := res.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil {
			return res, body
		}
	}
}

// Outside of the window the status is the one asked for, and headers and body say when.
func TestStatusesOutsideOfTheWindow(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/v1/"
	// 4 s segments; number 1 is complete at 4 s, and leaves a window of 20 s and a leeway of 10 s at 34 s.
	const stream = "?start=2026-09-06T11:00:00Z&depth=20&leeway=10&now=2026-09-06T11:"
	for _, c := range []struct {
		url, available, retry string
		status                int
	}{
		{"1.m4s" + stream + "00:03.999Z", "0.001", "1", 404},
		{"1.m4s" + stream + "00:03.999Z&early=425", "0.001", "1", 425},
		{"3.m4s" + stream + "00:00Z&early=503&gone=410", "12.000", "12", 503},
		{"1.m4s" + stream + "00:04Z&early=425&gone=410", "", "", 200},
		{"1.m4s" + stream + "00:34Z&early=425&gone=410", "", "", 200},
		{"1.m4s" + stream + "00:34.5Z", "-0.500", "", 404},
		{"1.m4s" + stream + "00:34.5Z&gone=410&early=425", "-0.500", "", 410},
		{"1.m4s" + stream + "01:34Z&leeway=0&depth=1", "-60.000", "", 404}, // the first of two values counts
		{"time/0.m4s" + stream + "00:34.5Z&gone=410", "-0.500", "", 410},
		{"time/49152.m4s" + stream + "00:04Z&early=425", "4.000", "4", 425},
		{"0.m4s" + stream + "00:04Z&early=425&gone=410", "", "", 404},
		{"init.mp4" + stream + "00:00Z&early=425", "", "", 200},
		// Who comes when that is over is not too early.
		{"1.m4s" + stream + "00:03.9998Z", "0.001", "1", 404},
		{"1.m4s" + stream + "00:34.0002Z", "-0.001", "", 404},
		// There is no time for so late a segment, so that it is not early.
		{"99999999999.m4s" + stream + "00:04Z&early=425", "", "", 404},
		{"time/9223372036854774784.m4s" + stream + "00:04Z&early=425", "", "", 404},
		{"99999999999.m4s" + stream + "00:04Z&ato=inf", "", "", 404},
		{"1000000000.m4s" + stream + "00:04Z&early=425", "3999999996.000", "3999999996", 425},
		// An offset makes it earlier.
		{"1.m4s" + stream + "00:02.5Z&ato=1.5", "", "", 200},
		{"1.m4s" + stream + "00:02.499Z&ato=1.5&early=425", "0.001", "1", 425},
		{"1000000.m4s" + stream + "00:04Z&ato=inf&early=425", "", "", 200},
		{"1.m4s" + stream + "00:34.5Z&ato=inf&gone=410", "-0.500", "", 410},
	} {
		res, body := fetch(t, base+c.url, nil)
		if res.StatusCode != c.status || res.Header.Get("Dashwright-Available") != c.available || res.Header.Get("Retry-After") != c.retry {
			t.Errorf("%s: %s %v %s", c.url, res.Status, res.Header, body[:min(300, len(body))])
		}
		if c.available != "" && (!strings.Contains(string(body), " s") || !strings.Contains(res.Header.Get("Access-Control-Expose-Headers"), "Dashwright-Available")) {
			t.Errorf("%s: %v %s", c.url, res.Header, body)
		}
	}
}

// Numbers of segments are as large as a manifest can say, and no larger.
func TestLargestNumbers(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/"
	live := base + "live/clip/manifest.mpd?start=2026-09-06T11:00:00Z&now=2026-09-06T11:00:41Z&depth=20&startnr=" // ten segments have come
	for url, status := range map[string]int{
		live + "4294967295": 400, live + "4294967286": 200, live + "4294967287": 400, live + "4294967286&timeline=number": 200, live + "4294967287&timeline=number": 400, live + "4294967287&timeline=list": 400,
		live + "4294967295&timeline=1": 200, live + "4294967200&periods=60": 200, live + "4294967290&periods=300": 400,
		base + "vod/clip/manifest.mpd?startnr=4294967295": 400, base + "vod/clip/manifest.mpd?startnr=4294967200": 200, base + "vod/clip/manifest.mpd?startnr=4294967295&timeline=1": 200,
	} {
		res, body := fetch(t, url, nil)
		if res.StatusCode != status || status == 400 && !strings.Contains(string(body), "startnr") {
			t.Errorf("%s: %s %.300s", url, res.Status, body)
		}
		if status == 200 {
			mediatest.Schema(t, body)
		}
	}
}

func TestAvailabilityTimeOffset(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/manifest.mpd?now=" + frozen
	now := at(t, frozen)
	for query, want := range map[string]string{"": "", "&ato=2.5": "2.5", "&ato=inf": "INF", "&ato=2.5&timeline=1": "2.5", "&ato=8&timeline=number": "8"} {
		m := dynamic(t, base+query)
		plain := dynamic(t, base+regexp.MustCompile(`&ato=[^&]*`).ReplaceAllString(query, ""))
		for i, r := range m.Representations {
			if r.Offset != want {
				t.Errorf("%s: availabilityTimeOffset is %q, not %q", query, r.Offset, want)
			}
			_, all, after := r.Window(t, m, now)
			if res, body := fetch(t, all[len(all)-1], nil); res.StatusCode != http.StatusOK {
				t.Errorf("%s: the last, %s: %s %s", query, all[len(all)-1], res.Status, body)
			}
			if len(r.S) > 0 {
				_, without, _ := plain.Representations[i].Window(t, plain, now)
				offset, err := strconv.ParseFloat(want, 64)
				if err != nil {
					t.Fatal(err)
				}
				if more := len(all) - len(without); float64(more) < offset/4-1 || float64(more) > offset/4+1 {
					t.Errorf("%s: %d segments, %d without", query, len(all), len(without))
				}
			}
			// By number the next is the one that is complete in 0.7 s.
			if res, _ := fetch(t, after, nil); (res.StatusCode == http.StatusOK) != (want == "INF" || want == "2.5" && len(r.S) == 0) {
				t.Errorf("%s: the next, %s: %s", query, after, res.Status)
			}
		}
	}
	for _, query := range []string{"&ato=inf&timeline=1", "&ato=inf&timeline=number", "&ato=inf&timeline=list"} {
		if res, body := fetch(t, base+query, nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "ato") {
			t.Errorf("%s: %s %s", query, res.Status, body)
		}
	}
}

// A stream that has an end is live until then, and static from then on; what was announced stays, and nothing follows.
func TestEnd(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/manifest.mpd?start=2026-09-06T11:00:00Z&"
	// 102.5 s: 25 segments of 4 s are complete, the last one ends at 100 s. The loop is 20 s, so that it ends in the first of its sixth one.
	const stop = "stop=2026-09-06T11:01:42.500Z&depth=30&"
	var mpds [][]byte
	for _, timeline := range []string{"timeline=0", "timeline=1", "timeline=number"} {
		for _, when := range []string{"2026-09-06T11:01:42.499Z", "2026-09-06T11:01:42.500Z", "2026-09-07T00:00:00Z"} {
			u := base + stop + timeline + "&now=" + when
			body := get(t, u)
			mpds = append(mpds, body)
			m := mediatest.ReadDynamic(t, u, body)
			ended := !strings.Contains(when, "42.499")
			if (m.Type == "static") != ended || (m.Duration != "") != ended || (m.Depth == "") != ended || (len(m.UTCTiming) == 0) != ended {
				t.Errorf("%s: %+v", u, m)
			}
			if ended && (m.Duration != "PT100S" || m.Periods[0].Duration != "PT100S") {
				t.Errorf("%s lasts %s, its Period %s", u, m.Duration, m.Periods[0].Duration)
			}
			for _, r := range m.Representations {
				_, all, after := r.Window(t, m, at(t, when))
				if ended && len(all) != 25 {
					t.Errorf("%s: %s announces %d segments, not 25", u, r.ID, len(all))
				}
				if ended && timeline == "timeline=0" && r.End != 25 {
					t.Errorf("%s: %s ends with number %d", u, r.ID, r.End)
				}
				for _, segment := range all {
					if res, body := fetch(t, segment, nil); res.StatusCode != http.StatusOK {
						t.Errorf("%s: %s: %s %s", u, segment, res.Status, body)
					}
				}
				if res, body := fetch(t, after, nil); res.StatusCode != http.StatusNotFound {
					t.Errorf("%s: after the last, %s: %s %s", u, after, res.Status, body)
				}
			}
		}
	}
	mediatest.Schema(t, mpds...)
	for query, want := range map[string]string{
		"stop=2026-09-06T10:00:00Z": "stop", "stop=2026-09-06T11:00:01Z": "stop", // nothing is complete by then
	} {
		if res, body := fetch(t, base+query, nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "option "+want) {
			t.Errorf("%s: %s %s", query, res.Status, body)
		}
	}
}

// A start and an end that count from now do not move: the Location has the instants.
func TestRelativeTimes(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/"
	first := dynamic(t, base+"manifest.mpd?startrel=-100&stoprel=20&depth=30&unknown=1&now="+frozen)
	want := base + "manifest.mpd?depth=30&now=" + frozen + "&start=2026-09-06T11:11:47.3Z&stop=2026-09-06T11:13:47.3Z"
	if first.Location != want || first.Type != "dynamic" {
		t.Errorf("Location %s, not %s", first.Location, want)
	}
	second := dynamic(t, first.Location)
	if second.Location != "" || second.Start != first.Start || second.Representations[0].Media != first.Representations[0].Media {
		t.Errorf("%+v,\nthen %+v", first, second)
	}
	last := dynamic(t, strings.Replace(first.Location, frozen, "2026-09-06T11:14:00Z", 1))
	if last.Type != "static" || last.Duration != "PT120S" {
		t.Errorf("after the end: %+v", last)
	}
	// What counts from now is whole milliseconds, as it is written, and not before 1970.
	if m := dynamic(t, base+"manifest.mpd?startrel=-0.0004&stoprel=60&now=2026-09-06T11:13:27.3456789Z"); m.Start != at(t, "2026-09-06T11:13:27.345Z") || !strings.Contains(m.Location, "start=2026-09-06T11:13:27.345Z") {
		t.Errorf("nanoseconds: %v %s", m.Start, m.Location)
	}
	if m := dynamic(t, base+"manifest.mpd?startrel=-1000&now=100"); m.Start != time.Unix(0, 0).UTC() {
		t.Errorf("before 1970: %v", m.Start)
	}
	if m := dynamic(t, base+"manifest.mpd?start=now"); m.Location == "" || !strings.Contains(m.Location, "start=2") {
		t.Errorf("start=now: %s", m.Location)
	}
	if m := dynamic(t, base+"manifest.mpd?start=2026-09-06T11:00:00Z&startrel=-5&now="+frozen); m.Start != at(t, "2026-09-06T11:00:00Z") {
		t.Errorf("start and startrel: %v", m.Start)
	}
	// A stream that is to begin is announced, and empty.
	var mpds [][]byte
	for _, timeline := range []string{"0", "1", "number"} {
		body := get(t, base+"manifest.mpd?startrel=30&timeline="+timeline+"&now="+frozen)
		mpds = append(mpds, body)
		if m := mediatest.ReadDynamic(t, base, body); m.Start != at(t, "2026-09-06T11:13:57.3Z") || len(m.Representations[0].S) != 0 {
			t.Errorf("startrel=30: %+v", m)
		}
	}
	mediatest.Schema(t, mpds...)
}

func TestBase(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	now := at(t, frozen)
	for _, look := range []string{"manifest.mpd", "hand_made.mpd"} {
		for _, query := range []string{"base=0", "base=1", "base=0&timeline=1"} {
			u := base + "/dash/live/clip/" + look + "?" + query + "&now=" + frozen
			body := string(get(t, u))
			m := mediatest.ReadDynamic(t, u, []byte(body))
			rooted := strings.Contains(query, "base=0")
			if strings.Contains(body, "<BaseURL") != (!rooted && look == "hand_made.mpd") {
				t.Errorf("%s:\n%s", u, body)
			}
			for _, r := range m.Representations {
				if strings.HasPrefix(r.Media, "/dash/live/clip/$Rep") != rooted || strings.HasPrefix(r.Init, "/dash/live/clip/$Rep") != rooted {
					t.Errorf("%s: %s, %s", u, r.Init, r.Media)
				}
				init, all, _ := r.Window(t, m, now)
				get(t, init)
				get(t, all[0])
			}
		}
	}
	for _, u := range []string{"/dash/odvod/clip/manifest.mpd?base=0", "/dash/vod/clip/manifest.mpd?base=0&timeline=list"} {
		body := string(get(t, base+u))
		for _, attribute := range regexp.MustCompile(`(?:sourceURL|media)="[^"]*|<BaseURL>[^<]*`).FindAllString(body, -1) {
			if !regexp.MustCompile(`[">]/dash/\w+/clip/[va]1`).MatchString(attribute) {
				t.Errorf("%s: %s", u, attribute)
			}
		}
	}
}

func TestPeriodDuration(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/manifest.mpd?start=2026-09-06T11:00:00Z&now=" + frozen
	for query, want := range map[string]string{"": "", "&periodDur=1": "", "&stop=2026-09-06T12:00:00Z": "", "&periodDur=1&stop=2026-09-06T12:00:00Z": "PT3600S"} {
		if m := dynamic(t, base+query); m.Periods[0].Duration != want {
			t.Errorf("%s: %q", query, m.Periods[0].Duration)
		}
	}
}

// Options are carried into the URLs that they count in.
func TestPropagation(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/manifest.mpd?"
	const year = "start=2026-01-01T00:00:00Z"
	for query, want := range map[string][3]string{ // video, audio, init of audio
		"":                                 {year, year, year},
		"depth=1800":                       {year, year, year},
		"depth=none":                       {year, year, year},
		"tbd=30":                           {"depth=30&" + year, "depth=30&" + year, year},
		"depth=0":                          {"depth=60&" + year, "depth=60&" + year, year},
		"leeway=60&mup=4&abr=0":            {"leeway=60&" + year, "leeway=60&" + year, year},
		"acodec=mp4a&tlang=en":             {year, "acodec=mp4a&" + year, year},
		"drift=5&time=head":                {year, year, year},
		"startnr=0&segdur=2":               {"segdur=2&" + year + "&startnr=0", "segdur=2&" + year + "&startnr=0", year},
		"start=month":                      {"start=2026-09-01T00:00:00Z", "start=2026-09-01T00:00:00Z", "start=2026-09-01T00:00:00Z"},
		"start=epoch&early=425":            {"early=425&start=1970-01-01T00:00:00Z", "early=425&start=1970-01-01T00:00:00Z", "start=1970-01-01T00:00:00Z"},
		"ast=2026-09-01T02:00%2B02:00&x=y": {"start=2026-09-01T00:00:00Z", "start=2026-09-01T00:00:00Z", "start=2026-09-01T00:00:00Z"},
	} {
		m := dynamic(t, base+query+"&now="+frozen)
		bare := func(u string) string {
			_, q, _ := strings.Cut(u, "?")
			var kept []string
			for part := range strings.SplitSeq(q, "&") {
				if part != "now="+frozen && !strings.HasPrefix(part, "v=") {
					kept = append(kept, part)
				}
			}
			return strings.Join(kept, "&")
		}
		v, a := m.Representations[0], m.Representations[1]
		if got := [3]string{bare(v.Media), bare(a.Media), bare(a.Init)}; got != want {
			t.Errorf("%s: %q, not %q", query, got, want)
		}
		for _, r := range m.Representations {
			init, all, _ := r.Window(t, m, at(t, frozen))
			get(t, init)
			get(t, all[len(all)-1])
		}
	}
}

// A window that would be too long to list is refused; by numbers it may be as long as anybody likes.
func TestDepthThatCanBeListed(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/live/clip/manifest.mpd?start=epoch&depth=31622400"
	if m := dynamic(t, base); m.Depth != "PT31622400S" {
		t.Errorf("depth is %s", m.Depth)
	}
	for _, timeline := range []string{"1", "number", "list"} {
		if res, body := fetch(t, base+"&timeline="+timeline, nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "option depth: 31622400 s") {
			t.Errorf("timeline=%s: %s %.200s", timeline, res.Status, body)
		}
	}
}

// languages is a film with sound in two languages and codecs, and text in three.
func languages(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "film")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	film := mediatest.FFmpeg(t, "two.mkv", "-i", mediatest.Clip(t), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "0:a", "-c:v", "copy", "-c:a:0", "copy", "-c:a:1", "eac3", "-c:a:2", "ac3",
		"-metadata:s:v:0", "language=eng", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger", "-metadata:s:a:2", "language=fre")
	subtitles, err := os.ReadFile(mediatest.Subtitles(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(film, filepath.Join(dir, "two.mkv")); err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"en", "de-AT", "fr"} {
		if err := os.WriteFile(filepath.Join(dir, "two."+tag+".srt"), subtitles, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTracks(t *testing.T) {
	base := start(t, languages(t))
	list := streams(t, base)
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	ids := map[string]string{} // by kind and language
	for _, track := range list[0].Tracks {
		ids[track.Kind+" "+track.Language] = track.ID
	}
	var mpds [][]byte
	for _, c := range []struct{ query, want string }{
		{"", "audio en main, audio de alternate, audio fr alternate, text de-AT subtitle, text en subtitle, text fr subtitle"},
		{"acodec=mp4a&tlang=de", "audio en main, text de-AT subtitle"},
		{"ac=ec-3&tl=eng,fra", "audio de main, audio fr alternate, text en subtitle, text fr subtitle"},
		{"acodec=ac-3&tcodec=stpp", "audio fr main"},
		{"main_audio=" + ids["audio de"] + "&main_text=" + ids["text fr"] + "&tlang=fr", "audio de main, audio en alternate, audio fr alternate, text fr main+subtitle"},
		{"main_audio=" + ids["audio de"] + "&ad_audio=" + ids["audio fr"] + "&main_text=" + ids["text en"],
			"audio de main, audio en alternate, audio fr alternate!1, text en main+subtitle!2, text de-AT alternate+subtitle, text fr alternate+subtitle"},
	} {
		for _, mode := range []string{"vod", "live"} {
			u := base + "/dash/" + mode + "/" + list[0].Name + "/manifest.mpd?timeline=1&" + c.query + "&now=" + frozen
			body := get(t, u)
			mpds = append(mpds, body)
			m := mediatest.ReadDynamic(t, u, body)
			var words []string
			for _, set := range m.Periods[0].Sets {
				if set.Kind == "video" {
					continue
				}
				w := set.Kind + " " + set.Lang
				for i, r := range set.Roles {
					w += map[bool]string{true: " ", false: "+"}[i == 0] + r.Value
				}
				for _, d := range set.Access {
					w += "!" + d.Value
				}
				words = append(words, w)
			}
			if got := strings.Join(words, ", "); got != c.want {
				t.Errorf("%s: %s,\nnot %s", u, got, c.want)
			}
			for _, r := range m.Representations {
				init, all, _ := r.Window(t, m, at(t, frozen))
				get(t, init)
				get(t, all[0])
				get(t, all[len(all)-1])
			}
		}
	}
	mediatest.Schema(t, mpds...)
	for query, want := range map[string]string{"main_audio=x": "main_audio", "main_text=" + ids["audio en"]: "main_text"} {
		if res, body := fetch(t, base+"/dash/vod/"+list[0].Name+"/manifest.mpd?"+query, nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s %s", query, res.Status, body)
		}
	}
}
