package event

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// Word is something that a Rule can say: name=value.
type Word struct {
	Key     string   `json:"name"`
	Title   string   `json:"title"`
	Help    string   `json:"help"`
	Type    string   `json:"type"` // duration, number, text, choice, flag
	Default string   `json:"default,omitempty"`
	Choices []Choice `json:"choices,omitempty"`

	// read returns a value as it is printed.
	read func(string) (string, error)
	// apply has a Spec be as a value says, of words of schedules.
	apply func(s *Spec, value string)
}

// Choice is one of several values, with what it means.
type Choice struct {
	Value string `json:"value"`
	Help  string `json:"help"`
}

// Words returns the words of schedules, which all Kinds have, in the order of forms.
func Words() []Word {
	return []Word{
		{
			Key: "every", Title: "Interval", Help: "After how long the next event comes. 10 unless it is said.", Type: "duration", read: readInterval,
			apply: func(s *Spec, v string) { s.Interval = ticks(s, v) },
		},
		{
			Key: "from", Title: "Start", Help: "When the first interval begins, from the start of the stream on. 0 unless it is said.", Type: "duration", read: readTime,
			apply: func(s *Spec, v string) { s.Start = ticks(s, v) },
		},
		{
			Key: "at", Title: "Within the interval", Help: "When in each interval events come: times with commas between them, rising. At its beginning unless it is said.", Type: "text", read: readTimes,
			apply: func(s *Spec, v string) {
				s.At = nil
				for one := range strings.SplitSeq(v, ",") {
					s.At = append(s.At, ticks(s, one))
				}
			},
		},
		{
			Key: "for", Title: "Duration", Help: "How long each event lasts; unknown is that it says nothing about it.", Type: "duration", read: readDuration,
			apply: func(s *Spec, v string) {
				if s.Duration = -1; v != unknown {
					s.Duration = ticks(s, v)
				}
			},
		},
		{Key: "count", Title: "Count", Help: "How many events there are; 0: they go on.", Type: "number", read: reader(0, math.MaxUint32), apply: func(s *Spec, v string) { s.Count = number(v) }},
		{
			Key: "ahead", Title: "Announced ahead", Help: "How long before it starts an event is announced: carried in a segment, or in a manifest.", Type: "duration", read: readTime,
			apply: func(s *Spec, v string) { s.Ahead = Offset{true, duration(v)} },
		},
		{
			Key: "late", Title: "Late", Help: "How long after it started an event is announced, instead of ahead.", Type: "duration", read: readTime,
			apply: func(s *Spec, v string) { s.Ahead = Offset{true, -duration(v)} },
		},
		{
			Key: "in", Title: "Where", Help: "Whether events are in segments or in the manifest.", Type: "choice",
			Choices: []Choice{{"segments", "emsg boxes in segments"}, {"manifest", "an EventStream in the manifest"}}, read: oneOf("segments", "manifest"),
			apply: func(s *Spec, v string) { s.Inband = v == "segments" },
		},
		{
			Key: "version", Title: "emsg version", Type: "choice",
			Help: "Of emsg boxes: 0 says the time after the start of the segment, 1 that in the media. SCTE-35 cues and late events have 1. Others have 0 unless it is said, and 1 in segments that do not begin on a tick of the timescale, " +
				"after which no whole number of ticks would be exact.",
			Choices: []Choice{{"0", "relative to the segment"}, {"1", "in media time"}}, read: oneOf("0", "1"), apply: func(s *Spec, v string) { s.Version, s.Versioned = uint8(number(v)), true },
		},
		{Key: "timescale", Title: "Timescale", Help: "Ticks in a second of what events say. 100 unless it is said.", Type: "number", read: reader(1, math.MaxUint32), apply: func(*Spec, string) {}},
		{Key: "value", Title: "Value", Help: "The value beside the scheme, by which streams of events of the same scheme are told apart.", Type: "text", read: readText(200), apply: func(s *Spec, v string) { s.Value = v }},
		{Key: "copies", Title: "Copies", Help: "How often each event is there, at the same place: duplicates that players are to ignore.", Type: "number", read: reader(1, 10), apply: func(s *Spec, v string) { s.Copies = int(number(v)) }},
		{
			Key: "repeated", Title: "Repeated", Help: "Whether events are in each segment from where they are announced to where they start.", Type: "flag",
			Choices: []Choice{{"1", "in each"}, {"0", "in the first"}}, read: oneOf("0", "1"), apply: func(s *Spec, v string) { s.Repeated = v == "1" },
		},
	}
}

