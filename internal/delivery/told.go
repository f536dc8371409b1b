package delivery

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// toldParam is what in the query of a segment says which manifest its events have in them: the URL of that, as the client sees it. Only so a segment knows look and options of the manifest that led to it,
// and has the same bytes wherever it is asked for.
const toldParam = "mpd="

// cutTold takes mpd=… out of a query.
func cutTold(raw string) (query, told string) {
	if !strings.Contains(raw, toldParam) {
		return raw, ""
	}
	parts := strings.Split(raw, "&")
	kept := parts[:0]
	for _, p := range parts {
		if v, ok := strings.CutPrefix(p, toldParam); ok {
			told, _ = url.QueryUnescape(v)
			continue
		}
		kept = append(kept, p)
	}
	return strings.Join(kept, "&"), told
}

// tells says whether events that o asks for have manifests in them.
func tells(o *option.Set) bool {
	if o == nil {
		return false
	}
	for _, rule := range option.EventRules.From(o) {
		if rule.Tells() {
			return true
		}
	}
	return false
}

// names has q, which r asks for a manifest with, say which manifest that is, when events have it in them. A manifest that is loaded again from somewhere else is that one.
func (h *Handler) names(r *http.Request, q *request) error {
	// A PatchLocation says it, and so does the reference to a Period: both are of a manifest that had it.
	patched := q.told != "" && (strings.HasSuffix(r.URL.Path, ".mpp") || option.Period.From(q.opts) != "")
	if q.mode != presentation.Live || !tells(q.opts) {
		q.told = ""
		return nil
	}
	if patched {
		return nil
	}
	of, raw := origin(r), r.URL.RawQuery
	if strings.HasSuffix(r.URL.Path, ".mpp") {
		raw = q.query
	}
	if option.Period.From(q.opts) != "" { // of a Period by itself: the manifest that it is of
		raw = unfold(raw)
		if i := strings.Index(raw, "&"); strings.HasPrefix(raw, "period=") {
			raw = strings.TrimPrefix(raw[max(0, i):], "&")
		}
	}
	at := strings.TrimSuffix(r.URL.EscapedPath(), ".mpp")
	if at != r.URL.EscapedPath() {
		at += ".mpd"
	}
	if raw != "" {
		at += "?" + raw
	}
	q.told = of + at
	if option.Start.From(q.opts).Name != "now" && !option.StartOffset.Given(q.opts) && !option.StopOffset.Given(q.opts) {
		return nil
	}
	with := h.with(q)
	with.Told = ""
	p, err := presentation.Timeless(q.asset, q.mode, q.opts, q.start, *with)
	if err != nil {
		return err
	}
	if again := p.Seen(of, at).Location(); again != "" {
		q.told = again
	}
	return nil
}

// told is a manifest that events have in them.
type told struct {
	request *http.Request
	q       *request
	look    *manifest.Look
}

// told returns the manifest that q says, as if it were asked for.
func (h *Handler) told(q *request) (*told, error) {
	u, err := url.Parse(q.told)
	if err != nil || !strings.HasPrefix(u.Path, "/") || u.Host != "" && (!isHost(u.Host) || u.Scheme != "http" && u.Scheme != "https") {
		return nil, errs.Errorf(errs.Invalid, "%s%s: not the URL of a manifest; manifests have URLs of segments that say it", toldParam, q.told)
	}
	m := told{request: &http.Request{Method: http.MethodGet, Host: u.Host, Header: http.Header{"X-Forwarded-Proto": {u.Scheme}}, URL: &url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}}}
	if m.q, err = h.parse(m.request, Place{Mode: q.mode, Stream: q.stream, What: path.Base(u.Path), Options: q.known}); err != nil {
		return nil, err
	}
	if m.look, err = h.look(unsaid{}, m.request, m.q); err != nil {
		return nil, err
	}
	m.q.start = q.start // which a name may mean another time of by now
	return &m, nil
}

// mostTold is how many bytes a manifest in an event has at most.
const mostTold = 4 << 20

// teller returns what knows the manifest that events of q have in them.
func (h *Handler) teller(q *request) (*event.Teller, error) {
	m, err := h.told(q)
	if err != nil {
		return nil, err
	}
	with := h.with(m.q)
	p, err := presentation.Timeless(m.q.asset, m.q.mode, m.q.opts, m.q.start, *with)
	if err != nil {
		return nil, err
	}
	for _, rule := range option.EventRules.From(m.q.opts) {
		if rule.Patches() && !p.Patched() {
			return nil, errs.Errorf(errs.Invalid, "option event: patches in events (mpd value=2) are of manifests that can be patched; ask for patch=1 too")
		}
	}
	full := p.At(p.Live.Start.Add(p.Live.Depth + time.Minute))
	body, err := m.look.RenderFor(m.request.Context(), seen(full, m.request))
	if err != nil {
		return nil, err
	}
	const block = 1 << 10
	size := (int64(len(body))*9/8 + block) / block * block // numbers become longer
	if size > mostTold {
		return nil, errs.Errorf(errs.Invalid, "option event: a manifest of %d bytes in each event of kind mpd, the most is %d; use a smaller depth", size, mostTold)
	}
	of := request{mode: q.mode, stream: q.stream, known: q.known, start: q.start, told: q.told} // and nothing of the asset: this is remembered
	return &event.Teller{Size: size, Tell: func(at time.Time, patch bool) (time.Time, []byte, error) { return h.message(&of, at, patch) }}, nil
}

// message returns the manifest that events of q have in them, as it is published at an instant, or the patch that leads to it, and when the one before was published.
func (h *Handler) message(q *request, at time.Time, patch bool) (since time.Time, body []byte, err error) {
	m, err := h.told(q)
	if err != nil {
		return since, nil, err
	}
	p, err := h.presentation(m.q)
	if err != nil {
		return since, nil, err
	}
	next := p.At(at)
	published, _ := next.Published()
	old := p.At(published.Add(-time.Millisecond))
	since, _ = old.Published()
	var doc *document
	if patch {
		doc, err = h.patch(m.request, m.q, m.look, old, next)
	} else {
		doc, err = h.document(m.request, m.q, m.look, next)
	}
	if err != nil {
		return since, nil, err
	}
	return since, doc.body, nil
}

// unsaid takes what is said beside an answer, where there is none.
type unsaid struct{}

func (unsaid) Header() http.Header         { return http.Header{} }
func (unsaid) Write(b []byte) (int, error) { return len(b), nil }
func (unsaid) WriteHeader(int)             {}
