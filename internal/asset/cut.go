package asset

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// DefaultSegment is the segment duration aimed at when nobody asks for another.
const DefaultSegment = 4 * time.Second

// mostBoundaries is how many segments that follow no random access point an Asset has at most. A damaged file may say that it lasts for a century.
const mostBoundaries = 1 << 17

// keptCuts is how many Cuts an Asset remembers.
const keptCuts = 4

// Cuts is an Asset cut into segments.
type Cuts struct {
	Want  time.Duration   // 0: the file's own boundaries, or DefaultSegment
	Start []time.Duration // presentation times at which segments start; Start[0] is 0
	Max   time.Duration   // longest distance between two of them, or from the last one to the end
	byID  map[string]*TrackCut
}

// TrackCut is one Track cut into segments: one per Cuts.Start, less those with nothing in them.
type TrackCut struct {
	*Track
	Segments  index.Cut
	Starts    []media.Ticks // of a Track without Samples: where its segments start on the presentation time line, and the end
	Times     []media.Ticks // of text with Samples that may be shown in parts: the stored times from which they are shown, and when the last one ends
	Leading   bool          // some segment has pictures that are shown before its random access point
	Bandwidth uint32        // bits per second: the peak over segments
	Buffer    time.Duration // at Bandwidth, how much must be buffered so that no sample is late (ISO/IEC 23009-1, 5.3.1.2: minBufferTime)
}

// Of returns the cut of the Track with that ID, or nil.
func (c *Cuts) Of(id string) *TrackCut { return c.byID[id] }

// Cut returns the Asset cut for segments of the wanted duration. It is made on first need.
func (a *Asset) Cut(want time.Duration) *Cuts {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, c := range a.cuts {
		if c.Want == want {
			if i > 0 {
				copy(a.cuts[1:i+1], a.cuts[:i])
				a.cuts[0] = c
			}
			return c
		}
	}
	c := a.cut(want)
	a.cuts = slices.Insert(a.cuts, 0, c)
	a.cuts = a.cuts[:min(len(a.cuts), keptCuts)]
	return c
}

func (a *Asset) cut(want time.Duration) *Cuts {
	c := &Cuts{Want: want, byID: map[string]*TrackCut{}}
	wanted := want
	if wanted == 0 {
		wanted = DefaultSegment
	}
	for i := range a.Sets {
		if set := &a.Sets[i]; set.Kind == media.Video {
			starts := a.cutVideo(c, set, wanted, want == 0)
			if i == 0 {
				c.Start = starts
			}
		}
	}
	c.Start = a.extend(c.Start, wanted)
	c.Max = a.Duration - c.Start[len(c.Start)-1]
	for i := 1; i < len(c.Start); i++ {
		c.Max = max(c.Max, c.Start[i]-c.Start[i-1])
	}
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			tc := c.byID[t.ID]
			if tc == nil {
				tc = a.cutAlong(t, c.Start)
				c.byID[t.ID] = tc
			}
			tc.measure()
			for j := range tc.Segments {
				c.Max = max(c.Max, tc.Segments[j].Duration().Duration(t.Timescale))
			}
		}
	}
	c.hasten(a)
	return c
}

// hasten has text need no more buffering than pictures and sound do.
func (c *Cuts) hasten(a *Asset) {
	most, other := time.Second, false
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			if set.Kind != media.Text {
				most, other = max(most, c.byID[t.ID].Buffer), true
			}
		}
	}
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			if set.Kind == media.Text && other {
				c.byID[t.ID].hasten(most)
			}
		}
	}
}

// cutVideo cuts all Tracks of a Set at the same random access points and returns the presentation times of the cuts.
func (a *Asset) cutVideo(c *Cuts, set *Set, wanted time.Duration, mayKeep bool) []time.Duration {
	all := make([][]index.Point, len(set.Tracks))
	for i, t := range set.Tracks {
		all[i] = t.Points()
	}
	common(set.Tracks, all)
	ref := set.Tracks[0]
	own := mayKeep && ownFits(ref, all[0])
	starts := rising(set.Tracks, all, index.Choose(all[0], ref.End, media.TicksOf(wanted, ref.Timescale), own))
	times := make([]time.Duration, len(starts))
	for i, at := range starts {
		times[i] = max(0, ref.PresentationTime(all[0][at].PTS))
	}
	times[0] = 0
	for i, t := range set.Tracks {
		// The lists are of the same length after common: the same position is the same instant.
		mine := make([]index.Point, len(starts))
		for j, at := range starts {
			mine[j] = all[i][at]
		}
		c.byID[t.ID] = &TrackCut{Track: t, Segments: t.CutAt(mine)}
	}
	return times
}

// rising leaves out of the positions in points those at which some Track's segment would not be presented later than the one before: times of damaged
// files, and what is wholly before presentation time 0.
func rising(tracks []*Track, points [][]index.Point, at []int) []int {
	kept := at[:1]
	for _, next := range at[1:] {
		last := kept[len(kept)-1]
		ok := true
		for i, t := range tracks {
			ok = ok && points[i][next].EPT+t.Shift > max(0, points[i][last].EPT+t.Shift)
		}
		if ok {
			kept = append(kept, next)
		}
	}
	return kept
}

