package app_test

import (
	"bytes"
	"context"
	"image/jpeg"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// Thumbnails are exported as they are announced; without FFmpeg none are announced.
func TestExportThumbnails(t *testing.T) {
	for _, c := range []struct {
		query, ffmpeg string
		pictures      int
	}{{"thumbnails=2x2", "", 3}, {"thumbnails=3x1&timeline=1", "", 4}, {"thumbnails=2x2", "none", 0}} {
		dir := t.TempDir()
		e := app.Export{Path: mediatest.Clip(t), Dir: dir, Query: c.query, Template: "manifest.mpd", Data: t.TempDir(), FFmpeg: c.ffmpeg, Log: slog.New(slog.DiscardHandler)}
		if err := e.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(filepath.Join(dir, "manifest.mpd"))
		if err != nil {
			t.Fatal(err)
		}
		announced := 0
		for _, r := range mediatest.ReadMPD(t, body).Representations {
			if r.MimeType != "image/jpeg" {
				continue
			}
			for _, s := range r.Segments {
				announced++
				b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(s.URL)))
				if err != nil {
					t.Errorf("%s: %v", c.query, err)
					continue
				}
				if m, err := jpeg.Decode(bytes.NewReader(b)); err != nil || m.Bounds().Dx()%160 != 0 {
					t.Errorf("%s: %s: %v", c.query, s.URL, err)
				}
			}
		}
		if announced != c.pictures {
			t.Errorf("%s: %d pictures, not %d:\n%s", c.query, announced, c.pictures, body)
		}
	}
}
