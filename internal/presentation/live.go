package presentation

import (
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Dynamic is what a live Presentation has besides a static one. Media time counts from Start.
type Dynamic struct {
	Start  time.Time // MPD@availabilityStartTime
	Loop   *Loop
	Depth  time.Duration // MPD@timeShiftBufferDepth
	Leeway time.Duration // how long segments outlive the window
	Update time.Duration // MPD@minimumUpdatePeriod; negative: the attribute is absent
	Delay  time.Duration // MPD@suggestedPresentationDelay

	// The rest is At's.

	Now     time.Time // the instant
	Publish time.Time // MPD@publishTime: when what is announced last changed
	// First and End are the positions of the first segment that is announced, and of the one after the last.
	First, End int
}

// Loop is the loop that all of the Presentation's lists share.
type Loop struct{ *timeline.Loop }

// loopOf returns the Loop of an Asset: that of its reference, the first video Track, or, without video, the longest Track.
func loopOf(a *asset.Asset, cuts *asset.Cuts) *timeline.Loop {
	ref := a.Sets[0].Tracks[0]
	tc := cuts.Of(ref.ID)
	l := &timeline.Loop{Scale: ref.Timescale}
	if ref.Kind == media.Video {
		l.Length = ref.End - ref.Track.Start
		for i := range tc.Segments {
			l.Starts = append(l.Starts, tc.Segments[i].EPT-tc.Segments[0].EPT)
		}
		return l
	}
	l.Length = media.TicksOf(a.Duration, l.Scale)
	if ref.Frame > 0 {
		l.Length = l.Length / ref.Frame * ref.Frame
	}
	for _, s := range cuts.Start {
		l.Starts = append(l.Starts, media.TicksOf(s, l.Scale))
	}
	return l
}

// uniform returns the exact mean duration of segments as ticks of a scale, if every segment of the loop starts within half of it of its place (the ± 50 % rule).
func (l *Loop) uniform() (scale media.Timescale, d media.Ticks, why string) {
	n := int64(len(l.Starts))
	for i, s := range l.Starts {
		if off := int64(s)*n*2 - int64(i)*int64(l.Length)*2; off > int64(l.Length) || off < -int64(l.Length) {
			return 0, 0, "segment durations differ too much for @duration: segment " + itoa(i+1) + " of the loop starts at " + seconds(s.Duration(l.Scale))
		}
	}
	// length ÷ n ticks of the scale is length ÷ g ticks of scale × n ÷ g.
	g := gcd(int64(l.Length), n)
	if fine := int64(l.Scale) * (n / g); fine < 1<<32 {
		return media.Timescale(fine), l.Length / media.Ticks(g), ""
	}
	return 0, 0, "the segments' mean duration is no whole number of ticks of any timescale"
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// StartOf returns when the stream that o asks for began, as seen at now. It is the zero time for static modes.
func StartOf(mode Mode, o *option.Set, now time.Time) time.Time {
	if mode != Live {
		return time.Time{}
	}
	now = Now(o, now)
	start := option.Start.From(o)
	midnight := now.Truncate(24 * time.Hour)
	first := midnight
	switch start.Name {
	case "":
		return start.At
	case "epoch":
		return time.Unix(0, 0).UTC()
	case "now":
		return now.Truncate(time.Second).Add(-time.Minute)
	case "today":
		// In the first minute of a day there would be next to nothing to show.
		if now.Sub(midnight) < time.Minute {
			return midnight.AddDate(0, 0, -1)
		}
		return midnight
	case "month":
		first = midnight.AddDate(0, 0, 1-midnight.Day())
	case "year":
		first = time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if now.Sub(first) < 24*time.Hour {
		return first.AddDate(0, 0, -1)
	}
	return first
}

// Now returns the instant at which o wants to be answered: the time of day, unless the clock is frozen.
func Now(o *option.Set, now time.Time) time.Time {
	if frozen := option.Now.From(o); !frozen.At.IsZero() {
		return frozen.At
	}
	return now.UTC()
}

// Clock returns what the manifest's clock says at now: the frozen one, less the drift that was asked for.
func Clock(o *option.Set, now time.Time) time.Time {
	return Now(o, now).Add(-option.Drift.From(o).Duration)
}

// dynamic reads what does not change while time passes.
func dynamic(l *timeline.Loop, cuts *asset.Cuts, o *option.Set, start time.Time) *Dynamic {
	d := &Dynamic{Start: start, Loop: &Loop{l}, Leeway: option.Leeway.From(o).Duration}
	if d.Depth = option.Depth.From(o).Duration; d.Depth == 0 {
		d.Depth = time.Minute
	}
	mean := l.Length.Duration(l.Scale) / time.Duration(len(l.Starts))
	d.Update = option.Update.From(o).Or((2*mean + time.Second/2).Truncate(time.Second))
	if d.Update == 0 {
		d.Update = -1
	}
	d.Delay = option.PresentationDelay.From(o).Or(min(3*mean, 30*time.Second).Round(100 * time.Millisecond))
	return d
}

// At returns p as it is at now: the window, and when it last changed. Static Presentations are the same at any time.
func (p *Presentation) At(now time.Time) *Presentation {
	if p.Live == nil {
		return p
	}
	q, d := *p, *p.Live
	q.Live = &d
	d.Now = now
	elapsed := now.Sub(d.Start)
	d.Depth = min(d.Depth, max(0, elapsed.Truncate(time.Second)))
	d.End = max(0, d.Loop.At(ticksDown(elapsed, d.Loop.Scale)))
	d.First = max(0, d.Loop.At(ticksDown(elapsed-d.Depth, d.Loop.Scale)))
	d.First = min(d.First, d.End)
	d.Publish = d.Start
	if p.Addressing != Number && d.End > 0 {
		d.Publish = d.available(d.End - 1)
	}
	return &q
}

// ticksDown converts a duration to ticks, rounded down; -1 for anything negative.
func ticksDown(d time.Duration, s media.Timescale) media.Ticks {
	if d < 0 {
		return -1
	}
	t := media.TicksOf(d, s)
	if t.Duration(s) > d {
		t--
	}
	return t
}

// available returns when segment k is complete: its availability start time.
func (d *Dynamic) available(k int) time.Time {
	return d.Start.Add(d.Loop.Boundary(k + 1).Duration(d.Loop.Scale))
}

// Check says whether segment k may be served at now: errs.TooEarly before its availability start time, errs.Gone when it has left the window and the leeway has passed.
func (d *Dynamic) Check(k int, now time.Time) error {
	if k < 0 {
		return errs.Errorf(errs.NotFound, "the stream began with a later segment")
	}
	due := d.available(k)
	if early := due.Sub(now); early > 0 {
		return errs.Errorf(errs.TooEarly, "segment is available from %s on, in %.3f s", due.Format(time.RFC3339Nano), early.Seconds())
	}
	if late := now.Sub(due) - d.Depth - d.Leeway; late > 0 {
		return errs.Errorf(errs.Gone, "segment left the time shift buffer of %.3f s and the leeway of %.3f s passed %.3f s ago", d.Depth.Seconds(), d.Leeway.Seconds(), late.Seconds())
	}
	return nil
}
