package subtitle

import (
	"iter"
	"strconv"
	"strings"
)

// ASSText returns the Text field of an ASS or SSA Dialogue line as WebVTT cue text and cue settings. Of the override blocks, italics,
// bold, underline, colours that WebVTT names and the first anchor (\an, \a) are kept; drawings (\p1) are dropped. \N is a line break, \n
// a space, \h a space that does not break. The text is "" when nothing in it is visible.
func ASSText(s string) (text, settings string) {
	text, place := assText(s, assStyle{})
	return text, anchor(place)
}

// assStyle is what a line of the styles section says of the lines that name it.
type assStyle struct {
	style
	place int // keypad, 0 when not known
}

func assText(s string, base assStyle) (string, int) {
	p := assParser{base: base.style}
	p.out.want = base.style
	p.out.b.Grow(len(s))
	for s = clean(s); s != ""; {
		n := strings.IndexAny(s, `{\`)
		if n < 0 {
			n = len(s)
		}
		p.text(s[:n])
		if s = s[n:]; s != "" {
			s = s[p.markup(s):]
		}
	}
	if p.place == 0 {
		p.place = base.place
	}
	return p.out.String(), p.place
}

type assParser struct {
	out     cueText
	base    style
	place   int
	drawing bool
}

func (p *assParser) text(s string) {
	if !p.drawing {
		p.out.text(s)
	}
}

// markup handles an override block or an escape at the start of s and returns its length.
func (p *assParser) markup(s string) int {
	if s[0] == '{' {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			p.text("{")
			return 1
		}
		for name, arg := range overrides(s[1:end]) {
			p.override(name, arg)
		}
		return end + 1
	}
	if len(s) < 2 {
		p.text(s)
		return 1
	}
	switch s[1] {
	case 'N':
		p.text("\n")
	case 'n':
		p.text(" ")
	case 'h':
		p.text("\u00a0")
	case '{', '}':
		p.text(s[1:2])
	default:
		p.text(`\`)
		return 1
	}
	return 2
}

func (p *assParser) override(name, arg string) {
	want := &p.out.want
	switch name {
	case "b": // a weight from 100 on, or a switch
		if n, err := strconv.Atoi(arg); err == nil {
			want.bold = n == 1 || n >= 600
		} else {
			want.bold = p.base.bold
		}
	case "i":
		want.italic = arg == "1" || arg == "" && p.base.italic
	case "u":
		want.underline = arg == "1" || arg == "" && p.base.underline
	case "c", "1c":
		want.colour = assColour(arg)
		if arg == "" {
			want.colour = p.base.colour
		}
	case "r":
		*want = p.base
	case "p":
		p.drawing = arg != "" && arg != "0"
	case "an", "a":
		if p.place == 0 {
			p.place = place(name, arg)
		}
	}
}

// overrides yields the tags of an override block that matter here: b, i, u, c, 1c, r, p, an, a, with their arguments. Tags in the parentheses of
// another (\t) are animation and are skipped.
func overrides(block string) iter.Seq2[string, string] {
	return func(yield func(name, arg string) bool) {
		for depth, start, i := 0, -1, 0; i <= len(block); i++ {
			if i < len(block) {
				switch block[i] {
				case '(':
					depth++
				case ')':
					depth = max(depth-1, 0)
				}
				if block[i] != '\\' || depth > 0 {
					continue
				}
			}
			if start >= 0 {
				name, arg := splitOverride(strings.TrimSpace(block[start:i]))
				if name != "" && !yield(name, arg) {
					return
				}
			}
			start = i + 1
		}
	}
}

// splitOverride splits "an8" into "an" and "8". A tag that does not matter (be1, pos(1,2), alpha&H00&) gives "".
func splitOverride(tag string) (name, arg string) {
	for _, name = range [...]string{"an", "a", "b", "i", "u", "p"} {
		if arg, ok := strings.CutPrefix(tag, name); ok && (arg == "" || isNumber(arg)) {
			return name, arg
		}
	}
	for _, name = range [...]string{"1c", "c"} {
		if arg, ok := strings.CutPrefix(tag, name); ok && (arg == "" || arg[0] == '&') {
			return name, arg
		}
	}
	if strings.HasPrefix(tag, "r") {
		return "r", tag[1:]
	}
	return "", ""
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// place returns the keypad place of \an (which is it) or of the older \a (1 to 3 at the bottom, 4 added for the top, 8 for the middle), 0 when there is none.
func place(name, arg string) int {
	n, err := strconv.Atoi(arg)
	if err != nil {
		return 0
	}
	if name == "a" {
		return ssaPlace(n)
	}
	if n < 1 || n > 9 {
		return 0
	}
	return n
}

// ssaPlace returns the keypad place of an alignment as SSA counts it.
func ssaPlace(n int) int {
	switch {
	case n >= 1 && n <= 3:
		return n
	case n >= 5 && n <= 7:
		return n - 4 + 6
	case n >= 9 && n <= 11:
		return n - 8 + 3
	}
	return 0
}

// assColour returns the class for &HBBGGRR& (&HAABBGGRR& in styles, where the first byte is transparency).
func assColour(s string) string {
	s = strings.ToUpper(strings.Trim(s, "& \t"))
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "H"), 16, 32)
	if err != nil {
		return ""
	}
	return colourClass(n&0xff<<16 | n&0xff00 | n>>16&0xff)
}
