package timeline

import (
	"math/rand/v2"
	"testing"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// Runs says what Start and Duration say, for loops of all kinds and at any distance from the start.
func TestRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	scales := []media.Timescale{1, 240, 1000, 24000, 30000, 44100, 48000, 90000, 10_000_000, 1<<32 - 1}
	for range 2000 {
		l := &Loop{Scale: scales[r.IntN(len(scales))], Starts: []media.Ticks{0}}
		even := media.Ticks(1 + r.Int64N(5*int64(l.Scale)+1))
		for range r.IntN(40) {
			step := even
			if r.IntN(4) == 0 {
				step = media.Ticks(1 + r.Int64N(5*int64(l.Scale)+1))
			}
			l.Starts = append(l.Starts, l.Starts[len(l.Starts)-1]+step)
		}
		l.Length = l.Starts[len(l.Starts)-1] + even
		scale := scales[r.IntN(len(scales))]
		if r.IntN(3) == 0 {
			scale = l.Scale
		}
		var list List
		switch r.IntN(3) {
		case 0:
			list = Audio(l, Frames{Scale: scale, Duration: media.Ticks(1 + r.IntN(2048)), Count: 1000})
		case 1:
			list = Looped(l, scale, make(index.Cut, len(l.Starts)), 0)
		default:
			list = Text(l, scale, 0)
		}
		first := r.IntN(1 << (1 + r.IntN(28)))
		end := first + r.IntN(100)
		i := first
		list.Runs(first, end, func(start, duration media.Ticks, count int) {
			for k := range count {
				if i >= end || list.Start(i) != start+media.Ticks(k)*duration || list.Duration(i) != duration {
					t.Fatalf("segment %d from %d to %d: %d × %d from %d on (%d), want %d, %d\n%+v scale %d", i, first, end, count, duration, start, k, list.Start(i), list.Duration(i), l, scale)
				}
				i++
			}
			if i < end && list.Duration(i) == duration {
				t.Fatalf("the run before %d ends early", i)
			}
		})
		if i != end {
			t.Fatalf("runs end at %d, not %d", i, end)
		}
	}
	once := Timed([]media.Ticks{0, 4, 8, 13, 17}, 0)
	var got []media.Ticks
	once.Runs(0, once.Len(), func(start, duration media.Ticks, count int) {
		got = append(got, start, duration, media.Ticks(count))
	})
	want := []media.Ticks{0, 4, 2, 8, 5, 1, 13, 4, 1}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func BenchmarkRuns(b *testing.B) {
	l := &Loop{Scale: 240, Starts: []media.Ticks{0, 960, 1920, 2880, 3840, 4800, 5760, 6720, 7680, 8640}, Length: 9600}
	list := Audio(l, Frames{Scale: 44100, Duration: 1024, Count: 1722})
	for b.Loop() {
		list.Runs(5_000_000, 5_000_450, func(media.Ticks, media.Ticks, int) {})
	}
}
