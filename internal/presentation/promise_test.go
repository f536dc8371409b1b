package presentation_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// shelf has streams of frame rates and sampling rates that do not divide each other, by name.
type shelf map[string]*asset.Asset

var (
	shelfOnce sync.Once
	shelfMade shelf
)

// streams returns the shelf. It is made once for all tests.
func streams(t testing.TB) shelf {
	t.Helper()
	shelfOnce.Do(func() { shelfMade = makeShelf(t) })
	if shelfMade == nil {
		t.Fatal("the streams could not be made")
	}
	return shelfMade
}

func encoded(t testing.TB, name, rate string, seconds int, more ...string) string {
	t.Helper()
	args := []string{"-f", "lavfi", "-i", fmt.Sprintf("testsrc2=s=160x90:r=%s:d=%d", rate, seconds), "-f", "lavfi", "-i", fmt.Sprintf("sine=r=44100:d=%d", seconds),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=f=660:r=48000:d=%d", seconds), "-i", mediatest.Subtitles(t), "-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0"}
	return mediatest.FFmpeg(t, name, append(args, more...)...)
}

func makeShelf(t testing.TB) shelf {
	aac := []string{"-map", "1:a", "-c:a:0", "aac"}
	with := func(more ...string) []string { return append(append([]string(nil), aac...), more...) }
	files := map[string]string{
		"f23.mkv":  encoded(t, "f23.mkv", "24000/1001", 20, "-g", "48", "-map", "2:a", "-c:a", "libopus", "-map", "3:s", "-c:s", "srt"),
		"f25.mp4":  encoded(t, "f25.mp4", "25", 21, with("-g", "50", "-bf", "2", "-map", "2:a", "-c:a:1", "ac3")...),
		"f29.mp4":  encoded(t, "f29.mp4", "30000/1001", 19, with("-g", "60", "-map", "2:a", "-c:a:1", "ac3", "-map", "3:s", "-c:s", "mov_text")...),
		"f50.mp4":  encoded(t, "f50.mp4", "50", 12, "-g", "100", "-bf", "3", "-map", "2:a", "-c:a", "aac"),
		"f59.mp4":  encoded(t, "f59.mp4", "60000/1001", 17, with("-g", "1000", "-force_key_frames", "0,3.1,6.4,9.6,12.9,16.2")...),
		"solo.m4a": mediatest.FFmpeg(t, "solo.m4a", "-f", "lavfi", "-i", "sine=r=44100:d=30", "-c:a", "aac"),
	}
	s := shelf{}
	for _, a := range stored(t, files) {
		s[a.Name] = a
	}
	film := map[string]string{}
	for _, n := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_a2", "bbb_t1"} {
		if path, ok := mediatest.Film(t, n); ok {
			film["bbb/"+n+".mp4"] = path
		}
	}
	if len(film) > 0 {
		for _, a := range stored(t, film) {
			s[a.Name] = a
		}
	}
	return s
}

