package delivery

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/presentation"
)

// refuse answers with an error. Of a segment that is outside of the window headers say when: Dashwright-Available is in how many seconds it is available, so that it is then, negative for how long it has
// not been any more; Retry-After is the same for clients that know only that (RFC 9110, 10.2.3).
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var window *presentation.WindowError
	if errors.As(err, &window) {
		head := w.Header()
		head.Set("Dashwright-Available", presentation.Seconds(window.Until))
		if window.Until > 0 {
			head.Set("Retry-After", strconv.Itoa(int(math.Ceil(window.Until.Seconds()))))
		}
	}
	h.cfg.Fail(w, r, remembered(err))
}

// dated has an answer say that it was made at an instant other than the time of day.
func dated(w http.ResponseWriter, at time.Time) {
	w.Header()["Date"] = []string{at.UTC().Format(http.TimeFormat)}
}
