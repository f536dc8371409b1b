package main

import (
	"errors"
	"fmt"
	"strings"
)

// mostEncrypted is what an encrypted segment of 4 s may take, in µs, or half as much again as the clear one: whichever is larger.
const mostEncrypted = 1200

// encryption measures what it costs to encrypt a segment of video while it is served: the same segment, encrypted and in the clear, from the same process.
func (b *bench) encryption() error {
	clip, err := b.clip()
	if err != nil {
		return err
	}
	ours, err := b.serve(clip)
	if err != nil {
		return err
	}
	return errors.Join(b.encryptAll(ours), ours.stop())
}

func (b *bench) encryptAll(ours *process) error {
	if _, err := b.healthy(ours); err != nil {
		return err
	}
	all, err := b.segments(ours, "clip", "video")
	if err != nil {
		return err
	}
	segment := all[2]
	body, _, err := b.get(ours, segment)
	if err != nil {
		return err
	}
	for _, scheme := range []string{"cenc", "cbcs", "cens", "cbc1"} {
		path := segment + "?enc=" + scheme
		if strings.Contains(segment, "?") {
			path = segment + "&enc=" + scheme
		}
		peak := ours.watch()
		x, y, ratio, err := b.against(b.pairs, ours, target(path), ours, target(segment))
		_, anonymous := peak.end()
		if err != nil {
			return err
		}
		b.add(row{
			what: fmt.Sprintf("4 s of video encrypted by %s while it is served (%s MB)", scheme, number(float64(len(body))/1e6)), unit: "µs", ours: x, limit: y, by: "in the clear", ratio: ratio,
			most: max(mostEncrypted, 1.5*y.median()), note: number(anonymous) + " MB of memory is anonymous",
		})
	}
	return nil
}
