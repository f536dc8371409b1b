package library

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cleanEvery is how often what belongs to files that have gone is removed.
const cleanEvery = 24 * time.Hour

// clean removes, at most once a day, the indexes and imports of files that are not there any more, though the folder is that they were in: a disk that is not mounted
// today will be back.
func (l *Library) clean() {
	if l.store.dir == "" {
		return
	}
	mark := filepath.Join(l.store.dir, ".cleaned")
	if i, err := os.Stat(mark); err == nil && l.now().Sub(i.ModTime()) < cleanEvery {
		return
	}
	if err := os.WriteFile(mark, nil, 0o644); err != nil {
		return
	}
	now := l.now()
	if err := os.Chtimes(mark, now, now); err != nil {
		return
	}
	removed := l.cleanFolder(l.store.dir, ".index", indexSource) + l.cleanFolder(l.imports.dir, ".from", importSource)
	if removed > 0 {
		l.log.Info("removed what belonged to files that have gone", "files", removed)
	}
}

// cleanFolder removes the files with that ending whose source has gone, and an import with its note.
func (l *Library) cleanFolder(dir, ending string, source func(path string) string) int {
	list, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	n := 0
	for _, e := range list {
		path := filepath.Join(dir, e.Name())
		if l.ctx.Err() != nil || !strings.HasSuffix(path, ending) || !gone(source(path)) {
			continue
		}
		if os.Remove(path) == nil {
			n++
		}
		if made, ok := strings.CutSuffix(path, ".from"); ok {
			os.Remove(made + ".mp4") //nolint:errcheck // it may have gone already
		}
	}
	return n
}

// gone says whether a file is not there, and its folder is.
func gone(path string) bool {
	if path == "" {
		return false
	}
	_, err := os.Stat(path)
	_, folder := os.Stat(filepath.Dir(path))
	return errors.Is(err, fs.ErrNotExist) && folder == nil
}

// indexSource returns the path of the file that an index on disk is of, "" when it does not say.
func indexSource(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	var fixed [12]byte // magic, version, length of the header
	if _, err := io.ReadFull(f, fixed[:]); err != nil {
		return ""
	}
	var h struct{ Key []byte }
	if json.NewDecoder(io.LimitReader(f, int64(binary.BigEndian.Uint32(fixed[8:])))).Decode(&h) != nil {
		return ""
	}
	key := string(h.Key)
	for range 3 { // size, time, version
		i := strings.LastIndexByte(key, '|')
		if i < 0 {
			return ""
		}
		key = key[:i]
	}
	return key
}

// importSource returns the path of the file that an import is of: the first line of the note beside it.
func importSource(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(b), "\n")
	return first
}
