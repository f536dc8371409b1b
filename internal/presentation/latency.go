package presentation

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/periods"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Latency is what players should keep to (ISO/IEC 23009-1, K.3.2 and K.3.3).
type Latency struct {
	Target, Min, Max time.Duration
	Slowest, Fastest float64 // playback rates
	Reference        int     // ID of the ProducerReference that latency is measured by; 0: there is none
}

// ProducerReference says at which time of day media were input to the encoder (ISO/IEC 23009-1, 5.12).
type ProducerReference struct {
	ID               int
	WallClock        string      // as the clock's scheme writes it; in NTP format when there is no clock
	PresentationTime media.Ticks // in the Scale of the Representations
	Clock            *Descriptor // the first of the manifest's clocks that says time so, nil when none does
}

// Resync says where in a segment parsing can start (ISO/IEC 23009-1, 5.3.13).
type Resync struct {
	Type         int         // the largest SAP type; 0: none need be a random access point
	Interval     media.Ticks // @dT: the largest difference of two following points' times, in the Scale of the Representation
	Least, Most  float64     // @dImin, @dImax: of their positions, in bytes divided by the bandwidth
	Marked, Told bool        // @marker; whether Least and Most are known
}

// Chunks is how segments are divided into chunks (ISO/IEC 23000-19, 7.3.2.3). Each is a movie fragment, and there when its media time is over.
type Chunks struct {
	Longest media.Ticks // of a chunk, unless that is a single sample
	Most    int64       // no segment has as many
	Epoch   time.Time   // when media time 0 was
	// Lead is how much earlier than its segment is announced to be complete the first chunk is there, but of segments that are much shorter than others. It is the same for an AdaptationSet.
	Lead time.Duration
}

// latency has live segments made of chunks, and p say so, when o asks for that.
func (p *Presentation) latency(o *option.Set) {
	d := p.Live
	chunk := option.ChunkDuration.From(o)
	if d == nil || !chunk.Given && !option.LatencyTarget.Given(o) {
		return
	}
	target := time.Duration(option.LatencyTarget.From(o)) * time.Millisecond
	if chunk.Given {
		d.hold = option.Hold.From(o) && !option.Now.Given(o)
		for i := range p.Periods {
			p.Periods[i].chunk(p, chunk.Duration)
		}
		target = p.reached(target, chunk.Duration, option.LatencyTarget.Given(o))
	}
	p.Latency = &Latency{Target: target, Min: target * 3 / 4, Max: target * 2, Slowest: 0.96, Fastest: 1.04}
	d.Delay = option.PresentationDelay.From(o).Or(target)
	if !chunk.Given {
		return
	}
	p.Latency.Reference = p.Periods[0].AdaptationSets[0].ID
	// What is buffered before playback starts is latency: it must leave room.
	p.MinBuffer = min(p.MinBuffer, max(chunk.Duration, (target/3).Round(100*time.Millisecond)))
	if p.Addressing != Number && !option.Update.Given(o) {
		// A segment that is not known of cannot be asked for: it must be, some time before it has to be played.
		d.Update = min(d.Update, max(500*time.Millisecond, ((target-chunk.Duration)/3).Round(100*time.Millisecond)))
	}
}

// reached returns the latency that is announced where target is wanted: one that can be reached, unless it was asked for by name. A player cannot be nearer than the start of a segment was when that may be asked
// for, and needs something to play while it arrives.
func (p *Presentation) reached(target, chunk time.Duration, wanted bool) time.Duration {
	least := time.Duration(0)
	for i := range p.Periods {
		eachIn(p.Periods[i].AdaptationSets, func(r *Representation) {
			if r.Track.Kind == media.Text || r.KeyFrames {
				return
			}
			lead := r.Chunks.Lead
			if p.Live.Offset != 0 {
				lead = p.Live.Offset
			}
			for k := range r.Segments.Cycle() {
				least = max(least, r.announced(k, p.Addressing)-min(lead, mostLead))
			}
		})
	}
	least = (max(least, 0) + min(chunk, 500*time.Millisecond) + 99*time.Millisecond).Truncate(100 * time.Millisecond)
	if target >= least {
		return target
	}
	if wanted {
		p.Notes = append(p.Notes, fmt.Sprintf("ltgt: segments may be asked for so late after they start that players cannot keep less than %.1f s", least.Seconds()))
		return target
	}
	p.Notes = append(p.Notes, fmt.Sprintf("ltgt=%d: segments may be asked for so late after they start that players cannot keep less", least.Milliseconds()))
	return least
}

// mostLead bounds an offset without end.
const mostLead = time.Hour

