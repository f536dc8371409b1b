package avi

import (
	"context"
	"github.com/dashwright/dashwright/internal/source/demux"
	"os"
	"testing"
)

func BenchmarkX(b *testing.B) {
	p := os.Getenv("F")
	f, _ := os.Open(p)
	st, _ := f.Stat()
	b.ReportAllocs()
	for b.Loop() {
		k := &sk{}
		if _, err := Scan(context.Background(), demux.File{f, st.Size()}, k); err != nil {
			b.Fatal(err)
		}
	}
}