// stored indexes files, by the paths that they are to have.
func stored(t testing.TB, files map[string]string) []*asset.Asset {
	t.Helper()
	root := t.TempDir()
	for to, from := range files {
		to = filepath.Join(root, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
		in.Close()
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	l, err := library.Open(library.Config{Paths: []string{root}, Data: filepath.Join(t.TempDir(), "data"), Log: slog.New(slog.DiscardHandler), FFmpeg: "none", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	l.Settle(ctx)
	var all []*asset.Asset
	for _, s := range l.Streams() {
		a, err := l.Asset(ctx, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

// promise is a live stream whose manifests are compared with what can be fetched.
type promise struct {
	t     testing.TB
	p     *presentation.Presentation // timeless
	start time.Time
	rnd   *rand.Rand
	name  string
	shown *shown
}

// shown is a server that has Assets but not their files: it says of any segment whether it may be served.
type shown struct {
	stream string
	assets map[string]*asset.Asset
	h      *delivery.Handler
	now    time.Time
	err    error // of the last request
}

var errNoFile = errors.New("there are no files")

func (s *shown) Outline(ctx context.Context, name string) (*asset.Asset, error) {
	return s.Asset(ctx, name)
}

func (s *shown) Asset(_ context.Context, name string) (*asset.Asset, error) {
	if a := s.assets[name]; a != nil {
		return a, nil
	}
	return nil, errs.Errorf(errs.NotFound, "no stream %s", name)
}

func (s *shown) Open(string, *asset.Asset) (delivery.File, error) { return nil, errNoFile }

func (s *shown) Streams() []string { return slices.Sorted(maps.Keys(s.assets)) }

func newShown(a *asset.Asset, ads ...*asset.Asset) *shown {
	s := &shown{stream: a.Name, assets: map[string]*asset.Asset{a.Name: a}}
	for _, ad := range ads {
		s.assets[ad.Name] = ad
	}
	s.h = delivery.New(delivery.Config{
		Source: s, Options: option.NewRegistry(option.Common()...), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now },
		Fail: func(_ http.ResponseWriter, _ *http.Request, err error) { s.err = err },
	})
	return s
}

// ask asks for what is at a URL that is relative to manifests at an instant.
func (s *shown) ask(path string, now time.Time) error {
	s.now, s.err = now, nil
	u, err := url.Parse("/dash/live/" + s.stream + "/" + path)
	if err != nil {
		return err
	}
	s.h.ServeHTTP(nowhere{}, &http.Request{Method: http.MethodGet, URL: u})
	if errors.Is(s.err, errNoFile) {
		return nil
	}
	return s.err
}

// nowhere takes an answer that nobody reads.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}

// printed is where the manifest of p prints that segment k is.
func printed(p *presentation.Presentation, r *presentation.Representation, k int) string {
	return strings.NewReplacer("$RepresentationID$", url.PathEscape(r.ID), "$Number$", strconv.FormatInt(int64(k)+p.StartNumber, 10), "$Time$", strconv.FormatInt(int64(r.Segments.Start(k)), 10)).
		Replace(p.MediaTemplate(r, "m4s"))
}

func newPromise(t testing.TB, a *asset.Asset, query string, seed uint64, ads ...*asset.Asset) *promise {
	t.Helper()
	o, err := option.NewRegistry(option.Common()...).Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 6, 11, 13, 27, 0, time.UTC)
	o = presentation.Resolve(presentation.Live, o, now)
	start := presentation.StartOf(presentation.Live, o, now)
	p, err := presentation.Timeless(a, presentation.Live, o, start, presentation.Others{Ads: ads})
	if err != nil {
		t.Fatalf("%s: %s: %v", a.Name, query, err)
	}
	return &promise{t, p, start, rand.New(rand.NewPCG(seed, 7)), a.Name + " " + query, newShown(a, ads...)}
}

func (x *promise) fail(now time.Time, format string, args ...any) {
	x.t.Helper()
	x.t.Fatalf("%s: at %s: %s", x.name, now.Format(time.RFC3339Nano), fmt.Sprintf(format, args...))
}

// fetch does what a request for a path does: it finds the segment and asks whether it may be served.
func (x *promise) fetch(path string, now time.Time) (*presentation.Representation, int, error) {
	e, ok := x.p.Enter(path)
	if !ok {
		return nil, 0, errs.Errorf(errs.NotFound, "no Period")
	}
	id, item, _ := strings.Cut(e.Rest, "/")
	r := e.Find(id)
	if r == nil {
		return nil, 0, errs.Errorf(errs.NotFound, "no Representation %s", id)
	}
	k := 0
	if at, ok := strings.CutPrefix(item, "time/"); ok {
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return nil, 0, err
		}
		if k, ok = r.Segments.Find(media.Ticks(n)); !ok {
			return nil, 0, errs.Errorf(errs.NotFound, "no segment at %d", n)
		}
	} else {
		n, err := strconv.ParseInt(item, 10, 64)
		if err != nil {
			return nil, 0, err
		}
		k = int(n - x.p.StartNumber)
	}
	if first, end := r.Segments.Bounds(); k < first || k >= end {
		return nil, 0, errs.Errorf(errs.NotFound, "not in the Period: %d is not from %d to %d", k, first, end)
	}
	return r, k, x.p.Check(r, k, now)
}

// path is where a manifest says that segment k is.
func (x *promise) path(r *presentation.Representation, k int) string {
	if x.p.Addressing == presentation.Time {
		return fmt.Sprintf("%s/time/%d", r.Path(), r.Segments.Start(k))
	}
	return fmt.Sprintf("%s/%d", r.Path(), int64(k)+x.p.StartNumber)
}

// at checks what is announced at an instant, and returns it.
func (x *promise) at(now time.Time) *presentation.Presentation {
	x.t.Helper()
	q := x.p.At(now)
	if len(q.Periods) == 0 {
		x.fail(now, "no Period")
	}
	for i := range q.Periods {
		e := &q.Periods[i]
		if i > 0 {
			if before := &q.Periods[i-1]; before.Start+before.Duration != e.Start {
				x.fail(now, "Period %s ends at %v, %s starts at %v", before.ID, before.Start+before.Duration, e.ID, e.Start)
			}
		}
		if n := len(q.Periods); i > 1 && i+2 < n && x.rnd.IntN(n) > 1 {
			continue // one or two of those in the middle
		}
		for _, set := range slices.Concat(e.AdaptationSets, e.Images) {
			for k := range set.Representations {
				x.representation(q, e, &set.Representations[k], i+1 == len(q.Periods), now)
			}
		}
	}
	return q
}

// announced returns the positions that a manifest announces: those that it lists, or those that follow from numbers and the clock (ISO/IEC 23009-1, 5.3.9.5.3).
func (x *promise) announced(q *presentation.Presentation, e *presentation.Period, r *presentation.Representation, now time.Time) (first, end int) {
	first, end = q.Window(r)
	if q.Addressing != presentation.Number {
		return first, end
	}
	base := int(r.StartNumber - q.StartNumber)
	passed := now.Sub(q.Live.Start) - e.Start
	end = base
	if passed > 0 {
		// Number n is complete when n - startNumber + 1 durations have passed.
		end += int(media.TicksOf(passed, r.Scale) / r.SegmentDuration)
		for end > base && (media.Ticks(end-base)*r.SegmentDuration).Duration(r.Scale) > passed {
			end--
		}
	}
	if r.EndNumber >= 0 {
		end = min(end, int(r.EndNumber-q.StartNumber)+1)
	}
	return min(first, end), end
}

func (x *promise) representation(q *presentation.Presentation, e *presentation.Period, r *presentation.Representation, last bool, now time.Time) {
	x.t.Helper()
	first, end := x.announced(q, e, r, now)
	list := []int{first, end - 1}
	if end-first > 2 {
		list = append(list, first+1+x.rnd.IntN(end-first-2))
	}
	for i, k := range list {
		if first >= end || i > 0 && k == first {
			continue
		}
		path := x.path(r, k)
		got, pos, err := x.fetch(path, now)
		if err != nil {
			x.fail(now, "%s of Period %s is announced: %v", path, e.ID, err)
		}
		if d := x.misplaced(e, r, got, k, pos); d != "" {
			x.fail(now, "%s of Period %s: %s", path, e.ID, d)
		}
		if at := printed(q, r, k); r.Image == nil && x.rnd.IntN(8) == 0 {
			if err := x.shown.ask(at, now); err != nil {
				x.fail(now, "%s of Period %s is announced: %v", at, e.ID, err)
			}
		}
	}
	// The next one is not there yet, wherever it is announced then.
	if last && now.After(x.start) {
		if _, bound := r.Segments.Bounds(); end < bound && now.Before(x.start.Add(r.Segments.Complete(end))) {
			_, _, err := x.fetch(x.path(r, end), now)
			if errs.KindOf(err) != errs.TooEarly {
				x.fail(now, "%s of Period %s is not announced yet: %v", x.path(r, end), e.ID, err)
			}
			// Nor is it at its URL, for whoever knows that and nothing of the manifest.
			if at := printed(q, r, end); r.Image == nil && x.rnd.IntN(4) == 0 {
				if err := x.shown.ask(at, now); errs.KindOf(err) != errs.TooEarly {
					x.fail(now, "%s of Period %s is not announced yet: %v", at, e.ID, err)
				}
			}
		}
	}
	// What has left the window for longer than the leeway, and than any lasts, is gone.
	from, _ := r.Segments.Bounds()
	over := now.Sub(x.start) - x.p.Live.Depth - x.p.Live.Leeway
	k := min(r.Segments.Running(over), first) - 1 // what is announced stays, however short the leeway
	for k >= from && now.Sub(x.start)-r.Segments.Complete(k)-x.p.Live.Depth <= max(q.MaxSegment, r.Segments.Duration(k).Duration(r.Timescale)) {
		k--
	}
	if over > 0 && k >= from {
		if _, _, err := x.fetch(x.path(r, k), now); errs.KindOf(err) != errs.Gone {
			x.fail(now, "%s of Period %s left the window before %v: %v", x.path(r, k), e.ID, x.start.Add(over), err)
		}
		if k+1 < end {
			if _, _, err := x.fetch(x.path(r, k+1), now); err != nil && r.SegmentDuration == 0 {
				x.fail(now, "%s of Period %s has not left the window for long: %v", x.path(r, k+1), e.ID, err)
			}
		}
	}
}

// misplaced compares what a segment has with what the manifest says of it.
func (x *promise) misplaced(e *presentation.Period, r, got *presentation.Representation, k, pos int) string {
	if r.ID != got.ID || pos != k {
		return fmt.Sprintf("it is segment %d of %s, announced is %d of %s", pos, got.ID, k, r.ID)
	}
	s := got.Segments.At(pos)
	start := s.Start
	if t := got.Track; t.Count > 0 && x.rnd.IntN(3) == 0 {
		lasts, frame := media.Ticks(0), media.Ticks(0)
		start = firstOf(got, s.Ranges[0].First) + s.Ranges[0].Shift
		for _, rg := range s.Ranges {
			c := t.Cursor(rg.First)
			var smp media.Sample
			for n := 0; n < rg.Count && c.Next(&smp); n++ {
				if t.Kind == media.Video && n > 0 {
					start = min(start, smp.PTS()+rg.Shift)
				}
				lasts += smp.Duration
				frame = max(frame, smp.Duration)
			}
		}
		start = max(start, 0)
		if off := lasts - s.Duration; t.Kind == media.Audio && got.Track.Frame > 0 && off != 0 || off > frame || off < -frame {
			if s.Start > 0 && t.Kind != media.Text { // the first one's encoder delay is not presented; text may have holes
				return fmt.Sprintf("its samples last %d, announced are %d", lasts, s.Duration)
			}
		}
	}
	scale := float64(r.Timescale)
	if r.SegmentDuration > 0 {
		// Where the MPD's formula says, to within half a duration.
		said := e.Start.Seconds() + float64(int64(k)+x.p.StartNumber-r.StartNumber)*float64(r.SegmentDuration)/float64(r.Scale)
		is := float64(start)/scale + r.Segments.Lag().Seconds()
		if got.Track.Kind == media.Text { // nothing need be shown at once
			is = float64(s.Start)/scale + r.Segments.Lag().Seconds()
		}
		if off := is - said; off > float64(r.SegmentDuration)/float64(r.Scale)/2+0.03 || off < -float64(r.SegmentDuration)/float64(r.Scale)/2-0.03 {
			return fmt.Sprintf("it starts at %.6f s, announced at %.6f", is, said)
		}
		return ""
	}
	if off := start - r.Segments.Start(k); off != 0 && got.Track.Kind != media.Text {
		return fmt.Sprintf("it starts at %d, announced at %d", start, r.Segments.Start(k))
	}
	// Through the presentationTimeOffset it is in its Period, but for a segment that reaches in.
	at := e.Start + (r.Segments.Start(k) - r.PTO).Duration(r.Timescale)
	after := at + r.Segments.Duration(k).Duration(r.Timescale)
	if want := x.start.Add(at); r.Segments.Lag() != 0 || len(x.p.Periods) > 0 {
		is := x.start.Add(r.Segments.Start(k).Duration(r.Timescale) + r.Segments.Lag())
		if off := want.Sub(is); off > time.Microsecond+time.Second/time.Duration(r.Timescale) || off < -time.Microsecond-time.Second/time.Duration(r.Timescale) {
			return fmt.Sprintf("by its Period it is presented at %v, by its availability at %v", want, is)
		}
	}
	if e.Duration > 0 && (after < e.Start || at > e.Start+e.Duration) {
		return fmt.Sprintf("it is presented from %v to %v, outside of the Period from %v to %v", at, after, e.Start, e.Start+e.Duration)
	}
	return ""
}

// firstOf returns the presentation time of a stored sample.
func firstOf(r *presentation.Representation, n int) media.Ticks {
	c := r.Track.Cursor(n)
	var s media.Sample
	c.Next(&s)
	return s.PTS()
}

// instants calls f with random instants of ten years, half of them close to one another so that neighbouring states are met.
func (x *promise) instants(n int, f func(now time.Time)) {
	const years = 10 * 365 * 24 * time.Hour
	at := time.Duration(0)
	for i := range n {
		switch {
		case i%8 == 0:
			at = time.Duration(x.rnd.Int64N(int64(years)))
		case i%8 == 1 && i < n/4:
			at = time.Duration(x.rnd.Int64N(int64(5 * time.Minute))) // young streams
		default:
			at += time.Duration(x.rnd.Int64N(int64(7 * time.Second)))
		}
		f(x.start.Add(at))
	}
}

// What a live stream announces can be fetched, is where it is announced, and what comes next cannot be fetched yet: whatever the frame rate, the sampling rate, the addressing and the time.
func TestLivePromise(t *testing.T) {
	all := streams(t)
	var cases []*promise
	for name, a := range all {
		for i, by := range []string{"0", "1", "number", "list"} {
			cases = append(cases, newPromise(t, a, "start=2020-02-29T13:00:00Z&timeline="+by, uint64(len(name)*i)))
		}
		cases = append(cases, newPromise(t, a, "start=epoch&timeline=1&depth=60", 3), newPromise(t, a, "start=epoch&depth=30&leeway=0&segdur=1", 4),
			newPromise(t, a, "start=epoch&timeline=1&depth=21&leeway=4&segdur=30", 5), newPromise(t, a, "start=2020-02-29T13:00:00Z&tlang=zxx", 6))
	}
	const total = 20_000
	for _, x := range cases {
		x.instants(total/len(cases)+1, func(now time.Time) { x.at(now) })
	}
}
