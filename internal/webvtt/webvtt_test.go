package webvtt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

func TestAppendSample(t *testing.T) {
	prefix := []byte("x")
	for _, c := range []struct {
		name string
		cues []media.Cue
		want string // a dot is a zero, a tilde a byte of the source identifier
	}{
		{"empty", nil, "...\x08vtte"},
		{"text", []media.Cue{{End: 5, Text: "Hü"}}, "...\x1fvttc...\x0cvsid~~~~...\x0bpaylHü"},
		{"all", []media.Cue{{End: 5, ID: "a", Settings: "line:0", Text: "b"}}, "...\x34vttc...\x0cvsid~~~~...\x09idena...\x0esttgline:0...\x09paylb"},
		{"two", []media.Cue{{End: 5, Text: "a"}, {End: 6, Text: "b"}}, "...\x1dvttc...\x0cvsid~~~~...\x09payla...\x1dvttc...\x0cvsid~~~~...\x09paylb"},
	} {
		got := AppendSample(slices.Clone(prefix), c.cues)
		want := "x" + c.want
		if len(got) != len(want) {
			t.Errorf("%s: %q, want %q", c.name, got, want)
			continue
		}
		for i := range want {
			if want[i] != '~' && !(want[i] == '.' && got[i] == 0) && want[i] != got[i] {
				t.Errorf("%s: %q, want %q: they differ at %d", c.name, got, want, i)
				break
			}
		}
		parsed, err := ParseSample(got[1:])
		if err != nil || len(parsed) != len(c.cues) {
			t.Fatalf("%s: parsed as %v, %v", c.name, parsed, err)
		}
		for i, p := range parsed {
			if o := c.cues[i]; p.ID != o.ID || p.Settings != o.Settings || p.Text != o.Text || p.SourceID < 0 {
				t.Errorf("%s: parsed as %+v", c.name, p)
			}
		}
	}
}

// Cues that differ in anything have different source identifiers; the same cue always has the same.
func TestSourceID(t *testing.T) {
	cues := []media.Cue{{End: 1}, {End: 2}, {Start: 1, End: 2}, {End: 1, Text: "a"}, {End: 1, ID: "a"}, {End: 1, Settings: "a"}, {End: 1, ID: "a", Text: "a"}}
	seen := map[uint32]int{}
	for i := range cues {
		id := sourceID(&cues[i])
		if j, ok := seen[id]; ok || id != sourceID(&cues[i]) || id >= 1<<31 {
			t.Errorf("cue %d has source identifier %#x, as %d has", i, id, j)
		}
		seen[id] = i
	}
}

