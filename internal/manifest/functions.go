package manifest

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

// markup is XML already: only functions of this package make it.
type markup string

func functions() template.FuncMap {
	return template.FuncMap{
		"xml":      xml,
		"duration": duration,
		"segments": segments,
		"number":   number,
		"last": func(p *presentation.Presentation, r *presentation.Representation) int64 {
			return p.StartNumber + int64(r.Segments.Len()) - 1
		},
		"time": func(t time.Time) markup { return markup(t.UTC().Format("2006-01-02T15:04:05.999Z")) },
		"urls": urls,
		"is":   func(k media.Kind, name string) bool { return k.String() == name },
		"by":   by,
		"pair": func(p *presentation.Presentation, r presentation.Representation) pair { return pair{p, &r} },
	}
}

// number returns the number of the first segment of r that is announced.
func number(p *presentation.Presentation, r *presentation.Representation) int64 {
	first, _ := p.Window(r)
	return p.StartNumber + int64(first)
}

// pair is what a SegmentTemplate is made from.
type pair struct {
	Presentation   *presentation.Presentation
	Representation *presentation.Representation
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
	case uint32:
		return markup(strconv.FormatUint(uint64(v), 10))
	}
	return markup(escapeText(fmt.Sprint(v)))
}

func escapeText(s string) string {
	if !strings.ContainsAny(s, "&<>\"'\t\n\r") && printable(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		case '\t', '\n', '\r':
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			if r < ' ' || r == 0xFFFE || r == 0xFFFF {
				r = 0xFFFD // not a character of XML 1.0
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

func printable(s string) bool {
	for _, r := range s {
		if r < ' ' || r >= 0xFFFD {
			return false
		}
	}
	return true
}

// duration prints an xs:duration in seconds and milliseconds: PT634.567S.
func duration(d time.Duration) markup {
	ms := (d + time.Millisecond/2) / time.Millisecond
	s := "PT" + strconv.FormatInt(int64(ms/1000), 10)
	if f := ms % 1000; f != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%03d", f), "0")
	}
	return markup(s + "S")
}

// by says whether the Presentation is addressed in one of the named ways.
func by(p *presentation.Presentation, names ...string) bool {
	is := map[presentation.Addressing]string{
		presentation.Number: "number", presentation.Time: "time", presentation.NumberTimeline: "number-timeline",
		presentation.List: "list", presentation.Base: "base",
	}[p.Addressing]
	for _, n := range names {
		if n == is {
			return true
		}
	}
	return false
}

// segments prints the S elements of a SegmentTimeline (ISO/IEC 23009-1, 5.3.9.6), equal durations run together.
func segments(p *presentation.Presentation, r *presentation.Representation) markup {
	b := make([]byte, 0, 1024)
	l := r.Segments
	next := media.Ticks(-1) // where the next S starts if it has no @t
	first, end := p.Window(r)
	for i := first; i < end; {
		t, d := l.Start(i), l.Duration(i)
		run := 1
		for i+run < end && l.Duration(i+run) == d {
			run++
		}
		b = append(b, "<S"...)
		if t != next {
			b = attribute(b, " t=\"", int64(t))
		}
		b = attribute(b, " d=\"", int64(d))
		if run > 1 {
			b = attribute(b, " r=\"", int64(run-1))
		}
		b = append(b, "/>"...)
		next = t + d*media.Ticks(run)
		i += run
	}
	return markup(b)
}

func attribute(b []byte, name string, v int64) []byte {
	return append(strconv.AppendInt(append(b, name...), v, 10), '"')
}

// urls prints the SegmentURL elements of a SegmentList (ISO/IEC 23009-1, 5.3.9.3).
func urls(p *presentation.Presentation, r *presentation.Representation) markup {
	b := make([]byte, 0, 4096)
	id, q := escapeText(r.Path()), escapeText(p.Query)
	first, end := p.Window(r)
	for i := first; i < end; i++ {
		b = append(b, "<SegmentURL media=\""...)
		b = append(append(b, id...), '/')
		b = strconv.AppendInt(b, int64(i)+p.StartNumber, 10)
		b = append(append(append(b, ".m4s"...), q...), "\"/>"...)
	}
	return markup(b)
}
