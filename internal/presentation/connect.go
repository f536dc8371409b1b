package presentation

import (
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
)

// Schemes of ISO/IEC 23009-1, 5.3.2.4: media of two Periods need no new initialization, or go on as if there were no Period in between.
const (
	connectivity = "urn:mpeg:dash:period-connectivity:2015"
	continuity   = "urn:mpeg:dash:period-continuity:2015"
)

// Version returns what URLs are versions of: all that is stored of what they may give.
func Version(a *asset.Asset, ads ...*asset.Asset) string {
	v := a.Version
	for _, ad := range ads {
		v += "." + ad.Version
	}
	return v
}

// connect has every AdaptationSet say which former Period's it goes on with: the one before if that leads up to it, else the last that has the same initialization.
func (p *Presentation) connect() {
	if p.silent {
		return
	}
	for i := 1; i < len(p.Periods); i++ {
		e := &p.Periods[i]
		before := &p.Periods[i-1]
		goesOn := before.of == e.of && before.to == e.from && before.Start+before.Duration == e.Start
		for j := range e.AdaptationSets {
			set := &e.AdaptationSets[j]
			for k := i - 1; k >= 0; k-- {
				if !p.Periods[k].initializes(set) {
					continue
				}
				scheme := connectivity
				if goesOn && k == i-1 {
					scheme = continuity
				}
				set.Supplemental = append(set.Supplemental[:len(set.Supplemental):len(set.Supplemental)], Descriptor{scheme, p.Periods[k].ID})
				break
			}
		}
	}
}

// initializes says whether the Period has an AdaptationSet whose Representations have the IDs and the init segments of set's.
func (e *Period) initializes(set *AdaptationSet) bool {
	for i := range e.AdaptationSets {
		mine := &e.AdaptationSets[i]
		if mine.ID != set.ID || mine.Kind != set.Kind || len(mine.Representations) != len(set.Representations) {
			continue
		}
		same := true
		for j := range mine.Representations {
			same = same && sameInit(&mine.Representations[j], &set.Representations[j])
		}
		return same
	}
	return false
}

// sameInit says whether a and b have the same ID and the same init segment: all that goes into one is compared.
func sameInit(a, b *Representation) bool {
	if a.ID != b.ID || a.MediaOffset != b.MediaOffset || !a.Protection.SameInit(b.Protection) || !a.Stored.SameInit(b.Stored) {
		return false
	}
	x, y := a.Track, b.Track
	return x.SameInit(y)
}

// Entry is what the path of a media URL begins with: a Period, or what several Periods share.
type Entry struct {
	Asset *asset.Asset // what its media are of
	Rest  string       // of the path

	sets []AdaptationSet
}

// Enter finds the Period of a media path: "ad1/v1/3.m4s". ok is false when the path begins with no Representation and no Period's path. p is what Timeless returned.
func (p *Presentation) Enter(path string) (e Entry, ok bool) {
	if _, all := p.schedule.(*programme); !all {
		main := p.contents[0]
		id, _, nested := strings.Cut(path, "/")
		if p.schedule == nil || !nested || main.find(id) != nil {
			return Entry{main.asset, path, main.all()}, true
		}
	}
	name, rest, _ := strings.Cut(path, "/")
	n, ok := p.schedule.named(name)
	if !ok {
		return Entry{}, false
	}
	x, ok := p.schedule.piece(n)
	if !ok {
		return Entry{}, false
	}
	placed := p.place(&x, true)
	return Entry{x.of.asset, rest, placed.all()}, true
}

// Find returns the Representation with that ID, in another letter case if need be, or nil.
func (e *Entry) Find(id string) *Representation {
	if r := findIn(e.sets, id); r != nil {
		return r
	}
	return unlike(e.sets, id)
}

// Whole returns the Representation that r is a stretch of, or r.
func (r *Representation) Whole() *Representation {
	if r.origin != nil {
		return r.origin
	}
	return r
}

// inPeriod returns r, of which several Periods have a stretch, as it is in the Period that segment k is in, when its segments are counted from that Period's start on.
func (p *Presentation) inPeriod(r *Representation, k int) *Representation {
	if p.schedule == nil || r.SegmentDuration == 0 || r.origin != nil || k < 0 {
		return r
	}
	middle := r.Segments.Start(k) + r.Segments.Duration(k)/2
	x, ok := p.schedule.piece(p.schedule.at(middle.Duration(r.Timescale)))
	if !ok {
		return r
	}
	placed := p.place(&x, false)
	found := r
	placed.each(func(s *Representation) {
		if s.origin == r {
			found = s
		}
	})
	return found
}

// complete returns when segment k of r is announced to be complete: when it is, or earlier where a @duration says so.
func (r *Representation) complete(k int) time.Duration {
	at := r.Segments.Complete(k)
	if r.SegmentDuration > 0 {
		first, _ := r.Segments.Bounds()
		at = min(at, (r.PTO+media.Ticks(k+1-first)*r.SegmentDuration).Duration(r.Scale)+r.Segments.Lag())
	}
	return at
}
