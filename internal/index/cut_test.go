package index_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

func TestChoose(t *testing.T) {
	at := func(dts ...media.Ticks) []index.Point {
		var p []index.Point
		for i, d := range dts {
			p = append(p, index.Point{Sample: uint32(i * 10), DTS: d, Own: i == 0})
		}
		return p
	}
	owned := at(0, 10, 20, 30, 95)
	owned[2].Own, owned[4].Own = true, true
	for _, c := range []struct {
		name      string
		points    []index.Point
		end, want media.Ticks
		own       bool
		starts    []int
	}{
		{"exact", at(0, 20, 40, 60, 80), 100, 40, false, []int{0, 2, 4}},
		{"the nearest, before", at(0, 38, 50, 90), 130, 40, false, []int{0, 1, 3}},
		{"the nearest, after", at(0, 29, 50, 90), 130, 40, false, []int{0, 2, 3}},
		{"equally near: the earlier", at(0, 30, 50, 90), 130, 40, false, []int{0, 1, 2, 3}},
		{"far beyond", at(0, 500, 505, 1000), 1040, 40, false, []int{0, 1, 2, 3}},
		{"the distance counts from the chosen one", at(0, 50, 80, 90, 130), 170, 40, false, []int{0, 1, 3, 4}},
		{"the end is nearer than the last point", at(0, 25), 45, 40, false, []int{0}},
		{"the end is as near as the last point", at(0, 30), 50, 40, false, []int{0, 1}},
		{"the last point is nearer than the end", at(0, 35), 60, 40, false, []int{0, 1}},
		{"the last point is late", at(0, 70), 90, 40, false, []int{0, 1}},
		{"less than half is left", at(0, 40, 80), 99, 40, false, []int{0, 1}},
		{"half is left", at(0, 40, 80), 100, 40, false, []int{0, 1, 2}},
		{"next to nothing is left, behind what is long", at(0, 70), 71, 40, false, []int{0}},
		{"one point", at(7), 1000, 40, false, []int{0}},
		{"its own boundaries", owned, 100, 15, true, []int{0, 2, 4}},
		{"less is left by its own", owned, 96, 15, true, []int{0, 2, 4}},
		{"others than its own", owned, 105, 15, false, []int{0, 1, 2, 3, 4}},
		{"shorter than any distance", at(0, 20, 40), 60, 1, false, []int{0, 1, 2}},
		{"longer than all", at(0, 20, 40), 60, 1000, false, []int{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := index.Choose(c.points, c.end, c.want, c.own); !slices.Equal(got, c.starts) {
				t.Fatalf("got %v, want %v", got, c.starts)
			}
		})
	}
}

// tiles checks that cut has every Sample of list in exactly one segment, and says of each segment what is true of its Samples.
func tiles(t *testing.T, list []media.Sample, cut index.Cut) {
	t.Helper()
	at := 0
	for i, s := range cut {
		if s.First != at {
			t.Fatalf("segment %d begins with sample %d, want %d", i, s.First, at)
		}
		var bytes uint64
		var aux uint32
		in := list[at : at+s.Count]
		for _, x := range in {
			bytes += uint64(x.Size)
			aux += uint32(x.AuxSize)
		}
		if s.Bytes != bytes || s.Aux != aux {
			t.Fatalf("segment %d has %d bytes and %d of auxiliary information, want %d and %d", i, s.Bytes, s.Aux, bytes, aux)
		}
		at += s.Count
		if s.Count == 0 {
			if s.Duration() != 0 {
				t.Fatalf("segment %d is empty and lasts %d", i, s.Duration())
			}
			continue
		}
		last := in[len(in)-1]
		if s.DTS != in[0].DTS || s.End != last.DTS+last.Duration {
			t.Fatalf("segment %d is from %d to %d, want %d to %d", i, s.DTS, s.End, in[0].DTS, last.DTS+last.Duration)
		}
	}
	if at != len(list) {
		t.Fatalf("the segments have %d samples of %d", at, len(list))
	}
}

func TestCutAt(t *testing.T) {
	each(t, 4, func(t *testing.T, r *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		list := expect(in)
		points := tr.Points()
		for _, want := range []media.Ticks{1, 1001, 24000, 96000, 1 << 40} {
			for _, own := range []bool{false, true} {
				var starts []index.Point
				for _, i := range index.Choose(points, tr.End, want, own) {
					starts = append(starts, points[i])
				}
				cut := tr.CutAt(starts)
				tiles(t, list, cut)
				for i, s := range cut {
					ept, leading := list[s.First].PTS(), false
					for _, x := range list[s.First : s.First+s.Count] {
						if x.Sync && x != list[s.First] && x.DTS > list[s.First].DTS {
							break // EPT is until the next point
						}
						if x.PTS() < ept {
							ept, leading = x.PTS(), true
						}
					}
					if s.EPT != ept || s.Leading != leading {
						t.Fatalf("segment %d: earliest at %d (leading %v), want %d (%v)", i, s.EPT, s.Leading, ept, leading)
					}
					if i > 0 && !list[s.First].Sync {
						t.Fatalf("segment %d does not begin with a random access point", i)
					}
				}
			}
		}
	})
}

func TestCutAtTimes(t *testing.T) {
	each(t, 4, func(t *testing.T, r *rand.Rand, st style, in []media.Sample, tr *index.Track) {
		if st.reorder || st.overlaps {
			return // samples are not presented in decode order
		}
		list := expect(in)
		for _, n := range []int{1, 2, 7, 50} {
			times := make([]media.Ticks, n)
			span := max(1, int64(tr.EndPTS-tr.FirstPTS))
			for i := range times {
				times[i] = tr.FirstPTS - 100 + media.Ticks(r.Int64N(span+400))
				if i%3 == 1 { // exactly on a sample
					times[i] = list[r.IntN(len(list))].PTS()
				}
			}
			slices.Sort(times)
			cut := tr.CutAtTimes(times)
			if len(cut) != n {
				t.Fatalf("%d segments for %d times", len(cut), n)
			}
			tiles(t, list, cut)
			for i, s := range cut {
				for k := s.First; k < s.First+s.Count; k++ {
					pts := list[k].PTS()
					if i > 0 && pts < times[i] || i+1 < n && pts >= times[i+1] {
						t.Fatalf("sample %d, presented at %d, is in segment %d of %v", k, pts, i, times)
					}
				}
				if s.Count > 0 && s.EPT != list[s.First].PTS() {
					t.Fatalf("segment %d: earliest at %d, want %d", i, s.EPT, list[s.First].PTS())
				}
			}
		}
	})
}
