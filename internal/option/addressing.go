package option

import "time"

// Timeline is how segments are addressed.
var Timeline = choice(Info{
	Key: "timeline", Short: "st", Group: "Addressing", Title: "Segment addressing",
	Help: "How the manifest addresses segments. Without a SegmentTimeline every segment must start within half a segment of where number × duration says; " +
		"a stream where that does not hold gets a SegmentTimeline, and the header Dashwright-Note says why.",
	Choices: []Choice{
		{"0", "SegmentTemplate with $Number$ and @duration"},
		{"1", "SegmentTemplate with $Time$ and a SegmentTimeline"},
		{"number", "SegmentTemplate with $Number$ and a SegmentTimeline"},
		{"list", "SegmentList: a URL for every segment"},
	},
	Modes: []string{"vod", "live"}, Scope: Video | Audio | Text | Image,
	Clause: "ISO/IEC 23009-1, 5.3.9",
})

// SegmentDuration is how long segments should be; not given: as they are in the file, or else 4 s.
var SegmentDuration = seconds(Info{
	Key: "segdur", Group: "Addressing", Title: "Segment duration",
	Help: "Wanted length of segments. Video is cut on the random access points nearest to it, so segments may be longer or shorter. " +
		"Without it a file that has segments of its own keeps them, and others are cut at about 4 s.",
	Modes: []string{"vod", "live", "odvod"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.2",
}, 200*time.Millisecond, 60*time.Second)

// StartNumber is the number of the stream's first segment.
var StartNumber = number(Info{
	Key: "startnr", Group: "Addressing", Title: "Start number", Default: "1",
	Help:  "SegmentTemplate@startNumber: the number of the first segment since the start.",
	Modes: []string{"vod", "live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, 0, 1<<32-1)

// Offsets is how pictures that are shown before they are decoded say so.
var Offsets = choice(Info{
	Key: "offsets", Group: "Addressing", Title: "Composition offsets",
	Help: "How a stream with B-frames says when each picture is shown. The times are the same: players that know both forms show the same.",
	Choices: []Choice{
		{"raised", "no offset is negative; an edit list in the init segment takes off what they are raised by (trun version 0)"},
		{"signed", "offsets may be negative, and there is no edit list (trun version 1); FFmpeg up to version 5 shows pictures too late then"},
	},
	Modes: []string{"vod", "live", "odvod"}, Scope: Init | Video, Clause: "ISO/IEC 23000-19, 7.5.17",
})

// BaseURL is whether segments are named relative to a BaseURL.
var BaseURL = flag(Info{
	Key: "base", Short: "base", Group: "Addressing", Title: "BaseURL",
	Help:  "Whether segments are named relative to a BaseURL element. Looks that have none name them relative to the manifest.",
	Modes: []string{"vod", "live", "odvod"}, Clause: "ISO/IEC 23009-1, 5.6",
}, true, "relative URLs, and a BaseURL in the looks that have one", "no BaseURL: URLs are paths from the server's root")

// PeriodDuration is whether Periods of live streams say how long they last.
var PeriodDuration = flag(Info{
	Key: "periodDur", Short: "fpd", Group: "Addressing", Title: "Period durations",
	Help:  "Whether every Period of a live stream has a duration attribute, where its end is known. Those of static manifests always have one.",
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.2",
}, false, "Period@duration wherever the end of the Period is known", "no Period@duration in live manifests")
