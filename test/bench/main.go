package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// bench is one run of the program.
type bench struct {
	ctx   context.Context
	cache string // media, kept from run to run
	work  string // everything else, removed at the end
	bin   string // dashwright
	load  time.Duration
	pairs int    // of ours and the limit, alternating
	busy  string // load average before
	rows  []row
}

func main() {
	os.Exit(run())
}

func run() int {
	dir := flag.String("cache", filepath.Join(os.TempDir(), "dashwright-bench"), "folder in which media is kept from run to run")
	update := flag.String("update", "", "a Markdown file to write the table into, between its markers")
	only := flag.String("only", "", "run only the parts whose names match this expression: "+partNames())
	bin := flag.String("bin", "", "the dashwright to measure; by default it is built")
	load := flag.Duration("load", 4*time.Second, "how long each load lasts")
	pairs := flag.Int("pairs", 5, "how often each comparison is repeated")
	bare := flag.Int("bare", 0, "be the bare handler that manifests are compared with, of a body of so many bytes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if *bare > 0 {
		return serveBare(ctx, *bare)
	}
	choose, err := regexp.Compile(*only)
	if err == nil {
		b := &bench{ctx: ctx, cache: *dir, bin: *bin, load: *load, pairs: *pairs}
		err = b.run(choose, *update)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

// part is a part of the benchmark that can be run alone.
type part struct {
	name string
	run  func(*bench) error
}

func parts() []part {
	return []part{
		{"serve", (*bench).serving},
		{"live", (*bench).live},
		{"encrypt", (*bench).encryption},
		{"first", (*bench).firstManifests},
		{"export", (*bench).export},
		{"memory", (*bench).memory},
		{"folder", (*bench).folder},
	}
}

func partNames() string {
	names := ""
	for _, p := range parts() {
		names += " " + p.name
	}
	return names[1:]
}

func (b *bench) run(choose *regexp.Regexp, update string) error {
	for _, tool := range []string{"ffmpeg", "nginx", "wrk", "cp"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w; scripts/tools.sh installs what is missing", err)
		}
	}
	if err := os.MkdirAll(b.cache, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(b.cache, "work-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b.work, b.busy = work, firstWord("/proc/loadavg")
	if b.bin == "" {
		b.bin = filepath.Join(work, "dashwright")
		if err := b.command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.bin, "./cmd/dashwright").Run(); err != nil {
			return fmt.Errorf("go build: %w", err)
		}
	}
	for _, p := range parts() {
		if !choose.MatchString(p.name) {
			continue
		}
		if err := errors.Join(p.run(b), b.ctx.Err()); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	text := machine(b) + "\n" + table(b.rows)
	fmt.Println("\n" + text)
	if update != "" {
		return splice(update, text)
	}
	return nil
}

// command prepares a child whose errors are seen, and that gets SIGTERM when the benchmark is interrupted.
func (b *bench) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(b.ctx, name, args...)
	c.Stderr = os.Stderr
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	return c
}

// say prints what is under way.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// add keeps a row and prints it.
func (b *bench) add(r row) {
	b.rows = append(b.rows, r)
	say("%s", r.markdown())
}
