package segment

import (
	"math"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// referenceSize is the bytes of a producer reference time box.
const referenceSize = 32

// MeasureChunks fills in the Resync, and completes the Bandwidth, of every Representation of p whose segments are made of chunks: each begins with a segment type or producer reference time box, and can be parsed from there.
func MeasureChunks(p *presentation.Presentation) error {
	for i := range p.Periods {
		for j := range p.Periods[i].AdaptationSets {
			set := &p.Periods[i].AdaptationSets[j]
			for k := range set.Representations {
				r := &set.Representations[k]
				if r.Chunks == nil {
					continue
				}
				m := measure{r: r, least: math.MaxInt64}
				if err := m.all(p.StartNumber); err != nil {
					return err
				}
				r.Bandwidth += uint32(m.extra)
				r.Resync = m.resync()
				if p.Addressing == presentation.Number && r.Scale != r.Timescale {
					r.Resync.Interval = (m.interval*media.Ticks(r.Scale) + media.Ticks(r.Timescale) - 1) / media.Ticks(r.Timescale)
				}
			}
		}
	}
	return nil
}

// measure finds the differences of following resynchronization points within segments: in time and in bytes.
type measure struct {
	r           *presentation.Representation
	interval    media.Ticks
	least, most int64
	extra       int64 // bits per second that chunks need besides what the segments without them do, at most
}

// all measures the segments of a loop. The last chunk of a segment is not between two points of it; how long it is counts nevertheless, because availability follows from the interval.
func (m *measure) all(number int64) error {
	t := m.r.Track
	var chunks []timeline.Segment
	for i := range m.r.Segments.Cycle() {
		s := m.r.Segments.At(i)
		s.Number = number + int64(i)
		var err error
		if chunks, err = AppendChunks(chunks[:0], m.r, s); err != nil {
			return err
		}
		for j := range chunks {
			m.interval = max(m.interval, chunks[j].Duration)
		}
		if err := m.overhead(i, s, chunks); err != nil {
			return err
		}
		switch {
		case t.Count == 0 || m.r.Lasting():
		case t.Kind == media.Audio && t.Frame > 0:
			if m.most == 0 && len(chunks) > 1 {
				m.frames(int(chunks[0].Duration / t.Frame))
			}
		default:
			if err := m.points(chunks); err != nil {
				return err
			}
		}
	}
	return nil
}

// overhead measures what chunks have besides the samples of segment i.
func (m *measure) overhead(i int, s timeline.Segment, chunks []timeline.Segment) error {
	r := m.r
	if r.Clock != nil {
		return nil // its bandwidth is a bound of that of chunks
	}
	n := int64(len(chunks))
	_, sealed := sealBounds(r, 0)
	bytes := n*referenceSize + (n-1)*(fragmentSize(r, 0, 0)+sealed+storedBound(r, 0, 0))
	if r.Track.Count == 0 {
		// What is shown across chunks is in each of them.
		bytes = 0
		var p Plan
		for j := range chunks {
			if err := p.Make(r, chunks[j], false, nil); err != nil {
				return err
			}
			bytes += p.Size()
		}
		p.Reset()
		p.makeCues(r, s)
		bytes -= p.Size()
	}
	m.extra = max(m.extra, media.MulDiv(8*bytes, int64(r.Timescale), max(1, int64(r.Segments.Least(i))))+1)
	return nil
}

// points measures the chunks of a segment.
func (m *measure) points(chunks []timeline.Segment) error {
	var before media.Ticks
	for j := range chunks {
		if m.r.Track.HasCTO {
			at := earliest(m.r, &chunks[j])
			if j > 0 {
				m.interval = max(m.interval, at-before)
			}
			before = at
		}
		if j == len(chunks)-1 {
			return nil
		}
		n, err := chunkSize(m.r, &chunks[j])
		if err != nil {
			return err
		}
		if j == 0 {
			n += stypSize
		}
		count := 0
		for _, rg := range chunks[j].Ranges {
			count += rg.Count
		}
		m.size(n, count)
	}
	return nil
}

// frames measures chunks of so many frames. Which frames are together in one differs from loop to loop.
func (m *measure) frames(count int) {
	t := m.r.Track
	sizes := make([]uint64, 0, t.Frames+count)
	var s media.Sample
	cursor := t.Cursor(0)
	longest := uint16(0) // auxiliary information
	for range t.Frames {
		cursor.Next(&s)
		longest = max(longest, s.AuxSize)
		sizes = append(sizes, uint64(s.Size)+uint64(s.AuxSize))
	}
	for len(sizes) < t.Frames+count {
		sizes = append(sizes, sizes[len(sizes)-t.Frames]) // the loop comes round
	}
	header := referenceSize + fragmentSize(m.r, count, 0)
	sum := uint64(0)
	for i, n := range sizes {
		sum += n
		if i >= count {
			sum -= sizes[i-count]
		}
		if i >= count-1 {
			m.size(header+int64(sum), count)
			m.most = max(m.most, header+int64(sum)+storedBound(m.r, count, int64(count)*int64(longest)))
		}
	}
	m.most += stypSize // should it be the first of a segment
}

// size takes a chunk of n bytes, and so many samples, less what its encryption adds.
func (m *measure) size(n int64, samples int) {
	least, most := sealBounds(m.r, samples)
	m.least, m.most = min(m.least, n+least), max(m.most, n+most)
}

func (m *measure) resync() *presentation.Resync {
	x := &presentation.Resync{Interval: m.interval, Marked: true}
	if m.r.Track.Kind != media.Video {
		x.Type = 1
	}
	if m.most > 0 {
		x.Told = true
		m.most += m.r.EventBytes(m.interval.Duration(m.r.Timescale))
		x.Least, x.Most = float64(m.least)/float64(m.r.Bandwidth), float64(m.most)/float64(m.r.Bandwidth)
	}
	return x
}

// chunkSize returns the bytes of a stored track's chunk, without a segment type box.
func chunkSize(r *presentation.Representation, c *timeline.Segment) (int64, error) {
	var count int
	var payload uint64
	for _, rg := range c.Ranges {
		count, payload = count+rg.Count, payload+rg.Bytes
	}
	aux, err := storedAuxSize(r, c)
	return referenceSize + fragmentSize(r, count, payload) + aux + int64(payload), err
}

// earliest returns the earliest presentation time of a chunk.
func earliest(r *presentation.Representation, c *timeline.Segment) media.Ticks {
	first := media.Ticks(math.MaxInt64)
	for _, rg := range c.Ranges {
		cursor := r.Track.Cursor(rg.First)
		var s media.Sample
		for n := 0; n < rg.Count && cursor.Next(&s); n++ {
			first = min(first, s.PTS()+rg.Shift)
		}
	}
	return first
}
