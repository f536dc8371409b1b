package presentation

import (
	"fmt"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Build makes the Presentation of an Asset in a mode as the options ask, at an instant. It is a pure function of its arguments and costs microseconds: nothing
// in it enumerates segments, except the check whether numbers can do without a timeline.
func Build(a *asset.Asset, mode Mode, o *option.Set, now time.Time) (*Presentation, error) {
	p, err := Timeless(a, mode, o, StartOf(mode, o, now))
	if err != nil {
		return nil, err
	}
	return p.At(now), nil
}

// Timeless is the part of Build that does not change while time passes, for those who build often: it depends on the time only through start, which StartOf gives. What it returns
// is complete for static modes; for Live, At adds what is available when.
func Timeless(a *asset.Asset, mode Mode, o *option.Set, start time.Time) (*Presentation, error) {
	cuts := a.Cut(option.SegmentDuration.From(o).Duration)
	p := &Presentation{
		Name: a.Name, Title: a.Title, Mode: mode, Duration: a.Duration, MaxSegment: (cuts.Max + time.Millisecond - 1) / time.Millisecond * time.Millisecond,
		StartNumber: option.StartNumber.From(o),
	}
	var loop *loop
	switch mode {
	case VOD, OnDemand:
		p.Query = mediaQuery(a, o, nil)
	case Live:
		loop = loopOf(a, cuts)
		p.Live = dynamic(loop, o, start)
		p.Query = mediaQuery(a, o, p.Live)
	default:
		return nil, errs.Errorf(errs.NotFound, "mode %q: there are vod, live and odvod", mode)
	}
	p.Periods = []Period{{ID: "p0", Duration: p.Duration}}
	for i := range a.Sets {
		p.Periods[0].AdaptationSets = append(p.Periods[0].AdaptationSets, adaptationSet(i, &a.Sets[i], cuts, loop))
	}
	p.MinBuffer = minBuffer(a, cuts)
	p.address(a, cuts, o)
	return p, nil
}

// mediaQuery is what media URLs carry: the options that they depend on, and the version of what is stored, so that the same URL is the same bytes for ever. A named start
// is written as the time that it was.
func mediaQuery(a *asset.Asset, o *option.Set, live *Dynamic) string {
	place := map[string]string{"v": a.Version}
	if live != nil {
		place["start"] = live.Start.Format(time.RFC3339Nano)
	}
	return o.Query(option.Media, place)
}

// address chooses the form of addressing.
func (p *Presentation) address(a *asset.Asset, cuts *asset.Cuts, o *option.Set) {
	if p.Mode == OnDemand {
		p.Addressing = Base
		return
	}
	switch option.Timeline.From(o) {
	case "1":
		p.Addressing = Time
	case "number":
		p.Addressing = NumberTimeline
	case "list":
		p.Addressing = List
	default:
		p.Addressing = Number
		why := p.number(a, cuts)
		if why != "" {
			p.Addressing = Time
			p.Notes = append(p.Notes, "timeline=1: "+why)
		}
	}
}

// number has all Representations addressed by @duration, or says why that cannot be.
func (p *Presentation) number(a *asset.Asset, cuts *asset.Cuts) (why string) {
	if p.Live != nil {
		p.each(func(r *Representation) {
			scale, d, late, ok := r.Segments.Uniform()
			if ok {
				r.Scale, r.SegmentDuration = scale, d
				return
			}
			why = fmt.Sprintf("segment durations of %s differ too much for @duration: segment %d of the loop is too far from its place", r.ID, late+1)
		})
		return why
	}
	d, why := uniform(a, cuts)
	if why == "" {
		p.each(func(r *Representation) { r.SegmentDuration = ticksOf(d, r) })
	}
	return why
}

func (p *Presentation) each(f func(*Representation)) {
	for i := range p.Periods {
		for j := range p.Periods[i].AdaptationSets {
			set := &p.Periods[i].AdaptationSets[j]
			for k := range set.Representations {
				f(&set.Representations[k])
			}
		}
	}
}

// minBuffer is the longest time that any Representation must be buffered for at its bandwidth; at least a second, rounded up to a tenth.
func minBuffer(a *asset.Asset, cuts *asset.Cuts) time.Duration {
	longest := time.Second
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			longest = max(longest, cuts.Of(t.ID).Buffer)
		}
	}
	const tenth = time.Second / 10
	return (longest + tenth - 1) / tenth * tenth
}

// segments places a cut Track's segments in time: once, or in a loop.
func segments(tc *asset.TrackCut, loop *loop) timeline.List {
	switch {
	case loop == nil && tc.Count > 0:
		return timeline.Stored(tc.Segments, tc.Shift)
	case loop == nil:
		return timeline.Timed(tc.Starts, tc.Shift)
	}
	shift := tc.Shift - media.TicksOf(loop.base, tc.Timescale)
	switch {
	case tc.Count == 0:
		return timeline.Text(&loop.Loop, tc.Timescale, shift)
	case tc.Kind == media.Audio && tc.Frame > 0:
		return timeline.Audio(&loop.Loop, timeline.Frames{
			Scale: tc.Timescale, Duration: tc.Frame, Count: tc.Frames, Start: tc.Track.Start, First: tc.FirstPTS + shift, Sizes: tc.Sizes,
		})
	}
	return timeline.Looped(&loop.Loop, tc.Timescale, tc.Segments, shift)
}
