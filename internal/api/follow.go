package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

const (
	beatEvery = 15 * time.Second        // proxies close what is silent for longer
	quiet     = 200 * time.Millisecond  // without news, until a burst is over
	longest   = 1000 * time.Millisecond // that news are gathered
)

type followInput struct {
	Stream string `query:"stream" doc:"name of the only stream that matters; without it all"`
}

func (a *API) registerFollow(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "follow-streams", Method: http.MethodGet, Path: "/api/v1/events/streams", Summary: "Server-sent events: streams have changed",
		Description: "At the start and after every change of what /api/v1/streams says there is an event named streams, whose data is {\"version\":\"…\"}: the same as long as nothing has changed. " +
			"What happens within a moment is one event. An event named beat comes every 15 seconds.",
		Responses: map[string]*huma.Response{"200": {
			Description: "Events", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}, func(_ context.Context, in *followInput) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) { a.follow(c, in.Stream) }}, nil
	})
}

// End ends all answers that would go on for ever. It may be called more than once.
func (a *API) End() { a.end() }

// follow tells of changes until the client or the program ends.
func (a *API) follow(c huma.Context, stream string) {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	c.SetHeader("Content-Type", "text/event-stream; charset=utf-8")
	c.SetHeader("Cache-Control", "no-cache, no-transform")
	c.SetHeader("X-Accel-Buffering", "no") // nginx passes on what comes when it comes
	c.SetStatus(http.StatusOK)
	w := c.BodyWriter()
	flush := func() error { return nil }
	if rw, ok := w.(http.ResponseWriter); ok {
		flush = http.NewResponseController(rw).Flush
	}
	send := func(format string, args ...any) bool {
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return false
		}
		return flush() == nil
	}
	news := a.cfg.Streams.Subscribe(ctx)
	said := a.version(stream)
	if !send("retry: 2000\nevent: streams\ndata: {\"version\":%q}\n\n", said) {
		return
	}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.ended.Done():
			return
		case <-beat.C:
			if !send("event: beat\ndata: {}\n\n") {
				return
			}
		case <-news:
			a.gather(ctx, news)
			if now := a.version(stream); now != said {
				if said = now; !send("event: streams\ndata: {\"version\":%q}\n\n", said) {
					return
				}
			}
		}
	}
}

// gather waits until a burst of news is over.
func (a *API) gather(ctx context.Context, news <-chan struct{}) {
	enough := time.NewTimer(longest)
	defer enough.Stop()
	for {
		pause := time.NewTimer(quiet)
		select {
		case <-ctx.Done():
		case <-a.ended.Done():
		case <-enough.C:
		case <-pause.C:
		case <-news:
			pause.Stop()
			continue
		}
		pause.Stop()
		return
	}
}
