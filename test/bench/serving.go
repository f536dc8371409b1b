package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// comparison is a load on dashwright, and the same on nginx with the same bytes as files.
type comparison struct {
	what   string
	paths  []string
	most   float64 // of the ratio; 0: no bound
	memory bool    // the load under which memory is looked at
}

// serving measures what requests cost once everything is known.
func (b *bench) serving() error {
	clip, err := b.clip()
	if err != nil {
		return err
	}
	long, err := b.plainTen("clip10.mp4")
	if err != nil {
		return err
	}
	hour, err := b.hourLong()
	if err != nil {
		return err
	}
	ours, err := b.serve(clip, long, hour)
	if err != nil {
		return err
	}
	return errors.Join(b.serveAll(ours), ours.stop())
}

func (b *bench) serveAll(ours *process) error {
	if _, err := b.healthy(ours); err != nil {
		return err
	}
	var all [5][]string
	for i, of := range [][2]string{{"clip", "video"}, {"clip10", "video"}, {"clip", "audio"}, {"clip10", "audio"}, {"hour", "audio"}} {
		var err error
		if all[i], err = b.segments(ours, of[0], of[1]); err != nil {
			return err
		}
	}
	for _, c := range []comparison{
		{"4 s of video, one segment again and again", all[0][2:3], 1, true},
		{"4 s of video, all segments of 10 minutes in turn", all[1], 1, false},
		{"4 s of audio, interleaved file, one segment again and again", all[2][2:3], 2, false},
		{"4 s of audio, interleaved file, all segments of 10 minutes in turn", all[3], 0, false},
		{"4 s of audio, interleaved file, all segments of an hour in turn: more than is remembered", all[4], 0, false},
	} {
		if err := b.compare(ours, c); err != nil {
			return err
		}
	}
	live := strings.Replace(manifestOf("clip"), "/vod/", "/live/", 1)
	return errors.Join(
		b.manifest(ours, "manifest", manifestOf("clip"), 18),
		b.manifest(ours, "live manifest, $Number$", live, 25),
		b.manifest(ours, "live manifest, SegmentTimeline, window of 30 minutes", live+"?timeline=1&depth=1800", 50),
	)
}

// compare adds the row of one comparison.
func (b *bench) compare(ours *process, c comparison) error {
	dir, names, err := b.files(ours, c.paths)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	size, err := averageSize(dir)
	if err != nil {
		return err
	}
	limit, err := b.nginx(dir)
	if err != nil {
		return err
	}
	from, err := b.cycle(c.paths)
	if err == nil && len(c.paths) == 1 {
		from = target(c.paths[0])
	}
	to, err2 := b.cycle(names)
	if err2 == nil && len(names) == 1 {
		to = target(names[0])
	}
	if err := errors.Join(err, err2); err != nil {
		return errors.Join(err, limit.stop())
	}
	var peak *watch
	if c.memory {
		peak = ours.watch()
	}
	x, y, ratio, err := b.against(b.pairs, ours, from, limit, to)
	if err := errors.Join(err, limit.stop()); err != nil {
		return err
	}
	b.add(row{
		what: fmt.Sprintf("%s (%s)", c.what, size), unit: "µs", ours: x, limit: y, by: "nginx", ratio: ratio, most: c.most, ofRatio: true,
	})
	if peak != nil {
		all, anonymous := peak.end()
		b.add(row{what: "memory under that load: resident", unit: "MB", ours: series{all}, most: 100, note: fmt.Sprintf("%s MB of it anonymous", number(anonymous))})
	}
	return nil
}

func averageSize(dir string) (string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var sum int64
	for _, e := range list {
		info, err := e.Info()
		if err != nil {
			return "", err
		}
		sum += info.Size()
	}
	average := float64(sum) / float64(len(list))
	if average >= 1e6 {
		return number(average/1e6) + " MB", nil
	}
	return number(average/1e3) + " kB", nil
}

// manifest compares a manifest with a handler that writes as many bytes.
func (b *bench) manifest(ours *process, what, path string, most float64) error {
	body, _, err := b.get(ours, path)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := b.announced(self, "-bare", strconv.Itoa(len(body)))
	if err != nil {
		return err
	}
	x, y, ratio, err := b.against(b.pairs, ours, target(path), bare, target("/"))
	if err := errors.Join(err, bare.stop()); err != nil {
		return err
	}
	b.add(row{what: fmt.Sprintf("%s (%s kB)", what, number(float64(len(body))/1e3)), unit: "µs", ours: x, limit: y, by: "bare net/http handler", ratio: ratio, most: most})
	return nil
}
