package app_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/demo"
	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
)

// start runs the whole program on paths, on a free port, and returns its URL. It ends with the test.
func start(t testing.TB, paths ...string) string {
	t.Helper()
	return startIn(t, filepath.Join(t.TempDir(), "data"), paths...)
}

func startIn(t testing.TB, data string, paths ...string) string {
	t.Helper()
	return startConfig(t, app.Config{Paths: paths, Data: data})
}

// startConfig runs the program with what is said, and what all tests want.
func startConfig(t testing.TB, cfg app.Config) string {
	t.Helper()
	cfg.Builtin, cfg.AllowOrigin, cfg.Version, cfg.Grace = demo.Files(), "*", "test", 2*time.Second
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(testLog{t}, nil))
	}
	base, _ := apptest.Start(t, cfg)
	return base
}

// testLog writes the program's log into the test's.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

// get returns a body; the status must be 200.
func get(t testing.TB, url string) []byte {
	t.Helper()
	res, body := fetch(t, url, nil)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", url, res.Status, body)
	}
	return body
}

// fetch sends a GET with header fields.
func fetch(t testing.TB, url string, head map[string]string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range head {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// streams lists what is served, when all of it is indexed.
func streams(t testing.TB, base string) []api.Stream {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var list struct{ Streams []api.Stream }
		if err := json.Unmarshal(get(t, base+"/api/v1/streams"), &list); err != nil {
			t.Fatal(err)
		}
		pending := len(list.Streams) == 0
		for _, s := range list.Streams {
			pending = pending || s.State == "pending"
		}
		if !pending {
			return list.Streams
		}
		if time.Now().After(end) {
			t.Fatalf("still pending after 30 s: %+v", list.Streams)
		}
	}
}

// one starts the program on a file and returns its only stream, and the URL of its manifest.
func one(t testing.TB, path string) (api.Stream, string) {
	t.Helper()
	base := start(t, path)
	list := streams(t, base)
	if len(list) != 1 {
		t.Fatalf("%s gives %d streams: %+v", path, len(list), list)
	}
	if list[0].Error != nil {
		t.Fatalf("%s: %s", path, *list[0].Error)
	}
	return list[0], base + list[0].Manifest
}
