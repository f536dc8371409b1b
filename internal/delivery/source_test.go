package delivery_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// The same URL is the same bytes, with the same entity tag: after a restart with its indexes and without them, and on another machine with the same files elsewhere.
func TestSameURLSameBytes(t *testing.T) {
	for _, name := range []string{"mp4", "mp4 fragmented", "matroska laced", "mpegts", "flv", "avi", "encrypted", "all intra, matroska", "subtitles inside", "webvtt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := kind(t, name)
			dir := t.TempDir()
			here := copied(t, path, filepath.Join(dir, "here"), filepath.Base(path))
			there := copied(t, path, filepath.Join(dir, "quite", "somewhere else"), filepath.Base(path))
			data := filepath.Join(dir, "data")
			first := run(t, "*", data, here)
			name := first.name()
			var all []string
			for _, m := range []string{"vod/" + name + "/manifest.mpd", "vod/" + name + "/manifest.mpd?timeline=1&segdur=2", "odvod/" + name + "/manifest.mpd?segdur=3"} {
				all = append(all, "/dash/"+m)
				all = append(all, first.announced("/dash/"+m)...)
			}
			want := map[string]answer{}
			for _, u := range all {
				want[u] = first.get(u)
			}
			first.stop()
			if entries, err := os.ReadDir(filepath.Join(data, "index")); err != nil || len(entries) == 0 && !isText(path) {
				t.Errorf("no index is kept: %v", err)
			}
			others := map[string]*program{"after a restart": run(t, "*", data, here), "after a restart without indexes": film(t, here), "elsewhere": film(t, there)}
			if !isText(path) { // by itself it is a stream only where it is named
				others["elsewhere, in a folder"] = film(t, filepath.Dir(there))
			}
			for what, p := range others {
				if got := p.name(); got != name {
					t.Errorf("%s it is called %s, not %s", what, got, name)
				}
				for _, u := range all {
					a := p.get(u)
					if !bytes.Equal(a.body, want[u].body) {
						t.Errorf("%s: %s has other bytes (%d, were %d)", what, u, len(a.body), len(want[u].body))
					}
					if a.Header.Get("Etag") != want[u].Header.Get("Etag") {
						t.Errorf("%s: %s has the entity tag %s, not %s", what, u, a.Header.Get("Etag"), want[u].Header.Get("Etag"))
					}
				}
				p.stop()
			}
		})
	}
}

func isText(path string) bool {
	switch filepath.Ext(path) {
	case ".srt", ".vtt", ".ass", ".ttml":
		return true
	}
	return false
}

// What happens to a file while it is served is seen: the answer is the right bytes, an error, or broken off. Never other bytes.
func TestSourceChanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, path string)
	}{
		{"truncated", func(t *testing.T, path string) { must(t, os.Truncate(path, 5000)) }},
		{"emptied", func(t *testing.T, path string) { must(t, os.Truncate(path, 0)) }},
		{"deleted", func(t *testing.T, path string) { must(t, os.Remove(path)) }},
		{"renamed", func(t *testing.T, path string) { must(t, os.Rename(path, path+".old")) }},
		{"replaced by a shorter one", func(t *testing.T, path string) {
			must(t, os.Rename(copied(t, mediatest.Clip(t), t.TempDir(), "x.mp4"), path))
		}},
		{"replaced by another of the same size", func(t *testing.T, path string) {
			b, err := os.ReadFile(path)
			must(t, err)
			scramble(b)
			must(t, os.WriteFile(path+".new", b, 0o644))
			must(t, os.Rename(path+".new", path))
		}},
		{"written over in place", func(t *testing.T, path string) {
			b, err := os.ReadFile(path)
			must(t, err)
			scramble(b)
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			must(t, err)
			_, err = f.WriteAt(b[len(b)/2:], int64(len(b)/2))
			must(t, err)
			must(t, f.Close())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := copied(t, large(t), t.TempDir(), "film.mp4")
			p := film(t, path)
			name := p.name()
			all := append(p.announced("/dash/vod/"+name+"/manifest.mpd"), p.announced("/dash/odvod/"+name+"/manifest.mpd")...)
			want := map[string][]byte{}
			for _, u := range all {
				want[u] = p.get(u).body
			}
			// One answer is under way: its head is read, the rest is not.
			slow, err := http.Get(p.base + all[len(all)-1]) //nolint:noctx // a test
			must(t, err)
			defer slow.Body.Close()
			begun := make([]byte, 1000)
			_, err = io.ReadFull(slow.Body, begun)
			must(t, err)

			c.change(t, path)
			for end := time.Now().Add(1200 * time.Millisecond); time.Now().Before(end); time.Sleep(60 * time.Millisecond) {
				for _, u := range all {
					a, err := p.try(http.MethodGet, u)
					if err != nil || a.cut != nil || a.StatusCode != http.StatusOK {
						if err == nil && a.StatusCode >= 500 && a.StatusCode != http.StatusServiceUnavailable {
							t.Fatalf("%s: %s: %.300q", u, a.Status, a.body)
						}
						continue // broken off, or refused
					}
					if !bytes.Equal(a.body, want[u]) {
						t.Fatalf("%s: status 200 and other bytes", u)
					}
				}
			}
			rest, err := io.ReadAll(slow.Body)
			if got := append(begun, rest...); err == nil && !bytes.Equal(got, want[all[len(all)-1]]) {
				t.Error("an answer that was under way has other bytes, and ends well")
			}
			if a := p.ask(http.MethodGet, "/healthz"); a.StatusCode != http.StatusOK {
				t.Errorf("healthz: %s", a.Status)
			}
		})
	}
}

func scramble(b []byte) {
	for i := len(b) / 2; i < len(b); i++ {
		b[i] ^= 0x55
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Many players at once get what one gets.
func TestManyPlayers(t *testing.T) {
	dir := t.TempDir()
	copied(t, large(t), dir, "a.mp4")
	copied(t, mediatest.Clip(t), dir, "b.mp4")
	copied(t, mediatest.FFmpeg(t, "clip.ts", "-i", mediatest.Clip(t), "-c", "copy"), dir, "c.ts")
	p := film(t, dir)
	var all []string
	for _, m := range []string{"vod/a", "vod/b", "vod/c", "odvod/a", "odvod/c"} {
		all = append(all, p.announced("/dash/"+m+"/manifest.mpd")...)
		all = append(all, "/dash/"+m+"/manifest.mpd")
	}
	want := map[string][]byte{}
	for _, u := range all {
		want[u] = p.get(u).body
	}
	fresh := film(t, dir) // nothing indexed, nothing remembered
	var wait sync.WaitGroup
	for player := range 8 {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(uint64(player), 1))
			for range 40 {
				u := all[r.IntN(len(all))]
				if strings.Contains(u, "manifest") && r.IntN(2) == 0 {
					// An option that nobody knows, so that it is rendered anew.
					fresh.try(http.MethodGet, u+fmt.Sprintf("?x=%d", r.IntN(1000))) //nolint:errcheck // load
				}
				a, err := fresh.try(http.MethodGet, u)
				if err != nil || a.cut != nil || a.StatusCode != http.StatusOK || !bytes.Equal(a.body, want[u]) {
					t.Errorf("%s: %v %v %v", u, err, a.cut, a.Response)
					return
				}
			}
		})
	}
	wait.Wait()
}
