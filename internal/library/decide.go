package library

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// decision says whether the files of a folder are one stream.
type decision struct {
	group bool
	// evidence is what the decision rests on: for a group, all files of the folder; else the one or two files that do not fit.
	evidence []file
}

// holds says whether the decision still stands for these files.
func (d *decision) holds(media, _ []file) bool {
	if d.group {
		return slices.Equal(media, d.evidence)
	}
	for _, e := range d.evidence {
		if !slices.Contains(media, e) {
			return false
		}
	}
	return true
}

// decide finds out whether files are one stream in the form in which packagers lay it out: each holds one track, and those that are not text are
// of the same duration. It reads no more files than it takes to know. The error, errChanged, says that a file is being written.
func (l *Library) decide(ctx context.Context, files []file) (*decision, error) {
	var first, longest, shortest *file
	var most, least time.Duration
	for i := range files {
		f := &files[i]
		idx, err := l.fileIndex(ctx, f)
		if errors.Is(err, errChanged) || ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			return &decision{evidence: []file{*f}}, nil
		}
		t := onlyTrack(idx)
		if t == nil {
			return &decision{evidence: []file{*f}}, nil
		}
		if t.Kind == media.Text || t.Count == 0 {
			continue
		}
		d := (t.EndPTS - t.FirstPTS).Duration(t.Timescale)
		if first == nil {
			first, longest, shortest, most, least = f, f, f, d, d
		}
		if d > most {
			longest, most = f, d
		}
		if d < least {
			shortest, least = f, d
		}
		// Encoder delay and the last frame make a difference too, which is more than 2 % of a short clip.
		if most-least > max(most/50, 150*time.Millisecond) {
			return &decision{evidence: []file{*longest, *shortest}}, nil
		}
	}
	if first == nil {
		return &decision{evidence: files}, nil
	}
	return &decision{group: true, evidence: files}, nil
}

// onlyTrack returns the one track of a file, nil when it has several or none.
func onlyTrack(idx *index.File) *index.Track {
	var only *index.Track
	for _, t := range idx.Tracks {
		if t.Kind == media.Other {
			continue
		}
		if only != nil {
			return nil
		}
		only = t
	}
	return only
}
