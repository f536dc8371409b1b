package option

import (
	"fmt"
	"strconv"
	"time"
)

// Instant is a point in time that may be named instead of given.
type Instant struct {
	Name string // today, month, year, epoch, now; "" when At says it
	At   time.Time
}

// instant declares an Option that is one of the named points in time, an ISO 8601 time, or seconds since 1970.
func instant(info Info) *Option[Instant] {
	info.Type = "time"
	info.Syntax = "an ISO 8601 time (2026-09-06T12:00:00Z), seconds since 1970"
	for _, c := range info.Choices {
		info.Syntax += ", " + c.Value
	}
	read := func(s string) (Instant, error) {
		for _, c := range info.Choices {
			if c.Value == s {
				return Instant{Name: s}, nil
			}
		}
		if s == "" {
			return Instant{}, nil
		}
		at, err := parseTime(s)
		return Instant{At: at}, err
	}
	initial, err := read(info.Default)
	if err != nil {
		panic("option " + info.Key + ": its default " + info.Default + " is " + err.Error())
	}
	return &Option[Instant]{info, initial, read}
}

// parseTime reads RFC 3339, the same without a zone (UTC is meant), or seconds since 1970; milliseconds where a number is too large for seconds.
func parseTime(s string) (time.Time, error) {
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		if f > 1e11 {
			f /= 1000
		}
		if f < 0 || f > 1e10 {
			return time.Time{}, fmt.Errorf("out of range")
		}
		return time.UnixMilli(int64(f * 1000)).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if at, err := time.Parse(layout, s); err == nil {
			if y := at.Year(); y < 1970 || y > 2200 {
				return time.Time{}, fmt.Errorf("out of range")
			}
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("not a time")
}

const day = 24 * time.Hour

// Start is when a live stream began: its availabilityStartTime.
var Start = instant(Info{
	Key: "start", Group: "Live", Title: "Start of the stream", Default: "year",
	Help: "When the live stream began: MPD@availabilityStartTime. Media time counts from there.",
	Choices: []Choice{
		{"year", "the first of January"}, {"today", "midnight UTC"}, {"month", "the first of the month"}, {"epoch", "1970"}, {"now", "a minute ago"},
	},
	Modes: []string{"live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.1.2",
})

// Depth is how far back a live stream can be watched.
var Depth = seconds(Info{
	Key: "depth", Group: "Live", Title: "Time shift buffer depth", Default: "1800",
	Help:  "How far back a live stream can be watched: MPD@timeShiftBufferDepth. It is never more than what there is since the start; 0 means 60.",
	Modes: []string{"live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, 0, 366*day)

// Leeway is how long a segment stays available after it has left the window.
var Leeway = seconds(Info{
	Key: "leeway", Group: "Live", Title: "Leeway", Default: "16",
	Help:  "How long a segment can still be fetched after it has left the time shift buffer.",
	Modes: []string{"live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, 0, day)

// Update is the period after which a live manifest should be loaded again.
var Update = seconds(Info{
	Key: "mup", Group: "Live", Title: "Minimum update period",
	Help:  "MPD@minimumUpdatePeriod. Not given: two segments. -1 leaves the attribute out: the manifest is never loaded again.",
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, -time.Second, day)

// PresentationDelay is what a manifest suggests as distance from the live edge.
var PresentationDelay = seconds(Info{
	Key: "spd", Group: "Live", Title: "Suggested presentation delay",
	Help:  "MPD@suggestedPresentationDelay. Not given: three segments, at most 30 seconds.",
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, 0, day)

// StartNumber is the number of the stream's first segment.
var StartNumber = number(Info{
	Key: "startnr", Group: "Addressing", Title: "Start number", Default: "1",
	Help:  "SegmentTemplate@startNumber: the number of the first segment since the start.",
	Modes: []string{"vod", "live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, 0, 1<<32-1)

// Now freezes a request's clock.
var Now = instant(Info{
	Key: "now", Group: "Clock", Title: "Frozen clock",
	Help:  "The instant at which the request is answered, instead of the time of day. Everything that depends on time follows: the window, publishTime, Date, UTCTiming.",
	Modes: []string{"live"}, Scope: Media | Clock,
})

// Drift is how far the server's clock is behind.
var Drift = seconds(Info{
	Key: "drift", Group: "Clock", Title: "Clock drift",
	Help:  "Seconds by which the clock of manifests and of the time server is behind. Media keep to the right time.",
	Modes: []string{"live"}, Scope: Clock,
}, -day, day)
