package images

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkSheet puts 100 thumbnails together that are kept.
func BenchmarkSheet(b *testing.B) {
	l := newLab(b, answer, 0)
	l.picture(b, picture(b, 320, 180, 99, 80))
	a := film(b, "v", 300)
	s := sheet(a)
	s.Columns, s.Rows, s.Width, s.Height = 10, 10, 160, 90
	for i := range 100 {
		s.Times = append(s.Times, time.Duration(i)*2*time.Second)
	}
	if _, err := l.Sheet(context.Background(), s); err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		s.Most = 1<<20 + n
		s.Times[0] = time.Duration(n) // another sheet
		if _, err := l.Sheet(context.Background(), s); err != nil {
			b.Fatal(fmt.Errorf("%d: %w", n, err))
		}
	}
}
