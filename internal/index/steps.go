package index

import "github.com/dashwright/dashwright/internal/media"

// Step is a run of Samples as a buffer sees it: all of it is wanted at DTS at the earliest.
type Step struct {
	Sample     int
	DTS        media.Ticks
	Bytes, End uint64 // payload of all Samples before the run, and before its end
}

// Steps returns t in runs from one random access point to the next; in runs of markEvery Samples where all or most of them are random access points. Segments start on a
// run's start, or within the latter.
func (t *Track) Steps() []Step {
	if t.points == nil {
		steps := make([]Step, len(t.marks))
		end := t.Bytes
		for i := len(t.marks) - 1; i >= 0; i-- {
			steps[i] = Step{i * markEvery, media.Ticks(t.marks[i].DTS), t.marks[i].Bytes, end}
			end = t.marks[i].Bytes
		}
		return steps
	}
	steps := make([]Step, len(t.points))
	end := t.Bytes
	for i := len(t.points) - 1; i >= 0; i-- {
		p := &t.points[i]
		steps[i] = Step{int(p.Sample), p.DTS, p.Bytes, end}
		end = p.Bytes
	}
	return steps
}
