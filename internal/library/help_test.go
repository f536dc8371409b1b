package library

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// journal is a log that can be looked at.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.b.String(), text)
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// open opens a Library that is closed at the end of the test.
func open(t *testing.T, cfg Config) (*Library, *journal) {
	t.Helper()
	j := &journal{}
	cfg.Log = j.logger()
	if cfg.Data == "" {
		cfg.Data = t.TempDir()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	l, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(j.b.String())
		}
	})
	return l, j
}

// within returns a context for what must not take long.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// copyTo copies a file; the copy is an hour old, so that it counts.
func copyTo(t *testing.T, from, to string) string {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

// put writes a file.
func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// film returns one-track files: two video qualities and audio, 8 s each. They come from the film folder where there is one.
func film(t *testing.T) (low, high, audio string) {
	t.Helper()
	clip := mediatest.Clip(t)
	low = mediatest.FFmpeg(t, "low.mp4", "-i", clip, "-frames:v", "192", "-map", "0:v", "-c", "copy")
	high = mediatest.FFmpeg(t, "high.mp4", "-i", clip, "-t", "8", "-map", "0:v", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "48", "-keyint_min", "48",
		"-sc_threshold", "0", "-bf", "2")
	audio = mediatest.FFmpeg(t, "audio.m4a", "-i", clip, "-t", "8", "-map", "0:a", "-c", "copy")
	return low, high, audio
}

// small returns a 1 s film, with two tracks.
func small(t *testing.T) string {
	t.Helper()
	return mediatest.FFmpeg(t, "small.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264", "-g", "25", "-c:a", "aac")
}

func streamNames(l *Library) string {
	var names []string
	for _, s := range l.Streams() {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func trackIDs(a *asset.Asset) string {
	var out []string
	for _, set := range a.Sets {
		var ids []string
		for _, t := range set.Tracks {
			id := t.ID
			if t.Language != "" {
				id += "/" + t.Language
			}
			ids = append(ids, id)
		}
		out = append(out, set.Kind.String()+":"+strings.Join(ids, "+"))
	}
	return strings.Join(out, " ")
}

func mustAsset(t *testing.T, l *Library, name string) *asset.Asset {
	t.Helper()
	a, err := l.Asset(within(t, 10*time.Second), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return a
}

func stream(t *testing.T, l *Library, name string) Stream {
	t.Helper()
	for _, s := range l.Streams() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no stream %q in %s", name, streamNames(l))
	return Stream{}
}

// eventually waits until ok, for at most limit of the test's own waking time: pauses of 10 ms are counted as 10 ms however long they were. So a machine
// that is busy with other things, and lets the Library wait as well as the test, does not make a slow Library of a fast one.
func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	const pause = 10 * time.Millisecond
	for awake := time.Duration(0); !ok(); awake += pause {
		if awake > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
		time.Sleep(pause)
	}
}

// clock is a time that a test sets.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }
