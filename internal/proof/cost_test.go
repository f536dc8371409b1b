package proof_test

import (
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// A live segment costs what its on-demand twin does: to find it and to plan it takes no more allocations, wherever in the loop it is.
func TestLiveCost(t *testing.T) {
	a := opened(t, awkward(t))
	o, err := option.NewRegistry(option.Common()...).Parse("timeline=1&segdur=4&start=2026-01-01T00:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 6, 11, 13, 27, 0, time.UTC)
	stored, err := presentation.Build(a, presentation.VOD, presentation.Resolve(presentation.VOD, o, now), now, presentation.Others{})
	if err != nil {
		t.Fatal(err)
	}
	running, err := presentation.Build(a, presentation.Live, o, now, presentation.Others{})
	if err != nil {
		t.Fatal(err)
	}
	cost := func(p *presentation.Presentation, id string, k int) float64 {
		r := p.Find(id)
		var plan segment.Plan
		return testing.AllocsPerRun(50, func() {
			s := r.Segments.At(k)
			s.Number = int64(k) + p.StartNumber
			if err := plan.Make(r, s, true, nil); err != nil {
				t.Fatal(err)
			}
		})
	}
	kinds := map[media.Kind]bool{}
	for _, set := range stored.Periods[0].AdaptationSets {
		r := &set.Representations[0]
		kinds[set.Kind] = true
		most := 0.0
		for k := range r.Segments.Len() {
			most = max(most, cost(stored, r.ID, k))
		}
		first, end := running.Window(running.Find(r.ID))
		worst, n := 0.0, end-first
		for k := end - 3*r.Segments.Len(); k < end; k++ {
			worst = max(worst, cost(running, r.ID, k))
		}
		if worst > most || n < 100 {
			t.Errorf("%s: a live segment takes up to %v allocations, one on demand up to %v; %d segments are in the window", r.ID, worst, most, n)
		}
		t.Logf("%s: live %v, on demand %v", r.ID, worst, most)
	}
	if len(kinds) != 3 {
		t.Errorf("kinds %v", kinds)
	}
}
