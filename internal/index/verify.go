package index

import (
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// VerifySync asks for each Sample that is marked as a random access point whether it is one, and takes the mark from those that are not. It returns how many
// those were. It changes t: to be called before t is shared.
func (t *Track) VerifySync(isSync func(n int, s *media.Sample) bool) int {
	cleared := 0
	var s media.Sample
	c := t.Cursor(0)
	for n := 0; ; n++ {
		at := len(t.blob) - len(c.blob)
		if !c.Next(&s) {
			break
		}
		if s.Sync && !isSync(n, &s) {
			t.blob[at] &^= flagSync // the flags are in the first byte of a Sample's first integer
			t.Syncs--
			cleared++
		}
	}
	if cleared > 0 {
		t.settle()
	}
	return cleared
}

// Moved returns t with all its times by later; it shares the Samples' bytes with t.
func (t *Track) Moved(by media.Ticks) *Track {
	m := *t
	m.Start, m.End, m.FirstPTS, m.EndPTS = m.Start+by, m.End+by, m.FirstPTS+by, m.EndPTS+by
	m.marks = append([]mark(nil), t.marks...)
	for i := range m.marks {
		m.marks[i].DTS += int64(by)
	}
	m.points = slices.Clone(t.points)
	for i := range m.points {
		p := &m.points[i]
		p.DTS, p.PTS, p.EPT = p.DTS+by, p.PTS+by, p.EPT+by
	}
	m.Cues = append([]media.Cue(nil), t.Cues...)
	for i := range m.Cues {
		m.Cues[i].Start, m.Cues[i].End = m.Cues[i].Start+by, m.Cues[i].End+by
	}
	return &m
}
