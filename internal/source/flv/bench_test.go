package flv

import (
	"context"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// counting is a demux.Sink that only counts.
type counting struct{ n int }

func (c *counting) Samples(_ int, s []media.Sample) error { c.n += len(s); return nil }
func (c *counting) Cues(int, []media.Cue) error           { return nil }
func (c *counting) Restart()                              { c.n = 0 }

// BenchmarkScan describes a recording of 10 minutes and 350 MB, with B-frames.
func BenchmarkScan(b *testing.B) {
	src := mediatest.FFmpeg(b, "bench.mp4", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=20,noise=alls=12:allf=t", "-f", "lavfi", "-i", "sine=r=44100:d=20",
		"-c:v", "libx264", "-preset", "veryfast", "-b:v", "4500k", "-bf", "2", "-g", "48", "-c:a", "aac", "-b:a", "128k")
	f := open(b, mediatest.FFmpeg(b, "bench.flv", "-stream_loop", "29", "-i", src, "-c", "copy"))
	b.SetBytes(f.Size)
	b.ReportAllocs()
	for b.Loop() {
		c := &counting{}
		if _, err := Scan(context.Background(), f, c); err != nil || c.n < 30_000 {
			b.Fatal(c.n, err)
		}
	}
}
