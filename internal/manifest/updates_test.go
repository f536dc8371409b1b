package manifest_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

var pairs = flag.Int("pairs", 2000, "how many pairs of instants TestOldAndPatchIsNew takes")

// live is a stream in a look, as it is asked for.
type live struct {
	t    testing.TB
	look *manifest.Look
	p    *presentation.Presentation // without time
	what string
}

// tears is another film, in two files.
func tears(t testing.TB) *asset.Asset {
	t.Helper()
	files := map[string]string{}
	for _, n := range []string{"tears_v1", "tears_a1"} {
		path, ok := mediatest.Film(t, n)
		if !ok {
			t.Fatal("no film")
		}
		files[n+".mp4"] = path
	}
	return stored(t, "tears", files)
}

// watch asks for a stream in a look, with ads from another one if the query says so.
func watch(t testing.TB, a *asset.Asset, look *manifest.Look, query string, ads ...*asset.Asset) live {
	t.Helper()
	registry := option.NewRegistry(option.Common()...)
	merged, _ := look.Query(query, nil, func(key string) []string {
		if registry.Has(key) {
			return []string{key}
		}
		return nil
	})
	o, err := registry.Parse(merged)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC)
	o = presentation.Resolve(presentation.Live, o, now)
	if option.Ads.From(o).Stream == "" {
		ads = nil
	}
	p, err := presentation.Timeless(a, presentation.Live, o, presentation.StartOf(presentation.Live, o, now), presentation.Others{Ads: ads})
	if err != nil {
		t.Fatalf("%s?%s: %v", look.Name, query, err)
	}
	return live{t, look, p.Seen("http://x.example", "/dash/live/bbb/"+look.Name+"?"+query), look.Name + "?" + query}
}

// at returns the manifest as it is at an instant, and when it was published.
func (l live) at(now time.Time) (doc []byte, published time.Time) {
	l.t.Helper()
	p := l.p.At(now)
	doc, err := l.look.Render(p)
	if err != nil {
		l.t.Fatalf("%s at %v: %v", l.what, now, err)
	}
	published, _ = p.Published()
	return doc, published
}

// looks returns those that have a live mode.
func looks(t testing.TB) []*manifest.Look {
	t.Helper()
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var list []*manifest.Look
	for _, l := range templates.Describe() {
		if l.Offers(presentation.Live) == nil {
			list = append(list, l)
		}
	}
	if len(list) < 8 {
		t.Fatalf("%d looks", len(list))
	}
	return list
}

// queries are streams that change in different ways. They began on the first of January, unless they say something else.
var queries = []string{
	"", "timeline=1", "timeline=number", "timeline=list&depth=60", "timeline=1&depth=30&leeway=0", "timeline=1&depth=7.5", "timeline=1&segdur=1.5", "timeline=number&startnr=7&depth=3600",
	"start=2026-09-06T11:58:00.1234567Z", "timeline=1&start=2026-09-06T11:58:00.1234567Z", "timeline=1&start=2026-09-06T12:30:00Z", "start=2026-09-06T12:30:00Z",
	"timeline=1&ato=2.5&start=2026-09-06T11:50:00Z", "timeline=1&stop=2026-09-06T12:20:00.5Z", "stop=2026-09-06T12:20:00Z", "timeline=1&drift=11", "timeline=1&mup=-1",
	"timeline=1&chunkdur=0.5", "timeline=number&chunkdur=0.7&depth=20",
	"periods=60&depth=150", "timeline=1&periods=120&depth=100", "timeline=number&periods=60&continuous=1&depth=90", "timeline=1&ads=tears,60,10&depth=80", "ads=tears,45,10",
	"timeline=1&periods=60&stop=2026-09-06T12:20:00.5Z&start=2026-09-06T11:58:00Z", "timeline=1&periods=60&xlink=onLoad&depth=200",
}

// instant is one of the hour in which everything happens.
func instant(r *rand.Rand) time.Time {
	return time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(time.Hour))) - 10*time.Minute)
}

var clock = regexp.MustCompile(`(utc:direct:2014"\s+value=)"[^"]*"`)

