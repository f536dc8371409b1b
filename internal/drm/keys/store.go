package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	// fileBytes is how large a file with keys may be.
	fileBytes = 4 << 20
	// every is how often files are looked at.
	every = time.Second
)

// Config is where keys come from.
type Config struct {
	Path string // of a keys.yaml; "": all keys are computed
	// Optional says that there need not be such a file; it is read as soon as there is one.
	Optional bool
	Log      *slog.Logger
	Now      func() time.Time
}

// Store is the keys of a file, and computed ones.
type Store struct {
	cfg     Config
	mu      sync.Mutex
	looked  time.Time
	current *table
}

// table is what files said at a time. It does not change.
type table struct {
	entries []entry
	byID    map[media.KID]*entry
	compute bool
	version string
	files   []stamp
}

// stamp tells whether a file has changed.
type stamp struct {
	path  string
	there bool
	size  int64
	at    time.Time
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{path: path}
	}
	return stamp{path, true, info.Size(), info.ModTime()}
}

// Open reads the file with keys. What is wrong with it then is an error; what is wrong with it later is logged, and the keys from before stay.
func Open(cfg Config) (*Store, error) {
	s := &Store{cfg: cfg, looked: cfg.Now()}
	t, err := s.read()
	if err != nil {
		return nil, err
	}
	s.current = t
	return s, nil
}

// Key returns the key for a use: that of the first entry that is for it, else a computed one.
func (s *Store) Key(u drm.Use) (drm.Key, error) {
	t := s.table()
	for i := range t.entries {
		if t.entries[i].fits(&u) {
			return t.entries[i].key, nil
		}
	}
	return drm.Computer{}.Key(u)
}

// Find returns the key with an ID, and what is known of its use.
func (s *Store) Find(id media.KID) (drm.Key, drm.Use, bool) {
	t := s.table()
	if e := t.byID[id]; e != nil {
		return e.key, e.use(), true
	}
	if k, u, ok := (drm.Computer{}).Find(id); ok {
		return k, u, true
	}
	if t.compute {
		k, err := drm.Computed(id)
		return k, drm.Use{}, err == nil
	}
	return drm.Key{}, drm.Use{}, false
}

// Version is "" when no file names keys; else it changes when a file does.
func (s *Store) Version() string { return s.table().version }

// table returns what the files say now, or said until an error was made in them.
func (s *Store) table() *table {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	if s.cfg.Path == "" || now.Sub(s.looked).Abs() < every {
		return s.current
	}
	s.looked = now
	changed := false
	for _, old := range s.current.files {
		changed = changed || stampOf(old.path) != old
	}
	if !changed {
		return s.current
	}
	t, err := s.read()
	if err != nil {
		s.cfg.Log.Error("the keys from before stay", "error", err)
		kept := *s.current
		kept.files = t.files // until one of those changes again
		s.current = &kept
		return s.current
	}
	s.cfg.Log.Info("keys read", "file", s.cfg.Path, "keys", len(t.byID))
	s.current = t
	return t
}

// read reads the files. Of the table that comes with an error the files count.
func (s *Store) read() (*table, error) {
	t := &table{byID: map[media.KID]*entry{}}
	if s.cfg.Path == "" {
		return t, nil
	}
	hash := sha256.New()
	folder := filepath.Dir(s.cfg.Path)
	open := func(path string) ([]byte, error) {
		t.files = append(t.files, stampOf(path))
		b, err := readFile(path)
		_, _ = hash.Write(b) // a hash takes everything
		return b, err
	}
	b, err := open(s.cfg.Path)
	if s.cfg.Optional && errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	doc, err := parse(filepath.Base(s.cfg.Path), b, func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, filepath.FromSlash(name))
		}
		return open(name)
	})
	if err != nil {
		return t, err
	}
	t.entries, t.compute = doc.entries, doc.compute
	for i := range t.entries {
		e := &t.entries[i]
		if t.byID[e.key.ID] == nil {
			t.byID[e.key.ID] = e
		}
	}
	t.version = hex.EncodeToString(hash.Sum(nil)[:4])
	return t, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		kind := errs.Unavailable
		if errors.Is(err, fs.ErrNotExist) {
			kind = errs.NotFound
		}
		return nil, errs.Errorf(kind, "file with keys: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, fileBytes+1))
	if err != nil {
		return nil, errs.Errorf(errs.Unavailable, "file with keys: %w", err)
	}
	if len(b) > fileBytes {
		return nil, errs.Errorf(errs.Invalid, "%s: more than %d bytes are no file with keys", path, fileBytes)
	}
	return b, nil
}
