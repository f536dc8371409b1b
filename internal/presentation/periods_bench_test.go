package presentation_test

import (
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
)

// BenchmarkAt is what a live manifest costs before it is written: what is announced at an instant.
func BenchmarkAt(b *testing.B) {
	s := streams(b)
	for _, c := range []struct {
		name, query string
		a           *asset.Asset
		ads         []*asset.Asset
	}{
		{"single", "timeline=1", s["f29"], nil},
		{"60 an hour", "timeline=1&periods=60", s["f29"], nil},
		{"60 an hour, numbers", "periods=60", s["f29"], nil},
		{"ads", "timeline=1&ads=f50,60,10", s["f29"], []*asset.Asset{s["f50"]}},
		{"programme", "timeline=1&depth=300", programmes(b, s)["mixed"], nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			x := newPromise(b, c.a, c.query, 1, c.ads...)
			at := x.start.Add(5000 * time.Hour)
			b.ReportAllocs()
			for i := range b.N {
				x.p.At(at.Add(time.Duration(i) * time.Millisecond))
			}
		})
	}
	b.Run("path of a Period", func(b *testing.B) {
		x := newPromise(b, programmes(b, s)["mixed"], "timeline=1", 1)
		q := x.p.At(x.start.Add(5000 * time.Hour))
		path := q.Periods[0].AdaptationSets[0].Representations[0].Path() + "/2.m4s"
		b.ReportAllocs()
		for range b.N {
			if _, ok := x.p.Enter(path); !ok {
				b.Fatal(path)
			}
		}
	})
}
