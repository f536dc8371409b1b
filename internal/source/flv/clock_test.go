package flv

import (
	"slices"
	"strings"
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
			says := strings.Join(c.result.Warnings, "; ")
			if (test.times == 1) != (says == "") || test.times > 1 && !strings.HasPrefix(says, "the clock begins anew at byte ") || c.result.Tracks[0].Timescale != test.scale {
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

// TestWrongTimes: single tags whose time is damaged move nothing but themselves, wherever they stand.
func TestWrongTimes(t *testing.T) {
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	plain := mustScan(t, fileOf(flvOf(tags...)))
	for name, damage := range map[string]struct {
		at   []int
		time int64
	}{
		"far ahead":      {[]int{60}, 54_092},
		"back to 0":      {[]int{len(tags) - 20}, 0},
		"several":        {[]int{40, 41, 90, 93, 120}, 1 << 26},
		"the last":       {[]int{len(tags) - 1}, 1 << 20},
		"ahead and back": {[]int{50, len(tags) - 30}, 3_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			bad := slices.Clone(tags)
			for _, i := range damage.at {
				bad[i].time = damage.time
			}
			c := mustScan(t, fileOf(flvOf(bad...)))
			if says := strings.Join(c.result.Warnings, "; "); !strings.Contains(says, "is damaged") || strings.Contains(says, "anew") {
				t.Errorf("warnings %q", says)
			}
			for i := range c.result.Tracks {
				from, to := c.ends(i)
				wantFrom, wantTo := plain.ends(i)
				if max(from-wantFrom, wantFrom-from) > 50 || max(to-wantTo, wantTo-to) > 150 {
					t.Errorf("track %d is from %d to %d ms, not from %d to %d", i, from, to, wantFrom, wantTo)
				}
				off := 0
				for j, s := range c.samples[i] {
					scale, plainScale := c.result.Tracks[i].Timescale, plain.result.Tracks[i].Timescale
					if d := s.DTS.Duration(scale) - plain.samples[i][j].DTS.Duration(plainScale); d.Abs().Milliseconds() > 60 {
						off++
					}
				}
				if off > 0 {
					t.Errorf("track %d: %d samples are more than 60 ms off", i, off)
				}
			}
		})
	}
}
