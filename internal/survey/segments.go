package survey

import (
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Segment is one segment of a Track, as the manifest of the stored stream announces it (ISO/IEC 23009-1, 5.3.9.6).
type Segment struct {
	Number   int     // $Number$ where startNumber is 1
	Start    float64 // earliest presentation time, seconds
	Duration float64 // until the next one starts, seconds
	Bytes    uint64  // payload: the samples without the boxes around them
	Samples  int
	Syncs    int // samples where decoding may start
}

// Segments returns the segments of a Track that start within a Window, of the wanted duration as in the option segdur, and how many the Track has. When there are more than the
// Window's Limit, next is the From that goes on; else it is negative.
func Segments(a *asset.Asset, t *asset.Track, want time.Duration, w Window) (list []Segment, total int, next float64) {
	cut := a.Cut(want).Of(t.ID)
	segments, sizes := timeline.Stored(cut.Segments, t.Shift), []asset.CueSize(nil)
	if t.Count == 0 {
		segments, sizes = timeline.Timed(cut.Starts, t.Shift), cut.CueSizes()
	}
	from, to := w.ticks(t.Timescale)
	total = segments.Len()
	for i := range total {
		start := segments.Start(i)
		if start < from {
			continue
		}
		if start >= to {
			break
		}
		if len(list) == w.Limit {
			return list, total, seconds(start, t.Timescale)
		}
		s := Segment{Number: i + 1, Start: seconds(start, t.Timescale), Duration: seconds(segments.Duration(i), t.Timescale)}
		if sizes != nil {
			s.Bytes, s.Samples, s.Syncs = sizes[i].Bytes, sizes[i].Samples, sizes[i].Samples
		} else {
			c := &cut.Segments[i]
			s.Bytes, s.Samples, s.Syncs = c.Bytes, c.Count, syncs(t, c.First, c.Count)
		}
		list = append(list, s)
	}
	return list, total, -1
}

// syncs counts the random access points in a run of Samples.
func syncs(t *asset.Track, first, count int) int {
	if t.Syncs == t.Count {
		return count
	}
	n := 0
	var s media.Sample
	c := t.Cursor(first)
	for range count {
		if c.Next(&s) && s.Sync {
			n++
		}
	}
	return n
}
