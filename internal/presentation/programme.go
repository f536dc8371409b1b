package presentation

import (
	"fmt"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/periods"
	"github.com/dashwright/dashwright/internal/timeline"
)

// compose makes what Periods are stretches of, and the schedule; nil where there is a single Period. ads are the Assets that the option of that name asks for.
func (p *Presentation) compose(a *asset.Asset, o *option.Set, ads []*asset.Asset) error {
	if len(a.Parts) > 0 {
		return p.composeParts(a, o)
	}
	main, err := contentOf(a, o, p.Mode == Live)
	if err != nil {
		return err
	}
	p.contents = []*content{main}
	if p.Mode != Live {
		return nil
	}
	perHour, ad := option.Periods.From(o), option.Ads.From(o)
	switch {
	case ad.Stream != "":
		if perHour > 0 {
			p.Notes = append(p.Notes, "periods=0: ads make Periods of their own")
		}
		return p.interrupt(main, ad, o, ads)
	case perHour > 0:
		p.schedule = &split{Split: periods.Split{Loop: &main.loop.Loop, PerHour: perHour}, of: main}
		p.silent = !option.Continuous.From(o)
	}
	return nil
}

// interrupt has ads shown.
func (p *Presentation) interrupt(main *content, ad option.Break, o *option.Set, ads []*asset.Asset) error {
	switch {
	case len(ads) != 1 || len(ads[0].Parts) > 0:
		return errs.Errorf(errs.Invalid, "option ads: %s is no stream that ads can be taken from: it consists of Periods itself", ad.Stream)
	case ad.Every < 2*main.mean():
		return errs.Errorf(errs.Invalid, "option ads: every %v is too often: segments last %v", ad.Every, main.mean().Round(time.Millisecond))
	}
	c, err := partOf(ads[0], o, true)
	if err != nil {
		return err
	}
	b := &breaks{Breaks: periods.Breaks{Loop: &main.loop.Loop, Every: ad.Every, Length: ad.For}, main: main, ad: c}
	if b.Length == 0 {
		b.Length = c.loop.Length.Duration(c.loop.Scale)
	}
	p.contents = append(p.contents, c)
	p.schedule = b
	return nil
}

// composeParts makes the schedule of an Asset that has Parts.
func (p *Presentation) composeParts(a *asset.Asset, o *option.Set) error {
	if option.Periods.From(o) > 0 || option.Ads.Given(o) {
		p.Notes = append(p.Notes, "periods=0, ads=: "+a.Name+" has Periods of its own")
	}
	g := &programme{looped: p.Mode == Live}
	made := map[*asset.Asset]*content{}
	for i := range a.Parts {
		part := &a.Parts[i]
		c := made[part.Asset]
		if c == nil {
			var err error
			if c, err = partOf(part.Asset, o, false); err != nil {
				return errs.Errorf(errs.KindOf(err), "%s: %w", part.ID, err)
			}
			made[part.Asset] = c
			p.contents = append(p.contents, c)
		}
		x := c.stretch(part)
		x.id, x.start = part.ID, g.length
		g.length += (x.to - x.from).Duration(x.scale)
		x.end = g.length
		g.parts = append(g.parts, x)
	}
	p.schedule, p.Duration = g, g.length
	return nil
}

// partOf announces an Asset that is one of several: what was asked for by name and it has not, others may have.
func partOf(a *asset.Asset, o *option.Set, looped bool) (*content, error) {
	c, err := contentOf(a, o, looped)
	if err != nil {
		o = option.MainAudio.In(option.MainText.In(option.DescriptiveAudio.In(o, ""), ""), "")
		c, err = contentOf(a, o, looped)
	}
	return c, err
}

