package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// targets is paths that a load asks for one after the other, and again from the start.
type targets struct {
	paths  []string
	script string // for wrk
}

// target is one path.
func target(path string) *targets { return &targets{paths: []string{path}} }

// cycle is several paths.
func (b *bench) cycle(paths []string) (*targets, error) {
	var lua strings.Builder
	lua.WriteString("local paths = {\n")
	for _, p := range paths {
		fmt.Fprintf(&lua, "%q,\n", p)
	}
	lua.WriteString("}\nlocal i = 0\nrequest = function()\n\ti = i % #paths + 1\n\treturn wrk.format(\"GET\", paths[i])\nend\n")
	f, err := os.CreateTemp(b.work, "cycle-*.lua")
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteString(lua.String()); err != nil {
		return nil, err
	}
	return &targets{paths, f.Name()}, f.Close()
}

// files writes the bytes behind paths of p to files, and returns a folder and their paths in it for nginx.
func (b *bench) files(p *process, paths []string) (string, []string, error) {
	dir, err := os.MkdirTemp(b.work, "static-")
	if err != nil {
		return "", nil, err
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		body, _, err := b.get(p, path)
		if err != nil {
			return "", nil, err
		}
		names[i] = fmt.Sprintf("/%d.m4s", i)
		if err := os.WriteFile(filepath.Join(dir, names[i]), body, 0o644); err != nil {
			return "", nil, err
		}
	}
	return dir, names, nil
}

// pressure puts load on p for a time and returns the CPU time that each request took of it, in µs.
func (b *bench) pressure(p *process, t *targets, d time.Duration) (float64, error) {
	args := []string{"-t1", "-c8", fmt.Sprintf("-d%.0fs", d.Seconds())}
	if t.script != "" {
		args = append(args, "-s", t.script)
	}
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	cmd := b.command("wrk", append(args, p.base+t.paths[0])...)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	after, err := p.cpu()
	if err != nil {
		return 0, err
	}
	n, err := requests(string(out))
	return (after - before) / float64(n) * 1e6, err
}

// requests returns how many requests wrk says that it made. That all of them were answered is part of it.
func requests(report string) (int, error) {
	for _, bad := range []string{"Non-2xx", "Socket errors"} {
		if at := strings.Index(report, bad); at >= 0 {
			line, _, _ := strings.Cut(report[at:], "\n")
			return 0, fmt.Errorf("wrk: %s", line)
		}
	}
	found := regexp.MustCompile(`(\d+) requests in`).FindStringSubmatch(report)
	if found == nil {
		return 0, fmt.Errorf("wrk does not say how many requests it made: %s", report)
	}
	n, err := strconv.Atoi(found[1])
	if err == nil && n == 0 {
		err = fmt.Errorf("wrk made no request")
	}
	return n, err
}

// against loads ours and the limit by turns, n times each, after a second of each that does not count.
func (b *bench) against(n int, ours *process, a *targets, limit *process, t *targets) (x, y, ratio series, err error) {
	for _, warm := range []func() (float64, error){
		func() (float64, error) { return b.pressure(ours, a, time.Second) },
		func() (float64, error) { return b.pressure(limit, t, time.Second) },
	} {
		if _, err := warm(); err != nil {
			return nil, nil, nil, err
		}
	}
	return alternate(n, func() (float64, error) { return b.pressure(ours, a, b.load) }, func() (float64, error) { return b.pressure(limit, t, b.load) })
}
