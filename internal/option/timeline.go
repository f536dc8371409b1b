package option

// Timeline is how segments are addressed.
var Timeline = choice(Info{
	Key:   "timeline",
	Group: "Addressing",
	Title: "Segment addressing",
	Help: "How the manifest addresses segments. Without a SegmentTimeline every segment must start within half a segment of where number × duration says; " +
		"a stream where that does not hold gets a SegmentTimeline, and the header Dashwright-Note says why.",
	Choices: []Choice{
		{"0", "SegmentTemplate with $Number$ and @duration"},
		{"1", "SegmentTemplate with $Time$ and a SegmentTimeline"},
		{"number", "SegmentTemplate with $Number$ and a SegmentTimeline"},
		{"list", "SegmentList: a URL for every segment"},
	},
	Modes:  []string{"vod", "live"},
	Clause: "ISO/IEC 23009-1, 5.3.9",
})
