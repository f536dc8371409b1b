package delivery_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// resources are paths of one of each kind that a film has, by kind.
func resources(p *program) map[string]string {
	p.t.Helper()
	name := p.name()
	m := map[string]string{"manifest": "/dash/vod/" + name + "/manifest.mpd", "number": "/dash/vod/" + name + "/manifest.mpd?timeline=number"}
	seg := p.announced(m["number"])
	for _, path := range seg {
		switch {
		case strings.Contains(path, "v1/init"):
			m["video init"] = path
		case strings.Contains(path, "a1/init"):
			m["audio init"] = path
		case strings.Contains(path, "v1/2."):
			m["video segment"] = path
		case strings.Contains(path, "a1/2."):
			m["audio segment"] = path
		}
	}
	for _, path := range p.announced("/dash/odvod/" + name + "/manifest.mpd") {
		m["whole "+map[bool]string{true: "video", false: "audio"}[strings.Contains(path, "/v1.")]] = path
	}
	delete(m, "number")
	for _, kind := range []string{"manifest", "video init", "audio init", "video segment", "audio segment", "whole video", "whole audio"} {
		if m[kind] == "" {
			p.t.Fatalf("no %s in %v", kind, seg)
		}
	}
	return m
}

func TestContentTypesAndCaching(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	forever := "public, max-age=31536000, immutable"
	for kind, path := range resources(p) {
		want := map[string]string{"manifest": "application/dash+xml", "video": "video/mp4", "audio": "audio/mp4"}[strings.Fields(strings.TrimPrefix(kind, "whole "))[0]]
		a := p.get(path)
		if got := a.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type %q, want %q", kind, got, want)
		}
		if got := a.Header.Get("Content-Length"); got != fmt.Sprint(len(a.body)) {
			t.Errorf("%s: Content-Length %s of %d bytes", kind, got, len(a.body))
		}
		if a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: encoded as %s, and nobody asked", kind, a.Header.Get("Content-Encoding"))
		}
		if kind == "manifest" {
			if got := a.Header.Get("Cache-Control"); got != "no-cache" {
				t.Errorf("manifest: Cache-Control %q", got)
			}
			continue
		}
		if !strings.Contains(path, "v=") {
			t.Errorf("%s: %s does not name the version", kind, path)
		}
		if got := a.Header.Get("Cache-Control"); got != forever {
			t.Errorf("%s: Cache-Control %q", kind, got)
		}
		if got := a.Header.Get("Accept-Ranges"); got != "bytes" {
			t.Errorf("%s: Accept-Ranges %q", kind, got)
		}
		bare, _, _ := strings.Cut(path, "?")
		b := p.get(bare)
		if got := b.Header.Get("Cache-Control"); strings.Contains(got, "immutable") || strings.Contains(got, "max-age=3") {
			t.Errorf("%s: Cache-Control %q of a URL that does not name the version", kind, got)
		}
		if !bytes.Equal(a.body, b.body) {
			t.Errorf("%s: other bytes without the version", kind)
		}
	}
}

// A version that is not the present one is gone, and says what to do.
func TestStaleVersion(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	old := regexp.MustCompile(`v=[^&]*`)
	for kind, path := range resources(p) {
		if kind == "manifest" {
			continue
		}
		a := p.ask(http.MethodGet, old.ReplaceAllString(path, "v=0123456789abcdef"))
		d, err := problem(a)
		if a.StatusCode != http.StatusGone || err != nil || d.Status != http.StatusGone || !strings.Contains(d.Detail, "load the manifest again") {
			t.Errorf("%s: %s %+v %v", kind, a.Status, d, err)
		}
		if strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: the error is kept for ever", kind)
		}
	}
}

