package subtitle

import (
	"encoding/xml"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxDepth is how deep elements may be nested.
const maxDepth = 64

// ttml follows the elements of a document.
type ttml struct {
	out     *found
	rate    ttmlRate
	styles  map[string]ttmlStyle // by xml:id; regions too, which have identifiers of their own in the same space
	open    []ttmlElement
	line    int
	titling bool
}

// ttmlElement is an element that is open.
type ttmlElement struct {
	name       string // "" for one that is passed over
	id         string
	begin, end media.Ticks // absolute; end is -1 when it has none
	style      ttmlStyle
	preserve   bool     // white space
	cue        *ttmlCue // that takes the text; nil outside of p
	owner      bool     // the cue ends with this element
}

// ttmlCue is a cue that is being read: a p, or a span that has times of its own.
type ttmlCue struct {
	text cueText
	line int
}

// token takes the next token of the document.
func (p *ttml) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if len(p.open) >= maxDepth {
			return errs.Errorf(errs.Invalid, "elements are nested deeper than %d", maxDepth)
		}
		p.start(t)
	case xml.EndElement:
		e := p.open[len(p.open)-1]
		p.open = p.open[:len(p.open)-1]
		p.end(e)
	case xml.CharData:
		p.chars(string(t))
	}
	return nil
}

func (p *ttml) start(t xml.StartElement) {
	e := ttmlElement{end: -1}
	if n := len(p.open); n > 0 {
		e = p.open[n-1]
		e.owner, e.id = false, ""
	}
	e.name = t.Name.Local
	if metadata := strings.HasSuffix(t.Name.Space, "#metadata"); metadata || !knownElement(e.name) {
		p.titling = metadata && e.name == "title" && len(p.open) <= 3 // of the document: tt/head/metadata/title
		e.name, e.cue = "", nil
	}
	switch e.name {
	case "tt":
		p.root(t.Attr)
	case "style", "region":
		p.declare(&e, t.Attr)
		e.cue = nil
	case "br":
		if e.cue != nil {
			e.cue.text.newline()
		}
	}
	if content := e.name != "" && e.name != "style" && e.name != "region"; content {
		p.content(&e, t.Attr)
	}
	p.open = append(p.open, e)
}

func knownElement(name string) bool {
	switch name {
	case "tt", "head", "styling", "layout", "style", "region", "body", "div", "p", "span", "br":
		return true
	}
	return false
}

// root takes the parameters of the document (TTML2, 7.2).
func (p *ttml) root(attrs []xml.Attr) {
	for _, a := range attrs {
		switch a.Name.Local {
		case "lang":
			p.out.track.Language = media.Language(a.Value)
		default:
			p.rate.parameter(a.Name.Local, a.Value)
		}
	}
}

// declare remembers a style or a region. A style inside a region is part of it.
func (p *ttml) declare(e *ttmlElement, attrs []xml.Attr) {
	var st ttmlStyle
	if e.name == "style" && len(p.open) > 0 && p.open[len(p.open)-1].name == "region" {
		e.id = p.open[len(p.open)-1].id
		st = p.styles[e.id]
	}
	for _, a := range attrs {
		switch {
		case a.Name.Local == "style":
			st = p.refer(st, a.Value)
		case a.Name.Local == "id" && e.id == "":
			e.id = a.Value
		}
	}
	for _, a := range attrs {
		st.set(a)
	}
	if p.styles == nil {
		p.styles = map[string]ttmlStyle{}
	}
	if e.id != "" && len(p.styles) < maxStyles {
		p.styles[e.id] = st
	}
}

// refer lays the styles that a list of identifiers names over st.
func (p *ttml) refer(st ttmlStyle, ids string) ttmlStyle {
	for id := range strings.FieldsSeq(ids) {
		st = st.under(p.styles[id])
	}
	return st
}

// content takes the times and the style of tt, body, div, p, span and br. Times count from the parent's begin (TTML2, 12.4).
func (p *ttml) content(e *ttmlElement, attrs []xml.Attr) {
	begin, end, duration := media.Ticks(0), media.Ticks(-1), media.Ticks(-1)
	timed, bad := false, false
	for _, a := range attrs {
		ok := true
		switch a.Name.Local {
		case "begin":
			begin, ok = p.rate.time(a.Value)
		case "end":
			end, ok = p.rate.time(a.Value)
		case "dur":
			duration, ok = p.rate.time(a.Value)
		case "style":
			e.style = p.refer(e.style, a.Value)
			continue
		case "region":
			e.style = e.style.under(ttmlStyle{place: p.styles[a.Value].place})
			continue
		case "space":
			e.preserve = a.Value == "preserve"
			continue
		case "id":
			e.id = a.Value
			continue
		default:
			continue
		}
		timed, bad = true, bad || !ok
	}
	for _, a := range attrs {
		e.style.set(a)
	}
	if bad {
		p.out.skip(p.line)
		e.name, e.cue = "", nil
		return
	}
	e.within(begin, end, duration)
	if e.name == "p" || e.name == "span" && timed && e.cue != nil {
		e.cue, e.owner = &ttmlCue{line: p.line}, true
	}
}

// within sets the times of e, which has its parent's: those given, relative to the parent and cut off where it ends.
func (e *ttmlElement) within(begin, end, duration media.Ticks) {
	outer := e.begin
	e.begin += begin
	if end >= 0 {
		e.endBy(outer + end)
	}
	if duration >= 0 {
		e.endBy(e.begin + duration)
	}
}

func (e *ttmlElement) endBy(t media.Ticks) {
	if e.end < 0 || t < e.end {
		e.end = t
	}
}

func (p *ttml) end(e ttmlElement) {
	p.titling = false
	if !e.owner {
		return
	}
	c := media.Cue{Start: e.begin, End: e.end, ID: e.id, Settings: anchor(e.style.place), Text: e.cue.text.String()}
	if c.Text != "" {
		p.out.add(c, e.cue.line)
	}
}

func (p *ttml) chars(s string) {
	if p.titling && p.out.title == "" {
		p.out.title = strings.TrimSpace(s)
	}
	if len(p.open) == 0 {
		return
	}
	e := &p.open[len(p.open)-1]
	c := e.cue
	if c == nil || e.name == "br" || c.text.b.Len()+len(s) > maxBody {
		return
	}
	c.text.want = e.style.style()
	if e.preserve {
		c.text.text(s)
		return
	}
	isSpace := func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
	for s != "" {
		word := strings.TrimLeftFunc(s, isSpace)
		if len(word) < len(s) {
			c.text.space()
		}
		n := strings.IndexFunc(word, isSpace)
		if n < 0 {
			n = len(word)
		}
		c.text.text(word[:n])
		s = word[n:]
	}
}
