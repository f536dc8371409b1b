package delivery

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Clock returns the time server that UTCTiming elements name: /time/{xsd|iso|head|http-ntp} (ISO/IEC 23009-1, 5.8.4.11). The options drift and now count.
func (h *Handler) Clock() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.cors(w.Header())
		switch r.Method {
		case http.MethodOptions:
			preflight(w)
			return
		case http.MethodGet, http.MethodHead:
		default:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			http.Error(w, "method "+r.Method+" is not allowed here; use GET or HEAD", http.StatusMethodNotAllowed)
			return
		}
		if err := h.tell(w, r); err != nil {
			h.cfg.Fail(w, r, err)
		}
	})
}

func (h *Handler) tell(w http.ResponseWriter, r *http.Request) error {
	o, err := h.cfg.Options.Parse(r.URL.RawQuery)
	if err != nil {
		return err
	}
	now := presentation.Clock(o, h.cfg.Now())
	body, contentType := "", "text/plain; charset=utf-8"
	switch method := strings.TrimPrefix(r.URL.Path, "/time/"); method {
	case "head":
	case "xsd", "xsdate":
		body = now.Format("2006-01-02T15:04:05.999Z")
	case "iso":
		year, week := now.ISOWeek()
		day := (int(now.Weekday())+6)%7 + 1
		body = fmt.Sprintf("%04d-W%02d-%dT%s", year, week, day, now.Format("15:04:05Z"))
	case "http-ntp", "ntp":
		contentType = "application/octet-stream"
		body = string(ntp(now))
	default:
		return errs.Errorf(errs.NotFound, "no clock is called %q: there are xsd, iso, head and http-ntp", method)
	}
	head := w.Header()
	head.Set("Content-Type", contentType)
	head.Set("Cache-Control", "no-store")
	head.Set("Date", now.Format(http.TimeFormat))
	_, _ = w.Write([]byte(body)) // the client has gone: nobody to tell
	return nil
}

// ntp returns a timestamp of RFC 5905, 6: seconds since 1900 and their fraction, 32 bits each.
func ntp(t time.Time) []byte {
	const from1900to1970 = 2208988800
	b := binary.BigEndian.AppendUint32(nil, uint32(t.Unix()+from1900to1970))
	return binary.BigEndian.AppendUint32(b, uint32(uint64(t.Nanosecond())<<32/uint64(time.Second)))
}
