package cenc_test

import (
	"strings"
	"testing"
)

// Every scheme decrypts by what the manifest announces, whatever else is asked for: init and media segments have URLs that carry different options, and Periods may have keys of their own.
func TestOptions(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"])
	for _, c := range []struct {
		mode, options, protection string
		first                     int
	}{
		{"vod", "segdur=1", "", 1},
		{"vod", "segdur=2&startnr=0", "", 0},
		{"live", live + "&startnr=7", "keyper=kind", 31},
		{"live", live + "&periods=180", "rotate=period", 31},
		{"live", live + "&periods=180&chunkdur=0.5", "rotate=period&keyper=kind", 31},
	} {
		for i, query := range schemes {
			rep := [...]string{"v1", "a1"}[i&1]
			t.Run(strings.Join([]string{c.mode, c.options, c.protection, query, rep}, " "), func(t *testing.T) {
				t.Parallel()
				p := program{t, p.base}
				folder := "/dash/" + c.mode + "/avc/" + rep
				plain := p.fetch(folder, c.options, c.first, 3)
				want := packets(t, plain.all(), "")
				x := p.fetch(folder, with(strings.TrimSuffix("?"+c.options+"&"+c.protection, "&"), query)[1:], c.first, 3)
				if got := packets(t, x.all(), keyOf(t, x.kidOf(t))); got != want {
					t.Errorf("FFmpeg decrypts other packets:\n%s", difference(want, got))
				}
			})
		}
	}
}