func TestConditions(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	tags := map[string]string{}
	for kind, path := range resources(p) {
		a := p.get(path)
		tag := a.Header.Get("Etag")
		if !regexp.MustCompile(`^"[!#-~]+"$`).MatchString(tag) {
			t.Fatalf("%s: %q is no strong entity tag", kind, tag)
		}
		if other, ok := tags[tag]; ok {
			t.Errorf("%s and %s have the same entity tag", kind, other)
		}
		tags[tag] = kind
		for _, c := range []struct {
			field, value string
			status       int
		}{
			{"If-None-Match", tag, 304},
			{"If-None-Match", "W/" + tag, 304},
			{"If-None-Match", "*", 304},
			{"If-None-Match", `"other", W/"another" ,` + tag + `, "last"`, 304},
			{"If-None-Match", `"a,b", ` + tag, 304},
			{"If-None-Match", `"other"`, 200},
			{"If-None-Match", strings.Trim(tag, `"`), 200},
			{"If-None-Match", `"` + strings.Trim(tag, `"`) + `x"`, 200},
			{"If-None-Match", `"x,` + strings.Trim(tag, `"`) + `"`, 200},
			{"If-Match", tag, 200},
			{"If-Match", "*", 200},
			{"If-Match", `"other", ` + tag, 200},
			{"If-Match", `"other"`, 412},
			{"If-Match", "W/" + tag, 412}, // strong comparison
			{"If-Modified-Since", "Mon, 01 Jan 2035 00:00:00 GMT", 200},
			{"If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT", 200},
		} {
			b := p.ask(http.MethodGet, path, c.field, c.value)
			if b.StatusCode != c.status {
				t.Errorf("%s, %s: %s: %s, want %d", kind, c.field, c.value, b.Status, c.status)
				continue
			}
			switch c.status {
			case 200:
				if !bytes.Equal(b.body, a.body) {
					t.Errorf("%s, %s: %s: other bytes", kind, c.field, c.value)
				}
			case 304: // RFC 9110, 15.4.5
				if len(b.body) != 0 || b.Header.Get("Etag") != tag || b.Header.Get("Cache-Control") != a.Header.Get("Cache-Control") || b.Header.Get("Vary") != a.Header.Get("Vary") {
					t.Errorf("%s, %s: %s: %v", kind, c.field, c.value, b.Header)
				}
			}
		}
	}
}

// rangesOf is RFC 9110, 14.1.2, for a body of n bytes: status, first byte, last byte.
type rangeCase struct {
	field       string
	status      int
	first, last int
}

func rangeCases(n int) []rangeCase {
	f := fmt.Sprintf
	return []rangeCase{
		{"bytes=0-0", 206, 0, 0},
		{"bytes=0-9", 206, 0, 9},
		{"BYTES=0-3", 206, 0, 3},
		{f("bytes=1-%d", n-1), 206, 1, n - 1},
		{f("bytes=%d-", n/2), 206, n / 2, n - 1},
		{"bytes=0-", 206, 0, n - 1},
		{f("bytes=%d-%d", n-1, n-1), 206, n - 1, n - 1},
		{"bytes=-1", 206, n - 1, n - 1},
		{f("bytes=-%d", n/3), 206, n - n/3, n - 1},
		{f("bytes=-%d", n), 206, 0, n - 1},
		{f("bytes=-%d", 2*n), 206, 0, n - 1},
		{f("bytes=7-%d", 5*n), 206, 7, n - 1},
		{"bytes=7-99999999999999999999999", 206, 7, n - 1},
		{"bytes=-99999999999999999999999", 206, 0, n - 1},
		{f("bytes=%d-", n), 416, 0, 0},
		{f("bytes=%d-%d", n, n+5), 416, 0, 0},
		{"bytes=99999999999999999999999-", 416, 0, 0},
		{"bytes=-0", 416, 0, 0},
		{"bytes=9-3", 200, 0, 0}, // malformed: as if it were not there
		{"bytes=", 200, 0, 0},
		{"bytes=-", 200, 0, 0},
		{"bytes=a-b", 200, 0, 0},
		{"bytes=+1-5", 200, 0, 0},
		{"bytes=1-+5", 200, 0, 0},
		{"bytes=-+5", 200, 0, 0},
		{"bytes=--5", 200, 0, 0},
		{"bytes=0x1-5", 200, 0, 0},
		{"bytes=1_0-50", 200, 0, 0},
		{"bytes 0-5", 200, 0, 0},
		{"0-5", 200, 0, 0},
		{"seconds=0-5", 200, 0, 0},
	}
}

func TestRanges(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	for kind, path := range resources(p) {
		if kind == "manifest" {
			continue
		}
		whole := p.get(path)
		n := len(whole.body)
		for _, c := range rangeCases(n) {
			a := p.ask(http.MethodGet, path, "Range", c.field)
			if d := wrong(a, whole, c); d != "" {
				t.Errorf("%s of %d bytes, %s: %s", kind, n, c.field, d)
			}
		}
		for _, field := range []string{"bytes=0-9,20-29", "bytes=0-0, -1", "bytes=5-9,3-7", fmt.Sprintf("bytes=0-1,%d-", 2*n)} {
			if d := several(p.ask(http.MethodGet, path, "Range", field), whole); d != "" {
				t.Errorf("%s, %s: %s", kind, field, d)
			}
		}
	}
}

