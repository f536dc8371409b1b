package proof_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// awkward is a stream where nothing divides anything: 29.97 pictures, 44.1 and 48 kHz, subtitles; its loop is frames long that make 19.019 s.
func awkward(t testing.TB) string {
	t.Helper()
	return mediatest.FFmpeg(t, "awkward.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=19", "-f", "lavfi", "-i", "sine=r=44100:d=19", "-f", "lavfi", "-i", "sine=f=660:r=48000:d=19",
		"-i", mediatest.Subtitles(t), "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-bf", "2", "-sc_threshold", "0",
		"-c:a:0", "aac", "-c:a:1", "libopus", "-c:s", "srt")
}

// stream is a live stream whose clock is the test's.
type stream struct {
	p    *presentation.Presentation
	look *manifest.Look
}

// live opens a stream; the options must name a start.
func live(t testing.TB, a *asset.Asset, query string) *stream {
	t.Helper()
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	look, err := templates.Look("manifest.mpd")
	if err != nil {
		t.Fatal(err)
	}
	o, err := option.NewRegistry(option.Common()...).Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	start := presentation.StartOf(presentation.Live, o, time.Time{})
	p, err := presentation.Timeless(a, presentation.Live, o, start, presentation.Others{})
	if err != nil {
		t.Fatal(err)
	}
	return &stream{p.Seen("http://host", "/dash/live/x/manifest.mpd"), look}
}