func TestParseSampleErrors(t *testing.T) {
	for in, want := range map[string]string{
		"\x00\x00\x00":                                     "3 bytes behind its last box, at byte 0",
		"\x00\x00\x00\x08vtte\x00":                         "1 bytes behind its last box, at byte 8",
		"\x00\x00\x00\x07vtte":                             "box at byte 0 of a WebVTT sample has a size of 7",
		"\xff\xff\xff\xffvttc":                             "size of 4294967295; there are 8",
		"\x00\x00\x00\x08free\x00\x00\x00\x00vttc":         "box at byte 8 of a WebVTT sample has a size of 0",
		"\x00\x00\x00\x10vttc\x00\x00\x00\x09payl":         "box at byte 8 of a WebVTT sample has a size of 9; there are 8",
		"\x00\x00\x00\x12vttc\x00\x00\x00\x0avsid\x00\x00": "vsid at byte 8 of a WebVTT sample has 2 bytes, not 4",
	} {
		_, err := ParseSample([]byte(in))
		if err == nil || errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestSamples(t *testing.T) {
	cues := []media.Cue{{Start: 0, End: 100, Text: "long"}, {Start: 10, End: 20, Text: "a"}, {Start: 15, End: 30, Text: "b"}, {Start: 30, End: 40, Text: "c"}, {Start: 110, End: 120, Text: "d"}}
	for _, c := range []struct {
		from, to media.Ticks
		want     string
	}{
		{0, 40, "0+10[long] 10+5[long a] 15+5[long a b] 20+10[long b] 30+10[long c]"},
		{12, 18, "12+3[long a] 15+3[long a b]"},
		{50, 60, "50+10[long]"},
		{90, 130, "90+10[long] 100+10[] 110+10[d] 120+10[]"},
		{120, 125, "120+5[]"},
		{200, 201, "200+1[]"},
		{-10, 5, "-10+10[] 0+5[long]"},
		{5, 5, ""},
		{6, 5, ""},
	} {
		if got := samples(cues, c.from, c.to); got != c.want {
			t.Errorf("[%d, %d): %s, want %s", c.from, c.to, got, c.want)
		}
	}
	n := 0
	Samples(cues, 0, 40, func(_, _ media.Ticks, _ []media.Cue) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("yield was called %d times, want 2", n)
	}
}

func samples(cues []media.Cue, from, to media.Ticks) string {
	var out []string
	Samples(cues, from, to, func(start, duration media.Ticks, active []media.Cue) bool {
		texts := []string{}
		for _, c := range active {
			texts = append(texts, c.Text)
		}
		out = append(out, fmt.Sprintf("%d+%d%v", start, duration, texts))
		return true
	})
	return strings.Join(out, " ")
}

// At every tick, in segments of any length, exactly those cues are shown whose time it is; the samples follow each other.
func TestSamplesEverywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		cues := make([]media.Cue, r.IntN(12))
		for i := range cues {
			start := media.Ticks(r.IntN(60))
			cues[i] = media.Cue{Start: start, End: start + media.Ticks(r.IntN(30)), ID: fmt.Sprint(i)}
		}
		slices.SortStableFunc(cues, func(a, b media.Cue) int { return int(a.Start - b.Start) })
		for from := media.Ticks(-5); from < 95; {
			to := from + 1 + media.Ticks(r.IntN(20))
			at := from
			Samples(cues, from, to, func(start, duration media.Ticks, active []media.Cue) bool {
				if start != at || duration <= 0 {
					t.Fatalf("round %d: a sample at %d of %d ticks, where %d was due", round, start, duration, at)
				}
				at += duration
				for tick := start; tick < at; tick++ {
					want := slices.DeleteFunc(slices.Clone(cues), func(c media.Cue) bool { return tick < c.Start || tick >= c.End })
					if !slices.Equal(want, active) {
						t.Fatalf("round %d: at %d %v is shown, want %v", round, tick, active, want)
					}
				}
				return true
			})
			if at != to {
				t.Fatalf("round %d: the samples of [%d, %d) end at %d", round, from, to, at)
			}
			from = to
		}
	}
}

// Cues by the thousand that are all shown together must not fill memory.
func TestSamplesHostile(t *testing.T) {
	text := strings.Repeat("x", 60<<10)
	cues := make([]media.Cue, 20_000)
	for i := range cues {
		cues[i] = media.Cue{Start: media.Ticks(i), End: 1 << 40, Text: text}
	}
	total, at := 0, media.Ticks(0)
	Samples(cues, 0, 30_000, func(start, duration media.Ticks, active []media.Cue) bool {
		if start != at || len(active) > MaxActive {
			t.Fatalf("%d cues at %d, where %d was due", len(active), start, at)
		}
		at += duration
		for _, c := range active {
			total += len(c.Text)
		}
		return true
	})
	if at != 30_000 || total > maxText || total < maxText-len(text) {
		t.Errorf("to %d, %d bytes", at, total)
	}
}

func FuzzParseSample(f *testing.F) {
	f.Add(AppendSample(nil, nil))
	f.Add(AppendSample(nil, []media.Cue{{End: 5, ID: "a", Settings: "line:0", Text: "b"}, {End: 6, Text: "c"}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		cues, err := ParseSample(b)
		if err != nil && (errs.KindOf(err) != errs.Invalid || cues != nil) {
			t.Errorf("%v, %v", cues, err)
		}
	})
}

// One segment out of the middle of a film's subtitles.
func BenchmarkSamples(b *testing.B) {
	cues := make([]media.Cue, 2000)
	for i := range cues {
		cues[i] = media.Cue{Start: media.Ticks(i * 3000), End: media.Ticks(i*3000 + 2500), Text: "What a day it was, and more of it"}
	}
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst = dst[:0]
		Samples(cues, 3_000_000, 3_004_000, func(_, _ media.Ticks, active []media.Cue) bool {
			dst = AppendSample(dst, active)
			return true
		})
	}
}
