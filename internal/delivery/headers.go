package delivery

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
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
	return []string{"Accept-Ranges, Content-Length, Content-Range, Date, ETag, Retry-After, Dashwright-Available, Dashwright-Fault, Dashwright-Licence-Expires, Dashwright-Note, Dashwright-Unknown-Options"}
}

// reads lets GET and HEAD through; everything else it answers.
func (h *Handler) reads(w http.ResponseWriter, r *http.Request) bool {
	return h.takes(w, r, "use GET or HEAD", http.MethodGet, http.MethodHead)
}

// takes lets some methods through. It answers browsers that ask which they are, and refuses others with what to do.
func (h *Handler) takes(w http.ResponseWriter, r *http.Request, instead string, methods ...string) bool {
	h.cors(w.Header())
	if slices.Contains(methods, r.Method) {
		return true
	}
	allowed := strings.Join(methods, ", ") + ", OPTIONS"
	w.Header().Set("Allow", allowed)
	if r.Method == http.MethodOptions {
		preflight(w, allowed)
		return false
	}
	http.Error(w, "method "+r.Method+" is not allowed here; "+instead, http.StatusMethodNotAllowed)
	return false
}

func preflight(w http.ResponseWriter, methods string) {
	head := w.Header()
	head.Set("Access-Control-Allow-Methods", methods)
	head.Set("Access-Control-Allow-Headers", "*, Range, If-None-Match, If-Range, CMCD-Request, CMCD-Object, CMCD-Status, CMCD-Session")
	head.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// unheard says which words of the query are no options.
func unheard(head http.Header, o *option.Set) {
	asked := option.Parameters.From(o)
	unknown := slices.DeleteFunc(slices.Clone(o.Unknown()), func(name string) bool {
		return slices.ContainsFunc(asked, func(p option.Parameter) bool { return p.Name == name })
	})
	if len(unknown) > 0 {
		head.Set("Dashwright-Unknown-Options", strings.Join(unknown, ", "))
	}
}

// momentary is the head of an answer that is another one the next time.
func momentary(head http.Header, o *option.Set, contentType string) {
	unheard(head, o)
	head.Set("Content-Type", contentType)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
}

// matches says whether an If-None-Match field lists tag (RFC 9110, 13.1.2: weak comparison).
func matches(fields []string, tag string) bool { return lists(fields, tag, "W/") }

// unmatched says whether there is an If-Match field and it does not list tag (RFC 9110, 13.1.1: strong comparison).
func unmatched(r *http.Request, tag string) bool {
	fields := r.Header["If-Match"]
	return len(fields) > 0 && !lists(fields, tag, "")
}

// lists says whether fields list tag, or any. A prefix of a listed one does not count.
func lists(fields []string, tag, prefix string) bool {
	for _, field := range fields {
		for field != "" {
			var one string
			one, field, _ = strings.Cut(field, ",")
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, prefix) == tag {
				return true
			}
		}
	}
	return false
}

// preconditionFailed is the answer to an If-Match that does not match.
func preconditionFailed() error {
	return &statusError{http.StatusPreconditionFailed, errs.Errorf(errs.Conflict, "what is here now is not what If-Match asks for")}
}

// statusError is an error that is answered with a status of its own.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// Status returns the status.
func (e *statusError) Status() int { return e.status }

// span is the bytes from First on, Size of them, of a body.
type span struct{ First, Size int64 }

// rangeOf reads a Range field for a body of total bytes (RFC 9110, 14.2). ok is false when there is none to obey: no field, another unit, several ranges
// (which a server may ignore), If-Range for another body, another method than GET. The error says that no byte is in range.
func rangeOf(r *http.Request, tag string, total int64) (s span, ok bool, err error) {
	field := r.Header.Get("Range")
	if field == "" || r.Method != http.MethodGet {
		return span{}, false, nil
	}
	if cond := r.Header.Get("If-Range"); cond != "" && cond != tag {
		return span{}, false, nil
	}
	unit, spec, found := strings.Cut(field, "=")
	found = found && strings.EqualFold(unit, "bytes") // RFC 9110, 14.1: names of units are case-insensitive
	first, last, dash := strings.Cut(spec, "-")
	if !found || !dash {
		return span{}, false, nil
	}
	from, okFirst := position(first)
	to, okLast := position(last)
	switch {
	case first == "" && okLast: // the last so many
		from, to = max(0, total-to), total-1
	case last == "" && okFirst:
		to = total - 1
	case okFirst && okLast && from <= to:
		to = min(to, total-1)
	default:
		return span{}, false, nil
	}
	if from > to {
		return span{}, false, errs.Errorf(errs.Invalid, "range %s is outside of the %d bytes there are", field, total)
	}
	return span{from, to - from + 1}, true, nil
}

// position reads 1*DIGIT (RFC 9110, 14.1.1); what is too large to be a position is the largest.
func position(digits string) (n int64, ok bool) {
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		n = math.MaxInt64
	}
	return n, digits != ""
}
