package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/event"
)

type eventsAnswer struct {
	Body event.Description
}

func (a *API) registerEvents(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-events", Method: http.MethodGet, Path: "/api/v1/events", Summary: "Timed events that streams can have",
		Description: "What the rules of the option event are made of: kinds of event with words of their own, and the words of schedules, in the order of forms. A rule is a kind, then name=value.",
	}, func(context.Context, *struct{}) (*eventsAnswer, error) {
		return &eventsAnswer{event.Describe()}, nil
	})
}