// together has all text of a low latency service cut where the rest is, so that all segments are of the same length: players take the longest, and the least of what is ahead.
func (p *Presentation) together(o *option.Set) {
	if p.Live == nil || !option.ChunkDuration.Given(o) {
		return
	}
	for _, c := range p.contents {
		if c.loop == nil {
			continue
		}
		longest := time.Duration(0)
		eachIn(c.sets, func(r *Representation) {
			if tc := c.cuts.Of(r.ID); tc != nil && tc.Times != nil {
				c.together(r, tc)
			}
			for k := range r.Segments.Cycle() {
				longest = max(longest, r.Segments.Complete(k)-r.Segments.Complete(k-1))
			}
		})
		p.MaxSegment = max(p.MaxSegment, (longest+time.Millisecond-1)/time.Millisecond*time.Millisecond)
	}
}

// together cuts text where the content's loop is.
func (c *content) together(r *Representation, tc *asset.TrackCut) {
	t := r.Track
	r.Segments = timeline.Shown(&c.loop.Loop, shown(tc), t.Shift-media.TicksOf(c.loop.base, t.Timescale))
	const boxes, sample = 152, 32 // bytes that a segment has besides its samples, and for each of them, with what times grow by when they are moved
	for k := range r.Segments.Cycle() {
		for _, rg := range r.Segments.At(k).Ranges {
			bits := int64(8 * (boxes + rg.Bytes + uint64(rg.Count)*sample))
			r.Bandwidth = max(r.Bandwidth, uint32(min(math.MaxUint32, media.MulDiv(bits, int64(t.Timescale), max(1, int64(r.Segments.Least(k)))))))
		}
	}
}

// LowLatency says whether p is a low latency service as DASH-IF has it (IOP part 4, 9.X.4).
func (p *Presentation) LowLatency() bool {
	return p.Live != nil && p.Latency != nil && p.Latency.Reference != 0 && p.Addressing != List
}

// chunk divides the segments of a Period's Representations.
func (e *Period) chunk(p *Presentation, longest time.Duration) {
	for i := range e.AdaptationSets {
		set := &e.AdaptationSets[i]
		lead := time.Duration(math.MaxInt64)
		for j := range set.Representations {
			r := &set.Representations[j]
			ticks := max(1, periods.Ticks(longest, r.Timescale))
			r.Chunks = &Chunks{Longest: ticks, Most: 2*int64(p.MaxSegment/longest) + 4, Epoch: p.Live.Start}
			switch {
			case r.KeyFrames:
				r.Chunks.Most += int64(r.Track.Syncs)
			case r.Clock != nil:
				format, _, _ := strings.Cut(r.Codecs, ".")
				r.Bandwidth = clockBandwidth(format, longest)
			}
			lead = min(lead, r.lead(p.Addressing))
		}
		if lead = lead.Truncate(time.Microsecond); lead <= 0 {
			lead = 0
			p.Notes = append(p.Notes, fmt.Sprintf("chunkdur: segments of %s have no chunk for certain before they are announced to be complete", set.Representations[0].ID))
		}
		for j := range set.Representations {
			set.Representations[j].Chunks.Lead = lead
		}
		set.Producer = p.producer(set, 0)
	}
}

// lead returns how much earlier than announced as complete a first chunk is there, of all segments that come again and again but those that last less than half as long as others: what is too short to be asked for
// in time does not make all others late. It is listed when its own first chunk is there, and where it is counted its answer begins then.
func (r *Representation) lead(by Addressing) time.Duration {
	n := r.Segments.Cycle()
	longest := media.Ticks(0)
	for k := range n {
		longest = max(longest, r.Segments.Least(k))
	}
	lead := time.Duration(math.MaxInt64)
	for k := range n {
		if 2*r.Segments.Least(k) >= longest {
			lead = min(lead, r.announced(k, by)-r.firstChunk(k).Duration(r.Timescale))
		}
	}
	if n == 0 {
		return 0
	}
	return lead
}

// announced returns how long after it starts segment k of the first loop is announced to be complete.
func (r *Representation) announced(k int, by Addressing) time.Duration {
	if by != Number {
		return r.Segments.Least(k).Duration(r.Timescale)
	}
	return (r.SegmentDuration * media.Ticks(k+1)).Duration(r.Scale) - r.Segments.Complete(k-1)
}

// firstChunk returns how long after its start the first chunk of segment k is there.
func (r *Representation) firstChunk(k int) media.Ticks {
	longest := r.Chunks.Longest
	t := r.Track
	switch {
	case r.Lasting():
		return longest
	case t.Kind == media.Audio && t.Frame > 0:
		return max(t.Frame, longest/t.Frame*t.Frame)
	}
	s := r.Segments.At(k)
	end := s.Start
	first := true
	var length media.Ticks
	for _, rg := range s.Ranges {
		cursor := t.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count && cursor.Next(&smp); n++ {
			if first {
				first, end = false, r.Decoded(&s, &smp)
			}
			if length > 0 && length+smp.Duration > longest {
				return end + length - s.Start
			}
			length += smp.Duration
		}
	}
	return end + length - s.Start
}

// Lasting says whether samples are there before their time is over: text, and pictures for fast forward, are known when they are shown, however long that will be.
func (r *Representation) Lasting() bool { return r.Track.Kind == media.Text || r.KeyFrames }

