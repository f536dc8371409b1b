package delivery_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// program is the whole of it, running, and the names of its streams.
type program struct {
	t    testing.TB
	base string
	stop func()
}

func run(t testing.TB, origin, data string, paths ...string) *program {
	t.Helper()
	base, stop := apptest.Start(t, app.Config{Paths: paths, Data: data, AllowOrigin: origin, FFmpeg: "none"})
	p := &program{t, base, func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}}
	return p
}

// film runs the program on one file, with a data folder of its own.
func film(t testing.TB, path string) *program {
	t.Helper()
	return run(t, "*", filepath.Join(t.TempDir(), "data"), path)
}

// answer is a response and its body.
type answer struct {
	*http.Response
	body []byte
	cut  error // how the body ended, when not well
}

// ask sends a request; fields are name and value in turn.
func (p *program) ask(method, path string, fields ...string) answer {
	p.t.Helper()
	a, err := p.try(method, path, fields...)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (p *program) try(method, path string, fields ...string) (answer, error) {
	u, err := url.Parse(p.base)
	if err != nil {
		return answer{}, err
	}
	path, u.RawQuery, _ = strings.Cut(path, "?")
	u.Path, u.Opaque = "", "//"+u.Host+path
	req := &http.Request{Method: method, URL: u, Host: u.Host, Header: http.Header{}}
	for i := 0; i < len(fields); i += 2 {
		req.Header.Add(fields[i], fields[i+1])
	}
	res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res, b, err}, nil
}

// get is ask for a whole answer of status 200.
func (p *program) get(path string, fields ...string) answer {
	p.t.Helper()
	a := p.ask(http.MethodGet, path, fields...)
	if a.StatusCode != http.StatusOK || a.cut != nil {
		p.t.Fatalf("%s: %s: %.300q (%v)", path, a.Status, a.body, a.cut)
	}
	return a
}

// name returns the only stream's.
func (p *program) name() string {
	p.t.Helper()
	var list struct {
		Streams []struct{ Name, State string }
	}
	for range 100 {
		if err := json.Unmarshal(p.get("/api/v1/streams").body, &list); err != nil {
			p.t.Fatal(err)
		}
		if len(list.Streams) == 1 && list.Streams[0].State == "ready" {
			return list.Streams[0].Name
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("not one stream: %+v", list)
	return ""
}

// announced returns the paths of everything that a manifest announces: init segments, segments, whole files.
func (p *program) announced(manifest string) []string {
	p.t.Helper()
	dir := manifest[:strings.LastIndexByte(manifest, '/')+1]
	var paths []string
	for _, r := range mediatest.ReadMPD(p.t, p.get(manifest).body).Representations {
		if r.File != "" {
			paths = append(paths, dir+r.File)
		}
		if r.Init != "" {
			paths = append(paths, dir+r.Init)
		}
		for _, s := range r.Segments {
			paths = append(paths, dir+s.URL)
		}
	}
	if len(paths) == 0 {
		p.t.Fatalf("%s announces nothing", manifest)
	}
	return paths
}

// copied copies a file under a name into a folder, with its modification time.
func copied(t testing.TB, from, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(from)
	if err := errors.Join(err, os.WriteFile(to, b, 0o644), os.Chtimes(to, st.ModTime(), st.ModTime())); err != nil {
		t.Fatal(err)
	}
	return to
}

// large is film with segments of some hundred kilobytes, whose video is not remembered in memory.
func large(t testing.TB) string {
	t.Helper()
	return mediatest.FFmpeg(t, "large.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=12", "-f", "lavfi", "-i", "sine=d=12", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12", "-g", "50",
		"-c:a", "aac", "-movflags", "faststart")
}

func problem(a answer) (p struct {
	Title, Detail string
	Status        int
}, err error) {
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		return p, errors.New("Content-Type is " + ct)
	}
	return p, json.NewDecoder(bytes.NewReader(a.body)).Decode(&p)
}
