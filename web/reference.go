package web

import (
	"slices"
	"strings"
)

// ReferencePage is a page to read of what may be asked: groups of entries,
// each with an anchor of its name. Title and Groups are made by the functions
// below; Pages by ReferencePages.
type ReferencePage struct {
	Version string
	Assets  Assets

	Key, Title, Lead string
	JSON             string // path of the same for programs
	Groups           []ReferenceGroup
	Pages            []ReferenceLink
}

// ReferenceLink leads to one of the pages. Count says how much is there.
type ReferenceLink struct {
	Key, Title, Lead, Count string
}

// ReferenceGroup is what belongs together on a page.
type ReferenceGroup struct {
	ID, Title string
	Entries   []ReferenceEntry
}

// ReferenceEntry is one thing that has a name.
type ReferenceEntry struct {
	ID, Name, Title, Help string
	Error                 string
	Facts                 []ReferenceFact
	Choices               []Choice
	ChoicesTitle          string
	Links                 []ReferenceAction
}

// ReferenceFact is a property of an entry. Code says that Text is to be typed as it stands.
type ReferenceFact struct {
	Title, Text string
	Code        bool
}

// ReferenceAction leads from an entry into the builder, or wherever it can be tried.
type ReferenceAction struct{ Title, URL string }

// ReferencePages returns all pages there are, in the order of the menu.
func ReferencePages(d Descriptions) []ReferencePage {
	pages := []ReferencePage{optionsReference(d.Options), looksReference(d.Looks), faultsReference(d.Faults, d.FaultOption), eventsReference(d.Events, d.EventOption), systemsReference(d.Systems, d.SystemOption)}
	pages = slices.DeleteFunc(pages, func(p ReferencePage) bool { return p.entries() == 0 })
	var links []ReferenceLink
	for _, p := range pages {
		links = append(links, ReferenceLink{p.Key, p.Title, p.Lead, number(p.entries())})
	}
	for i := range pages {
		pages[i].Pages = links
	}
	return pages
}

func (p ReferencePage) entries() int {
	n := 0
	for _, g := range p.Groups {
		n += len(g.Entries)
	}
	return n
}

func (p *ReferencePage) add(group string, e ReferenceEntry) {
	if n := len(p.Groups); n == 0 || p.Groups[n-1].Title != group {
		p.Groups = append(p.Groups, ReferenceGroup{ID: anchor("g", group), Title: group})
	}
	g := &p.Groups[len(p.Groups)-1]
	g.Entries = append(g.Entries, e)
}

func (e *ReferenceEntry) fact(title, text string, code bool) {
	if text != "" {
		e.Facts = append(e.Facts, ReferenceFact{title, text, code})
	}
}

func optionsReference(options []Option) ReferencePage {
	p := ReferencePage{
		Key: "options", Title: "Options", JSON: "/api/v1/options",
		Lead: "What is asked of a stream stands in the query of its manifest's URL: /dash/live/film/manifest.mpd?timeline=1&depth=60.",
	}
	for _, o := range options {
		e := ReferenceEntry{ID: anchor("", o.Name)[1:], Name: o.Name, Title: o.Title, Help: o.Help, Choices: o.Choices, ChoicesTitle: "Value"}
		if o.Type != "flag" && o.Type != "choice" {
			e.ChoicesTitle = "For example"
			e.fact("Allowed", o.Syntax, false)
		}
		e.fact("Default", o.Default, true)
		if o.Short != o.Name {
			e.fact("Short name", o.Short, true)
		}
		e.fact("Has an effect in", modeTitles(o.Modes), false)
		if len(o.URLs) > 1 {
			e.fact("Carried into URLs of", strings.Join(o.URLs[1:], ", "), false)
		}
		e.fact("Clause", o.Clause, false)
		mode := "live"
		if len(o.Modes) > 0 && !slices.Contains(o.Modes, mode) {
			mode = o.Modes[0]
		}
		e.Links = []ReferenceAction{{"Choose it in the builder", "/build?mode=" + mode + "#" + anchor("o", o.Name)}}
		p.add(o.Group, e)
	}
	return p
}

