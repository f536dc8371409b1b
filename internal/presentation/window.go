package presentation

import (
	"slices"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// At returns p as it is at now: the window, and when it last changed. A live stream that has ended by then is static. Static Presentations are the same at any time.
func (p *Presentation) At(now time.Time) *Presentation {
	if p.Live == nil {
		return p
	}
	q, d := *p, *p.Live
	q.Live = &d
	d.Now = now
	if d.ended(now) {
		q.end()
		q.announce()
		return &q
	}
	q.publish()
	if q.schedule != nil {
		q.arrange()
	}
	q.announce()
	return &q
}

// ended says whether the stream has an end and that is over at now.
func (d *Dynamic) ended(now time.Time) bool { return !d.Stop.IsZero() && !now.Before(d.Stop) }

// end makes p, which is a copy, static: what is live until then stays as it is, from the start on.
func (p *Presentation) end() {
	d := p.Live
	d.Publish, d.Until = millisecond(d.Stop), time.Time{}
	p.Live, p.Ended, p.Duration = nil, d, d.Length
	if p.schedule != nil {
		p.gather(0, d.Length-1)
		p.link(d.Length)
		return
	}
	p.Periods = slices.Clone(p.Periods)
	e := &p.Periods[0]
	e.Duration, e.AdaptationSets, e.Images = d.Length, slices.Clone(e.AdaptationSets), slices.Clone(e.Images)
	for _, sets := range [][]AdaptationSet{e.AdaptationSets, e.Images} {
		for i := range sets {
			sets[i].Representations = slices.Clone(sets[i].Representations)
		}
	}
	p.each(func(r *Representation) { r.EndNumber = p.StartNumber + int64(d.last(r)) - 1 })
}

// wholeLimit is up to how many segments of an ended stream are all listed in a SegmentTimeline; of a longer one those are that were in the window when it ended. All can be fetched.
const wholeLimit = 1 << 16

// Window returns the positions of the first segment of r that is announced, and of the one after the last.
func (p *Presentation) Window(r *Representation) (first, end int) {
	if d := p.Ended; d != nil {
		if first, end = r.Segments.Bounds(); end > d.last(r) {
			end = d.last(r)
		}
		if end-first > wholeLimit {
			first = max(first, r.Segments.Running(d.Length-d.Depth))
		}
		return first, end
	}
	d := p.Live
	if d == nil {
		return r.Segments.Bounds()
	}
	at := d.Now
	if p.Addressing != Number {
		at = d.Publish
	}
	elapsed := at.Sub(d.Start)
	end = d.edge(r, elapsed)
	if !d.Stop.IsZero() {
		end = min(end, d.last(r))
	}
	from, to := r.Segments.Bounds()
	end = min(max(end, from), to)
	return min(end, max(from, r.Segments.Running(elapsed-d.Depth))), end
}

// mostNumber is the largest number that a manifest may write (xs:unsignedInt).
const mostNumber = 1<<32 - 1

// Countable says whether p, which At returned, announces numbers that can be written: errs.Invalid when it does not.
func (p *Presentation) Countable() error {
	if p.Addressing != Number && p.Addressing != NumberTimeline && p.Addressing != List {
		return nil
	}
	most := int64(0)
	p.each(func(r *Representation) {
		first, end := p.Window(r)
		most = max(most, r.StartNumber, r.EndNumber)
		if end > first && (p.Live != nil || p.Ended != nil || r.Image == nil) {
			most = max(most, p.StartNumber+int64(end)-1)
		}
	})
	if most > mostNumber {
		return errs.Errorf(errs.Invalid, "option startnr: %d: segments have numbers up to %d, and a manifest can have numbers up to %d; use a smaller startnr, a later start, longer segments, or timeline=1", p.StartNumber, most, mostNumber)
	}
	return nil
}

// last returns the position after r's last segment of a stream that has an end: the first that starts when the stream is over.
func (d *Dynamic) last(r *Representation) int {
	return r.Segments.Running(d.Length-time.Microsecond) + 1
}

// AvailabilityTimeOffset returns @availabilityTimeOffset as it is written: seconds, INF, or "" when there is none.
func (d *Dynamic) AvailabilityTimeOffset() string {
	switch d.Offset {
	case 0:
		return ""
	case option.Forever:
		return "INF"
	}
	return strconv.FormatFloat(d.Offset.Seconds(), 'f', -1, 64)
}

// WindowError says that a segment is not available at an instant: errs.TooEarly or errs.Gone.
type WindowError struct {
	err error
	// Until is how long it is until the segment is available. It is negative when the segment has gone: since when.
	Until time.Duration
	// Code is the HTTP status that was asked for.
	Code int
}

// Error returns the sentence.
func (e *WindowError) Error() string { return e.err.Error() }

// Unwrap returns the error that has the kind.
func (e *WindowError) Unwrap() error { return e.err }

// Status returns the HTTP status.
func (e *WindowError) Status() int { return e.Code }

// Seconds returns a duration as it is said to whom it matters that it is over: in seconds to the millisecond, rounded away from 0.
func Seconds(d time.Duration) string {
	away := time.Millisecond - 1
	if d < 0 {
		away = -away
	}
	return strconv.FormatFloat((d + away).Truncate(time.Millisecond).Seconds(), 'f', 3, 64)
}

// Check says whether segment k of r may be served at now. It may not before its availability start time, which is when it is complete, less the offset, nor when it has left the window and the
// leeway has passed: the error is a *WindowError then. A stream that has ended keeps its segments, and has none after them.
func (d *Dynamic) Check(r *Representation, k int, now time.Time) error {
	if k < 0 {
		return errs.Errorf(errs.NotFound, "the stream began with a later segment")
	}
	if !d.Stop.IsZero() {
		if k >= d.last(r) {
			return errs.Errorf(errs.NotFound, "there is no such segment: the stream ends at %s, and is %.3f s long", d.Stop.Format(time.RFC3339Nano), d.Length.Seconds())
		}
		if d.ended(now) {
			return nil
		}
	}
	complete := d.Start.Add(r.Segments.Complete(k))
	if d.Offset != option.Forever || r.Chunks != nil {
		due := d.Start.Add(d.available(r, k))
		if early := due.Sub(now); early > 0 {
			err := errs.Errorf(errs.TooEarly, "segment is available from %s on, in %s s", due.Format(time.RFC3339Nano), Seconds(early))
			return &WindowError{err, early, d.Early}
		}
	}
	// Its availability ends when as much time as it lasts, and the buffer's depth, have passed (ISO/IEC 23009-1, 5.3.9.5.3), however short the leeway. A list of segments is as it was when the last
	// one came, which may be as long ago as any lasts.
	leeway := max(d.Leeway, d.longest, r.Segments.Duration(k).Duration(r.Timescale))
	if late := now.Sub(complete) - d.Depth - leeway; late > 0 {
		err := errs.Errorf(errs.Gone, "segment left the time shift buffer of %.3f s and the leeway of %.3f s passed %s s ago", d.Depth.Seconds(), leeway.Seconds(), Seconds(late))
		return &WindowError{err, -late, d.Gone}
	}
	return nil
}
