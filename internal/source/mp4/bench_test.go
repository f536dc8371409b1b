package mp4

import (
	"context"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// counter is a sink that only counts.
type counter struct{ samples, cues int }

func (c *counter) Samples(_ int, s []media.Sample) error { c.samples += len(s); return nil }
func (c *counter) Cues(_ int, s []media.Cue) error       { c.cues += len(s); return nil }
func (c *counter) Restart()                              {}

// hour makes an hour of 25 pictures and 46.875 audio frames a second, of few bytes each.
func hour(t testing.TB, args ...string) string {
	clip := mediatest.FFmpeg(t, "small.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=20", "-f", "lavfi", "-i", "sine=r=48000:d=20",
		"-c:v", "libx264", "-crf", "45", "-bf", "2", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k")
	return mediatest.FFmpeg(t, "hour.mp4", append([]string{"-stream_loop", "179", "-i", clip, "-c", "copy", "-t", "3600"}, args...)...)
}

func BenchmarkScan(b *testing.B) {
	for _, v := range []struct {
		name string
		args []string
	}{
		{"progressive", nil},
		{"fragmented", []string{"-movflags", "+cmaf", "-frag_duration", "4000000"}},
	} {
		b.Run(v.name, func(b *testing.B) {
			f, err := os.Open(hour(b, v.args...))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var c counter
			for b.Loop() {
				c = counter{}
				if _, err := Scan(context.Background(), demux.File{ReaderAt: f, Size: info.Size()}, &c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.samples), "samples")
		})
	}
}
