package timeline_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// TestAudioNeverBreaks walks audio segments over many loops, at frame rates and sampling rates that do not divide: each starts where the former ended, ends no later than
// the video that it goes with, and its frames are at most half a frame from their pictures.
func TestAudioNeverBreaks(t *testing.T) {
	for _, c := range []struct {
		name     string
		scale    media.Timescale // of video
		frame    media.Ticks
		frames   int // of video in a loop
		gop      int
		rate     media.Timescale // of audio
		audio    media.Ticks
		count    int
		first    media.Ticks
		startsAt int // loop to start at: far in the future too
	}{
		{"25 fps, 48 kHz", 12800, 512, 1000, 50, 48000, 1024, 1876, -1024, 0},
		{"29.97 fps, 44.1 kHz", 30000, 1001, 899, 60, 44100, 1024, 1300, -1024, 0},
		{"29.97 fps, AC-3, epoch", 30000, 1001, 899, 60, 48000, 1536, 940, 0, 60_000_000},
		{"23.976 fps, Opus", 24000, 1001, 719, 48, 48000, 960, 1500, -312, 1000},
		{"59.94 fps, short audio", 60000, 1001, 600, 60, 44100, 1024, 100, 0, 5},
		{"50 fps, late audio", 12800, 256, 500, 100, 48000, 1024, 400, 33600, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &timeline.Loop{Scale: c.scale, Length: c.frame * media.Ticks(c.frames)}
			for at := 0; at < c.frames; at += c.gop {
				l.Starts = append(l.Starts, media.Ticks(at)*c.frame)
			}
			a := timeline.Audio(l, timeline.Frames{
				Scale: c.rate, Duration: c.audio, Count: c.count, Start: 777, First: c.first,
				Sizes: func(_, count int) (uint64, uint32) { return uint64(count), 0 },
			})
			next := a.Start(c.startsAt * len(l.Starts))
			for k := c.startsAt * len(l.Starts); k < (c.startsAt+40)*len(l.Starts); k++ {
				s := a.At(k)
				if s.Start != next {
					t.Fatalf("segment %d starts at %d, the former ended at %d", k, s.Start, next)
				}
				frames := 0
				for _, r := range s.Ranges {
					if got := 777 + media.Ticks(r.First)*c.audio + r.Shift; got != next {
						t.Fatalf("segment %d: a range is decoded at %d, want %d", k, got, next)
					}
					if r.First < 0 || r.Count <= 0 || r.First+r.Count > c.count {
						t.Fatalf("segment %d takes frames %d to %d of %d", k, r.First, r.First+r.Count, c.count)
					}
					next += media.Ticks(r.Count) * c.audio
					frames += r.Count
				}
				if s.Duration != media.Ticks(frames)*c.audio {
					t.Fatalf("segment %d lasts %d, its %d frames %d", k, s.Duration, frames, media.Ticks(frames)*c.audio)
				}
				if end := next.Duration(c.rate); end > a.Complete(k) {
					t.Fatalf("segment %d ends at %v, after it is complete at %v", k, end, a.Complete(k))
				}
				if i, ok := a.Find(s.Start); !ok || i != k {
					t.Fatalf("the segment at %d is %d (%v), want %d", s.Start, i, ok, k)
				}
				if c.count > 1200 && s.Ranges[0].First > 0 && len(s.Ranges) == 1 {
					loop := media.Ticks(k/len(l.Starts)) * l.Length
					want := loop.In(c.scale, c.rate) + c.first + media.Ticks(s.Ranges[0].First)*c.audio
					if off := s.Start - want; off > c.audio/2+1 || off < -c.audio/2-1 {
						t.Fatalf("segment %d: sound is %d ticks from its picture", k, off)
					}
				}
			}
		})
	}
}

// TestRunning asks random instants of a loop which segment runs.
func TestRunning(t *testing.T) {
	l := &timeline.Loop{Scale: 90000, Length: 900900, Starts: []media.Ticks{0, 180180, 540540}}
	v := timeline.Text(l, 1000, 0)
	for range 10000 {
		d := media.Ticks(rand.Int64N(1 << 47)).Duration(90000)
		k := v.Running(d)
		if v.Complete(k) <= d || k > 0 && v.Complete(k-1) > d {
			t.Fatalf("at %v segment %d is said to run: it is complete at %v, the one before at %v", d, k, v.Complete(k), v.Complete(k-1))
		}
	}
}

// There is an answer for any time that a URL may have, soon: no segment starts where ticks cannot be counted.
func TestFindOfAnyTime(t *testing.T) {
	l := &timeline.Loop{Scale: 12800, Length: 512000, Starts: []media.Ticks{0, 128000, 256000}}
	lists := []timeline.List{
		timeline.Text(l, 12800, 0), timeline.Text(l, 1000, 0), timeline.Text(l, 4294967295, 0),
		timeline.Audio(l, timeline.Frames{Scale: 48000, Duration: 1024, Count: 100, Sizes: func(int, int) (uint64, uint32) { return 0, 0 }}),
	}
	for i, list := range lists {
		for shift := range 63 {
			for _, off := range []media.Ticks{-1, 0, 1} {
				at := media.Ticks(1)<<shift + off
				if k, ok := list.Find(at); ok && list.Start(k) != at {
					t.Errorf("list %d: at %d there is segment %d, which starts at %d", i, at, k, list.Start(k))
				}
			}
		}
		if k, ok := list.Find(math.MaxInt64); ok && list.Reckoned(k) {
			t.Errorf("list %d: segment %d starts when time is over", i, k)
		}
		for k, want := range map[int]bool{0: true, 300_000_000: true, 1 << 40: false, math.MaxInt: false} {
			if list.Reckoned(k) != want {
				t.Errorf("list %d: there are times for segment %d: %v", i, k, !want)
			}
		}
	}
}