const unknown = "unknown"

// readDuration reads a time, or that there is none.
func readDuration(v string) (string, error) {
	if strings.EqualFold(v, unknown) {
		return unknown, nil
	}
	return readTime(v)
}

// readTime reads a time in seconds, or with a unit: 90, 1.5, 500ms, 2min, 1h.
func readTime(v string) (string, error) {
	unit := time.Second
	for _, u := range units() {
		if n, ok := strings.CutSuffix(v, u.name); ok {
			v, unit = n, u.is
			break
		}
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return "", fmt.Errorf("%q is no time: seconds, or with a unit, as in 500ms, 90s, 2min, 1h", v)
	}
	if f *= unit.Seconds(); f > 100*365*86400 {
		return "", fmt.Errorf("%q is longer than a hundred years", v)
	}
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64), nil
}

// readInterval reads a time that events may be apart.
func readInterval(v string) (string, error) {
	t, err := readTime(v)
	if err == nil && duration(t) < Shortest {
		return "", fmt.Errorf("%q is too short: the shortest interval is %v", v, Shortest)
	}
	return t, err
}

type unit struct {
	name string
	is   time.Duration
}

func units() []unit {
	return []unit{{"ms", time.Millisecond}, {"min", time.Minute}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}
}

func readTimes(v string) (string, error) {
	var all []string
	for one := range strings.SplitSeq(v, ",") {
		t, err := readTime(strings.TrimSpace(one))
		if err != nil {
			return "", err
		}
		all = append(all, t)
	}
	if len(all) > mostAt {
		return "", fmt.Errorf("%d times in an interval, at most %d can be given", len(all), mostAt)
	}
	return strings.Join(all, ","), nil
}

func reader(least, most int64) func(string) (string, error) {
	return func(v string) (string, error) {
		n, err := strconv.ParseInt(v, 0, 64)
		if err != nil || n < least || n > most {
			return "", fmt.Errorf("%q is no whole number from %d to %d", v, least, most)
		}
		return strconv.FormatInt(n, 10), nil
	}
}

func readText(most int) func(string) (string, error) {
	return func(v string) (string, error) {
		if len(v) > most {
			return "", fmt.Errorf("%d bytes, at most %d can be given", len(v), most)
		}
		for _, r := range v {
			if r < ' ' || r == 0x7F || r == 0xFFFD || r == 0xFFFE || r == 0xFFFF {
				return "", fmt.Errorf("it has a control character, or is no UTF-8")
			}
		}
		return v, nil
	}
}

func oneOf(values ...string) func(string) (string, error) {
	return func(v string) (string, error) {
		if i := slices.IndexFunc(values, func(one string) bool { return strings.EqualFold(one, v) }); i >= 0 {
			return values[i], nil
		}
		return "", fmt.Errorf("%q is none of %s", v, strings.Join(values, ", "))
	}
}

// number, duration and ticks return what a text is that was read before.
func number(v string) int64 {
	n, _ := strconv.ParseInt(v, 10, 64)
	return n
}

func duration(v string) time.Duration {
	f, _ := strconv.ParseFloat(v, 64)
	return time.Duration(math.Round(f*1000)) * time.Millisecond
}

func ticks(s *Spec, v string) media.Ticks { return media.TicksOf(duration(v), s.Timescale) }
