package api

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/option"
)

// Options returns what /api/v1/options says. Where what is offered names a stream it is one that can be played: another than the one called besides, where there is another.
func (a *API) Options(besides string) []Option {
	infos := a.cfg.Options.Describe()
	list := make([]Option, len(infos))
	for i := range infos {
		list[i] = Option(infos[i])
		list[i].Choices = slices.Clone(infos[i].Choices)
		for j := range list[i].Choices {
			c := &list[i].Choices[j]
			if strings.Contains(c.Value, option.SomeStream) {
				c.Value = strings.ReplaceAll(c.Value, option.SomeStream, a.some(besides))
			}
		}
	}
	return list
}

// some returns the name of a stream that another can show, as ads are shown: the first that does not consist of others, of those that have been read if there are any; besides itself where it is
// alone.
func (a *API) some(besides string) string {
	unread := ""
	for _, s := range a.cfg.Streams.Streams() {
		switch {
		case s.Err != nil || s.Periods > 0 || s.Name == besides || strings.Contains(s.Name, ","): // a comma ends the name in an option
		case s.State == library.Ready:
			return s.Name
		default:
			unread = cmp.Or(unread, s.Name)
		}
	}
	return cmp.Or(unread, besides, "stream")
}

// Looks returns what /api/v1/looks says.
func (a *API) Looks() []Look {
	if a.cfg.Looks == nil {
		return []Look{}
	}
	return a.cfg.Looks()
}

// Faults returns what /api/v1/faults says.
func (a *API) Faults() fault.Description { return fault.Describe() }

// Check returns what is wrong with an option's value: of kind errs.Invalid, naming option, value and what is allowed.
func (a *API) Check(name, value string) error {
	_, err := a.cfg.Options.Parse(url.Values{name: {value}}.Encode())
	return err
}

// Systems returns what /api/v1/drm says.
func (a *API) Systems() []System {
	infos := drm.Describe()
	list := make([]System, len(infos))
	for i := range infos {
		list[i] = System(infos[i])
	}
	return list
}

// Events returns what /api/v1/events says.
func (a *API) Events() event.Description { return event.Describe() }

// Composed returns the names of the options whose values are made of what Faults, Systems and Events say.
func (a *API) Composed() (faults, systems, events string) {
	return option.Faults.Describe().Key, option.DRM.Describe().Key, option.EventRules.Describe().Key
}

// Word is something that a rule about events can say.
type Word = event.Word
