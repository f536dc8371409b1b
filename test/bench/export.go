package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// export compares writing a presentation as files, index and all, with copying its source.
func (b *bench) export() error {
	path, err := b.ten("ten.mp4")
	if err != nil {
		return err
	}
	dir, data, copied := filepath.Join(b.work, "exported"), filepath.Join(b.work, "export-data"), filepath.Join(b.work, "copied.mp4")
	x, y, ratio, err := alternate(b.pairs,
		func() (float64, error) {
			ms, err := b.wall(b.bin, "export", "-q", "--data", data, path, dir)
			return ms, errors.Join(err, os.RemoveAll(dir), os.RemoveAll(data))
		},
		func() (float64, error) {
			ms, err := b.wall("cp", path, copied)
			return ms, errors.Join(err, os.Remove(copied))
		})
	if err != nil {
		return err
	}
	b.add(row{what: "export of 10 minutes, with indexing", unit: "ms", ours: x, limit: y, by: "cp", ratio: ratio, most: 2, ofRatio: true})
	return nil
}

// wall returns how long a command takes, in ms. What others have written is on the disk before it begins.
func (b *bench) wall(name string, args ...string) (float64, error) {
	syscall.Sync()
	began := time.Now()
	err := b.command(name, args...).Run()
	return time.Since(began).Seconds() * 1e3, err
}