func opened(t testing.TB, path string) *asset.Asset {
	t.Helper()
	lib, a, err := app.OpenOne(context.Background(), library.Config{Paths: []string{path}, Data: filepath.Join(t.TempDir(), "data"), FFmpeg: "none", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	return a
}

// announced is what a manifest says at an instant, as a player reads it.
type announced struct {
	Start  time.Time `xml:"availabilityStartTime,attr"`
	Period []struct {
		ID    string `xml:"id,attr"`
		Start string `xml:"start,attr"`
		Sets  []struct {
			Kind     string    `xml:"contentType,attr"`
			Template *template `xml:"SegmentTemplate"`
			Reps     []struct {
				ID       string    `xml:"id,attr"`
				Template *template `xml:"SegmentTemplate"`
			} `xml:"Representation"`
		} `xml:"AdaptationSet"`
	} `xml:"Period"`
}

type template struct {
	Scale  int64 `xml:"timescale,attr"`
	Offset int64 `xml:"presentationTimeOffset,attr"`
	S      []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int64  `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

// at loads the manifest at an instant, and returns when the next one comes.
func (s *stream) at(t testing.TB, now time.Time) (*announced, time.Time) {
	t.Helper()
	p := s.p.At(now)
	b, err := s.look.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	m := &announced{}
	if err := xml.Unmarshal(b, m); err != nil {
		t.Fatalf("%s: %v\n%s", now, err, b)
	}
	return m, p.Live.Until
}

// follower is a player that looks whether the segments of each Representation follow one another.
type follower struct {
	end   map[string]*big.Int // of the last segment, by Representation and timescale
	seen  map[string]int
	scale map[string]int64
}

// take notes what a manifest announces that is new: it must begin where what was announced before ends, which must have stayed as it was.
func (f *follower) take(t testing.TB, now time.Time, m *announced) {
	t.Helper()
	for _, p := range m.Period {
		for _, set := range p.Sets {
			for _, r := range set.Reps {
				tm := set.Template
				if r.Template != nil {
					tm = r.Template
				}
				f.follow(t, now, r.ID, tm)
			}
		}
	}
}

func (f *follower) follow(t testing.TB, now time.Time, id string, tm *template) {
	t.Helper()
	if f.scale[id] != 0 && f.scale[id] != tm.Scale {
		t.Fatalf("%s: the timescale of %s has become %d", now, id, tm.Scale)
	}
	f.scale[id] = tm.Scale
	last, at := f.end[id], int64(0)
	for i, s := range tm.S {
		if s.T != nil {
			if i > 0 && *s.T != at {
				t.Fatalf("%s: %s: there is a hole of %d ticks in the timeline before %d", now, id, *s.T-at, *s.T)
			}
			at = *s.T
		}
		if s.D <= 0 || s.R < 0 || at < 0 {
			t.Fatalf("%s: %s: S t=%d d=%d r=%d", now, id, at, s.D, s.R)
		}
		for range s.R + 1 {
			end := big.NewInt(at + s.D)
			switch {
			case last == nil || end.Cmp(last) <= 0: // known
			case last.Cmp(big.NewInt(at)) != 0:
				t.Fatalf("%s: %s: a new segment begins at %d, the one before ended at %d", now, id, at, last)
			default:
				f.seen[id]++
			}
			if last == nil || end.Cmp(last) > 0 {
				last = end
			}
			at += s.D
		}
	}
	if last == nil {
		t.Fatalf("%s: %s: nothing is announced", now, id)
	}
	f.end[id] = last
}

// A day of clock: every manifest that is published is read, and every segment that it announces first follows the one before, on all tracks.
func TestDay(t *testing.T) {
	a := opened(t, awkward(t))
	begin := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	for name, query := range map[string]string{
		"from 1970, with clock subtitles and trick": "timeline=number&depth=16&start=epoch&segdur=6&clocktext=stpp:en&trickmode=1",
		"in Periods of three minutes":               "timeline=1&depth=16&start=2026-01-01T00:00:00Z&segdur=6&periods=20&continuous=1",
	} {
		t.Run(name, func(t *testing.T) {
			s := live(t, a, query)
			f := &follower{end: map[string]*big.Int{}, seen: map[string]int{}, scale: map[string]int64{}}
			n := 0
			for now := begin; now.Before(begin.Add(24 * time.Hour)); n++ {
				m, next := s.at(t, now)
				f.take(t, now, m)
				if !next.After(now) {
					t.Fatalf("%s: the next manifest comes at %s", now, next)
				}
				now = next
			}
			if len(f.seen) < 4 {
				t.Errorf("only %d Representations", len(f.seen))
			}
			for id, segments := range f.seen {
				if day := f.scale[id] * 86400; float64(segments) < 86400/8 || new(big.Int).Sub(f.end[id], big.NewInt(int64(begin.Sub(s.p.Live.Start)/time.Second)*f.scale[id])).Int64() < day-8*f.scale[id] {
					t.Errorf("%s: only %d segments in a day, to %d", id, segments, f.end[id])
				}
			}
			t.Logf("%d manifests, segments %v", n, f.seen)
		})
	}
}

// Years of clock: wherever on the time line, pictures and sound are cut at the same place within a frame, the loop begins where whole loops since the start end, and the newest segment is the
// one that has just been completed.
func TestYears(t *testing.T) {
	a := opened(t, awkward(t))
	random := rand.New(rand.NewPCG(7, 11))
	loop := new(big.Rat).Mul(big.NewRat(int64(frames(t, awkward(t))), 1), big.NewRat(1001, 30000)) // the film once
	for _, c := range []struct {
		start string
		years int
	}{{"epoch", 227}, {"2026-01-01T00:00:00Z", 10}} {
		s := live(t, a, "timeline=1&depth=60&segdur=4&start="+c.start)
		for range 1500 {
			since := time.Duration(random.Int64N(int64(time.Duration(c.years) * 365 * 24 * time.Hour)))
			if s.p.Live.Start.Year()+c.years > 2262 {
				t.Fatal("beyond what a time can be")
			}
			now := s.p.Live.Start.Add(since + 5*time.Minute)
			m, _ := s.at(t, now)
			yearsAt(t, now, m, loop)
		}
	}
}

func yearsAt(t *testing.T, now time.Time, m *announced, loop *big.Rat) {
	t.Helper()
	elapsed := new(big.Rat).SetFrac(new(big.Int).Add(new(big.Int).Mul(big.NewInt(now.Unix()-m.Start.Unix()), big.NewInt(1e9)), big.NewInt(int64(now.Nanosecond()))), big.NewInt(1e9))
	var cuts []*big.Rat
	for _, set := range m.Period[0].Sets {
		tm := set.Template
		if tm == nil {
			tm = set.Reps[0].Template
		}
		starts, end := tm.list()
		if late := new(big.Rat).Sub(elapsed, end); late.Sign() < 0 || late.Cmp(big.NewRat(17, 2)) > 0 {
			t.Fatalf("%s: %s: the newest segment ended %s s ago", now, set.Kind, late.FloatString(3))
		}
		switch set.Kind {
		case "video":
			cuts = starts
			ok := false
			for _, c := range starts {
				n := new(big.Rat).Quo(c, loop)
				ok = ok || n.IsInt()
			}
			if !ok {
				t.Fatalf("%s: none of the segments begins a loop of %s s", now, loop.FloatString(6))
			}
		case "audio":
			worst := new(big.Rat)
			for i := range min(len(starts), len(cuts)) {
				// The windows may begin at another segment.
				near := big.NewRat(100, 1)
				for _, c := range cuts {
					if d := new(big.Rat).Sub(c, starts[i]); d.Abs(d).Cmp(near) < 0 {
						near = d
					}
				}
				if i > 0 && near.Cmp(worst) > 0 {
					worst = near
				}
			}
			if worst.Cmp(big.NewRat(1024, 44100)) > 0 {
				t.Fatalf("%s: sound is cut %s s from where pictures are", now, worst.FloatString(6))
			}
		}
	}
}

// list returns the starts of all segments, and where the last one ends, in seconds.
func (tm *template) list() (starts []*big.Rat, end *big.Rat) {
	at := int64(0)
	for _, s := range tm.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			starts = append(starts, big.NewRat(at, tm.Scale))
			at += s.D
		}
	}
	return starts, big.NewRat(at, tm.Scale)
}

// frames counts the pictures of a file with ffprobe.
func frames(t testing.TB, path string) (n int) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", path).Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &n)
	}
	if err != nil || n < 100 {
		t.Fatalf("ffprobe: %q: %v", out, err)
	}
	return n
}
