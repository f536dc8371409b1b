package asset_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// seconds returns where a Track's segments start on the presentation time line, and where the last one ends.
func seconds(tc *asset.TrackCut) []float64 {
	l := timeline.Stored(tc.Segments, tc.Shift)
	var out []float64
	for i := range l.Len() + 1 {
		out = append(out, l.Start(i).Duration(tc.Timescale).Seconds())
	}
	return out
}

func TestCut(t *testing.T) {
	longer := with(sound(), func(s *stream) { s.count = 1150 }) // 23 s
	shorter := with(sound(), func(s *stream) { s.count = 305 }) // 6.1 s
	for _, c := range []struct {
		name         string
		in           []stream
		want         time.Duration
		video, audio []float64
	}{
		{"as usual", []stream{film(), sound()}, 0, []float64{0, 4, 8, 10}, []float64{0, 4, 8, 10}},
		{"2 s", []stream{film(), sound()}, 2 * time.Second, []float64{0, 2, 4, 6, 8, 10}, []float64{0, 2, 4, 6, 8, 10}},
		{"2.5 s: the nearest, the earlier of two", []stream{film(), sound()}, 2500 * time.Millisecond, []float64{0, 2, 4, 6, 8, 10}, []float64{0, 2, 4, 6, 8, 10}},
		{"longer than all", []stream{film(), sound()}, time.Minute, []float64{0, 10}, []float64{0, 10}},
		{"shorter than any distance", []stream{film()}, 200 * time.Millisecond, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, nil},
		{"audio goes on after the video", []stream{film(), longer}, 0, []float64{0, 4, 8, 10}, []float64{0, 4, 8, 10, 14, 18, 23}},
		{"audio ends before", []stream{film(), shorter}, 0, []float64{0, 4, 8, 10}, []float64{0, 4, 6.1}},
		{"audio alone", []stream{longer}, 0, nil, []float64{0, 4, 8, 12, 16, 20, 23}},
		{"audio alone, the rest is short", []stream{with(sound(), func(s *stream) { s.count = 450 })}, 0, nil, []float64{0, 4, 9}},
		{"audio later", []stream{film(), with(sound(), at(700))}, 0, []float64{0, 4, 8, 10}, []float64{0.7, 4, 8, 10.7}},
		{"audio so late that it has no first segment", []stream{film(), with(sound(), at(5010))}, 0, []float64{0, 4, 8, 10}, []float64{5.01, 8.01, 10.01, 15.01}},
		{"encoder delay", []stream{film(), with(sound(), func(s *stream) { s.start, s.priming = -20, 20 })}, 0, []float64{0, 4, 8, 10}, []float64{0, 4, 8, 9.98}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := build(t, c.in...)
			cuts := a.Cut(c.want)
			longest := time.Duration(0)
			for i, s := range c.in {
				tc := cuts.Of(string(rune('a' + i)))
				want := c.video
				if s.kind == media.Audio {
					want = c.audio
				}
				got := seconds(tc)
				if !slices.Equal(got, want) {
					t.Errorf("%v is cut at %v, want %v", s.kind, got, want)
				}
				for j := range tc.Segments {
					longest = max(longest, tc.Segments[j].Duration().Duration(1000))
				}
			}
			if cuts.Max < longest {
				t.Errorf("the longest segment has %v, announced is %v", longest, cuts.Max)
			}
			if cuts.Of("x") != nil {
				t.Error("there is no track x")
			}
			if a.Cut(c.want) != cuts {
				t.Error("the same cut is made twice")
			}
		})
	}
}

// An Asset remembers few cuts, whatever is asked for.
func TestCutsAreBounded(t *testing.T) {
	a := build(t, film())
	first := a.Cut(time.Second)
	for i := range 50 {
		a.Cut(time.Duration(i+2) * time.Second)
	}
	if again := a.Cut(time.Second); again == first {
		t.Error("50 other cuts, and the first is still there")
	} else if !slices.Equal(again.Of("a").Segments, first.Of("a").Segments) {
		t.Error("the same cut has other segments the second time")
	}
}

// Tracks of a Set start their segments at the same instants, whatever random access points each has besides.
func TestLadderIsCutAtCommonPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 200 {
		var ladder []asset.Input
		for i := range 2 + r.IntN(3) {
			ladder = append(ladder, rung(t, r, string(rune('a'+i))))
		}
		a, err := asset.New("ladder", "", "", ladder, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []time.Duration{0, 200 * time.Millisecond, 3 * time.Second, time.Minute} {
			cuts := a.Cut(want)
			for _, set := range a.Sets {
				ref := seconds(cuts.Of(set.Tracks[0].ID))
				for _, tr := range set.Tracks {
					tc := cuts.Of(tr.ID)
					if got := seconds(tc); !slices.Equal(got, ref) {
						t.Fatalf("round %d, %v: %s is cut at %v, %s at %v", round, want, tr.ID, got, set.Tracks[0].ID, ref)
					}
					at := 0
					for _, s := range tc.Segments {
						var smp media.Sample
						c := tr.Cursor(s.First)
						if s.First != at || s.Count < 1 || !c.Next(&smp) || !smp.Sync {
							t.Fatalf("round %d, %v: segment %+v of %s, want it at sample %d", round, want, s, tr.ID, at)
						}
						at += s.Count
					}
					if at != tr.Count {
						t.Fatalf("round %d: %d of %d samples are in segments", round, at, tr.Count)
					}
				}
			}
		}
	}
}

// rung is 20 s of 25 frames a second with random access points every 2 s and at random besides.
func rung(t *testing.T, r *rand.Rand, id string) asset.Input {
	t.Helper()
	var b index.Builder
	for i := range 500 {
		err := b.Samples([]media.Sample{{Offset: int64(i), Size: 1 + uint32(r.IntN(9)), Span: 1, DTS: media.Ticks(i) * 40, Duration: 40, CTO: 80, Sync: i%50 == 0 || r.IntN(60) == 0}})
		if err != nil {
			t.Fatal(err)
		}
	}
	tr, err := b.Finish(media.Track{Kind: media.Video, Codec: media.AVC, Timescale: 1000, FrameRate: media.Rational{Num: 25, Den: 1}, Width: 16, Height: 9})
	if err != nil {
		t.Fatal(err)
	}
	return asset.Input{Track: tr, ID: id, File: id}
}

// Where a duration needs no number of the last segment, it is taken: players ask for as many segments as there are.
func TestEvenCountsSegments(t *testing.T) {
	ms := func(list ...int) (d []time.Duration) {
		for _, n := range list {
			d = append(d, time.Duration(n)*time.Millisecond)
		}
		return d
	}
	for _, c := range []struct {
		starts      []time.Duration
		lasts, want time.Duration
	}{
		{ms(0, 3917, 8000, 12125, 16000), 20 * time.Second, 4 * time.Second},
		{ms(0, 2000, 4000, 6000), 7 * time.Second, 2 * time.Second},
		{ms(0, 4000, 8000), 13 * time.Second, 13 * time.Second / 3},
	} {
		d, late := asset.Even(c.starts, c.lasts)
		if late >= 0 || (d-c.want).Abs() > time.Millisecond || (c.lasts+d-1)/d != time.Duration(len(c.starts)) {
			t.Errorf("%v of %v: %v (late %d), want %v", c.starts, c.lasts, d, late, c.want)
		}
	}
}
