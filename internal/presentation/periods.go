package presentation

import (
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// content is what Periods are stretches of: an Asset as it is announced, in a loop or once.
type content struct {
	asset *asset.Asset
	cuts  *asset.Cuts
	loop  *loop // nil: once
	sets  []AdaptationSet
	id    Descriptor // AssetIdentifier

	images []AdaptationSet
}

// piece is one Period in its place: a stretch of a content.
type piece struct {
	of         *content
	number     int
	id, path   string          // path is what the URLs of its media begin with, "" or ending in "/"
	start, end time.Duration   // on the presentation time line
	from, to   media.Ticks     // the same in the content
	scale      media.Timescale // of from and to
	nominal    time.Duration   // of segments that are counted; 0: the content says it
}

// schedule says which Periods there are, and when. They follow each other without holes or overlaps. It depends on nothing else: not on the window, not on the time.
type schedule interface {
	// at returns the number of the Period that d, which is not before 0, is in.
	at(d time.Duration) int
	// piece returns Period n. ok is false when nothing is in it, or there is none of that number.
	piece(n int) (x piece, ok bool)
	// named returns the number of the Period whose path is name and "/".
	named(name string) (n int, ok bool)
}

// mostPeriods is how many Periods a manifest has at most: of more, the newest.
const mostPeriods = 1000

// contentOf announces an Asset that has Sets.
func contentOf(a *asset.Asset, o *option.Set, looped bool) (*content, error) {
	c := &content{asset: a, cuts: a.Cut(option.SegmentDuration.From(o).Duration), id: Descriptor{"urn:org:dashif:asset-id:2013", a.Name}}
	if looped {
		c.loop = loopOf(a, c.cuts)
	}
	for i := range a.Sets {
		c.sets = append(c.sets, adaptationSet(i, &a.Sets[i], c.cuts, c.loop))
	}
	var err error
	if c.sets, err = choose(c.sets, o); err == nil {
		c.extra(o)
	}
	return c, err
}

// mean returns how long the content's segments are on average.
func (c *content) mean() time.Duration {
	if c.loop != nil {
		return c.loop.Length.Duration(c.loop.Scale) / time.Duration(len(c.loop.Starts))
	}
	return c.asset.Duration / time.Duration(len(c.cuts.Start))
}

// reference returns the List whose segments decide where Periods may begin and end, and its timescale: the first Track's. It may be one that is not announced.
func (c *content) reference() (timeline.List, media.Timescale) {
	tc := c.cuts.Of(c.asset.Sets[0].Tracks[0].ID)
	return segments(tc, c.loop), tc.Timescale
}

// find returns the Representation with that ID, or nil.
func (c *content) find(id string) *Representation { return findIn(c.all(), id) }

// all returns all AdaptationSets.
func (c *content) all() []AdaptationSet {
	return append(c.sets[:len(c.sets):len(c.sets)], c.images...)
}

func findIn(sets []AdaptationSet, id string) *Representation {
	for i := range sets {
		for j := range sets[i].Representations {
			if sets[i].Representations[j].ID == id {
				return &sets[i].Representations[j]
			}
		}
	}
	return nil
}

// unlike returns the Representation whose ID is id in other letter case, as dashlive finds files; nil when there is none, or more than one.
func unlike(sets []AdaptationSet, id string) (found *Representation) {
	n := 0
	eachIn(sets, func(r *Representation) {
		if strings.EqualFold(r.ID, id) {
			found, n = r, n+1
		}
	})
	if n > 1 {
		return nil
	}
	return found
}

// slack is how far a segment of r may reach into a Period without being announced in it. Tracks that are cut where the reference is are so to within a frame.
func (c *content) slack(r *Representation) time.Duration {
	switch t := r.Track; {
	case c.loop != nil && r.Segments.On(&c.loop.Loop):
		return 0
	case t.Kind == media.Audio && t.Frame > 0:
		return t.Frame.Duration(t.Timescale)
	}
	return 10 * time.Millisecond
}

// place returns the Period of x. closed says that its last segment is known.
func (p *Presentation) place(x *piece, closed bool) Period {
	e := Period{ID: x.id, Start: x.start, Duration: x.end - x.start, Identifier: &x.of.id, Asset: x.of.asset, of: x.of, from: x.from, to: x.to}
	e.AdaptationSets = p.placeSets(x, x.of.sets, closed)
	if x.of.images != nil {
		e.Images = p.placeSets(x, x.of.images, closed)
	}
	return e
}

// placeSets returns what of sets is in the Period of x.
func (p *Presentation) placeSets(x *piece, sets []AdaptationSet, closed bool) []AdaptationSet {
	lag := x.start - x.from.Duration(x.scale)
	placed := make([]AdaptationSet, 0, len(sets))
	n := 0
	for i := range sets {
		n += len(sets[i].Representations)
	}
	all := make([]Representation, 0, n)
	for i := range sets {
		set := sets[i]
		reps := set.Representations
		mine := len(all)
		for j := range reps {
			r := reps[j]
			first, end := r.Segments.Within(x.from, x.to, x.scale, x.of.slack(&r))
			if first == end {
				continue
			}
			r.origin, r.folder = &reps[j], x.path
			r.Segments = r.Segments.Placed(first, end, lag)
			if stop := p.length(); stop > 0 {
				if end = min(end, r.Segments.Running(stop-time.Microsecond)+1); end <= first {
					continue
				}
				r.Segments = r.Segments.Placed(first, end, lag)
			}
			r.StartNumber, r.EndNumber = p.StartNumber+int64(first), -1
			if closed {
				r.EndNumber = p.StartNumber + int64(end) - 1
			}
			r.PTO = r.Segments.Offset(x.from, x.scale)
			if x.nominal > 0 && (r.Image == nil || r.Image.follows) {
				r.SegmentDuration = ticksOf(x.nominal, &r)
			}
			if r.SegmentDuration > 0 && r.Scale != r.Timescale {
				r.PTO = x.from * media.Ticks(r.Scale/x.scale) // it is a multiple: see timeline.List.Uniform
			}
			if r.Chunks != nil && lag != 0 {
				chunks := *r.Chunks
				chunks.Epoch = chunks.Epoch.Add(lag)
				r.Chunks, r.origin = &chunks, nil // its bytes say when they were made
			}
			r.later(lag)
			r.within(x)
			all = append(all, r)
		}
		if set.Representations = all[mine:len(all):len(all)]; len(set.Representations) > 0 {
			if set.Producer != nil {
				set.Producer = p.producer(&set, x.start)
			}
			set.inPlace(x.number, x.path)
			placed = append(placed, set)
		}
	}
	return placed
}

// arrange fills in the Periods of a live Presentation that has a schedule, as they were when they were published.
func (p *Presentation) arrange() {
	d := p.Live
	elapsed := d.Publish.Sub(d.Start)
	p.gather(elapsed-d.Depth, d.announced(p.Addressing, elapsed))
	if p.Addressing != Number {
		// A Period is announced when something of it is there.
		for n := len(p.Periods); n > 1 && !d.begun(&p.Periods[n-1], elapsed); n = len(p.Periods) {
			p.Periods = p.Periods[:n-1]
			if !p.PeriodDurations {
				p.Periods[n-2].each(func(r *Representation) { r.EndNumber = -1 })
			}
		}
	}
	p.link(elapsed)
}

// announced returns up to when Periods that begin are announced after so much time. Until a player asks again, all that it was told must stay true: so it must know by then where segments that it only
// counts have an end.
func (d *Dynamic) announced(by Addressing, elapsed time.Duration) time.Duration {
	if by == Number && d.Update > 0 {
		elapsed += d.Update
	}
	if !d.Stop.IsZero() {
		elapsed = min(elapsed, d.Length-1)
	}
	return elapsed
}

// link announces by reference, if that is asked for, the Periods that are over, or all but the first of a static Presentation.
func (p *Presentation) link(elapsed time.Duration) {
	if p.linking == "" {
		return
	}
	for i := range p.Periods {
		e := &p.Periods[i]
		if p.Live == nil {
			e.Linked = i > 0
		} else {
			e.Linked = i+1 < len(p.Periods) && e.Start+e.Duration <= elapsed
		}
		if e.Linked {
			p.Linking = p.linking
		}
	}
}

// around places the Periods in which segments come and go about now: the one that runs, and those beside it.
func (p *Presentation) around(now time.Time) {
	n := p.schedule.at(max(0, now.Sub(p.Live.Start)))
	p.Periods = nil
	if x, ok := p.beside(n, -1); ok {
		p.Periods = append(p.Periods, p.place(&x, true))
	}
	if x, ok := p.schedule.piece(n); ok {
		p.Periods = append(p.Periods, p.place(&x, true))
	}
	if x, ok := p.beside(n, 1); ok {
		p.Periods = append(p.Periods, p.place(&x, true))
	}
}

// beside returns the next Period before or after n in which there is something.
func (p *Presentation) beside(n, step int) (piece, bool) {
	for i := n + step; i >= 0 && i <= n+mostPeriods; i += step {
		if x, ok := p.schedule.piece(i); ok {
			return x, true
		}
	}
	return piece{}, false
}

// turns calls f with the instants about now at which the Periods of a manifest without SegmentTimeline change: one comes, goes, or is over.
func (p *Presentation) turns(now time.Time, f func(at time.Time)) {
	d := p.Live
	elapsed := now.Sub(d.Start)
	shifts := [...]time.Duration{d.announced(Number, 0), -d.Depth, 0}
	used := shifts[:]
	if p.linking == "" {
		used = shifts[:2]
	}
	stop := p.length()
	for _, shift := range used {
		n := p.schedule.at(max(0, elapsed+shift))
		for i, found := n, 0; found < 2 && i <= n+mostPeriods; i++ {
			x, ok := p.schedule.piece(i)
			if !ok {
				continue
			}
			found++
			if x.start > 0 && (stop == 0 || x.start < stop) { // else nothing comes: the first is there from the beginning
				f(d.Start.Add(x.start - shift))
			}
		}
	}
}

// gather fills in the Periods from the one that first is in to the one that latest is in.
func (p *Presentation) gather(first, latest time.Duration) {
	from, to := p.schedule.at(max(0, first)), p.schedule.at(max(0, first, latest))
	p.Periods = make([]Period, 0, min(to-from+1, mostPeriods))
	for n := max(from, to-mostPeriods+1); n <= to; n++ {
		x, ok := p.schedule.piece(n)
		if !ok {
			continue
		}
		if stop := p.length(); stop > 0 {
			x.end = min(x.end, stop)
		}
		p.Periods = append(p.Periods, p.place(&x, n < to || p.Live == nil || p.PeriodDurations))
	}
	p.connect()
}

// length returns how long the stream is when it has an end.
func (p *Presentation) length() time.Duration {
	switch {
	case p.Live != nil && !p.Live.Stop.IsZero():
		return p.Live.Length
	case p.Ended != nil:
		return p.Ended.Length
	}
	return 0
}

// begun says whether a live Period is announced after so much time.
func (d *Dynamic) begun(e *Period, elapsed time.Duration) bool {
	at, ok := d.begins(e)
	return ok && at <= elapsed
}

// begins returns since the start when the first segments of a live Period are available: of all that is seen or heard and begins with it. ok is false when it has none.
func (d *Dynamic) begins(e *Period) (at time.Duration, ok bool) {
	if len(e.AdaptationSets) == 0 {
		return 0, false
	}
	ref := &e.AdaptationSets[0].Representations[0]
	first, _ := ref.Segments.Bounds()
	soon := ref.Segments.Complete(first)
	at = d.available(ref, first)
	eachIn(e.AdaptationSets, func(r *Representation) {
		first, _ := r.Segments.Bounds()
		starts := r.Segments.Start(first).Duration(r.Timescale) + r.Segments.Lag()
		if r.Track.Kind != media.Text && starts < soon {
			at = max(at, d.available(r, first))
		}
	})
	return at, true
}

func eachIn(sets []AdaptationSet, f func(*Representation)) {
	for i := range sets {
		for j := range sets[i].Representations {
			f(&sets[i].Representations[j])
		}
	}
}
