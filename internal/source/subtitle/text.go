package subtitle

import (
	"html"
	"strings"
	"unicode/utf8"
)

// style is how a run of text looks, as far as WebVTT has a word for it.
type style struct {
	bold, italic, underline bool
	colour                  string // a class of WebVTT's default style sheet (5.1): "yellow"; "" for the default, white
}

// tags lists the WebVTT tags of a style, outermost first.
func (s style) tags(dst []string) []string {
	if s.colour != "" {
		dst = append(dst, "c."+s.colour)
	}
	if s.bold {
		dst = append(dst, "b")
	}
	if s.italic {
		dst = append(dst, "i")
	}
	if s.underline {
		dst = append(dst, "u")
	}
	return dst
}

// cueText writes WebVTT cue text (WebVTT, 4.2.2). Tags are written when text follows them, so that they are always closed, well nested
// and never empty; empty lines, which would end a cue, are left out.
type cueText struct {
	b       strings.Builder
	want    style
	open    []string     // tags; at most one for each field of style
	visible bool         // something else than space has been written
	breaks  bool         // a line break is due before the next text
	gap     bool         // a space is
	buf     [2][4]string // holds open, and what it is compared with
}

// text writes characters, escaped, in the wanted style.
func (c *cueText) text(s string) {
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		if line != "" {
			c.run(line)
		}
		if more {
			c.newline()
		}
		s = rest
	}
}

func (c *cueText) newline() { c.breaks = c.visible }

// space writes a space, outside of tags where it can, if text follows on the same line.
func (c *cueText) space() { c.gap = c.visible }

func (c *cueText) run(s string) {
	if strings.Trim(s, " \t\u00a0") == "" {
		if !c.visible || c.breaks {
			return
		}
	} else {
		c.visible = true
	}
	c.sync()
	for s != "" {
		n := strings.IndexAny(s, "&<>")
		if n < 0 {
			c.b.WriteString(s)
			return
		}
		c.b.WriteString(s[:n])
		switch s[n] {
		case '&':
			c.b.WriteString("&amp;")
		case '<':
			c.b.WriteString("&lt;")
		case '>':
			c.b.WriteString("&gt;")
		}
		s = s[n+1:]
	}
}

// sync closes and opens tags until those of the wanted style are open; a line break or a space that is due comes in between.
func (c *cueText) sync() {
	if c.open == nil {
		c.open = c.buf[0][:0]
	}
	want := c.want.tags(c.buf[1][:0])
	same := 0
	for same < len(c.open) && same < len(want) && c.open[same] == want[same] {
		same++
	}
	c.close(same)
	switch {
	case c.breaks:
		c.b.WriteByte('\n')
	case c.gap:
		c.b.WriteByte(' ')
	}
	c.breaks, c.gap = false, false
	for _, t := range want[same:] {
		c.b.WriteByte('<')
		c.b.WriteString(t)
		c.b.WriteByte('>')
		c.open = append(c.open, t)
	}
}

func (c *cueText) close(keep int) {
	for i := len(c.open) - 1; i >= keep; i-- {
		name, _, _ := strings.Cut(c.open[i], ".")
		c.b.WriteString("</")
		c.b.WriteString(name)
		c.b.WriteByte('>')
	}
	c.open = c.open[:keep]
}

// String ends the text: every tag is closed. It is "" when nothing visible was written.
func (c *cueText) String() string {
	if !c.visible {
		return ""
	}
	c.close(0)
	return c.b.String()
}

// PlainText returns text without markup as WebVTT cue text: escaped, without empty lines. It is "" when nothing in it is visible.
func PlainText(s string) string {
	var c cueText
	c.text(clean(s))
	return c.String()
}

// clean makes s valid UTF-8 with \n for every kind of line end and without NUL.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}

// anchor returns the cue settings for a place on the numeric keypad, as \an counts: 1 is bottom left, 9 top right. The default, 2, and what is
// no such place give "".
func anchor(place int) string {
	if place < 1 || place > 9 {
		return ""
	}
	line := [...]string{"", "line:50%", "line:0"}[(place-1)/3]
	align := [...]string{"align:left", "", "align:right"}[(place-1)%3]
	return strings.TrimSpace(line + " " + align)
}

// colourClass returns the class of WebVTT's default style sheet for 0xRRGGBB, "" for white and for what has none. Black has one,
// but on the black box that players draw by default it could not be read.
func colourClass(rgb uint64) string {
	switch rgb {
	case 0x00ff00:
		return "lime"
	case 0x00ffff:
		return "cyan"
	case 0xff0000:
		return "red"
	case 0xffff00:
		return "yellow"
	case 0xff00ff:
		return "magenta"
	case 0x0000ff:
		return "blue"
	}
	return ""
}

// entity reads a character reference at the start of s ("&amp;", "&#39;"): its characters and its length, or 0 when the ampersand is just one.
func entity(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 0 {
		return "", 0
	}
	ref := s[:end+1]
	if u := html.UnescapeString(ref); u != ref && !strings.HasSuffix(u, ";") {
		return u, len(ref)
	}
	return "", 0
}
