package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// happens is an event, and when that is.
type happens struct {
	id int64
	at time.Duration
}

// Events begin in one Period, and are there: in its segments, in their media time, or in its EventStream. All Periods together have each once, whatever their media are and wherever those begin.
func TestEventsInPeriods(t *testing.T) {
	base := evening(t)
	streams(t, base)
	const every = 700 * time.Millisecond
	var mpds [][]byte
	for _, c := range []struct {
		path string
		skip float64 // seconds at the edges that need not be there: of the window, and where media end before their Period does
	}{
		{"vod/evening/manifest.mpd?timeline=1", 0.7}, {"vod/evening/manifest.mpd?timeline=number", 0.7},
		{"live/evening/manifest.mpd?depth=60&timeline=1&now=2026-03-01T12:00:17.3Z", 4}, {"live/one/manifest.mpd?ads=two,20,8&depth=60&timeline=1&now=2026-03-01T12:00:07Z", 4},
		{"live/one/manifest.mpd?periods=180&depth=50&timeline=1&now=2026-03-01T12:00:47Z", 4},
	} {
		for _, words := range []string{"version=0", "version=1", "version=1 ahead=3", "version=1 late=1", "version=0 timescale=90000 ahead=1", "in=manifest"} {
			mpd := base + "/dash/" + c.path + "&event=" + url.QueryEscape("ping every=0.7 for=0.1 "+words)
			body := get(t, mpd)
			mpds = append(mpds, body)
			d := readDoc(t, body)
			var all []happens
			for i, e := range d.Periods {
				start := seconds(t, e.Start)
				end := 1000 * 24 * time.Hour
				if i+1 < len(d.Periods) {
					end = seconds(t, d.Periods[i+1].Start)
				} else if e.Duration != "" {
					end = start + seconds(t, e.Duration)
				}
				var mine []happens
				if words == "in=manifest" {
					p := mediatest.EventPeriods(t, body)[i]
					for _, h := range p.Happenings(t) {
						mine = append(mine, happens{h.ID, start + ticks(h.Start-p.Streams[0].Offset, h.Timescale)})
					}
				}
				for _, set := range e.Sets {
					if set.Kind != "video" || words == "in=manifest" {
						continue
					}
					place := set.Template
					if place == nil {
						place = set.Reps[0].Template
					}
					for _, x := range place.pieces(set.Reps[0].ID, start) {
						fragments, _ := mediatest.Inband(t, get(t, below(t, mpd, x.url)))
						for _, h := range fragments[0] {
							at := start + ticks(h.Start, h.Timescale) - ticks(place.Offset, place.Scale)
							if h.Version == 0 {
								at = x.start + ticks(h.Start, h.Timescale)
							}
							mine = append(mine, happens{h.ID, at})
						}
					}
				}
				for _, h := range mine {
					// A tick is 10 ms.
					if off := h.at - time.Duration(h.id)*every; off < -21*time.Millisecond || off > 21*time.Millisecond {
						t.Errorf("%s, %s: event %d of Period %s is at %v, want %v", c.path, words, h.id, e.ID, h.at, time.Duration(h.id)*every)
					}
					if h.at < start-21*time.Millisecond || h.at >= end+21*time.Millisecond {
						t.Errorf("%s, %s: event %d of Period %s is at %v, and that is from %v to %v", c.path, words, h.id, e.ID, h.at, start, end)
					}
				}
				all = append(all, mine...)
			}
			if len(all) < 30 {
				t.Errorf("%s, %s: %d events", c.path, words, len(all))
			}
			seen := map[int64]int{}
			for _, h := range all {
				seen[h.id]++
			}
			first, last := all[0].id, all[len(all)-1].id
			edge := int64(c.skip/every.Seconds()) + 1
			for id := first; id <= last; id++ {
				if n := seen[id]; n > 1 || n == 0 && id > first+edge && id < last-edge {
					t.Errorf("%s, %s: event %d of %d to %d is there %d times", c.path, words, id, first, last, n)
				}
			}
			if strings.HasPrefix(c.path, "vod") && (first != 0 || fmt.Sprint(last) != fmt.Sprint(int64((seconds(t, d.Duration)-time.Millisecond)/every)) && words == "in=manifest") {
				t.Errorf("%s, %s: events %d to %d", c.path, words, first, last)
			}
		}
	}
	mediatest.Schema(t, mpds...)
}
