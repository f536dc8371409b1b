package flv

import (
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

// ends returns when a track begins and ends, milliseconds.
func (c *collected) ends(track int) (from, to int64) {
	all, scale := c.samples[track], c.result.Tracks[track].Timescale
	last := all[len(all)-1]
	return int64(all[0].DTS.In(scale, 1000)), int64((last.DTS + last.Duration).In(scale, 1000))
}

// TestClock: wraps, new beginnings and jitter.
func TestClock(t *testing.T) {
	src := newSource(t)
	same := func(ms int64) int64 { return ms }
	plain := mustScan(t, fileOf(flvOf(src.tags(same)...))) // video is the first track
	jitter := 0
	for _, test := range []struct {
		name  string
		at    func(ms int64) int64
		times int             // the recording is there
		scale media.Timescale // of the video: on its frame grid, or in milliseconds
	}{
		{"begins late", func(ms int64) int64 { return ms + 3_600_000 }, 1, 24000},
		{"wraps at 32 bits", func(ms int64) int64 { return int64(uint32(ms + 1<<32 - 2000)) }, 1, 24000},
		{"wraps at 24 bits", func(ms int64) int64 { return (ms + 1<<24 - 2000) & (1<<24 - 1) }, 1, 24000},
		{"jitter", func(ms int64) int64 { jitter++; return ms + int64(jitter%4) }, 1, 1000},
		{"begins anew", same, 2, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tags []tagOf
			for range test.times {
				again := src.tags(same)
				for i := range again {
					again[i].time = test.at(again[i].time)
				}
				tags = append(tags, again...)
			}
			c := mustScan(t, fileOf(flvOf(tags...)))
			if len(c.result.Warnings) > 0 || c.result.Tracks[0].Timescale != test.scale {
				t.Errorf("warnings %q, timescale %d, not %d", c.result.Warnings, c.result.Tracks[0].Timescale, test.scale)
			}
			for i := range c.result.Tracks {
				from, to := c.ends(i)
				wantFrom, wantTo := plain.ends(i)
				want := (wantTo - wantFrom) * int64(test.times)
				if d := to - from - want; d < -150 || d > 150 || len(c.samples[i]) != len(plain.samples[i])*test.times {
					t.Errorf("track %d lasts %d ms in %d samples, not %d", i, to-from, len(c.samples[i]), want)
				}
				for j, s := range c.samples[i] {
					if j > 0 && s.DTS != c.samples[i][j-1].DTS+c.samples[i][j-1].Duration || s.Duration <= 0 {
						t.Fatalf("track %d, sample %d: %+v after %+v", i, j, s, c.samples[i][j-1])
					}
				}
			}
			video, _ := c.ends(0)
			audio, _ := c.ends(1)
			plainVideo, _ := plain.ends(0)
			plainAudio, _ := plain.ends(1)
			if d := audio - video - (plainAudio - plainVideo); d < -4 || d > 4 {
				t.Errorf("audio begins %d ms after video, that is %d ms off", audio-video, d)
			}
		})
	}
}
