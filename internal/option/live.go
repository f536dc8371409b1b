package option

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Start is when a live stream began: its availabilityStartTime.
var Start = instant(Info{
	Key: "start", Short: "ast", Group: "Live", Title: "Start of the stream", Default: "year",
	Help: "When the live stream began: MPD@availabilityStartTime. Media time counts from there. URLs of segments carry the instant that it was. " +
		"Within the first day of a month or year, or the first minute of a day, the stream began a day earlier.",
	Choices: []Choice{
		{"year", "the first of January"}, {"today", "midnight UTC"}, {"month", "the first of the month"}, {"epoch", "1970"}, {"now", "a minute ago"},
	},
	Modes: []string{"live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.1.2",
})

// StartOffset is when a live stream began, counted from now.
var StartOffset = seconds(Info{
	Key: "startrel", Group: "Live", Title: "Start, relative to now",
	Help: "When the live stream began, in seconds from the moment of the request: -20 is 20 s ago. The manifest then has a Location with the instant that it was, so that it does not move. " +
		"A start that is given goes before it.",
	Choices: []Choice{{"-20", "20 s ago"}, {"30", "in half a minute"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, -400*day, 400*day)

// Stop is when a live stream ends.
var Stop = instant(Info{
	Key: "stop", Group: "Live", Title: "End of the stream",
	Help: "When the live stream ends. From then on the manifest is static; its mediaPresentationDuration is the end of the last segment that was complete. " +
		"What was announced stays available, and there is nothing after it.",
	Modes: []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.1.2",
})

// StopOffset is when a live stream ends, counted from now.
var StopOffset = seconds(Info{
	Key: "stoprel", Group: "Live", Title: "End, relative to now",
	Help: "When the live stream ends, in seconds from the moment of the request. The manifest then has a Location with the instant that it is, so that it does not move. " +
		"A stop that is given goes before it.",
	Choices: []Choice{{"60", "in a minute"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, -400*day, 400*day)

// Depth is how far back a live stream can be watched.
var Depth = seconds(Info{
	Key: "depth", Short: "tbd", Group: "Live", Title: "Time shift buffer depth", Default: "1800",
	Help:    "How far back a live stream can be watched: MPD@timeShiftBufferDepth. It is never more than what there is since the start; 0 means 60.",
	Choices: []Choice{{"1800", "half an hour"}, {"30", "half a minute"}},
	Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, 0, 366*day)

// Leeway is how long a segment stays available after it has left the window.
var Leeway = seconds(Info{
	Key: "leeway", Short: "lee", Group: "Live", Title: "Leeway", Default: "16",
	Help:    "How long a segment can still be fetched after it has left the time shift buffer. It is never shorter than the segment is long: until then it is available by the standard.",
	Choices: []Choice{{"16", "some segments"}, {"60", "a minute"}, {"0", "as long as the segment"}},
	Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, 0, day)

// Update is the period after which a live manifest should be loaded again.
var Update = seconds(Info{
	Key: "mup", Short: "mup", Group: "Live", Title: "Minimum update period",
	Help:    "After what time players load the manifest again: MPD@minimumUpdatePeriod. Not given: two segments. -1 leaves the attribute out: the manifest is never loaded again.",
	Choices: []Choice{{"-1", "never"}, {"4", "every 4 s"}, {"30", "every half minute"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, -time.Second, day)

// PresentationDelay is what a manifest suggests as distance from the live edge.
var PresentationDelay = seconds(Info{
	Key: "spd", Group: "Live", Title: "Suggested presentation delay",
	Help:  "How far behind the live edge players should stay: MPD@suggestedPresentationDelay. Not given: three segments, at most 30 seconds.",
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.1.2",
}, 0, day)

// Forever is an AvailabilityOffset without end.
const Forever = time.Duration(math.MaxInt64)

// AvailabilityOffset is how much earlier than complete a segment is available.
var AvailabilityOffset = offset(Info{
	Key: "ato", Group: "Live", Title: "Availability time offset", Default: "0",
	Help: "How many seconds before it is complete a segment can be fetched: @availabilityTimeOffset. With a SegmentTimeline segments are announced that much earlier. " +
		"inf makes all of the future available; the stream must then be addressed by $Number$ and @duration.",
	Choices: []Choice{{"1", "a second"}, {"inf", "at any time"}},
	Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, time.Hour)

// offset declares an Option that is a duration, or inf.
func offset(info Info, most time.Duration) *Option[time.Duration] {
	info.Type = "duration"
	info.Syntax = fmt.Sprintf("seconds from 0 to %v, with up to three decimals; inf", most.Seconds())
	return declare(info, func(s string) (time.Duration, error) {
		if strings.EqualFold(s, "inf") {
			return Forever, nil
		}
		return readSeconds(s, 0, most)
	}, func(d time.Duration) string {
		if d == Forever {
			return "inf"
		}
		return printSeconds(d)
	})
}

// Early and Gone are the statuses of segments outside of the window.
var (
	Early = number(Info{
		Key: "early", Group: "Live", Title: "Status of what is too early", Default: "404",
		Help:    "The HTTP status of a segment that is not available yet. The body, and the headers Dashwright-Available and Retry-After, say when it will be.",
		Choices: []Choice{{"404", "not found, as dashlive answers"}, {"425", "too early, as livesim2 answers"}},
		Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
	}, 400, 599)
	Gone = number(Info{
		Key: "gone", Group: "Live", Title: "Status of what has gone", Default: "404",
		Help:    "The HTTP status of a segment that is no longer available. The body and the header Dashwright-Available say since when.",
		Choices: []Choice{{"404", "not found, as dashlive answers"}, {"410", "gone, as livesim2 answers"}},
		Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
	}, 400, 599)
)
