package delivery

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/timeline"
)

// serveMedia answers for {rep}/init.mp4, {rep}/{number}.m4s, {rep}/time/{time}.m4s and, on demand, {rep}.mp4. The extension is free, as templates of looks may choose one.
func (h *Handler) serveMedia(w http.ResponseWriter, r *http.Request, q *request) error {
	p, err := h.presentation(q)
	if err != nil {
		return err
	}
	e, ok := p.Enter(q.what)
	if !ok {
		return errs.Errorf(errs.NotFound, "%s: stream %s has no Period of that name; its manifest lists them", q.what, q.stream)
	}
	q.asset = e.Asset
	if !extended(q.what) {
		return errs.Errorf(errs.NotFound, "%q: media have an extension of up to five letters and digits, such as .m4s or .mp4", q.what)
	}
	id, item, nested := strings.Cut(e.Rest, "/")
	item = strings.TrimSuffix(item, path.Ext(item))
	if !nested {
		id = strings.TrimSuffix(id, path.Ext(id))
	}
	rep := e.Find(id)
	switch {
	case rep == nil && q.noImages(id) != nil:
		return q.noImages(id)
	case rep == nil:
		return errs.Errorf(errs.NotFound, "stream %s has no Representation %q; its manifest lists them", q.stream, id)
	case rep.Image != nil && (!nested || item == "init"):
		return errs.Errorf(errs.NotFound, "%s: thumbnails are at {Representation}/{number}.jpg or {Representation}/time/{time}.jpg", q.what)
	case item != "init" && mayFetch(r, q, rep) != nil:
		return mayFetch(r, q, rep)
	case !nested && q.mode == presentation.OnDemand:
		return h.serveWhole(w, r, q, rep)
	case !nested:
		return errs.Errorf(errs.NotFound, "%s: a segment is at {Representation}/{number}.m4s or {Representation}/time/{time}.m4s", q.what)
	case item == "init":
		return h.serveInit(w, r, q, rep)
	}
	i, err := find(p, rep, item)
	if err != nil {
		return err
	}
	if p.Live != nil {
		now := presentation.Now(q.opts, q.now)
		if now != q.now {
			dated(w, now)
		}
		since, err := opens(r, p, rep, i, now)
		if err != nil {
			return err
		}
		if rep.Chunks != nil {
			s := rep.Segments.At(i)
			s.Number = int64(i) + p.StartNumber
			return h.serveChunks(w, r, q, &growing{rep: rep, k: i, start: p.Live.Start, opens: since}, s)
		}
	}
	if rep.Image != nil {
		return h.serveTile(w, r, q, p, rep, i)
	}
	s := rep.Segments.At(i)
	s.Number = int64(i) + p.StartNumber
	return h.serveSegment(w, r, q, rep, s)
}

// extended says whether a name has an extension as files have.
func extended(name string) bool {
	ext := path.Ext(name)
	odd := func(c rune) bool { return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') }
	return len(ext) >= 2 && len(ext) <= 6 && strings.IndexFunc(ext[1:], odd) < 0
}

// find returns the position of the segment that item names: a number, or time/ and a start time.
func find(p *presentation.Presentation, rep *presentation.Representation, item string) (int, error) {
	if at, ok := strings.CutPrefix(item, "time/"); ok {
		t, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return 0, errs.Errorf(errs.NotFound, "%q is not a segment's time", at)
		}
		i, ok := rep.Segments.Find(media.Ticks(t))
		if !ok {
			return 0, errs.Errorf(errs.NotFound, "no segment of %s starts at %d (timescale %d)", rep.ID, t, rep.Timescale)
		}
		return within(rep, i)
	}
	n, err := strconv.ParseInt(item, 10, 64)
	if err != nil {
		return 0, errs.Errorf(errs.NotFound, "%q is not a segment's number", item)
	}
	i := n - p.StartNumber
	if i < 0 || i > maxPosition {
		return 0, errs.Errorf(errs.NotFound, "%s has no segment %d: they are numbered from %d on", rep.ID, n, p.StartNumber)
	}
	return within(rep, int(i))
}

// within returns i if the Period has a segment at that position.
func within(rep *presentation.Representation, i int) (int, error) {
	first, end := rep.Segments.Bounds()
	if i < first || i >= end {
		return 0, errs.Errorf(errs.NotFound, "%s has no such segment: its Period has %d, from number %d on", rep.ID, end-first, rep.StartNumber)
	}
	if !rep.Segments.Reckoned(i) {
		return 0, errs.Errorf(errs.NotFound, "%s has no such segment, now or ever: it would be there more than a century after the stream began, and there are no times for that", rep.ID)
	}
	return i, nil
}

// maxPosition bounds segment positions so that their times cannot overflow: more than a second-long segment for every second since 1970 and for 30,000 years.
const maxPosition = 1 << 40

func (h *Handler) serveInit(w http.ResponseWriter, r *http.Request, q *request, rep *presentation.Representation) error {
	b, err := segment.AppendInit(nil, rep)
	if err != nil {
		return err
	}
	return h.serveBody(w, r, q, rep, b)
}

// plans keeps the memory of segments' headers.
var plans = sync.Pool{New: func() any { return new(segment.Plan) }}

