package asset

import (
	"fmt"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// Uniform finds a segment duration with which segment n starts within half of it of n times it (the ± 50 % rule of ISO/IEC 23009-1, 5.3.9.5.3 and DASH-IF IOP 3.2.7.1), in every
// track, all of which reach from the start to the end. why says in words what is in the way when there is none.
func (a *Asset) Uniform(cuts *Cuts) (d time.Duration, why string) {
	n := len(cuts.Start)
	if n == 1 {
		return max(a.Duration, time.Millisecond), ""
	}
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			if t.Count == 0 || t.Kind == media.Text {
				continue // cues are cut anywhere, and sparse text is even in itself or not
			}
			if m := len(cuts.Of(t.ID).Segments); m != n {
				return 0, fmt.Sprintf("%s has %d segments, the whole has %d", t.ID, m, n)
			}
		}
	}
	d, late := Even(cuts.Start, a.Duration)
	if late < 0 {
		return d, ""
	}
	return 0, fmt.Sprintf("segment durations differ too much for @duration: segment %d starts at %.3f s", late+1, cuts.Start[late].Seconds())
}

// Even finds a duration such that of what lasts so long every segment starts within half of it of its place, and as many as there are fill it. late is the position of one that does not when there is
// none; else -1.
func Even(starts []time.Duration, lasts time.Duration) (d time.Duration, late int) {
	n := len(starts)
	if n == 1 {
		return max(lasts, time.Millisecond), -1
	}
	whole := (lasts + time.Duration(n) - 1) / time.Duration(n)
	tries := append(candidates(starts), whole)
	for _, most := range []time.Duration{0, 1} { // those first with which nobody asks for a segment more than there are
		for _, d := range tries {
			if late = OffGrid(starts, d); late < 0 && (lasts+d-1)/d >= time.Duration(n) && lasts <= time.Duration(n)*d+most*d/2 {
				return d, -1
			}
		}
	}
	if late < 0 {
		late = n - 1
	}
	return 0, late
}

// candidates are the durations worth trying: the first segment's, the commonest, the mean.
func candidates(s []time.Duration) []time.Duration {
	count := map[time.Duration]int{}
	common := s[1] - s[0]
	for i := 1; i < len(s); i++ {
		d := (s[i] - s[i-1]).Round(time.Millisecond)
		count[d]++
		if count[d] > count[common.Round(time.Millisecond)] {
			common = s[i] - s[i-1]
		}
	}
	return []time.Duration{s[1] - s[0], common, (s[len(s)-1] - s[0]) / time.Duration(len(s)-1)}
}

// OffGrid returns the first segment that starts more than d/2 off its place, or -1.
func OffGrid(starts []time.Duration, d time.Duration) int {
	for i, s := range starts {
		if off := s - time.Duration(i)*d; off > d/2 || off < -d/2 {
			return i
		}
	}
	return -1
}
