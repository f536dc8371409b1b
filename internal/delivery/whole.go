package delivery

import (
	"net/http"

	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// serveWhole answers for a Representation as one file: init segment, segment index, segments without their segment type boxes (ISO/IEC 23009-1, 6.3.5.2). The file
// exists nowhere: where each part begins is arithmetic over the index, and only what is asked for is made.
func (h *Handler) serveWhole(w http.ResponseWriter, r *http.Request, q *request, rep *presentation.Representation) error {
	sizes, err := segment.Subsegments(rep)
	if err != nil {
		return err
	}
	head, err := segment.AppendInit(nil, rep)
	if err != nil {
		return err
	}
	head = segment.AppendIndex(head, rep, sizes)
	total := int64(len(head))
	for _, n := range sizes {
		total += n
	}
	o := h.begin(w, r, q, rep, total)
	if o.done {
		return o.err
	}
	want := o.span
	out := sender{h: h, w: w, q: q, track: rep.Track}
	defer out.close()
	if at := want.First; at < int64(len(head)) {
		part := head[at:min(int64(len(head)), at+want.Size)]
		if _, err := w.Write(part); err != nil {
			return http.ErrAbortHandler
		}
		want = span{0, want.Size - int64(len(part))}
	} else {
		want.First -= int64(len(head))
	}
	plan := plans.Get().(*segment.Plan)
	defer plans.Put(plan)
	for i, n := range sizes {
		if want.Size == 0 {
			break
		}
		if want.First >= n {
			want.First -= n
			continue
		}
		if err := plan.Make(rep, rep.Segments.At(i), false, &out); err != nil {
			return out.ended(&segment.SourceError{Err: err})
		}
		part := span{want.First, min(n-want.First, want.Size)}
		if err := out.send(plan, part); err != nil {
			return err
		}
		want = span{0, want.Size - part.Size}
	}
	return nil
}
