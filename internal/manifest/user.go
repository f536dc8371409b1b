package manifest

import (
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

const (
	// every is how often the user's folder is looked at, at most.
	every = time.Second
	// largest is the largest template that is read.
	largest = 1 << 20
)

// folder is a user's templates: files *.mpd.
type folder struct {
	dir    fs.FS
	now    func() time.Time
	parser *parser

	mu     sync.Mutex
	looked time.Time
	files  map[string]*Look
	states map[string]state
}

// state is by what a file is known to have changed.
type state struct {
	size int64
	at   time.Time
}

// looks returns the looks as they are now, or were up to a second ago. The map is not to be changed.
func (f *folder) looks() map[string]*Look {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.looked) >= every || now.Before(f.looked) {
		f.looked = now
		// A folder that cannot be read has no templates: whoever asks for one of them hears which there are.
		_ = f.read()
	}
	return f.files
}

// read looks at the folder. Files that are as they were keep their Look.
func (f *folder) read() error {
	entries, err := fs.ReadDir(f.dir, ".")
	if err != nil {
		f.files, f.states = nil, nil
		return errs.Errorf(errs.NotFound, "templates: %w", err)
	}
	looks, states := map[string]*Look{}, map[string]state{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".mpd") || strings.HasPrefix(name, ".") {
			continue
		}
		info, err := fs.Stat(f.dir, name) // follows links
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		states[name] = state{info.Size(), info.ModTime()}
		if before := f.states[name]; before == states[name] && f.files[name] != nil {
			looks[name] = f.files[name]
			continue
		}
		looks[name] = f.load(name, info.Size())
	}
	f.files, f.states = looks, states
	return nil
}

func (f *folder) load(name string, size int64) *Look {
	if size > largest {
		return &Look{Name: name, Title: name, Modes: []string{"vod", "live", "odvod"}, User: true, Err: errs.Errorf(errs.Unsupported, "%s has %d bytes: a template may have %d", name, size, largest)}
	}
	text, err := fs.ReadFile(f.dir, name)
	if err != nil {
		return &Look{Name: name, Title: name, Modes: []string{"vod", "live", "odvod"}, User: true, Err: errs.Errorf(errs.Unsupported, "template %s: %w", name, err)}
	}
	return f.parser.newLook(name, string(text), true)
}
