package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/option"
)

type optionsAnswer struct {
	Body struct {
		Options []option.Info `json:"options"`
	}
}

func (a *API) registerOptions(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-options", Method: http.MethodGet, Path: "/api/v1/options", Summary: "What may be asked of a stream",
		Description: "The query parameters of manifest and media URLs, in the order of forms.",
	}, func(context.Context, *struct{}) (*optionsAnswer, error) {
		out := &optionsAnswer{}
		out.Body.Options = a.cfg.Options.Describe()
		return out, nil
	})
}
