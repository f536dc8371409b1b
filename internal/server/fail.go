package server

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/web"
)

// Problem is an error for programs (RFC 9457).
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"`
}

const problemType = "application/problem+json"

// statuser is an error that knows its status.
type statuser interface{ Status() int }

// cacheable is an error that may be remembered: it says for how long (RFC 9111, 5.2.2).
type cacheable interface{ CacheControl() string }

// StatusOf returns the HTTP status of an error by its kind.
func StatusOf(err error) int {
	var s statuser
	if errors.As(err, &s) {
		return s.Status()
	}
	switch errs.KindOf(err) {
	case errs.Invalid:
		return http.StatusBadRequest
	case errs.NotFound:
		return http.StatusNotFound
	case errs.TooEarly:
		return http.StatusNotFound
	case errs.Gone:
		return http.StatusGone
	case errs.Unsupported:
		return http.StatusUnprocessableEntity
	case errs.Conflict:
		return http.StatusConflict
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// mend is an error in what somebody typed, with the field to type it in again.
type mend struct {
	error
	form web.ErrorForm
}

func (m mend) Unwrap() error { return m.error }

// failer answers requests that end in errors.
type failer struct {
	log   *slog.Logger
	pages *pages
}

// fail answers with a problem document, or with a page where a person asks, whose browser does not name problem documents as something that it takes. An internal error is logged in full and shown as nothing.
func (f *failer) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, http.ErrAbortHandler) {
		// The way to break off an answer that has begun: net/http recovers this value and closes the connection.
		panic(http.ErrAbortHandler)
	}
	status := StatusOf(err)
	detail := err.Error()
	if status == http.StatusInternalServerError {
		f.log.Error("internal error", "url", r.URL.String(), "error", err)
		detail = "the log of the server says more"
	} else {
		f.log.Debug("refused", "url", r.URL.String(), "status", status, "error", err)
	}
	head := w.Header()
	head.Del("Content-Encoding")
	head.Set("Cache-Control", "no-store")
	var c cacheable
	if errors.As(err, &c) {
		head.Set("Cache-Control", c.CacheControl())
	}
	if accept := r.Header.Get("Accept"); f.pages != nil && strings.Contains(accept, "text/html") && !strings.Contains(accept, problemType) {
		page := web.ErrorPage{Version: f.pages.version, Assets: f.pages.assets, Status: status, Title: http.StatusText(status), Detail: detail}
		var m mend
		if errors.As(err, &m) {
			page.Form = &m.form
		}
		f.pages.render(w, status, "error.html", page)
		return
	}
	head.Set("Content-Type", problemType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Instance: r.URL.RequestURI()})
}
