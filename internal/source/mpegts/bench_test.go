package mpegts

import (
	"context"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// count is a Sink that keeps nothing.
type count struct{ samples int }

func (c *count) Samples(_ int, s []media.Sample) error { c.samples += len(s); return nil }
func (c *count) Cues(int, []media.Cue) error           { return nil }
func (c *count) Restart()                              {}

// noisy makes a transport stream of 5 Mbit/s video and AAC that lasts some minutes.
func noisy(b *testing.B, minutes string) demux.File {
	src := mediatest.FFmpeg(b, "noisy.mp4", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=10,noise=alls=12:allf=t", "-f", "lavfi", "-i", "sine=r=48000:d=10",
		"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-b:v", "5M", "-maxrate", "5M", "-bufsize", "5M", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac")
	path := mediatest.FFmpeg(b, "noisy.ts", "-stream_loop", "-1", "-i", src, "-t", minutes+":00", "-c", "copy")
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return demux.File{ReaderAt: f, Size: st.Size()}
}

// BenchmarkScan10Minutes is the budget of a first manifest: 200 ms.
func BenchmarkScan10Minutes(b *testing.B) {
	f := noisy(b, "10")
	b.SetBytes(f.Size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Scan(context.Background(), f, &count{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead reads all video of 20 s, one access unit after the other.
func BenchmarkRead(b *testing.B) {
	f := noisy(b, "1")
	var c collector
	r, err := Scan(context.Background(), f, &c)
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	size := 0
	for _, s := range c.samples[0] {
		size += int(s.Size)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for i := range c.samples[0] {
			if dst, err = Read(f, &r.Tracks[0], &c.samples[0][i], dst[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
