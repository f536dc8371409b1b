package timeline_test

import (
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// lists are the same segments, stored once and in a loop: of 2, 4, 4 and 1 seconds.
func lists() (once, loop timeline.List, l *timeline.Loop) {
	l = &timeline.Loop{Scale: 10, Length: 110, Starts: []media.Ticks{0, 20, 60, 100}}
	var cut index.Cut
	for i, s := range l.Starts {
		end := l.Length
		if i+1 < len(l.Starts) {
			end = l.Starts[i+1]
		}
		cut = append(cut, index.Segment{First: i, Count: 1, DTS: s * 9, EPT: s * 9, End: end * 9})
	}
	return timeline.Stored(cut, 0).In(90), timeline.Looped(l, 90, cut, 0), l
}

func TestWithin(t *testing.T) {
	once, loop, _ := lists()
	for _, c := range []struct {
		from, to   media.Ticks // tenths of a second
		slack      time.Duration
		first, end int
	}{
		{0, 110, 0, 0, 4}, {0, 20, 0, 0, 1}, {20, 100, 0, 1, 3}, {19, 21, 0, 0, 2}, {19, 61, 100 * time.Millisecond, 1, 2}, {25, 50, 0, 1, 2}, {100, 110, 0, 3, 4}, {99, 105, 0, 2, 4},
	} {
		if first, end := once.Within(c.from, c.to, 10, c.slack); first != c.first || end != c.end {
			t.Errorf("stored: from %d to %d: %d to %d, want %d to %d", c.from, c.to, first, end, c.first, c.end)
		}
		for _, k := range []int{0, 1, 1000} {
			at := media.Ticks(k) * 110
			if first, end := loop.Within(at+c.from, at+c.to, 10, c.slack); first != 4*k+c.first || end != 4*k+c.end {
				t.Errorf("loop %d: from %d to %d: %d to %d, want %d to %d", k, c.from, c.to, first, end, 4*k+c.first, 4*k+c.end)
			}
		}
	}
}

func TestPlaced(t *testing.T) {
	once, loop, _ := lists()
	const lag = time.Hour
	for name, l := range map[string]timeline.List{"stored": once.Placed(1, 3, lag), "looped": loop.Placed(1, 3, lag)} {
		if first, end := l.Bounds(); first != 1 || end != 3 || l.Lag() != lag {
			t.Errorf("%s: %d to %d, %v later", name, first, end, l.Lag())
		}
		if l.Complete(1) != lag+6*time.Second || l.Start(1) != 180 {
			t.Errorf("%s: segment 1 starts at %d and is complete at %v", name, l.Start(1), l.Complete(1))
		}
		for d, want := range map[time.Duration]int{0: 0, lag: 0, lag + time.Second: 0, lag + 2*time.Second: 1, lag + 6*time.Second - 1: 1, lag + 6*time.Second: 2, lag + 10*time.Second: 3, 2 * lag: 3} {
			if got := l.Running(d); got != want {
				t.Errorf("%s: at %v segment %d runs, want %d", name, d, got, want)
			}
		}
	}
	if first, end := once.Bounds(); first != 0 || end != 4 || once.Running(12*time.Second) != 4 || once.Running(-1) != -1 || once.Complete(3) != 11*time.Second {
		t.Error("a List that is stored once")
	}
}

func TestEven(t *testing.T) {
	_, loop, _ := lists()
	if loop.Even([]media.Ticks{0, 20}, 0) {
		t.Error("segments of 2 and 4 s are where a duration of 2.75 s says")
	}
	l := &timeline.Loop{Scale: 100, Length: 1100, Starts: []media.Ticks{0, 240, 500, 830}}
	even := timeline.Text(l, 1000, 0)
	// Counted from 0 they are off by 0, -35, -50 and 5 of 275; from 2.4 s on by 35 less than that, from 8.3 s by 5 more.
	if !even.Even([]media.Ticks{0, 240, 500, 830}, 0) {
		t.Error("segments are where they are said to be, to within half of it")
	}
	if even.Even([]media.Ticks{239}, 0) || !even.Even([]media.Ticks{239}, 20*time.Millisecond) {
		t.Error("a Period that begins at the end of a segment")
	}
}

func TestAhead(t *testing.T) {
	_, _, l := lists()
	for at, want := range map[media.Ticks]int{-5: 0, 0: 0, 1: 1, 20: 1, 21: 2, 100: 3, 101: 4, 110: 4, 110_000_021: 4_000_002} {
		if got := l.Ahead(at); got != want {
			t.Errorf("from %d on segment %d starts first, want %d", at, got, want)
		}
	}
}
