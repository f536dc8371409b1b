package option

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// Set is what one request asked. A nil Set asks nothing. It does not change after Parse.
type Set struct {
	items   []item
	unknown []string
}

type item struct {
	key   string
	text  string
	value any
	scope Scope
}

// Registry is the Options that a program knows.
type Registry struct {
	list  []Any
	byKey map[string]Any
}

// NewRegistry returns a Registry of the given Options. Two with the same key are a mistake of the program's.
func NewRegistry(options ...Any) *Registry {
	r := &Registry{byKey: map[string]Any{}}
	for _, o := range options {
		key := o.Describe().Key
		if r.byKey[key] != nil {
			panic("option " + key + " declared twice")
		}
		r.byKey[key] = o
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

// Parse reads a query. A value that is not allowed gives an error of kind errs.Invalid that names option, value and what is allowed. Unknown names are kept for
// Unknown. Values equal to the default count as not given.
func (r *Registry) Parse(query string) (*Set, error) {
	if query == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "query %q: %w", query, err)
	}
	s := &Set{}
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		o := r.byKey[key]
		if o == nil {
			s.unknown = append(s.unknown, key)
			continue
		}
		text := values.Get(key)
		v, err := o.parse(text)
		if err != nil {
			return nil, err
		}
		if info := o.Describe(); text != info.Default {
			s.items = append(s.items, item{key, text, v, info.Scope})
		}
	}
	return s, nil
}

// Unknown returns the names that no Option has, sorted.
func (s *Set) Unknown() []string {
	if s == nil {
		return nil
	}
	return s.unknown
}

// Query returns the query with which URLs of the given scope carry s, "" or beginning with "?". Names are sorted. What is in place (by name) is written with
// that text instead, whether s has it or not; an empty text leaves it out.
func (s *Set) Query(scope Scope, place map[string]string) string {
	texts := map[string]string{}
	if s != nil {
		for _, it := range s.items {
			if it.scope&scope != 0 {
				texts[it.key] = it.text
			}
		}
	}
	maps.Copy(texts, place)
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if texts[key] == "" {
			continue
		}
		if b.Len() == 0 {
			b.WriteByte('?')
		} else {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(key) + "=" + escapeValue(texts[key]))
	}
	return b.String()
}

// escapeValue is url.QueryEscape, but leaves what a query may hold as it is, so that times stay readable.
func escapeValue(s string) string {
	return strings.NewReplacer("%3A", ":", "%2C", ",", "%2F", "/").Replace(url.QueryEscape(s))
}
