package presentation

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// ServiceLocation is a BaseURL of several (ISO/IEC 23009-1, 5.6).
type ServiceLocation struct {
	Name             string // BaseURL@serviceLocation
	URL              string // of the folder of the manifest's media there, ending in "/"
	Priority, Weight int64  // dvb:priority and dvb:weight (ETSI TS 103 285, 10.8.2.1); 0: not given
}

// Steering is where players learn which service location to use (ETSI TS 103 998).
type Steering struct {
	URL      string
	Default  string // service location
	Before   bool   // ask before start
	Required bool   // only players that know of it may play
}

// located reads which service locations were asked for.
func (p *Presentation) located(o *option.Set) error {
	list := option.Locations.From(o)
	schedule := option.Steer.From(o)
	switch {
	case len(list) == 0 && schedule.On:
		p.Notes = append(p.Notes, "steer=none: there are no service locations to steer between; cdns names them")
		return nil
	case len(list) > 0 && p.Rooted:
		p.Notes = append(p.Notes, "cdns=none: without BaseURL there are no service locations; base=0 says so")
		return nil
	case len(list) == 0:
		return nil
	}
	p.locations = list
	if !schedule.On {
		return nil
	}
	clones := option.Clones.From(o)
	known := func(name string) bool {
		return slices.ContainsFunc(list, func(l option.ServiceLocation) bool { return l.Name == name }) ||
			slices.ContainsFunc(clones, func(c option.Clone) bool { return c.Name == name })
	}
	s := &Steering{Default: option.SteerDefault.From(o), Before: option.SteerBefore.From(o), Required: option.SteerNeeded.From(o)}
	if s.Default == "" {
		s.Default = list[0].Name
	}
	if !slices.ContainsFunc(list, func(l option.ServiceLocation) bool { return l.Name == s.Default }) {
		return errs.Errorf(errs.Invalid, "option steerdefault: cdns has no service location %q", s.Default)
	}
	for _, slot := range schedule.Slots {
		if !known(slot.Name) {
			return errs.Errorf(errs.Invalid, "option steer: neither cdns nor clones has a service location %q", slot.Name)
		}
	}
	for _, c := range clones {
		if known := slices.ContainsFunc(list, func(l option.ServiceLocation) bool { return l.Name == c.Base }); !known {
			return errs.Errorf(errs.Invalid, "option clones: cdns has no service location %q that %s could be made of", c.Base, c.Name)
		}
	}
	// Decisions are for a session, or for all of a stream.
	name := option.Session.From(o)
	if name == "" {
		name = p.Name
	}
	s.URL = "/steering/" + url.PathEscape(name) + o.Query(option.Steering, nil)
	p.steering = s
	return nil
}

// Bases returns the service locations, none when there is nothing to choose from or nobody knows where the manifest came from.
func (p *Presentation) Bases() []ServiceLocation {
	if len(p.locations) == 0 || p.Path == "" {
		return nil
	}
	path, _, _ := strings.Cut(p.Path, "?")
	folder := path[:strings.LastIndexByte(path, '/')+1]
	bases := make([]ServiceLocation, len(p.locations))
	for i, l := range p.locations {
		at := l.URL
		if at == "" {
			at = p.Origin + "/cdn/" + l.Name
		}
		bases[i] = ServiceLocation{l.Name, at + folder, l.Priority, l.Weight}
	}
	return bases
}

// Steering returns the steering server, nil when there is none or nobody knows where the manifest came from.
func (p *Presentation) Steering() *Steering {
	if p.steering == nil || p.Path == "" {
		return nil
	}
	s := *p.steering
	s.URL = p.Origin + s.URL
	return &s
}
