package option_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// What an Option says of itself is enough for a form, and true.
func TestEveryOptionDescribesItself(t *testing.T) {
	r := option.NewRegistry(option.Common()...)
	seen := map[string]bool{}
	for _, info := range r.Describe() {
		t.Run(info.Key, func(t *testing.T) {
			if !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`).MatchString(info.Key) || seen[info.Key] {
				t.Errorf("key %q", info.Key)
			}
			seen[info.Key] = true
			if info.Title == "" || info.Help == "" || info.Type == "" || info.Syntax == "" || len(info.Modes) == 0 || !strings.HasSuffix(strings.TrimSpace(info.Help), ".") {
				t.Errorf("%+v", info)
			}
			for _, m := range info.Modes {
				if !slices.Contains([]string{"vod", "live", "odvod"}, m) {
					t.Errorf("mode %q", m)
				}
			}
			if s, err := r.Parse(info.Key + "=" + url.QueryEscape(info.Default)); err != nil {
				t.Errorf("its default %q is refused: %v", info.Default, err)
			} else if q := s.Query(option.Manifest, nil); q != "" {
				t.Errorf("its default %q counts as given: %q", info.Default, q)
			}
			for _, c := range info.Choices {
				if _, err := r.Parse(info.Key + "=" + url.QueryEscape(c.Value)); err != nil || c.Help == "" {
					t.Errorf("its choice %q (%s): %v", c.Value, c.Help, err)
				}
			}
			if info.Type == "text" || info.Type == "list" {
				return // may take it
			}
			bad := "no such value: ?"
			_, err := r.Parse(info.Key + "=" + url.QueryEscape(bad))
			if errs.KindOf(err) != errs.Invalid || err == nil {
				t.Fatalf("a bad value: %v", err)
			}
			for _, part := range []string{info.Key, fmt.Sprintf("%q", bad), info.Syntax} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestParse(t *testing.T) {
	r := option.NewRegistry(option.Common()...)
	none, err := r.Parse("")
	if err != nil || option.Timeline.From(none) != "0" || len(none.Unknown()) != 0 || none.Query(option.Manifest, nil) != "" {
		t.Errorf("nothing asked: %v %v", none, err)
	}
	s, err := r.Parse("zebra=1&segdur=2.5&timeline=1&mup=3&apple=%26")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Unknown(); !slices.Equal(got, []string{"apple", "zebra"}) {
		t.Errorf("unknown: %q", got)
	}
	if got := option.Timeline.From(s); got != "1" {
		t.Errorf("timeline is %q", got)
	}
	if got := s.Query(option.Video, nil); got != "?segdur=2.5&timeline=1" {
		t.Errorf("media URLs carry %q: segdur and timeline, and not mup, which is the manifest's alone", got)
	}
	if _, err := r.Parse("a=%zz"); errs.KindOf(err) != errs.Invalid {
		t.Errorf("no query: %v", err)
	}
	if first, err := r.Parse("timeline=1&timeline=list"); err != nil || option.Timeline.From(first) != "1" {
		t.Errorf("twice: %v", err)
	}
}

func TestTwoOptionsOfOneName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("declared twice, and no panic")
		}
	}()
	option.NewRegistry(option.Timeline, option.SegmentDuration, option.Timeline)
}
