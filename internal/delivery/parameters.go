package delivery

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// mayAsk refuses a manifest that is asked for without the parameters that the path of its URL says it must have (ISO/IEC 23009-1, Annex I).
func mayAsk(r *http.Request, q *request) error {
	if !option.Parameters.Known(q.opts) || !strings.HasSuffix(q.what, ".mpd") {
		return nil
	}
	return carries(r, q)
}

// mayFetch refuses a video segment that is asked for without the parameters that its AdaptationSet announces.
func mayFetch(r *http.Request, q *request, rep *presentation.Representation) error {
	if rep.Image != nil || rep.Track.Kind != media.Video {
		return nil
	}
	return carries(r, q)
}

func carries(r *http.Request, q *request) error {
	asked := option.Parameters.From(q.opts)
	if len(asked) == 0 {
		return nil
	}
	query := r.URL.Query()
	for _, p := range asked {
		if !slices.Contains(query[p.Name], p.Value) {
			return errs.Errorf(errs.Invalid, "option annexi: %s must be asked for with %s=%s in the query; players take it from UrlQueryInfo (ISO/IEC 23009-1, Annex I)", q.what, p.Name, p.Value)
		}
	}
	return nil
}