func looksReference(looks []Look) ReferencePage {
	p := ReferencePage{
		Key: "looks", Title: "Looks", JSON: "/api/v1/looks",
		Lead: "The same stream, announced as other packagers and services announce it: /dash/live/film/gpac.mpd.",
	}
	rank := func(l Look) int {
		switch {
		case l.User:
			return 2
		case l.Name == standardLook:
			return 0
		}
		return 1
	}
	sorted := slices.Clone(looks)
	slices.SortStableFunc(sorted, func(a, b Look) int { return rank(a) - rank(b) })
	for _, l := range sorted {
		e := ReferenceEntry{ID: anchor("", l.Name)[1:], Name: l.Name, Title: l.Title, Help: l.Help, Error: l.Error}
		e.fact("There for", modeTitles(l.Modes), false)
		for _, pairs := range []struct {
			title  string
			values map[string]string
		}{{"Always has", l.Requires}, {"Has, where nothing is asked", l.Defaults}} {
			var texts []string
			for k, v := range pairs.values {
				texts = append(texts, k+"="+v)
			}
			slices.Sort(texts)
			e.fact(pairs.title, strings.Join(texts, " "), true)
		}
		for _, m := range l.Modes {
			if l.Error == "" {
				e.Links = append(e.Links, ReferenceAction{modeTitle(m) + " in the builder", "/build" + queryOf([][2]string{{"mode", m}, {"look", l.Name}})})
			}
		}
		p.add([...]string{"Our own", "Of others", "Of yours"}[rank(l)], e)
	}
	return p
}

func faultsReference(f Faults, option string) ReferencePage {
	p := ReferencePage{
		Key: "faults", Title: "Faults", JSON: "/api/v1/faults",
		Lead: "What goes wrong on purpose. A rule is target:effect=value@condition=value; the option fault takes several, with semicolons between them.",
	}
	for _, list := range []struct {
		title string
		parts []FaultPart
	}{{"Targets: which requests", f.Targets}, {"Effects: what happens to them", f.Kinds}, {"Conditions: when", f.Conditions}} {
		prefix := strings.ToLower(list.title[:strings.IndexByte(list.title, 's')])
		for _, part := range list.parts {
			e := ReferenceEntry{ID: anchor(prefix, part.Name), Name: part.Name, Title: part.Title, Help: part.Help, Choices: part.Choices, ChoicesTitle: "Value"}
			e.fact("Value", part.Syntax, false)
			e.fact("Default", part.Default, true)
			e.fact("Example", part.Example, true)
			e.Links = []ReferenceAction{{"The example in the builder", "/build" + queryOf([][2]string{{"mode", "live"}, {option, part.Example}})}}
			p.add(list.title, e)
		}
	}
	return p
}

func eventsReference(events Events, option string) ReferencePage {
	p := ReferencePage{
		Key: "events", Title: "Events", JSON: "/api/v1/events",
		Lead: "Timed events of a stream. A rule is a kind, then word=value; the option event takes several, with semicolons between them.",
	}
	for _, k := range events.Kinds {
		e := ReferenceEntry{ID: anchor("kind", k.Name), Name: k.Name, Title: k.Title, Help: k.Help}
		e.fact("Scheme", k.Scheme, true)
		e.fact("Value", k.Value, true)
		e.fact("Clause", k.Clause, false)
		e.fact("Example", k.Example, true)
		e.Links = []ReferenceAction{{"The example in the builder", "/build" + queryOf([][2]string{{"mode", "live"}, {option, k.Example}})}}
		p.add("Kinds", e)
	}
	word := func(group, prefix string, w FaultPart) {
		e := ReferenceEntry{ID: anchor(prefix, w.Name), Name: w.Name, Title: w.Title, Help: w.Help, Choices: w.Choices, ChoicesTitle: "For example"}
		if w.Type == "choice" {
			e.ChoicesTitle = "Value"
		}
		e.fact("Type", w.Type, false)
		e.fact("Default", w.Default, true)
		p.add(group, e)
	}
	for _, w := range events.Words {
		word("Words of all kinds", "word", w)
	}
	for _, k := range events.Kinds {
		for _, w := range k.Words {
			word("Words of "+k.Title, "word-"+k.Name, w)
		}
	}
	return p
}

func systemsReference(systems []System, option string) ReferencePage {
	p := ReferencePage{
		Key: "drm", Title: "Protection", JSON: "/api/v1/drm",
		Lead: "Content protection systems, and where each can be signalled: pro is an element of its own in the manifest, cenc is cenc:pssh there, moov is pssh boxes in segments.",
	}
	for _, s := range systems {
		e := ReferenceEntry{ID: anchor("system", s.Name), Name: s.Name, Title: s.Title, Help: s.Help}
		e.fact("System ID", s.UUID, true)
		e.fact("Schemes", strings.Join(s.Schemes, ", "), false)
		e.fact("Locations", strings.Join(s.Locations, ", "), false)
		e.fact("Options", strings.Join(s.Options, ", "), true)
		e.Links = []ReferenceAction{{"Choose it in the builder", "/build" + queryOf([][2]string{{"mode", "live"}, {option, s.Name}})}}
		p.add("Systems", e)
	}
	return p
}
