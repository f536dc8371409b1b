package library

import (
	"bytes"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dashwright/dashwright/internal/atomicfile"
	"github.com/dashwright/dashwright/internal/errs"
)

// materialise writes the built-in stream's files into the data folder, or a temporary one, and returns the folder, which is called "demo". Files get times that
// depend on their bytes alone, so that entity tags are the same everywhere.
func (l *Library) materialise(builtin fs.FS) (string, error) {
	dir := filepath.Join(l.cfg.Data, "demo")
	if l.store.dir != "" {
		err := writeAll(builtin, dir)
		if err == nil {
			return dir, nil
		}
		l.log.Warn("the demo stream cannot be written to the data folder", "folder", dir, "because", err)
	}
	temp, err := os.MkdirTemp("", "dashwright-")
	if err != nil {
		return "", errs.Errorf(errs.Unavailable, "the demo stream needs a folder: %w", err)
	}
	l.temp = temp
	dir = filepath.Join(temp, "demo")
	return dir, writeAll(builtin, dir)
}

func writeAll(from fs.FS, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	names, err := fs.Glob(from, "*")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, name)
		if there, err := os.ReadFile(path); err != nil || !bytes.Equal(there, b) {
			if err := atomicfile.Write(path, b); err != nil {
				return err
			}
		}
		at := time.Unix(1e9+int64(crc32.ChecksumIEEE(b)>>4), 0)
		if err := os.Chtimes(path, at, at); err != nil {
			return err
		}
	}
	return nil
}
