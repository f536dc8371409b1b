package subtitle

import (
	"strconv"
	"strings"
)

// maxTag is how long "<font …>" may be: longer is no tag but text.
const maxTag = 256

// SRTText returns one SubRip cue's body as WebVTT cue text and cue settings ("line:0 align:left"). Kept are <b>, <i>, <u> (with
// their brace forms {b}, {\b1}), <font color> where the colour is one of WebVTT's, <br>, character references, and the anchor {\an8}.
// Other tags are dropped; a stray "<" or "&" is text. The text is "" when nothing in it is visible.
func SRTText(s string) (text, settings string) {
	var p srtParser
	p.out.b.Grow(len(s))
	for s = clean(s); s != ""; {
		n := strings.IndexAny(s, "<{&")
		if n < 0 {
			n = len(s)
		}
		p.out.text(s[:n])
		if s = s[n:]; s == "" {
			break
		}
		if used := p.markup(s); used > 0 {
			s = s[used:]
			continue
		}
		p.out.text(s[:1])
		s = s[1:]
	}
	return p.out.String(), anchor(p.place)
}

type srtParser struct {
	out                     cueText
	bold, italic, underline int // how deep
	fonts                   []string
	place                   int
}

// markup handles a tag, an override block or a character reference at the start of s and returns its length, 0 when it is none of them.
func (p *srtParser) markup(s string) int {
	switch s[0] {
	case '&':
		u, n := entity(s)
		p.out.text(u)
		return n
	case '{':
		return p.brace(s)
	}
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "<>\n") + 1
	if end < 2 || s[end] != '>' {
		return 0
	}
	name := strings.TrimPrefix(s[1:end], "/")
	closing := len(name) < end-1
	var attributes string
	if i := strings.IndexAny(name, " \t/"); i >= 0 {
		name, attributes = name[:i], name[i:]
	}
	if !isTagName(name) {
		return 0
	}
	p.tag(strings.ToLower(name), attributes, closing)
	return end + 1
}

// isTagName says whether s is a letter followed by letters and digits, as in "h1", or with a class as in "c.yellow".
func isTagName(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}

func (p *srtParser) tag(name, attributes string, closing bool) {
	switch name {
	case "b", "strong":
		p.bold = nest(p.bold, closing)
	case "i", "em":
		p.italic = nest(p.italic, closing)
	case "u":
		p.underline = nest(p.underline, closing)
	case "br":
		p.out.newline()
	case "font":
		if !closing {
			p.fonts = append(p.fonts, fontColour(attributes))
		} else if len(p.fonts) > 0 {
			p.fonts = p.fonts[:len(p.fonts)-1]
		}
	}
	p.out.want = style{bold: p.bold > 0, italic: p.italic > 0, underline: p.underline > 0}
	if n := len(p.fonts); n > 0 {
		p.out.want.colour = p.fonts[n-1]
	}
}

func nest(depth int, closing bool) int {
	if !closing {
		return depth + 1
	}
	return max(depth-1, 0)
}

// brace handles {\an8}, {\i1} and the old {i}, {/i}. Other text in braces is text.
func (p *srtParser) brace(s string) int {
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "{}\n") + 1
	if end < 2 || s[end] != '}' {
		return 0
	}
	block := s[1:end]
	switch strings.ToLower(block) {
	case "b", "i", "u":
		p.tag(strings.ToLower(block), "", false)
		return end + 1
	case "/b", "/i", "/u":
		p.tag(strings.ToLower(block[1:]), "", true)
		return end + 1
	}
	if block[0] != '\\' {
		return 0
	}
	for name, arg := range overrides(block) {
		switch name {
		case "an", "a":
			if p.place == 0 {
				p.place = place(name, arg)
			}
		case "b", "i", "u":
			p.tag(name, "", arg == "0" || arg == "")
		}
	}
	return end + 1
}

// fontColour finds color="#ffff00" or color=yellow among a font tag's attributes and returns the class for it.
func fontColour(attributes string) string {
	_, value, ok := strings.Cut(strings.ToLower(attributes), "color=")
	if !ok {
		return ""
	}
	value = strings.TrimLeft(value, `"'`)
	if i := strings.IndexAny(value, "\"' \t/>"); i >= 0 {
		value = value[:i]
	}
	return namedColour(value)
}

// namedColour returns the class for an HTML colour: a name or #rrggbb.
func namedColour(value string) string {
	switch value {
	case "lime", "cyan", "red", "yellow", "magenta", "blue":
		return value
	case "aqua":
		return "cyan"
	case "fuchsia":
		return "magenta"
	}
	hex := strings.TrimPrefix(value, "#")
	rgb, err := strconv.ParseUint(hex, 16, 64)
	if err != nil || len(hex) != 6 {
		return ""
	}
	return colourClass(rgb)
}
