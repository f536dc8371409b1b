package fault

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

func seeds(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			text, _, _ := strings.Cut(line, " | ")
			f.Add(text)
		}
	}
}

// What is taken is printed so that it is the same again, and decides the same; no text brings Parse or Decide down.
func FuzzParse(f *testing.F) {
	seeds(f)
	q := Request{Type: Media, Kind: media.Video, Representation: "v1", Segment: true, Number: 12, Start: 44 * time.Second, End: 48 * time.Second, Live: true, Origin: time.Unix(1788688835, 0), Try: 2}
	now := time.Unix(1788688900, 0)
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := Parse(text)
		if err != nil {
			if !strings.Contains(err.Error(), "character") && len(text) <= maxText && strings.ToValidUTF8(text, "") == text {
				t.Errorf("%q: no place in %q", text, err)
			}
			return
		}
		printed := Print(rules)
		again, err := Parse(printed)
		if err != nil || Print(again) != printed {
			t.Fatalf("%q is printed as %q, which is %q, %v", text, printed, Print(again), err)
		}
		one, two := Decide(rules, &q, now), Decide(again, &q, now)
		if len(one) != len(two) {
			t.Fatalf("%q: %v, printed and read again %v", text, one, two)
		}
		for i := range one {
			if one[i] != two[i] {
				t.Errorf("%q: %v, printed and read again %v", text, one[i], two[i])
			}
		}
	})
}

func FuzzReadErrors(f *testing.F) {
	for _, s := range []string{"404=5,503=00:00:10Z", "410=2026-09-06T10:00:05Z", "none", "404=1-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadErrors(text)
		if err != nil {
			return
		}
		again, err := ReadErrors(PrintTriggers(list))
		if err != nil || PrintTriggers(again) != PrintTriggers(list) {
			t.Errorf("%q: %q, %v", text, PrintTriggers(again), err)
		}
		Errors("verr", "video", list, 3)
	})
}
