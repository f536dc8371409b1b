package timeline_test

import (
	"testing"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Text with segments of its own has no hole and no overlap in any loop, whatever its timescale and the video's; each begins with a Sample or with the loop, is found by its time, and has all Samples that are shown in it.
func TestShownApart(t *testing.T) {
	for _, c := range []struct {
		video, text media.Timescale
		length      media.Ticks // of video
	}{{240, 200, 4800 * 7}, {25, 1000, 3333}, {90000, 1_000_000, 90090 * 600}, {30000, 1000, 1001 * 899 * 10}, {12288, 200, 12288*140 + 5}} {
		l := &timeline.Loop{Scale: c.video, Length: c.length, Starts: []media.Ticks{0, c.length / 3, c.length / 2}}
		end := c.length.In(c.video, c.text)
		// Seven Samples, the first from before the loop on; the last two begin when it is over. Cut into five.
		s := timeline.Samples{Scale: c.text, Sizes: func(_, n int) (uint64, uint32) { return uint64(n), 0 }}
		const shift = 70
		for _, at := range []media.Ticks{-50, end/7 + 1, end / 3, end/2 + 1, end - 3, end, end + 10, end + 20} {
			s.Times = append(s.Times, at-shift)
		}
		var cut index.Cut
		for _, first := range []int{0, 1, 3, 4, 5} {
			cut = append(cut, index.Segment{First: first, EPT: s.Times[first]})
		}
		list := timeline.ShownApart(l, s, cut, shift)
		if list.Cycle() != 4 {
			t.Fatalf("%v: %d segments in a loop, want 4", c, list.Cycle())
		}
		for _, from := range []int{0, 4 * 777_777} {
			next := list.Start(from)
			list.Runs(from, from+40, func(start, duration media.Ticks, count int) {
				for ; count > 0; count-- {
					k, ok := list.Find(start)
					if !ok || start != next {
						t.Fatalf("%v: a segment at %d, the former ended at %d; found: %v", c, start, next, ok)
					}
					x := list.At(k)
					r := x.Ranges[0]
					begins, ends := s.Times[r.First]+r.Shift, s.Times[r.First+r.Count]+r.Shift
					if x.Start != start || x.Duration != duration || k%4 > 0 && begins != start || begins > start || ends < start+duration || r.Count > 1 && s.Times[r.First+r.Count-1]+r.Shift >= start+duration {
						t.Errorf("%v: segment %d, %d to %d, has samples of %d to %d", c, k, start, start+duration, begins, ends)
					}
					if done := list.Complete(k).Seconds(); done < float64(start+duration)/float64(c.text)-1/float64(c.video)-1e-6 && k%4 < 3 {
						t.Errorf("%v: segment %d is complete at %f, and ends at %d", c, k, done, start+duration)
					}
					start += duration
					next = start
				}
			})
		}
	}
}
