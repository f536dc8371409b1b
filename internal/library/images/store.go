package images

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/atomicfile"
)

// Pictures are kept in a folder for each version of a Track: a file for each block, and the poster. The folder's time is when they were asked for last.

// load returns what was kept under a key, nil when nothing was.
func (m *Maker) load(key string) []byte {
	if m.cfg.Dir == "" {
		return nil
	}
	path := filepath.Join(m.cfg.Dir, filepath.FromSlash(key))
	b, err := os.ReadFile(path)
	if err != nil || length(b) == 0 {
		return nil
	}
	now := m.cfg.Now()
	_ = os.Chtimes(filepath.Dir(path), now, now) // it is removed earlier then
	return b
}

// kept says whether there is something under a key.
func (m *Maker) kept(key string) bool {
	_, err := os.Stat(filepath.Join(m.cfg.Dir, filepath.FromSlash(key)))
	return err == nil
}

// save keeps b. That it cannot be kept is no reason not to show it.
func (m *Maker) save(key string, b []byte) {
	if m.cfg.Dir == "" {
		return
	}
	path := filepath.Join(m.cfg.Dir, filepath.FromSlash(key))
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Write(path, b)
	}
	if err != nil {
		m.cfg.Log.Warn("pictures cannot be kept", "because", err)
		return
	}
	m.mu.Lock()
	if m.bytes >= 0 {
		m.bytes += int64(len(b))
	}
	full := m.bytes < 0 || m.bytes > m.cfg.Limit
	m.mu.Unlock()
	if full {
		m.clean(filepath.Dir(path))
	}
}

// clean counts what is kept, and removes the folders that were not asked for for longest, but not that one, until a quarter of the limit is free.
func (m *Maker) clean(but string) {
	type folder struct {
		path  string
		used  time.Time
		bytes int64
	}
	var folders []folder
	total := int64(0)
	entries, err := os.ReadDir(m.cfg.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		f := folder{path: filepath.Join(m.cfg.Dir, e.Name())}
		_ = filepath.WalkDir(f.path, func(_ string, d fs.DirEntry, err error) error { // what cannot be read is not counted
			if err != nil {
				return nil //nolint:nilerr // see above
			}
			if i, err := d.Info(); err == nil && d.Type().IsRegular() {
				f.bytes += i.Size()
			} else if err == nil {
				f.used = i.ModTime()
			}
			return nil
		})
		total += f.bytes
		folders = append(folders, f)
	}
	slices.SortFunc(folders, func(a, b folder) int { return cmp.Compare(a.used.UnixNano(), b.used.UnixNano()) })
	if total > m.cfg.Limit {
		for _, f := range folders {
			if total <= m.cfg.Limit/4*3 {
				break
			}
			if f.path != but && os.RemoveAll(f.path) == nil {
				total -= f.bytes
			}
		}
	}
	m.mu.Lock()
	m.bytes = total
	m.mu.Unlock()
}
