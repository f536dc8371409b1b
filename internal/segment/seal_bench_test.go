package segment_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// stored is a file of a library as a Payload.
type stored struct {
	*library.Handle
	lib   *library.Library
	track *asset.Track
}

// ReadSample appends a sample as it is served.
func (s stored) ReadSample(dst []byte, smp *media.Sample) ([]byte, error) {
	return s.lib.ReadSample(s.Handle, s.track, smp, dst)
}

// BenchmarkSegment makes a segment of video, 4 s and 2.5 MB of it, in the clear and in all schemes, as far as the socket.
func BenchmarkSegment(b *testing.B) {
	path := mediatest.FFmpeg(b, "seal.mp4", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=8,noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50",
		"-b:v", "5M", "-minrate", "5M", "-maxrate", "5M", "-bufsize", "5M", "-nal-hrd", "cbr")
	lib, a, err := app.OpenOne(context.Background(), library.Config{Paths: []string{path}, Data: filepath.Join(b.TempDir(), "data"), FFmpeg: "none", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer lib.Close()
	for _, query := range []string{"", "enc=cenc", "enc=cbcs", "enc=cens", "enc=cbc1"} {
		b.Run("clear "[:6*(1-min(1, len(query)))]+query, func(b *testing.B) {
			o, err := option.NewRegistry(option.Common()...).Parse(query)
			if err != nil {
				b.Fatal(err)
			}
			p, err := presentation.Build(a, presentation.VOD, o, time.Time{}, presentation.Others{})
			if err != nil {
				b.Fatal(err)
			}
			r := &p.Periods[0].AdaptationSets[0].Representations[0]
			h, err := lib.OpenFile(r.Track.File, a)
			if err != nil {
				b.Fatal(err)
			}
			defer h.Close()
			from := stored{h, lib, r.Track}
			var plan segment.Plan
			b.ReportAllocs()
			for b.Loop() {
				if err := plan.Make(r, r.Segments.At(0), true, from); err != nil {
					b.Fatal(err)
				}
				if err := plan.Write(io.Discard, from, 0, plan.Size()); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(plan.Size())
		})
	}
}