// wrong says what is wrong with an answer to a Range field.
func wrong(a, whole answer, c rangeCase) string {
	n := len(whole.body)
	if a.StatusCode != c.status {
		return fmt.Sprintf("%s, want %d", a.Status, c.status)
	}
	switch c.status {
	case 200:
		if !bytes.Equal(a.body, whole.body) {
			return "other bytes"
		}
	case 206:
		if got, want := a.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", c.first, c.last, n); got != want {
			return fmt.Sprintf("Content-Range %q, want %q", got, want)
		}
		if !bytes.Equal(a.body, whole.body[c.first:c.last+1]) {
			return "other bytes"
		}
		for _, field := range []string{"Etag", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin"} {
			if a.Header.Get(field) != whole.Header.Get(field) {
				return fmt.Sprintf("%s is %q, of the whole it is %q", field, a.Header.Get(field), whole.Header.Get(field))
			}
		}
	case 416:
		if got, want := a.Header.Get("Content-Range"), fmt.Sprintf("bytes */%d", n); got != want {
			return fmt.Sprintf("Content-Range %q, want %q", got, want)
		}
		if d, err := problem(a); err != nil || d.Detail == "" {
			return fmt.Sprintf("%v %+v", err, d)
		}
	}
	return ""
}

// several checks an answer to more than one range: the whole, or parts that are right.
func several(a, whole answer) string {
	if a.StatusCode == http.StatusOK && bytes.Equal(a.body, whole.body) {
		return ""
	}
	kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if a.StatusCode != http.StatusPartialContent || err != nil || kind != "multipart/byteranges" {
		return a.Status + " " + a.Header.Get("Content-Type")
	}
	for r := multipart.NewReader(bytes.NewReader(a.body), params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return ""
		}
		if err != nil {
			return err.Error()
		}
		var first, last, total int
		if _, err := fmt.Sscanf(part.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total); err != nil {
			return err.Error()
		}
		b, err := io.ReadAll(part)
		if err != nil || total != len(whole.body) || !bytes.Equal(b, whole.body[first:last+1]) {
			return "other bytes"
		}
	}
}

func TestIfRange(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	for kind, path := range resources(p) {
		whole := p.get(path)
		tag := whole.Header.Get("Etag")
		for field, status := range map[string]int{tag: 206, "W/" + tag: 200, `"other"`: 200, "Wed, 21 Oct 2015 07:28:00 GMT": 200, "Mon, 01 Jan 2035 00:00:00 GMT": 200} {
			if kind == "manifest" {
				status = 200 // has no ranges
			}
			a := p.ask(http.MethodGet, path, "Range", "bytes=10-19", "If-Range", field)
			if d := wrong(a, whole, rangeCase{status: status, first: 10, last: 19}); d != "" {
				t.Errorf("%s, If-Range: %s: %s", kind, field, d)
			}
		}
		// A condition is judged before the range (RFC 9110, 13.2.2).
		if a := p.ask(http.MethodGet, path, "Range", "bytes=10-19", "If-None-Match", tag); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s: If-None-Match with a Range: %s", kind, a.Status)
		}
	}
}

// A file that exists nowhere is read in any pieces, and they fit together.
func TestVirtualFileByRandomRanges(t *testing.T) {
	for _, path := range []string{mediatest.Clip(t), large(t), mediatest.FFmpeg(t, "clip.ts", "-i", mediatest.Clip(t), "-c", "copy")} {
		p := film(t, path)
		r := rand.New(rand.NewPCG(1, 1))
		for _, file := range p.announced("/dash/odvod/" + p.name() + "/manifest.mpd") {
			whole := p.get(file)
			n := len(whole.body)
			for range 40 {
				first := r.IntN(n)
				last := first + r.IntN(min(n-first, 300000))
				a := p.ask(http.MethodGet, file, "Range", fmt.Sprintf("bytes=%d-%d", first, last))
				if d := wrong(a, whole, rangeCase{status: 206, first: first, last: last}); d != "" {
					t.Fatalf("%s, %d to %d of %d: %s", file, first, last, n, d)
				}
			}
		}
	}
}

// HEAD says what GET would.
func TestHead(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	paths := resources(p)
	paths["bad option"] = paths["manifest"] + "?segdur=x"
	paths["no such segment"] = "/dash/vod/" + p.name() + "/v1/999.m4s"
	paths["unknown option"] = paths["manifest"] + "?colour=red"
	for kind, path := range paths {
		for _, fields := range [][]string{nil, {"If-None-Match", "*"}, {"Accept-Encoding", "gzip"}} {
			get, head := p.ask(http.MethodGet, path, fields...), p.ask(http.MethodHead, path, fields...)
			if len(head.body) != 0 {
				t.Errorf("%s: HEAD has a body of %d bytes", kind, len(head.body))
			}
			get.Header.Del("Date")
			head.Header.Del("Date")
			if get.StatusCode != http.StatusOK && head.Header.Get("Content-Length") == "" {
				get.Header.Del("Content-Length") // it may be left out
			}
			if get.StatusCode != head.StatusCode || fmt.Sprint(get.Header) != fmt.Sprint(head.Header) {
				t.Errorf("%s %v:\nGET  %s %v\nHEAD %s %v", kind, fields, get.Status, get.Header, head.Status, head.Header)
			}
		}
		// For HEAD there are no ranges: RFC 9110, 14.2.
		if a := p.ask(http.MethodHead, path, "Range", "bytes=0-1"); a.StatusCode == http.StatusPartialContent || a.Header.Get("Content-Range") != "" {
			t.Errorf("%s: HEAD with a Range: %s %v", kind, a.Status, a.Header)
		}
	}
}

