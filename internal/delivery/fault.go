package delivery

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// askedRules is the rules that an option asks for.
type askedRules struct {
	option string
	rules  []fault.Rule
}

// asks returns the rules of what goes wrong by the options that ask for them.
func asks(o *option.Set) []askedRules {
	if o == nil {
		return nil
	}
	var all []askedRules
	if rules := option.Faults.From(o); rules != nil {
		all = append(all, askedRules{"fault", rules})
	}
	for _, errors := range [...]struct {
		option, target string
		list           []fault.Trigger
	}{
		{"verr", "video", option.VideoErrors.From(o)}, {"aerr", "audio", option.AudioErrors.From(o)},
		{"terr", "text", option.TextErrors.From(o)}, {"merr", "manifest", option.ManifestErrors.From(o)},
	} {
		if errors.list != nil {
			all = append(all, askedRules{errors.option, fault.Errors(errors.option, errors.target, errors.list, option.Failures.From(o))})
		}
	}
	if list := option.Corruption.From(o); list != nil {
		all = append(all, askedRules{"vcorrupt", fault.Corruptions("vcorrupt", list, int(option.CorruptFrames.From(o)))})
	}
	return all
}

// rulesOf returns the rules of what goes wrong, nil when nothing does.
func rulesOf(o *option.Set) []fault.Rule {
	var rules []fault.Rule
	for _, asked := range asks(o) {
		rules = append(rules, asked.rules...)
	}
	return rules
}

// undated refuses rules with a date for a stream that has none.
func undated(o *option.Set) error {
	for _, asked := range asks(o) {
		if date := fault.Dated(asked.rules); date != "" {
			return errs.Errorf(errs.Invalid, "option %s: %s: a stream that is not live has no date; write the time since its start, as 00:00:10Z", asked.option, date)
		}
	}
	return nil
}

// subject is what a request is for, as rules look at it, and where that is.
type subject struct {
	fault.Request
	p   *presentation.Presentation
	rep *presentation.Representation
	// position and end are of the segments that it is for: one, or, on demand, those that a range touches.
	position, end int
}

// faulty answers a request for which there are rules.
func (h *Handler) faulty(w http.ResponseWriter, r *http.Request, q *request, rules []fault.Rule) error {
	if q.mode != presentation.Live {
		if err := undated(q.opts); err != nil {
			return err
		}
	}
	now := presentation.Now(q.opts, h.cfg.Now())
	s := h.subject(r, q, now)
	if fault.Count(rules) {
		s.Try = h.tries.count(tryOf(r, option.Session.From(q.opts), &s, rules), h.cfg.Now())
	}
	q.versioned = false // or whoever remembers the answer would not come again
	effects := fault.Decide(rules, &s.Request, now)
	answering := h
	if !slices.ContainsFunc(effects, func(e fault.Effect) bool { return e.Stage == fault.Instead }) {
		junk, err := h.damage(q, &s, rules, now)
		if err != nil {
			return err
		}
		effects = slices.DeleteFunc(effects, func(e fault.Effect) bool { _, is := e.Action.(fault.Corrupt); return is })
		if junk != nil {
			effects = append(effects, junk.effect)
			answering = h.reading(junk)
		}
	}
	return h.inject(w, r, s.name(), effects, func(w http.ResponseWriter) error { return answering.answer(w, r, q) })
}

// name returns what the request is for in a word.
func (s *subject) name() string {
	switch s.Type {
	case fault.Manifest:
		return "manifest"
	case fault.Patch:
		return "patch"
	case fault.Init:
		return s.Kind.String() + " init segment"
	}
	if s.rep == nil {
		return "media"
	}
	return s.Kind.String()
}

// subject finds out what a request is for. What there is not is for nothing in particular: its answer will say so.
func (h *Handler) subject(r *http.Request, q *request, now time.Time) subject {
	s := subject{Request: fault.Request{Type: fault.Media, Location: q.location, Live: q.mode == presentation.Live, Origin: q.start, Period: 10 * time.Second}}
	switch path.Ext(q.what) {
	case ".mpd":
		s.Type, s.Update = fault.Manifest, option.Reload.From(q.opts)
	case ".mpp":
		s.Type = fault.Patch
	}
	p, err := h.presentation(q)
	if err != nil {
		return s
	}
	s.p = p
	if p.Live != nil && p.Live.Update > 0 {
		s.Period = p.Live.Update
	}
	if s.Type != fault.Media {
		return s
	}
	e, ok := p.Enter(q.what)
	if !ok {
		return s
	}
	q.asset = e.Asset
	id, item, nested := strings.Cut(e.Rest, "/")
	item = strings.TrimSuffix(item, path.Ext(item))
	if !nested {
		id = strings.TrimSuffix(id, path.Ext(id))
	}
	if s.rep = e.Find(id); s.rep == nil {
		return s
	}
	s.Representation, s.Kind = id, s.rep.Track.Kind
	switch {
	case item == "init":
		s.Type = fault.Init
	case nested:
		if i, err := find(p, s.rep, item); err == nil {
			s.segment(i, i+1, now)
		}
	case q.mode == presentation.OnDemand:
		s.part(r, now)
	}
	return s
}

