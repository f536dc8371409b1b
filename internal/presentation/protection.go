package presentation

import (
	"slices"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/protection"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Others is what a Presentation is made of besides an Asset and options.
type Others struct {
	Ads  []*asset.Asset // that the option of that name names
	Keys drm.Keys       // nil: all are computed
	// Told is the URL of the manifest that events of segments have in them, and Teller what knows it; "" and nil where there are none.
	Told   string
	Teller *event.Teller
	// Counted says that it is for a segment by its number: some manifest counts what can be counted. It may announce less than all, so that in it nothing is in the way of numbers.
	Counted bool
}

// protect decides what is encrypted and how, and what the manifest says of it.
func (p *Presentation) protect(o *option.Set, keys drm.Keys) error {
	if keys == nil {
		keys = drm.Computer{}
	}
	s := systems(o)
	g, err := p.rules(o, s, keys)
	if err != nil {
		return err
	}
	for i, c := range p.contents {
		if err := signalStored(c.sets, c.asset.Name, s, keys); err != nil {
			return err
		}
		_, interrupted := p.schedule.(*breaks)
		if g == nil || interrupted && i > 0 && g.Leaves("ads") {
			continue
		}
		if err := c.protect(g); err != nil {
			return err
		}
	}
	if g == nil || !g.Apart() {
		return nil
	}
	switch s := p.schedule.(type) {
	case *split:
		s.apart = true
	case *breaks:
		s.apart = true
	}
	return nil
}

// rules reads the options; nil: nothing is to be encrypted.
func (p *Presentation) rules(o *option.Set, s *drm.Selection, keys drm.Keys) (*protection.Rules, error) {
	scheme := option.Encryption.From(o)
	if scheme == "auto" {
		if !s.Given() {
			return nil, nil
		}
		scheme = protection.SchemeFor(s)
	}
	turn, per := option.KeyRotation.From(o), option.KeyScope.From(o)
	g := &protection.Rules{
		PerKind: per == "kind", PerResolution: per == "resolution", EachPeriod: turn.Period, Segments: turn.Segments, Lead: option.ClearLead.From(o).Duration, Open: option.Unprotected.From(o),
		First: p.StartNumber, Systems: s, Keys: keys,
		Variant: string(p.Mode) + " " + strconv.FormatInt(int64(option.SegmentDuration.From(o).Duration), 10),
	}
	if p.Mode == OnDemand {
		g.First = 1 // numbers are the fragments', not those of URLs
	}
	return g, g.Set(scheme, option.IV.From(o))
}

// protect has all of the content encrypted that is stored in the clear and may not stay so.
func (c *content) protect(g *protection.Rules) error {
	if g.PerResolution {
		c.divide()
	}
	for i := range c.sets {
		set := &c.sets[i]
		if set.Kind != media.Video && set.Kind != media.Audio || g.Leaves(set.Kind.String()) || set.Representations[0].Track.Encryption != nil {
			continue
		}
		for j := range set.Representations {
			r := &set.Representations[j]
			r.Protection = g.For(protection.Track{
				Stream: c.asset.Name, Version: c.asset.Version, Ordinal: c.ordinal(r), Kind: set.Kind, Width: r.Width, Height: r.Height,
			})
			r.Bandwidth += r.sealed()
		}
		if err := set.seal(); err != nil {
			return err
		}
	}
	return nil
}

// sealed returns the bits per second that the encryption of r adds at most.
func (r *Representation) sealed() uint32 {
	t := r.Track
	samples, shortest := t.Count, time.Duration(1<<62)
	if r.KeyFrames {
		samples = t.Syncs
	}
	for k := range r.Segments.Cycle() {
		shortest = min(shortest, r.Segments.Least(k).Duration(r.Timescale))
	}
	return r.Protection.Bandwidth(t.Kind, samples, (t.EndPTS - t.FirstPTS).Duration(t.Timescale), shortest)
}

// ordinal returns the number of a Representation among all that may be made of the Asset's Tracks, whichever are announced.
func (c *content) ordinal(r *Representation) uint16 {
	n := uint16(0)
	for i := range c.asset.Sets {
		for _, t := range c.asset.Sets[i].Tracks {
			if t == r.Track {
				if r.KeyFrames {
					n |= 1 << 15
				}
				return n
			}
			n++
		}
	}
	return n
}

// divide has video of different resolutions in AdaptationSets of its own, between which players may switch (ISO/IEC 23009-1, 5.3.3.5).
func (c *content) divide() {
	last := 0
	for i := range c.sets {
		last = max(last, c.sets[i].ID)
	}
	var sets []AdaptationSet
	for _, set := range c.sets {
		parts := []AdaptationSet{}
		for _, r := range set.Representations {
			i := slices.IndexFunc(parts, func(a AdaptationSet) bool {
				x := &a.Representations[0]
				return x.Height == r.Height && x.Width == r.Width
			})
			if i < 0 {
				i = len(parts)
				one := set
				one.Representations, one.MaxWidth, one.MaxHeight = nil, r.Width, r.Height
				if i > 0 {
					last++
					one.ID, one.Tricked = last, false
				}
				parts = append(parts, one)
			}
			parts[i].Representations = append(parts[i].Representations, r)
		}
		for i := range parts {
			others := ""
			for j := range parts {
				if j != i {
					others += "," + strconv.Itoa(parts[j].ID)
				}
			}
			if others != "" {
				more := parts[i].Supplemental
				parts[i].Supplemental = append(more[:len(more):len(more)], Descriptor{"urn:mpeg:dash:adaptation-set-switching:2016", others[1:]})
			}
		}
		sets = append(sets, parts...)
	}
	c.sets = sets
}

// seal finds the keys of a set whose Representations have a Protection, and what the manifest says of them.
func (a *AdaptationSet) seal() (err error) {
	all := make([]*protection.Protection, 0, len(a.Representations))
	for i := range a.Representations {
		all = append(all, a.Representations[i].Protection)
	}
	a.Protections, err = protection.Signal(all)
	return err
}

// inPlace has the set be as it is in Period number n, whose URLs begin with path: where each has its own, with that's key, or in the clear.
func (a *AdaptationSet) inPlace(n int, path string) {
	if a.Representations[0].Protection == nil || path == "" {
		return
	}
	g := a.Representations[0].Protection.Rules()
	for i := range a.Representations {
		r := &a.Representations[i]
		r.Protection = r.Protection.InPeriod(n, path)
	}
	switch {
	case a.Representations[0].Protection == nil:
		a.Protections = nil
	case g.EachPeriod:
		_ = a.seal() // who serves it is told: the Protection keeps the error
	}
}

// SegmentOf returns the position of the segment that s is, or of which a chunk s is a part. r has a Protection.
func (r *Representation) SegmentOf(s *timeline.Segment) int {
	return int(r.numberOf(s) - r.Protection.Rules().First)
}

// numberOf returns the number of the segment that s is, or of which a chunk s is a part.
func (r *Representation) numberOf(s *timeline.Segment) int64 {
	if r.Chunks != nil {
		return s.Number / r.Chunks.Most // of a chunk it is the fragment's
	}
	return s.Number
}

// Sealing returns how segment s of r, or the one that a chunk s is part of, is protected. r has a Protection.
func (r *Representation) Sealing(s *timeline.Segment) (protection.Sealing, error) {
	return r.Protection.Sealing(r.numberOf(s), r.Segments.Start(r.SegmentOf(s)).Duration(r.Timescale))
}
