package fault

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// lines calls f with the two sides of every line of a file, and where it is.
func lines(t *testing.T, name string, f func(place, left, right string)) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		left, right, _ := strings.Cut(line, " | ")
		if strings.HasSuffix(left, " |") && right == "" {
			left = strings.TrimSuffix(left, " |")
		}
		f(filepath.Base(name)+":"+strconv.Itoa(i+1), strings.NewReplacer(`\n`, "\n", `\x01`, "\x01").Replace(left), right)
	}
}

func TestErrors(t *testing.T) {
	lines(t, "testdata/errors.txt", func(place, text, want string) {
		rules, err := Parse(text)
		if err == nil {
			t.Errorf("%s: %q gives %q", place, text, Print(rules))
			return
		}
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: the error is of kind %s", place, errs.KindOf(err))
		}
		begin, more := strings.CutSuffix(want, "…")
		if got := err.Error(); got != want && !(more && strings.HasPrefix(got, begin)) {
			t.Errorf("%s: %q\n got %s\nwant %s", place, text, got, want)
		}
	})
	if _, err := Parse(strings.Repeat("video:404;", maxRules) + "audio:404"); err == nil || !strings.Contains(err.Error(), "more than 64 rules") {
		t.Errorf("65 rules: %v", err)
	}
	if _, err := Parse(strings.Repeat(" ", maxText+1)); err == nil {
		t.Error("a text without end is taken")
	}
}

func TestCanonical(t *testing.T) {
	lines(t, "testdata/canonical.txt", func(place, text, want string) {
		rules, err := Parse(text)
		if want == "error" {
			if err == nil {
				t.Errorf("%s: %q gives %q", place, text, Print(rules))
			}
			return
		}
		if err != nil {
			t.Errorf("%s: %q: %v", place, text, err)
			return
		}
		if got := Print(rules); got != want {
			t.Errorf("%s: %q\n got %s\nwant %s", place, text, got, want)
		}
		if again, err := Parse(want); err != nil || Print(again) != want {
			t.Errorf("%s: %q printed is %q, %v", place, want, Print(again), err)
		}
	})
}

func TestDecide(t *testing.T) {
	files, err := filepath.Glob("testdata/decide/*.txt")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		now := time.Date(2026, 9, 6, 10, 0, 0, 0, time.UTC)
		var rules []Rule
		lines(t, name, func(place, left, want string) {
			key, rest, _ := strings.Cut(left, " ")
			switch key {
			case "rules":
				if rules, err = Parse(rest); err != nil {
					t.Fatalf("%s: %v", place, err)
				}
				return
			case "now":
				if now, err = time.Parse(time.RFC3339, rest); err != nil {
					t.Fatalf("%s: %v", place, err)
				}
				return
			}
			q := request(t, place, left)
			var got []string
			for _, e := range Decide(rules, &q, now) {
				got = append(got, e.Action.String())
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s: %s with %s: %q happens, not %q", place, left, Print(rules), s, want)
			}
		})
	}
}

// request reads "video.init rep=v1 …".
func request(t *testing.T, place, line string) Request {
	t.Helper()
	fields := strings.Fields(line)
	var q Request
	kind, init, _ := strings.Cut(fields[0], ".")
	switch q.Type = Media; kind {
	case "manifest":
		q.Type = Manifest
	case "clock":
		q.Type = Clock
	case "patch":
		q.Type = Patch
	case "video":
		q.Kind = media.Video
	case "audio":
		q.Kind = media.Audio
	case "text":
		q.Kind = media.Text
	case "media":
	default:
		t.Fatalf("%s: what is a %s?", place, kind)
	}
	if init != "" {
		q.Type = Init
	}
	for _, f := range fields[1:] {
		key, value, _ := strings.Cut(f, "=")
		var err error
		switch key {
		case "n":
			q.Segment = true
			q.Number, err = strconv.ParseInt(value, 10, 64)
		case "t":
			from, to, _ := strings.Cut(value, "-")
			if q.Start, err = readSeconds(from); err == nil {
				q.End, err = readSeconds(to)
			}
		case "rep":
			q.Representation = value
		case "edge":
			q.Edge, err = strconv.ParseInt(value, 10, 64)
		case "try":
			q.Try, err = strconv.ParseInt(value, 10, 64)
		case "update":
			q.Update, err = strconv.ParseInt(value, 10, 64)
		case "origin":
			q.Live = true
			q.Origin, err = time.Parse(time.RFC3339, value)
		case "period":
			q.Period, err = readSeconds(value)
		default:
			t.Fatalf("%s: what is %s?", place, key)
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", place, f, err)
		}
	}
	return q
}

// Whatever happens says which rule asked for it, and the rule that it was written as.
func TestRule(t *testing.T) {
	rules, err := Parse("video:delay=1,404@n=1; all:503 ")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range Decide(rules, &Request{Type: Media, Kind: media.Video, Segment: true, Number: 1}, time.Time{}) {
		if e.Rule != "video:delay=1,404@n=1" {
			t.Errorf("%s is of %q", e.Action, e.Rule)
		}
	}
}

func TestCountAndDated(t *testing.T) {
	for text, want := range map[string]struct {
		count bool
		dated string
	}{
		"video:404":                                         {false, ""},
		"video:404@n=1;audio:404@try=1":                     {true, ""},
		"video:404@t=10:00:00Z":                             {false, ""},
		"video:404@t=3,2026-09-06T12:00:00Z":                {false, "2026-09-06T12:00:00Z"},
		"manifest:404@t=2026-09-06T12:00:00Z":               {false, ""},
		"all:404@t=2026-09-06T12:00:00Z":                    {false, ""},
		"video:404@at=2026-09-06T12:00:00Z..":               {false, ""},
		"video,manifest:404@t=2026-09-06T12:00:00Z..,try=2": {true, ""},
	} {
		rules, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if Count(rules) != want.count || Dated(rules) != want.dated {
			t.Errorf("%s: %v, %q", text, Count(rules), Dated(rules))
		}
	}
}

func TestCutAfter(t *testing.T) {
	for _, c := range []struct {
		cut         Cut
		total, want int64
	}{
		{Cut{Bytes: 10}, 5, 10}, {Cut{Bytes: 10}, -1, 10}, {Cut{Bytes: 0}, 5, 0}, {Cut{-1, 500}, 1001, 500}, {Cut{-1, 333}, 9, 2}, {Cut{-1, 999}, 1 << 62, 4607074332408960516},
		{Cut{-1, 500}, -1, 0}, {Cut{-1, 0}, 100, 0},
	} {
		if got := c.cut.After(c.total); got != c.want {
			t.Errorf("%s of %d is %d, not %d", c.cut, c.total, got, c.want)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	rules, err := Parse("video:404@n=12-14;audio:delay=3@every=5;manifest:503@t=30-40/60")
	if err != nil {
		b.Fatal(err)
	}
	q := Request{Type: Media, Kind: media.Video, Segment: true, Number: 11}
	b.ReportAllocs()
	for b.Loop() {
		if Decide(rules, &q, time.Time{}) != nil {
			b.Fatal("something happens")
		}
	}
}
