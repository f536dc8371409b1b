package delivery

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// Header values that never change; net/http takes slices.
func (h *Handler) cors(head http.Header) {
	if h.allow != nil {
		head["Access-Control-Allow-Origin"] = h.allow
		head["Access-Control-Expose-Headers"] = exposed()
		head["Timing-Allow-Origin"] = h.allow
	}
}

func exposed() []string {
	return []string{"Accept-Ranges, Content-Length, Content-Range, Date, ETag, Dashwright-Note, Dashwright-Unknown-Options"}
}

func preflight(w http.ResponseWriter) {
	head := w.Header()
	head.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	head.Set("Access-Control-Allow-Headers", "*, Range, If-None-Match, If-Range, CMCD-Request, CMCD-Object, CMCD-Status, CMCD-Session")
	head.Set("Access-Control-Max-Age", "86400")
	head.Set("Allow", "GET, HEAD, OPTIONS")
	w.WriteHeader(http.StatusNoContent)
}

// matches says whether an If-None-Match field lists tag (RFC 9110, 13.1.2: weak comparison).
func matches(field, tag string) bool {
	for field != "" {
		var one string
		one, field, _ = strings.Cut(field, ",")
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// span is the bytes from First on, Size of them, of a body.
type span struct{ First, Size int64 }

// rangeOf reads a Range field for a body of total bytes (RFC 9110, 14.2). ok is false when there is none to obey: no field, another unit, several ranges
// (which a server may ignore), If-Range for another body. The error says that no byte is in range.
func rangeOf(r *http.Request, tag string, total int64) (s span, ok bool, err error) {
	field := r.Header.Get("Range")
	if field == "" {
		return span{}, false, nil
	}
	if cond := r.Header.Get("If-Range"); cond != "" && cond != tag {
		return span{}, false, nil
	}
	spec, found := strings.CutPrefix(field, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !found || !dash || strings.Contains(spec, ",") {
		return span{}, false, nil
	}
	from, to := int64(0), total-1
	if first == "" { // the last so many
		n, e := strconv.ParseInt(last, 10, 64)
		if e != nil || n < 0 {
			return span{}, false, nil
		}
		from = max(0, total-n)
	} else {
		if from, err = strconv.ParseInt(first, 10, 64); err != nil || from < 0 {
			return span{}, false, nil
		}
		if last != "" {
			n, e := strconv.ParseInt(last, 10, 64)
			if e != nil || n < from {
				return span{}, false, nil
			}
			to = min(to, n)
		}
	}
	if from > to {
		return span{}, false, errs.Errorf(errs.Invalid, "range %s is outside of the %d bytes there are", field, total)
	}
	return span{from, to - from + 1}, true, nil
}
