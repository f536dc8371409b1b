package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"github.com/dashwright/dashwright/internal/errs"
)

// Env is the outside world of a command: tests give their own.
type Env struct {
	Args   []string // without the program's name
	Stdout io.Writer
	Stderr io.Writer
}

type grammar struct {
	Verbose bool `short:"v" help:"Log refused requests and other details."`

	Serve   serveCmd   `cmd:"" help:"Serve files and folders as MPEG-DASH."`
	Probe   probeCmd   `cmd:"" help:"Say what is in a file: tracks, codecs, durations, segments, warnings."`
	Export  exportCmd  `cmd:"" help:"Write a file's presentation as static files."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// scope is what a command runs in.
type scope struct {
	ctx context.Context
	env Env
	log *slog.Logger
	// quiet is for commands that end by saying what went wrong: it would say the same once more.
	quiet *slog.Logger
}

// Main runs the command line of the process and returns its exit code: 0 done, 1 it went wrong, 2 wrong usage.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	return Run(ctx, Env{os.Args[1:], os.Stdout, os.Stderr})
}

// Run runs a command line until it is done or ctx ends.
func Run(ctx context.Context, env Env) int {
	var g grammar
	exit := -1
	parser, err := kong.New(&g, kong.Name("dashwright"), kong.Description("Any video is MPEG-DASH, the moment that it is asked for."),
		kong.Writers(env.Stdout, env.Stderr), kong.Exit(func(code int) { exit = code }), kong.UsageOnError(), kong.Vars{"data": dataDir()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(env.Stderr, "dashwright:", err)
		return 1
	}
	k, err := parser.Parse(env.Args)
	if exit >= 0 { // help was asked for, and printed
		return exit
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "dashwright: %v\nTry \"dashwright --help\".\n", err)
		return 2
	}
	usual, quiet := slog.LevelInfo, slog.LevelError
	if g.Verbose {
		usual, quiet = slog.LevelDebug, slog.LevelDebug
	}
	err = k.Run(&scope{ctx, env, logger(env.Stderr, usual), logger(env.Stderr, quiet)})
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return 0
	default:
		fmt.Fprintln(env.Stderr, "dashwright:", err)
		if errs.KindOf(err) == errs.Internal {
			fmt.Fprintln(env.Stderr, "This looks like a fault of dashwright's: please report it with the command and the file.")
		}
		return 1
	}
}

func logger(w io.Writer, level slog.Level) *slog.Logger {
	f, isFile := w.(*os.File)
	plain := !isFile || !term.IsTerminal(int(f.Fd()))
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: plain}))
}

// findFFmpeg says what is wrong with the flags --ffmpeg and --aac.
func findFFmpeg(flag string, aac bool) error {
	switch flag {
	case "none":
		if aac {
			return errs.Errorf(errs.Invalid, "--aac converts by FFmpeg, which --ffmpeg none switches off; leave one of them out")
		}
		return nil
	case "":
		if _, err := exec.LookPath("ffmpeg"); err != nil && aac {
			return errs.Errorf(errs.Invalid, "--aac converts by FFmpeg, and there is none on the PATH; install it, or say where it is with --ffmpeg")
		}
		return nil
	}
	if _, err := exec.LookPath(flag); err != nil {
		return errs.Errorf(errs.Invalid, "--ffmpeg %s: there is no such program; name ffmpeg, or none to use none", flag)
	}
	return nil
}

// dataDir is where indexes are kept unless --data says otherwise.
func dataDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "dashwright")
	}
	return filepath.Join(dir, "dashwright")
}
