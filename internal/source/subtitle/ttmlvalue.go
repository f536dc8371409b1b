package subtitle

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// ttmlStyle has the style properties (TTML2, 10.2) that WebVTT has a word for. Zero values are not specified.
type ttmlStyle struct {
	bold, italic, underline toggle
	colour                  string // a class, or "-" for one that has none
	place                   int    // keypad
}

// toggle is a property that is on, off, or not specified.
type toggle int8

const (
	on  toggle = 1
	off toggle = -1
)

func switched(b bool) toggle {
	if b {
		return on
	}
	return off
}

// set takes one attribute.
func (s *ttmlStyle) set(a xml.Attr) {
	if !strings.Contains(a.Name.Space, "styl") { // http://www.w3.org/ns/ttml#styling, …/2006/04/ttaf1#style-extension
		return
	}
	switch a.Name.Local {
	case "fontWeight":
		s.bold = switched(a.Value == "bold")
	case "fontStyle":
		s.italic = switched(a.Value == "italic" || a.Value == "oblique")
	case "textDecoration":
		for word := range strings.FieldsSeq(a.Value) {
			switch word {
			case "underline":
				s.underline = on
			case "none", "noUnderline":
				s.underline = off
			}
		}
	case "color":
		value := strings.ToLower(a.Value)
		if len(value) == 9 && value[0] == '#' { // with opacity
			value = value[:7]
		}
		if s.colour = namedColour(value); s.colour == "" {
			s.colour = "-"
		}
	case "displayAlign":
		switch a.Value {
		case "before":
			s.place = 8
		case "center":
			s.place = 5
		case "after":
			s.place = 2
		}
	}
}

// under returns s with what over specifies in its place.
func (s ttmlStyle) under(over ttmlStyle) ttmlStyle {
	if over.bold != 0 {
		s.bold = over.bold
	}
	if over.italic != 0 {
		s.italic = over.italic
	}
	if over.underline != 0 {
		s.underline = over.underline
	}
	if over.colour != "" {
		s.colour = over.colour
	}
	if over.place != 0 {
		s.place = over.place
	}
	return s
}

func (s ttmlStyle) style() style {
	return style{bold: s.bold == on, italic: s.italic == on, underline: s.underline == on, colour: strings.TrimPrefix(s.colour, "-")}
}

// ttmlRate is how a document counts time besides seconds.
type ttmlRate struct {
	frames  media.Rational // a second
	nominal uint64         // frames a second as specified, without the multiplier; 0 when they are not
	ticks   uint64         // a second as specified; 0 when they are not
}

// parameter takes an attribute of the root element: ttp:frameRate, ttp:frameRateMultiplier, ttp:tickRate.
func (r *ttmlRate) parameter(name, value string) {
	switch name {
	case "frameRate":
		if n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16); err == nil && n > 0 {
			r.frames = media.Ratio(n*uint64(r.frames.Num), uint64(r.frames.Den)*30)
			r.nominal = n
		}
	case "frameRateMultiplier":
		words := strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ':' })
		if len(words) == 2 {
			num, err1 := strconv.ParseUint(words[0], 10, 16)
			den, err2 := strconv.ParseUint(words[1], 10, 16)
			if err1 == nil && err2 == nil && num > 0 && den > 0 {
				r.frames = media.Ratio(num*uint64(r.frames.Num), den*uint64(r.frames.Den))
			}
		}
	case "tickRate":
		if n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil && n > 0 {
			r.ticks = n
		}
	}
}

// tickRate is as TTML2, 7.2.14, has it: the nominal frame rate where no tick rate is specified, 1 where neither is.
func (r *ttmlRate) tickRate() float64 {
	switch {
	case r.ticks > 0:
		return float64(r.ticks)
	case r.nominal > 0:
		return float64(r.nominal)
	}
	return 1
}

// time reads a time expression (TTML2, 12.3.1) in milliseconds: "00:01:02.345", "00:01:02:12" with frames, "62.345s", "1500ms", "100f", "90000t".
func (r *ttmlRate) time(s string) (media.Ticks, bool) {
	s = strings.TrimSpace(s)
	if strings.Count(s, ":") >= 2 {
		return r.clockTime(s)
	}
	number := strings.TrimRight(s, "hmsft")
	if number == "" || strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, false
	}
	switch s[len(number):] {
	case "h":
		n *= 3600e3
	case "m":
		n *= 60e3
	case "s":
		n *= 1e3
	case "ms":
	case "f":
		n *= 1e3 / r.frames.Float()
	case "t":
		n *= 1e3 / r.tickRate()
	default:
		return 0, false
	}
	return milliseconds(n)
}

func (r *ttmlRate) clockTime(s string) (media.Ticks, bool) {
	if strings.Count(s, ":") == 2 {
		return clock(s)
	}
	i := strings.LastIndexByte(s, ':')
	t, ok := clock(s[:i])
	frames, _, _ := strings.Cut(s[i+1:], ".") // sub-frames are dropped
	n, ok2 := digits(frames)
	if !ok || !ok2 {
		return 0, false
	}
	ms, ok := milliseconds(float64(n) * 1e3 / r.frames.Float())
	return t + ms, ok
}

func milliseconds(n float64) (media.Ticks, bool) {
	if !(n >= 0 && n < maxHours*3600e3) {
		return 0, false
	}
	return media.Ticks(math.Round(n)), true
}
