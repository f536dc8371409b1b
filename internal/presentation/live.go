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
	Start  time.Time     // MPD@availabilityStartTime
	Depth  time.Duration // MPD@timeShiftBufferDepth
	Leeway time.Duration // how long segments outlive the window; at least as long as the longest of them lasts
	Update time.Duration // MPD@minimumUpdatePeriod; negative: the attribute is absent
	Delay  time.Duration // MPD@suggestedPresentationDelay
	Offset time.Duration // @availabilityTimeOffset; option.Forever: without end
	Timing []Timing      // where to learn the time, in order of preference
	// Stop is when the stream ends; the zero time: never. Length is how long it is then: to the end of the last segment of the loop's that is complete by Stop.
	Stop   time.Time
	Length time.Duration
	// Early and Gone are the statuses of segments outside of the window.
	Early, Gone int
	// hold says that a request for the next segment waits for it.
	hold bool
	// reload is the query of the manifest with which it is the same stream at any time; "" when the one that it was asked with does.
	reload  string
	updates updates

	listed  int           // segments in the window, about
	longest time.Duration // Presentation.MaxSegment

	// The rest is At's.

	Now     time.Time // the instant
	Publish time.Time // MPD@publishTime: when what is announced last changed
	Until   time.Time // when it changes next; the zero time: never
}

// loop is a Loop, and which of the Asset's presentation times is its start.
type loop struct {
	timeline.Loop
	base time.Duration
}

// loopOf returns the loop of an Asset: that of its reference, the first video Track, or, without video, the first Track.
func loopOf(a *asset.Asset, cuts *asset.Cuts) *loop {
	ref := a.Sets[0].Tracks[0]
	tc := cuts.Of(ref.ID)
	l := &loop{Loop: timeline.Loop{Scale: ref.Timescale}}
	if ref.Kind == media.Video {
		l.Length = ref.End - ref.Track.Start
		for i := range tc.Segments {
			l.Starts = append(l.Starts, tc.Segments[i].EPT-tc.Segments[0].EPT)
		}
		l.base = ref.PresentationTime(tc.Segments[0].EPT)
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

// Resolve returns o less what has no effect in the mode, and with what it counts from the moment of the request as the instant that that is at now.
func Resolve(mode Mode, o *option.Set, now time.Time) *option.Set {
	o = o.Only(string(mode))
	if mode != Live || o == nil {
		return o
	}
	now = Now(o, now)
	if from := option.StartOffset.From(o); from.Given && !option.Start.Given(o) {
		o = option.Start.In(o, instant(now.Add(from.Duration)))
	}
	if from := option.StopOffset.From(o); from.Given && !option.Stop.Given(o) {
		o = option.Stop.In(o, instant(now.Add(from.Duration)))
	}
	return o
}

// instant is at as it can be written: whole milliseconds since 1970.
func instant(at time.Time) option.Instant {
	return option.Instant{At: time.UnixMilli(max(0, at.UnixMilli())).UTC()}
}

// StartOf returns when the stream that o, which Resolve returned, asks for began, as seen at now. It is the zero time for static modes.
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
		return instant(start.At).At
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

// dynamic reads what does not change while time passes; mean is how long segments are on average.
func dynamic(mean time.Duration, o *option.Set, start time.Time) *Dynamic {
	d := &Dynamic{Start: start, Leeway: option.Leeway.From(o).Duration}
	if d.Depth = option.Depth.From(o).Duration; d.Depth == 0 {
		d.Depth = time.Minute
	}
	d.Update = option.Update.From(o).Or((2*mean + time.Second/2).Truncate(time.Second))
	if d.Update == 0 {
		d.Update = -1
	}
	d.Delay = option.PresentationDelay.From(o).Or(min(3*mean, 30*time.Second).Round(100 * time.Millisecond))
	d.Offset = option.AvailabilityOffset.From(o)
	d.Early, d.Gone = int(option.Early.From(o)), int(option.Gone.From(o))
	d.Timing = timings(o)
	if stop := option.Stop.From(o); !stop.At.IsZero() {
		d.Stop = instant(stop.At).At
	}
	d.listed = int(d.Depth / max(mean, time.Millisecond))
	d.reload = reload(o, d)
	return d
}

// maxListed is how many segments of a Representation a manifest lists at most: a week of 2 s, or thirty megabytes.
const maxListed = 302_400

// possible says what in a live stream cannot be.
func (d *Dynamic) possible(by Addressing) error {
	switch {
	case d.Offset == option.Forever && by != Number:
		return errs.Errorf(errs.Invalid, "option ato: inf: a SegmentTimeline cannot list all of the future; use timeline=0, with a stream whose segments are of much the same duration")
	case by != Number && d.listed > maxListed:
		return errs.Errorf(errs.Invalid, "option depth: %.0f s: that is %d segments, and a SegmentTimeline lists at most %d; use a smaller depth, or timeline=0 with a stream whose segments are of much the same duration",
			d.Depth.Seconds(), d.listed, maxListed)
	case !d.Stop.IsZero() && d.Length == 0:
		return errs.Errorf(errs.Invalid, "option stop: %s: no segment is complete by then of a stream that starts at %s", d.Stop.Format(time.RFC3339Nano), d.Start.Format(time.RFC3339Nano))
	}
	return nil
}
