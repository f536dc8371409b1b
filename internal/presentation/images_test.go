package presentation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Thumbnails that are announced can be fetched, when they are announced and not before, and their times are those that the manifest says: in every Period, loop after loop.
func TestThumbnailPromise(t *testing.T) {
	all := streams(t)
	var cases []*promise
	for name, a := range all {
		if a.Pictured(0) == nil {
			continue
		}
		for i, query := range []string{"thumbnails=1", "thumbnails=3x2&timeline=1", "thumbnails=1&timeline=number&segdur=1", "thumbnails=4x1&timeline=list", "thumbnails=2x1&periods=97", "thumbnails=2x2&timeline=1&periods=240",
			"thumbnails=2x1&chunkdur=0.5", "thumbnails=2x1&timeline=1&ato=1&depth=30"} {
			cases = append(cases, newPromise(t, a, "start=2020-02-29T13:00:00Z&"+query, uint64(len(name)*i)))
		}
	}
	cases = append(cases, newPromise(t, all["f25"], "start=epoch&thumbnails=2x1&ads=f29,40,12", 5, all["f29"]), newPromise(t, all["f29"], "start=epoch&timeline=1&thumbnails=2x1&ads=f25,60,20", 6, all["f25"]))
	const total = 2400
	seen := 0
	for _, x := range cases {
		x.instants(total/len(cases)+1, func(now time.Time) {
			q := x.p.At(now)
			if q.Latency == nil { // media that are made of chunks are there earlier than at() says, pictures are not
				x.at(now)
			}
			for i := range q.Periods {
				e := &q.Periods[i]
				for j := range e.Images[0].Representations {
					x.representation(q, e, &e.Images[0].Representations[j], i+1 == len(q.Periods), now)
				}
				seen += x.tiles(q, &q.Periods[i], now)
			}
		})
	}
	if seen < total {
		t.Errorf("only %d pictures were announced", seen)
	}
}

// tiles compares the times of a Period's thumbnails with what the manifest says, and returns how many pictures that were.
func (x *promise) tiles(q *presentation.Presentation, e *presentation.Period, now time.Time) int {
	x.t.Helper()
	n := 0
	for i := range e.Images {
		for j := range e.Images[i].Representations {
			r := &e.Images[i].Representations[j]
			first, end := x.announced(q, e, r, now)
			for _, k := range []int{first, end - 1} {
				if first >= end {
					continue
				}
				n++
				got, pos, err := x.fetch(x.path(r, k), now)
				if err != nil {
					x.fail(now, "%v", err)
				}
				tile := x.p.Tile(got, pos)
				cells := tile.Columns * tile.Rows
				said, lasts := float64(r.Segments.Start(k)-r.PTO)/float64(r.Timescale), float64(r.Segments.Duration(k))/float64(r.Timescale)
				if r.SegmentDuration > 0 {
					lasts = float64(r.SegmentDuration) / float64(r.Scale)
					said = float64(k+int(q.StartNumber)-int(r.StartNumber)) * lasts
				}
				// The time in the loop, from the Period's own: the loop of the media is as long as the reference's samples last.
				ref := e.Asset.Sets[0].Tracks[0]
				loop := float64(ref.End-ref.Track.Start) / float64(ref.Timescale)
				began := (float64(r.PTO) / float64(r.Timescale))
				if r.SegmentDuration > 0 {
					began = float64(r.PTO) / float64(r.Scale)
				}
				base := ref.PresentationTime(e.Asset.Cut(0).Of(ref.ID).Segments[0].EPT).Seconds()
				for c, at := range tile.Times {
					want := began + said + float64(c)*lasts/float64(cells)
					loops := int64(want / loop)
					off := at.Seconds() - base - (want - float64(loops)*loop)
					if off > loop/2 {
						off -= loop
					} else if off < -loop/2 {
						off += loop
					}
					if off > 0.002 || off < -0.002 {
						x.fail(now, "thumbnail %d of %s stands for %v, by the manifest for %.6f s of loop %d", c, x.path(r, k), at, want-float64(loops)*loop, loops)
					}
				}
				if off := tile.Each.Seconds() - lasts/float64(cells); off > 1e-6 || off < -1e-6 {
					x.fail(now, "each stands for %v", tile.Each)
				}
			}
		}
	}
	return n
}