// Equal publish times are equal manifests, and different manifests have different publish times; and it is known when one changes.
func TestPublishTime(t *testing.T) {
	a, ad := bbb(t), tears(t)
	r := rand.New(rand.NewPCG(5, 6))
	for _, look := range looks(t) {
		for i := range queries {
			q := queries[i]
			if r.IntN(2) == 0 {
				q += "&patch=1"
			}
			if look.Name != "manifest.mpd" && r.IntN(3) > 0 {
				continue // which differ in words only
			}
			s := seen{live: watch(t, a, look, q, ad), docs: map[time.Time][]byte{}, times: map[string]time.Time{}}
			for range 5 {
				now := instant(r)
				s.see(now)
				p := s.p.At(now)
				if p.Live == nil || p.Live.Until.IsZero() {
					continue
				}
				next := p.Live.Until
				before, after := s.see(next.Add(-1)), s.see(next)
				if !next.After(now) || before != p.Live.Publish || after != next {
					t.Fatalf("%s at %v: changes next at %v, but is of %v until then and of %v from then on", s.what, now, next, before, after)
				}
			}
		}
	}
}

// seen is what has been seen of a stream.
type seen struct {
	live
	docs  map[time.Time][]byte
	times map[string]time.Time
}

// see looks at the manifest of an instant, and returns when it was published.
func (s *seen) see(now time.Time) time.Time {
	s.t.Helper()
	doc, published := s.at(now)
	doc = clock.ReplaceAll(doc, []byte(`$1""`))
	if published.After(now) {
		s.t.Fatalf("%s at %v: published at %v", s.what, now, published)
	}
	if other, ok := s.docs[published]; ok && !bytes.Equal(other, doc) {
		s.t.Fatalf("%s: two manifests of %v:\n%s\n%s", s.what, published, other, doc)
	}
	s.docs[published] = doc
	says := string(publishes.ReplaceAll(doc, []byte(`published`)))
	if other, ok := s.times[says]; ok && other != published && s.p.At(now).Live != nil && published.After(s.p.Live.Start) { // a stream that has not begun is published again and again
		s.t.Fatalf("%s: published at %v and %v, and nothing changed:\n%s", s.what, other, published, doc)
	}
	s.times[says] = published
	return published
}

var publishes = regexp.MustCompile(`publishTime="[^"]*"|from=[0-9TZ:.-]*`)

// What was announced, with the patch, is what is announced, for any two instants.
func TestOldAndPatchIsNew(t *testing.T) {
	a, ad := bbb(t), tears(t)
	r := rand.New(rand.NewPCG(7, 8))
	var all []live
	for _, look := range looks(t) {
		for i, q := range queries {
			if !strings.Contains(q, "depth=") && i%4 > 0 {
				q += "&depth=90" // there is as much to see in it, and less to read
			}
			all = append(all, watch(t, a, look, q+"&patch=1", ad))
		}
	}
	var patches [][]byte
	done := 0
	for i := 0; done < *pairs; i++ {
		l := all[i%len(all)]
		from := instant(r)
		to := from.Add(time.Duration(r.Int64N(int64(20 * time.Second))))
		if r.IntN(4) == 0 {
			to = from.Add(time.Duration(r.Int64N(int64(time.Hour))))
		}
		old, was := l.at(from)
		now, is := l.at(to)
		if was == is {
			if !bytes.Equal(clock.ReplaceAll(old, nil), clock.ReplaceAll(now, nil)) {
				t.Fatalf("%s: two manifests of %v", l.what, was)
			}
			continue
		}
		p := patched(t, old, now)
		done++
		if was.Unix() == 0 {
			continue // before anything is published, players do not ask for patches
		}
		if done%7 == 0 && len(patches) < 300 {
			patches = append(patches, p)
		}
		// It is the same patch that is made later, of nothing but the publish time.
		again, err := l.p.AsOf(was, true, from)
		if err != nil {
			t.Fatalf("%s: as of %v: %v", l.what, was, err)
		}
		doc, err := l.look.Render(again)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(clock.ReplaceAll(doc, nil), clock.ReplaceAll(old, nil)) {
			t.Fatalf("%s: as of %v\n%s\nbut it was\n%s", l.what, was, doc, old)
		}
	}
	mediatest.PatchSchema(t, patches...)
}

// The usual patch is small: a segment comes and one goes.
func TestUsualPatchIsSmall(t *testing.T) {
	a := bbb(t)
	for _, look := range looks(t) {
		l := watch(t, a, look, "timeline=1&patch=1&time=xsd")
		from := time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC)
		next := l.p.At(from).Live.Until
		old, _ := l.at(from)
		now, _ := l.at(next.Add(4 * time.Second))
		p := patched(t, old, now)
		sets := strings.Count(string(now), "<SegmentTimeline>")
		if n := strings.Count(string(p), "sel="); n > 2+3*sets {
			t.Errorf("%s: %d operations for %d timelines:\n%s", l.what, n, sets, p)
		}
		if len(p) > len(now)/2 && look.Name != "manifest_i.mpd" {
			t.Errorf("%s: the patch is %d bytes, the manifest %d", l.what, len(p), len(now))
		}
	}
}

