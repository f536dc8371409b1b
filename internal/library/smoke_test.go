package library

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

func TestSmoke(t *testing.T) {
	film, _ := mediatest.Film(t, "bbb_v6")
	l, err := Open(Config{Paths: []string{filepath.Dir(film)}, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, c := context.WithTimeout(context.Background(), 10*time.Second)
	defer c()
	b := time.Now()
	l.Settle(ctx)
	t.Log(time.Since(b))
	for _, s := range l.Streams() {
		t.Logf("%+v", s)
	}
	b = time.Now()
	l2, err := Open(Config{Paths: []string{mediatest.Clip(t)}, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer l2.Close()
	a, err := l2.Asset(ctx, "clip")
	t.Log(time.Since(b), a, err)
	l2.Settle(ctx)
	for _, s := range l2.Streams() {
		t.Logf("%+v", s)
	}
}
