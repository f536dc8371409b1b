package webvtt

import (
	"slices"
	"sort"

	"github.com/dashwright/dashwright/internal/media"
)

// Bounds on what hostile cues may become: text that stands in n samples is written n times.
const (
	// MaxActive is how many cues are shown at one time. Those that begin when there are as many already are left out.
	MaxActive = 128
	// maxText is how many bytes of text one call of Samples yields, repetitions counted. Cues that pass it are left out.
	maxText = 16 << 20
)

// Samples cuts [from, to) at every start and end of a cue and calls yield for each interval, in order, with the cues that are shown during it, by
// start; where there are none, active is empty. The intervals cover [from, to) without gap or overlap. cues must be sorted by start; active is
// valid during the call only. It ends early when yield returns false.
func Samples(cues []media.Cue, from, to media.Ticks, yield func(start, duration media.Ticks, active []media.Cue) bool) {
	if from >= to {
		return
	}
	var cutBuf [32]media.Ticks
	cuts := append(cutBuf[:0], from, to)
	begun := sort.Search(len(cues), func(i int) bool { return cues[i].Start >= to })
	first := begun
	for i := range begun {
		c := &cues[i]
		if c.End <= from || c.End <= c.Start {
			continue
		}
		first = min(first, i)
		if c.Start > from {
			cuts = append(cuts, c.Start)
		}
		if c.End < to {
			cuts = append(cuts, c.End)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	w := window{left: maxText}
	for i, start := range cuts[:len(cuts)-1] {
		w.drop(start)
		for ; first < begun && cues[first].Start <= start; first++ {
			if cues[first].End > start {
				w.add(&cues[first])
			}
		}
		if !yield(start, cuts[i+1]-start, w.shown()) {
			return
		}
	}
}

// window is what is shown at one time.
type window struct {
	active []media.Cue
	left   int // bytes of text that may be yielded still
}

// drop takes away what ends until t.
func (w *window) drop(t media.Ticks) {
	w.active = slices.DeleteFunc(w.active, func(c media.Cue) bool { return c.End <= t })
}

func (w *window) add(c *media.Cue) {
	if len(w.active) < MaxActive {
		w.active = append(w.active, *c)
	}
}

// shown returns the cues, without those that are too much text.
func (w *window) shown() []media.Cue {
	w.active = slices.DeleteFunc(w.active, func(c media.Cue) bool {
		n := len(c.Text) + len(c.Settings) + len(c.ID)
		if n > w.left {
			return true
		}
		w.left -= n
		return false
	})
	return w.active
}
