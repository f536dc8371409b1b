package index_test

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// open returns the index of a real file, as the program makes it.
func open(t *testing.T, path string) *index.File {
	t.Helper()
	lib, a, err := app.OpenOne(context.Background(), library.Config{Paths: []string{path}, FFmpeg: "none", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	f := &index.File{Format: "any"}
	for _, set := range a.Sets {
		for _, tr := range set.Tracks {
			f.Tracks = append(f.Tracks, tr.Track)
		}
	}
	return f
}

// An index takes at most 12 bytes a sample, on disk and in memory, all that belongs to it included.
func TestIndexIsSmall(t *testing.T) {
	const limit = 12
	measured := 0
	for _, k := range mediatest.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			f := open(t, k.Make(t))
			if f.Samples() < 700 {
				return // cues, or so short that the description alone is more
			}
			measured++
			b, err := index.Encode(f, "/a/path/of/usual/length/film.mp4|123456789|1700000000000000000|1")
			if err != nil {
				t.Fatal(err)
			}
			if per := float64(len(b)) / float64(f.Samples()); per > limit {
				t.Errorf("%.1f bytes a sample on disk", per)
			}
			const copies = 50
			kept := make([]*index.File, copies)
			before := heap()
			for i := range kept {
				if kept[i], err = index.Decode(slices.Clone(b), "/a/path/of/usual/length/film.mp4|123456789|1700000000000000000|1"); err != nil {
					t.Fatal(err)
				}
			}
			per := float64(heap()-before) / copies / float64(f.Samples())
			runtime.KeepAlive(kept)
			if per > limit {
				t.Errorf("%.1f bytes a sample in memory", per)
			}
			size := 0
			for _, tr := range f.Tracks {
				size += tr.Size()
			}
			t.Logf("%d samples: %.1f bytes each on disk, %.1f in memory, %.1f of them by Size", f.Samples(), float64(len(b))/float64(f.Samples()), per, float64(size)/float64(f.Samples()))
		})
	}
	if measured < 18 {
		t.Errorf("only %d files measured", measured)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestRealFilesAreCutWhole(t *testing.T) {
	for _, k := range mediatest.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			for _, tr := range open(t, k.Make(t)).Tracks {
				list := samplesOf(tr, 0)
				for _, want := range []time.Duration{time.Second / 5, 2 * time.Second, 4 * time.Second, time.Minute} {
					ticks := media.TicksOf(want, tr.Timescale)
					if tr.Kind == media.Video {
						points := tr.Points()
						var starts []index.Point
						for _, i := range index.Choose(points, tr.End, ticks, false) {
							starts = append(starts, points[i])
						}
						tiles(t, list, tr.CutAt(starts))
						continue
					}
					var times []media.Ticks
					for at := media.Ticks(0); at < tr.EndPTS+2*ticks; at += ticks {
						times = append(times, at)
					}
					tiles(t, list, tr.CutAtTimes(times))
				}
			}
		})
	}
}
