package presentation_test

import (
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

// programmes are made of streams of the shelf.
func programmes(t testing.TB, s shelf) shelf {
	t.Helper()
	audio, err := s["f25"].Keep([]string{"v1", "a1"})
	if err != nil {
		t.Fatal(err)
	}
	out := shelf{}
	for name, parts := range map[string][]asset.Part{
		"mixed": {
			{ID: "a", Asset: s["f29"], In: 4 * time.Second, Out: 13 * time.Second}, {ID: "b_1", Asset: s["f50"]}, {ID: "c", Asset: s["f29"], In: 13 * time.Second},
			{ID: "d", Asset: s["solo"], Out: 9 * time.Second}, {ID: "e", Asset: s["f23"]}, {ID: "f", Asset: audio, In: 2 * time.Second},
		},
		"exact":  {{ID: "x", Asset: s["f25"], In: 3300 * time.Millisecond, Out: 11700 * time.Millisecond, Exact: true}, {ID: "y", Asset: s["f59"], Out: 7 * time.Second, Exact: true}},
		"single": {{ID: "only", Asset: s["f59"]}},
	} {
		a, err := asset.Programme(name, name, parts, nil)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = a
	}
	return out
}

// Whatever Periods are made of: what is announced can be fetched, is where it is announced, and Periods follow each other without holes.
func TestPeriodsPromise(t *testing.T) {
	s := streams(t)
	var cases []*promise
	seed := uint64(100)
	add := func(a *asset.Asset, query string, ads ...*asset.Asset) {
		for _, by := range []string{"0", "1", "number"} {
			seed++
			start := []string{"2020-02-29T13:00:00Z", "epoch"}[seed%2]
			cases = append(cases, newPromise(t, a, query+"&start="+start+"&timeline="+by, seed, ads...))
		}
	}
	for _, name := range []string{"f23", "f25", "f29", "f50", "f59", "solo", "bbb"} {
		if s[name] == nil {
			continue
		}
		add(s[name], "periods=60&depth=100")
		add(s[name], "ads=f29,30,8&depth=90", s["f29"])
	}
	for _, name := range []string{"f29", "bbb"} {
		if s[name] != nil {
			add(s[name], "periods=7&continuous=1&depth=600")
			add(s[name], "periods=1200&depth=30&leeway=0")
			add(s[name], "ads=f50,40&depth=45&leeway=5", s["f50"])
			add(s[name], "ads=f59,40,9&depth=90", s["f59"]) // bbb lasts as long, and its text is cut by itself
			add(s[name], "ads=f29,10,9.9&depth=45&mup=20", s["f29"])
		}
	}
	for _, a := range programmes(t, s) {
		add(a, "depth=70")
		add(a, "depth=25&leeway=0&periodDur=1")
	}
	for _, x := range cases {
		x.instants(2000/6, func(now time.Time) {
			x.media(x.at(now), now)
		})
	}
}

// media checks that what a manifest has of a Period fills it, as far as it can be there.
func (x *promise) media(q *presentation.Presentation, now time.Time) {
	x.t.Helper()
	if e := &q.Periods[len(q.Periods)-1]; q.Addressing == presentation.Number && e.Start+e.Duration <= now.Sub(x.start).Truncate(time.Millisecond)+q.Live.Update {
		x.fail(now, "Period %s ends at %v, before a player asks again, and the next is not announced", e.ID, e.Start+e.Duration)
	}
	for i := range q.Periods {
		e := &q.Periods[i]
		for _, set := range e.AdaptationSets {
			for _, r := range set.Representations {
				if r.Track.Kind == media.Text {
					continue
				}
				first, bound := r.Segments.Bounds()
				slack := 45 * time.Millisecond // a frame of AAC, or two of pictures
				starts := r.Segments.Start(first).Duration(r.Timescale) + r.Segments.Lag() - e.Start
				if starts > slack {
					x.fail(now, "%s of Period %s starts %v after it", r.ID, e.ID, starts)
				}
				if e.Duration == 0 {
					continue
				}
				if ends := r.Segments.Complete(bound-1) - e.Start - e.Duration; ends < -slack {
					x.fail(now, "%s of Period %s ends %v before it", r.ID, e.ID, -ends)
				}
			}
		}
	}
}

// Equal publish times mean equal Periods: what changes is published.
func TestPeriodsArePublished(t *testing.T) {
	s := streams(t)
	for _, x := range []*promise{
		newPromise(t, s["f25"], "periods=1200&depth=60&timeline=1", 8), newPromise(t, s["f23"], "periods=1200&depth=40", 9), newPromise(t, s["f25"], "periods=120&depth=60&timeline=1", 1), newPromise(t, s["f25"], "periods=120&depth=60", 2), newPromise(t, s["f29"], "periods=60&xlink=onLoad&depth=200", 3),
		newPromise(t, s["f29"], "ads=f50,30,7&depth=60&timeline=number", 4, s["f50"]), newPromise(t, programmes(t, s)["mixed"], "depth=60", 5),
		newPromise(t, programmes(t, s)["mixed"], "depth=60&timeline=1&xlink=onRequest", 6), newPromise(t, s["f50"], "ads=f29,20,9&depth=60&mup=3", 7, s["f29"]),
	} {
		at := x.start.Add(1000 * time.Hour)
		var before *presentation.Presentation
		changes := 0
		for range 4000 {
			at = at.Add(time.Duration(x.rnd.Int64N(int64(400 * time.Millisecond))))
			q := x.p.At(at)
			if q.Live.Publish.After(at) {
				x.fail(at, "it is published at %v", q.Live.Publish)
			}
			same := before != nil && q.Live.Publish.Equal(before.Live.Publish)
			if before != nil && same != equalPeriods(q, before) {
				x.fail(at, "published at %v, %d Periods %+v; before at %v, %d Periods", q.Live.Publish, len(q.Periods), ids(q), before.Live.Publish, len(before.Periods))
			}
			if before != nil && !same {
				changes++
				if q.Live.Publish.Before(before.Live.Publish) || !before.Live.Until.IsZero() && q.Live.Publish.Before(before.Live.Until) {
					x.fail(at, "published at %v, after one at %v that said that the next is at %v", q.Live.Publish, before.Live.Publish, before.Live.Until)
				}
			}
			before = q
		}
		if changes < 20 {
			t.Errorf("%s: %d changes", x.name, changes)
		}
	}
}

func ids(q *presentation.Presentation) []string {
	var list []string
	for _, e := range q.Periods {
		list = append(list, e.ID)
	}
	return list
}

// equalPeriods says whether a and b announce the same.
func equalPeriods(a, b *presentation.Presentation) bool {
	if len(a.Periods) != len(b.Periods) {
		return false
	}
	for i := range a.Periods {
		x, y := &a.Periods[i], &b.Periods[i]
		if x.ID != y.ID || x.Linked != y.Linked || len(x.AdaptationSets) != len(y.AdaptationSets) {
			return false
		}
		for j := range x.AdaptationSets {
			for k := range x.AdaptationSets[j].Representations {
				r, s := &x.AdaptationSets[j].Representations[k], &y.AdaptationSets[j].Representations[k]
				if r.EndNumber != s.EndNumber {
					return false
				}
				if a.Addressing == presentation.Number {
					continue
				}
				f1, e1 := a.Window(r)
				f2, e2 := b.Window(s)
				if f1 != f2 || e1 != e2 {
					return false
				}
			}
		}
	}
	return true
}

// A stream of Periods that has ended is static: all its Periods from the start on, each segment of which is there. One that has not begun has a Period and nothing in it.
func TestPeriodsEndAndBegin(t *testing.T) {
	s := streams(t)
	const stop = "&start=2026-05-05T05:05:00Z&stop=2026-05-05T05:07:13Z"
	for _, x := range []*promise{
		newPromise(t, s["f25"], "periods=120&timeline=1"+stop, 1), newPromise(t, s["f25"], "periods=120"+stop, 2), newPromise(t, s["f29"], "ads=f50,30,7&timeline=1"+stop, 3, s["f50"]),
		newPromise(t, programmes(t, s)["mixed"], "timeline=1"+stop, 4), newPromise(t, programmes(t, s)["exact"], "xlink=onLoad"+stop, 5),
	} {
		now := x.start.Add(time.Hour)
		q := x.p.At(now)
		if q.Live != nil || q.Ended == nil || q.Duration > 133*time.Second || q.Duration < 125*time.Second {
			x.fail(now, "it lasts %v", q.Duration)
		}
		if end := &q.Periods[len(q.Periods)-1]; q.Periods[0].Start != 0 || end.Start+end.Duration != q.Duration {
			x.fail(now, "the Periods are %v, the last ends at %v of %v", ids(q), end.Start+end.Duration, q.Duration)
		}
		for i := range q.Periods {
			e := &q.Periods[i]
			for _, set := range e.AdaptationSets {
				for _, r := range set.Representations {
					first, end := q.Window(&r)
					if int64(end)-1+q.StartNumber != r.EndNumber || int64(first)+q.StartNumber != r.StartNumber {
						x.fail(now, "%s of Period %s has the numbers %d to %d, announced are %d to %d", r.ID, e.ID, r.StartNumber, r.EndNumber, first, end)
					}
					for k := first; k < end; k++ {
						if _, _, err := x.fetch(x.path(&r, k), now); err != nil {
							x.fail(now, "%s of Period %s: %v", x.path(&r, k), e.ID, err)
						}
					}
				}
			}
		}
		now = x.start.Add(-time.Minute)
		if q := x.p.At(now); len(q.Periods) != 1 || q.Periods[0].Start != 0 {
			x.fail(now, "before it begins there are %v", ids(q))
		}
		x.at(now)
		x.at(x.start)
	}
}
