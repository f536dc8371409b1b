package subtitle

import (
	"context"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// SniffASS recognises SubStation Alpha (SSA and ASS) by its first section.
func SniffASS(head []byte) bool {
	for line := range strings.Lines(sniffText(head)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == ';' || strings.HasPrefix(line, "!:") {
			continue
		}
		switch strings.ToLower(line) {
		case "[script info]", "[v4 styles]", "[v4+ styles]", "[events]":
			return true
		}
		return false
	}
	return false
}

// ScanASS is the Scan of SubStation Alpha (a demux.ScanFunc). Of the styles, bold, italics, underline and the alignment are kept.
func ScanASS(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	return scanLines(ctx, f, sink, func(in *lines, out *found) error {
		var s assScript
		for {
			line, ok := in.next()
			if !ok {
				break
			}
			s.line(line, in.number, out)
		}
		out.title = s.title
		out.dedupe()
		return nil
	})
}

// dedupe leaves out cues that repeat another one: typesetters lay the same text in several layers, for outlines and shadows.
func (f *found) dedupe() {
	type key struct {
		start, end     media.Ticks
		settings, text string
	}
	seen := make(map[key]struct{}, len(f.cues))
	kept := f.cues[:0]
	for _, c := range f.cues {
		k := key{c.Start, c.End, c.Settings, c.Text}
		if _, ok := seen[k]; !ok {
			seen[k] = struct{}{}
			kept = append(kept, c)
		}
	}
	f.cues = kept
}

// ASSStyles has the styles of an ASS or SSA script: what Matroska keeps in CodecPrivate. The zero value knows none.
type ASSStyles struct{ byName map[string]assStyle }

// ParseASSStyles reads the part of a script before its first event.
func ParseASSStyles(script string) ASSStyles {
	var s assScript
	for line := range strings.SplitSeq(clean(script), "\n") {
		s.line(line, 0, nil)
	}
	return s.styles
}

// Text is ASSText for a line of the named style.
func (s ASSStyles) Text(style, text string) (cueText, settings string) {
	cueText, place := assText(text, s.named(style))
	return cueText, anchor(place)
}

// named returns a style by the name that a Dialogue line gives: some programs put "*" before it.
func (s ASSStyles) named(name string) assStyle {
	name = strings.TrimLeft(strings.TrimSpace(name), "*")
	if st, ok := s.byName[name]; ok {
		return st
	}
	return s.byName["Default"]
}

// maxStyles bounds how many styles are remembered.
const maxStyles = 4096

// assScript reads a script line by line.
type assScript struct {
	title   string
	section string // lower case, with brackets
	columns []string
	styles  ASSStyles
}

// line takes the next line. Events are passed over when out is nil.
func (s *assScript) line(line string, number int, out *found) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == ';' {
		return
	}
	if line[0] == '[' && line[len(line)-1] == ']' {
		s.section, s.columns = strings.ToLower(line), nil
		return
	}
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		return
	}
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimLeft(value, " \t")
	switch {
	case key == "format":
		s.columns = strings.Split(value, ",")
		for i, c := range s.columns {
			s.columns[i] = strings.ToLower(strings.TrimSpace(c))
		}
	case key == "title" && s.section == "[script info]":
		s.title = value
	case key == "style" && strings.HasSuffix(s.section, "styles]"):
		s.style(value)
	case key == "dialogue" && s.section == "[events]" && out != nil:
		s.dialogue(value, number, out)
	}
}

// style takes a line of the styles section.
func (s *assScript) style(value string) {
	old := s.section == "[v4 styles]"
	if s.columns == nil {
		s.columns = strings.Split("name,fontname,fontsize,primarycolour,secondarycolour,tertiarycolour,backcolour,bold,italic,"+
			"borderstyle,outline,shadow,alignment,marginl,marginr,marginv,alphalevel,encoding", ",")
		if !old {
			s.columns = strings.Split("name,fontname,fontsize,primarycolour,secondarycolour,outlinecolour,backcolour,bold,italic,underline,strikeout,"+
				"scalex,scaley,spacing,angle,borderstyle,outline,shadow,alignment,marginl,marginr,marginv,encoding", ",")
		}
	}
	var name string
	var st assStyle
	for i, v := range strings.SplitN(value, ",", len(s.columns)) {
		v = strings.TrimSpace(v)
		on := v != "" && v != "0" // -1 is true
		switch s.columns[i] {
		case "name":
			name = strings.TrimLeft(v, "*")
		case "bold":
			st.bold = on
		case "italic":
			st.italic = on
		case "underline":
			st.underline = on
		case "alignment":
			kind := "an"
			if old {
				kind = "a"
			}
			st.place = place(kind, v)
		}
	}
	if s.styles.byName == nil {
		s.styles.byName = map[string]assStyle{}
	}
	if len(s.styles.byName) < maxStyles {
		s.styles.byName[name] = st
	}
}

// dialogue takes a line of the events section.
func (s *assScript) dialogue(value string, number int, out *found) {
	if s.columns == nil {
		s.columns = strings.Split("layer,start,end,style,name,marginl,marginr,marginv,effect,text", ",")
	}
	var c media.Cue
	var style, text string
	timed := 0
	for i, v := range strings.SplitN(value, ",", len(s.columns)) {
		var ok bool
		switch s.columns[i] {
		case "start":
			if c.Start, ok = clock(strings.TrimSpace(v)); ok {
				timed++
			}
		case "end":
			if c.End, ok = clock(strings.TrimSpace(v)); ok {
				timed++
			}
		case "style":
			style = v
		case "text":
			text = v
		}
	}
	if timed != 2 {
		out.skip(number)
		return
	}
	c.Text, c.Settings = s.styles.Text(style, text)
	out.add(c, number)
}
