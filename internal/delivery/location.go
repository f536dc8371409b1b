package delivery

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/steering"
)

// locationKey is the key of a service location in a request's context.
type locationKey struct{}

// Located answers for /cdn/{service location}/…: as next does for the rest of the path, with the service location known to faults.
func (h *Handler) Located(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, rest, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/cdn/"), "/")
		if !ok || name == "" || !strings.HasPrefix(rest, "dash/") && !strings.HasPrefix(rest, "livesim2/") {
			h.cors(w.Header())
			h.cfg.Fail(w, r, errs.Errorf(errs.NotFound, "%s: media are at /cdn/{service location}/dash/…, as at /dash/…", r.URL.Path))
			return
		}
		there, u := r.WithContext(context.WithValue(r.Context(), locationKey{}, name)), *r.URL
		u.Path = "/" + rest
		if u.RawPath != "" {
			_, raw, _ := strings.Cut(strings.TrimPrefix(u.RawPath, "/cdn/"), "/")
			u.RawPath = "/" + raw
		}
		there.URL = &u
		next.ServeHTTP(w, there)
	})
}

// locationOf returns the service location that a request came to, and its query without what says so: a clone of a pathway has it there.
func locationOf(r *http.Request, raw string) (name, query string) {
	name, _ = r.Context().Value(locationKey{}).(string)
	const param = steering.LocationParam + "="
	if !strings.Contains(raw, param) {
		return name, raw
	}
	parts := strings.Split(raw, "&")
	kept := parts[:0]
	for _, p := range parts {
		if v, ok := strings.CutPrefix(p, param); ok {
			name, _ = url.QueryUnescape(v)
			continue
		}
		kept = append(kept, p)
	}
	return name, strings.Join(kept, "&")
}
