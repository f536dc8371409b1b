package delivery

import (
	"net/http"
	"slices"

	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// manifestKey is all that a manifest depends on: a live one changes when its window does.
type manifestKey struct {
	builtKey
	look    *manifest.Look
	origin  string
	url     string
	publish int64
}

func (h *Handler) serveManifest(w http.ResponseWriter, r *http.Request, q *request) error {
	look, err := h.look(w, r, q)
	if err != nil {
		return err
	}
	p, err := h.presentation(q)
	if err != nil {
		return err
	}
	if p.Live != nil {
		now := presentation.Clock(q.opts, q.now)
		if now != q.now {
			dated(w, now)
		}
		p = p.At(now)
	}
	doc, err := h.document(r, q, look, p)
	if err != nil {
		return err
	}
	if q.imageless != "" {
		w.Header().Add("Dashwright-Note", "thumbnails=0: "+q.imageless)
	}
	w.Header()["Cache-Control"] = []string{q.cacheControl(p)}
	return doc.send(w, r, "application/dash+xml")
}

// keyOf returns what the manifest of p depends on.
func (h *Handler) keyOf(r *http.Request, q *request, look *manifest.Look, p *presentation.Presentation) manifestKey {
	key := manifestKey{builtKey: q.key(), look: look, origin: origin(r), url: r.URL.EscapedPath()}
	if look.Located || p.Linking != "" || p.Only != "" { // else what is in the query besides options is not in it
		key.url = asked(r)
	}
	if at, ok := p.Published(); ok {
		key.publish = at.UnixNano()
	}
	return key
}

// document returns the manifest of p for the request r. It is remembered.
func (h *Handler) document(r *http.Request, q *request, look *manifest.Look, p *presentation.Presentation) (*document, error) {
	return remember(h.manifests, p, h.keyOf(r, q, look, p), func() (*document, error) {
		if err := p.Countable(); err != nil {
			return nil, err
		}
		body, err := look.RenderFor(r.Context(), seen(p, r))
		if err != nil {
			return nil, err
		}
		notes, err := h.licenceNotes(r.Context(), q.opts, p)
		if err != nil {
			return nil, err
		}
		return newDocument(body, append(slices.Clip(p.Notes), notes...)), nil
	})
}
