package delivery

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// licencer is a licence server, and a clock.
type licencer struct {
	t      *testing.T
	now    time.Time
	waited time.Duration
	h      http.Handler
}

func newLicencer(t *testing.T) *licencer {
	l := &licencer{t: t, now: time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC)}
	l.h = New(Config{
		Options: option.NewRegistry(option.Common()...), AllowOrigin: "*", Now: func() time.Time { return l.now },
		After: func(d time.Duration) <-chan time.Time {
			l.waited += d
			c := make(chan time.Time, 1)
			c <- l.now
			return c
		},
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			status := map[errs.Kind]int{errs.Invalid: 400, errs.Forbidden: 403}[errs.KindOf(err)]
			http.Error(w, err.Error(), max(status, 400))
		},
	}).Licences()
	return l
}

func (l *licencer) send(method, query, body string) *http.Response {
	r := httptest.NewRequest(method, "/clearkey"+query, strings.NewReader(body))
	w := httptest.NewRecorder()
	l.h.ServeHTTP(w, r)
	return w.Result()
}

// ask asks for the keys of uses, and returns the status and the keys' values by ID.
func (l *licencer) ask(query string, uses ...drm.Use) (int, map[media.KID]string, *http.Response) {
	l.t.Helper()
	var kids []string
	for _, u := range uses {
		id := drm.ComputedID(u)
		kids = append(kids, base64.RawURLEncoding.EncodeToString(id[:]))
	}
	body, err := json.Marshal(map[string]any{"kids": kids, "type": "temporary"})
	if err != nil {
		l.t.Fatal(err)
	}
	res := l.send("POST", query, string(body))
	keys := map[media.KID]string{}
	if res.StatusCode == 200 {
		var got licence
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Type != "temporary" {
			l.t.Fatal(got, err)
		}
		for _, k := range got.Keys {
			id, err := base64.RawURLEncoding.DecodeString(k.ID)
			value, err2 := base64.RawURLEncoding.DecodeString(k.Key)
			if err != nil || err2 != nil || k.Type != "oct" || len(id) != 16 {
				l.t.Fatal(k, err, err2)
			}
			keys[media.KID(id)] = string(value)
		}
	}
	return res.StatusCode, keys, res
}

func valueOf(t *testing.T, u drm.Use) string {
	t.Helper()
	k, err := drm.Computer{}.Key(u)
	if err != nil {
		t.Fatal(err)
	}
	return string(k.Value[:])
}

var (
	sd    = drm.Use{Stream: "film", Kind: media.Video, Height: 576}
	hd    = drm.Use{Stream: "film", Kind: media.Video, Height: 1080}
	uhd   = drm.Use{Stream: "film", Kind: media.Video, Height: 2160}
	sound = drm.Use{Stream: "film", Kind: media.Audio}
	all   = drm.Use{Stream: "film"}
)

