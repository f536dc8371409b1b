package index_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// A Track does not depend on how many Samples come at a time: one after the other none is packed in a run, all at once nearly all are.
func TestRunsChangeNothing(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		samples := ragged(r, 1+r.IntN(1000))
		desc := media.Track{ID: 1, Kind: media.Video, Timescale: 1000}
		var single, whole, parts index.Builder
		want := built(t, &single, slices.Collect(slices.Chunk(slices.Clone(samples), 1)), desc)
		if got := built(t, &whole, [][]media.Sample{slices.Clone(samples)}, desc); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: all at once give another track than one by one", seed)
		}
		if got := built(t, &parts, slices.Collect(slices.Chunk(slices.Clone(samples), 1+r.IntN(200))), desc); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: parts give another track than one by one", seed)
		}
	}
}

func built(t *testing.T, b *index.Builder, batches [][]media.Sample, desc media.Track) *index.Track {
	t.Helper()
	for _, batch := range batches {
		if err := b.Samples(batch); err != nil {
			t.Fatal(err)
		}
	}
	track, err := b.Finish(desc)
	if err != nil {
		t.Fatal(err)
	}
	return track
}

// ragged makes Samples that are mostly alike, with some in between that are special in one way, the limits of what a run takes among them.
func ragged(r *rand.Rand, n int) []media.Sample {
	list := make([]media.Sample, n)
	offset, dts := int64(1<<40), media.Ticks(-500)
	syncs := 1 + r.IntN(60)
	rare := 2 + r.IntN(200)
	for i := range list {
		s := &list[i]
		*s = media.Sample{Offset: offset, Size: uint32(r.IntN(1 << 18)), DTS: dts, Duration: 40, CTO: int32(r.IntN(4)) * 40, Sync: i%syncs == 0}
		if r.IntN(rare) == 0 {
			special(r, s)
		}
		s.Span = s.Size
		if r.IntN(rare) == 0 {
			s.Span += uint32(r.IntN(9))
		}
		offset = s.Offset + int64(s.Span) + int64(r.IntN(3)*r.IntN(1<<16))
		dts = s.DTS + s.Duration
	}
	return list
}

func special(r *rand.Rand, s *media.Sample) {
	edge := func(of int64) int64 { return of - 1 + r.Int64N(3) }
	switch r.IntN(10) {
	case 0:
		s.Size = uint32(edge(1 << 21))
	case 1:
		s.Offset += edge(1 << 27)
	case 2:
		s.Offset -= 1 << r.IntN(39)
	case 3:
		s.CTO = int32(edge(1 << 27))
	case 4:
		s.CTO = -1 - int32(r.IntN(math.MaxInt32-1))
	case 5:
		s.Duration = media.Ticks(r.IntN(1 << 20))
	case 6:
		s.Duration = 0 // the next one does not grow
	case 7:
		s.Boundary = true
	case 8:
		s.AuxOffset, s.AuxSize = r.Int64N(1<<40), uint16(r.IntN(1<<16))
	case 9:
		s.Group = uint16(r.IntN(3))
	}
}

// An hour of interleaved film: 25 pictures and 47 audio frames a second.
func BenchmarkBuilderHour(b *testing.B) {
	video, audio := make([]media.Sample, 512), make([]media.Sample, 512)
	for b.Loop() {
		var v, a index.Builder
		feed(b, &v, video, 90_000, 25_000, 700, 50)
		feed(b, &a, audio, 168_750, 340, 14_000, 1)
	}
}

func feed(b *testing.B, to *index.Builder, batch []media.Sample, n int, size uint32, gap int64, syncs int) {
	offset := int64(0)
	for first := 0; first < n; first += len(batch) {
		for i := range batch {
			k := first + i
			batch[i] = media.Sample{Offset: offset, Size: size + uint32(k&63), Span: size + uint32(k&63), DTS: media.Ticks(k) * 40, CTO: int32(k%3) * 40, Sync: k%syncs == 0}
			offset += int64(batch[i].Span) + gap
		}
		if err := to.Samples(batch); err != nil {
			b.Fatal(err)
		}
	}
	if t, err := to.Finish(media.Track{Kind: media.Video, Timescale: 1000}); err != nil || t.Count < n {
		b.Fatal(t, err)
	}
}
