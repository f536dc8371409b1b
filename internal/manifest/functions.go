package manifest

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

// markup is XML already: only functions of this package make it.
type markup string

// functions are what templates can call besides those of text/template; docs/looks.md lists them.
func functions() template.FuncMap {
	return template.FuncMap{
		"xml":           xml,
		"duration":      printed(appendDuration),
		"durationFixed": printed(appendDurationFixed),
		"durationShort": printed(appendDurationShort),
		"durationTenth": printed(appendDurationTenth),
		"durationClock": printed(appendDurationClock),
		"longest":       longest,
		"time":          printed(appendTimestamp),
		"timeMillis":    printed(appendTimestampMillis),
		"segments":      func(p mpd, r rep, form ...string) markup { return markup(appendSegments(nil, p, r, form...)) },
		"urls":          func(p mpd, r rep, form ...string) markup { return markup(appendURLs(nil, p, r, form...)) },
		"ranges":        func(r rep, form ...string) markup { return markup(appendRanges(nil, r, form...)) },
		"events":        func(s presentation.EventStream) markup { return markup(appendEvents(nil, &s)) },
		"number":        number,
		"last":          last,
		"endNumber":     endNumber,
		"by":            by,
		"is":            is,
		"pair":          func(p mpd, r rep) pair { return pair{p, r} },
		"fraction":      fraction,
		"add":           func(a, b int) int { return a + b },
	}
}

// pair is what a SegmentTemplate is made from.
type pair struct {
	Presentation   *presentation.Presentation
	Representation *presentation.Representation
}

// Media returns the URL template of media segments.
func (p pair) Media() string { return p.Presentation.MediaTemplate(p.Representation, "m4s") }

// MediaAs is Media with another extension than m4s.
func (p pair) MediaAs(extension string) string {
	return p.Presentation.MediaTemplate(p.Representation, extension)
}

// Init returns the URL template of the init segment.
func (p pair) Init() string { return p.Presentation.InitTemplate(p.Representation, "mp4") }

// InitAs is Init with another extension than mp4.
func (p pair) InitAs(extension string) string {
	return p.Presentation.InitTemplate(p.Representation, extension)
}

// number returns the number of the first segment of r that is announced.
func number(p *presentation.Presentation, r *presentation.Representation) int64 {
	first, _ := p.Window(r)
	return p.StartNumber + int64(first)
}

// last returns the number of the last segment of a static Presentation.
func last(p *presentation.Presentation, r *presentation.Representation) int64 {
	_, end := p.Window(r)
	return p.StartNumber + int64(end) - 1
}

// endNumber returns the number of the last segment where @duration alone would have players ask for one more (ISO/IEC 23009-1, 5.3.9.2.2), and of Periods of which there are several; else 0.
func endNumber(p *presentation.Presentation, r *presentation.Representation) int64 {
	switch {
	case r.EndNumber < 0 || r.SegmentDuration == 0:
		return 0
	case len(p.Periods) > 1:
		return r.EndNumber
	}
	_, n := p.Window(r)
	if media.TicksOf(p.Duration, r.Scale) > media.Ticks(n)*r.SegmentDuration {
		return last(p, r)
	}
	return 0
}

// is says whether k is called name: video, audio, text.
func is(k media.Kind, name string) bool { return k.String() == name }

// fraction prints a frame rate as "25/1", which is otherwise "25".
func fraction(rate string) string {
	if rate == "" || strings.Contains(rate, "/") {
		return rate
	}
	return rate + "/1"
}

// xml prints a value as character data or an attribute's value.
func xml(v any) markup {
	switch v := v.(type) {
	case markup:
		return v
	case string:
		return markup(escapeText(v))
	case int:
		return markup(strconv.Itoa(v))
	case int64:
		return markup(strconv.FormatInt(v, 10))
	case uint32:
		return markup(strconv.FormatUint(uint64(v), 10))
	}
	return markup(escapeText(fmt.Sprint(v)))
}

func escapeText(s string) string {
	if plain(s) {
		return s
	}
	return string(appendEscaped(make([]byte, 0, len(s)+16), s))
}

// plain says whether s is XML as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' {
			return false
		}
	}
	return true
}

func appendEscaped(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	for _, r := range s {
		switch r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case '\t', '\n', '\r':
			b = append(strconv.AppendInt(append(b, "&#"...), int64(r), 10), ';')
		default:
			if r < ' ' || r == 0xFFFE || r == 0xFFFF {
				r = 0xFFFD // not a character of XML 1.0
			}
			b = append(b, string(r)...)
		}
	}
	return b
}

// by says whether the Presentation is addressed in one of the named ways.
func by(p *presentation.Presentation, names ...string) bool {
	is := addressing(p.Addressing)
	for _, n := range names {
		if n == is {
			return true
		}
	}
	return false
}

func addressing(a presentation.Addressing) string {
	switch a {
	case presentation.Number:
		return "number"
	case presentation.Time:
		return "time"
	case presentation.NumberTimeline:
		return "number-timeline"
	case presentation.List:
		return "list"
	case presentation.Base:
		return "base"
	}
	return ""
}
