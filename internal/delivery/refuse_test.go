package delivery_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// A bad value is refused by name: option, value, and what is allowed.
func TestBadOptions(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	paths := resources(p)
	for _, c := range []struct{ option, value, allowed string }{
		{"timeline", "9", "0, 1, number, list"},
		{"timeline", "<b>", "0, 1, number, list"},
		{"timeline", "list ", "0, 1, number, list"},
		{"segdur", "x", "from 0.2 to 60"},
		{"segdur", "0", "from 0.2 to 60"},
		{"segdur", "-4", "from 0.2 to 60"},
		{"segdur", "61", "from 0.2 to 60"},
		{"segdur", "NaN", "from 0.2 to 60"},
		{"segdur", "Inf", "from 0.2 to 60"},
		{"segdur", "4s", "from 0.2 to 60"},
		{"segdur", " 4", "from 0.2 to 60"},
		{"segdur", "99999999999999999999999999999", "from 0.2 to 60"},
	} {
		for kind, path := range paths {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			a := p.ask(http.MethodGet, path+sep+c.option+"="+url.QueryEscape(c.value))
			d, err := problem(a)
			if a.StatusCode != http.StatusBadRequest || err != nil || d.Status != 400 {
				t.Errorf("%s, %s=%s: %s %v: %.200q", kind, c.option, c.value, a.Status, err, a.body)
				continue
			}
			for _, part := range []string{c.option, fmt.Sprintf("%q", c.value), c.allowed} {
				if !strings.Contains(d.Detail, part) {
					t.Errorf("%s, %s=%s: %q does not say %q", kind, c.option, c.value, d.Detail, part)
				}
			}
		}
	}
	if a := p.ask(http.MethodGet, paths["manifest"]+"?segdur=%zz"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a query that is none: %s", a.Status)
	}
}

// What says the same as saying nothing is the same; what nobody knows is told.
func TestOtherOptions(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	manifest := resources(p)["manifest"]
	plain := p.get(manifest)
	for _, query := range []string{"timeline=0", "segdur=", "timeline=0&segdur="} {
		if a := p.get(manifest + "?" + query); !bytes.Equal(a.body, plain.body) || a.Header.Get("Dashwright-Unknown-Options") != "" {
			t.Errorf("%s: another manifest than without", query)
		}
	}
	if a, b := p.get(manifest+"?timeline=1&segdur=2"), p.get(manifest+"?segdur=2&timeline=1"); !bytes.Equal(a.body, b.body) {
		t.Error("the order of options matters")
	}
	for query, want := range map[string]string{"colour=red": "colour", "z=1&timeline=1&a=2": "a, z", "a%0d%0aX-Evil:1=2": "a  X-Evil:1", "SEGDUR=2": "SEGDUR", "": ""} {
		a := p.get(manifest + "?" + query)
		if got := a.Header.Get("Dashwright-Unknown-Options"); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%s: Dashwright-Unknown-Options %q, want %q", query, got, want)
		}
		if a.Header.Get("X-Evil") != "" {
			t.Errorf("%s: a header of the client's own", query)
		}
		if !strings.Contains(query, "timeline") && !bytes.Equal(a.body, plain.body) {
			t.Errorf("%s: another manifest than without", query)
		}
	}
	uneven := film(t, kind(t, "uneven GOPs"))
	a := uneven.get("/dash/vod/" + uneven.name() + "/manifest.mpd")
	if note := a.Header.Get("Dashwright-Note"); !strings.Contains(note, "timeline=1") || !strings.Contains(note, "@duration") {
		t.Errorf("segments of very different lengths, and the note is %q", note)
	}
}

func kind(t testing.TB, name string) string {
	t.Helper()
	for _, k := range mediatest.Kinds() {
		if k.Name == name {
			return k.Make(t)
		}
	}
	t.Fatal(name)
	return ""
}

