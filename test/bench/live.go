package main

import (
	"errors"
	"fmt"
	"strings"
)

// live compares a segment of a live stream with the one of the on-demand stream that has the same samples.
func (b *bench) live() error {
	clip, err := b.clip()
	if err != nil {
		return err
	}
	ours, err := b.serve(clip)
	if err != nil {
		return err
	}
	return errors.Join(b.compareLive(ours), ours.stop())
}

func (b *bench) compareLive(ours *process) error {
	if _, err := b.healthy(ours); err != nil {
		return err
	}
	const query = "?timeline=1&depth=600"
	at := strings.Replace(manifestOf("clip"), "/vod/", "/live/", 1)
	body, _, err := b.get(ours, at+query)
	if err != nil {
		return err
	}
	listed, err := announced(body, at, "video")
	if err != nil {
		return err
	}
	stored, err := b.segments(ours, "clip", "video")
	if err != nil {
		return err
	}
	twin := func(path string) (string, error) {
		segment, _, err := b.get(ours, path)
		if err != nil {
			return "", err
		}
		for _, s := range stored {
			other, _, err := b.get(ours, s)
			if err != nil {
				return "", err
			}
			if len(other) == len(segment) && string(other[len(other)/2:]) == string(segment[len(other)/2:]) {
				return s, nil
			}
		}
		return "", fmt.Errorf("%s: no segment on demand has the same samples", path)
	}
	path := listed[len(listed)*3/4] // it stays in the window while it is measured
	vod, err := twin(path)
	if err != nil {
		return err
	}
	// A bound of a twentieth takes more pairs than one of a factor: two of the same differ by as much now and then.
	x, y, ratio, err := b.against(4*b.pairs, ours, target(path), ours, target(vod))
	if err != nil {
		return err
	}
	b.add(row{what: "the same 4 s of video, live", unit: "µs", ours: x, limit: y, by: "on demand", ratio: ratio, most: 1.05, ofRatio: true})
	return nil
}