// Of a static Presentation, pictures cover all of it in equal steps, and what is after its end is empty.
func TestThumbnailsOnce(t *testing.T) {
	for name, a := range streams(t) {
		for _, query := range []string{"thumbnails=1", "thumbnails=3x3&timeline=1", "thumbnails=7x1@64,1x1"} {
			o, err := option.NewRegistry(option.Common()...).Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			for _, mode := range []presentation.Mode{presentation.VOD, presentation.OnDemand} {
				p, err := presentation.Build(a, mode, o, time.Time{}, presentation.Others{})
				if err != nil {
					t.Fatal(err)
				}
				if a.Pictured(0) == nil {
					if len(p.Periods[0].Images) > 0 || !strings.Contains(strings.Join(p.Notes, " "), "thumbnails=0") {
						t.Errorf("%s has no video: %v", name, p.Notes)
					}
					continue
				}
				for _, r := range p.Periods[0].Images[0].Representations {
					steps(t, p, &r, a)
				}
			}
		}
	}
}

func steps(t *testing.T, p *presentation.Presentation, r *presentation.Representation, a *asset.Asset) {
	t.Helper()
	next := time.Duration(0)
	for k := range r.Segments.Len() {
		tile := p.Tile(r, k)
		if int(r.Width) != tile.Width*tile.Columns || int(r.Height) != tile.Height*tile.Rows {
			t.Errorf("%s: %d × %d is not %d × %d times %d × %d", a.Name, r.Width, r.Height, tile.Columns, tile.Rows, tile.Width, tile.Height)
		}
		for _, at := range tile.Times {
			if next >= a.Duration && at != -1 || next < a.Duration && (at-next > time.Millisecond || next-at > time.Millisecond) {
				t.Fatalf("%s: a thumbnail for %v stands for %v of %v", a.Name, next, at, a.Duration)
			}
			next += tile.Each
		}
		if start := r.Segments.Start(k + 1); start != media.TicksOf(next, r.Timescale) {
			t.Fatalf("%s: picture %d starts at %d", a.Name, k+1, start)
		}
	}
	if next < a.Duration {
		t.Errorf("%s: thumbnails end at %v of %v", a.Name, next, a.Duration)
	}
}

// The URL of a picture has all that the picture depends on: whoever answers it knows no more of what the manifest was asked for.
func TestThumbnailURLs(t *testing.T) {
	all := streams(t)
	now := time.Date(2026, 9, 6, 11, 13, 27, 0, time.UTC)
	registry := option.NewRegistry(option.Common()...)
	build := func(a *asset.Asset, mode presentation.Mode, query string, timed bool) *presentation.Presentation {
		t.Helper()
		o, err := registry.Parse(strings.TrimPrefix(query, "?"))
		if err != nil {
			t.Fatal(err)
		}
		if o = presentation.Resolve(mode, o, now); timed {
			o = presentation.Timed(o)
		}
		p, err := presentation.Timeless(a, mode, o, presentation.StartOf(mode, o, now), presentation.Others{Ads: []*asset.Asset{all["f29"]}})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return p
	}
	compared := 0
	for name, a := range all {
		if a.Pictured(0) == nil {
			continue
		}
		for _, query := range []string{"", "timeline=1", "timeline=number&startnr=9", "segdur=1.3", "segdur=7&timeline=1", "tlang=xx", "tcodec=none&segdur=0.7", "acodec=opus", "timeline=list", "abr=0",
			"start=now&depth=40", "startrel=-100&stoprel=50", "patch=1", "chunkdur=0.5", "clocktext=wvtt:en&trickmode=1", "periods=100", "ads=f29,40,10", "ads=f29,60,20&timeline=1&segdur=3", "stop=2026-09-06T11:30:00Z&start=2026-09-06T11:00:00Z&depth=1000"} {
			for _, mode := range []presentation.Mode{presentation.VOD, presentation.Live, presentation.OnDemand} {
				p := build(a, mode, query+"&thumbnails=2x1,3x2", false)
				q := p.At(now)
				for i := range q.Periods {
					for _, r := range q.Periods[i].Images[0].Representations {
						first, end := q.Window(&r)
						again := build(a, mode, strings.Split(r.Query, "&v=")[0], mode == presentation.Live && p.Addressing == presentation.Time)
						for k := first; k < min(end, first+12); k++ {
							e, ok := again.Enter(r.Path() + "/x")
							if !ok || e.Find(r.ID) == nil {
								t.Fatalf("%s, %s?%s: %s is not there by %s", name, mode, query, r.Path(), r.Query)
							}
							here, ok := p.Enter(r.Path() + "/x")
							if !ok {
								t.Fatalf("%s is not there", r.Path())
							}
							is, want := again.Tile(e.Find(r.ID), k), p.Tile(here.Find(r.ID), k)
							if is.Each != want.Each || !slices.Equal(is.Times, want.Times) || is.Of != want.Of {
								t.Fatalf("%s, %s?%s: picture %d of %s shows %v, by its URL %s %v", name, mode, query, k, r.Path(), want.Times, r.Query, is.Times)
							}
							compared++
						}
					}
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("%d pictures were compared", compared)
	}
}
