package presentation

import (
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// queries says what URLs of init and media segments carry: the options that they depend on, and the version of what is stored, so that the same URL is the same bytes for ever. A named start
// is written as the time that it was, unless the path of the URL says it for good.
func (p *Presentation) queries(o *option.Set) {
	place := map[string]string{"v": p.versions}
	if d := p.Live; d != nil {
		name := option.Start.From(o).Name
		if fixed := name == "" || name == "epoch"; !fixed || !option.Start.Known(o) {
			place["start"] = d.Start.Format(time.RFC3339Nano)
		}
	}
	scopes := map[media.Kind]option.Scope{media.Video: option.Video, media.Audio: option.Audio, media.Text: option.Text, media.Image: option.Image}
	initial := map[media.Kind]string{}
	if s, ok := p.schedule.(*split); ok && s.apart && !option.Periods.Known(o) {
		place["periods"] = option.Periods.Text(s.PerHour) // init segments are of a Period
	}
	for kind, scope := range scopes {
		initial[kind] = o.Query(option.Init|scope, place)
	}
	delete(place, "periods")
	if d := p.Live; d != nil && option.Depth.Given(o) && !option.Depth.Known(o) {
		place["depth"] = option.Depth.Text(option.Seconds{Given: true, Duration: d.Depth})
	}
	segments := map[media.Kind]string{}
	for kind, scope := range scopes {
		if delete(place, "timeline"); p.Live != nil && p.Addressing == Time || p.Live == nil && kind != media.Image {
			place["timeline"] = "" // the path says it, or it makes no difference
		}
		if place["mpd"] = ""; kind == media.Video || kind == media.Audio {
			place["mpd"] = p.told
		}
		segments[kind] = o.Query(scope, place)
	}
	p.each(func(r *Representation) { r.InitQuery, r.Query = initial[r.Track.Kind], segments[r.Track.Kind] })
	p.demand(option.Demanded(o))
}

// demand has all video say which parameters its segments are asked for with.
func (p *Presentation) demand(x *option.Demand) {
	for i := range p.Periods {
		for j := range p.Periods[i].AdaptationSets {
			if set := &p.Periods[i].AdaptationSets[j]; set.Kind == media.Video {
				set.Parameters = x
			}
		}
	}
}

// Timed returns o for a request of a segment by its time: manifests that lead to it have a SegmentTimeline, whether it was asked for or not.
func Timed(o *option.Set) *option.Set {
	if option.Timeline.From(o) == "1" {
		return o
	}
	return option.Timeline.In(o, "1")
}

// Bare takes the queries off all URLs, and has all looks name files alike: .m4s and .mp4.
func (p *Presentation) Bare() {
	p.alike = true
	p.each(func(r *Representation) { r.InitQuery, r.Query = "", "" })
}

// reload returns the query of a manifest that was asked for with a start or an end that count from the moment of the request: with the instants that those were it stays the same
// stream. Otherwise it is "".
func reload(o *option.Set, d *Dynamic) string {
	start := option.Start.From(o).Name == "now" || option.StartOffset.Given(o)
	if !start && !option.StopOffset.Given(o) {
		return ""
	}
	place := map[string]string{"startrel": "", "stoprel": "", "start": d.Start.Format(time.RFC3339Nano)}
	if !d.Stop.IsZero() {
		place["stop"] = d.Stop.Format(time.RFC3339Nano)
	}
	return o.Query(option.Manifest, place)
}

// Location returns where a manifest is to be loaded from again, when that is not where it came from: a start or an end that count from the moment of the request must not move. It
// is "" otherwise, and when nobody knows where the manifest came from.
func (p *Presentation) Location() string {
	if p.Live == nil || p.Live.reload == "" || p.Path == "" {
		return ""
	}
	path, _, _ := strings.Cut(p.Path, "?")
	return p.Origin + path + p.Live.reload
}

// Prefix is what stands before the paths of init and media segments: "", or the folder of the manifest where URLs are paths from the server's root.
func (p *Presentation) Prefix() string {
	if !p.Rooted {
		return ""
	}
	path, _, _ := strings.Cut(p.Path, "?")
	return path[:strings.LastIndexByte(path, '/')+1]
}
