package app

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/library/images"
	"github.com/dashwright/dashwright/internal/presentation"
)

// open opens a library whose pictures are made of what players get.
func open(cfg library.Config) (*library.Library, error) {
	var lib *library.Library
	cfg.Film = func(ctx context.Context, w io.Writer, j *images.Job) error { return source{lib}.film(ctx, w, j) }
	var err error
	lib, err = library.Open(cfg)
	return lib, err
}

// thumbnails is the library as delivery wants it for pictures.
type thumbnails struct{ library *library.Library }

func (t thumbnails) Able() error { return t.library.Images().Able() }

func (t thumbnails) Tile(ctx context.Context, a *asset.Asset, x *presentation.Tile) ([]byte, error) {
	return t.library.Images().Sheet(ctx, &images.Sheet{
		Asset: a, Track: x.Of, Columns: x.Columns, Rows: x.Rows, Width: x.Width, Height: x.Height, Times: x.Times, Each: x.Each, Most: x.Most,
	})
}

// images writes the pictures of thumbnails.
func (w *work) images(ctx context.Context) error {
	for _, set := range w.p.Periods[0].Images {
		for j := range set.Representations {
			r := &set.Representations[j]
			if err := os.MkdirAll(filepath.Dir(w.path(r, 0)), 0o755); err != nil {
				return err
			}
			for i := range r.Segments.Len() {
				tile := w.p.Tile(r, i)
				b, err := thumbnails{w.source.library}.Tile(ctx, w.asset, &tile)
				if err == nil {
					err = os.WriteFile(w.path(r, i), b, 0o644)
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}
