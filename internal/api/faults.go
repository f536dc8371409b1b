package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/fault"
)

type faultsAnswer struct {
	Body fault.Description
}

func (a *API) registerFaults(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-faults", Method: http.MethodGet, Path: "/api/v1/faults", Summary: "What can go wrong on purpose",
		Description: "What the rules of the option fault are made of: targets, kinds of fault and conditions, in the order of forms. A rule is target:kind=value@condition=value.",
	}, func(context.Context, *struct{}) (*faultsAnswer, error) {
		return &faultsAnswer{fault.Describe()}, nil
	})
}
