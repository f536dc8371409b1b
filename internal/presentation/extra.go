package presentation

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// ClockText is what generated subtitles show: once a second the time of day and the number of the segment. Format and language are those of the Representation's Track, which has no Samples.
type ClockText struct {
	Epoch time.Time     // when media time 0 was
	Shown time.Duration // how long a cue is shown, from its second's start on; a second at most
	Top   bool          // where: at the top or at the bottom of the picture
}

// Trick is what an AdaptationSet for fast forward says of itself (DASH-IF IOP 4.3, 3.2.9): none of its pictures depends on another.
type Trick struct {
	Of      int // ID of the AdaptationSet whose pictures it has
	MaxRate int // @maxPlayoutRate: how often as fast a decoder that can play that set can play this one
}

// clockScale is the timescale of generated text: milliseconds.
const clockScale media.Timescale = 1000

// extra adds to the content what is made of it, or of nothing: what was asked for besides what is stored.
func (c *content) extra(o *option.Set) {
	id := len(c.asset.Sets)
	if option.TrickMode.From(o) {
		if set, ok := c.trick(id + 1); ok {
			c.sets = append(c.sets, set)
			id++
		}
	}
	for _, t := range clockTracks(o) {
		id++
		c.sets = append(c.sets, c.clock(id, t, o))
	}
}

// clockTracks returns the generated subtitles that o asks for, each once.
func clockTracks(o *option.Set) []option.ClockTrack {
	tracks := slices.Clone(option.ClockText.From(o))
	add := func(format string, languages []string) {
		for _, l := range languages {
			same := func(t option.ClockTrack) bool { return t.Format == format && strings.EqualFold(t.Language, l) }
			if !slices.ContainsFunc(tracks, same) {
				tracks = append(tracks, option.ClockTrack{Format: format, Language: l})
			}
		}
	}
	add("wvtt", option.ClockTextWVTT.From(o))
	add("stpp", option.ClockTextSTPP.From(o))
	return tracks
}

// clock announces generated subtitles. When media time 0 was is filled in where that is known.
func (c *content) clock(id int, asked option.ClockTrack, o *option.Set) AdaptationSet {
	t := &asset.Track{Track: &index.Track{Track: media.Track{Kind: media.Text, Codec: media.WVTT, Timescale: clockScale, Language: asked.Language}}}
	if asked.Format == "stpp" {
		t.Codec, t.Config = media.STPP, []byte("http://www.w3.org/ns/ttml\x00\x00\x00")
	}
	for t.ID = "clock-" + asked.Format + "-" + asked.Language; c.find(t.ID) != nil; {
		t.ID += "-"
	}
	r := Representation{
		ID: t.ID, Codecs: codec.String(&t.Track.Track), Timescale: clockScale, Scale: clockScale, Track: t,
		Clock: &ClockText{Shown: time.Duration(option.ClockDuration.From(o)) * time.Millisecond, Top: option.ClockRegion.From(o) == "1"},
	}
	shortest := c.mean()
	if c.loop != nil {
		r.Segments = timeline.Text(&c.loop.Loop, clockScale, 0)
		for k := range r.Segments.Cycle() {
			shortest = min(shortest, r.Segments.Least(k).Duration(clockScale))
		}
	} else {
		var starts []media.Ticks
		for _, s := range c.cuts.Start {
			starts = append(starts, media.TicksOf(s, clockScale))
		}
		r.Segments = timeline.Timed(append(starts, media.TicksOf(c.asset.Duration, clockScale)), 0).In(clockScale)
	}
	r.Bandwidth = clockBandwidth(asked.Format, shortest)
	return AdaptationSet{
		ID: id, Kind: media.Text, MimeType: codec.MimeType(&t.Track.Track), Language: asked.Language, Label: "clock (" + asked.Format + ")", Roles: []string{"subtitle"}, SAP: 1,
		Representations: []Representation{r},
	}
}

// clockBandwidth returns a bound of the bits per second of generated text in segments that last at least so long: what a segment has anyway, and what each second adds, of which it may begin in one and end in
// another.
func clockBandwidth(format string, shortest time.Duration) uint32 {
	fixed, second := 130, 110 // bytes
	if format == "stpp" {
		fixed, second = 1000, 150
	}
	seconds := max(shortest.Seconds(), 0.1)
	return uint32(8 * (float64(fixed+2*second)/seconds + float64(second)))
}

// clocks tells generated text when media time 0 was.
func (p *Presentation) clocks() {
	if p.Live == nil {
		return
	}
	p.each(func(r *Representation) {
		if r.Clock != nil {
			r.Clock.Epoch = p.Live.Start
		}
	})
}

// later returns r as it is in a Period in which all of it comes so much later: what says what time it is says another.
func (r *Representation) later(lag time.Duration) {
	if r.Clock == nil || lag == 0 {
		return
	}
	clock := *r.Clock
	clock.Epoch = clock.Epoch.Add(lag)
	r.Clock, r.origin = &clock, nil
}

// trick announces the random access points of the video of the lowest bit rate. ok is false when there is no video.
func (c *content) trick(id int) (set AdaptationSet, ok bool) {
	i := slices.IndexFunc(c.sets, func(as AdaptationSet) bool { return as.Kind == media.Video })
	if i < 0 {
		return set, false
	}
	of := &c.sets[i]
	r := slices.MinFunc(of.Representations, func(x, y Representation) int { return cmp.Compare(x.Bandwidth, y.Bandwidth) })
	pictures, peak := c.cuts.Of(r.ID).KeyFrames()
	t := r.Track
	length := max(1, t.End-t.Start)
	set = *of
	of.Tricked = true
	set.Trick = &Trick{Of: of.ID, MaxRate: max(1, t.Count/max(1, pictures))}
	rate := media.Ratio(uint64(pictures)*uint64(t.Timescale), uint64(length))
	for r.ID += "-trick"; c.find(r.ID) != nil; {
		r.ID += "-"
	}
	r.KeyFrames, r.Bandwidth, r.FrameRate, r.MediaOffset, r.Lag, r.Leading = true, peak, rate.String(), 0, 0, false
	set.ID, set.SAP, set.MaxWidth, set.MaxHeight, set.MaxFrameRate = id, 1, r.Width, r.Height, r.FrameRate
	set.Representations = []Representation{r}
	return set, true
}