// stretch returns what a Part shows: from segment boundary to segment boundary of the reference, those that are nearest to its points, at least a segment.
func (c *content) stretch(part *asset.Part) piece {
	ref, scale := c.reference()
	x := piece{of: c, scale: scale, from: media.TicksOf(part.In, scale), to: media.TicksOf(part.Out, scale)}
	n := ref.Len()
	end := ref.Start(n)
	if whole := media.TicksOf(c.asset.Duration, scale); whole > end+media.TicksOf(time.Second, scale) {
		end = whole // something goes on without the reference
	}
	if x.to == 0 || x.to > end {
		x.to = end
	}
	if part.Exact {
		x.to = max(x.to, x.from+1)
		return x
	}
	first := 0
	if x.from > 0 {
		first = nearest(ref, x.from, 0, n-1)
		x.from = ref.Start(first)
	}
	if x.to < end {
		x.to = ref.Start(nearest(ref, x.to, first+1, n))
	}
	return x
}

// nearest returns which of the positions from lo to hi starts nearest to t.
func nearest(l timeline.List, t media.Ticks, lo, hi int) int {
	best := lo
	for i := lo; i <= hi; i++ {
		if distance(l.Start(i), t) < distance(l.Start(best), t) {
			best = i
		}
	}
	return best
}

func distance(a, b media.Ticks) media.Ticks { return max(a-b, b-a) }

// number has the segments of every Part addressed by a duration, or says why that cannot be.
func (g *programme) number() (why string) {
	for i := range g.parts {
		x := &g.parts[i]
		uneven := ""
		if x.nominal, uneven = x.uniform(); uneven != "" && why == "" {
			why = x.id + ": " + uneven
		}
	}
	return why
}

// uniform returns the duration by which the segments of a Part are where numbers say.
func (x *piece) uniform() (d time.Duration, why string) {
	var starts []time.Duration
	eachIn(x.of.sets, func(r *Representation) {
		first, end := r.Segments.Within(x.from, x.to, x.scale, x.of.slack(r))
		if first == end || why != "" {
			return
		}
		mine := make([]time.Duration, 0, end-first)
		for i := first; i < end; i++ {
			mine = append(mine, r.Segments.Start(i).Duration(r.Timescale)-x.from.Duration(x.scale))
		}
		late := -1
		if starts == nil {
			starts = mine
			d, late = asset.Even(mine, x.end-x.start)
		} else if len(mine) != len(starts) {
			why = fmt.Sprintf("%s has %d segments, others have %d", r.ID, len(mine), len(starts))
			return
		}
		if late < 0 {
			late = asset.OffGrid(mine, d)
		}
		if late >= 0 {
			why = fmt.Sprintf("segment durations of %s differ too much for @duration: segment %d is too far from its place", r.ID, late+1)
		}
	})
	return d, why
}

// begins returns the times in the content's loop at which Periods may begin in which segments are counted.
func (c *content) begins(s schedule) []media.Ticks {
	switch s := s.(type) {
	case *split:
		return s.Starts()
	case *breaks:
		if c == s.main {
			return s.Starts()
		}
	}
	return []media.Ticks{0}
}

// pace returns how long segments are on average.
func (p *Presentation) pace() time.Duration {
	longest := time.Duration(0)
	for _, c := range p.contents {
		longest = max(longest, c.mean())
	}
	return longest
}

// stop finds out how long a live stream is that has an end: to the end of the last segment of a reference that is complete by then.
func (p *Presentation) stop() {
	d := p.Live
	lasts := d.Stop.Sub(d.Start)
	if d.Stop.IsZero() || lasts <= 0 {
		return
	}
	g, ok := p.schedule.(*programme)
	if !ok {
		l := p.contents[0].loop
		d.Length = l.Boundary(max(0, l.At(periods.Ticks(lasts, l.Scale)))).Duration(l.Scale)
		return
	}
	x, _ := g.piece(g.at(lasts))
	ref, _ := x.of.reference()
	first, end := ref.Within(x.from, x.to, x.scale, 0)
	ref = ref.Placed(first, end, x.start-x.from.Duration(x.scale))
	if d.Length = x.start; ref.Running(lasts) > first {
		d.Length = min(x.end, ref.Complete(ref.Running(lasts)-1))
	}
}
