package app_test

import (
	"math"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// An event is at the same time in segments and in the manifest, though segments do not begin on ticks of its timescale: where pictures begin later than the sound, and at NTSC's frame rate.
func TestEventsOffTicks(t *testing.T) {
	const source = "testsrc2=s=160x90:r="
	for name, args := range map[string][]string{
		"events.ts":  {"-f", "lavfi", "-i", source + "25:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12", "-c:v", "libx264", "-preset", "ultrafast", "-g", "32", "-sc_threshold", "0", "-c:a", "aac", "-f", "mpegts"},
		"events.mp4": {"-f", "lavfi", "-i", source + "30000/1001:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-sc_threshold", "0", "-c:a", "aac"},
	} {
		base := start(t, mediatest.FFmpeg(t, name, args...))
		for _, mode := range []string{"vod", "live"} {
			const options = "segdur=1&start=2026-09-06T11:10:00Z&depth=30&now=" + frozen
			for rule, exact := range map[string]float64{
				"ping every=1.3": 0, "ping every=1.3 version=1": 0, "ping every=1.3 version=0 timescale=1000000": 1e-6, "ping every=0.9 ahead=3": 0, "ping every=0.9 late=1": 0, "callback every=1.3 copies=2": 0, "scte35 every=1.3": 0,
				"ping every=1.3 version=0": 0.01, // a tick
			} {
				plain, _, _ := strings.Cut(strings.Replace(rule, " late", " ahead", 1), " ahead")
				_, listed := tell(t, base, mode, plain+" in=manifest ahead=0", options)
				want := map[int64]mediatest.Happening{}
				for _, p := range mediatest.EventPeriods(t, listed) {
					for _, h := range p.Happenings(t) {
						want[h.ID] = h
					}
				}
				m, _ := tell(t, base, mode, rule, options)
				init, urls, _ := m.Representations[0].Window(t, m, at(t, frozen))
				in := mediatest.ParseInit(t, get(t, init))
				chosen := strings.Contains(rule, "version=0")
				off, n := 0, 0
				for _, u := range urls {
					fragments, rest := mediatest.Inband(t, get(t, u))
					f := mediatest.ParseSegment(t, in, rest)
					begins, _ := f.Span(in)
					if begins*100%int64(in.Timescale) != 0 {
						off++
					}
					for _, h := range fragments[0] {
						when := float64(h.Start) / float64(h.Timescale)
						if h.Version == 0 {
							when += float64(begins) / float64(in.Timescale)
						}
						w, ok := want[h.ID]
						if !ok {
							continue // at the edge of the window
						}
						n++
						right := float64(w.Start) / float64(w.Timescale)
						if chosen { // it has no number for what is before the first picture
							right = max(right, float64(begins)/float64(in.Timescale))
						}
						if d := math.Abs(when - right); d > exact+1e-9 || h.Timescale != w.Timescale || h.Duration != w.Duration {
							t.Errorf("%s, %s, %s: event %d (version %d) is at %f in a segment, %f in the manifest", name, mode, rule, h.ID, h.Version, when, right)
						}
						if chosen && h.Version != 0 {
							t.Errorf("%s, %s, %s: event %d is of version %d", name, mode, rule, h.ID, h.Version)
						}
					}
				}
				if off < 3 && (mode == "vod" || name == "events.mp4") || n < 4 { // live, a loop begins with its first picture
					t.Errorf("%s, %s, %s: %d segments begin off ticks, %d events", name, mode, rule, off, n)
				}
			}
		}
	}
}
