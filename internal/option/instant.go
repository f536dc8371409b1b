package option

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Instant is a point in time that may be named instead of given. The zero Instant is none.
type Instant struct {
	Name string // "" when At says it
	At   time.Time
}

// instant declares an Option that is one of the choices, an ISO 8601 time, or seconds since 1970.
func instant(info Info) *Option[Instant] {
	info.Type = "time"
	info.Syntax = strings.Join(append(values(info.Choices), "an ISO 8601 time (2026-09-06T12:00:00Z)", "seconds or milliseconds since 1970"), ", ")
	return declare(info, func(s string) (Instant, error) {
		for _, c := range info.Choices {
			if strings.EqualFold(c.Value, s) {
				return Instant{Name: c.Value}, nil
			}
		}
		at, err := parseTime(s)
		return Instant{At: at}, err
	}, func(i Instant) string {
		if i.Name != "" || i.At.IsZero() {
			return i.Name
		}
		return i.At.Format(time.RFC3339Nano)
	})
}

// parseTime reads RFC 3339, the same without a zone (UTC is meant), or seconds since 1970; milliseconds where a number is too large for seconds.
func parseTime(s string) (time.Time, error) {
	at, err := readTime(s)
	if err == nil && (at.Year() < 1970 || at.Year() > 2197) {
		return time.Time{}, fmt.Errorf("out of range: it must be from 1970 to 2197")
	}
	return at.UTC(), err
}

func readTime(s string) (time.Time, error) {
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		if math.Abs(f) < 1e11 {
			f *= 1000
		}
		return time.UnixMilli(int64(math.Round(max(-1e14, min(1e14, f))))).UTC(), nil
	}
	// A plus that was not escaped is a space by the time that it gets here.
	if i := strings.LastIndexByte(s, ' '); i > len("2006-01-02T15:04") {
		s = s[:i] + "+" + s[i+1:]
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("not a time")
}
