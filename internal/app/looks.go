package app

import (
	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/manifest"
)

// looks returns the looks of manifests as the API describes them.
func looks(t *manifest.Templates) func() []api.Look {
	return func() []api.Look {
		var list []api.Look
		for _, l := range t.Describe() {
			one := api.Look{
				Name: l.Name, Title: l.Title, Help: l.Help, Modes: l.Modes, Requires: l.Requires, Defaults: l.Defaults, User: l.User,
			}
			if one.Requires == nil {
				one.Requires = map[string]string{}
			}
			if one.Defaults == nil {
				one.Defaults = map[string]string{}
			}
			if l.Err != nil {
				text := l.Err.Error()
				one.Error = &text
			}
			list = append(list, one)
		}
		return list
	}
}
