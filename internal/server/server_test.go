package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/server"
)

func TestStatusOf(t *testing.T) {
	for kind, want := range map[errs.Kind]int{
		errs.Internal: 500, errs.Invalid: 400, errs.NotFound: 404, errs.TooEarly: 404, errs.Gone: 410, errs.Unsupported: 422, errs.Conflict: 409, errs.Forbidden: 403, errs.Unavailable: 503,
	} {
		err := errs.Errorf(kind, "because")
		if got := server.StatusOf(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%v: %d, want %d", kind, got, want)
		}
	}
	if got := server.StatusOf(io.EOF); got != 500 {
		t.Errorf("an error of nobody's: %d", got)
	}
}

// program runs the whole on paths; stop tells it to end and waits for that.
func program(t *testing.T, grace time.Duration, paths ...string) (base string, stop func() error) {
	t.Helper()
	return apptest.Start(t, app.Config{Paths: paths, AllowOrigin: "*", FFmpeg: "none", Version: "1.2.3-test", Grace: grace})
}

func get(t *testing.T, url, accept string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestRoutes(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	for _, c := range []struct {
		path, accept string
		status       int
		kind, says   string
	}{
		{"/healthz", "*/*", 200, "text/plain", "ok"},
		{"/", "text/html", 200, "text/html", `/dash/vod/clip/manifest.mpd`},
		{"/play/clip", "text/html", 200, "text/html", "clip"},
		{"/play/none", "text/html", 404, "text/html", "here is no stream"},
		{"/play/none", "*/*", 404, "application/problem+json", "there is no stream"},
		{"/nothing/here", "text/html", 404, "text/html", "There is nothing at /nothing/here"},
		{"/nothing/here", "*/*", 404, "application/problem+json", "there is nothing at /nothing/here; the streams are listed at /"},
		{"/api/v1/nothing", "application/json", 404, "application/problem+json", "there is nothing at"},
		{"/api/v1/streams/none", "application/json", 404, "application/problem+json", "there is no stream"},
		{"/api/v1/openapi.json", "*/*", 200, "application/", `"openapi":"3.`},
		{"/assets/none.js", "*/*", 404, "", ""},
	} {
		res, body := get(t, base+c.path, c.accept)
		if res.StatusCode != c.status || !strings.HasPrefix(res.Header.Get("Content-Type"), c.kind) || !strings.Contains(body, c.says) {
			t.Errorf("%s for %s: %s %s, want %d %s with %q:\n%.1500s", c.path, c.accept, res.Status, res.Header.Get("Content-Type"), c.status, c.kind, c.says, body)
		}
		if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'self'") || strings.Contains(p, "unsafe") || strings.Contains(p, "script-src") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: policy %q", c.path, p)
			}
		}
	}
	// What a page links to is there.
	_, page := get(t, base+"/", "text/html")
	for _, m := range regexp.MustCompile(`(?:href|src)="(/[^"#?]*)`).FindAllStringSubmatch(page, -1) {
		if res, _ := get(t, base+m[1], "*/*"); res.StatusCode != http.StatusOK {
			t.Errorf("the page links to %s: %s", m[1], res.Status)
		}
	}
}

// A name that is hostile to HTML is text on every page.
func TestPagesEscape(t *testing.T) {
	dir := t.TempDir()
	b, err := os.ReadFile(mediatest.FFmpeg(t, "titled.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "libx264", "-metadata", `title=<script>alert("x")</script>`))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, `<img src=x onerror=alert(1)>.mp4`), b, 0o644); err != nil {
		t.Fatal(err)
	}
	base, _ := program(t, time.Second, dir)
	var list struct {
		Streams []struct{ Name, Title, Play string }
	}
	_, body := get(t, base+"/api/v1/streams", "*/*")
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Streams) != 1 || !strings.Contains(list.Streams[0].Title, "<") {
		t.Fatalf("%v: %s", err, body)
	}
	for _, path := range []string{"/", list.Streams[0].Play, "/play/" + `%3Cscript%3Ealert(1)%3C%2Fscript%3E`, "/%3Cscript%3Ealert(1)%3C/script%3E"} {
		_, page := get(t, base+path, "text/html")
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s has markup of a name's:\n%.2000s", path, page)
		}
	}
}

