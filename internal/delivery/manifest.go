package delivery

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

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

// document is a rendered manifest.
type document struct {
	body, zipped     []byte
	tag, zippedTag   []string
	size, zippedSize []string
	notes            []string
}

func (h *Handler) serveManifest(w http.ResponseWriter, r *http.Request, q *request) error {
	look, err := h.look(w, q)
	if err != nil {
		return err
	}
	p, err := h.presentation(q)
	if err != nil {
		return err
	}
	key := manifestKey{builtKey: q.key(), look: look, origin: origin(r), url: asked(r)}
	instantaneous := false
	if p.Live != nil {
		now := presentation.Clock(q.opts, q.now)
		if now != q.now {
			dated(w, now)
		}
		p = p.At(now)
		d := p.Live
		if d == nil {
			d = p.Ended
		} else {
			instantaneous = d.Instantaneous()
		}
		key.publish = d.Publish.UnixNano()
	}
	render := func() (*document, error) { return h.render(seen(p, r), look) }
	var doc *document
	if instantaneous {
		doc, err = render()
	} else {
		doc, err = h.manifests.get(key, render)
	}
	if err != nil {
		return err
	}
	head := w.Header()
	head["Content-Type"] = []string{"application/dash+xml"}
	head["Cache-Control"] = []string{"no-cache"}
	head["Vary"] = []string{"Accept-Encoding"}
	if doc.notes != nil {
		head["Dashwright-Note"] = doc.notes
	}
	body, tag, size := doc.body, doc.tag, doc.size
	if acceptsGzip(r) {
		body, tag, size = doc.zipped, doc.zippedTag, doc.zippedSize
		head["Content-Encoding"] = []string{"gzip"}
	}
	head["Etag"] = tag
	if unmatched(r, tag[0]) {
		return preconditionFailed()
	}
	if matches(r.Header["If-None-Match"], tag[0]) {
		delete(head, "Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	head["Content-Length"] = size
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write(body) // the client has gone: nobody to tell
	return nil
}

func (h *Handler) render(p *presentation.Presentation, look *manifest.Look) (*document, error) {
	body, err := look.Render(p)
	if err != nil {
		return nil, err
	}
	var z bytes.Buffer
	gz := gzip.NewWriter(&z)
	if _, err := gz.Write(body); err != nil {
		return nil, err
	}
	if err := gz.Close(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:12])
	d := &document{
		body: body, zipped: z.Bytes(), tag: []string{`"` + tag + `"`}, zippedTag: []string{`"` + tag + `-gz"`},
		size: []string{strconv.Itoa(len(body))}, zippedSize: []string{strconv.Itoa(z.Len())},
	}
	if len(p.Notes) > 0 {
		d.notes = []string{strings.Join(p.Notes, "; ")}
	}
	return d, nil
}

// acceptsGzip says whether the client takes gzip (RFC 9110, 12.5.3); q=0 is a refusal.
func acceptsGzip(r *http.Request) bool {
	field := r.Header.Get("Accept-Encoding")
	if field == "" {
		return false
	}
	for one := range strings.SplitSeq(field, ",") {
		coding, q, weighted := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ToLower(strings.TrimSpace(q))
			return !weighted || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}
