package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"text/template"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Look is one form that a manifest can have: a template, and what its header says of it.
type Look struct {
	Name  string // of the file, as it stands in URLs: "manifest.mpd"
	Title string
	Help  string
	Modes []string // vod, live, odvod: those that it has
	// Requires are options that it sets, whatever was asked; Defaults are those that it sets when they were not asked for.
	Requires, Defaults map[string]string
	User               bool // from the user's folder
	// Located says that it may print the URL of the manifest as it was asked for, with all of its query.
	Located bool
	// Err is why it cannot be used: a mistake in the file.
	Err error

	template *template.Template
	program  *program // nil: something in the template is not compiled
	slower   error    // what
}

// Offers returns an error of kind errs.NotFound, with those that there are, when the look has no such mode.
func (l *Look) Offers(mode presentation.Mode) error {
	if l.Err != nil {
		return l.Err
	}
	if slices.Contains(l.Modes, string(mode)) {
		return nil
	}
	return errs.Errorf(errs.NotFound, "manifest %s has no mode %s: it has %s", l.Name, mode, strings.Join(l.Modes, ", "))
}

// Query returns the query with what the look requires in front, and with its defaults behind where neither the query nor what is below it (queries, too) says anything of them. names
// gives an option's names, none for one that does not exist. changed says which values of the query are not those that count.
func (l *Look) Query(query string, below []string, names func(key string) []string) (merged string, changed []string) {
	if len(l.Requires) == 0 && len(l.Defaults) == 0 {
		return query, nil
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return query, nil // who parses it says what is wrong
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(l.Requires)) {
		want, all := l.Requires[key], names(key)
		if len(all) == 0 {
			continue
		}
		parts = append(parts, url.QueryEscape(key)+"="+url.QueryEscape(want)) // the first of several values counts
		if said := firstOf(given, all); said != nil && *said != want {
			changed = append(changed, key+"="+want)
		}
	}
	if query != "" {
		parts = append(parts, query)
	}
	for _, b := range below {
		if said, err := url.ParseQuery(b); err == nil {
			for name, v := range said {
				if given[name] == nil {
					given[name] = v
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(l.Defaults)) {
		if all := names(key); len(all) > 0 && firstOf(given, all) == nil {
			parts = append(parts, url.QueryEscape(key)+"="+url.QueryEscape(l.Defaults[key]))
		}
	}
	return strings.Join(parts, "&"), changed
}

// firstOf returns the value that one of the names has, nil when none is there.
func firstOf(given url.Values, names []string) *string {
	for _, name := range names {
		if v := given[name]; len(v) > 0 {
			return &v[0]
		}
	}
	return nil
}

// Render writes p in this look: an MPD, or the one Period that is asked for.
func (l *Look) Render(p *presentation.Presentation) ([]byte, error) {
	return l.RenderFor(context.Background(), p)
}

// RenderFor is Render for somebody who may give up: a user's template ends with ctx.
func (l *Look) RenderFor(ctx context.Context, p *presentation.Presentation) ([]byte, error) {
	b, err := l.whole(ctx, p)
	if err == nil {
		b = addImages(b, p)
	}
	switch {
	case err != nil:
		return nil, err
	case p.Only != "":
		return onlyPeriod(b, p), nil
	case p.Linking != "":
		return linkPeriods(b, p), nil
	}
	return b, nil
}

func (l *Look) whole(ctx context.Context, p *presentation.Presentation) ([]byte, error) {
	if err := l.Offers(p.Mode); err != nil {
		return nil, err
	}
	if l.User {
		b, err := l.checked(ctx, p)
		if err != nil {
			return nil, err
		}
		return identified(b, p)
	}
	if l.program != nil {
		if b, ok, _ := l.program.render(p, nil); ok {
			return identified(b, p)
		}
	}
	b, err := l.slow(p)
	if err != nil {
		return nil, err
	}
	return identified(b, p)
}

// slow is whole for a built-in look by text/template: it knows all there is, and says what is wrong where.
func (l *Look) slow(p *presentation.Presentation) ([]byte, error) {
	var b bytes.Buffer
	if err := l.template.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("manifest %s: %w", l.Name, err)
	}
	return b.Bytes(), nil
}

// mistake is an error in a user's template: it is shown to whoever asks for the manifest. The sentence begins with file and line.
func mistake(err error) error {
	if errs.KindOf(err) != errs.Internal {
		return err // a meter's
	}
	var exec template.ExecError
	if errors.As(err, &exec) {
		err = exec.Err
	}
	return errs.Errorf(errs.Unsupported, "%s", strings.TrimPrefix(err.Error(), "template: "))
}

// newLook reads a look's header and template. A mistake in them is in Err.
func (p *parser) newLook(name, text string, user bool) *Look {
	l := &Look{Name: name, Title: strings.TrimSuffix(name, ".mpd"), Modes: []string{"vod", "live", "odvod"}, User: user}
	if err := l.readHeader(text); err != nil {
		l.Err = mistake(err)
		return l
	}
	var err error
	if l.template, err = p.parse(name, text, user); err != nil {
		l.Err = mistake(err)
		return l
	}
	l.Located = user || strings.Contains(text, ".URL") || strings.Contains(text, ".Path") || strings.Contains(text, `"location"`)
	l.program, l.slower = compile(l.template, reflect.TypeFor[*presentation.Presentation]())
	return l
}

// readHeader reads the comment that a look's file may begin with, on lines of its own: "key: value"; an indented line continues the one before.
func (l *Look) readHeader(text string) error {
	body, ok := strings.CutPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "{{/*\n")
	if !ok {
		return nil
	}
	body, _, ok = strings.Cut(body, "*/")
	if !ok {
		return fmt.Errorf("%s:1: the comment has no end", l.Name)
	}
	var fields [][2]string
	var lines []int
	n := 1
	for line := range strings.Lines(body) {
		n++
		line = strings.TrimRight(line, "\r\n\t ")
		if line == "" {
			continue
		}
		if (line[0] == ' ' || line[0] == '\t') && len(fields) > 0 {
			fields[len(fields)-1][1] += " " + strings.TrimSpace(line)
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("%s:%d: %q is not \"key: value\"", l.Name, n, line)
		}
		fields, lines = append(fields, [2]string{strings.TrimSpace(key), strings.TrimSpace(value)}), append(lines, n)
	}
	for i, f := range fields {
		if err := l.set(f[0], f[1]); err != nil {
			return fmt.Errorf("%s:%d: %w", l.Name, lines[i], err)
		}
	}
	return nil
}

func (l *Look) set(key, value string) error {
	switch key {
	case "title":
		l.Title = value
	case "help":
		l.Help = value
	case "modes":
		l.Modes = strings.Fields(value)
		for _, m := range l.Modes {
			if m != string(presentation.VOD) && m != string(presentation.Live) && m != string(presentation.OnDemand) {
				return fmt.Errorf("mode %q: there are vod, live and odvod", m)
			}
		}
	case "requires":
		return assign(&l.Requires, value)
	case "defaults":
		return assign(&l.Defaults, value)
	default:
		return fmt.Errorf("header field %q: there are title, help, modes, requires and defaults", key)
	}
	return nil
}

// assign reads "option=value option=value".
func assign(to *map[string]string, text string) error {
	*to = map[string]string{}
	for one := range strings.FieldsSeq(text) {
		k, v, ok := strings.Cut(one, "=")
		if !ok || k == "" {
			return fmt.Errorf("%q is not option=value", one)
		}
		(*to)[k] = v
	}
	return nil
}
