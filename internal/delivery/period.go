package delivery

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// Programmes leads from the addresses that dashlive has for multi-period streams, /mps/{live|vod}/{stream}/{manifest}, to ours. Media are below those.
func (h *Handler) Programmes() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.reads(w, r) {
			return
		}
		rest := strings.TrimPrefix(r.URL.EscapedPath(), "/mps/")
		parts := strings.Split(rest, "/")
		switch {
		case len(parts) != 3 || parts[0] != "live" && parts[0] != "vod" || parts[1] == "" || !strings.HasSuffix(parts[2], ".mpd"):
			h.refuse(w, r, errs.Errorf(errs.NotFound, "%s: a multi-period stream is at /mps/{live|vod}/{stream}/{manifest}.mpd, and so is every other", r.URL.Path))
		default:
			to := "/dash/" + rest
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			w.Header().Set("Cache-Control", "no-cache")
			http.Redirect(w, r, to, http.StatusFound)
		}
	})
}

// unfold returns the query that a reference to a Period stands for: one whose only parameter is period has, behind the ID, the query of the manifest that it is of.
func unfold(raw string) string {
	folded, ok := strings.CutPrefix(raw, "period=")
	if !ok || strings.Contains(folded, "&") {
		return raw
	}
	text, err := url.QueryUnescape(folded)
	if err != nil {
		return raw
	}
	id, query, ok := strings.Cut(text, "&")
	if !ok {
		return raw
	}
	return "period=" + url.QueryEscape(id) + "&" + query
}
