package periods_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/periods"
	"github.com/dashwright/dashwright/internal/timeline"
)

// loops are of segments of many lengths.
func loops() map[string]*timeline.Loop {
	random := rand.New(rand.NewPCG(3, 9))
	even := &timeline.Loop{Scale: 12800, Length: 40 * 12800}
	for at := media.Ticks(0); at < even.Length; at += 10 * 12800 {
		even.Starts = append(even.Starts, at)
	}
	uneven := &timeline.Loop{Scale: 12800, Length: 40 * 12800}
	for at := media.Ticks(0); at < uneven.Length; at += media.Ticks(1+random.IntN(8)) * 6400 {
		uneven.Starts = append(uneven.Starts, at)
	}
	film := &timeline.Loop{Scale: 24000, Length: 1001 * 719}
	for at := media.Ticks(0); at < film.Length; at += 1001 * 48 {
		film.Starts = append(film.Starts, at)
	}
	return map[string]*timeline.Loop{"even": even, "uneven": uneven, "23.976 fps": film}
}

// Wherever Periods begin, over as many loops as anybody may look at, is where Starts says.
func TestStarts(t *testing.T) {
	for name, l := range loops() {
		for _, every := range []time.Duration{40 * time.Second, 20 * time.Second, 30 * time.Second, 80 * time.Second, 33300 * time.Millisecond, 17 * time.Second} {
			for _, length := range []time.Duration{4 * time.Second, 9 * time.Second, time.Minute} {
				b := &periods.Breaks{Loop: l, Every: every, Length: length}
				for j := range 3000 {
					if at := l.Starts[b.Ends(j)%len(l.Starts)]; !slices.Contains(b.Starts(), at) {
						t.Errorf("%s, for %v every %v: Period %d begins %d ticks into the loop, Starts are %v", name, length, every, j, at, b.Starts())
						break
					}
				}
			}
		}
		for _, perHour := range []int64{1, 7, 60, 90, 240} {
			s := &periods.Split{Loop: l, PerHour: perHour}
			for n := range 3000 {
				if at := l.Starts[s.Begins(n)%len(l.Starts)]; !slices.Contains(s.Starts(), at) {
					t.Errorf("%s, %d in an hour: Period %d begins %d ticks into the loop, Starts are %v", name, perHour, n, at, s.Starts())
					break
				}
			}
		}
	}
}

// The Period that an instant is in begins no later, and ends later.
func TestAt(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for name, l := range loops() {
		s := &periods.Split{Loop: l, PerHour: 90}
		b := &periods.Breaks{Loop: l, Every: 33 * time.Second, Length: 7 * time.Second}
		for range 2000 {
			d := time.Duration(random.Int64N(int64(20 * 365 * 24 * time.Hour)))
			start := func(k int) time.Duration { return l.Boundary(k).Duration(l.Scale) }
			if n := s.At(d); start(s.Begins(n)) > d || start(s.Begins(n+1)) <= d {
				t.Errorf("%s: %v is in Period %d, from %v to %v", name, d, n, start(s.Begins(n)), start(s.Begins(n+1)))
			}
			n := b.At(d)
			from, to := b.Ends(n/2), b.Begins(n/2+1)
			if n%2 == 1 {
				from, to = b.Begins((n+1)/2), b.Ends((n+1)/2)
			}
			if start(from) > d || start(to) <= d {
				t.Errorf("%s: %v is in Period %d of breaks, from %v to %v", name, d, n, start(from), start(to))
			}
		}
	}
}

// Numbers are read as they are printed, in one way each.
func TestOrdinal(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "7": 7, "4294967295": 4294967295, "07": -1, "+7": -1, "": -1, "4294967296": -1, "x": -1} {
		if n, err := periods.Ordinal(text); (err == nil) != (want >= 0) || err == nil && n != want {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}
