package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   series
		want float64
	}{{nil, 0}, {series{3}, 3}, {series{3, 1}, 2}, {series{9, 1, 2}, 2}} {
		if got := c.in.median(); got != c.want {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestRow(t *testing.T) {
	for want, r := range map[string]row{
		"| a | 2.00 µs (1–3) |  |  |  |  |":                                    {what: "a", unit: "µs", ours: series{1, 3, 2.001}},
		"| a | 19 ms |  |  | ≤ 18 ms | **over** |":                             {what: "a", unit: "ms", ours: series{19}, most: 18},
		"| a; b | 250 µs | 500 µs, nginx | 0.50 | ≤ 1 × | ok |":                {what: "a", note: "b", unit: "µs", ours: series{250}, limit: series{500}, by: "nginx", ratio: series{0.5004}, most: 1, ofRatio: true},
		"| a | 500 µs | 250 µs, nginx | 2 (1.50–2.50) | ≤ 1.50 × | **over** |": {what: "a", unit: "µs", ours: series{500}, limit: series{250}, by: "nginx", ratio: series{2, 1.5, 2.5}, most: 1.5, ofRatio: true},
	} {
		if got := r.markdown(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestRequests(t *testing.T) {
	const report = "Running 4s test @ http://127.0.0.1:1/\n  1 threads and 8 connections\n  4249 requests in 4.06s, 9.74GB read\n"
	if n, err := requests(report); n != 4249 || err != nil {
		t.Error(n, err)
	}
	for bad, want := range map[string]string{
		report + "  Non-2xx or 3xx responses: 12\n":                       "Non-2xx or 3xx responses: 12",
		report + "  Socket errors: connect 0, read 3, write 0, timeout 0": "read 3",
		"":                               "does not say",
		"  0 requests in 4.06s, 0B read": "no request",
	} {
		if _, err := requests(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

func TestBetween(t *testing.T) {
	got, err := between("a\n"+beginMark+"\nold\n"+endMark+"\nb\n", "new\n\n")
	if want := "a\n" + beginMark + "\nnew\n" + endMark + "\nb\n"; got != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := between(got, "new"); again != got || err != nil {
		t.Errorf("%q, %v: not the same a second time", again, err)
	}
	if _, err := between(endMark+beginMark, "new"); err == nil {
		t.Error("markers in the wrong order are taken")
	}
}

func TestAnnounced(t *testing.T) {
	manifest := func(template, rep string) []byte {
		return []byte(`<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet contentType="video"/><AdaptationSet contentType="audio">` + template +
			`<Representation id="a 1">` + rep + `</Representation></AdaptationSet></Period></MPD>`)
	}
	const number = `<SegmentTemplate startNumber="3" endNumber="5" media="$RepresentationID$/$Number$.m4s?v=1"/>`
	const times = `<SegmentTemplate media="$RepresentationID$/time/$Time$.m4s"><SegmentTimeline><S t="7" d="4" r="1"/><S d="2"/></SegmentTimeline></SegmentTemplate>`
	byNumber := []string{"/dash/a%201/3.m4s?v=1", "/dash/a%201/4.m4s?v=1", "/dash/a%201/5.m4s?v=1"}
	for _, c := range []struct {
		name     string
		manifest []byte
		want     []string
	}{
		{"number", manifest(number, ""), byNumber},
		{"in the Representation", manifest("", number), byNumber},
		{"time", manifest(times, ""), []string{"/dash/a%201/time/7.m4s", "/dash/a%201/time/11.m4s", "/dash/a%201/time/15.m4s"}},
	} {
		got, err := announced(c.manifest, "/dash/manifest.mpd", "audio")
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for name, m := range map[string][]byte{"no template": manifest("", ""), "no segment": manifest(`<SegmentTemplate media="x"/>`, ""), "no XML": []byte("<")} {
		if got, err := announced(m, "/dash/manifest.mpd", "audio"); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAlternate(t *testing.T) {
	var order string
	a, b, ratio, err := alternate(3,
		func() (float64, error) { order += "a"; return 6, nil },
		func() (float64, error) { order += "b"; return 2, nil })
	if order != "abbaab" || err != nil {
		t.Errorf("measured in the order of %s, %v", order, err)
	}
	if len(a) != 3 || len(b) != 3 || ratio.median() != 3 {
		t.Errorf("%v, %v, %v", a, b, ratio)
	}
	broken := errors.New("broken")
	for n := range 4 { // whichever measurement fails
		calls := 0
		each := func() (float64, error) {
			calls++
			if calls == n+1 {
				return 0, broken
			}
			return 1, nil
		}
		if _, _, _, err := alternate(2, each, each); !errors.Is(err, broken) || calls != n+1 {
			t.Errorf("failure of measurement %d: %v after %d", n, err, calls)
		}
	}
}
