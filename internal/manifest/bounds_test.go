package manifest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// mine returns the look that a user's file of that text is.
func mine(t *testing.T, text string) *manifest.Look {
	t.Helper()
	now := time.Date(2026, 9, 6, 0, 0, 0, 0, time.UTC)
	templates, err := manifest.Load(manifest.Config{User: fstest.MapFS{"mine.mpd": {Data: []byte(text), ModTime: now}}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := templates.Look("mine.mpd")
	if err != nil || l.Err != nil {
		t.Fatal(err, l.Err)
	}
	return l
}

// What a user's template writes is a document, or it is said which line of the template is at fault, and what is wrong; whether the template is compiled or not.
func TestUserTemplateIsXML(t *testing.T) {
	a := bbb(t)
	for _, c := range []struct{ text, want string }{
		{"<MPD a={{.Title}}>", "mine.mpd:1: what it writes is not XML: line 1 of that: unquoted or missing attribute value"},
		{"", "mine.mpd:1: what it writes is not XML: line 1 of that: there is no element"},
		{"{{/* nothing\n*/ -}}\n\n", "there is no element"},
		{"\x00\x00", "mine.mpd:1: what it writes is not XML: line 1 of that: illegal character code U+0000"},
		{"<MPD>\n{{range .Periods}}\n  <Period>\n{{end}}</MPD>", "mine.mpd:4: what it writes is not XML: line 4 of that: element <Period> closed by </MPD>"},
		{"{{define \"x\"}}\n\n<a b='1' b='2'/>{{end}}<MPD>{{if true}}{{template \"x\" .}}{{end}}</MPD>", "mine.mpd:3: what it writes is not XML: line 3 of that: attribute b twice in <a>"},
		{"<MPD/>\n<MPD/>", "a second root element"},
		{"<MPD/>\n{{len .Periods}}", `mine.mpd:1: what it writes is not XML: line 1 of that: text outside of the root element: "\n1"`},
		{"<MPD>\n<scte35:Signal/></MPD>", "the prefix scte35 of <Signal> is not declared"},
		{"<MPD xlink:href='x'/>", "the prefix xlink in <MPD> is not declared"},
		{"<MPD>&nbsp;</MPD>", "invalid character entity &nbsp;"},
		{"<?xml version=\"1.0\"?>\n<!-- {{.Title}} -->\n<MPD xmlns='a' xmlns:x='b' x:y='{{printf \"%d\" 1}}'><x:z xml:lang='en'/></MPD>\n", ""},
	} {
		for _, also := range []string{"", `{{with printf "%d" 1}}{{end}}`} { // printf is not compiled
			if also != "" && strings.HasPrefix(c.text, "<?xml") {
				also = ""
			}
			l := mine(t, also+c.text)
			_, err := l.Render(ask(t, a, l, presentation.VOD, ""))
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%q: %v", c.text, err)
			case c.want != "" && (errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%q: %v (%v), want %s", c.text, err, errs.KindOf(err), c.want)
			}
		}
	}
}

// A user's template that would write or run without end stops, and says in which line; at once when nobody waits for it.
func TestUserTemplateEnds(t *testing.T) {
	a := bbb(t)
	for _, c := range []struct {
		text, want string
		short      bool // it fails before anybody can give up
	}{
		{"<x>\n{{range 1000000000}}0123456789{{end}}</x>", "mine.mpd:2: it writes more than 16 MB", false},
		{"<x>\n\n{{range 1000000000}}{{end}}</x>", "mine.mpd:3: it does not come to an end", false},
		{"{{$a := \"0123456789abcdef\"}}<x>\n{{range 60}}{{$a = print $a $a}}{{end}}</x>", "a text of more than 16 MB", true},
		{"{{$a := printf \"%1000000d\" 1}}<x>\n{{range 60}}{{$a = printf \"%[1]s%[1]s\" $a}}{{end}}</x>", "mine.mpd:2:", true},
		{"<x>" + doubling(30) + "{{template \"b\" .}}</x>", "it does not come to an end", false},
		// What is compiled: Periods, AdaptationSets and Representations.
		{"<x>\n" + strings.Repeat("{{range $.Periods}}{{range .AdaptationSets}}", 15) + "{{$.Title}}0123456789" + strings.Repeat("{{end}}{{end}}", 15) + "</x>", "mine.mpd:2: it writes more than 16 MB", false},
	} {
		l := mine(t, c.text)
		p := ask(t, a, l, presentation.VOD, "")
		if _, err := l.Render(p); errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %v (%v), want %s", c.text, err, errs.KindOf(err), c.want)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := l.RenderFor(ctx, p); !c.short && !errors.Is(err, context.Canceled) {
			t.Errorf("%.60q when nobody waits: %v", c.text, err)
		}
	}
}

// doubling is templates b, c … each of which calls the next twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{{define %q}}{{template %q .}}{{template %q .}}{{end}}", string(rune('b'+i)), string(rune('c'+i)), string(rune('c'+i)))
	}
	fmt.Fprintf(&b, "{{define %q}}{{end}}", string(rune('b'+n)))
	return b.String()
}
