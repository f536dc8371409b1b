package library

import (
	"context"
	"slices"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Outline is Asset for those who want a manifest, and no media: of a file that is being read for the first time it may return what its container's index says of it, which is there much sooner. Such an asset is Rough.
func (l *Library) Outline(ctx context.Context, name string) (*asset.Asset, error) {
	return l.find(ctx, name, true)
}

// outline hands a rough asset to those who wait for one, if there can be one.
func (l *Library) outline(e *entry, fl *flight) {
	if e.shape != single || len(e.texts) > 0 || e.draft.err != nil {
		return
	}
	f := &e.files[0]
	if idx, stale := l.store.load(f); idx != nil || stale != nil {
		return
	}
	idx, err := l.readFile(l.ctx, f, func(format *source.Format) demux.ScanFunc { return format.Outline })
	if err != nil || idx == nil || len(idx.Warnings) > 0 || slices.ContainsFunc(idx.Tracks, func(t *index.Track) bool { return !l.plays(&t.Track) }) {
		return // what is wrong with the file is found out by reading it
	}
	b := assembly{l: l, e: e}
	b.begin()
	if b.take(&part{file: *f}, idx, f, "") != nil {
		return
	}
	a, err := b.together()
	if err != nil {
		return
	}
	a.Rough = true
	fl.rough = a
	close(fl.early)
}

// confirm sees to it that media URLs of a manifest that was made of a rough asset are refused when it was wrong.
func (l *Library) confirm(e *entry, rough, a *asset.Asset) {
	if rough == nil || a == nil || a.Agrees(rough) {
		return
	}
	a.Version += "a"
	l.log.Info("the index in the file is wrong: manifests that were made of it are void", "stream", e.name)
}
