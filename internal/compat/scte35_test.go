package compat_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// livesim2 documents: scte35_1 is a break of 20 s ten seconds after each full minute; 2 are of 10 s, at 10 and 40; 3 at 10, 36 and 46. Each is announced 7 s ahead, in emsg boxes of version 1.
func TestBreaksOfPaths(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	now := time.Date(2026, 9, 6, 11, 14, 27, 0, time.UTC)
	for path, want := range map[string][]string{
		"1":  {"3 10 20"},
		"2":  {"3 10 10", "33 40 10"},
		"3":  {"3 10 10", "29 36 10", "39 46 10"},
		"11": {"3 10 20", "23 30 20"},
		"22": {"3 10 10", "13 20 10", "33 40 10", "43 50 10"},
	} {
		m := read(t, base+"/livesim2/scte35_"+path+"/segtimeline_1/tsbd_100/clip/manifest.mpd?now="+now.Format(time.RFC3339))
		var r *mediatest.DynamicRepresentation
		for _, one := range m.Representations {
			if one.Kind == "video" {
				r = one
			}
		}
		init, urls, _ := r.Window(t, m, now)
		_, _, body := get(t, init)
		in := mediatest.ParseInit(t, []byte(body))
		var got []string
		for _, u := range urls {
			_, _, body := get(t, u)
			fragments, rest := mediatest.Inband(t, []byte(body))
			f := mediatest.ParseSegment(t, in, rest)
			start, end := f.Span(in)
			for _, h := range fragments[0] {
				at := h.Start / h.Timescale
				if at/60 != now.Unix()/60-1 {
					continue // of another minute than the last whole one
				}
				ahead := h.Start - 7*h.Timescale
				if scale := int64(in.Timescale); ahead*scale < start*h.Timescale || ahead*scale >= end*h.Timescale {
					t.Errorf("%s: an event at %d is in a segment from %d to %d (%d)", path, at, start, end, in.Timescale)
				}
				if h.Scheme != "urn:scte:scte35:2013:bin" || h.Version != 1 || !strings.HasPrefix(hex.EncodeToString([]byte(h.Data)), "fc00") || h.Value != map[bool]string{true: "timesignal"}[len(path) == 2] {
					t.Errorf("%s: %+v", path, h)
				}
				got = append(got, fmt.Sprint(at%60-7, " ", at%60, " ", h.Duration/h.Timescale))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("scte35_%s: %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{"0", "4", "31", "111", "x"} {
		if status, _, body := get(t, base+"/livesim2/scte35_"+path+"/clip/manifest.mpd"); status != 400 || !strings.Contains(body, "breaks in a minute") {
			t.Errorf("scte35_%s: %d %s", path, status, body)
		}
	}
}
