package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/atomicfile"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/source"
)

// saveAfter is how long writing an index waits, so that whoever waits for the stream need not share the processors with it.
const saveAfter = 100 * time.Millisecond

// recentBytes is how much of indexes is kept in memory beside assets: of files whose place in a stream is being decided.
const recentBytes = 8 << 20

// store keeps indexes in the data folder, one file each, named after the media file's path.
type store struct {
	dir    string // "": none
	report func(error)

	mu     sync.Mutex
	recent []kept // oldest first
	bytes  int
	write  sync.Mutex // one at a time
	once   sync.Once
}

// kept is an index in memory.
type kept struct {
	key     string
	index   *index.File
	size    int
	writing bool // it is not on disk yet
}

// indexKey is what must be equal for an index to be of a file.
func indexKey(f *file) string {
	return fmt.Sprintf("%s|%d|%d|%d", f.path, f.size, f.mtime, index.Version)
}

// hashed returns a file name for a text.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

func (s *store) pathOf(f *file) string { return filepath.Join(s.dir, hashed(f.path)+".index") }

// load returns the index of f if there is one that is valid. stale says why one that is there is not.
func (s *store) load(f *file) (idx *index.File, stale error) {
	key := indexKey(f)
	s.mu.Lock()
	for i := range s.recent {
		if s.recent[i].key == key {
			idx = s.recent[i].index
		}
	}
	s.mu.Unlock()
	if idx != nil || s.dir == "" {
		return idx, nil
	}
	b, err := os.ReadFile(s.pathOf(f))
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		return nil, nil
	}
	return index.Decode(b, key)
}

// keep remembers idx for a while; writing says that save follows.
func (s *store) keep(f *file, idx *index.File, writing bool) {
	size := indexSize(idx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent = append(s.recent, kept{indexKey(f), idx, size, writing})
	s.bytes += size
	s.trim()
}

// trim forgets the oldest that are on disk.
func (s *store) trim() {
	for i := 0; s.bytes > recentBytes && i < len(s.recent); {
		if s.recent[i].writing {
			i++
			continue
		}
		s.bytes -= s.recent[i].size
		s.recent = append(s.recent[:i], s.recent[i+1:]...)
	}
}

func indexSize(idx *index.File) int {
	size := 2048
	for _, t := range idx.Tracks {
		size += t.Size() + 512
	}
	return size
}

// save writes an index, whole or not at all.
func (s *store) save(f *file, idx *index.File) {
	s.write.Lock()
	defer s.write.Unlock()
	err := s.put(f, idx)
	if err != nil {
		s.once.Do(func() {
			s.report(errs.Errorf(errs.Unavailable, "indexes cannot be kept, so files are read again after a restart: %w", err))
		})
	}
	key := indexKey(f)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.recent {
		if s.recent[i].key == key {
			s.recent[i].writing = false
		}
	}
	s.trim()
}

func (s *store) put(f *file, idx *index.File) error {
	b, err := index.Encode(idx, indexKey(f))
	if err != nil {
		return err
	}
	return atomicfile.Write(s.pathOf(f), b)
}

// fileIndex returns the index of f: from memory, from disk, or by a scan, which is then kept.
func (l *Library) fileIndex(ctx context.Context, f *file) (*index.File, error) {
	idx, stale := l.store.load(f)
	if idx != nil {
		return idx, nil
	}
	if stale != nil {
		l.log.Info("index is made again", "file", f.path, "because", stale)
	}
	began := l.now()
	idx, err := l.scanFile(ctx, f)
	if err != nil {
		return nil, err
	}
	l.log.Debug("indexed", "file", f.path, "format", idx.Format, "samples", idx.Samples(), "took", l.now().Sub(began))
	if l.store.dir == "" || l.kinds.texts[source.Extension(f.path)] {
		l.store.keep(f, idx, false)
		return idx, nil
	}
	l.store.keep(f, idx, true)
	if !l.spawn(func() {
		rest(l.ctx, saveAfter, nil)
		l.store.save(f, idx)
	}) {
		l.log.Debug("index is not kept: the program is ending", "file", f.path)
	}
	return idx, nil
}
