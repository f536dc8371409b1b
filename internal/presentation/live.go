package presentation

import (
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Dynamic is what a live Presentation has besides a static one. Media time counts from Start.
type Dynamic struct {
	Start  time.Time     // MPD@availabilityStartTime
	Depth  time.Duration // MPD@timeShiftBufferDepth
	Leeway time.Duration // how long segments outlive the window
	Update time.Duration // MPD@minimumUpdatePeriod; negative: the attribute is absent
	Delay  time.Duration // MPD@suggestedPresentationDelay

	// The rest is At's.

	Now     time.Time // the instant
	Publish time.Time // MPD@publishTime: when what is announced last changed
	// State is equal for two instants at which the same segments are announced.
	State uint64
}

// loop is a Loop, and which of the Asset's presentation times is its start.
type loop struct {
	timeline.Loop
	base time.Duration
}

// loopOf returns the loop of an Asset: that of its reference, the first video Track, or, without video, the first Track.
func loopOf(a *asset.Asset, cuts *asset.Cuts) *loop {
	ref := a.Sets[0].Tracks[0]
	tc := cuts.Of(ref.ID)
	l := &loop{Loop: timeline.Loop{Scale: ref.Timescale}}
	if ref.Kind == media.Video {
		l.Length = ref.End - ref.Track.Start
		for i := range tc.Segments {
			l.Starts = append(l.Starts, tc.Segments[i].EPT-tc.Segments[0].EPT)
		}
		l.base = ref.PresentationTime(tc.Segments[0].EPT)
		return l
	}
	l.Length = media.TicksOf(a.Duration, l.Scale)
	if ref.Frame > 0 {
		l.Length = l.Length / ref.Frame * ref.Frame
	}
	for _, s := range cuts.Start {
		l.Starts = append(l.Starts, media.TicksOf(s, l.Scale))
	}
	return l
}

// StartOf returns when the stream that o asks for began, as seen at now. It is the zero time for static modes.
func StartOf(mode Mode, o *option.Set, now time.Time) time.Time {
	if mode != Live {
		return time.Time{}
	}
	now = Now(o, now)
	start := option.Start.From(o)
	midnight := now.Truncate(24 * time.Hour)
	first := midnight
	switch start.Name {
	case "":
		return start.At
	case "epoch":
		return time.Unix(0, 0).UTC()
	case "now":
		return now.Truncate(time.Second).Add(-time.Minute)
	case "today":
		// In the first minute of a day there would be next to nothing to show.
		if now.Sub(midnight) < time.Minute {
			return midnight.AddDate(0, 0, -1)
		}
		return midnight
	case "month":
		first = midnight.AddDate(0, 0, 1-midnight.Day())
	case "year":
		first = time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if now.Sub(first) < 24*time.Hour {
		return first.AddDate(0, 0, -1)
	}
	return first
}

// Now returns the instant at which o wants to be answered: the time of day, unless the clock is frozen.
func Now(o *option.Set, now time.Time) time.Time {
	if frozen := option.Now.From(o); !frozen.At.IsZero() {
		return frozen.At
	}
	return now.UTC()
}

// Clock returns what the manifest's clock says at now: the frozen one, less the drift that was asked for.
func Clock(o *option.Set, now time.Time) time.Time {
	return Now(o, now).Add(-option.Drift.From(o).Duration)
}

// dynamic reads what does not change while time passes.
func dynamic(l *loop, o *option.Set, start time.Time) *Dynamic {
	d := &Dynamic{Start: start, Leeway: option.Leeway.From(o).Duration}
	if d.Depth = option.Depth.From(o).Duration; d.Depth == 0 {
		d.Depth = time.Minute
	}
	mean := l.Length.Duration(l.Scale) / time.Duration(len(l.Starts))
	d.Update = option.Update.From(o).Or((2*mean + time.Second/2).Truncate(time.Second))
	if d.Update == 0 {
		d.Update = -1
	}
	d.Delay = option.PresentationDelay.From(o).Or(min(3*mean, 30*time.Second).Round(100 * time.Millisecond))
	return d
}

// At returns p as it is at now: the window, and when it last changed. Static Presentations are the same at any time.
func (p *Presentation) At(now time.Time) *Presentation {
	if p.Live == nil {
		return p
	}
	q, d := *p, *p.Live
	q.Live = &d
	d.Now = now
	elapsed := now.Sub(d.Start)
	d.Depth = min(d.Depth, max(0, elapsed.Truncate(time.Second)))
	d.Publish = d.Start
	if p.Addressing != Number {
		p.each(func(r *Representation) {
			first, end := q.Window(r)
			d.State = d.State*1099511628211 + uint64(first)
			d.State = d.State*1099511628211 + uint64(end)
			if end > 0 {
				if at := d.Start.Add(r.Segments.Complete(end - 1)); at.After(d.Publish) {
					d.Publish = at
				}
			}
		})
	}
	return &q
}

// Window returns the positions of the first segment of r that is announced, and of the one after the last.
func (p *Presentation) Window(r *Representation) (first, end int) {
	if p.Live == nil {
		return 0, r.Segments.Len()
	}
	elapsed := p.Live.Now.Sub(p.Live.Start)
	end = max(0, r.Segments.Running(elapsed))
	return min(end, max(0, r.Segments.Running(elapsed-p.Live.Depth))), end
}

// Check says whether segment k of r may be served at now: errs.TooEarly before its availability start time, errs.Gone when it has left the window and the leeway has passed.
func (d *Dynamic) Check(r *Representation, k int, now time.Time) error {
	if k < 0 {
		return errs.Errorf(errs.NotFound, "the stream began with a later segment")
	}
	due := d.Start.Add(r.Segments.Complete(k))
	if early := due.Sub(now); early > 0 {
		return errs.Errorf(errs.TooEarly, "segment is available from %s on, in %.3f s", due.Format(time.RFC3339Nano), early.Seconds())
	}
	if late := now.Sub(due) - d.Depth - d.Leeway; late > 0 {
		return errs.Errorf(errs.Gone, "segment left the time shift buffer of %.3f s and the leeway of %.3f s passed %.3f s ago", d.Depth.Seconds(), d.Leeway.Seconds(), late.Seconds())
	}
	return nil
}
