package delivery

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Clock returns the time server that UTCTiming elements name: /time/{xsd|xsdms|iso|isoms|head|http-ntp} (ISO/IEC 23009-1, 5.8.4.11). The options drift, now and time_value count.
func (h *Handler) Clock() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.reads(w, r) {
			return
		}
		if err := h.tell(w, r); err != nil {
			h.cfg.Fail(w, r, err)
		}
	})
}

func (h *Handler) tell(w http.ResponseWriter, r *http.Request) error {
	query, _ := cutVersion(r.URL.RawQuery)
	o, err := h.cfg.Options.Parse(query)
	if err != nil {
		return err
	}
	if rules := rulesOf(o); rules != nil {
		return h.faultyClock(w, r, o, rules)
	}
	return h.sayTime(w, r, o)
}

func (h *Handler) sayTime(w http.ResponseWriter, r *http.Request, o *option.Set) error {
	now := presentation.Clock(o, h.cfg.Now())
	said := option.TimeValue.From(o)
	body, contentType, date := said, "text/plain; charset=utf-8", now.Format(http.TimeFormat)
	var says func(time.Time) string
	switch method := strings.TrimPrefix(r.URL.Path, "/time/"); method {
	case "head":
		says = func(time.Time) string { return "" }
		if said != "" {
			body, date = "", said
		}
	case "xsd", "xsdate":
		says = func(t time.Time) string { return t.Format("2006-01-02T15:04:05.999999Z") }
	case "xsdms", "isoms":
		says = func(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
	case "iso":
		says = weekDate
	case "http-ntp", "ntp":
		contentType = "application/octet-stream"
		says = ntp
	default:
		return errs.Errorf(errs.NotFound, "no clock is called %q: there are xsd, xsdms, iso, isoms, head and http-ntp", method)
	}
	if body == "" {
		body = says(now)
	}
	momentary(w.Header(), o, contentType)
	w.Header().Set("Date", date)
	_, _ = w.Write([]byte(body)) // the client has gone: nobody to tell
	return nil
}

// weekDate returns an ISO 8601 week date: 2026-W36-7T12:00:00Z.
func weekDate(t time.Time) string {
	year, week := t.ISOWeek()
	day := (int(t.Weekday())+6)%7 + 1
	return fmt.Sprintf("%04d-W%02d-%dT%s", year, week, day, t.Format("15:04:05Z"))
}

// ntp returns a timestamp of RFC 5905, 6: seconds since 1900 and their fraction, 32 bits each.
func ntp(t time.Time) string {
	const from1900to1970 = 2208988800
	b := binary.BigEndian.AppendUint32(nil, uint32(t.Unix()+from1900to1970))
	return string(binary.BigEndian.AppendUint32(b, uint32(uint64(t.Nanosecond())<<32/uint64(time.Second))))
}
