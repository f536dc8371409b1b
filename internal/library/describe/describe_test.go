package describe

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestPeriods(t *testing.T) {
	d, err := Parse("x.stream.yaml", []byte(`
title: Evening
periods:
  - news
  - {stream: film, id: first, in: 12.5, out: "1:30"}
  - file: sub/clip.mp4
    out: 01:02:03.25
    keep: [v1, audio]
    exact: true
  - {stream: film, in: 1:30, keep: v1}
options: {depth: 60}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Period{
		{ID: "p1", Stream: "news", Where: "x.stream.yaml:4:5"},
		{ID: "first", Stream: "film", In: 12500 * time.Millisecond, Out: 90 * time.Second, Where: "x.stream.yaml:5:14"},
		{ID: "p3", File: "sub/clip.mp4", Out: time.Hour + 2*time.Minute + 3250*time.Millisecond, Exact: true, Keep: []string{"v1", "audio"}, Where: "x.stream.yaml:6:11"},
		{ID: "p4", Stream: "film", In: 90 * time.Second, Keep: []string{"v1"}, Where: "x.stream.yaml:10:14"},
	}
	if d.Title != "Evening" || d.Options["depth"] != "60" || !reflect.DeepEqual(d.Periods, want) {
		t.Errorf("got %+v", d)
	}
}

func TestPeriodErrors(t *testing.T) {
	for text, want := range map[string]string{
		"periods: []":                                     "x:1:1: a description needs a list of files under the key files:, or of Periods",
		"periods: x":                                      `x:1:10: here a list is expected`,
		"periods: [a]\nfiles: [b]":                        "x:1:10: a stream consists of files: or of periods:, not of both",
		"periods: [a]\ntiming: v1":                        "x:2:9: timing is for a stream of files",
		"periods: [{in: 1}]":                              "x:1:12: a Period needs the key stream: with the name of a stream, or file: with a path",
		"periods: [{stream: a, file: b}]":                 "x:1:12: a Period is of a stream or of a file, not of both",
		"periods: [{stream: a, in: 5, out: 5}]":           "x:1:35: out is 5s, not after in, which is 5s",
		"periods: [{stream: a, in: -1}]":                  `x:1:27: a time is seconds (12.5) or hours, minutes and seconds (1:30, 01:02:03.25), not "-1"`,
		"periods: [{stream: a, in: 1:60}]":                "x:1:27: a time is",
		"periods: [{stream: a, in: NaN}]":                 "x:1:27: ",
		"periods: [{stream: a, exact: maybe}]":            `x:1:30: exact is true or false, not "maybe"`,
		"periods: [{stream: a, id: a/b}]":                 "x:1:27: an id has letters, digits",
		"periods: [{stream: a, until: 3}]":                `x:1:23: unknown key "until"; allowed are exact, file, id, in, keep, out, stream`,
		"periods: [{stream: a, id: x}, {file: b, id: x}]": `x:1:32: two Periods have the id "x"`,
		"periods: [{stream: a, id: p2}, b]":               `x:1:32: two Periods have the id "p2"`,
		"periods:" + strings.Repeat("\n  - a", 1001):      "x:2:3: 1001 Periods are more than a stream may have (1000)",
	} {
		d, err := Parse("x", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.60q:\n got %v (%+v)\nwant %s", text, err, d, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("title: x\nfiles:\n  - {file: a.mp4, roles: [main]}\ntiming: v\noptions: {a: b}\n")
	f.Add("files: [a, {file: 'b', track: 1}]")
	f.Add("&a [*a]")
	f.Add("? x\n: |\n  y\n")
	f.Add("periods: [a, {stream: b, in: 1:30, out: 2:00, keep: [v1]}]")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse("x.stream.yaml", []byte(text))
		if err == nil && (d == nil || len(d.Files)+len(d.Periods) == 0) {
			t.Error("neither a description nor an error")
		}
		if err == nil && len(d.Files) > 0 && len(d.Periods) > 0 {
			t.Error("files and Periods")
		}
	})
}
