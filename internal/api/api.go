package api

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/option"
)

// Streams is what the API asks of the library.
type Streams interface {
	// Streams returns all streams sorted by name.
	Streams() []library.Stream
	// Settle waits until nothing is being found out about streams any more, or ctx ends.
	Settle(ctx context.Context)
	// Subscribe returns a channel that has a signal in it after Streams has changed, until ctx ends.
	Subscribe(ctx context.Context) <-chan struct{}
	// Roots returns the names of the folders and files that are served.
	Roots() []string
	// Asset returns what a stream consists of.
	Asset(ctx context.Context, name string) (*asset.Asset, error)
}

// Config is what an API needs.
type Config struct {
	Streams     Streams
	Posters     Posters // nil: there are none
	Options     *option.Registry
	Looks       func() []Look // of manifests, by name
	Desk        Desk
	Now         func() time.Time
	Version     string
	AllowOrigin string
}

// API answers under /api/v1.
type API struct {
	cfg   Config
	last  atomic.Pointer[snapshot]
	ended context.Context // of answers that would go on for ever
	end   context.CancelFunc
}

// New returns an API.
func New(cfg Config) *API {
	a := &API{cfg: cfg}
	a.ended, a.end = context.WithCancel(context.Background())
	return a
}

// Register adds the API's routes to mux.
func (a *API) Register(mux *http.ServeMux) {
	c := huma.DefaultConfig("dashwright", a.cfg.Version)
	c.OpenAPIPath = "/api/v1/openapi"
	c.DocsPath = ""
	c.SchemasPath = "/api/v1/schemas"
	c.CreateHooks = nil // no $schema member in answers
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	h := humago.New(mux, c)
	h.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		if a.cfg.AllowOrigin != "" {
			ctx.SetHeader("Access-Control-Allow-Origin", a.cfg.AllowOrigin)
		}
		ctx.SetHeader("Cache-Control", "no-cache")
		if ctx.Operation().RequestBody != nil && !isJSON(ctx.Header("Content-Type")) {
			sentence := fmt.Sprintf("Content-Type %q: a body is JSON, and says so with Content-Type: application/json (curl -H 'Content-Type: application/json' …)", ctx.Header("Content-Type"))
			_ = huma.WriteErr(h, ctx, http.StatusUnsupportedMediaType, sentence) // the client has gone: nobody to tell
			return
		}
		next(ctx)
	})
	a.registerStreams(h)
	a.registerTracks(h)
	a.registerPoster(h)
	a.registerFollow(h)
	a.registerSegments(h)
	a.registerEvents(h)
	a.registerCues(h)
	a.registerOptions(h)
	a.registerLooks(h)
	a.registerFaults(h)
	a.registerSystems(h)
	a.registerSteering(h)
}

// isJSON says whether a body of that media type is JSON (RFC 8259, 11; RFC 6839, 3.1); none is taken for it.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/json" || strings.HasSuffix(t, "+json"))
}

// schemaName names types of other packages with their package, so that several may have a Choice.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if owner := path.Base(t.PkgPath()); strings.Contains(t.PkgPath(), "/internal/") && owner != "api" {
		return strings.ToUpper(owner[:1]) + owner[1:] + name
	}
	return name
}
