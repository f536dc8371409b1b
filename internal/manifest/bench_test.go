package manifest_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// cpu returns the processor time that the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkRender(b *testing.B) {
	a := bbb(b)
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 9, 6, 11, 13, 27, 0, time.UTC)
	for _, q := range []string{"timeline=0", "timeline=1", "timeline=number"} {
		o, err := option.NewRegistry(option.Common()...).Parse(q)
		if err != nil {
			b.Fatal(err)
		}
		p, err := presentation.Timeless(a, presentation.Live, o, presentation.StartOf(presentation.Live, o, now), presentation.Others{})
		if err != nil {
			b.Fatal(err)
		}
		for _, l := range templates.Describe() {
			look := l.Name
			if l.Offers(presentation.Live) != nil {
				continue
			}
			b.Run(look+"/"+q, func(b *testing.B) {
				b.ReportAllocs()
				began := cpu(b)
				for i := range b.N {
					if _, err := templates.Render(p.At(now.Add(time.Duration(i)*time.Millisecond)), look); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cpu(b)-began)/float64(b.N), "cpu-ns/op") // the machine may have other things to do
			})
		}
	}
}
