package option

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// Set is what one request asked. A nil Set asks nothing. It does not change after Parse.
type Set struct {
	items   []item // by key
	unknown []string
}

type item struct {
	key   string
	text  string
	value any
	scope Scope
	known bool     // from a Layer that is Known
	modes []string // in which it has an effect
}

// Layer is options that hold where the query does not say otherwise, written as a query.
type Layer struct {
	Query string
	// Known says that they hold for every URL of the stream, because its path or the stream itself has them: those need not carry them. Those of time and steering servers do.
	Known bool
}

// Registry is the Options that a program knows.
type Registry struct {
	list   []Any
	byName map[string]Any
}

// NewRegistry returns a Registry of the given Options. Two with the same name, be it a short one, are a mistake of the program's.
func NewRegistry(options ...Any) *Registry {
	r := &Registry{byName: map[string]Any{}}
	for _, o := range options {
		info := o.about()
		names := []string{info.Key}
		if info.Short != "" && info.Short != info.Key {
			names = append(names, info.Short)
		}
		for _, name := range names {
			if r.byName[name] != nil {
				panic("option " + name + " declared twice")
			}
			r.byName[name] = o
		}
		r.list = append(r.list, o)
	}
	return r
}

// Describe returns all descriptions, in the order of forms.
func (r *Registry) Describe() []Info {
	infos := make([]Info, len(r.list))
	for i, o := range r.list {
		infos[i] = o.Describe()
	}
	return infos
}

// Has says whether there is an Option of that name.
func (r *Registry) Has(name string) bool { return r.byName[name] != nil }

// Check says what is wrong with a value of an Option: errs.Invalid.
func (r *Registry) Check(name, value string) error {
	o := r.byName[name]
	if o == nil {
		return errs.Errorf(errs.Invalid, "no option is called %q", name)
	}
	_, _, err := o.parse(value)
	return err
}

// Parse reads a query, and before it the layers that are below it, the lowest first. A value that is not allowed gives an error of kind errs.Invalid that names option, value and what
// is allowed. Unknown names are kept for Unknown. Values equal to the default count as not given. A name that is there several times has its first value; an Option's own name
// goes before its short one.
func (r *Registry) Parse(query string, below ...Layer) (*Set, error) {
	if query == "" && !slices.ContainsFunc(below, func(l Layer) bool { return l.Query != "" }) {
		return nil, nil
	}
	s := &Set{}
	hidden := map[string]bool{} // names in a Known layer
	for _, l := range below {
		if err := r.read(s, l, hidden); err != nil {
			return nil, err
		}
	}
	if err := r.read(s, Layer{Query: query}, hidden); err != nil {
		return nil, err
	}
	s.items = slices.DeleteFunc(s.items, func(it item) bool {
		// What is the default need not be said, unless it takes back what whoever gets the URL will read first.
		return it.text == r.byName[it.key].about().Default && (it.known || !hidden[it.key])
	})
	slices.Sort(s.unknown)
	return s, nil
}

func (r *Registry) read(s *Set, l Layer, hidden map[string]bool) error {
	if l.Query == "" {
		return nil
	}
	values, err := url.ParseQuery(l.Query)
	if err != nil {
		return errs.Errorf(errs.Invalid, "query %q: %w", l.Query, err)
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		o := r.byName[name]
		if o == nil {
			s.unknown = append(s.unknown, name)
			continue
		}
		info := o.about()
		if _, both := values[info.Key]; both && name != info.Key {
			continue
		}
		v, text, err := o.parse(values.Get(name))
		if err != nil {
			return err
		}
		if l.Known {
			hidden[info.Key] = true
		}
		s.put(item{info.Key, text, v, info.Scope | Manifest, l.Known, info.Modes})
	}
	return nil
}

func (s *Set) find(key string) *item {
	if s == nil {
		return nil
	}
	for i := range s.items {
		if s.items[i].key == key {
			return &s.items[i]
		}
	}
	return nil
}

func (s *Set) put(it item) {
	i, found := slices.BinarySearchFunc(s.items, it.key, func(a item, key string) int { return strings.Compare(a.key, key) })
	if found {
		s.items[i] = it
		return
	}
	s.items = slices.Insert(s.items, i, it)
}

// with returns a Set that has it, and else what s has.
func (s *Set) with(it item) *Set {
	c := &Set{}
	if s != nil {
		c.items, c.unknown = slices.Clone(s.items), s.unknown
	}
	c.put(it)
	return c
}

// Only returns the Set of what has an effect in a mode.
func (s *Set) Only(mode string) *Set {
	if s == nil || !slices.ContainsFunc(s.items, func(it item) bool { return !slices.Contains(it.modes, mode) }) {
		return s
	}
	c := &Set{unknown: s.unknown}
	for _, it := range s.items {
		if slices.Contains(it.modes, mode) {
			c.items = append(c.items, it)
		}
	}
	return c
}

// Unknown returns the names that no Option has, sorted.
func (s *Set) Unknown() []string {
	if s == nil {
		return nil
	}
	return s.unknown
}

// Key returns a text that Sets have in common that ask the same, and say it in the same place: what of it URLs need not carry counts. What no Option has does not count.
func (s *Set) Key() string {
	if s == nil || len(s.items) == 0 {
		return ""
	}
	b := make([]byte, 0, 24*len(s.items))
	for i := range s.items {
		it := &s.items[i]
		mark := byte('=')
		if it.known {
			mark = ':'
		}
		b = strconv.AppendInt(append(append(b, it.key...), mark), int64(len(it.text)), 10)
		b = append(append(b, ' '), it.text...)
	}
	return string(b)
}

// Query returns the query with which URLs of a scope (of all that it says: Init|Video is the initialization segments of video) carry s, "" or beginning with "?": what counts in it and is
// not known anyway. Names are sorted. What is in place (by name) is
// written with that text instead, whether s has it or not; an empty text leaves it out.
func (s *Set) Query(scope Scope, place map[string]string) string {
	type pair struct{ key, text string }
	var pairs []pair
	if s != nil {
		for _, it := range s.items {
			if _, placed := place[it.key]; it.scope&scope == scope && (!it.known || scope == Clock || scope == Steering || scope == Licence) && !placed {
				pairs = append(pairs, pair{it.key, it.text})
			}
		}
	}
	for key, text := range place {
		if text != "" {
			pairs = append(pairs, pair{key, text})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	var b strings.Builder
	for i, p := range pairs {
		if i == 0 {
			b.WriteByte('?')
		} else {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.key) + "=" + escapeValue(p.text))
	}
	return b.String()
}

// escapeValue is url.QueryEscape, but leaves what a query may hold as it is, so that times stay readable.
func escapeValue(s string) string {
	return strings.NewReplacer("%3A", ":", "%2C", ",", "%2F", "/").Replace(url.QueryEscape(s))
}
