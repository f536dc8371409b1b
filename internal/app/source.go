package app

import (
	"context"
	"os"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/media"
)

// source is the library as delivery wants it.
type source struct{ library *library.Library }

func (s source) Asset(ctx context.Context, name string) (*asset.Asset, error) {
	return s.library.Asset(ctx, name)
}

// Outline returns a stream for a manifest.
func (s source) Outline(ctx context.Context, name string) (*asset.Asset, error) {
	return s.library.Outline(ctx, name)
}

func (s source) Open(file string, a *asset.Asset) (delivery.File, error) {
	h, err := s.library.OpenFile(file, a)
	if err != nil {
		return nil, err
	}
	return handle{h, s.library}, nil
}

func (s source) Streams() []string {
	all := s.library.Streams()
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return names
}

type handle struct {
	*library.Handle
	library *library.Library
}

func (h handle) OS() *os.File { return h.File }

func (h handle) ReadSample(t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	return h.library.ReadSample(h.Handle, t, s, dst)
}
