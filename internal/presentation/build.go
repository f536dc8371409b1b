package presentation

import (
	"fmt"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Build makes the Presentation of an Asset in a mode as the options ask, at an instant. It is a pure function of its arguments and costs microseconds: nothing
// in it enumerates segments, except the check whether numbers can do without a timeline.
func Build(a *asset.Asset, mode Mode, o *option.Set, now time.Time, with Others) (*Presentation, error) {
	o = Resolve(mode, o, now)
	p, err := Timeless(a, mode, o, StartOf(mode, o, now), with)
	if err != nil {
		return nil, err
	}
	return p.At(now), nil
}

// Timeless is the part of Build that does not change while time passes, for those who build often: it depends on the time only through o, which Resolve returned, and start, which StartOf gives. What it returns
// is complete for static modes; for Live, At adds what is available when: until then there is a Period for everything that Periods are made of, as if it had no end.
func Timeless(a *asset.Asset, mode Mode, o *option.Set, start time.Time, with Others) (*Presentation, error) {
	p := &Presentation{
		Name: a.Name, Title: a.Title, Mode: mode, Duration: a.Duration, StartNumber: option.StartNumber.From(o), Rooted: !option.BaseURL.From(o),
		PeriodDurations: option.PeriodDuration.From(o), Only: option.Period.From(o), told: with.Told, counted: with.Counted,
	}
	if mode != VOD && mode != OnDemand && mode != Live {
		return nil, errs.Errorf(errs.NotFound, "mode %q: there are vod, live and odvod", mode)
	}
	if link := option.Link.From(o); link != "none" && p.Only == "" {
		p.linking = link
	}
	if err := p.compose(a, o, with.Ads); err != nil {
		return nil, err
	}
	if err := p.protect(o, with.Keys); err != nil {
		return nil, err
	}
	p.picture(o)
	if mode == Live {
		p.Live = dynamic(p.pace(), o, start)
		p.stop()
	}
	for i, c := range p.contents {
		p.Periods = append(p.Periods, Period{ID: "p" + strconv.Itoa(i), Duration: p.Duration, AdaptationSets: c.sets, Images: c.images, Asset: c.asset, of: c})
		if !option.ChunkDuration.Given(o) || c.loop == nil {
			p.MaxSegment = max(p.MaxSegment, (c.cuts.Max+time.Millisecond-1)/time.Millisecond*time.Millisecond)
		}
		p.MinBuffer = max(p.MinBuffer, minBuffer(c.asset, c.cuts))
	}
	p.together(o)
	p.clocks()
	p.versions = with.Version(a, o)
	p.address(o)
	if option.Offsets.From(o) == "signed" {
		p.each(func(r *Representation) { r.Lag = 0 })
	}
	p.frame()
	p.latency(o)
	p.queries(o)
	p.updatable(o)
	if err := p.located(o); err != nil {
		return nil, err
	}
	if err := p.happen(o, with.Teller); err != nil {
		return nil, err
	}
	p.settle()
	if p.Live != nil {
		return p, p.Live.possible(p.Addressing)
	}
	return p, nil
}

// settle sets what is known when all has been decided.
func (p *Presentation) settle() {
	if p.Live != nil {
		p.Periods[0].Duration, p.Live.longest = p.Live.Length, p.MaxSegment
	}
	p.each(func(r *Representation) {
		r.StartNumber, r.EndNumber = p.StartNumber, -1
		if p.Live == nil {
			r.EndNumber = p.StartNumber + int64(r.Segments.Len()) - 1
		}
	})
	if p.Live == nil && p.schedule != nil {
		p.gather(0, p.Duration-1)
		p.link(p.Duration)
	}
	if p.Live == nil {
		p.announce()
	}
}

// address chooses the form of addressing.
func (p *Presentation) address(o *option.Set) {
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
		why := "patches are of a SegmentTimeline"
		if p.Live == nil || !option.Patch.From(o) {
			why = p.number()
		}
		if why != "" && !p.counted {
			p.uncount()
			p.Addressing = Time
			p.Notes = append(p.Notes, "timeline=1: "+why)
		}
	}
}

// number has all Representations addressed by @duration, or says why that cannot be.
func (p *Presentation) number() (why string) {
	if g, ok := p.schedule.(*programme); ok {
		return g.number()
	}
	if p.Live == nil {
		c := p.contents[0]
		d, why := c.asset.Uniform(c.cuts)
		if why == "" {
			p.each(func(r *Representation) {
				if r.Image != nil {
					return
				}
				own := d
				if r.Track.Count > 0 && r.Segments.Len() != len(c.cuts.Start) && why == "" {
					own, why = evenText(r, c.asset.Duration)
				}
				r.SegmentDuration = ticksOf(own, r)
			})
		}
		return why
	}
	for _, c := range p.contents {
		begins := c.begins(p.schedule)
		eachIn(c.sets, func(r *Representation) {
			scale, d, late, ok := r.Segments.Uniform()
			switch {
			case !ok:
				why = fmt.Sprintf("segment durations of %s differ too much for @duration: segment %d of the loop is too far from its place", r.ID, late+1)
			case !r.Segments.Even(begins, c.slack(r)):
				why = fmt.Sprintf("segments of %s are too far from their places for @duration when they are counted from the start of each Period", r.ID)
			default:
				r.Scale, r.SegmentDuration = scale, d
			}
		})
	}
	return why
}

// uncount takes back what number did.
func (p *Presentation) uncount() {
	p.each(func(r *Representation) { r.Scale, r.SegmentDuration = r.Timescale, 0 })
	if g, ok := p.schedule.(*programme); ok {
		for i := range g.parts {
			g.parts[i].nominal = 0
		}
	}
}

func (p *Presentation) each(f func(*Representation)) {
	for i := range p.Periods {
		p.Periods[i].each(f)
	}
}

func (e *Period) each(f func(*Representation)) {
	eachIn(e.AdaptationSets, f)
	eachIn(e.Images, f)
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
		return timeline.Stored(tc.Segments, tc.Shift).In(tc.Timescale)
	case loop == nil:
		return timeline.Timed(tc.Starts, tc.Shift).In(tc.Timescale)
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
	if tc.Times != nil {
		return timeline.ShownApart(&loop.Loop, shown(tc), tc.Segments, shift)
	}
	return timeline.Looped(&loop.Loop, tc.Timescale, tc.Segments, shift)
}

func shown(tc *asset.TrackCut) timeline.Samples {
	return timeline.Samples{Scale: tc.Timescale, Times: tc.Times, Sizes: tc.Sizes}
}