// Requests of W3C EME, and what dashlive 3.6.1 answers to those that are none.
func TestLicenceRequests(t *testing.T) {
	l := newLicencer(t)
	status, keys, res := l.ask("", sd, sound, sd)
	if status != 200 || len(keys) != 2 || keys[drm.ComputedID(sd)] != valueOf(t, sd) || keys[drm.ComputedID(sound)] != valueOf(t, sound) {
		t.Error(status, len(keys))
	}
	if res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error(res.Header)
	}
	for i, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"kids":[],"type":"temporary"}`, 200, `{"keys":[],"type":"temporary"}`},
		{`{"kids":["AAAAAAAAAAAAAAAAAAAAAA"],"type":"persistent-license"}`, 200, `{"keys":[],"type":"persistent-license"}`},
		{`{"type":"temporary"}`, 400, `"kids property missing"`},
		{`{"kids":["AAAA"],"type":"temporary"}`, 200, `{"error":"Error: a kid is`},
		{`{"kids":["****"],"type":"temporary"}`, 200, `{"error":"Error: a kid is`},
		{`{"kids":["AAAAAAAAAAAAAAAAAAAAAA"]}`, 200, `{"error":"Error: type property missing"}`},
		{`{"kids":[` + strings.Repeat(`"AAAAAAAAAAAAAAAAAAAAAA",`, 512) + `"AAAAAAAAAAAAAAAAAAAAAA"],"type":"temporary"}`, 200, `{"error":"Error: too many kids"}`},
		{`no`, 400, `"not a Clear Key licence request in JSON: kids must be a list of key IDs`},
		{`{"kids":"AAAAAAAAAAAAAAAAAAAAAA","type":"temporary"}`, 400, "kids must be a list of key IDs, each a string of 16 bytes in base64url"},
		{`{"kids":5,"type":"temporary"}`, 400, "kids must be a list"},
		{`{"kids":[5],"type":"temporary"}`, 400, "each a string"},
		{`{"kids":[` + strings.Repeat(" ", 70_000) + `]}`, 400, "larger than 65536 bytes, which are enough for 512 keys"},
	} {
		res := l.send("POST", "", c.body)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%d: %d %s", i, res.StatusCode, body)
		}
	}
	if note := l.send("POST", "", `{"kids":["AAAAAAAAAAAAAAAAAAAAAA"],"type":"temporary"}`).Header.Get("Dashwright-Note"); !strings.Contains(note, strings.Repeat("0", 32)) {
		t.Error("note", note)
	}
	if res := l.send("OPTIONS", "", ""); res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Methods") != "POST, OPTIONS" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "*") {
		t.Error(res.StatusCode, res.Header)
	}
	for _, method := range []string{"GET", "HEAD", "PUT"} {
		if res := l.send(method, "", ""); res.StatusCode != 405 || res.Header.Get("Allow") != "POST, OPTIONS" {
			t.Error(method, res.StatusCode, res.Header)
		}
	}
}

func TestLicenceFaults(t *testing.T) {
	l := newLicencer(t)
	statuses := func(query string, want ...int) {
		t.Helper()
		for i, w := range want {
			if got, _, res := l.ask(query, sd); got != w {
				body, _ := io.ReadAll(res.Body)
				t.Errorf("%s: answer %d is %d, not %d: %s", query, i+1, got, w, body)
			}
		}
	}
	statuses("?licence=403", 403, 403)
	statuses("?licence=503,retry=2@try=1-2", 503, 503, 200, 200)
	statuses("?licence=503@try=1&session=x", 503, 200)
	statuses("?licence=503@try=1&session=y", 503, 200)
	statuses("?fault=licence:500@try=1", 500, 200)
	statuses("?fault=video:500", 200)
	statuses("?licence=404@at=2026-09-06T12:00:00Z..2026-09-06T12:00:10Z", 404)
	if _, _, res := l.ask("?licence=403", sd); res.Header.Get("Dashwright-Fault") != "licence:403" {
		t.Error(res.Header)
	}
	// Which keys are asked for tells tries apart.
	if got, _, _ := l.ask("?licence=503@try=1", sd); got != 503 {
		t.Error(got)
	}
	if got, _, _ := l.ask("?licence=503@try=1", sound); got != 503 {
		t.Error(got)
	}
	if got, _, _ := l.ask("?licence=503@try=1", sd); got != 200 {
		t.Error(got)
	}
	statuses("?licence=delay=5", 200)
	if l.waited != 5*time.Second {
		t.Error("waited", l.waited)
	}
	if res := l.send("POST", "?licence=x", "{}"); res.StatusCode != 400 {
		t.Error(res.StatusCode)
	}
	if res := l.send("POST", "?fault=video:wrongkey", "{}"); res.StatusCode != 400 {
		t.Error(res.StatusCode)
	}
}

