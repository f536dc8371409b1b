package manifest_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// A compiled look writes what text/template writes, to the byte.
func TestCompiledIsTheSame(t *testing.T) {
	for _, a := range assets(t)[:2] {
		for _, l := range load(t).Describe() {
			if l.Slower() != nil {
				t.Errorf("%s: %v", l.Name, l.Slower())
				continue
			}
			for _, mode := range l.Modes {
				for _, q := range lookQueries {
					p := ask(t, a, l, presentation.Mode(mode), q)
					slow, err := l.Slow(p)
					if err != nil {
						t.Fatal(err)
					}
					fast, ok := l.Fast(p)
					if !ok || string(fast) != string(slow) {
						t.Fatalf("%s, %s/%s?%s: compiled (%v) differs: %s", a.Name, mode, l.Name, q, ok, firstDifference(string(slow), string(fast)))
					}
				}
			}
		}
	}
}

// userLook is the look of a template of a user's.
func userLook(t *testing.T, text string) *manifest.Look {
	t.Helper()
	templates, err := manifest.Load(manifest.Config{User: fstest.MapFS{"x.mpd": {Data: []byte(text)}}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l, err := templates.Look("x.mpd")
	if err != nil || l.Err != nil {
		t.Fatal(err, l.Err)
	}
	return l
}

// What a template of a user's may hold, compiled or not: the result is text/template's.
func TestLanguage(t *testing.T) {
	a := bbb(t)
	for _, c := range []struct {
		name, text string
		compiled   bool
	}{
		{"text", `a`, true},
		{"escaped", `{{"<&>"}}{{'x'}}{{1}}{{2.5}}{{true}}`, true},
		{"fields", `{{.Name}} {{.Duration}} {{.Periods | len}}`, false},
		{"types", `{{.StartNumber}} {{.Addressing}} {{.Mode}} {{range .Periods}}{{range .AdaptationSets}}{{.Kind}} {{.SAP}} {{range .Representations}}{{.Timescale}} {{.Bandwidth}} {{.Leading}} {{.MediaOffset}} {{.PTO}}{{end}}{{end}}{{end}}`, true},
		{"printf", `{{printf "%05d<" .StartNumber}}`, false},
		{"print of a pipe", `{{.Name | fraction | fraction}}`, true},
		{"if else", `{{if .Live}}a{{else if eq .Name "bbb"}}b{{else}}c{{end}}`, true},
		{"with else", `{{with .Title}}{{.}}{{else}}none{{end}}{{with $x := .Name}}{{$x}}{{.}}{{end}}`, true},
		{"range else", `{{range .Notes}}{{.}}{{else}}no notes{{end}}`, true},
		{"range with index", `{{range $i, $p := .Periods}}{{$i}}:{{$p.ID}}:{{.ID}}{{end}}{{range $e := .Periods}}{{$e.ID}}{{end}}`, true},
		{"variables", `{{$a := 1}}{{$b := "x"}}{{if true}}{{$a = 2}}{{$b := "y"}}{{$b}}{{end}}{{$a}}{{$b}}{{$.Name}}`, true},
		{"and or not", `{{or .Title "t"}}{{and .Name .Mode}}{{not .Name}}{{if and .Name (or .Live (not .Title))}}x{{end}}`, false},
		{"comparisons", `{{if and (lt 1 2) (gt .StartNumber 0) (ge 2 2) (le 1 2) (ne .Name "x") (eq .Name "bbb")}}x{{end}}{{eq 1 1}}`, true},
		{"numbers of other kinds", `{{range .Periods}}{{range .AdaptationSets}}{{range .Representations}}{{if gt .Width 400}}w{{end}}{{end}}{{end}}{{end}}`, true},
		{"break", `{{range .Periods}}{{.ID}}{{break}}{{end}}`, false},
		{"define", `{{define "x"}}[{{.}}]{{end}}{{template "x" .Name}}{{template "x" .StartNumber}}`, true},
		{"block", `{{block "y" .Name}}({{.}}){{end}}`, true},
		{"methods", `{{.Base}} {{range .Periods}}{{range .AdaptationSets}}{{.MinBandwidth}} {{.Shared}} {{.First.ID}} {{(index .Representations 0).ID}}{{end}}{{end}}`, false},
		{"durations", `{{duration .Duration}} {{durationClock .Duration}} {{durationShort (longest .Duration 3600)}} {{durationFixed .MinBuffer}} {{durationTenth .MaxSegment}}`, true},
		{"comment", `{{/* nothing */}}a{{- /* trimmed */ -}} b`, true},
		{"recursion", `{{define "r"}}{{if .}}x{{template "r" ""}}{{end}}{{end}}{{template "r" .Name}}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "<x>" + strings.ReplaceAll(c.text, "'x'", `"'"`) + "</x>"
			l := userLook(t, text)
			if (l.Slower() == nil) != c.compiled {
				t.Errorf("compiled: %v", l.Slower())
			}
			p := ask(t, a, l, presentation.VOD, "")
			slow, err := l.Slow(p)
			if err != nil {
				t.Fatal(err)
			}
			got, err := l.Render(p)
			if err != nil || string(got) != string(slow) {
				t.Errorf("%v: %q, want %q", err, got, slow)
			}
		})
	}
}

// A template that calls itself for ever is a mistake like others.
func TestEndlessTemplate(t *testing.T) {
	l := userLook(t, "<a/>\n{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\" .Name}}")
	if _, err := l.Render(ask(t, bbb(t), l, presentation.VOD, "")); errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), "x.mpd:2") || !strings.Contains(err.Error(), "maximum template depth") {
		t.Fatal(err)
	}
}

// Whatever the form of a duration is, it is exact: a Period that seemed longer by half a millisecond would seem to have a segment more.
func TestDurationsAreExact(t *testing.T) {
	for d, want := range map[time.Duration]map[string]string{
		4170833333:    {"duration": "PT4.170833333S", "durationFixed": "PT4.170833333S", "durationShort": "PT4.170833333S", "durationTenth": "PT4.170833333S", "durationClock": "PT0H0M4.170833333S"},
		4500000000:    {"duration": "PT4.5S", "durationFixed": "PT4.500S", "durationShort": "PT4.5S", "durationTenth": "PT4.5S", "durationClock": "PT0H0M4.500S"},
		3660000000000: {"duration": "PT3660S", "durationFixed": "PT3660.000S", "durationShort": "PT1H1M0S", "durationTenth": "PT1H1M0.0S", "durationClock": "PT1H1M0.000S"},
		-1500500:      {"duration": "-PT0.0015005S"},
		59999999999:   {"durationShort": "PT59.999999999S", "durationClock": "PT0H0M59.999999999S"},
	} {
		for form, text := range want {
			if got := manifest.Printed(form, d); got != text {
				t.Errorf("%s of %v: %s, wanted %s", form, d, got, text)
			}
		}
	}
}