// ownFits says whether the file's own segments are of a useful length: 1 to 15 s on average.
func ownFits(t *Track, points []index.Point) bool {
	if !t.HasOwn {
		return false
	}
	n := 0
	for _, p := range points {
		if p.Own {
			n++
		}
	}
	average := (t.End - t.Start).Duration(t.Timescale) / time.Duration(max(n, 1))
	return n > 1 && average >= time.Second && average <= 15*time.Second
}

// extend continues the boundaries to the Asset's end, for what goes on after the video, or has none.
func (a *Asset) extend(starts []time.Duration, wanted time.Duration) []time.Duration {
	if len(starts) == 0 {
		starts = []time.Duration{0}
	}
	end := starts[len(starts)-1]
	if v := a.videoEnd(); v > 0 {
		end = max(end, v)
		if a.Duration-end < wanted/2 {
			return starts
		}
		starts = append(starts, end)
	}
	wanted = max(wanted, (a.Duration-end)/mostBoundaries)
	for at := end; a.Duration-at >= wanted+wanted/2; {
		at += wanted
		starts = append(starts, at)
	}
	return starts
}

func (a *Asset) videoEnd() time.Duration {
	if len(a.Sets) == 0 || a.Sets[0].Kind != media.Video {
		return 0
	}
	t := a.Sets[0].Tracks[0]
	return t.PresentationTime(t.EndPTS)
}

// cutAlong cuts a Track that is not video where the video is cut. A Track of Cues has no samples to cut: its segments are times only.
func (a *Asset) cutAlong(t *Track, starts []time.Duration) *TrackCut {
	times := make([]media.Ticks, len(starts), len(starts)+1)
	for i, s := range starts {
		times[i] = media.TicksOf(s, t.Timescale)
	}
	if t.Count == 0 {
		return &TrackCut{Track: t, Starts: append(times, media.TicksOf(a.Duration, t.Timescale))}
	}
	for i := range times {
		times[i] -= t.Shift
	}
	var cut index.Cut
	for _, s := range t.CutAtTimes(times) {
		n := len(cut)
		switch {
		case s.Count == 0:
		case n > 0 && s.EPT+t.Shift <= max(0, cut[n-1].EPT+t.Shift): // as in rising
			last := &cut[n-1]
			last.Count, last.End, last.Bytes, last.Aux = last.Count+s.Count, s.End, last.Bytes+s.Bytes, last.Aux+s.Aux
		default:
			cut = append(cut, s)
		}
	}
	return &TrackCut{Track: t, Segments: cut, Times: t.shownTimes()}
}

// shownTimes returns TrackCut.Times. Samples that are encrypted, or are made anew when they are served, are shown as a whole.
func (t *Track) shownTimes() []media.Ticks {
	if t.Kind != media.Text || !t.Contiguous || t.Encryption != nil {
		return nil
	}
	times := make([]media.Ticks, 0, t.Count+1)
	var s media.Sample
	for cursor := t.Cursor(0); cursor.Next(&s); {
		times = append(times, s.DTS+t.Delay)
	}
	return append(times, s.DTS+s.Duration+t.Delay)
}

// common keeps in each list the points that all lists have, so that equal positions are the same instant (within half a frame).
func common(tracks []*Track, lists [][]index.Point) {
	for i := 1; i < len(lists); i++ {
		a, b := lists[0], lists[i]
		keepA, keepB := make([]index.Point, 0, len(a)), make([]index.Point, 0, len(b))
		half := tracks[0].halfFrame()
		for x, y := 0, 0; x < len(a) && y < len(b); {
			d := tracks[0].PresentationTime(a[x].PTS) - tracks[i].PresentationTime(b[y].PTS)
			switch {
			case d > half:
				y++
			case d < -half:
				x++
			default:
				keepA, keepB = append(keepA, a[x]), append(keepB, b[y])
				x++
				y++
			}
		}
		if len(keepA) == len(a) {
			lists[i] = keepB
			continue
		}
		// Earlier lists lose the same positions.
		for j := i - 1; j > 0; j-- {
			lists[j] = samePositions(lists[j], lists[0], keepA)
		}
		lists[0], lists[i] = keepA, keepB
	}
}

// samePositions returns what stands in list where kept stands in ref.
func samePositions(list, ref, kept []index.Point) []index.Point {
	out := make([]index.Point, 0, len(kept))
	at := 0
	for _, k := range kept {
		for ref[at].Sample != k.Sample {
			at++
		}
		out = append(out, list[at])
	}
	return out
}

func (t *Track) halfFrame() time.Duration {
	if f := t.FrameRate.Float(); f > 0 {
		return time.Duration(float64(time.Second) / f / 2)
	}
	return 10 * time.Millisecond
}

// aligned says whether a and b share enough random access points to be cut at the same instants: at least half of either's, and the first.
func aligned(a, b *Track) bool {
	lists := [][]index.Point{a.Points(), b.Points()}
	n := min(len(lists[0]), len(lists[1]))
	tracks := []*Track{a, b}
	first := a.PresentationTime(lists[0][0].PTS) - b.PresentationTime(lists[1][0].PTS)
	common(tracks, lists)
	return first.Abs() <= a.halfFrame() && len(lists[0])*2 >= n
}
