package presentation

import (
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Build makes the Presentation of an Asset in a mode as the options ask. It is a pure function of its arguments and costs microseconds: nothing
// in it enumerates segments, except the check whether numbers can do without a timeline.
func Build(a *asset.Asset, mode Mode, o *option.Set) (*Presentation, error) {
	if mode != VOD && mode != OnDemand {
		return nil, errs.Errorf(errs.NotFound, "mode %q: there are vod and odvod", mode)
	}
	cuts := a.Cut(option.SegmentDuration.From(o))
	p := &Presentation{
		Name: a.Name, Title: a.Title, Mode: mode, Duration: a.Duration, MaxSegment: (cuts.Max + time.Millisecond - 1) / time.Millisecond * time.Millisecond,
		Query: mediaQuery(a, o),
	}
	p.Periods = []Period{{ID: "p0", Duration: a.Duration}}
	for i := range a.Sets {
		p.Periods[0].AdaptationSets = append(p.Periods[0].AdaptationSets, adaptationSet(i, &a.Sets[i], cuts))
	}
	p.MinBuffer = minBuffer(a, cuts)
	p.address(a, cuts, o)
	return p, nil
}

// mediaQuery is what media URLs carry: the options that they depend on, and the version of what is stored, so that the same URL is the same bytes for ever.
func mediaQuery(a *asset.Asset, o *option.Set) string {
	q := o.Query(option.Media)
	if a.Version == "" {
		return q
	}
	if q == "" {
		return "?v=" + a.Version
	}
	return q + "&v=" + a.Version
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
		d, why := uniform(a, cuts)
		if why != "" {
			p.Addressing = Time
			p.Notes = append(p.Notes, "timeline=1: "+why)
			return
		}
		p.Addressing = Number
		p.each(func(r *Representation) { r.SegmentDuration = ticksOf(d, r) })
	}
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

// segments places a cut Track's segments in time.
func segments(tc *asset.TrackCut) timeline.List {
	if tc.Count > 0 {
		return timeline.Stored(tc.Segments, tc.Shift)
	}
	return timeline.Timed(tc.Starts)
}
