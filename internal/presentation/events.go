package presentation

import (
	"math"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/event/asked"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// EventStream is what a Period has of a stream of events (ISO/IEC 23009-1, 5.10.2), or, without Events, that its segments have them (5.10.3).
type EventStream struct {
	Scheme, Value string
	Timescale     media.Timescale
	PTO           media.Ticks // presentationTimeOffset: when the Period starts
	Events        []Event
}

// Event is one event of an EventStream. Its times are those of the whole Presentation.
type Event struct {
	event.Event
	Message event.Message
}

// mostEvents is how many events of a stream a manifest has at most, and a segment.
const mostEvents = 10_000

// happen has p have the events that o asks for.
func (p *Presentation) happen(o *option.Set) error {
	var epoch time.Time
	if p.Live != nil {
		epoch = p.Live.Start
	}
	streams, err := asked.Streams(o, epoch)
	if err != nil || len(streams) == 0 {
		return err
	}
	for _, s := range streams {
		if err := p.listable(s); err != nil {
			return err
		}
	}
	p.events = streams
	inband := slices.DeleteFunc(slices.Clone(streams), func(s *event.Stream) bool { return !s.Inband })
	if len(inband) == 0 {
		return nil
	}
	carried := false
	for i := range p.Periods {
		carried = p.Periods[i].carry(&inbandEvents{streams: inband, schedule: p.schedule}) || carried
	}
	if !carried {
		p.Notes = append(p.Notes, "events: the stream has neither video nor audio whose segments could have them; there are those in the manifest alone")
	}
	return nil
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
	if s.Repeated || !s.Inband {
		stretch += max(0, s.Ahead.Duration)
	}
	if n := s.Density(stretch); n > mostEvents {
		return errs.Errorf(errs.Invalid, "events of kind %s: a %s would have %d of them, the most is %d; a longer interval gives fewer", s.Kind, what, n, mostEvents)
	}
	return nil
}

// inbandEvents is the events that segments of a Representation have.
type inbandEvents struct {
	streams  []*event.Stream
	schedule schedule // nil: a single Period
	// placed says that it is of a Period whose media have URLs of their own, and which that is.
	placed     bool
	start, end time.Duration
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
			for j := range set.Representations {
				set.Representations[j].inband = events
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

// Carried is an Event as a segment has it. Its times are ticks of its Stream's Timescale.
type Carried struct {
	*event.Stream
	event.Event
	Delta media.Ticks // from the start of the segment
	Media media.Ticks // in the media of the segment
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
		lag := media.TicksOf(r.Segments.Lag(), s.Timescale)
		var err error
		s.Carried(lo, hi, begins, func(e event.Event) (start, end media.Ticks) { return r.inband.period(s, e) }, func(e event.Event) bool {
			for range s.Copies {
				if err == nil {
					err = yield(Carried{s, e, e.At - start, e.At - lag})
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
		return s.Ticks(in.start + time.Nanosecond)
	case in.placed && k == end-1 && t == r.Segments.Start(k+1):
		return s.Ticks(in.end + time.Nanosecond)
	case k == 0 && t == r.Segments.Start(0):
		return 0
	}
	return r.floor(s, t)
}

func (r *Representation) floor(s *event.Stream, t media.Ticks) media.Ticks {
	if r.Segments.Lag() == 0 {
		return media.Ticks(floor(int64(max(0, t)), int64(s.Timescale), int64(r.Timescale)))
	}
	return s.Ticks(t.Duration(r.Timescale) + r.Segments.Lag())
}

// period returns when the Period that an event is in begins and ends.
func (in *inbandEvents) period(s *event.Stream, e event.Event) (start, end media.Ticks) {
	switch {
	case in.placed:
		return s.Ticks(in.start + time.Nanosecond), s.Ticks(in.end + time.Nanosecond)
	case in.schedule != nil:
		if x, ok := in.schedule.piece(in.schedule.at(e.At.Duration(s.Timescale))); ok {
			return s.Ticks(x.start + time.Nanosecond), s.Ticks(x.end + time.Nanosecond)
		}
	}
	return 0, math.MaxInt64
}

// announce fills in the events of the manifest: all of a static one; of a live one those that are in the window when it is published, with the segment that it begins in, or not over then, and those that have been announced by then.
func (p *Presentation) announce() {
	if !slices.ContainsFunc(p.events, func(s *event.Stream) bool { return !s.Inband }) {
		return
	}
	p.Periods = slices.Clone(p.Periods)
	for i := range p.Periods {
		e := &p.Periods[i]
		e.EventStreams = nil
		for _, s := range p.events {
			if s.Inband {
				continue
			}
			e.EventStreams = append(e.EventStreams, p.listed(s, e))
		}
	}
}

// listed returns what a Period's manifest has of a Stream.
func (p *Presentation) listed(s *event.Stream, e *Period) EventStream {
	out := EventStream{Scheme: s.Scheme, Value: s.Value, Timescale: s.Timescale, PTO: s.Ticks(e.Start + time.Nanosecond)}
	if e.Start == 0 {
		out.PTO = 0
	}
	from, to := out.PTO, media.Ticks(math.MaxInt64)
	if e.Duration > 0 {
		to = s.Ticks(e.Start + e.Duration + time.Nanosecond)
	}
	back := max(0, s.Duration)
	switch d := p.Live; {
	case d != nil && !p.forever(s):
		elapsed := d.Publish.Sub(d.Start)
		from = max(from, s.Ticks(elapsed.Truncate(time.Second)-d.Depth-p.MaxSegment)-back)
		to = min(to, s.Ticks(elapsed+p.ahead(s))+1)
		if elapsed+p.ahead(s) < 0 {
			to = from
		}
	case p.Ended != nil && s.Density(p.Ended.Length) > mostEvents:
		from = max(from, s.Ticks(p.Ended.Length-p.Ended.Depth)-back)
	}
	s.Between(from, to, func(one event.Event) bool {
		if p.Live != nil && !p.forever(s) && p.announcedAt(s, one).After(p.Live.Publish) {
			return true
		}
		m, err := s.Message(one)
		if err != nil {
			p.Notes = append(p.Notes, err.Error())
			return false
		}
		for range s.Copies {
			out.Events = append(out.Events, Event{one, m})
		}
		return true
	})
	return out
}

// forever says whether all events of a live manifest are in it at any time: there is an end of them, and nobody said when they are announced.
func (p *Presentation) forever(s *event.Stream) bool {
	return s.Count > 0 && s.Count*int64(s.Copies) <= mostEvents && !s.Ahead.Given
}

// ahead returns how long before it starts an event of a live manifest is announced: unless it is said, in time for those who load the manifest as often as they should.
func (p *Presentation) ahead(s *event.Stream) time.Duration {
	if s.Ahead.Given || s.Inband {
		return s.Ahead.Duration
	}
	return max(0, p.Live.Update)
}

// announcedAt returns when an event is announced.
func (p *Presentation) announcedAt(s *event.Stream, e event.Event) time.Time {
	return millisecond(p.Live.Start.Add(e.At.Duration(s.Timescale) - p.ahead(s)))
}

// news calls f with the instants about now at which a live manifest changes because of events: the last one before, and the next.
func (p *Presentation) news(now time.Time, f func(at time.Time)) {
	for _, s := range p.events {
		if s.Inband && !s.Renews() || !s.Inband && p.forever(s) {
			continue
		}
		reach := s.Ticks(max(0, now.Sub(p.Live.Start)+p.ahead(s))) + 1
		if next, ok := s.Next(reach); ok {
			f(p.announcedAt(s, next))
		}
		for to := reach; ; {
			last, ok := s.Last(to)
			if !ok {
				break
			}
			at := p.announcedAt(s, last)
			if f(at); !at.After(now) {
				break
			}
			to = last.At
		}
	}
}
