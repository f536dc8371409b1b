package index_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

func TestSamplesComeBackAsTheyWere(t *testing.T) {
	each(t, 5, func(t *testing.T, r *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		want := expect(in)
		if got := samplesOf(tr, 0); !slices.Equal(got, want) {
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Fatalf("sample %d of %d: got %+v, want %+v", i, len(want), append(got, media.Sample{})[i], want[i])
				}
			}
			t.Fatalf("%d samples, want %d", len(got), len(want))
		}
		for range 20 {
			n := r.IntN(len(want) + 1)
			if got := samplesOf(tr, n); !slices.Equal(got, want[n:]) {
				t.Fatalf("from sample %d on: %d others than the %d that were put in", n, len(got), len(want)-n)
			}
		}
		for _, n := range []int{-1, len(want), len(want) + 1000} {
			if got := samplesOf(tr, n); len(got) != 0 {
				t.Fatalf("a cursor before sample %d of %d gives %d samples", n, len(want), len(got))
			}
		}
	})
}

func TestTrackSumsUpItsSamples(t *testing.T) {
	each(t, 5, func(t *testing.T, _ *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		want := expect(in)
		last := want[len(want)-1]
		type sums struct {
			count, syncs                    int
			bytes                           uint64
			start, end, first, stop, steady media.Ticks
			cto, own                        bool
		}
		w := sums{count: len(want), start: want[0].DTS, end: last.DTS + last.Duration, first: math.MaxInt64, stop: math.MinInt64, steady: want[0].Duration}
		for i, s := range want {
			w.bytes += uint64(s.Size)
			w.first, w.stop = min(w.first, s.PTS()), max(w.stop, s.PTS()+s.Duration)
			if s.Duration != w.steady {
				w.steady = 0
			}
			if s.Sync {
				w.syncs++
			}
			w.cto = w.cto || s.CTO != want[0].CTO
			w.own = w.own || s.Boundary && i > 0
		}
		if want[0].Duration != last.Duration {
			w.steady = 0
		}
		got := sums{tr.Count, tr.Syncs, tr.Bytes, tr.Start, tr.End, tr.FirstPTS, tr.EndPTS, tr.Constant, tr.HasCTO, tr.HasOwn}
		if got != w {
			t.Fatalf("got %+v\nwant %+v", got, w)
		}
		if tr.Delay != media.Ticks(want[0].CTO) {
			t.Fatalf("Delay is %d, the first sample's CTO is %d", tr.Delay, want[0].CTO)
		}
	})
}

// pointsOf finds the random access points of a list by their definition.
func pointsOf(list []media.Sample) []index.Point {
	var points []index.Point
	var bytes uint64
	var aux uint32
	for i, s := range list {
		if i == 0 || s.Sync {
			points = append(points, index.Point{Sample: uint32(i), Own: i == 0 || s.Boundary, Aux: aux, DTS: s.DTS, PTS: s.PTS(), EPT: s.PTS(), Bytes: bytes})
		}
		if p := &points[len(points)-1]; s.PTS() < p.EPT {
			p.EPT, p.Leading = s.PTS(), true
		}
		bytes += uint64(s.Size)
		aux += uint32(s.AuxSize)
	}
	return points
}

func TestPoints(t *testing.T) {
	each(t, 5, func(t *testing.T, _ *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		if got, want := tr.Points(), pointsOf(expect(in)); !slices.Equal(got, want) {
			t.Fatalf("got %d points, want %d:\n%+v\n%+v", len(got), len(want), got, want)
		}
	})
}

func TestStepsCoverTheTrack(t *testing.T) {
	each(t, 3, func(t *testing.T, _ *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		want := expect(in)
		at, bytes := 0, uint64(0)
		steps := tr.Steps()
		for i, s := range steps {
			if s.Sample != at || s.Bytes != bytes || s.DTS != want[at].DTS {
				t.Fatalf("step %d is %+v, want it at sample %d, %d bytes, %d", i, s, at, bytes, want[at].DTS)
			}
			next := len(want)
			if i+1 < len(steps) {
				next = steps[i+1].Sample
			}
			for ; at < next; at++ {
				bytes += uint64(want[at].Size)
			}
			if s.End != bytes {
				t.Fatalf("step %d ends at %d bytes, want %d", i, s.End, bytes)
			}
		}
		if at != len(want) {
			t.Fatalf("steps end at sample %d of %d", at, len(want))
		}
	})
}

// What the bitstream denies is forgotten wholly: by the samples, by the count, and by the points that segments start at.
func TestVerifySync(t *testing.T) {
	each(t, 3, func(t *testing.T, r *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		want := expect(in)
		asked, denied := 0, 0
		cleared := tr.VerifySync(func(n int, s *media.Sample) bool {
			asked++
			if *s != want[n] {
				t.Fatalf("asked about %+v as sample %d, which is %+v", *s, n, want[n])
			}
			if r.IntN(2) == 0 {
				return true
			}
			denied++
			want[n].Sync = false
			return false
		})
		syncs := 0
		for _, s := range want {
			if s.Sync {
				syncs++
			}
		}
		if cleared != denied || tr.Syncs != syncs || asked != syncs+denied {
			t.Fatalf("%d asked, %d cleared, %d left; want %d, %d, %d", asked, cleared, tr.Syncs, syncs+denied, denied, syncs)
		}
		if got := samplesOf(tr, 0); !slices.Equal(got, want) {
			t.Fatal("samples changed otherwise")
		}
		if got, want := tr.Points(), pointsOf(want); !slices.Equal(got, want) {
			t.Fatalf("%d points, want %d", len(got), len(want))
		}
	})
}

