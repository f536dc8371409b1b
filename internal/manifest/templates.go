package manifest

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
)

//go:embed templates/*.mpd templates/parts.tmpl
var files embed.FS

// Config says where looks come from besides the built-in ones.
type Config struct {
	// User is a folder of the user's whose *.mpd files add looks or stand for built-in ones; nil: there is none. It is looked at again while the program runs.
	User fs.FS
	Now  func() time.Time // needed with User
}

// Templates are the looks that a manifest can have.
type Templates struct {
	parser *parser
	own    map[string]*Look
	user   *folder // nil: none
}

// Load parses the looks. An error is a mistake in a built-in one; mistakes in a user's are shown to those who ask for it.
func Load(cfg Config) (*Templates, error) {
	p, err := newParser()
	if err != nil {
		return nil, err
	}
	t := &Templates{parser: p, own: map[string]*Look{}}
	names, err := fs.Glob(files, "templates/*.mpd")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l := p.newLook(path.Base(name), string(text), false)
		if l.Err != nil {
			return nil, l.Err
		}
		t.own[l.Name] = l
	}
	if cfg.User != nil {
		t.user = &folder{dir: cfg.User, now: cfg.Now, parser: p}
		if err := t.user.read(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Look returns the look of that name. The same pointer means that it has not changed.
func (t *Templates) Look(name string) (*Look, error) {
	l := t.own[name]
	if t.user != nil {
		if u := t.user.looks()[name]; u != nil {
			l = u
		}
	}
	if l == nil {
		return nil, errs.Errorf(errs.NotFound, "no manifest is called %s; there are %s", name, strings.Join(t.Names(), ", "))
	}
	return l, nil
}

// Names returns the names of the looks, sorted.
func (t *Templates) Names() []string {
	looks := t.Describe()
	names := make([]string, len(looks))
	for i := range looks {
		names[i] = looks[i].Name
	}
	return names
}

// Describe returns all looks, by name. They are not to be changed.
func (t *Templates) Describe() []*Look {
	byName := map[string]*Look{}
	for name, l := range t.own {
		byName[name] = l
	}
	if t.user != nil {
		for name, l := range t.user.looks() {
			byName[name] = l
		}
	}
	looks := make([]*Look, 0, len(byName))
	for _, l := range byName {
		looks = append(looks, l)
	}
	slices.SortFunc(looks, func(a, b *Look) int { return strings.Compare(a.Name, b.Name) })
	return looks
}

// Render writes p in the look called name.
func (t *Templates) Render(p *presentation.Presentation, name string) ([]byte, error) {
	l, err := t.Look(name)
	if err != nil {
		return nil, err
	}
	return l.Render(p)
}