func TestNotFound(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	name := p.name()
	at := map[string]string{"time": ""}
	for _, path := range p.announced("/dash/vod/" + name + "/manifest.mpd?timeline=1") {
		if strings.Contains(path, "v1/time/") && at["time"] == "" {
			at["time"] = path
		}
	}
	for path, says := range map[string]string{
		"/dash/vod/" + name + "x/manifest.mpd":               `there is "` + name + `"`,
		"/dash/vod/" + name + "/no_such_look.mpd":            "manifest.mpd",
		"/dash/vod/" + name + "/v9/init.mp4":                 "its manifest lists them",
		"/dash/vod/" + name + "/v1/0.m4s":                    "number",
		"/dash/vod/" + name + "/v1/6.m4s":                    "number",
		"/dash/vod/" + name + "/v1/-1.m4s":                   "number",
		"/dash/vod/" + name + "/v1/one.m4s":                  "not a segment's number",
		"/dash/vod/" + name + "/v1/time/7.m4s":               "no segment of v1 starts at 7",
		"/dash/vod/" + name + "/v1/time/soon.m4s":            "not a segment's time",
		"/dash/vod/" + name + "/v1/2/3.m4s":                  "not a segment",
		"/dash/vod/" + name + "/v1/1":                        "have an extension",
		"/dash/vod/" + name + "/v1/1.m4s%00":                 "have an extension",
		"/dash/vod/" + name + "/v1/1.segment":                "have an extension",
		"/dash/vod/" + name + "/v1.mp4":                      "{Representation}/{number}",
		"/dash/vod/" + name + "/v1/":                         "",
		"/dash/vod/" + name + "/":                            "manifest.mpd",
		"/dash/vod/" + name:                                  "manifest.mpd",
		"/dash/vod/":                                         "manifest.mpd",
		"/dash/":                                             "manifest.mpd",
		"/dash/hls/" + name + "/manifest.mpd":                "vod",
		"/dash/VOD/" + name + "/manifest.mpd":                "vod",
		"/dash/odvod/" + name + "/v2.mp4":                    "its manifest lists them",
		"/dash/vod/" + name + "/v1/99999999999999999999.m4s": "segment",
		"/nothing": "streams are listed at /",
	} {
		a := p.ask(http.MethodGet, path, "Accept", "*/*")
		d, err := problem(a)
		if a.StatusCode != http.StatusNotFound || err != nil || !strings.Contains(d.Detail, says) {
			t.Errorf("%s: %s, %v: %q, want %q", path, a.Status, err, d.Detail, says)
		}
	}
	// A person gets a page that says the same.
	a := p.ask(http.MethodGet, "/dash/vod/nope/manifest.mpd", "Accept", "text/html,application/xhtml+xml")
	if a.StatusCode != http.StatusNotFound || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !bytes.Contains(a.body, []byte("here is no stream")) {
		t.Errorf("a person gets %s %s", a.Status, a.Header.Get("Content-Type"))
	}
}

// raw sends a request line that no client library would, and returns status and body.
func raw(t *testing.T, p *program, line string) (int, string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "%s\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n", line)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// Nothing outside of what is served is ever read, however the path is written.
func TestTraversal(t *testing.T) {
	dir := t.TempDir()
	file := copied(t, mediatest.Clip(t), filepath.Join(dir, "films"), "clip.mp4")
	secret := "the quick brown secret"
	for _, name := range []string{"secret.txt", "init.mp4", "1.m4s", "manifest.mpd", "secret.mpd"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(secret), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := film(t, filepath.Dir(file))
	p.name()
	for _, path := range []string{
		"/../secret.txt", "/dash/../../secret.txt", "/dash/vod/../secret.mpd", "/dash/vod/clip/../../secret.mpd", "/dash/vod/clip/..%2f..%2fsecret.mpd", "/dash/vod/clip/%2e%2e/%2e%2e/secret.mpd",
		"/dash/vod/..%2f..%2fsecret.txt/manifest.mpd", "/dash/vod/%2e%2e/manifest.mpd", "/dash/vod/..%5c..%5csecret.txt/manifest.mpd", "/dash/vod/clip/..%5c..%5csecret.mpd",
		"/dash/vod/clip/%00secret.mpd", "/dash/vod/clip%00/manifest.mpd", "/dash/vod/clip/v1%2f..%2f..%2finit.mp4", "/dash/vod/clip/..%2f..%2f1.m4s", "/dash/vod/%2fetc%2fpasswd/manifest.mpd",
		"/dash/vod//etc/passwd", "//etc/passwd", "/dash/odvod/clip/..%2f..%2finit.mp4", "/dash/vod/clip/....//....//secret.mpd", "/dash/vod/clip/%252e%252e%252fsecret.mpd", "/assets/../../../secret.txt",
		"/assets/..%2f..%2f..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/go.mod", "/play/..%2f..%2fsecret.txt", "/api/v1/streams/..%2f..%2fsecret.txt", "/dash/vod/" + url.PathEscape(file) + "/manifest.mpd",
		"/dash/vod/clip/" + strings.Repeat("..%2f", 40) + "etc%2fpasswd.mpd", "/dash/vod/clip/%c0%ae%c0%ae%c0%afsecret.mpd", "/dash/vod/clip/v1/time/..%2f..%2f..%2f1.m4s", "/dash/vod/" + strings.Repeat("a", 100000) + "/manifest.mpd",
	} {
		status, body := raw(t, p, "GET "+path+" HTTP/1.1")
		if strings.Contains(body, secret) || strings.Contains(body, "root:") || strings.Contains(body, "module github.com") {
			t.Errorf("%.200s: reads what is not served", path)
		}
		if status == 200 || status >= 500 {
			t.Errorf("%.200s: %d %.200s", path, status, body)
		}
	}
	for _, line := range []string{"GET * HTTP/1.1", "GET secret.txt HTTP/1.1", "GET http://other/dash/vod/clip/x.mpd HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET /%zz HTTP/1.1"} {
		if status, body := raw(t, p, line); status >= 500 || strings.Contains(body, secret) {
			t.Errorf("%s: %d %.200s", line, status, body)
		}
	}
}
