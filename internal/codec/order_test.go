package codec_test

import (
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// TestOrder compares the order that slice headers say with the presentation times that ffprobe reads from the MP4 that the encoder's own
// times went into.
func TestOrder(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		args []string
	}{
		{"pyramid", x264("160x90", "25", "120", "bframes=5:b-pyramid=normal:b-adapt=0:keyint=40:scenecut=0:weightb=1:weightp=2")},
		{"strict pyramid, open gop", x264("160x90", "25", "120", "bframes=7:b-pyramid=strict:b-adapt=0:keyint=32:scenecut=0:open-gop=1")},
		{"weights of fades", append(x264("160x90", "25", "120", "bframes=3:b-adapt=2:weightb=1:weightp=2:ref=5:keyint=250"), "-vf", "fade=in:0:40,fade=out:60:40")},
		{"interlaced", x264("160x96", "25", "120", "interlaced=1:bframes=3:b-pyramid=normal:b-adapt=0:keyint=30")},
		{"bottom field first", x264("160x96", "25", "60", "bff=1:interlaced=1:bframes=3:keyint=250")},
		{"no reordering, count type 2", x264("160x90", "25", "60", "bframes=0:keyint=25")},
		{"long, low bits wrap", x264("64x64", "25", "700", "bframes=3:b-adapt=0:keyint=infinite:ref=1:subme=0")},
		{"slices", x264("160x96", "25", "60", "slices=4:bframes=3:b-adapt=0:keyint=30")},
		{"4:4:4", x264("160x96", "25", "60", "bframes=3:b-adapt=0:weightp=2", "-pix_fmt", "yuv444p")},
		{"gray", x264("160x96", "25", "60", "bframes=3:b-adapt=0:weightp=2", "-pix_fmt", "gray")},
		{"intra refresh", x264("160x96", "25", "120", "intra-refresh=1:bframes=3:keyint=40")},
		{"hevc closed gop", x265("160x90", "25", "120", "bframes=4:b-pyramid=1:keyint=30:b-adapt=0:open-gop=0:no-scenecut=1")},
		{"hevc open gop", x265("160x90", "25", "120", "bframes=4:b-pyramid=1:keyint=30:b-adapt=0:open-gop=1:no-scenecut=1")},
		{"hevc radl", x265("160x90", "25", "120", "bframes=4:keyint=30:b-adapt=0:open-gop=0:radl=2:no-scenecut=1")},
		{"hevc layers", x265("160x90", "25", "120", "bframes=3:b-adapt=0:b-pyramid=1:temporal-layers=3:keyint=60")},
		{"hevc long", x265("64x64", "25", "600", "bframes=3:b-adapt=0:keyint=-1")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, path, file := mp4Track(t, "clip.mp4", c.args...)
			_, packets := probe(t, path)
			if len(packets) < 60 {
				t.Fatalf("only %d packets", len(packets))
			}
			if n, want := codec.ReorderFrames(tr), probeStream(t, path).Reorder; n != want {
				t.Errorf("%d pictures reordered, ffprobe has %d", n, want)
			}
			order := codec.NewOrder(tr)
			got, reordered := make([]int64, len(packets)), false
			for i, p := range packets {
				sample := sampleBytes(t, file, p)
				n, err := order.Push(func(yield func([]byte) bool) { codec.LengthPrefixed(sample, codec.LengthSize(tr), yield) })
				if err != nil {
					t.Fatalf("packet %d: %v", i, err)
				}
				got[i] = n
				reordered = reordered || i > 0 && p.PTS < packets[i-1].PTS
			}
			byOrder, byTime := indexes(len(packets)), indexes(len(packets))
			slices.SortStableFunc(byOrder, func(a, b int) int { return int(min(1, max(-1, got[a]-got[b]))) })
			slices.SortStableFunc(byTime, func(a, b int) int { return int(packets[a].PTS - packets[b].PTS) })
			if !slices.Equal(byOrder, byTime) {
				t.Errorf("order of output is\n%v, want\n%v", byOrder, byTime)
			}
			distinct := slices.Clone(got)
			slices.Sort(distinct)
			if len(slices.Compact(distinct)) != len(got) {
				t.Error("two pictures have the same number")
			}
			if !reordered && c.name != "no reordering, count type 2" {
				t.Error("the file has no B pictures: it tests nothing")
			}
		})
	}
}

func indexes(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// BenchmarkOrder and BenchmarkRandomAccess read the headers of 250 pictures.
func BenchmarkOrder(b *testing.B) {
	tr, samples := benchmarkSamples(b)
	order := codec.NewOrder(tr)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range samples {
			if _, err := order.Push(func(yield func([]byte) bool) { codec.LengthPrefixed(s, 4, yield) }); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRandomAccess(b *testing.B) {
	tr, samples := benchmarkSamples(b)
	b.ReportAllocs()
	for b.Loop() {
		syncs := 0
		for _, s := range samples {
			if sync, _ := codec.RandomAccess(tr, s, uint32(len(s))); sync {
				syncs++
			}
		}
		if syncs == 0 {
			b.Fatal("nothing")
		}
	}
}

func benchmarkSamples(b *testing.B) (tr *media.Track, samples [][]byte) {
	tr, path, file := mp4Track(b, "bench.mp4", x264("160x90", "25", "250", "bframes=3:keyint=25", "-pix_fmt", "yuv420p")...)
	_, packets := probe(b, path)
	for _, p := range packets {
		samples = append(samples, sampleBytes(b, file, p))
	}
	return tr, samples
}
