package asset

import (
	"math"

	"github.com/dashwright/dashwright/internal/media"
)

// Pictured returns the Track that still pictures are best made of: of those in the clear of the first Set of video that has one, the one of the lowest bit rate that is enough pixels wide, or else of
// the highest. It is nil when there is none.
func (a *Asset) Pictured(enough uint32) *Track {
	for i := range a.Sets {
		if a.Sets[i].Kind != media.Video {
			continue
		}
		var best *Track
		for _, t := range a.Sets[i].Tracks {
			if t.Encryption == nil && (best == nil || best.Width < enough) {
				best = t
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// Unpictured says why no still pictures can be made of a, of which Pictured returns nil.
func (a *Asset) Unpictured() string {
	for i := range a.Sets {
		if a.Sets[i].Kind == media.Video {
			return "the video of " + a.Name + " is encrypted"
		}
	}
	return a.Name + " has no video"
}

// Fit returns the size, in square pixels, of a picture of t whose longer side has so many, as it is displayed; even numbers.
func (t *Track) Fit(side int) (width, height int) {
	x, y := float64(max(t.Width, 1)), float64(max(t.Height, 1))
	if sar := t.SAR.Float(); sar > 0 {
		x *= sar
	}
	if t.Rotation%180 != 0 {
		x, y = y, x
	}
	scale := float64(side) / max(x, y)
	even := func(v float64) int { return max(2, 2*int(math.Round(v*scale/2))) }
	return even(x), even(y)
}
