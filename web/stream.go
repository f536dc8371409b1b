package web

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// File is one file that a Stream is made of. Path is relative to the folder
// that is served.
type File struct {
	Path  string
	Bytes int64
}

// Representation is a Track with what its samples say. Set counts the sets of
// those between which a player may switch, from 1. Average and Peak are in
// bit/s, Start, Duration and Longest in seconds.
type Representation struct {
	Track
	Set, Samples, Cues, Syncs, Segments int
	Timescale, Average, Peak            int
	Bytes                               uint64
	Start, Duration, Longest            float64
	Reorders                            bool
	Scheme, KID                         string
}

// StreamPage is the page of one stream. NewStreamPage fills in everything but
// Version, Assets, Origin and News.
type StreamPage struct {
	Version string
	Assets  Assets
	Origin  string // "http://127.0.0.1:8080"
	News    string // what /api/v1/events/streams says while the stream is as it is here

	Stream          Stream
	Representations []Representation
	Ways            []Way
	Looks           []LookLinks
	Rows            *Rows // nil where there are none to be seen
}

// Way is a mode in which a stream is served: with its manifest, and the pages
// that play and change it.
type Way struct{ Key, Title, Help, URL, Play, Build string }

// LookLinks is a Look with the URLs of its manifests.
type LookLinks struct {
	Look
	Ways []Way
}

// Rows is a page of a table about one Representation. What is one of
// RowKinds.
type Rows struct {
	What, Track    string
	From           float64 // seconds: of the first row
	Columns        []Column
	Cells          [][]string
	Total          int
	Previous, Next *float64 // From of the pages beside this one
	Tracks         []string // to choose from
}

// Column is the heading of a column. End says that numbers stand in it.
type Column struct {
	Title, Help string
	End         bool
}

// RowKind is something of which a Representation has many.
type RowKind struct{ Key, Title, One string }

// RowKinds lists what a table can show.
func RowKinds() []RowKind {
	return []RowKind{{"segments", "Segments", "segment"}, {"gops", "Groups of pictures", "group of pictures"}, {"frames", "Frames", "frame"}}
}

// Kinds lists what a table can show, for the form.
func (Rows) Kinds() []RowKind { return RowKinds() }

// Title says what the rows are.
func (r Rows) Title() string {
	for _, k := range RowKinds() {
		if k.Key == r.What {
			return k.Title
		}
	}
	return ""
}

// Count says how many there are in all.
func (r Rows) Count() string {
	switch {
	case r.What == "gops" && r.Total != 1:
		return number(r.Total) + " groups of pictures"
	case r.What == "gops":
		return "1 group of pictures"
	}
	return plural(r.Total, strings.TrimSuffix(r.What, "s"))
}

// URL returns the address of the page of the table that begins at a time.
func (r Rows) URL(from float64) string {
	values := url.Values{"show": {r.What}, "track": {r.Track}}
	if from > 0 {
		values.Set("from", strconv.FormatFloat(from, 'f', -1, 64))
	}
	return "?" + values.Encode() + "#rows"
}

// ChooseRows reads of a page's query what its table shows: of which track, from
// when on. What is unknown or damaged falls back to the first.
func ChooseRows(query url.Values, tracks []Track) (what, track string, from float64) {
	kinds := RowKinds()
	what = query.Get("show")
	if !slices.ContainsFunc(kinds, func(k RowKind) bool { return k.Key == what }) {
		what = kinds[0].Key
	}
	track = query.Get("track")
	if !slices.ContainsFunc(tracks, func(t Track) bool { return t.ID == track }) {
		track = ""
		if len(tracks) > 0 {
			track = tracks[0].ID
		}
	}
	from, err := strconv.ParseFloat(query.Get("from"), 64)
	if err != nil || math.IsNaN(from) || math.IsInf(from, 0) || from < 0 {
		from = 0
	}
	return what, track, from
}

// NewSet says whether Representation i is the first of a set: a player may not
// switch to it from the one before.
func (p StreamPage) NewSet(i int) bool {
	return i > 0 && p.Representations[i].Set != p.Representations[i-1].Set
}

// Size is Bytes, of which no file has fewer than none.
func (f File) Size() uint64 { return uint64(max(0, f.Bytes)) }

// NewStreamPage puts together what there is to say of a stream. Looks that
// cannot be used are left out.
func NewStreamPage(s Stream, representations []Representation, looks []Look, rows *Rows) StreamPage {
	p := StreamPage{Stream: s, Representations: representations, Rows: rows}
	if s.Error != "" {
		return p
	}
	name := url.PathEscape(s.Name)
	way := func(mode, look string) Way {
		query := url.Values{"mode": {mode}}
		if look != standardLook {
			query.Set("look", look)
		}
		manifest := "/dash/" + mode + "/" + name + "/" + look
		return Way{
			Key: mode, Title: modeTitle(mode), Help: modeHelp(mode), URL: manifest, Play: "/play?" + url.Values{"url": {manifest}}.Encode(), Build: "/build/" + name + "?" + query.Encode(),
		}
	}
	for _, l := range looks {
		if l.Error != "" {
			continue
		}
		links := LookLinks{Look: l}
		for _, m := range l.Modes {
			links.Ways = append(links.Ways, way(m, l.Name))
		}
		slices.SortFunc(links.Ways, func(a, b Way) int { return modeRank(a.Key) - modeRank(b.Key) })
		if l.Name == standardLook {
			p.Ways = links.Ways
			continue
		}
		p.Looks = append(p.Looks, links)
	}
	return p
}

// size writes bytes in the unit that people read: "82 kB", "1.4 GB".
func size(bytes uint64) string {
	const step = 1000
	if bytes < step {
		return fmt.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes)/step, 0
	units := []string{"kB", "MB", "GB", "TB", "PB", "EB"}
	for value >= 999.5 && unit < len(units)-1 {
		value /= step
		unit++
	}
	if value < 9.95 {
		return strconv.FormatFloat(value, 'f', 1, 64) + " " + units[unit]
	}
	return strconv.FormatFloat(value, 'f', 0, 64) + " " + units[unit]
}

// moment writes a time of a presentation to the millisecond: "0:04.000",
// "1:02:03.400".
func moment(seconds float64) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	ms := int64(math.Round(seconds * 1000))
	h, m, s := ms/3600_000, ms/60_000%60, ms/1000%60
	if h > 0 {
		return fmt.Sprintf("%s%d:%02d:%02d.%03d", sign, h, m, s, ms%1000)
	}
	return fmt.Sprintf("%s%d:%02d.%03d", sign, m, s, ms%1000)
}

// lasting writes how long something lasts: "4.000 s".
func lasting(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) + " s" }
