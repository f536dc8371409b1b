package web

import (
	"slices"
	"strings"
)

// Field is an Option in the form.
type Field struct {
	Option
	ID       string
	Value    string // as asked; empty for the default
	Standard string // what holds when nothing is asked: of the stream, the look, or the option itself
	From     string // what has its own Standard: "look", "stream" or nothing
	Fixed    bool   // by the look: what is asked does not count
	Idle     bool   // has no effect in the mode
	Hidden   bool
	Chosen   bool // Value stands in the URL
	Error    string
	Without  string // the builder's address without this value
	Composer *Composer

	separator string
}

// separator stands between the values of an option that can have several at
// once; empty where it has one.
func (d *Descriptions) separator(o Option) string {
	switch {
	case o.Name == d.FaultOption || o.Name == d.EventOption:
		return ";"
	case o.Type == "list":
		return ","
	}
	return ""
}

// pressed returns what becomes of a value when another that is offered is
// pressed: it takes its place, or is put in or taken out of several. One that
// is several itself takes the place of all.
func pressed(old, value, separator string) string {
	items := items(old, separator)
	i := slices.Index(items, value)
	switch {
	case i >= 0:
		return strings.Join(slices.Delete(items, i, i+1), separator)
	case separator == "" || strings.Contains(value, separator) && separator == ",":
		if old == value {
			return ""
		}
		return value
	}
	return strings.Join(append(items, value), separator)
}

// items splits a value.
func items(value, separator string) []string {
	all := []string{value}
	if separator != "" {
		all = strings.Split(value, separator)
	}
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func (f Field) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	var text strings.Builder
	for _, part := range []string{f.Name, f.Short, f.Title, f.Help, f.Group, f.Clause} {
		text.WriteString(part + "\n")
	}
	for _, c := range f.Choices {
		text.WriteString(c.Value + "\n" + c.Help + "\n")
	}
	all := strings.ToLower(text.String())
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(all, word) })
}

// Said is the value in words: what it means where that is known.
func (f Field) Said() string { return f.say(f.Value) }

// SaidStandard is the same of what holds when nothing is asked; empty when
// that is nothing.
func (f Field) SaidStandard() string { return f.say(f.Standard) }

func (f Field) say(value string) string {
	if f.Type == "flag" {
		return map[bool]string{true: "on", false: "off"}[value == "1" || value == "true" || value == "on" || value == "yes"]
	}
	if f.Type == "duration" && value != "" && f.Error == "" {
		return value + " s"
	}
	return value
}

// Means is what the help says of the value; empty when it says nothing.
func (f Field) Means() string {
	i := slices.IndexFunc(f.Choices, func(c Choice) bool { return c.Value == f.Value })
	if i < 0 {
		return ""
	}
	return f.Choices[i].Help
}

// Select says that the field is a list to choose one value from.
func (f Field) Select() bool { return f.Type == "flag" || f.Type == "choice" }

// Odd says that the value is none of those to choose from, so that the list
// has to have it besides.
func (f Field) Odd() bool {
	return f.Value != "" && !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == f.Value })
}

// ChoiceTitle is how a value of a list to choose from reads.
func (f Field) ChoiceTitle(c Choice) string {
	if f.Type == "flag" {
		return f.say(c.Value) + ": " + c.Help
	}
	return c.Value + ": " + c.Help
}

// Pressed says whether an offered value is there.
func (f Field) Pressed(value string) bool {
	return f.Value == value || slices.Contains(items(f.Value, f.separator), value)
}

// Keyboard is the inputmode of the field.
func (f Field) Keyboard() string {
	switch f.Type {
	case "number":
		return "numeric"
	case "duration":
		return "decimal"
	}
	return "text"
}
