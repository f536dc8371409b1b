package manifest_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// stored indexes files as one stream, as a folder of that name would be.
func stored(t testing.TB, name string, files map[string]string) *asset.Asset {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for to, from := range files {
		link(t, from, filepath.Join(dir, to))
	}
	l, err := library.Open(library.Config{Paths: []string{root}, Data: filepath.Join(t.TempDir(), "data"), Log: slog.New(slog.DiscardHandler), FFmpeg: "none", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	defer func() { cancel(); <-done; l.Close() }()
	l.Settle(ctx)
	all := l.Streams()
	if len(all) != 1 {
		t.Fatalf("%s: %d streams: %+v", name, len(all), all)
	}
	a, err := l.Asset(ctx, all[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func link(t testing.TB, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
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
}

// bbb is the film as five files: two qualities of video, two audio codecs, subtitles.
func bbb(t testing.TB) *asset.Asset {
	t.Helper()
	files := map[string]string{}
	for _, n := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_a2", "bbb_t1"} {
		path, ok := mediatest.Film(t, n)
		if !ok {
			t.Fatal("no film")
		}
		files[n+".mp4"] = path
	}
	return stored(t, "bbb", files)
}
