package library

import (
	"path/filepath"

	"github.com/dashwright/dashwright/internal/library/images"
)

// openImages makes the maker of pictures.
func (l *Library) openImages() {
	why := func() string {
		why, _ := l.imports.without()
		return why
	}
	cfg := images.Config{
		Tool: l.imports.tool, Why: why, Film: l.cfg.Film, Spawn: l.spawn, Ctx: l.ctx, Log: l.log, Now: l.now,
	}
	if l.store.dir != "" {
		cfg.Dir = filepath.Join(l.cfg.Data, "images")
	}
	l.images = images.New(cfg)
}

// Images returns the maker of pictures of streams.
func (l *Library) Images() *images.Maker { return l.images }
