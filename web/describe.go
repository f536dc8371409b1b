package web

import (
	"slices"
	"strings"
)

// Descriptions are what the API says of what may be asked: no page has a list
// of its own.
type Descriptions struct {
	Options []Option // in the order of forms: those of a group follow each other
	Looks   []Look   // by name
	Faults  Faults
	Systems []System // of content protection
	Events  Events
	// The names of the Options whose values are made of Faults, Systems and Events.
	FaultOption, SystemOption, EventOption string
}

// Option is one query parameter of a manifest's URL.
type Option struct {
	Name, Short, Title, Help string // the first sentence of Help is the short form
	Type                     string // flag, choice, number, duration, time, text, list
	Default, Syntax          string
	Choices                  []Choice // all values of a flag or a choice; of others some that are worth offering
	Modes                    []string // in which it has an effect
	Group, Clause            string
	URLs                     []string // what else than the manifest's URL carries it
}

// Choice is one of several values, with what it means.
type Choice struct{ Value, Help string }

// Look is one form that a manifest can have. Options in Requires have that
// value in it, whatever is asked; those in Defaults when nothing is asked.
type Look struct {
	Name, Title, Help  string
	Modes              []string
	Requires, Defaults map[string]string
	User               bool   // from the folder of templates that the server was started with
	Error              string // why it cannot be used
}

// Faults are the parts of a rule about what goes wrong on purpose.
type Faults struct{ Targets, Kinds, Conditions []FaultPart }

// FaultPart is a target, a kind of fault or a condition, or a word of a rule
// about events. Example is a whole rule that has it.
type FaultPart struct {
	Name, Title, Help, Type, Syntax, Default string
	Choices                                  []Choice
	Example                                  string
}

// System is a content protection system.
type System struct {
	Name, Title, Help, UUID     string
	Schemes, Options, Locations []string
}

// Events are what rules about timed events are made of: kinds, with words of
// their own, and the words of schedules that all have.
type Events struct {
	Kinds []EventKind
	Words []FaultPart
}

// EventKind is one kind of event. Scheme and Value are what its streams of
// events are known by, Example a whole rule.
type EventKind struct {
	Name, Title, Help, Clause, Scheme, Value, Example string
	Words                                             []FaultPart
}

// menuItem leads to a part of the site. Page is the page's data-page.
type menuItem struct{ Page, Title, URL string }

func menu() []menuItem {
	return []menuItem{
		{"streams", "Streams", "/"}, {"build", "URL builder", "/build"}, {"play", "Player", "/play"}, {"reference", "Reference", "/reference/options"},
	}
}

// Holds says whether a page is one of that part: that of a stream belongs to the streams.
func (m menuItem) Holds(page string) bool { return m.Page == page || m.Page == page+"s" }

// firstSentence splits a help where its short form ends.
func firstSentence(help string) (first, rest string) {
	if end := strings.Index(help, ". "); end >= 0 {
		return help[:end+1], help[end+2:]
	}
	return help, ""
}

// Brief returns the first sentence of the help.
func (o Option) Brief() string {
	first, _ := firstSentence(o.Help)
	return first
}

// More returns what the help says after its first sentence.
func (o Option) More() string {
	_, rest := firstSentence(o.Help)
	return rest
}

// anchor makes a name fit for an id and a fragment: letters, digits and
// hyphens, with prefix before it.
func anchor(prefix, name string) string {
	return prefix + "-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
}

// modeTitle is what people call a mode of URLs.
func modeTitle(mode string) string {
	switch mode {
	case "live":
		return "Live"
	case "vod":
		return "On demand"
	case "odvod":
		return "On-demand profile"
	}
	return mode
}

func modeHelp(mode string) string {
	switch mode {
	case "live":
		return "It goes round for ever, by the clock."
	case "vod":
		return "From the beginning, a URL per segment."
	case "odvod":
		return "From the beginning, a file per track and ranges of it."
	}
	return ""
}

// modeTitles writes modes as a sentence does: "Live and On demand".
func modeTitles(modes []string) string {
	titles := make([]string, len(modes))
	for i, m := range modes {
		titles[i] = modeTitle(m)
		if i > 0 {
			titles[i] = strings.ToLower(titles[i][:1]) + titles[i][1:]
		}
	}
	if len(titles) < 2 {
		return strings.Join(titles, "")
	}
	return strings.Join(titles[:len(titles)-1], ", ") + " and " + titles[len(titles)-1]
}

// modeRank sorts modes: what most come for goes first.
func modeRank(mode string) int {
	return (slices.Index([]string{"live", "vod", "odvod"}, mode) + 4) % 4
}