// The API says what the issue promised.
func TestStreamsOfTheAPI(t *testing.T) {
	dir := t.TempDir()
	for name, from := range map[string]string{"Good Film.mp4": mediatest.Clip(t), "bad.mp4": ""} {
		b := []byte("this is no film")
		if from != "" {
			var err error
			if b, err = os.ReadFile(from); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base, _ := program(t, time.Second, dir)
	res, body := get(t, base+"/api/v1/streams", "application/json")
	var list struct {
		Streams []map[string]any `json:"streams"`
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Streams) != 2 || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("%v %v: %s", err, res.Header, body)
	}
	bad, good := list.Streams[0], list.Streams[1]
	if bad["name"] != "bad" || good["name"] != "good-film" {
		t.Errorf("names %v and %v", bad["name"], good["name"])
	}
	for _, s := range list.Streams {
		for _, key := range []string{"name", "title", "path", "duration", "manifest", "tracks", "warnings", "error"} {
			if _, ok := s[key]; !ok {
				t.Errorf("%v has no %q", s["name"], key)
			}
		}
		if s["manifest"] != fmt.Sprintf("/dash/vod/%v/manifest.mpd", s["name"]) {
			t.Errorf("manifest %v", s["manifest"])
		}
	}
	if text, _ := bad["error"].(string); !strings.Contains(text, "bad.mp4") || len(bad["tracks"].([]any)) != 0 {
		t.Errorf("a file that is no film: %v", bad)
	}
	if good["error"] != nil || good["path"] != "Good Film.mp4" || len(good["tracks"].([]any)) != 2 || good["duration"].(float64) < 19 {
		t.Errorf("got %v", good)
	}
	for i, want := range []map[string]any{{"id": "v1", "kind": "video"}, {"id": "a1", "kind": "audio", "codecs": "mp4a.40.2", "sampleRate": 44100.0}} {
		got := good["tracks"].([]any)[i].(map[string]any)
		for _, key := range []string{"id", "kind", "codecs", "language", "bandwidth", "width", "height", "frameRate", "sampleRate", "channels"} {
			if _, ok := got[key]; !ok {
				t.Errorf("track %d has no %q", i, key)
			}
		}
		for key, v := range want {
			if got[key] != v {
				t.Errorf("track %d: %s is %v, want %v", i, key, got[key], v)
			}
		}
	}
	if res, one := get(t, base+"/api/v1/streams/good-film", "*/*"); res.StatusCode != http.StatusOK || !strings.Contains(one, `"name":"good-film"`) {
		t.Errorf("one stream: %s %s", res.Status, one)
	}
	// The manifest of what cannot be served says why, as the list does.
	if res, body := get(t, base+"/dash/vod/bad/manifest.mpd", "*/*"); res.StatusCode/100 != 4 || !strings.Contains(body, "bad.mp4") {
		t.Errorf("a manifest of it: %s %s", res.Status, body)
	}
}

// Whoever is being answered when the program is told to end is answered to the end; nobody else.
func TestGracefulEnd(t *testing.T) {
	big := mediatest.FFmpeg(t, "big.mp4", "-stream_loop", "40", "-i", mediatest.Clip(t), "-map", "0:v", "-c", "copy")
	base, stop := program(t, 10*time.Second, big)
	_, manifest := get(t, base+"/dash/odvod/big/manifest.mpd", "*/*")
	file := mediatest.ReadMPD(t, []byte(manifest)).Representations[0].File
	c := begin(t, base, "/dash/odvod/big/"+file)
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	time.Sleep(150 * time.Millisecond)
	if d, err := net.Dial("tcp", strings.TrimPrefix(base, "http://")); err == nil {
		d.Close()
		t.Error("a new connection is taken after the end was asked for")
	}
	rest, err := io.ReadAll(c.Body)
	if err != nil || int64(len(rest))+1 != c.ContentLength {
		t.Errorf("%d of %d bytes, then %v", len(rest)+1, c.ContentLength, err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(3 * time.Second):
		t.Error("the last answer is over, and the program is not")
	}
}

// Whoever takes too long is cut off.
func TestGraceIsLimited(t *testing.T) {
	big := mediatest.FFmpeg(t, "big.mp4", "-stream_loop", "40", "-i", mediatest.Clip(t), "-map", "0:v", "-c", "copy")
	base, stop := program(t, 200*time.Millisecond, big)
	_, manifest := get(t, base+"/dash/odvod/big/manifest.mpd", "*/*")
	c := begin(t, base, "/dash/odvod/big/"+mediatest.ReadMPD(t, []byte(manifest)).Representations[0].File)
	began := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("ends after %v", took)
	}
	if n, err := io.Copy(io.Discard, c.Body); err == nil && n+1 == c.ContentLength {
		t.Error("all of it was sent: this tests nothing")
	}
}

// begin asks for something large and reads its first byte.
func begin(t *testing.T, base, path string) *http.Response {
	t.Helper()
	res, err := (&http.Transport{ReadBufferSize: 512}).RoundTrip(must(http.NewRequest(http.MethodGet, base+path, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.ContentLength < 8<<20 {
		t.Fatalf("only %d bytes: the kernel takes them all at once", res.ContentLength)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return res
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

// A head that is far too long is refused before anybody remembers it.
func TestLongRequest(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	if res, _ := get(t, base+"/dash/vod/clip/manifest.mpd?x="+strings.Repeat("y", 4000), "*/*"); res.StatusCode != http.StatusOK {
		t.Errorf("a query of 4 kB: %s", res.Status)
	}
	if res, _ := get(t, base+"/dash/vod/clip/manifest.mpd?x="+strings.Repeat("y", 100000), "*/*"); res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a query of 100 kB: %s", res.Status)
	}
}
