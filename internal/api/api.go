package api

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/option"
)

// Streams is what the API asks of the library.
type Streams interface {
	// Streams returns all streams sorted by name.
	Streams() []library.Stream
	// Settle waits until nothing is being found out about streams any more, or ctx ends.
	Settle(ctx context.Context)
}

// Config is what an API needs.
type Config struct {
	Streams     Streams
	Options     *option.Registry
	Looks       func() []Look // of manifests, by name
	Version     string
	AllowOrigin string
}

// API answers under /api/v1.
type API struct{ cfg Config }

// New returns an API.
func New(cfg Config) *API { return &API{cfg} }

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
		next(ctx)
	})
	a.registerStreams(h)
	a.registerOptions(h)
	a.registerLooks(h)
	a.registerFaults(h)
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
