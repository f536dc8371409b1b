package index

import (
	"sort"

	"github.com/dashwright/dashwright/internal/media"
)

// Segment is a run of Samples that is addressed as one (ISO/IEC 23009-1, 3.1.37), in the times of its Track.
type Segment struct {
	First, Count int
	DTS          media.Ticks // of the first Sample
	End          media.Ticks // DTS plus duration of the last
	EPT          media.Ticks // earliest presentation time
	Bytes        uint64      // payload as served
	Aux          uint32      // sample auxiliary information, bytes
	Leading      bool        // later Samples are presented before the first
}

// Duration returns the decode time that the Segment covers.
func (s *Segment) Duration() media.Ticks { return s.End - s.DTS }

// Cut is a Track cut into Segments, each Sample in exactly one, in order.
type Cut []Segment

// Choose keeps the points that segments should start at: each the one nearest to want after the start of the former, the earlier of two that are
// equally near; end, where the last Sample ends, counts as one. What is left at the end, if it is less than half of want, goes with the segment before it: so short a one helps nobody. With own, those that the
// file itself chose, whatever they are apart. The result has positions in points.
func Choose(points []Point, end, want media.Ticks, own bool) []int {
	var starts []int
	for i := range points {
		if len(starts) == 0 {
			starts = append(starts, i)
			continue
		}
		if own {
			if points[i].Own {
				starts = append(starts, i)
			}
			continue
		}
		next := end
		if i+1 < len(points) {
			next = points[i+1].DTS
		}
		target := points[starts[len(starts)-1]].DTS + want
		if early := target - points[i].DTS; early > 0 && (next-target < early) {
			continue // the next one is nearer
		}
		starts = append(starts, i)
	}
	if last := len(starts) - 1; !own && last > 0 && 2*(end-points[starts[last]].DTS) < want {
		starts = starts[:last]
	}
	return starts
}

// CutAt cuts t at the given points, the first of which is the first Sample.
func (t *Track) CutAt(starts []Point) Cut {
	cut := make(Cut, len(starts))
	end := Point{Sample: uint32(t.Count), DTS: t.End, Bytes: t.Bytes, Aux: t.auxBytes()}
	for i := len(starts) - 1; i >= 0; i-- {
		p := starts[i]
		cut[i] = Segment{
			First: int(p.Sample), Count: int(end.Sample - p.Sample), DTS: p.DTS, End: end.DTS, EPT: p.EPT, Bytes: end.Bytes - p.Bytes,
			Aux: end.Aux - p.Aux, Leading: p.Leading,
		}
		end = p
	}
	return cut
}

// auxBytes returns the sample auxiliary information of all Samples, bytes.
func (t *Track) auxBytes() uint32 {
	if t.Encryption == nil || len(t.marks) == 0 {
		return 0
	}
	_, aux := t.tail(t.Count)
	return aux
}

// Sizes returns the payload and auxiliary bytes of a run of Samples.
func (t *Track) Sizes(first, count int) (bytes uint64, aux uint32) {
	b0, a0 := t.tail(first)
	b1, a1 := t.tail(first + count)
	return b1 - b0, a1 - a0
}

// tail returns the payload and auxiliary bytes of all Samples before n.
func (t *Track) tail(n int) (bytes uint64, aux uint32) {
	i := n / markEvery
	if i == len(t.marks) {
		i--
	}
	m := t.marks[i]
	bytes, aux = m.Bytes, m.AuxBytes
	var s media.Sample
	c := t.Cursor(i * markEvery)
	for range n - i*markEvery {
		c.Next(&s)
		bytes += uint64(s.Size)
		aux += uint32(s.AuxSize)
	}
	return bytes, aux
}

// CutAtTimes cuts t, whose Samples are presented in decode order, where others are cut: a Segment takes the Samples whose presentation times are from one time
// (in ticks of t) to the next. There are as many Segments as times; the first takes what is before its time too, the last what is after. Segments may be empty.
func (t *Track) CutAtTimes(times []media.Ticks) Cut {
	cut := make(Cut, len(times))
	end := Segment{First: t.Count, DTS: t.End, EPT: t.End + t.Delay, Bytes: t.Bytes, Aux: t.auxBytes()}
	for i := len(times) - 1; i >= 0; i-- {
		start := t.at(times[i])
		if i == 0 {
			start = t.at(t.FirstPTS)
		}
		cut[i] = Segment{
			First: start.First, Count: end.First - start.First, DTS: start.DTS, End: end.DTS, EPT: start.EPT,
			Bytes: end.Bytes - start.Bytes, Aux: end.Aux - start.Aux,
		}
		end = start
	}
	return cut
}

// at returns the first Sample that is presented at pts or later, as a Segment whose Bytes and Aux are those of all Samples before.
func (t *Track) at(pts media.Ticks) Segment {
	i := sort.Search(len(t.marks), func(i int) bool { return media.Ticks(t.marks[i].DTS)+t.Delay >= pts })
	i = max(0, i-1)
	if len(t.marks) == 0 {
		return Segment{}
	}
	m := t.marks[i]
	at := Segment{First: i * markEvery, Bytes: m.Bytes, Aux: m.AuxBytes}
	if t.step(&at, m, pts) {
		return at
	}
	var s media.Sample
	for c := t.Cursor(at.First); c.Next(&s); at.First++ {
		if s.PTS() >= pts {
			at.DTS, at.EPT = s.DTS, s.PTS()
			return at
		}
		at.Bytes += uint64(s.Size)
		at.Aux += uint32(s.AuxSize)
	}
	at.DTS, at.EPT = t.End, t.End+t.Delay
	return at
}

// step is what at does from the mark m on, for Samples about which nothing is special: audio, mostly. An hour of it is cut at a thousand instants before its first manifest. It returns false, and leaves at as it
// is, where it meets others.
func (t *Track) step(at *Segment, m mark, pts media.Ticks) bool {
	b, p, dts, size, duration := t.blob[m.Blob:], 0, media.Ticks(m.DTS), uint64(0), media.Ticks(m.Duration)
	for n := at.First; n < t.Count; n++ {
		head, shift := uint64(0), uint(0)
		for ; p < len(b) && b[p] >= 0x80; p++ {
			head |= uint64(b[p]&0x7f) << shift
			shift += 7
		}
		if p == len(b) {
			return false
		}
		head |= uint64(b[p]) << shift
		p++
		if head&(flagSpan|flagDuration|flagCTO|flagAux) != 0 {
			return false
		}
		if dts >= pts {
			at.First, at.DTS, at.EPT, at.Bytes = n, dts, dts, at.Bytes+size
			return true
		}
		if head&flagGap != 0 {
			for ; p < len(b) && b[p] >= 0x80; p++ {
			}
			p++
		}
		size += head >> flagBits
		dts += duration
	}
	return false
}
