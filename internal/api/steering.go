package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/steering"
)

// Desk is where it is decided which service locations players use.
type Desk interface {
	Decide(name string, order steering.Order, now time.Time) (steering.Record, error)
	Forget(name string) error
	Record(name string) (steering.Record, error)
	Records() []steering.Record
}

// SteeringOrder is what was decided for a stream or a session.
type SteeringOrder struct {
	Priority []string         `json:"priority" minItems:"1" maxItems:"32" doc:"service locations to use, the best first"`
	TTL      int64            `json:"ttl,omitempty" minimum:"0" maximum:"86400" doc:"seconds after which players ask again; 0: what the manifest's URL says"`
	Clones   []steering.Clone `json:"clones,omitempty" maxItems:"32" doc:"pathway clones, besides those of the manifest's URL"`
}

// SteeringRecord is what is known of a stream or a session.
type SteeringRecord struct {
	Name       string         `json:"name" doc:"of the stream or the session"`
	Order      *SteeringOrder `json:"order" doc:"what was decided, null when the URLs decide"`
	Asked      int64          `json:"asked" doc:"how often players have asked"`
	At         *time.Time     `json:"at" doc:"when one asked last"`
	Pathways   []string       `json:"pathways" doc:"that it said it uses"`
	Throughput []int64        `json:"throughput" doc:"that it said it gets of each, in bits per second"`
	Mistakes   []string       `json:"mistakes" doc:"what of it is not as the standard has it"`
	Said       string         `json:"said" doc:"the first service location of the last answer"`
	Ignored    int64          `json:"ignored" doc:"how many times in a row players came back that did not use the first service location of the answer before"`
}

type steeringAnswer struct{ Body SteeringRecord }

type steeringsAnswer struct {
	Body struct {
		Steering []SteeringRecord `json:"steering"`
	}
}

type steeringName struct {
	Name string `path:"name" maxLength:"200" doc:"of the stream, or of the session where the manifest's URL names one"`
}

type steeringDecision struct {
	Name string `path:"name" maxLength:"200" doc:"of the stream, or of the session where the manifest's URL names one"`
	Body SteeringOrder
}

func (a *API) registerSteering(h huma.API) {
	const one = "/api/v1/steering/{name}"
	huma.Register(h, huma.Operation{
		OperationID: "list-steering", Method: http.MethodGet, Path: "/api/v1/steering", Summary: "What players are told about service locations",
		Description: "Streams and sessions for which something was decided, or whose players have asked the steering server. It is in the memory of this program only.",
	}, func(context.Context, *struct{}) (*steeringsAnswer, error) {
		out := &steeringsAnswer{}
		out.Body.Steering = []SteeringRecord{}
		for _, r := range a.cfg.Desk.Records() {
			out.Body.Steering = append(out.Body.Steering, recordOf(r))
		}
		return out, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "get-steering", Method: http.MethodGet, Path: one, Summary: "What players of a stream or session are told",
	}, func(_ context.Context, in *steeringName) (*steeringAnswer, error) {
		r, err := a.cfg.Desk.Record(in.Name)
		return answerOf(r, err)
	})
	huma.Register(h, huma.Operation{
		OperationID: "put-steering", Method: http.MethodPut, Path: one, Summary: "Decide which service locations to use",
		Description: "Players of the stream or session are told so the next time that they ask: its manifests must have been asked for with cdns and steer. It takes the place of what the URL says.",
	}, func(_ context.Context, in *steeringDecision) (*steeringAnswer, error) {
		r, err := a.cfg.Desk.Decide(in.Name, steering.Order{Priority: in.Body.Priority, TTL: in.Body.TTL, Clones: in.Body.Clones}, a.cfg.Now())
		return answerOf(r, err)
	})
	huma.Register(h, huma.Operation{
		OperationID: "delete-steering", Method: http.MethodDelete, Path: one, Summary: "Let URLs decide again", DefaultStatus: http.StatusNoContent,
	}, func(_ context.Context, in *steeringName) (*struct{}, error) {
		if err := a.cfg.Desk.Forget(in.Name); err != nil {
			return nil, refusal(err)
		}
		return nil, nil
	})
}

func answerOf(r steering.Record, err error) (*steeringAnswer, error) {
	if err != nil {
		return nil, refusal(err)
	}
	return &steeringAnswer{recordOf(r)}, nil
}

func recordOf(r steering.Record) SteeringRecord {
	out := SteeringRecord{Name: r.Name, Asked: r.Asked, Said: r.Said, Ignored: r.Ignored, Pathways: []string{}, Throughput: []int64{}, Mistakes: []string{}}
	if r.Order != nil {
		out.Order = &SteeringOrder{Priority: r.Order.Priority, TTL: r.Order.TTL, Clones: r.Order.Clones}
	}
	if r.Last != nil {
		out.At = &r.Last.At
		out.Pathways = append(out.Pathways, r.Last.Pathways...)
		out.Throughput = append(out.Throughput, r.Last.Throughput...)
		out.Mistakes = append(out.Mistakes, r.Last.Mistakes...)
	}
	return out
}
