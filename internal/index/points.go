package index

import "github.com/dashwright/dashwright/internal/media"

// Point is a Sample where decoding may start.
type Point struct {
	Sample  uint32
	Own     bool // the file's own fragment starts here
	Leading bool // Samples after it are presented before it
	Aux     uint32
	DTS     media.Ticks
	PTS     media.Ticks // its own
	EPT     media.Ticks // the earliest of it and those that follow up to the next Point
	Bytes   uint64      // payload of all Samples before
}

const (
	markSize  = 44 // of a mark on disk
	pointSize = 48 // of a Point in memory
	// fewest is how many Samples there must be for a Point to be worth keeping.
	fewest = 12
)

// point notes s, which is about to be added, if decoding may start there.
func (t *Track) point(s *media.Sample, pts media.Ticks, aux uint32) {
	if s.Sync || t.Count == 0 {
		t.points = append(t.points, Point{Sample: uint32(t.Count), Own: s.Boundary || t.Count == 0, DTS: s.DTS, PTS: pts, EPT: pts, Bytes: t.Bytes, Aux: aux})
		return
	}
	if last := &t.points[len(t.points)-1]; pts < last.EPT {
		last.EPT, last.Leading = pts, true
	}
}

// thin forgets points that are so many that walking is cheaper than keeping them, and says whether it did.
func (t *Track) thin() bool {
	if len(t.points)*fewest <= t.Count+fewest {
		return false
	}
	t.points = nil
	return true
}

// settle finds the points that are worth keeping, of whatever there is now. It depends on the Samples alone, so that a Track is the same
// whether it was just made or read from disk.
func (t *Track) settle() {
	t.points = nil
	if t.Count > 0 && t.Syncs*fewest <= t.Count+fewest {
		t.points = t.walk()
		t.thin()
	}
}

// Points returns the random access points of t, in order. The first Sample is one of them whatever it is: there is nowhere else to begin.
// The slice is the Track's: it is not to be changed.
func (t *Track) Points() []Point {
	if t.points != nil || t.Count == 0 {
		return t.points
	}
	return t.walk()
}

// walk finds the random access points again.
func (t *Track) walk() []Point {
	w := Track{points: make([]Point, 0, max(0, t.Syncs)+1)}
	var s media.Sample
	var aux uint32
	for c := t.Cursor(0); c.Next(&s); w.Count++ {
		w.point(&s, s.PTS(), aux)
		w.Bytes += uint64(s.Size)
		aux += uint32(s.AuxSize)
	}
	return w.points
}
