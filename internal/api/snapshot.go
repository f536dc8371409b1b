package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/url"

	"github.com/dashwright/dashwright/internal/library"
)

// snapshot is all streams as the API says them, made once per change.
type snapshot struct {
	of      []library.Stream
	streams []Stream
	byName  map[string]int
	version string
}

// now returns the snapshot of what the library says now. It is shared: it must not be changed.
func (a *API) now() *snapshot {
	all := a.cfg.Streams.Streams()
	if s := a.last.Load(); s != nil && len(s.of) == len(all) && (len(all) == 0 || &s.of[0] == &all[0]) {
		return s
	}
	s := &snapshot{of: all, streams: make([]Stream, len(all)), byName: make(map[string]int, len(all))}
	sum := sha256.New()
	able := a.cfg.Posters != nil && a.cfg.Posters.Able() == nil
	for i := range all {
		s.streams[i] = describe(&all[i])
		if able {
			s.streams[i].Poster = poster(&s.streams[i])
		}
		s.byName[all[i].Name] = i
		add(sum, &s.streams[i])
	}
	s.version = version(sum)
	a.last.Store(s)
	return s
}

// poster returns the URL of a stream's picture, nil where there is none for certain.
func poster(s *Stream) *string {
	if s.State != string(library.Ready) {
		return nil
	}
	for _, t := range s.Tracks {
		if t.Kind == "video" && !t.Encrypted {
			path := "/api/v1/streams/" + url.PathEscape(s.Name) + "/poster.jpg"
			return &path
		}
	}
	return nil
}

func add(sum hash.Hash, s *Stream) { _ = json.NewEncoder(sum).Encode(s) } // a hash takes everything, and a Stream is JSON

func version(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)[:8]) }

// Version is the same as long as the API says the same of the stream.
func (s *Stream) Version() string {
	sum := sha256.New()
	add(sum, s)
	return version(sum)
}

// version returns what changes with what is said of a stream, or of all when name is empty.
func (a *API) version(name string) string {
	s := a.now()
	if name == "" {
		return s.version
	}
	if i, ok := s.byName[name]; ok {
		return s.streams[i].Version()
	}
	return ""
}

// Roots returns the names of the folders and files that are served.
func (a *API) Roots() []string { return a.cfg.Streams.Roots() }

// Overview is List, and what changes with it.
func (a *API) Overview(ctx context.Context) ([]Stream, string) {
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	a.cfg.Streams.Settle(wait)
	s := a.now()
	return s.streams, s.version
}
