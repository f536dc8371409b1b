package mp4

import (
	"math"

	"github.com/dashwright/dashwright/internal/media"
)

// edit is one entry of elst (ISO/IEC 14496-12, 8.6.6).
type edit struct {
	duration uint64      // in the movie's timescale
	time     media.Ticks // in the track's, -1 for an empty edit
	rate     uint32      // 16.16
}

// maxEdits bounds how many edits are looked at: only the first ones matter.
const maxEdits = 1024

// timing is what a track's edit list comes to. All times are in the track's timescale.
type timing struct {
	shift media.Ticks // add it to the track's own time for the movie's
	begin media.Ticks // presentation time of the movie at which the track begins to be shown
	end   media.Ticks // and at which it ends: math.MaxInt64 when the edit list does not say
	// cut is how much of the start is not shown; of it, priming is what a decoder needs (audio).
	cut, priming media.Ticks
}

// cutOff says whether the edit list cuts off the sample p at the start, where no decoder needs it.
func (x *timing) cutOff(p *media.Sample) bool {
	return x.cut > 0 && x.priming == 0 && p.DTS+p.Duration <= x.begin
}

// maxPriming is the longest start of an audio track that is taken for encoder delay, in seconds. More is a real cut.
const maxPriming = 1

func (t *track) editList(v *view, b box) error {
	width := 12
	long := false
	if p := v.content(b, 0, 4); len(p) > 0 && p[0] == 1 {
		width, long = 20, true
	}
	list, err := v.open(b, 8, width)
	if err != nil {
		v.warn.addf("%v; it is ignored", err)
		return nil
	}
	p, err := list.entries(0, maxEdits)
	if err != nil {
		return err
	}
	for ; len(p) >= width; p = p[width:] {
		e := edit{uint64(be32(p, 0)), media.Ticks(int32(be32(p, 4))), be32(p, 8)}
		if long {
			e = edit{be64(p, 0), media.Ticks(be64(p, 8)), be32(p, 16)}
		}
		t.edits = append(t.edits, e)
	}
	return nil
}

// follow works out the track's timing. Of its edits, the empty ones at the start and the first one after them are followed, and those that
// go on exactly where that one ends.
func (t *track) follow(movie media.Timescale, fragmented bool, warn *warnings) {
	t.timing = timing{end: math.MaxInt64}
	const limit = uint64(1) << 62
	var delay, shown uint64
	first := -1
	for i, e := range t.edits {
		switch {
		case e.time < 0 && first < 0:
			delay = min(delay+min(e.duration, limit), limit)
			continue
		case first < 0:
			first, shown = i, min(e.duration, limit)
			if e.rate != 1<<16 && e.rate != 0 {
				warn.addf("track %d has an edit at rate %.2f; it is served at its own speed", t.media.ID, float64(int32(e.rate))/(1<<16))
			}
			continue
		}
		goesOn := t.edits[first].time + ticks(shown, movie, t.media.Timescale)
		if e.time < 0 && i == len(t.edits)-1 {
			continue // emptiness at the end
		}
		if gap := e.time - goesOn; e.time < 0 || max(gap, -gap) > ticks(1, movie, t.media.Timescale) {
			warn.addf("track %d has %d edits; only the first is followed", t.media.ID, len(t.edits))
			break
		}
		shown = min(shown+min(e.duration, limit), limit)
	}
	x := &t.timing
	x.begin = ticks(delay, movie, t.media.Timescale)
	if first < 0 {
		x.shift = x.begin
		return
	}
	x.cut = t.edits[first].time
	x.shift = x.begin - x.cut
	// In a fragmented file the duration is that of moov, which may have no samples at all.
	if shown > 0 && !fragmented && movie >= 100 {
		x.end = x.begin + ticks(shown, movie, t.media.Timescale)
	}
	if t.media.Kind == media.Audio && x.cut <= media.Ticks(t.media.Timescale)*maxPriming {
		x.priming = x.cut
	}
}

// ticks converts a duration of the movie to the track's timescale, small enough that sums of a few cannot overflow.
func ticks(n uint64, from, to media.Timescale) media.Ticks {
	if from == 0 {
		return 0
	}
	return min(media.Ticks(min(n, 1<<60)).In(from, to), 1<<58)
}
