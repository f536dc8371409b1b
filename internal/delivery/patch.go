package delivery

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// patchKey is all that a patch depends on: what it leads to, and from when.
type patchKey struct {
	manifestKey
	from int64
}

// servePatch answers for {manifest}.mpp?from={publish time}, where a manifest's PatchLocation leads: with what has changed since (ISO/IEC 23009-1, 5.15), or with 204 when nothing has and nothing will soon. Neither
// the old manifest nor the patch is stored: both are made of the stream, the options and the two instants.
func (h *Handler) servePatch(w http.ResponseWriter, r *http.Request, patch *request) error {
	if patch.mode != presentation.Live {
		return errs.Errorf(errs.NotFound, "%s: only live manifests change, so that there are patches of them", patch.what)
	}
	from, exact, err := publishTime(patch.from)
	if err != nil {
		return err
	}
	q := *patch
	q.what = strings.TrimSuffix(patch.what, ".mpp") + ".mpd"
	look, err := h.look(w, r, &q)
	if err != nil {
		return err
	}
	p, err := h.presentation(&q)
	if err != nil {
		return err
	}
	now := presentation.Clock(q.opts, q.now)
	old, err := p.AsOf(from, exact, now)
	if err != nil {
		return err
	}
	since, _ := old.Published()
	if p, err = h.newer(r, &q, p, since); err != nil {
		return err
	}
	if now = presentation.Clock(q.opts, q.now); now != q.now {
		dated(w, now)
	}
	w.Header()["Cache-Control"] = []string{q.cacheControl(p)}
	if is, _ := p.Published(); is.Equal(since) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	m := manifestOf(r, &q)
	doc, err := h.patch(m, &q, look, old, p)
	if err != nil {
		return err
	}
	return doc.send(w, r, "application/dash-patch+xml")
}

// patch returns the patch of the manifest of old that makes that of p, both for the request m. It is remembered.
func (h *Handler) patch(m *http.Request, q *request, look *manifest.Look, old, p *presentation.Presentation) (*document, error) {
	since, _ := old.Published()
	return remember(h.patches, p, patchKey{h.keyOf(m, q, look, p), since.UnixNano()}, func() (*document, error) {
		a, err := h.document(m, q, look, old)
		if err != nil {
			return nil, err
		}
		b, err := h.document(m, q, look, p)
		if err != nil {
			return nil, err
		}
		body, err := manifest.Patch(a.body, b.body)
		if err != nil {
			return nil, err
		}
		return newDocument(body, nil), nil
	})
}

// newer returns p as it is now, or, when that was published at since, as it is when the next is published, if that is soon. Players are made for manifests that have always changed by the time
// they ask: one takes it for an error that nothing is new, another asks again at once.
func (h *Handler) newer(r *http.Request, q *request, p *presentation.Presentation, since time.Time) (*presentation.Presentation, error) {
	for {
		is := p.At(presentation.Clock(q.opts, q.now))
		if at, _ := is.Published(); !at.Equal(since) {
			return is, nil
		}
		wait, err := is.Unchanged()
		if err != nil || wait == 0 || r.Method != http.MethodGet {
			return is, err
		}
		select {
		case <-h.cfg.After(wait):
			q.now = h.cfg.Now().UTC()
		case <-r.Context().Done():
			return nil, http.ErrAbortHandler
		}
	}
}

// publishTime reads RFC 3339, or seconds since 1970. exact says that it is not a whole second: a whole one may be all that the client knows.
func publishTime(s string) (at time.Time, exact bool, err error) {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil && seconds >= 0 && seconds < 1<<40 {
		return time.Unix(seconds, 0).UTC(), false, nil
	}
	at, err = time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return at, false, errs.Errorf(errs.Invalid, "from=%s: not a publish time: 2026-09-06T12:00:00.123Z, or seconds since 1970", s)
	}
	return at.UTC(), true, nil
}

// cutFrom takes from=…, which livesim2 calls publishTime, out of a query.
func cutFrom(raw string) (query, from string) {
	parts := strings.Split(raw, "&")
	kept := parts[:0]
	for _, p := range parts {
		name, v, _ := strings.Cut(p, "=")
		if name != "from" && name != "publishTime" {
			kept = append(kept, p)
		} else if from == "" {
			from, _ = url.QueryUnescape(v)
		}
	}
	return strings.Join(kept, "&"), from
}

// manifestOf returns the request for the manifest that a patch is of.
func manifestOf(r *http.Request, q *request) *http.Request {
	m, u := *r, *r.URL
	u.Path = strings.TrimSuffix(u.Path, ".mpp") + ".mpd"
	if u.RawPath != "" {
		u.RawPath = strings.TrimSuffix(u.RawPath, ".mpp") + ".mpd"
	}
	u.RawQuery = q.query
	m.URL = &u
	return &m
}

// Patches answers dashlive's address of patches, /patch/{stream}/{manifest}/{publish time in seconds}: it is the same as {manifest}.mpp?from={publish time}.
func (h *Handler) Patches() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/patch/"), "/")
		if len(parts) != 3 {
			h.cors(w.Header())
			h.refuse(w, r, errs.Errorf(errs.NotFound, "%s: a patch is at /patch/{stream}/{manifest}/{publish time in seconds}", r.URL.Path))
			return
		}
		m, u := *r, *r.URL
		u.Path, u.RawPath = "/dash/live/"+parts[0]+"/"+strings.TrimSuffix(parts[1], ".mpd")+".mpp", ""
		u.RawQuery = "from=" + url.QueryEscape(parts[2])
		if r.URL.RawQuery != "" {
			u.RawQuery += "&" + r.URL.RawQuery
		}
		if !r.URL.Query().Has("patch") {
			u.RawQuery += "&patch=1" // its users' URLs say it no more, once they lead here
		}
		m.URL = &u
		h.ServeHTTP(w, &m)
	})
}
