package delivery

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/steering"
)

// Steering returns the content steering server that ContentSteering elements name: /steering/{stream or session}, with the options that it needs (ETSI TS 103 998). Players say in
// _DASH_pathway and _DASH_throughput which service locations they use, and what comes from them.
func (h *Handler) Steering() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.reads(w, r) {
			return
		}
		if err := h.steer(w, r); err != nil {
			h.cfg.Fail(w, r, err)
		}
	})
}

func (h *Handler) steer(w http.ResponseWriter, r *http.Request) error {
	name, err := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/steering/"))
	if err != nil || name == "" || strings.Contains(name, "/") {
		return errs.Errorf(errs.NotFound, "%s: the steering server is at /steering/{stream or session}", r.URL.Path)
	}
	query, said := cutReport(r.URL.RawQuery)
	o, err := h.cfg.Options.Parse(query)
	if err != nil {
		return err
	}
	now := presentation.Now(o, h.cfg.Now())
	answer := func(w http.ResponseWriter) error { return h.sayPathways(w, r, name, o, said, now) }
	rules := rulesOf(o)
	if rules == nil {
		return answer(w)
	}
	s := subject{Request: fault.Request{Type: fault.Steering, Period: time.Duration(option.SteerTTL.From(o)) * time.Second}}
	if fault.Count(rules) {
		s.Try = h.tries.count(tryOf(r, option.Session.From(o), &s, rules), h.cfg.Now())
	}
	return h.inject(w, r, "steering server", fault.Decide(rules, &s.Request, now), answer)
}

func (h *Handler) sayPathways(w http.ResponseWriter, r *http.Request, name string, o *option.Set, said map[string]string, now time.Time) error {
	a := steering.AnswerAt(o, now)
	if h.cfg.Desk != nil {
		a = h.cfg.Desk.Apply(name, a, said["_DASH_pathway"], said["_DASH_throughput"], h.cfg.Now())
	}
	if len(a.Priority) == 0 {
		return errs.Errorf(errs.Invalid, "no service location is known here: the option cdns names them")
	}
	// Some players take absolute ones only.
	a.Reload = origin(r) + "/steering/" + url.PathEscape(name) + o.Query(option.Steering, nil)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a); err != nil {
		return err
	}
	momentary(w.Header(), o, "application/json")
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the client has gone: nobody to tell
	}
	return nil
}

// cutReport takes what players say, _DASH_…, out of a query.
func cutReport(raw string) (query string, said map[string]string) {
	said = map[string]string{}
	query, _ = cutVersion(raw)
	parts := strings.Split(query, "&")
	kept := parts[:0]
	for _, p := range parts {
		name, v, _ := strings.Cut(p, "=")
		if strings.HasPrefix(name, "_DASH_") {
			said[name], _ = url.QueryUnescape(v)
			continue
		}
		kept = append(kept, p)
	}
	return strings.Join(kept, "&"), said
}
