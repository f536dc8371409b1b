package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/compat"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/web"
)

// headerBytes bounds a request's head. Queries are part of what answers are remembered by: a megabyte each, net/http's own bound, would fill the memory.
const headerBytes = 32 << 10

// Config is what a Server needs.
type Config struct {
	API      *api.API
	Delivery delivery.Config // its Fail is filled in here
	Version  string
	Log      *slog.Logger
}

// Server answers all requests.
type Server struct {
	http *http.Server
	log  *slog.Logger
}

// New returns a Server with its routes.
func New(cfg Config) (*Server, error) {
	p, err := newPages(cfg.API, cfg.Version)
	if err != nil {
		return nil, err
	}
	f := &failer{log: cfg.Log, pages: p}
	p.fail, p.addresses = f.fail, compat.NewAddresses(cfg.Delivery.Options, cfg.Delivery.Source.Streams)
	cfg.Delivery.Fail = f.fail
	mux := http.NewServeMux()
	players := delivery.New(cfg.Delivery)
	mux.Handle("/dash/", players)
	mux.Handle("/mps/", players.Programmes())
	mux.Handle("/patch/", players.Patches())
	mux.Handle("/time/", players.Clock())
	mux.Handle("/clearkey", players.Licences())
	mux.Handle("/steering/", players.Steering())
	mux.Handle("/cdn/", players.Located(mux))
	livesim2 := compat.Livesim2(players, cfg.Delivery.Options)
	mux.Handle("/livesim2/", livesim2)
	mux.Handle("/patch/livesim2/", http.StripPrefix("/patch", livesim2))
	cfg.API.Register(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	files, hashed := web.Files()
	mux.Handle("GET /assets/", assets(files, hashed))
	mux.HandleFunc("GET /play", p.play)
	mux.HandleFunc("GET /play/{stream}", p.play)
	mux.HandleFunc("GET /play/{mode}/{stream}/{manifest}", playOfDashlive)
	mux.HandleFunc("GET /streams/{stream}", p.stream)
	mux.HandleFunc("GET /build", p.build)
	mux.HandleFunc("GET /build/{stream}", p.build)
	mux.HandleFunc("GET /reference/{page}", p.reference)
	mux.Handle("GET /reference", http.RedirectHandler("/reference/options", http.StatusFound))
	mux.HandleFunc("GET /{$}", p.streams)
	mux.HandleFunc("/", p.missing)
	srv := &http.Server{Handler: compressed(mux), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: headerBytes, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug)}
	srv.RegisterOnShutdown(cfg.API.End)
	return &Server{http: srv, log: cfg.Log}, nil
}

// Handler returns the routes, for tests.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Serve answers on l until ctx ends; then it takes no new requests, and gives those that are running until grace is over.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		err := s.http.Shutdown(end)
		if errors.Is(err, context.DeadlineExceeded) {
			s.log.Warn("requests still running were cut off", "after", grace)
			err = s.http.Close()
		}
		stopped <- err
	}()
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// assets serves the page's files: for ever where their names hold a hash.
func assets(files fs.FS, hashed bool) http.Handler {
	h := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hashed {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r)
	})
}
