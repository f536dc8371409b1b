package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// Posters makes pictures of streams.
type Posters interface {
	// Poster returns a JPEG. The error is of kind errs.Unsupported when there can be none.
	Poster(ctx context.Context, a *asset.Asset) ([]byte, error)
	// Able says why there can be no pictures at all; nil when there can.
	Able() error
}

type posterInput struct {
	Name    string `path:"name" doc:"the stream's name"`
	Version string `query:"v" doc:"the stream's version, as it stands in media URLs: the answer may be kept for ever then"`
	Known   string `header:"If-None-Match"`
}

type posterAnswer struct {
	Status       int
	ContentType  string `header:"Content-Type"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (a *API) registerPoster(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "get-poster", Method: http.MethodGet, Path: "/api/v1/streams/{name}/poster.jpg", Summary: "A picture of a stream",
		Description: "A random access point near a tenth of the stream, or a later one where that is black; at most 480 pixels wide and high. 404 says why there is none: without FFmpeg, of encrypted video, and of audio.",
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{
			"200": {Description: "The picture", Content: map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
			"304": {Description: "The picture is the one that is known"},
		},
	}, a.poster)
}

func (a *API) poster(ctx context.Context, in *posterInput) (*posterAnswer, error) {
	found, err := a.cfg.Streams.Asset(ctx, in.Name)
	var body []byte
	if err == nil {
		if a.cfg.Posters == nil {
			return nil, huma.Error404NotFound("this server makes no pictures")
		}
		body, err = a.cfg.Posters.Poster(ctx, found)
	}
	switch {
	case errs.KindOf(err) == errs.Unavailable:
		return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(err.Error()), http.Header{"Retry-After": {"2"}})
	case err != nil:
		return nil, huma.Error404NotFound(err.Error())
	}
	sum := sha256.Sum256(body)
	out := &posterAnswer{Status: http.StatusOK, ContentType: "image/jpeg", ETag: `"` + hex.EncodeToString(sum[:12]) + `"`, CacheControl: "public, max-age=60", Body: body}
	if in.Version != "" && in.Version == found.Version {
		out.CacheControl = "public, max-age=31536000, immutable"
	}
	if strings.Contains(in.Known, out.ETag) || in.Known == "*" {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}
