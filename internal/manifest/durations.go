package manifest

import (
	"strconv"
	"time"
)

// This file has the forms of xs:duration and xs:dateTime that packagers write. Durations are exact to the nanosecond, whatever the form: a Period that seems longer than it is seems to have another segment.

// appendDuration appends seconds: PT634.567S.
func appendDuration(b []byte, d time.Duration) []byte {
	return appendSeconds(append(b, "PT"...), d, 0)
}

// appendDurationFixed appends seconds with at least three decimals: PT634.500S.
func appendDurationFixed(b []byte, d time.Duration) []byte {
	return appendSeconds(append(b, "PT"...), d, 3)
}

// appendDurationShort appends hours and minutes where there are any: PT30M0S, PT1H0M0.5S, PT40S.
func appendDurationShort(b []byte, d time.Duration) []byte { return appendClock(b, d, false, 0) }

// appendDurationTenth is appendDurationShort with at least one decimal: PT30M0.0S, PT39.958S.
func appendDurationTenth(b []byte, d time.Duration) []byte { return appendClock(b, d, false, 1) }

// appendDurationClock appends hours, minutes and at least three decimals: PT0H0M40.000S.
func appendDurationClock(b []byte, d time.Duration) []byte { return appendClock(b, d, true, 3) }

// appendClock appends a duration in hours, minutes and seconds; hours and minutes that are 0 only where full says so.
func appendClock(b []byte, d time.Duration, full bool, decimals int) []byte {
	if d < 0 {
		return appendSeconds(append(b, "PT"...), d, decimals)
	}
	b = append(b, "PT"...)
	h := d / time.Hour
	if h > 0 || full {
		b = append(strconv.AppendInt(b, int64(h), 10), 'H')
	}
	if m := d % time.Hour / time.Minute; m > 0 || h > 0 || full {
		b = append(strconv.AppendInt(b, int64(m), 10), 'M')
	}
	return appendSeconds(b, d%time.Minute, decimals)
}

// appendSeconds appends seconds and "S": with at least so many decimals, and as many as it takes. b ends in "PT" when d is negative.
func appendSeconds(b []byte, d time.Duration, decimals int) []byte {
	if d < 0 {
		b, d = append(b[:len(b)-2], "-PT"...), -d
	}
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	at := len(b)
	b = strconv.AppendInt(b, int64(time.Second+d%time.Second), 10) // 1 and nine decimals
	b[at] = '.'
	for len(b)-at-1 > decimals && b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if len(b) == at+1 {
		b = b[:at]
	}
	return append(b, 'S')
}

// appendTimestamp appends an instant in UTC: 2026-09-06T11:13:27Z, 2026-09-06T11:13:27.5Z.
func appendTimestamp(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, "2006-01-02T15:04:05.999Z")
}

// appendTimestampMillis appends an instant with three decimals: 2026-09-06T11:13:27.000Z.
func appendTimestampMillis(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// timestamp returns an instant in UTC.
func timestamp(t time.Time) markup { return printed(appendTimestamp)(t) }

// printed makes of what appends a function for text/template.
func printed[T any](f func([]byte, T) []byte) func(T) markup {
	return func(v T) markup { return markup(f(make([]byte, 0, 32), v)) }
}

// longest returns the longer of a duration and seconds.
func longest(d time.Duration, seconds float64) time.Duration {
	return max(d, time.Duration(seconds*float64(time.Second)))
}
