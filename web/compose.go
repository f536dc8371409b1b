package web

import (
	"net/url"
	"slices"
	"strings"
)

// Composer is a form that puts an option's value together from what the API
// says that such values are made of. Its parameters begin with "rule."; the
// button rule={option} has the value made and put where it belongs.
type Composer struct {
	Option, Title, Button, Reference string
	Sets                             []ComposerSet
}

// ComposerSet is fields that belong together. A Folded one matters to few.
type ComposerSet struct {
	Title, Help string
	Folded      bool
	Boxes       []ComposerBox
	Parts       []ComposerPart
}

// ComposerBox is something to tick.
type ComposerBox struct{ Name, Value, Title string }

// ComposerPart is something to fill in: one of the Choices where there are any.
type ComposerPart struct {
	FaultPart
	Name string
}

// composer returns the form for an option; nil when it has none.
func (d *Descriptions) composer(option string) *Composer {
	switch {
	case option == "":
	case option == d.FaultOption && len(d.Faults.Kinds) > 0:
		return d.faultComposer()
	case option == d.SystemOption && len(d.Systems) > 0:
		return d.systemComposer()
	case option == d.EventOption && len(d.Events.Kinds) > 0:
		return d.eventComposer()
	}
	return nil
}

// composed returns the option's value when what was filled in has been added
// to the one it had. Without what a value needs it stays.
func (d *Descriptions) composed(option, old string, query url.Values) string {
	var made string
	switch option {
	case d.FaultOption:
		made = d.fault(query)
	case d.EventOption:
		made = d.event(query)
	case d.SystemOption:
		if made = d.systems(query); made != "" {
			return made
		}
	}
	if made == "" || old == "" {
		return old + made
	}
	return strings.TrimRight(old, "; ") + ";" + made
}

func parts(prefix string, list []FaultPart) []ComposerPart {
	out := make([]ComposerPart, len(list))
	for i, p := range list {
		out[i] = ComposerPart{p, prefix + p.Name}
	}
	return out
}

// filled returns name=value of each part that was filled in.
func filled(prefix string, list []FaultPart, query url.Values, write func(string) string) []string {
	var out []string
	for _, p := range list {
		if v := strings.TrimSpace(query.Get(prefix + p.Name)); v != "" {
			out = append(out, p.Name+"="+write(v))
		}
	}
	return out
}

func (d *Descriptions) faultComposer() *Composer {
	c := &Composer{Option: d.FaultOption, Title: "Put a rule together", Button: "Add the rule", Reference: "faults"}
	which := ComposerSet{Title: "Which requests"}
	for _, t := range d.Faults.Targets {
		which.Boxes = append(which.Boxes, ComposerBox{"rule.target", t.Name, t.Title})
	}
	c.Sets = []ComposerSet{
		which,
		{Title: "What happens to them", Parts: parts("rule.kind.", d.Faults.Kinds)},
		{Title: "When: all of these, or always", Parts: parts("rule.when.", d.Faults.Conditions)},
	}
	return c
}

// fault returns a rule in the grammar
// target,target:kind=value,kind=value@condition=value,condition=value.
func (d *Descriptions) fault(query url.Values) string {
	var targets []string
	for _, t := range d.Faults.Targets {
		if slices.Contains(query["rule.target"], t.Name) {
			targets = append(targets, t.Name)
		}
	}
	same := func(s string) string { return s }
	kinds := filled("rule.kind.", d.Faults.Kinds, query, same)
	if len(kinds) == 0 {
		return ""
	}
	rule := strings.Join(targets, ",") + ":" + strings.Join(kinds, ",")
	if conditions := filled("rule.when.", d.Faults.Conditions, query, same); len(conditions) > 0 {
		rule += "@" + strings.Join(conditions, ",")
	}
	return rule
}

func (d *Descriptions) systemComposer() *Composer {
	c := &Composer{Option: d.SystemOption, Title: "Choose systems and where they are signalled", Button: "Use these", Reference: "drm"}
	for _, s := range d.Systems {
		set := ComposerSet{Title: s.Title, Help: s.Help, Boxes: []ComposerBox{{"rule.system", s.Name, "Signal it"}}}
		for _, l := range s.Locations {
			set.Boxes = append(set.Boxes, ComposerBox{"rule.at." + s.Name, l, "only in " + l})
		}
		c.Sets = append(c.Sets, set)
	}
	return c
}

// systems returns a choice of systems in the grammar system-location-location,system.
func (d *Descriptions) systems(query url.Values) string {
	var chosen []string
	for _, s := range d.Systems {
		name := s.Name
		for _, l := range s.Locations {
			if slices.Contains(query["rule.at."+s.Name], l) {
				name += "-" + l
			}
		}
		if name != s.Name || slices.Contains(query["rule.system"], s.Name) {
			chosen = append(chosen, name)
		}
	}
	return strings.Join(chosen, ",")
}

func (d *Descriptions) eventComposer() *Composer {
	c := &Composer{Option: d.EventOption, Title: "Put a rule together", Button: "Add the rule", Reference: "events"}
	kind := ComposerPart{FaultPart{Title: "Kind"}, "rule.event"}
	for _, k := range d.Events.Kinds {
		kind.Choices = append(kind.Choices, Choice{k.Name, k.Title})
	}
	c.Sets = []ComposerSet{{Title: "What", Parts: []ComposerPart{kind}}, {Title: "When and where", Parts: parts("rule.word.", d.Events.Words)}}
	for _, k := range d.Events.Kinds {
		if len(k.Words) > 0 {
			c.Sets = append(c.Sets, ComposerSet{Title: "Of " + k.Title, Help: k.Help, Folded: true, Parts: parts("rule.word."+k.Name+".", k.Words)})
		}
	}
	return c
}

// event returns a rule in the grammar kind word=value word=value.
func (d *Descriptions) event(query url.Values) string {
	for _, k := range d.Events.Kinds {
		if k.Name == query.Get("rule.event") {
			words := append([]string{k.Name}, filled("rule.word.", d.Events.Words, query, quoted)...)
			return strings.Join(append(words, filled("rule.word."+k.Name+".", k.Words, query, quoted)...), " ")
		}
	}
	return ""
}

// quoted writes a value of an event's rule: in quotes where it would not be
// one word otherwise.
func quoted(s string) string {
	if !strings.ContainsAny(s, " \t;\"\\") && !strings.HasSuffix(s, ",") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
