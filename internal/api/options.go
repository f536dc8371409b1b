package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/option"
)

// Option is what may be asked of a stream, described for forms.
type Option option.Info

type optionsAnswer struct {
	Body struct {
		Options []Option `json:"options"`
	}
}

func (a *API) registerOptions(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-options", Method: http.MethodGet, Path: "/api/v1/options", Summary: "What may be asked of a stream",
		Description: "The query parameters of manifest and media URLs, in the order of forms: those of a group follow each other. The first sentence of a help is its short form. " +
			"Where a choice names a stream it is one that there is.",
	}, func(context.Context, *struct{}) (*optionsAnswer, error) {
		out := &optionsAnswer{}
		out.Body.Options = a.Options("")
		return out, nil
	})
}