func TestMoved(t *testing.T) {
	each(t, 1, func(t *testing.T, _ *rand.Rand, _ style, in []media.Sample, tr *index.Track) {
		before := samplesOf(tr, 0)
		const by = -12345
		m := tr.Moved(by)
		want := expect(in)
		for i := range want {
			want[i].DTS += by
		}
		if got := samplesOf(m, 0); !slices.Equal(got, want) {
			t.Fatal("samples were not moved, or changed otherwise")
		}
		if got, want := m.Points(), pointsOf(want); !slices.Equal(got, want) {
			t.Fatalf("points were not moved:\n%+v\n%+v", got[:1], want[:1])
		}
		if m.Start != tr.Start+by || m.End != tr.End+by || m.FirstPTS != tr.FirstPTS+by || m.EndPTS != tr.EndPTS+by {
			t.Fatalf("bounds were not moved: %+v", m)
		}
		if !slices.Equal(samplesOf(tr, 0), before) {
			t.Fatal("the original was moved too")
		}
	})
}

func TestCues(t *testing.T) {
	var b index.Builder
	b.Cues([]media.Cue{{Start: 2000, End: 9000, Text: "long"}, {Start: 3000, End: 4000, Text: "short"}})
	b.Cues([]media.Cue{{Start: 5000, End: 6000, Text: "third"}})
	tr, err := b.Finish(media.Track{Kind: media.Text, Timescale: 1000, Codec: media.WVTT})
	if err != nil {
		t.Fatal(err)
	}
	if tr.FirstPTS != 2000 || tr.EndPTS != 9000 || len(tr.Cues) != 3 || tr.Count != 0 {
		t.Fatalf("got %+v", tr)
	}
	if m := tr.Moved(-500); m.Cues[0].Start != 1500 || m.Cues[2].End != 5500 || tr.Cues[0].Start != 2000 {
		t.Fatalf("moved: %+v; the original: %+v", m.Cues, tr.Cues)
	}
	if len(tr.Points()) != 0 || len(samplesOf(tr, 0)) != 0 {
		t.Fatal("cues are no samples")
	}
}

func TestTimesThatNoFragmentCanCarry(t *testing.T) {
	var b index.Builder
	err := b.Samples([]media.Sample{{DTS: 0, Size: 1}, {DTS: math.MaxUint32 + 1, Size: 1}})
	if errs.KindOf(err) != errs.Invalid {
		t.Fatalf("a sample of more than 2^32 ticks: %v", err)
	}
	var end index.Builder
	if err := end.Samples([]media.Sample{{DTS: 0, Size: 1, Duration: math.MaxUint32 + 1}}); err != nil {
		t.Fatal(err)
	}
	if _, err := end.Finish(media.Track{Timescale: 1}); errs.KindOf(err) != errs.Invalid {
		t.Fatalf("a last sample of more than 2^32 ticks: %v", err)
	}
}

// The last sample has a duration even if nobody says which.
func TestLastDuration(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []media.Sample
		want media.Ticks
	}{
		{"its own", []media.Sample{{DTS: 0}, {DTS: 40, Duration: 33}}, 33},
		{"the former's", []media.Sample{{DTS: 0}, {DTS: 40}}, 40},
		{"alone", []media.Sample{{DTS: 7}}, 1},
		{"negative", []media.Sample{{DTS: 7, Duration: -4}}, 1},
	} {
		tr := build(t, rand.New(rand.NewPCG(1, 1)), media.Track{Timescale: 1000}, c.in)
		got := samplesOf(tr, 0)
		if d := got[len(got)-1].Duration; d != c.want || tr.End != got[len(got)-1].DTS+c.want {
			t.Errorf("%s: the last sample lasts %d until %d, want %d", c.name, d, tr.End, c.want)
		}
	}
}

func BenchmarkBuilder(b *testing.B) {
	st := styles()[2]
	in := st.random(rand.New(rand.NewPCG(1, 1)))
	b.ReportAllocs()
	for b.Loop() {
		var x index.Builder
		if err := x.Samples(in); err != nil {
			b.Fatal(err)
		}
		if _, err := x.Finish(media.Track{Kind: media.Video, Timescale: 24000}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(in)), "ns/sample")
}

func BenchmarkCursor(b *testing.B) {
	st := styles()[2]
	r := rand.New(rand.NewPCG(1, 1))
	tr := build(b, r, media.Track{Kind: media.Video, Timescale: 24000}, st.random(r))
	var s media.Sample
	b.ReportAllocs()
	for b.Loop() {
		for c := tr.Cursor(0); c.Next(&s); {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tr.Count), "ns/sample")
}
