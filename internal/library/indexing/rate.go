package indexing

import (
	"math"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// frameRate returns the frame rate that a video's samples have, whatever headers say: exact where all last equally long. Where they do not, what the file
// says stands; where it says nothing, it is the usual rate that the average is within 0.02 % of (time stamps are rounded), else the zero value.
func frameRate(t *index.Track) media.Rational {
	if t.Constant > 0 && t.Count > 1 {
		return media.Ratio(uint64(t.Timescale), uint64(t.Constant))
	}
	if !t.FrameRate.IsZero() {
		return t.FrameRate
	}
	length := (t.End - t.Start).Duration(t.Timescale).Seconds()
	if t.Count < 24 || length <= 0 {
		return media.Rational{}
	}
	average := float64(t.Count) / length
	for _, r := range []media.Rational{
		{Num: 24, Den: 1}, {Num: 24000, Den: 1001}, {Num: 25, Den: 1}, {Num: 30, Den: 1}, {Num: 30000, Den: 1001}, {Num: 50, Den: 1}, {Num: 60, Den: 1}, {Num: 60000, Den: 1001},
		{Num: 15, Den: 1}, {Num: 12, Den: 1}, {Num: 10, Den: 1}, {Num: 120, Den: 1}, {Num: 120000, Den: 1001}, {Num: 48, Den: 1}, {Num: 100, Den: 1},
	} {
		if math.Abs(average/r.Float()-1) < 0.0002 {
			return r
		}
	}
	return media.Rational{}
}