// segment says that the request is for segments i until before end, and how rules see the first of them.
func (s *subject) segment(i, end int, now time.Time) {
	s.position, s.end = i, end
	s.see(i)
	if !s.Live {
		return
	}
	_, newest := s.p.At(now).Window(s.rep)
	s.Edge = int64(newest - 1 - i)
	if _, last := s.rep.Segments.Bounds(); newest == last && s.End > s.Start {
		// Its Period is over, and others go on.
		if since := now.Sub(s.Origin) - s.time(last); since > 0 {
			s.Edge += int64(since / (s.End - s.Start))
		}
	}
}

// time returns when segment i starts on the time line of the stream.
func (s *subject) time(i int) time.Duration {
	return s.rep.Segments.Start(i).Duration(s.rep.Timescale) + s.rep.Segments.Lag()
}

// see has the Request be for segment i.
func (s *subject) see(i int) {
	s.Segment, s.Number = true, int64(i)+s.p.StartNumber
	s.Start = s.time(i)
	s.End = s.Start + s.rep.Segments.Duration(i).Duration(s.rep.Timescale)
}

// part finds the segments that a range of a Representation that is one file touches. What is in front of them is the init segment.
func (s *subject) part(r *http.Request, now time.Time) {
	sizes, err := segment.Subsegments(s.rep)
	if err != nil || len(sizes) == 0 {
		return
	}
	head := s.rep.InitSize + s.rep.IndexSize
	total := head
	for _, n := range sizes {
		total += n
	}
	want, partial, err := rangeOf(r, "", total)
	if err != nil {
		return
	}
	if !partial {
		want = span{0, total}
	}
	if want.First+want.Size <= head {
		s.Type = fault.Init
		return
	}
	first, end, at := -1, 0, head
	for i, n := range sizes {
		if at < want.First+want.Size && want.First < at+n {
			if end = i + 1; first < 0 {
				first = i
			}
		}
		at += n
	}
	s.segment(max(0, first), end, now)
}

// damage returns what is to be written over the samples that a request is for; nil for nothing. Of an answer that touches several segments the rules look at each.
func (h *Handler) damage(q *request, s *subject, rules []fault.Rule, now time.Time) (*junk, error) {
	if s.rep == nil || s.Kind != media.Video || s.Type != fault.Media {
		return nil, nil
	}
	j := &junk{track: s.rep.Track}
	one := *s
	for i := s.position; i < s.end; i++ {
		one.see(i)
		for _, e := range fault.Decide(rules, &one.Request, now) {
			if c, ok := e.Action.(fault.Corrupt); ok {
				j.effect = e
				if err := h.corrupt(j, q, s.rep, i, c.Units); err != nil {
					return nil, err
				}
			}
		}
	}
	if len(j.spots) == 0 {
		return nil, nil
	}
	return j, nil
}

// inject has effects happen to an answer.
func (h *Handler) inject(w http.ResponseWriter, r *http.Request, name string, effects []fault.Effect, answer func(http.ResponseWriter) error) error {
	var instead fault.Action
	var inner *damaged
	var said []string
	for _, e := range effects {
		switch e.Stage {
		case fault.Within:
			if inner == nil {
				inner = &damaged{ResponseWriter: w}
			}
			inner.add(e)
			continue
		case fault.Instead:
			instead = e.Action
		}
		if !slices.Contains(said, e.Rule) {
			said = append(said, e.Rule)
		}
	}
	if said != nil {
		w.Header()["Dashwright-Fault"] = []string{strings.Join(said, "; ")}
	}
	for _, e := range effects {
		if d, ok := e.Action.(fault.Delay); ok {
			if err := h.pause(r, d.For); err != nil {
				return http.ErrAbortHandler
			}
		}
	}
	switch a := instead.(type) {
	case fault.Status:
		synthetic(w, a, name, said)
		return nil
	case fault.Drop:
		return drop(w, a.Reset)
	}
	if inner == nil {
		return answer(w)
	}
	for _, field := range []string{"If-None-Match", "If-Match", "If-Range"} {
		r.Header.Del(field) // what the client has is not what it gets
	}
	return inner.ended(answer(inner))
}

// pause waits, unless the client goes.
func (h *Handler) pause(r *http.Request, d time.Duration) error {
	select {
	case <-h.cfg.After(d):
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

// synthetic answers with an error that was asked for.
func synthetic(w http.ResponseWriter, s fault.Status, name string, rules []string) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	if s.Retry > 0 {
		head.Set("Retry-After", strconv.Itoa(int(s.Retry/time.Second)))
	}
	http.Error(w, "synthetic "+strconv.Itoa(s.Code)+" for "+name+", as asked for: "+strings.Join(rules, "; "), s.Code)
}

// faultyClock answers for a time server for which there are rules.
func (h *Handler) faultyClock(w http.ResponseWriter, r *http.Request, o *option.Set, rules []fault.Rule) error {
	s := subject{Request: fault.Request{Type: fault.Clock, Period: 10 * time.Second}}
	if fault.Count(rules) {
		s.Try = h.tries.count(tryOf(r, option.Session.From(o), &s, rules), h.cfg.Now())
	}
	effects := fault.Decide(rules, &s.Request, presentation.Now(o, h.cfg.Now()))
	return h.inject(w, r, "clock", effects, func(w http.ResponseWriter) error { return h.sayTime(w, r, o) })
}