func TestCORS(t *testing.T) {
	for _, origin := range []string{"*", "https://player.example", ""} {
		p := run(t, origin, filepath.Join(t.TempDir(), "data"), mediatest.Clip(t))
		paths := resources(p)
		paths["missing"], paths["bad"] = "/dash/vod/none/manifest.mpd", paths["manifest"]+"?timeline=9"
		paths["api"] = "/api/v1/streams"
		for kind, path := range paths {
			a := p.ask(http.MethodGet, path, "Origin", "https://player.example", "Accept", "*/*")
			if got := a.Header.Get("Access-Control-Allow-Origin"); got != origin {
				t.Errorf("%q: %s: Access-Control-Allow-Origin is %q", origin, kind, got)
			}
			if _, there := a.Header["Access-Control-Allow-Origin"]; there != (origin != "") {
				t.Errorf("%q: %s: Access-Control-Allow-Origin is there: %v", origin, kind, there)
			}
			if kind == "api" || origin == "" {
				continue
			}
			exposed := strings.ToLower(a.Header.Get("Access-Control-Expose-Headers"))
			for _, field := range []string{"content-length", "content-range", "date", "etag", "accept-ranges"} {
				if !slices.Contains(strings.FieldsFunc(exposed, func(r rune) bool { return r == ',' || r == ' ' }), field) {
					t.Errorf("%s: %s is not exposed: %q", kind, field, exposed)
				}
			}
		}
		a := p.ask(http.MethodOptions, paths["video segment"], "Origin", "https://player.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "range,cmcd-session")
		if origin == "" {
			if a.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("a preflight is granted, and no origin is allowed")
			}
			continue
		}
		if a.StatusCode != http.StatusNoContent || len(a.body) != 0 || !strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "GET") ||
			!strings.Contains(strings.ToLower(a.Header.Get("Access-Control-Allow-Headers")), "range") || a.Header.Get("Access-Control-Max-Age") == "" || a.Header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%q: preflight: %s %v", origin, a.Status, a.Header)
		}
	}
}

func TestGzip(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	paths := resources(p)
	plain := p.get(paths["manifest"])
	for field, zipped := range map[string]bool{
		"gzip": true, "br, gzip, deflate": true, "GZIP": true, "gzip;q=1.0": true, "gzip; q=0.5": true, "gzip;q=0.001": true,
		"": false, "br": false, "identity": false, "gzip;q=0": false, "gzip;q=0.000": false, "gzip ; q=0.0": false, "gzip;Q=0": false, "xgzip": false, "br, gzip;q=0, *": false,
	} {
		a := p.get(paths["manifest"], "Accept-Encoding", field)
		if got := a.Header.Get("Content-Encoding"); (got == "gzip") != zipped || got != "" && got != "gzip" {
			t.Errorf("Accept-Encoding: %s: Content-Encoding %q", field, got)
			continue
		}
		if a.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding: %s: Vary %q", field, a.Header.Get("Vary"))
		}
		body := a.body
		if zipped {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
			if a.Header.Get("Etag") == plain.Header.Get("Etag") {
				t.Error("other bytes, and the same strong entity tag")
			}
			if b := p.ask(http.MethodGet, paths["manifest"], "Accept-Encoding", field, "If-None-Match", a.Header.Get("Etag")); b.StatusCode != http.StatusNotModified {
				t.Errorf("its own entity tag does not match: %s", b.Status)
			}
		}
		if !bytes.Equal(body, plain.body) {
			t.Errorf("Accept-Encoding: %s: another manifest", field)
		}
	}
	for kind, path := range paths {
		if a := p.get(path, "Accept-Encoding", "gzip"); kind != "manifest" && (a.Header.Get("Content-Encoding") != "" || a.Header.Get("Vary") != "") {
			t.Errorf("%s: Content-Encoding %q, Vary %q", kind, a.Header.Get("Content-Encoding"), a.Header.Get("Vary"))
		}
	}
}

func TestMethods(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	for kind, path := range resources(p) {
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"} {
			a := p.ask(method, path)
			if a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" || len(a.body) == 0 && method != "TRACE" {
				t.Errorf("%s %s: %s, Allow %q, %q", method, kind, a.Status, a.Header.Get("Allow"), a.body)
			}
		}
	}
}
