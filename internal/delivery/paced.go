package delivery

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/timeline"
)

// growing is a segment that is made of chunks, some of which may not be there yet.
type growing struct {
	rep    *presentation.Representation
	k      int       // position of the segment
	start  time.Time // of the stream
	opens  time.Time // when the first chunk may be had
	chunks []timeline.Segment
}

// due returns when chunk i is there.
func (g *growing) due(i int) time.Time {
	if i == 0 {
		return g.opens
	}
	return g.start.Add(segment.Due(g.rep, g.k, &g.chunks[i]))
}

// ready returns how many chunks are there at now.
func (g *growing) ready(now time.Time) int {
	n := len(g.chunks)
	for n > 0 && g.due(n-1).After(now) {
		n--
	}
	return n
}

// serveChunks answers for segment k, s, which is made of chunks and can be had from opens on. As long as they are not all there, each is sent as it falls due; the length of the answer is not known by
// then, and a range of it is not given (RFC 9110, 14.2: a server may ignore Range). Afterwards it is a segment like any other, of the same bytes. Where the clock is frozen the answer is what is there at
// that instant.
func (h *Handler) serveChunks(w http.ResponseWriter, r *http.Request, q *request, g *growing, s timeline.Segment) error {
	var err error
	if g.chunks, err = segment.AppendChunks(nil, g.rep, s); err != nil {
		return err
	}
	out := &sender{h: h, w: w, q: q, track: g.rep.Track}
	defer out.close()
	if g.rep.Track.Count > 0 {
		// Before the first byte a source that is gone can still be told by a status.
		if _, err := out.open(); err != nil {
			return err
		}
	}
	ready := g.ready(presentation.Now(q.opts, q.now))
	if ready == len(g.chunks) || option.Now.Given(q.opts) {
		return h.serveReady(r, out, g.rep, s.Number, g.chunks[:ready])
	}
	return h.grow(r, out, g)
}

// opens returns from when on segment k may be had: now, or when it is announced for if a request may wait until then. The error says why it may not be had.
func opens(r *http.Request, p *presentation.Presentation, rep *presentation.Representation, k int, now time.Time) (time.Time, error) {
	err := p.Check(rep, k, now)
	var window *presentation.WindowError
	if errors.As(err, &window) && window.Until > 0 && r.Method == http.MethodGet && p.Live.Waits(rep, k, window.Until) {
		return now.Add(window.Until), nil
	}
	return now, err
}

// sets keeps the memory of Plans for all chunks of a segment.
var sets = sync.Pool{New: func() any { return new([]*segment.Plan) }}

// serveReady answers with chunks that are there: the whole of what there will ever be at that URL.
func (h *Handler) serveReady(r *http.Request, out *sender, rep *presentation.Representation, number int64, chunks []timeline.Segment) error {
	key := smallKey{out.q.key(), rep.Path(), number}
	if body := h.small.get(key); body != nil {
		return h.serveBody(out.w, r, out.q, rep, body)
	}
	list := sets.Get().(*[]*segment.Plan)
	defer sets.Put(list)
	for len(*list) < len(chunks) {
		*list = append(*list, new(segment.Plan))
	}
	all := (*list)[:len(chunks)]
	size, scattered := int64(0), false
	for i, p := range all {
		if err := p.Make(rep, chunks[i], i == 0, out); err != nil {
			return err
		}
		size += p.Size()
		scattered = scattered || len(p.Pieces) != 1 || p.Encrypted()
	}
	if size <= smallBody && scattered {
		body := bytes.NewBuffer(make([]byte, 0, size))
		err := segment.Write(all, body, out, 0, size)
		if err == nil {
			err = out.unchanged()
		}
		if err != nil {
			return errs.Errorf(errs.Unavailable, "segment %d of %s: %w", number, rep.ID, err)
		}
		h.small.put(key, body.Bytes())
		return h.serveBody(out.w, r, out.q, rep, body.Bytes())
	}
	o := h.begin(out.w, r, out.q, rep, size)
	if o.done {
		return o.err
	}
	return out.ended(out.sure(o.span, func(first, size int64) error { return segment.Write(all, out.w, out, first, size) }))
}

// grow sends chunks as they fall due. Between them it holds neither the file nor any of its bytes.
func (h *Handler) grow(r *http.Request, out *sender, g *growing) error {
	w := out.w
	head := w.Header()
	if _, done, err := conditions(w, r, out.q); done {
		return err
	}
	head["Content-Type"] = []string{codec.MimeType(&g.rep.Track.Track.Track)}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	flush := http.NewResponseController(w)
	for i := range g.chunks {
		if early := g.due(i).Sub(h.cfg.Now()); early > 0 {
			out.close()
			if err := h.wait(r, g.due(i)); err != nil {
				return http.ErrAbortHandler
			}
		}
		if err := h.sendChunk(out, g, i); err != nil {
			return out.ended(err)
		}
		if i == len(g.chunks)-1 {
			break // the end of the answer flushes it
		}
		if err := flush.Flush(); err != nil {
			return http.ErrAbortHandler
		}
	}
	return nil
}

// wait returns at an instant, not before; earlier with an error when the client has gone.
func (h *Handler) wait(r *http.Request, until time.Time) error {
	for {
		early := until.Sub(h.cfg.Now())
		if early <= 0 {
			return nil
		}
		select {
		case <-h.cfg.After(early):
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}

// bodies keeps the memory of chunks.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// wholeChunk is up to how many bytes a chunk is read before any of it is sent: then it is one write, and certain to be right.
const wholeChunk = 256 << 10

// unframed hides that a ResponseWriter can take from a file: of unknown length it cannot in the kernel, and would copy in small pieces.
type unframed struct{ io.Writer }

// sendChunk writes chunk i. All who watch want the same ones at the same time: what is not large is read once.
func (h *Handler) sendChunk(out *sender, g *growing, i int) error {
	key := smallKey{out.q.key(), g.rep.Path(), -1 - g.chunks[i].Number}
	if body := h.small.get(key); body != nil {
		_, err := out.w.Write(body)
		return err
	}
	plan := plans.Get().(*segment.Plan)
	defer plans.Put(plan)
	if g.rep.Track.Count > 0 {
		if _, err := out.open(); err != nil {
			return &segment.SourceError{Err: err}
		}
	}
	if err := plan.Make(g.rep, g.chunks[i], i == 0, out); err != nil {
		return &segment.SourceError{Err: err}
	}
	if plan.Size() > wholeChunk {
		return out.sure(span{0, plan.Size()}, func(first, size int64) error { return plan.Write(unframed{out.w}, out, first, size) })
	}
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	body.Reset()
	err := plan.Write(body, out, 0, plan.Size())
	if err == nil {
		err = out.unchanged()
	}
	if err != nil {
		return err
	}
	if plan.Size() <= smallBody {
		h.small.put(key, bytes.Clone(body.Bytes()))
	}
	_, err = out.w.Write(body.Bytes())
	return err
}
