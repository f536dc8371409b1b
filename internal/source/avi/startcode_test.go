package avi

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestStartCode compares with the plain search over bytes that are mostly 0 and 1, at every alignment.
func TestStartCode(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 20_000 {
		b := make([]byte, r.IntN(140))
		for i := range b {
			switch zero := r.IntN(100); {
			case zero < round%90:
				b[i] = 0
			case zero < 95:
				b[i] = byte(r.IntN(3))
			default:
				b[i] = byte(r.IntN(256))
			}
		}
		at := 0
		if len(b) > 0 {
			at = r.IntN(len(b))
		}
		want := bytes.Index(b[at:], []byte{0, 0, 1})
		if want < 0 {
			want = len(b)
		} else {
			want += at
		}
		if got := startCode(b, at); got != want {
			t.Fatalf("startCode(%x, %d) = %d, not %d", b, at, got, want)
		}
	}
}

func BenchmarkStartCode(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 256<<10)
	for i := range data {
		if data[i] = byte(r.IntN(256)); i > 1 && data[i] == 1 && data[i-1] == 0 && data[i-2] == 0 {
			data[i] = 2 // as coded video is, but for start codes
		}
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if startCode(data, 0) != len(data) {
			b.Fatal("found one")
		}
	}
}
