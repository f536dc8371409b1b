package option

import "time"

// SegmentDuration is how long segments should be; not given: as they are in the file, or else 4 s.
var SegmentDuration = seconds(Info{
	Key:   "segdur",
	Group: "Addressing",
	Title: "Segment duration",
	Help: "Wanted length of segments. Video is cut on the random access points nearest to it, so segments may be longer or shorter. " +
		"Without it a file that has segments of its own keeps them, and others are cut at about 4 s.",
	Modes:  []string{"vod", "live", "odvod"},
	Scope:  Media,
	Clause: "ISO/IEC 23009-1, 5.3.9.2",
}, 200*time.Millisecond, 60*time.Second)
