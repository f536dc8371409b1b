package presentation

import (
	"math"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/event/asked"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// EventStream is what a Period has of a stream of events (ISO/IEC 23009-1, 5.10.2), or, without Events, that its segments have them (5.10.3). Times of Events are those of the whole Presentation.
type EventStream struct {
	Scheme, Value string
	Timescale     media.Timescale
	PTO           media.Ticks // presentationTimeOffset: when the Period starts
	Events        []event.Event

	stream *event.Stream
}

// Message returns what one of the Events says.
func (s *EventStream) Message(e event.Event) (event.Message, error) { return s.stream.Message(e) }

// happen has p have the events that o asks for.
func (p *Presentation) happen(o *option.Set, teller *event.Teller) error {
	var epoch time.Time
	if p.Live != nil {
		epoch = p.Live.Start
	}
	streams, err := asked.Streams(o, epoch)
	if err != nil || len(streams) == 0 {
		return asked.Blame(o, epoch, -1, err)
	}
	for i, s := range streams {
		s.Teller = teller
		if err := p.listable(s); err != nil {
			return asked.Blame(o, epoch, i, err)
		}
	}
	p.events = streams
	inband := slices.DeleteFunc(slices.Clone(streams), func(s *event.Stream) bool { return !s.Inband })
	if len(inband) == 0 {
		return nil
	}
	carried := false
	for i := range p.Periods {
		carried = p.Periods[i].carry(&inbandEvents{streams: inband, schedule: p.schedule, end: p.lasts()}) || carried
	}
	if !carried {
		p.Notes = append(p.Notes, "events: the stream has neither video nor audio whose segments could have them; there are those in the manifest alone")
	}
	return nil
}

// lasts returns how long p is; 0: without end.
func (p *Presentation) lasts() time.Duration {
	if p.Live != nil {
		return p.Live.Length
	}
	return p.Duration
}

// listable refuses a stream of which a manifest or a segment would have too much.
func (p *Presentation) listable(s *event.Stream) error {
	stretch, what := p.MaxSegment, "segment"
	if !s.Inband {
		stretch, what = p.Duration, "manifest"
		if p.Live != nil {
			stretch = p.Live.Depth
		}
	}
	return s.Fits(stretch, what)
}

// inbandEvents is the events that segments of a Representation have.
type inbandEvents struct {
	streams  []*event.Stream
	schedule schedule // nil: a single Period
	// start and end are of the Presentation; an end of 0 is none. placed says that they are of a Period whose media have URLs of their own.
	start, end time.Duration
	placed     bool
}

// carry has the segments of a Period have events: those of all video that is played, or, without it, of all audio. It says whether there is any.
func (e *Period) carry(events *inbandEvents) bool {
	for _, kind := range []media.Kind{media.Video, media.Audio} {
		found := false
		for i := range e.AdaptationSets {
			set := &e.AdaptationSets[i]
			if set.Kind != kind || set.Trick != nil {
				continue
			}
			found = true
			for _, s := range events.streams {
				set.Inband = append(set.Inband, EventStream{Scheme: s.Scheme, Value: s.Value, Timescale: s.Timescale})
			}
			mean := max(e.of.mean(), time.Millisecond)
			for j := range set.Representations {
				r := &set.Representations[j]
				r.inband = events
				r.Bandwidth += uint32(min(math.MaxInt32, float64(8*r.EventBytes(mean))/mean.Seconds()))
			}
		}
		if found {
			return true
		}
	}
	return false
}

// within has r have the events of a Period whose media have URLs of their own: the same bytes are not to be had elsewhere.
func (r *Representation) within(x *piece) {
	if r.inband == nil || x.path == "" {
		return
	}
	own := *r.inband
	own.placed, own.start, own.end = true, x.start, x.end
	r.inband, r.origin = &own, nil
}

// Eventful says whether segments of r may have events.
func (r *Representation) Eventful() bool { return r.inband != nil }

// EventBytes returns how many bytes the events have at most that a stretch of r's segments has.
func (r *Representation) EventBytes(stretch time.Duration) int64 {
	if r.inband == nil {
		return 0
	}
	n := int64(0)
	for _, s := range r.inband.streams {
		n += s.Bytes(stretch)
	}
	return n
}

// Carried is an Event as a segment has it. Its times are ticks of its Stream's Timescale.
type Carried struct {
	*event.Stream
	event.Event
	Delta   media.Ticks // from the start of the segment
	Media   media.Ticks // in the media of the segment
	Version uint8       // of the emsg box
}

// Carried calls yield with the events that segment k of r has in front of the stretch of it from from to to, in their order: streams as they were asked for, and each by time. The first stretch begins
// where the segment does, and the last one ends where that does.
func (r *Representation) Carried(k int, from, to media.Ticks, yield func(Carried) error) error {
	if r.inband == nil {
		return nil
	}
	begins := from == r.Segments.Start(k)
	for _, s := range r.inband.streams {
		lo, hi := r.ticks(s, k, from), r.ticks(s, k, to)
		start := r.floor(s, r.Segments.Start(k))
		off := r.Segments.Start(k).Duration(r.Timescale) + r.Segments.Lag() - start.Duration(s.Timescale)
		lag := media.TicksOf(r.Segments.Lag(), s.Timescale)
		least, most := s.Span(r.inband.start, r.inband.end-r.inband.start)
		var err error
		s.Carried(lo, hi, begins, func(e event.Event) (start, end media.Ticks) { return r.inband.period(s, e) }, func(e event.Event) bool {
			for range s.Copies {
				if err == nil && e.At >= least && e.At < most {
					c := Carried{s, e, e.At - start, e.At - lag, s.Version}
					if !s.Versioned && (c.Delta < 0 || off.Abs() > time.Nanosecond) {
						c.Version = 1 // no whole number of ticks after the start of the segment is exact
					}
					err = yield(c)
				}
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ticks converts a time of segment k of r to ticks of a Stream, rounded down, on the presentation time line. What a Period begins and ends with is when that does.
func (r *Representation) ticks(s *event.Stream, k int, t media.Ticks) media.Ticks {
	first, end := r.Segments.Bounds()
	in := r.inband
	switch {
	case in.placed && k == first && t == r.Segments.Start(k):
		return s.Tick(in.start)
	case in.placed && k == end-1 && t == r.Segments.Start(k+1):
		return s.Tick(in.end)
	case k == 0 && t == r.Segments.Start(0):
		return 0
	}
	return r.floor(s, t)
}

func (r *Representation) floor(s *event.Stream, t media.Ticks) media.Ticks {
	if r.Segments.Lag() == 0 {
		return media.Ticks(floor(int64(max(0, t)), int64(s.Timescale), int64(r.Timescale)))
	}
	return s.Tick(t.Duration(r.Timescale) + r.Segments.Lag())
}

// period returns when the Period that an event is in begins and ends.
func (in *inbandEvents) period(s *event.Stream, e event.Event) (start, end media.Ticks) {
	if !in.placed && in.schedule != nil {
		if x, ok := in.schedule.piece(in.schedule.at(e.At.Duration(s.Timescale))); ok {
			return s.Span(x.start, x.end-x.start)
		}
	}
	return s.Span(in.start, in.end-in.start)
}

// announce fills in the events of the manifest: all of a static one; of a live one those that are in the window when it is published, with the segment that it begins in, or not over then, and those that
// have been announced by then.
func (p *Presentation) announce() {
	if !slices.ContainsFunc(p.events, func(s *event.Stream) bool { return !s.Inband }) {
		return
	}
	p.Periods = slices.Clone(p.Periods)
	for i := range p.Periods {
		p.Periods[i].EventStreams = nil
		for _, s := range p.events {
			if !s.Inband {
				p.Periods[i].EventStreams = append(p.Periods[i].EventStreams, p.listed(s, &p.Periods[i]))
			}
		}
	}
}

// listed returns what a Period's manifest has of a Stream.
func (p *Presentation) listed(s *event.Stream, e *Period) EventStream {
	from, to := s.Span(e.Start, e.Duration)
	out := EventStream{Scheme: s.Scheme, Value: s.Value, Timescale: s.Timescale, PTO: from, stream: s}
	add := func(one event.Event) bool {
		for range s.Copies {
			out.Events = append(out.Events, one)
		}
		return true
	}
	switch d := p.Live; {
	case d != nil:
		since := d.Publish.Sub(d.Start).Truncate(time.Second) - d.Depth - p.MaxSegment
		event.Announcement{Stream: s, Default: d.Update}.Listed(from, to, d.Publish, since, add)
	case p.Ended != nil && s.Density(p.Ended.Length) > event.Most:
		s.Between(max(from, s.Ticks(p.Ended.Length-p.Ended.Depth)-max(0, s.Duration)), to, add)
	default:
		s.Between(from, to, add)
	}
	return out
}

// news calls f with the instants about now at which a live manifest changes because of events.
func (p *Presentation) news(now time.Time, f func(at time.Time)) {
	for _, s := range p.events {
		event.Announcement{Stream: s, Default: p.Live.Update}.Turns(now, f)
	}
}
