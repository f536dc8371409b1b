package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// firstOf is a row of firstManifests.
type firstOf struct {
	what string
	make func() (string, error)
	most float64 // ms
}

func (b *bench) firsts() []firstOf {
	return []firstOf{
		{"MP4, 1 hour", b.hourLong, 10},
		{"MP4, 10 minutes", func() (string, error) { return b.ten("ten.mp4") }, 0},
		{"Matroska, 10 minutes", func() (string, error) { return b.ten("ten.mkv") }, 70},
		{"AVI, 10 minutes, no B-frames", func() (string, error) { return b.plainTen("plain.avi", "-c:a", "libmp3lame", "-b:a", "128k") }, 20},
		{"AVI, 10 minutes, B-frames", func() (string, error) { return b.ten("ten.avi", "-c:a", "libmp3lame", "-b:a", "128k") }, 0},
		{"MPEG-TS, 10 minutes", func() (string, error) { return b.ten("ten.ts") }, 250},
	}
}

// firstManifests measures the first manifest of a file that nothing is known about.
func (b *bench) firstManifests() error {
	decoy, err := b.ten("ten.ts")
	if err != nil {
		return err
	}
	// Streams are indexed in the background in the order of their names; after each the background rests for as long as that took. The
	// decoy is first, and takes long.
	first := filepath.Join(b.work, "0first.ts")
	if err := os.Link(decoy, first); err != nil {
		return err
	}
	for _, f := range b.firsts() {
		path, err := f.make()
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		var alone, cpu, start series
		for range 7 {
			wall, ran, err := b.firstAfter(first, path)
			if err != nil {
				return err
			}
			alone, cpu = append(alone, wall), append(cpu, ran)
			whole, err := b.fromStart(path)
			if err != nil {
				return err
			}
			start = append(start, whole)
		}
		b.add(row{
			what: fmt.Sprintf("first manifest: %s, %s", f.what, size(info.Size())), unit: "ms", ours: alone, most: f.most,
			note: fmt.Sprintf("%s ms of CPU; from the start of the program %s ms", number(cpu.median()), number(start.median())),
		})
	}
	return nil
}

func size(n int64) string {
	if n >= 1e9 {
		return number(float64(n)/1e9) + " GB"
	}
	return number(float64(n)/1e6) + " MB"
}

// firstAfter returns how long the first manifest of path takes while the background rests after decoy, and for how long the program runs meanwhile, both in
// ms. That path has no index before is checked.
func (b *bench) firstAfter(decoy, path string) (wall, ran float64, err error) {
	p, err := b.serve(decoy, path)
	if err != nil {
		return 0, 0, err
	}
	wall, ran, err = b.firstIn(p, decoy, path)
	return wall, ran, errors.Join(err, p.stop(), os.RemoveAll(p.data))
}

func (b *bench) firstIn(p *process, decoy, path string) (wall, ran float64, err error) {
	if _, err := b.healthy(p); err != nil {
		return 0, 0, err
	}
	if _, _, err := b.get(p, manifestOf(streamOf(decoy))); err != nil {
		return 0, 0, err
	}
	// The decoy's index is being written.
	for n := 0; n == 0; {
		if err := b.sleep(5 * time.Millisecond); err != nil {
			return 0, 0, err
		}
		indexes, err := filepath.Glob(filepath.Join(p.data, "index", "*.index"))
		if err != nil {
			return 0, 0, err
		}
		if n = len(indexes); n > 1 {
			return 0, 0, fmt.Errorf("%s has been indexed before it was asked for", path)
		}
	}
	before, err := p.ran()
	if err != nil {
		return 0, 0, err
	}
	_, took, err := b.get(p, manifestOf(streamOf(path)))
	after, err2 := p.ran()
	return took.Seconds() * 1e3, after - before, errors.Join(err, err2)
}

// fromStart returns how long it takes from the start of the program to the first manifest, in ms.
func (b *bench) fromStart(path string) (float64, error) {
	p, err := b.serve(path)
	if err != nil {
		return 0, err
	}
	_, _, err = b.get(p, manifestOf(streamOf(path)))
	took := time.Since(p.began)
	return took.Seconds() * 1e3, errors.Join(err, p.stop(), os.RemoveAll(p.data))
}

// streamOf returns the name of the stream that a file given as a path is.
func streamOf(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}
