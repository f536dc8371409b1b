package fault

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// readSeconds reads a number of seconds with up to three decimals, not negative.
func readSeconds(s string) (time.Duration, error) {
	whole, part, point := strings.Cut(s, ".")
	n, err := readNumber(whole)
	if err != nil || n > 9e9 || point && (part == "" || len(part) > 3) {
		return 0, fmt.Errorf("not a number of seconds")
	}
	d := time.Duration(n) * time.Second
	if point {
		ms, err := readNumber((part + "00")[:3])
		if err != nil {
			return 0, fmt.Errorf("not a number of seconds")
		}
		d += time.Duration(ms) * time.Millisecond
	}
	return d, nil
}

func printSeconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d/time.Millisecond)/1000, 'f', -1, 64)
}

// form is how a time is written, and what it counts from.
type form uint8

const (
	elapsed form = iota // seconds, M:S or H:M:S, from a start
	ofDay               // H:M:SZ, from midnight UTC
	dated               // with a date, from 1970
)

// readTime reads a time.
func readTime(s string) (time.Duration, form, error) {
	if strings.Contains(s, "T") {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04"} {
			if at, err := time.Parse(layout, s); err == nil && at.Year() >= 1970 && at.Year() <= 2197 {
				return time.Duration(at.UnixMilli()) * time.Millisecond, dated, nil
			}
		}
		return 0, 0, fmt.Errorf("not a date and time from 1970 to 2197 (2026-09-06T12:00:00Z)")
	}
	body, utc := strings.CutSuffix(s, "Z")
	f := elapsed
	if utc {
		f = ofDay
	}
	parts := strings.Split(body, ":")
	wrong := fmt.Errorf("not a time: write seconds (30.5), H:M:S since the start, H:M:SZ in UTC, or a date (2026-09-06T12:00:00Z)")
	if len(parts) > 3 || utc && len(parts) < 2 {
		return 0, 0, wrong
	}
	d, err := readSeconds(parts[len(parts)-1])
	if err != nil || len(parts) > 1 && d >= time.Minute {
		return 0, 0, wrong
	}
	unit := time.Minute
	if utc && len(parts) == 2 { // H:MZ
		d, unit = d*60, time.Hour
	}
	for i := len(parts) - 2; i >= 0; i-- {
		n, err := readNumber(parts[i])
		if err != nil || n > 1e6 || i > 0 && n > 59 {
			return 0, 0, wrong
		}
		d += time.Duration(n) * unit
		unit *= 60
	}
	if utc && d >= day {
		return 0, 0, fmt.Errorf("a day ends at 24:00:00Z")
	}
	return d, f, nil
}

func printTime(d time.Duration, f form) string {
	switch f {
	case ofDay:
		return time.Unix(0, int64(d)).UTC().Format("15:04:05.999Z")
	case dated:
		return time.Unix(0, int64(d)).UTC().Format("2006-01-02T15:04:05.999Z")
	}
	return printSeconds(d)
}

// times is a stretch of time, perhaps again and again: from from until before to.
type times struct {
	from, to time.Duration
	form     form
	point    bool // an instant: to is just after from
	every    time.Duration
}

const open = time.Duration(math.MaxInt64)

func readTimes(item string) (times, error) {
	b := readBounds(item)
	var s times
	var err error
	if s.from, s.form, err = readTime(b.from); err != nil {
		return s, err
	}
	switch {
	case !b.ranged:
		s.point, s.to = true, s.from+1
	case b.to == "":
		s.to = open
	default:
		var f form
		if s.to, f, err = readTime(b.to); err != nil {
			return s, fmt.Errorf("the end of the range is %w", err)
		}
		if f != s.form {
			return s, fmt.Errorf("the range begins with one form of time and ends with another")
		}
	}
	return s, s.repeat(item, b)
}

// repeat reads what stands after the /.
func (s *times) repeat(item string, b bounds) (err error) {
	if s.form == ofDay {
		if s.every = day; s.to == open {
			s.to = day
		} else if s.to <= s.from {
			s.to += day // through midnight
		}
	}
	if strings.Contains(item, "/") {
		if s.form != elapsed {
			return fmt.Errorf("only seconds come again: 30-40/60 is from 30 s to 40 s of every 60")
		}
		if s.every, err = readSeconds(b.every); err != nil || s.every <= 0 {
			return fmt.Errorf("what stands after the / is not a number of seconds")
		}
		if s.to == open {
			s.to = s.every
		}
		if s.from >= s.every || !s.point && s.to > s.every {
			return fmt.Errorf("every %s s are from 0 to %s", printSeconds(s.every), printSeconds(s.every))
		}
	}
	if s.to <= s.from {
		return fmt.Errorf("the range ends before it begins")
	}
	return nil
}

