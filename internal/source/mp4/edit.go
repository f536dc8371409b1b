package mp4

import (
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// edit is one entry of elst (ISO/IEC 14496-12, 8.6.6).
type edit struct {
	duration uint64      // in the movie's timescale
	time     media.Ticks // in the track's, -1 for an empty edit
	rate     uint32      // 16.16
}

// maxEdits bounds how many edits are looked at.
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

// maxReels bounds how many pieces of a track are shown one after the other: each costs a walk over the sample tables.
const maxReels = 64

// reel is what one edit shows, and those that go on exactly where it ends. Times and durations are in the movie's timescale but for time.
type reel struct {
	begin, shown uint64
	time         media.Ticks
}

// reels are the pieces of the track that its edit list shows, in order.
func (t *track) reels(movie media.Timescale, warn *warnings) []reel {
	const limit = uint64(1) << 61
	var all []reel
	var at uint64
	for _, e := range t.edits {
		d := min(e.duration, limit)
		if e.time < 0 {
			at = min(at+d, limit)
			continue
		}
		if e.rate != 1<<16 && e.rate != 0 {
			warn.addf("track %d has an edit at rate %.2f; it is served at its own speed", t.media.ID, float64(int32(e.rate))/(1<<16))
		}
		if n := len(all) - 1; n >= 0 && all[n].begin+all[n].shown == at {
			gap := e.time - all[n].time - ticks(all[n].shown, movie, t.media.Timescale)
			if max(gap, -gap) <= ticks(1, movie, t.media.Timescale) {
				all[n].shown = min(all[n].shown+d, limit)
				at = min(at+d, limit)
				continue
			}
		}
		all = append(all, reel{at, d, e.time})
		at = min(at+d, limit)
	}
	if len(all) > 1 { // alone, 0 means all there is
		all = slices.DeleteFunc(all, func(r reel) bool { return r.shown == 0 })
	}
	return all
}

// follow works out the track's timing by its edit list: t.timing for what is shown first, and t.later for what comes after it.
func (t *track) follow(movie media.Timescale, fragmented bool, warn *warnings) {
	t.timing = timing{end: math.MaxInt64}
	all := t.reels(movie, warn)
	if len(all) == 0 {
		var delay uint64
		for _, e := range t.edits {
			delay = min(delay+min(e.duration, 1<<61), 1<<61)
		}
		t.timing.begin = ticks(delay, movie, t.media.Timescale)
		t.timing.shift = t.timing.begin
		return
	}
	if fragmented && len(all) > 1 {
		warn.addf("track %d has %d edits; in movie fragments only the first is followed", t.media.ID, len(t.edits))
		all = all[:1]
	}
	if len(all) > maxReels {
		warn.addf("track %d has %d edits; what is shown from %s on is left out", t.media.ID, len(t.edits), clock(ticks(all[maxReels].begin, movie, t.media.Timescale), t.media.Timescale))
		all = all[:maxReels]
	}
	for i, r := range all {
		x := timing{begin: ticks(r.begin, movie, t.media.Timescale), cut: r.time, end: math.MaxInt64}
		x.shift = x.begin - x.cut
		// In a fragmented file the duration is that of moov, which may have no samples at all.
		if r.shown > 0 && !fragmented && movie >= 100 || len(all) > 1 {
			x.end = x.begin + ticks(r.shown, movie, t.media.Timescale)
		}
		if i > 0 {
			t.later = append(t.later, x)
			continue
		}
		if t.media.Kind == media.Audio && x.cut <= media.Ticks(t.media.Timescale)*maxPriming {
			x.priming = x.cut
		}
		t.timing = x
	}
}

// ticks converts a duration of the movie to the track's timescale, small enough that sums of a few cannot overflow.
func ticks(n uint64, from, to media.Timescale) media.Ticks {
	if from == 0 {
		return 0
	}
	return min(media.Ticks(min(n, 1<<60)).In(from, to), 1<<58)
}
