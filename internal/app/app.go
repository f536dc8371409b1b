package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/server"
	"github.com/dashwright/dashwright/internal/steering"
)

// Config is what the program is started with.
type Config struct {
	Paths       []string // files and folders; none: Builtin is served
	Builtin     fs.FS
	Listen      string // host:port; port 0 takes a free one
	Data        string // folder for indexes and imports
	AllowOrigin string
	Keys        string // file with content keys; "": keys.yaml in the folder Data, if there is one
	Templates   string // folder of manifest templates of the user's; "" for none
	FFmpeg      string // path, "" to look on the PATH, "none"
	AAC         bool   // MP3, AC-3 and E-AC-3 become AAC
	Version     string
	Log         *slog.Logger
	Grace       time.Duration // for requests still running at the end; 0: 10 s
}

// App is the program: New, Run, Close.
type App struct {
	cfg      Config
	library  *library.Library
	server   *server.Server
	listener net.Listener
}

// New puts the parts together and takes the port. Nothing is served before Run.
func New(cfg Config) (*App, error) {
	if cfg.Grace == 0 {
		cfg.Grace = 10 * time.Second
	}
	from := manifest.Config{Now: clock}
	if cfg.Templates != "" {
		from.User = os.DirFS(cfg.Templates)
	}
	templates, err := manifest.Load(from)
	if err != nil {
		return nil, err
	}
	options := option.NewRegistry(option.Common()...)
	lib, err := open(library.Config{
		Paths: cfg.Paths, Builtin: cfg.Builtin, Data: cfg.Data, Log: cfg.Log, FFmpeg: cfg.FFmpeg, AAC: cfg.AAC, Now: clock, Option: options.Check,
	})
	if err != nil {
		return nil, err
	}
	desk := steering.NewDesk()
	content, err := keysOf(cfg)
	if err != nil {
		return nil, errors.Join(err, lib.Close())
	}
	srv, err := server.New(server.Config{
		API: api.New(api.Config{Streams: lib, Posters: lib.Images(), Options: options, Looks: looks(templates), Desk: desk, Now: clock, Version: cfg.Version, AllowOrigin: cfg.AllowOrigin}),
		Delivery: delivery.Config{
			Source: source{lib}, Images: thumbnails{lib}, Options: options, Templates: templates, AllowOrigin: cfg.AllowOrigin, Log: cfg.Log, Now: clock, After: time.After, Desk: desk, Keys: content,
		},
		Version: cfg.Version, Log: cfg.Log,
	})
	if err != nil {
		return nil, errors.Join(err, lib.Close())
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, errors.Join(errs.Errorf(errs.Unavailable, "listen on %s: %w; --listen takes another address", cfg.Listen, err), lib.Close())
	}
	return &App{cfg: cfg, library: lib, server: srv, listener: l}, nil
}

// URL returns where the program answers.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Run serves until ctx ends, then ends gracefully.
func (a *App) Run(ctx context.Context) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	var wait sync.WaitGroup
	var libErr error
	wait.Go(func() { libErr = a.library.Run(work) })
	err := a.server.Serve(ctx, a.listener, a.cfg.Grace)
	stop()
	wait.Wait()
	if errors.Is(libErr, context.Canceled) {
		libErr = nil
	}
	return errors.Join(err, libErr)
}

// Close gives back what New took.
func (a *App) Close() error {
	err := a.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, a.library.Close())
}

// clock is the one place where the time of day comes in.
func clock() time.Time { return time.Now() }