// A patch is from a manifest that was published, and not longer ago than patches are offered for.
func TestAsOf(t *testing.T) {
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	look, err := templates.Look("manifest.mpd")
	if err != nil {
		t.Fatal(err)
	}
	a := bbb(t)
	l := watch(t, a, look, "patch=1&ttl=60&leeway=5")
	now := time.Date(2026, 9, 6, 12, 0, 1, 0, time.UTC)
	_, published := l.at(now)
	for _, c := range []struct {
		from  time.Time
		exact bool
		kind  errs.Kind
	}{
		{published, true, 0}, {published.Truncate(time.Second), false, 0}, {published.Add(-8 * time.Second), true, 0},
		{published.Add(time.Millisecond), true, errs.TooEarly}, {published.Add(-time.Millisecond), true, errs.NotFound},
		{published.Add(-2 * time.Second).Truncate(time.Second), false, errs.NotFound}, {published.Add(time.Second), false, errs.TooEarly},
		{published.Add(-60 * time.Second), true, 0}, {published.Add(-72 * time.Second), true, errs.Gone}, {time.Unix(0, 0), true, errs.Gone}, {l.p.Live.Start, true, errs.Gone},
	} {
		p, err := l.p.AsOf(c.from, c.exact, now)
		if c.kind != 0 {
			if errs.KindOf(err) != c.kind {
				t.Errorf("as of %v: %v, wanted %v", c.from, err, c.kind)
			}
			continue
		}
		if err != nil {
			t.Errorf("as of %v: %v", c.from, err)
			continue
		}
		if got, _ := p.Published(); got.Truncate(time.Second) != c.from.Truncate(time.Second) {
			t.Errorf("as of %v: published at %v", c.from, got)
		}
	}
	// Whoever has the newest manifest gets patches of it, however long ago it was published, and a stream that has not begun has one of not long ago.
	for _, query := range []string{"patch=1", "patch=1&ttl=1&leeway=0", "patch=1&ttl=90&leeway=0&ato=2", "patch=1&segdur=20&ttl=1&leeway=0", "patch=1&periods=60", "patch=1&chunkdur=0.5"} {
		l := watch(t, a, look, query+"&start=2026-09-06T12:00:30Z")
		old, said := time.Time{}, time.Time{}
		for at := now.Add(-3 * time.Minute); at.Before(now.Add(2 * time.Minute)); at = at.Add(490 * time.Millisecond) {
			_, published := l.at(at)
			if _, err := l.p.AsOf(published, true, at); err != nil || published.After(at) || published.Before(said) {
				t.Errorf("%s at %v: published at %v, before at %v: %v", query, at, published, said, err)
			}
			if !old.IsZero() {
				if _, err := l.p.AsOf(said, true, at); err != nil && at.Before(l.p.Live.Start) {
					t.Errorf("%s at %v: %v after it was asked for there is no patch of the manifest of %v: %v", query, at, at.Sub(old), said, err)
				}
			}
			if at.Before(l.p.Live.Start) && at.Sub(published) > l.p.At(at).Live.Depth {
				t.Errorf("%s at %v, before it begins: published at %v", query, at, published)
			}
			old, said = at, published
		}
	}
	if _, err := watch(t, a, look, "timeline=1").p.AsOf(published, true, now); errs.KindOf(err) != errs.NotFound {
		t.Errorf("without patches: %v", err)
	}
}

func BenchmarkPatch(b *testing.B) {
	a := bbb(b)
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		b.Fatal(err)
	}
	look, err := templates.Look("manifest.mpd")
	if err != nil {
		b.Fatal(err)
	}
	for _, depth := range []int{60, 1800} {
		l := watch(b, a, look, fmt.Sprintf("patch=1&depth=%d", depth))
		now := time.Date(2026, 9, 6, 12, 0, 1, 0, time.UTC)
		b.Run(fmt.Sprintf("%d s, rendered and compared", depth), func(b *testing.B) {
			for b.Loop() {
				old, _ := l.at(now)
				doc, _ := l.at(now.Add(8 * time.Second))
				if _, err := manifest.Patch(old, doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		old, _ := l.at(now)
		doc, _ := l.at(now.Add(8 * time.Second))
		b.Run(fmt.Sprintf("%d s, compared", depth), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				if _, err := manifest.Patch(old, doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
