package app_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// Of additional tracks all that is announced can be fetched, and what comes next cannot; segments need no more than the manifest says, and have what is in the manifest's URLs alone.
func TestAdditionalTracksLive(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	const asked = "clocktext=wvtt:en,sv,stpp:en&trickmode=1&depth=20&start=2026-09-06T00:00:00.5Z&now=" + frozen
	for _, more := range []string{"", "&timeline=1", "&timeline=number", "&periods=60", "&startnr=0&timesubsreg=1&timesubsdur=1000", "&chunkdur=0.5"} {
		u := base + "/dash/live/clip/manifest.mpd?" + asked + more
		body := get(t, u)
		mediatest.Schema(t, body)
		m := mediatest.ReadDynamic(t, u, body)
		tracks := 0
		for _, r := range m.Representations {
			if !strings.HasPrefix(r.ID, "clock-") && !strings.HasSuffix(r.ID, "-trick") {
				continue
			}
			if tracks++; strings.Contains(more, "periods") && r.Duration > 0 {
				continue // Window knows a single Period only
			}
			in := mediatest.ParseInit(t, get(t, r.URL(t, r.Init, 0, 0)))
			init, all, after := r.Window(t, m, at(t, frozen))
			if len(all) < 3 || init == "" {
				t.Errorf("%s: %s has %d segments", more, r.ID, len(all))
			}
			bandwidth := 0
			if f := regexp.MustCompile(`id="` + r.ID + `"[^>]* bandwidth="(\d+)"`).FindSubmatch(body); f != nil {
				bandwidth, _ = strconv.Atoi(string(f[1])) // digits
			}
			for _, u := range all {
				b := get(t, u)
				if strings.Contains(more, "chunkdur") {
					continue // several fragments
				}
				f := mediatest.ParseSegment(t, in, b)
				if rate := int64(len(b)) * 8 * int64(in.Timescale) / f.Lasts(); rate > int64(bandwidth) || rate < int64(bandwidth)/8 {
					t.Errorf("%s needs %d bits per second, %d are announced", u, rate, bandwidth)
				}
			}
			if strings.Contains(more, "chunkdur") {
				continue // the one that runs is there
			}
			if res, err := http.Get(after); err != nil || res.StatusCode != http.StatusNotFound {
				t.Errorf("%s comes next: %v, %v", after, res, err)
			}
		}
		if tracks%4 != 0 || tracks == 0 {
			t.Errorf("%s: %d additional tracks", more, tracks)
		}
	}
}
