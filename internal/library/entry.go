package library

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// State says how much is known about a Stream.
type State string

// The states of a Stream.
const (
	Pending State = "pending" // not looked at yet, or being imported
	Ready   State = "ready"
	Failed  State = "error"
)

// Stream is what there is to say about a stream in a list.
type Stream struct {
	Name     string // in URLs
	Title    string
	Path     string // of the file or folder
	Relative string // the same from the folder that was given, with "/"; the name alone of what was given itself
	Files    []File // what it is made of
	State    State
	Err      error // why it cannot be served
	Warnings []string
	Updated  time.Time // when State became what it is
	Duration time.Duration
	Tracks   []Summary         // in the order of the asset's Sets
	Others   []Other           // with Config.Describe: what is not served as it is
	Defaults map[string]string // option values that its description asks for
	Periods  int               // of other streams that it consists of, as its description says
	Timing   string            // ID of the track that is the timing reference, as its description says
}

// File is one file that a Stream is made of.
type File struct {
	Path  string // relative to the path that was given, with "/"
	Bytes int64
}

// Summary describes one Track of a Stream.
type Summary struct {
	ID            string
	Kind          media.Kind
	Codecs        string // RFC 6381
	Language      string // BCP 47
	Label         string
	Roles         []string
	Width, Height uint32
	FrameRate     media.Rational
	SampleRate    uint32
	Channels      uint16
	Bandwidth     uint32 // bit/s, the peak over segments of the default duration
	Encrypted     bool
}

// Other is an audio track that is not served as it is in the file.
type Other struct {
	Kind       media.Kind
	Codec      media.Codec
	Language   string // BCP 47
	Label      string
	SampleRate uint32
	Channels   uint16
	Duration   time.Duration
	Becomes    string // what happens to it, in words: "becomes AAC when it is served"
}

// entry is a planned stream and what has been found out about it. When anything of its draft changes, another entry takes its place.
type entry struct {
	draft
	home     *folder // of an undecided one
	relative string  // path, as people who must not know of the rest of the disk see it

	asset atomic.Pointer[asset.Asset] // nil when it is not in memory
	used  atomic.Uint64               // the cache's turn in which it was asked for last
	retry atomic.Int64                // the background leaves it alone until then; nanoseconds since 1970
	state atomic.Pointer[State]
	// needsFFmpeg says that something is missing for want of it.
	needsFFmpeg atomic.Bool
	uses        atomic.Pointer[[]use] // of a programme

	mu       sync.Mutex
	flight   *flight
	failed   time.Time
	err      error
	warnings []string
	imports  []*importJob
	updated  time.Time
	duration time.Duration
	known    string // its title as the manifest has it, "" before it is made
	tracks   []Summary
	others   []Other
	stale    bool // tracks is of a former asset
}

// flight is one attempt to make an entry's asset, for however many who wait for it.
type flight struct {
	done    chan struct{} // asset or err is there
	settled chan struct{} // and lists know of it
	early   chan struct{} // rough is there; never closed when there is none
	rough   *asset.Asset
	asset   *asset.Asset
	err     error
}

func newEntry(d draft, home *folder) *entry {
	e := &entry{draft: d, home: home}
	pending := Pending
	e.state.Store(&pending)
	return e
}

func (e *entry) is(s State) bool { return *e.state.Load() == s }

// become sets the state, under e.mu.
func (e *entry) become(s State, now time.Time) {
	e.state.Store(&s)
	e.updated = now
}

// stream returns what is known now.
func (e *entry) stream() Stream {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := Stream{
		Name: e.name, Title: e.title, Path: e.path, Relative: e.relative, Files: e.listFiles(), State: *e.state.Load(), Err: e.err, Updated: e.updated, Duration: e.duration, Tracks: e.tracks, Others: e.others,
	}
	if e.known != "" {
		s.Title = e.known
	}
	if e.desc != nil {
		s.Defaults, s.Timing, s.Periods = e.desc.defaults, e.desc.timing, len(e.desc.periods)
	}
	s.Warnings = append(s.Warnings, e.warnings...)
	for _, j := range e.imports {
		if w := j.sentence(); w != "" {
			s.Warnings = append(s.Warnings, w)
		}
	}
	return s
}

// listFiles returns the files of a draft, each once.
func (d *draft) listFiles() []File {
	files := make([]File, 0, len(d.files)+len(d.texts))
	seen := make(map[string]bool, cap(files))
	add := func(f *file) {
		if !seen[f.path] {
			seen[f.path] = true
			files = append(files, File{f.rel, f.size})
		}
	}
	for i := range d.files {
		add(&d.files[i])
	}
	for i := range d.texts {
		add(&d.texts[i].file)
	}
	return files
}

// Roots returns the names, without the folders that they are in, of what was given to be served.
func (l *Library) Roots() []string {
	names := make([]string, len(l.roots))
	for i, r := range l.roots {
		names[i] = filepath.Base(r)
	}
	return names
}

// relative returns a path from the root that it is in.
func (l *Library) relative(path string) string {
	for _, root := range l.roots {
		if rel, err := filepath.Rel(root, path); err == nil && rel != "." && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(path)
}

// summarize describes the Tracks of an asset.
func summarize(a *asset.Asset) []Summary {
	if len(a.Parts) > 0 {
		return summarizeParts(a)
	}
	cuts := a.Cut(0)
	var out []Summary
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			s := Summary{
				ID: t.ID, Kind: t.Kind, Codecs: codec.String(&t.Track.Track), Language: t.Language, Label: t.Label, Roles: t.Roles, Width: t.Width, Height: t.Height,
				FrameRate: t.FrameRate, SampleRate: t.SampleRate, Channels: t.Channels, Encrypted: t.Encryption != nil,
			}
			if c := cuts.Of(t.ID); c != nil {
				s.Bandwidth = c.Bandwidth
			}
			out = append(out, s)
		}
	}
	return out
}

// summarizeParts describes the Tracks of all Parts, each once.
func summarizeParts(a *asset.Asset) []Summary {
	var out []Summary
	seen := map[*asset.Asset]bool{}
	for _, p := range a.Parts {
		if seen[p.Asset] {
			continue
		}
		seen[p.Asset] = true
		for _, s := range summarize(p.Asset) {
			s.ID = p.ID + "/" + s.ID
			out = append(out, s)
		}
	}
	return out
}
