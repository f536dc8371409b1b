package web

import "strconv"

// Segment is a row about one segment: times in seconds.
type Segment struct {
	Number, Samples, Syncs int
	Start, Duration        float64
	Bytes                  uint64
}

// GOP is a row about one group of pictures: Number is that of its first sample.
type GOP struct {
	Number, Frames, Reordered int
	Start, Duration           float64
	Bytes, SyncBytes          uint64
	Open                      bool
}

// Frame is a row about one sample: Type is sync, forward or reordered.
type Frame struct {
	Number                 int
	Time, Decode, Duration float64
	Bytes                  uint64
	Type                   string
}

// SegmentRows writes segments as cells.
func SegmentRows(list []Segment) ([]Column, [][]string) {
	columns := []Column{
		{"Number", "As $Number$ is, when counting begins at 1", true}, {"Start", "Earliest presentation time", true}, {"Duration", "Until the next segment starts", true},
		{"Size", "Bytes of the samples, without the boxes around them", true}, {"Bitrate", "", true}, {"Samples", "", true}, {"Sync samples", "Where decoding may start", true},
	}
	var cells [][]string
	for _, s := range list {
		cells = append(cells, []string{
			number(s.Number), moment(s.Start), lasting(s.Duration), bytes(s.Bytes), rate(s.Bytes, s.Duration), number(s.Samples), number(s.Syncs),
		})
	}
	return columns, cells
}

// GOPRows writes groups of pictures as cells.
func GOPRows(list []GOP) ([]Column, [][]string) {
	columns := []Column{
		{"First frame", "In decode order, from 0", true}, {"Start", "When its random access point is shown", true}, {"Duration", "Until the next one is shown", true},
		{"Size", "", true}, {"Bitrate", "", true}, {"Sync sample", "Size of the random access point", true}, {"Frames", "", true},
		{"Reordered", "Shown before a frame that is decoded earlier: mostly B pictures", true}, {"Kind", "Open: some of its frames are shown before its random access point", false},
	}
	var cells [][]string
	for _, g := range list {
		kind := "closed"
		if g.Open {
			kind = "open"
		}
		cells = append(cells, []string{
			number(g.Number), moment(g.Start), lasting(g.Duration), bytes(g.Bytes), rate(g.Bytes, g.Duration), bytes(g.SyncBytes), number(g.Frames), number(g.Reordered), kind,
		})
	}
	return columns, cells
}

// FrameRows writes samples as cells.
func FrameRows(list []Frame) ([]Column, [][]string) {
	columns := []Column{
		{"Frame", "In decode order, from 0", true}, {"Shown at", "", true}, {"Decoded at", "As served: the first sample is decoded when it is shown", true},
		{"Duration", "", true}, {"Size", "", true}, {"Type", "Sync: decoding may start here. Reordered: shown before a frame that is decoded earlier, mostly B pictures", false},
	}
	var cells [][]string
	for _, f := range list {
		cells = append(cells, []string{number(f.Number), moment(f.Time), moment(f.Decode), lasting(f.Duration), bytes(f.Bytes), f.Type})
	}
	return columns, cells
}

// bytes writes an exact count: "81,755 B".
func bytes(n uint64) string {
	if n > 1<<53 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return number(int(n)) + " B"
}

func rate(bytes uint64, seconds float64) string {
	if seconds <= 0 || bytes == 0 {
		return "–"
	}
	return bitrate(int(float64(bytes) * 8 / seconds))
}
