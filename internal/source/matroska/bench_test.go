package matroska

import (
	"context"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// discard is a Sink that only counts.
type discard struct{ n int }

func (d *discard) Samples(_ int, s []media.Sample) error { d.n += len(s); return nil }
func (d *discard) Cues(int, []media.Cue) error           { return nil }
func (d *discard) Restart()                              {}

// BenchmarkScan scans 10 minutes of film in about 380 MB: 43,000 Blocks.
func BenchmarkScan(b *testing.B) {
	source := mediatest.FFmpeg(b, "big.mp4", "-i", mediatest.Clip(b), "-t", "20", "-r", "24", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "5M", "-minrate", "5M", "-maxrate", "5M",
		"-bufsize", "1M", "-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-ar", "48000")
	loop := mediatest.FFmpeg(b, "big.mkv", "-stream_loop", "29", "-i", source, "-c", "copy")
	for name, path := range map[string]string{"ffmpeg": loop, "mkvmerge": merged(b, "big.mkv", loop)} {
		b.Run(name, func(b *testing.B) {
			f := openFile(b, path)
			b.ReportAllocs()
			b.SetBytes(f.Size)
			for b.Loop() {
				d := &discard{}
				if _, err := Scan(context.Background(), f, d); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(d.n), "samples")
			}
		})
	}
}
