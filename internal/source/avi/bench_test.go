package avi

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

// BenchmarkScan describes films of 10 minutes and 350 MB, with B-frames. Length prefixes let it step over the payload; Annex B has to be read whole.
func BenchmarkScan(b *testing.B) {
	film := []string{"-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=20,noise=alls=12:allf=t", "-f", "lavfi", "-i", "sine=r=44100:d=20",
		"-c:v", "libx264", "-preset", "veryfast", "-b:v", "4500k", "-bf", "2", "-g", "48", "-c:a", "libmp3lame", "-b:a", "128k"}
	for _, test := range []struct{ name, src string }{
		{"length prefixes", mediatest.FFmpeg(b, "bench.mp4", film...)},
		{"Annex B", mediatest.FFmpeg(b, "bench.avi", film...)},
	} {
		f := open(b, mediatest.FFmpeg(b, "long.avi", "-stream_loop", "29", "-i", test.src, "-c", "copy"))
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(f.Size)
			b.ReportAllocs()
			for b.Loop() {
				c := &counting{}
				if _, err := Scan(context.Background(), f, c); err != nil || c.n < 30_000 {
					b.Fatal(c.n, err)
				}
			}
		})
	}
}

// BenchmarkRead converts Annex B Samples into a buffer that is used again.
func BenchmarkRead(b *testing.B) {
	f := open(b, mediatest.FFmpeg(b, "read.avi", "-i", mediatest.Clip(b), "-c:v", "libx264", "-preset", "veryfast", "-b:v", "4500k", "-an"))
	c, err := scan(f)
	if err != nil {
		b.Fatal(err)
	}
	t, all := &c.result.Tracks[0], c.samples[0]
	size := 0
	for i := range all {
		size += int(all[i].Size)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		for i := range all {
			if buf, err = Read(f, t, &all[i], buf[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
