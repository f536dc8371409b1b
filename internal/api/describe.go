package api

import (
	"net/url"

	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/option"
)

// Options returns what /api/v1/options says.
func (a *API) Options() []Option {
	infos := a.cfg.Options.Describe()
	list := make([]Option, len(infos))
	for i := range infos {
		list[i] = Option(infos[i])
	}
	return list
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

// FaultOption returns the name of the option whose value is rules made of what Faults says.
func (a *API) FaultOption() string { return option.Faults.Describe().Key }
