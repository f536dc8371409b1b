// Package apptest runs the whole program for the tests of other packages: what users and players see is asked for by URL.
package apptest

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
)

// Start runs the program until the test has ended, on a free port. What cfg leaves empty is a data folder of the test's own, a log that nobody reads, and a second of grace. stop ends the program earlier.
func Start(t testing.TB, cfg app.Config) (base string, stop func() error) {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	if cfg.Data == "" {
		cfg.Data = filepath.Join(t.TempDir(), "data")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Grace == 0 {
		cfg.Grace = time.Second
	}
	a, err := app.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	var once sync.Once
	stop = func() (err error) {
		once.Do(func() {
			cancel()
			err = <-done
			if e := a.Close(); e != nil {
				t.Errorf("close: %v", e)
			}
		})
		return err
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return a.URL(), stop
}
