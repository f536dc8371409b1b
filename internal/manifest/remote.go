package manifest

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/dashwright/dashwright/internal/presentation"
)

// extent is where an element stands in a document.
type extent struct{ from, to int }

// periodsOf finds the Period elements of an MPD that a look has written: no Period is inside of another, and nothing that is text has a "<". Comments are passed over.
func periodsOf(mpd []byte) []extent {
	var list []extent
	for at := 0; at < len(mpd); {
		i := bytes.IndexByte(mpd[at:], '<')
		if i < 0 {
			break
		}
		at += i
		rest := mpd[at:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return list
			}
			at += end
		case isStart(rest, "Period"):
			end := bytes.Index(rest, []byte("</Period>"))
			if end < 0 {
				return list
			}
			end += len("</Period>")
			list = append(list, extent{at, at + end})
			at += end
		default:
			at++
		}
	}
	return list
}

// isStart says whether b begins with the start tag of an element of that name.
func isStart(b []byte, name string) bool {
	n := len(name) + 1
	return len(b) > n && string(b[1:n]) == name && strings.IndexByte(" \t\r\n>/", b[n]) >= 0
}

// declarations returns where the MPD's name stands, and the namespaces that it declares: " xmlns=… xmlns:cenc=…".
func declarations(mpd []byte) (name int, text string) {
	i := bytes.Index(mpd, []byte("<MPD"))
	if i < 0 {
		return -1, ""
	}
	name = i + len("<MPD")
	end := bytes.IndexByte(mpd[i:], '>')
	for _, field := range strings.Fields(string(mpd[name : i+max(end, 0)])) {
		if strings.HasPrefix(field, "xmlns") {
			text += " " + strings.TrimRight(field, "/")
		}
	}
	return name, text
}

// linkPeriods replaces the Periods that are announced by reference (ISO/IEC 23009-1, 5.5) by elements that say where they are.
func linkPeriods(mpd []byte, p *presentation.Presentation) []byte {
	elements := periodsOf(mpd)
	name, namespaces := declarations(mpd)
	if len(elements) != len(p.Periods) || name < 0 {
		return mpd // a look that writes other Periods than there are
	}
	out := make([]byte, 0, len(mpd))
	out = append(out, mpd[:name]...)
	if !strings.Contains(namespaces, "xmlns:xlink=") {
		out = append(out, ` xmlns:xlink="http://www.w3.org/1999/xlink"`...)
	}
	at := name
	for i, e := range elements {
		if !p.Periods[i].Linked {
			continue
		}
		out = append(out, mpd[at:e.from]...)
		out = append(out, `<Period xlink:href="`...)
		out = appendEscaped(out, periodURL(p, p.Periods[i].ID))
		out = append(append(append(out, `" xlink:actuate="`...), p.Linking...), '"')
		out = append(appendEscaped(append(out, ` id="`...), p.Periods[i].ID), '"')
		out = append(appendDuration(append(out, ` start="`...), p.Periods[i].Start), '"')
		out = append(appendDuration(append(out, ` duration="`...), p.Periods[i].Duration), '"')
		out = append(out, "/>"...)
		at = e.to
	}
	return append(out, mpd[at:]...)
}

// periodURL returns where one Period of the manifest is: an absolute URL, of which some players ask that, with a single parameter, since some do not read "&amp;" as what it is: the manifest's
// query, as the program writes it, follows the ID: whoever asks for the manifest, and however, gets the same.
func periodURL(p *presentation.Presentation, id string) string {
	path, _, _ := strings.Cut(p.Path, "?")
	if query := p.Query(); query != "" {
		id += "&" + query
	}
	return p.Origin + path + "?period=" + url.QueryEscape(id)
}

// onlyPeriod returns the element of the Period that is asked for, as a document of its own. Of one that is not there any more, or never was, it is an element that is to be taken out of the MPD
// (ISO/IEC 23009-1, 5.5.3).
func onlyPeriod(mpd []byte, p *presentation.Presentation) []byte {
	elements := periodsOf(mpd)
	_, namespaces := declarations(mpd)
	const head = "<Period" // without an XML declaration: some players put it into an element of theirs
	for i := range p.Periods {
		if p.Periods[i].ID != p.Only || i >= len(elements) {
			continue
		}
		e := mpd[elements[i].from:elements[i].to]
		return append(append([]byte(head+namespaces), e[len("<Period"):]...), '\n')
	}
	return []byte(head + ` xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="urn:mpeg:dash:resolve-to-zero:2013" xlink:actuate="onLoad"/>` + "\n")
}
