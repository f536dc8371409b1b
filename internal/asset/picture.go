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

// KeyFrames returns how many random access points a Track has, and the bits per second that they need at most, in the segment where they need most.
func (tc *TrackCut) KeyFrames() (pictures int, peak uint32) {
	const perPicture, perSegment = 12, 132 // bytes of boxes
	for i := range tc.Segments {
		seg := &tc.Segments[i]
		bytes := uint64(perSegment)
		cursor := tc.Cursor(seg.First)
		var s media.Sample
		for n := 0; n < seg.Count && cursor.Next(&s); n++ {
			if s.Sync || n == 0 {
				pictures++
				bytes += uint64(s.Size) + perPicture
			}
		}
		if d := seg.Duration().Duration(tc.Timescale).Seconds(); d > 0 {
			peak = max(peak, uint32(float64(bytes)*8/d)+1)
		}
	}
	return pictures, max(peak, 1)
}

// Par returns the picture aspect ratio: the display size's, in small numbers where it is within 1 % of a usual one; zero when it is not known.
func (t *Track) Par() media.Rational {
	w, h := uint64(t.Width), uint64(t.Height)
	if !t.SAR.IsZero() {
		w, h = w*uint64(t.SAR.Num), h*uint64(t.SAR.Den)
	}
	r := media.Ratio(w, h)
	if r.IsZero() {
		return r
	}
	for _, usual := range []media.Rational{{Num: 16, Den: 9}, {Num: 4, Den: 3}, {Num: 9, Den: 16}, {Num: 1, Den: 1}, {Num: 3, Den: 2}} {
		if q := r.Float() / usual.Float(); q > 0.99 && q < 1.01 {
			return usual
		}
	}
	return r
}