func TestLicenceKeys(t *testing.T) {
	l := newLicencer(t)
	for query, want := range map[string][]drm.Use{
		"?licence=only=sd": {sd, sound, all}, "?licence=only=hd": {sd, hd, sound, all}, "?licence=only=audio": {sound}, "?licence=only=2160": {sd, hd, uhd, sound, all}, "?licence=only=575": {sound, all},
	} {
		status, keys, res := l.ask(query, sd, hd, uhd, sound, all)
		if status != 200 || len(keys) != len(want) || (res.Header.Get("Dashwright-Fault") == "") != (len(want) == 5) {
			t.Errorf("%s: %d, %d keys, %v", query, status, len(keys), res.Header)
		}
		for _, u := range want {
			if keys[drm.ComputedID(u)] != valueOf(t, u) {
				t.Errorf("%s: no key for %+v", query, u)
			}
		}
	}
	if status, keys, _ := l.ask("?licence=only=sd", hd); status != 200 || len(keys) != 1 || len(keys[media.KID{}]) != 16 {
		t.Errorf("%d, %d keys instead of the one that is left out", status, len(keys))
	}
	// What leaves nothing out is said not to, and why.
	for _, c := range []struct {
		uses []drm.Use
		note bool
	}{{[]drm.Use{all}, true}, {[]drm.Use{{Stream: "film", Kind: media.Video}, sound}, true}, {[]drm.Use{sd, sound}, false}} {
		_, keys, res := l.ask("?licence=only=sd", c.uses...)
		if note := res.Header.Get("Dashwright-Note"); len(keys) != len(c.uses) || res.Header.Get("Dashwright-Fault") != "" || strings.Contains(note, "keyper=resolution") != c.note {
			t.Errorf("%+v: %d keys, %v", c.uses, len(keys), res.Header)
		}
	}
	_, keys, _ := l.ask("?licence=wrongkey", sd, sound)
	if a, b := keys[drm.ComputedID(sd)], keys[drm.ComputedID(sound)]; len(a) != 16 || len(b) != 16 || a == valueOf(t, sd) || b == valueOf(t, sound) || a == b {
		t.Error("the keys are right")
	}
}

func TestLicenceExpiry(t *testing.T) {
	l := newLicencer(t)
	start := l.now
	for _, c := range []struct {
		at     time.Duration
		status int
		ends   time.Duration
	}{
		{0, 200, 60}, {10, 200, 60}, {39, 200, 60}, {40, 200, 100}, {41, 200, 100}, {99, 200, 159}, {158, 200, 218}, {218, 403, 0}, {219, 403, 0}, {300, 403, 0},
	} {
		l.now = start.Add(c.at * time.Second)
		status, _, res := l.ask("?licence=expire=60,renew=40", sd)
		want := ""
		if c.ends > 0 {
			want = start.Add(c.ends * time.Second).Format(time.RFC3339Nano)
		}
		if status != c.status || res.Header.Get("Dashwright-Licence-Expires") != want {
			t.Errorf("after %d s: %d, ends %s, want %d, %s", c.at, status, res.Header.Get("Dashwright-Licence-Expires"), c.status, want)
		}
	}
	// A licence is remembered for as long as it lasts, however long nobody asks.
	start = l.now
	for i, c := range []struct {
		at     time.Duration
		status int
	}{{0, 200}, {3590, 200}, {3600, 403}, {3600 + 3600 + 301, 200}} {
		l.now = start.Add(c.at * time.Second)
		if status, _, _ := l.ask("?licence=expire=3600", sd); status != c.status {
			t.Errorf("%d: %d", i, status)
		}
	}
	start = l.now
	for _, c := range []struct {
		at     time.Duration
		status int
	}{{0, 200}, {29, 200}, {30, 403}, {34, 403}, {35, 200}, {60, 403}} {
		l.now = start.Add(c.at * time.Second)
		if status, _, _ := l.ask("?licence=403@age=30-35,60-", sd); status != c.status {
			t.Errorf("after %d s: %d", c.at, status)
		}
	}
	// The JSON says it too.
	res := l.send("POST", "?licence=expire=10&session=json", `{"kids":[],"type":"temporary"}`)
	var got licence
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Expiration != l.now.Add(10*time.Second).UnixMilli() {
		t.Error(got.Expiration, err)
	}
}