// Decoded returns when the first sample of segment s is decoded; not before s starts, as it may where pictures are reordered. The samples after it follow without holes.
func (r *Representation) Decoded(s *timeline.Segment, first *media.Sample) media.Ticks {
	return max(s.Start, first.DTS+r.Track.Delay+s.Ranges[0].Shift)
}

// Due returns when a part of segment k, which ends at end, is there, since the start of the stream: at its end, and no later than the segment.
func (r *Representation) Due(k int, end media.Ticks) time.Duration {
	return min(r.Segments.Complete(k), end.Duration(r.Timescale)+r.Segments.Lag())
}

// available returns when segment k of r may be asked for, since the start: when its first chunk is there if it is made of chunks, else when it is complete, less the offset. Where a @duration
// announces it earlier that holds.
func (d *Dynamic) available(r *Representation, k int) time.Duration {
	switch {
	case r.Chunks != nil:
		at := r.Due(k, r.Segments.Start(k)+r.firstChunk(k))
		if r.SegmentDuration > 0 {
			at = min(at, r.complete(k)-r.Chunks.Lead)
		}
		return at
	case d.Offset == option.Forever:
		return math.MinInt64
	}
	return r.complete(k) - d.Offset
}

// Waits says whether a request for segment k of r, which is available only after so much time, may wait for it: it is made of chunks, and the next.
func (d *Dynamic) Waits(r *Representation, k int, early time.Duration) bool {
	return d.hold && r.Chunks != nil && early <= r.Segments.Duration(k).Duration(r.Timescale)
}

// edge returns the position after the last segment of r that is listed after so much time: of those made of chunks the one that runs is, from its first chunk on.
func (d *Dynamic) edge(r *Representation, elapsed time.Duration) int {
	if r.Chunks == nil {
		if d.Offset != option.Forever { // else by numbers alone: nothing is listed
			elapsed += d.Offset
		}
		return max(0, r.Segments.Running(elapsed))
	}
	k := r.Segments.Running(elapsed)
	if first, end := r.Segments.Bounds(); k >= first && k < end && d.available(r, k) <= elapsed {
		k++
	}
	return max(0, k)
}

// AvailabilityTimeOffset returns @availabilityTimeOffset of r as it is written: seconds, INF, or "" when there is none. What was asked for goes before what the chunks give.
func (p *Presentation) AvailabilityTimeOffset(r *Representation) string {
	switch {
	case p.Live == nil:
		return ""
	case r.Chunks == nil || p.Live.Offset != 0:
		return p.Live.AvailabilityTimeOffset()
	case r.Chunks.Lead == 0:
		return ""
	}
	return strconv.FormatFloat(r.Chunks.Lead.Seconds(), 'f', -1, 64)
}

// producer returns the relation of the media of a Period's set to the time of day: what is presented at a time was input to the encoder at that time. start is the Period's.
func (p *Presentation) producer(set *AdaptationSet, start time.Duration) *ProducerReference {
	ref := &ProducerReference{ID: set.ID, PresentationTime: set.Representations[0].PTO}
	d := p.Live
	if d == nil { // it has ended
		d = p.Ended
	}
	at := d.Start.Add(start).UTC()
	for _, t := range d.Timing {
		if t.Scheme == "urn:mpeg:dash:utc:http-xsdate:2014" || t.Scheme == "urn:mpeg:dash:utc:http-iso:2014" {
			ref.WallClock, ref.Clock = at.Format(time.RFC3339Nano), &Descriptor{t.Scheme, t.Value}
			return ref
		}
	}
	ref.WallClock = strconv.FormatUint(NTP(at), 10)
	return ref
}

// NTP returns a timestamp of RFC 5905, 6: seconds since 1900 in the upper 32 bits, their fraction in the lower.
func NTP(t time.Time) uint64 {
	const from1900to1970 = 2208988800
	return uint64(uint32(t.Unix()+from1900to1970))<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// Seen returns p as a client sees it that reaches the server as origin (scheme://host[:port]) and has asked for path, which includes the query.
func (p *Presentation) Seen(origin, path string) *Presentation {
	q := *p
	q.Origin, q.Path = origin, path
	q.licensed()
	if q.Live == nil || q.Latency == nil || q.Latency.Reference == 0 {
		return &q
	}
	// The clock of a ProducerReference is one of the manifest's, as it stands there.
	q.Periods = append([]Period(nil), q.Periods...)
	for i := range q.Periods {
		sets := append([]AdaptationSet(nil), q.Periods[i].AdaptationSets...)
		for j := range sets {
			if ref := sets[j].Producer; ref != nil && ref.Clock != nil && ref.Clock.Value != "" && ref.Clock.Value[0] == '/' {
				seen := *ref
				seen.Clock = &Descriptor{ref.Clock.Scheme, origin + ref.Clock.Value}
				sets[j].Producer = &seen
			}
		}
		q.Periods[i].AdaptationSets = sets
	}
	return &q
}