func (s times) String() string {
	text := printTime(s.from, s.form)
	to := s.to
	if s.form == ofDay && to > day {
		to -= day
	}
	switch {
	case s.point:
	case s.form == ofDay && to == day, to == open:
		text += "-"
	case s.form == dated:
		text += ".." + printTime(to, s.form)
	default:
		text += "-" + printTime(to, s.form)
	}
	if s.form == dated && to == open {
		text = strings.TrimSuffix(text, "-") + ".."
	}
	if s.every > 0 && s.form != ofDay {
		text += "/" + printSeconds(s.every)
	}
	return text
}

// meets says whether s and the stretch from from until before to have an instant in common.
func (s times) meets(from, to time.Duration) bool {
	if s.every == 0 {
		return from < s.to && s.from < to
	}
	if to-from >= s.every {
		return true
	}
	rest := from % s.every
	if rest < 0 {
		rest += s.every
	}
	to += rest - from
	for shift := -s.every; shift <= s.every; shift += s.every {
		if rest < s.to+shift && s.from+shift < to {
			return true
		}
	}
	return false
}

const timeKey = "t"

func timeTest() Test {
	return Test{
		Info: Info{
			Key: timeKey, Title: "Time in the stream", Type: "time", Example: "manifest:503@t=30-40/60",
			Syntax: "seconds (30.5), H:M:S since the start, H:M:SZ in UTC on any day, a date (2026-09-06T12:00:00Z): one, or a range (30-40, 10:00:05Z-10:00:15Z, with .. between dates); " +
				"30-40/60 is from 30 s to 40 s of every 60; several with commas",
			Help: "What of the stream the request is for: a segment, all of its time; anything else, the moment of the request. " +
				"A single instant is the segment that it is in, or the first load of the manifest after it. In a stream that is not live H:M:SZ is a segment's time since the start.",
		},
		read: func(item string) (Item, error) {
			s, err := readTimes(item)
			return Item{Text: s.String(), dated: s.form == dated, holds: s.inStream}, err
		},
	}
}

// inStream says whether what of the stream a request is for is in s.
func (s times) inStream(q *Request, now time.Time) bool {
	from, to := q.Start, q.End
	utc := s.form != elapsed
	switch {
	case q.Segment && utc && q.Live:
		since := time.Duration(q.Origin.UnixNano())
		from, to = from+since, to+since
	case q.Segment:
	case utc:
		to = time.Duration(now.UnixNano()) + 1
	case q.Live:
		to = now.Sub(q.Origin) + 1
	default:
		return false
	}
	if !q.Segment {
		if from = to - 1; s.point {
			from = to - max(1, q.Period)
		}
	}
	return s.meets(from, to)
}

func arrivalTest() Test {
	return Test{
		Info: Info{
			Key: "at", Title: "Time of the request", Type: "time", Example: "all:503@at=50-60/60",
			Syntax: "a range: in UTC on any day (10:00:05Z-10:00:15Z), of dates (2026-09-06T12:00:00Z..2026-09-06T12:00:30Z), of seconds since 1970; 50-60/60 is the last 10 s of every minute; several with commas",
			Help:   "When the request comes in, by the server's clock, or by the frozen one of now.",
		},
		read: func(item string) (Item, error) {
			s, err := readTimes(item)
			if err == nil && s.point {
				return Item{}, fmt.Errorf("an instant at which hardly a request comes in; write a range, such as 10:00:05Z-10:00:15Z")
			}
			return Item{Text: s.String(), holds: func(_ *Request, now time.Time) bool {
				at := time.Duration(now.UnixNano())
				return s.meets(at, at+1)
			}}, err
		},
	}
}

func nthTest() Test {
	return Test{
		Info: Info{
			Key: "nth", Title: "Segment of a cycle", Type: "text", Syntax: "a number from 0 on, /, seconds; several with commas", Example: "video:404@nth=0/30",
			Help: "Which of the segments that start in each so many seconds of the stream, counted from 0: nth=0/30 is the first of every 30 s.",
		},
		segment: true,
		read: func(item string) (Item, error) {
			place, cycle, _ := strings.Cut(item, "/")
			n, err := readNumber(place)
			every, err2 := readSeconds(cycle)
			if err != nil || err2 != nil || every <= 0 {
				return Item{}, fmt.Errorf("not a number and seconds, such as 0/30")
			}
			return Item{Text: strconv.FormatInt(n, 10) + "/" + printSeconds(every), holds: func(q *Request, _ time.Time) bool {
				length := q.End - q.Start // half of it is added, as segments may start a little before the cycle does
				return q.Segment && length > 0 && int64((q.Start+length/2)%every/length) == n
			}}, nil
		},
	}
}
