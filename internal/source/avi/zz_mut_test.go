package avi

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"testing"
	"time"
)

func TestMut(t *testing.T) {
	m, _ := filepath.Glob("/tmp/dashwright-mediatest/*/seed.avi")
	fmt.Println(m)
	r := rand.New(rand.NewPCG(1, 2))
	n := 0
	start := time.Now()
	for time.Since(start) < 8*time.Second {
		b, _ := os.ReadFile(m[r.IntN(len(m))])
		for k := r.IntN(6); k >= 0; k-- {
			b[r.IntN(len(b))] = byte(r.IntN(256))
			if r.IntN(2) == 0 {
				b[r.IntN(9000)%len(b)] = byte(r.IntN(256))
			}
		}
		done := make(chan bool)
		go func() {
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				os.WriteFile("/tmp/avibench/hang.avi", b, 0644)
				pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
				os.Exit(3)
			}
		}()
		c := &checking{t: t, size: int64(len(b))}
		c.Restart()
		os.WriteFile("/tmp/avibench/last.avi", b, 0644)
		Scan(context.Background(), fileOf(b), c)
		close(done)
		n++
	}
	fmt.Println(n)
}
