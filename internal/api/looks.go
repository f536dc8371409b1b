package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Look is one form that a manifest can have.
type Look struct {
	Name     string            `json:"name" doc:"file name, as it stands in URLs: /dash/{mode}/{stream}/{name}"`
	Title    string            `json:"title"`
	Help     string            `json:"help"`
	Modes    []string          `json:"modes" doc:"vod, live, odvod: those that it has"`
	Requires map[string]string `json:"requires" doc:"options that have this value in this look, whatever is asked"`
	Defaults map[string]string `json:"defaults" doc:"options that have this value in this look when they are not asked for"`
	User     bool              `json:"user" doc:"whether it comes from the folder of templates that the server was started with"`
	Error    *string           `json:"error" doc:"why it cannot be used: a mistake in its file"`
}

type looksAnswer struct {
	Body struct {
		Looks []Look `json:"looks"`
	}
}

func (a *API) registerLooks(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-looks", Method: http.MethodGet, Path: "/api/v1/looks", Summary: "The looks of manifests, by name",
	}, func(context.Context, *struct{}) (*looksAnswer, error) {
		out := &looksAnswer{}
		out.Body.Looks = []Look{}
		if a.cfg.Looks != nil {
			out.Body.Looks = a.cfg.Looks()
		}
		return out, nil
	})
}
