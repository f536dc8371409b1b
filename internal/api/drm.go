package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/drm"
)

// System is a content protection system, described for forms.
type System drm.Info

type systemsAnswer struct {
	Body struct {
		Systems []System `json:"systems"`
	}
}

func (a *API) registerSystems(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-drm", Method: http.MethodGet, Path: "/api/v1/drm", Summary: "Content protection systems",
		Description: "What the option drm can ask for, in the order of manifests: each system, the locations at which it can be signalled, the schemes that it knows and the options that are about it.",
	}, func(context.Context, *struct{}) (*systemsAnswer, error) {
		out := &systemsAnswer{}
		for _, info := range drm.Describe() {
			out.Body.Systems = append(out.Body.Systems, System(info))
		}
		return out, nil
	})
}
