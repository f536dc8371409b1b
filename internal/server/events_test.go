package server_test

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// events reads server-sent events: what stands behind "event:" and "data:" of each, until the answer ends. The channel is closed then.
func events(t *testing.T, url string) (*http.Response, <-chan [2]string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	list := make(chan [2]string, 100)
	go func() {
		defer close(list)
		var one [2]string
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "event":
				one[0] = value
			case "data":
				one[1] = value
			case "":
				list <- one
			}
		}
	}()
	return res, list
}

// next returns the next event, and whether there was one in time.
func next(list <-chan [2]string, wait time.Duration) ([2]string, bool) {
	select {
	case e, ok := <-list:
		return e, ok
	case <-time.After(wait):
		return [2]string{}, false
	}
}

// A burst of changes is few events, each with another version; nothing is said when nothing changes.
func TestEventsOfStreams(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	base, _ := program(t, time.Second, dir)
	res, list := events(t, base+"/api/v1/events/streams")
	head := res.Header
	if res.StatusCode != 200 || !strings.HasPrefix(head.Get("Content-Type"), "text/event-stream") || head.Get("X-Accel-Buffering") != "no" || !strings.Contains(head.Get("Cache-Control"), "no-cache") {
		t.Errorf("%s %v", res.Status, head)
	}
	first, ok := next(list, 2*time.Second)
	if !ok || first[0] != "streams" || !strings.HasPrefix(first[1], `{"version":"`) {
		t.Fatalf("at the start %q", first)
	}
	if e, ok := next(list, 1500*time.Millisecond); ok {
		t.Errorf("nothing has changed, and there is %q", e)
	}
	film, err := os.ReadFile(mediatest.Clip(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "film.mp4"), film, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{first[1]: true}
	n := 0
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); {
		e, ok := next(list, 1500*time.Millisecond)
		if !ok {
			if n > 0 {
				break
			}
			continue
		}
		if seen[e[1]] {
			t.Errorf("%q is said twice", e)
		}
		seen[e[1]] = true
		n++
	}
	if n < 1 || n > 4 {
		t.Errorf("eight films at once are %d events", n)
	}
	if _, body := get(t, base+"/api/v1/streams", "*/*"); strings.Count(body, `"state":"ready"`) != 8 {
		t.Errorf("the list after the last event: %.300s", body)
	}
}

// Who follows one stream hears of that alone.
func TestEventsOfOneStream(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	film, err := os.ReadFile(mediatest.Clip(t))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), film, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("mine.mp4")
	base, _ := program(t, time.Second, dir)
	get(t, base+"/api/v1/streams", "*/*") // settled
	_, mine := events(t, base+"/api/v1/events/streams?stream=mine")
	_, all := events(t, base+"/api/v1/events/streams")
	was, ok := next(mine, 2*time.Second)
	if !ok {
		t.Fatal("no event at the start")
	}
	next(all, 2*time.Second)
	write("other.mp4")
	if _, ok := next(all, 8*time.Second); !ok {
		t.Error("nobody says that there is another film")
	}
	if e, ok := next(mine, time.Second); ok {
		t.Errorf("%q about another film", e)
	}
	if err := os.Remove(filepath.Join(dir, "mine.mp4")); err != nil {
		t.Fatal(err)
	}
	if e, ok := next(mine, 8*time.Second); !ok || e[1] == was[1] || e[1] != `{"version":""}` {
		t.Errorf("it has gone: %q", e)
	}
}

// The page says which version it shows, in the words of the events.
func TestVersionOnPages(t *testing.T) {
	t.Parallel()
	base, _ := program(t, time.Second, mediatest.Clip(t))
	for page, url := range map[string]string{"/": "/api/v1/events/streams", "/streams/clip": "/api/v1/events/streams?stream=clip"} {
		_, html := get(t, base+page, "text/html")
		_, list := events(t, base+url)
		e, ok := next(list, 2*time.Second)
		version := strings.TrimSuffix(strings.TrimPrefix(e[1], `{"version":"`), `"}`)
		if !ok || len(version) < 8 || !strings.Contains(html, `data-news="`+version+`"`) {
			t.Errorf("%s does not say that it shows %q", page, version)
		}
	}
}

// Events would go on for ever: the end of the program does not wait for them.
func TestEventsEndWithTheProgram(t *testing.T) {
	base, stop := program(t, 20*time.Second, mediatest.Clip(t))
	get(t, base+"/api/v1/streams", "*/*") // settled
	_, list := events(t, base+"/api/v1/events/streams")
	if _, ok := next(list, 2*time.Second); !ok {
		t.Fatal("no event at the start")
	}
	began := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the program ends after %v", took)
	}
	select {
	case e, ok := <-list:
		if ok {
			t.Errorf("an event after the end: %q", e)
		}
	case <-time.After(time.Second):
		t.Error("the answer goes on after the end")
	}
}
