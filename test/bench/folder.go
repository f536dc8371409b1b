package main

import (
	"errors"
	"fmt"
	"os"
)

const manyFiles = 10000

// folder measures a start with very many files, and that one of them is indexed when it is asked for.
func (b *bench) folder() error {
	dir, err := b.many(manyFiles)
	if err != nil {
		return err
	}
	var up, first series
	for range b.pairs {
		p, err := b.serve(dir)
		if err != nil {
			return err
		}
		took, err := b.healthy(p)
		if err == nil {
			up = append(up, took.Seconds())
			// The last by name: the background is far from it.
			if _, took, err = b.get(p, manifestOf(streamOf(fileOfMany(manyFiles-1)))); err == nil {
				first = append(first, took.Seconds()*1e3)
			}
		}
		if err := errors.Join(err, p.stop(), os.RemoveAll(p.data)); err != nil {
			return err
		}
	}
	b.add(row{what: fmt.Sprintf("%d files in a folder: from the start to /healthz", manyFiles), unit: "s", ours: up, most: 2})
	b.add(row{what: "and then the first manifest of the last of them", unit: "ms", ours: first})
	return nil
}