func (h *Handler) serveSegment(w http.ResponseWriter, r *http.Request, q *request, rep *presentation.Representation, s timeline.Segment) error {
	key := smallKey{q.key(), rep.Path(), s.Number}
	if body := h.small.get(key); body != nil {
		return h.serveBody(w, r, q, rep, body)
	}
	plan := plans.Get().(*segment.Plan)
	defer plans.Put(plan)
	out := sender{h: h, w: w, q: q, track: rep.Track}
	defer out.close()
	if rep.Track.Count > 0 {
		// Before the first byte a source that is gone can still be told by a status.
		if _, err := out.open(); err != nil {
			return err
		}
	}
	if err := plan.Make(rep, s, true, &out); err != nil {
		return err
	}
	if plan.Size() <= smallBody && (len(plan.Pieces) != 1 || plan.Encrypted()) {
		body := bytes.NewBuffer(make([]byte, 0, plan.Size()))
		err := plan.Write(body, &out, 0, plan.Size())
		if err == nil {
			err = out.unchanged()
		}
		if err != nil {
			return errs.Errorf(errs.Unavailable, "segment %d of %s: %w", s.Number, rep.ID, err)
		}
		h.small.put(key, body.Bytes())
		return h.serveBody(w, r, q, rep, body.Bytes())
	}
	o := h.begin(w, r, q, rep, plan.Size())
	if o.done {
		return o.err
	}
	return out.send(plan, o.span)
}

// serveBody sends what is in memory.
func (h *Handler) serveBody(w http.ResponseWriter, r *http.Request, q *request, rep *presentation.Representation, body []byte) error {
	o := h.begin(w, r, q, rep, int64(len(body)))
	if o.done {
		return o.err
	}
	_, _ = w.Write(body[o.span.First : o.span.First+o.span.Size]) // the client has gone: nobody to tell
	return nil
}

// outcome is what begin decided: which bytes to send, or that all is said.
type outcome struct {
	span span
	done bool
	err  error
}

// conditions writes the entity tag and how long the answer may be kept, and says whether all is said with that (RFC 9110, 13).
func conditions(w http.ResponseWriter, r *http.Request, q *request) (tag string, done bool, err error) {
	head := w.Header()
	tag = entityTag(q)
	head["Etag"] = []string{tag}
	if q.versioned {
		head["Cache-Control"] = []string{"public, max-age=31536000, immutable"}
	} else {
		head["Cache-Control"] = []string{"no-cache"}
	}
	if unmatched(r, tag) {
		return tag, true, preconditionFailed()
	}
	if matches(r.Header["If-None-Match"], tag) {
		w.WriteHeader(http.StatusNotModified)
		return tag, true, nil
	}
	return tag, false, nil
}

// begin writes the head of an answer of total bytes: entity tag, conditions, ranges (RFC 9110, 13 and 14).
func (h *Handler) begin(w http.ResponseWriter, r *http.Request, q *request, rep *presentation.Representation, total int64) outcome {
	tag, done, err := conditions(w, r, q)
	if done {
		return outcome{done: true, err: err}
	}
	head := w.Header()
	head["Accept-Ranges"] = []string{"bytes"}
	s, partial, err := rangeOf(r, tag, total)
	if err != nil {
		head["Content-Range"] = []string{"bytes */" + strconv.FormatInt(total, 10)}
		delete(head, "Etag")
		return outcome{done: true, err: &statusError{http.StatusRequestedRangeNotSatisfiable, err}}
	}
	status := http.StatusOK
	if !partial {
		s = span{0, total}
	} else {
		status = http.StatusPartialContent
		head["Content-Range"] = []string{"bytes " + strconv.FormatInt(s.First, 10) + "-" + strconv.FormatInt(s.First+s.Size-1, 10) + "/" + strconv.FormatInt(total, 10)}
	}
	head["Content-Type"] = []string{codec.MimeType(&rep.Track.Track.Track)}
	head["Content-Length"] = []string{strconv.FormatInt(s.Size, 10)}
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return outcome{done: true}
	}
	if partial {
		w.WriteHeader(status)
	}
	return outcome{span: s}
}

// entityTag is strong: the stored bytes, the options and the resource decide every byte of the answer, or it has a tag of its own.
func entityTag(q *request) string {
	if q.tag != "" {
		return q.tag
	}
	var hash uint64 = 14695981039346656037 // FNV-1a
	for _, part := range [...]string{string(q.mode), q.what, q.asked, q.keys} {
		for i := range len(part) {
			hash = (hash ^ uint64(part[i])) * 1099511628211
		}
		hash = (hash ^ 0xff) * 1099511628211
	}
	for i := range len(q.told) {
		hash = (hash ^ uint64(q.told[i])) * 1099511628211
	}
	if q.mode == presentation.Live {
		hash = (hash ^ uint64(q.start.UnixNano())) * 1099511628211 // where a start that has a name was
	}
	b := make([]byte, 0, 40)
	b = append(append(append(b, '"'), q.asset.Version...), '-')
	b = strconv.AppendUint(b, hash, 36)
	return string(append(b, '"'))
}
