package option

import (
	"fmt"
	"strings"
	"time"
)

// Periods is into how many Periods an hour of a live stream is divided.
var Periods = number(Info{
	Key: "periods", Group: "Periods", Title: "Periods per hour", Default: "0",
	Help: "Into how many Periods an hour of the live stream is divided. Each begins with the first segment at or after a multiple of 3600 s ÷ periods since the start; " +
		"where no segment begins in one, there is none. 0: a single Period without end.",
	Choices: []Choice{{"60", "one a minute"}, {"6", "one every ten minutes"}},
	Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23009-1, 5.3.2",
}, 0, 1200)

// Continuous is whether Periods that go on with the same media say so.
var Continuous = flag(Info{
	Key: "continuous", Group: "Periods", Title: "Continuous Periods",
	Help: "Whether the Periods that periods makes say that they go on without a break. They do so by a SupplementalProperty urn:mpeg:dash:period-continuity:2015 in every AdaptationSet. " +
		"Periods of programmes and around ads always say what is true of them.",
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.3.2.4",
}, false, "Periods that are continuous say so", "they do not")

// Ads is what interrupts a live stream.
var Ads = ads(Info{
	Key: "ads", Group: "Periods", Title: "Ad breaks",
	Help: "Interrupts a live stream. stream,every,for shows another stream, from its start, every so many seconds for so many (or for as long as it lasts), in a Period of its own. " +
		"What is interrupted goes on under it, as in broadcasts; ads begin and end where one of its segments does.",
	Choices: []Choice{{SomeStream + ",120,20", "20 s of that stream every two minutes"}},
	Modes:   []string{"live"}, Scope: Media, Clause: "ISO/IEC 23009-1, 5.3.2",
})

// Break is a value of Ads.
type Break struct {
	Stream string // "": none
	Every  time.Duration
	For    time.Duration // 0: as long as the stream lasts
}

func ads(info Info) *Option[Break] {
	info.Type = "text"
	info.Syntax = "stream,every or stream,every,for: the name of a stream, seconds from 1 to 86400, and fewer seconds"
	return declare(info, func(s string) (Break, error) {
		parts := strings.Split(s, ",")
		if len(parts) < 2 || len(parts) > 3 || parts[0] == "" {
			return Break{}, fmt.Errorf("not stream,every,for")
		}
		b := Break{Stream: parts[0]}
		var err error
		if b.Every, err = readSeconds(parts[1], time.Second, day); err != nil {
			return Break{}, fmt.Errorf("every: %w", err)
		}
		if len(parts) == 3 {
			if b.For, err = readSeconds(parts[2], 100*time.Millisecond, b.Every-time.Millisecond); err != nil {
				return Break{}, fmt.Errorf("for: %w", err)
			}
		}
		return b, line(s, 300, nil)
	}, func(b Break) string {
		if b.Stream == "" {
			return ""
		}
		text := b.Stream + "," + printSeconds(b.Every)
		if b.For > 0 {
			text += "," + printSeconds(b.For)
		}
		return text
	})
}

// Link is how Periods that are over are announced.
var Link = choice(Info{
	Key: "xlink", Group: "Periods", Title: "Remote Periods",
	Help: "Announces Periods that are over (and those of static manifests but the first) by reference. A Period element has an xlink:href, which gives the element itself. " +
		"What that names and has gone, gives one that is to be taken out (urn:mpeg:dash:resolve-to-zero:2013).",
	Choices: []Choice{{"none", "all Periods are in the manifest"}, {"onLoad", "to be resolved as soon as the manifest is loaded"}, {"onRequest", "to be resolved when they are wanted"}},
	Modes:   []string{"vod", "live", "odvod"}, Clause: "ISO/IEC 23009-1, 5.5",
})

// Period is the only one that is asked for.
var Period = text(Info{
	Key: "period", Group: "Periods", Title: "One Period", Syntax: "the id of a Period",
	Help:  "Gives, instead of a manifest, the Period element of that id. The references that xlink makes ask for it; in those the query of the manifest follows the id, escaped, behind an ampersand.",
	Modes: []string{"vod", "live", "odvod"}, Clause: "ISO/IEC 23009-1, 5.5.3",
}, 200, nil)
