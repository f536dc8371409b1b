package describe

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/dashwright/dashwright/internal/errs"
)

// place is a position in a description.
type place struct {
	name string
	line int
	col  int
}

func (p place) String() string { return fmt.Sprintf("%s:%d:%d", p.name, p.line, p.col) }

// reader walks the nodes of a description; the first error stays.
type reader struct {
	name string
	err  error
}

func (r *reader) at(n ast.Node) place {
	switch m := n.(type) { // the token of a mapping is a colon
	case *ast.MappingNode:
		if len(m.Values) > 0 {
			n = m.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = m.Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return place{r.name, t.Position.Line, t.Position.Column}
	}
	return place{r.name, 1, 1}
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	if r.err == nil {
		r.err = errs.Errorf(errs.Invalid, "%s: %s", r.at(n), fmt.Sprintf(format, args...))
	}
}

func (r *reader) id(v ast.Node) string {
	id := r.text(v)
	if !isID(id) {
		r.fail(v, "an id has letters, digits, \"-\", \"_\" and \".\" only; not %q", id)
	}
	return id
}

func (r *reader) role(v ast.Node) string {
	known := []string{"alternate", "caption", "commentary", "description", "dub", "easyreader", "emergency", "enhanced-audio-intelligibility", "forced-subtitle",
		"karaoke", "main", "metadata", "sign", "subtitle", "supplementary"}
	role := r.text(v)
	if !slices.Contains(known, role) {
		r.fail(v, "unknown role %q; known are %s", role, strings.Join(known, ", "))
	}
	return role
}

func (r *reader) options(v ast.Node, d *Description) {
	for _, pair := range r.pairs(v) {
		name := r.text(pair.Key)
		d.Options[name], d.Where[name] = r.text(pair.Value), r.at(pair).String()
	}
}

// pairs returns the pairs of a mapping.
func (r *reader) pairs(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	r.fail(n, "here keys with values are expected")
	return nil
}

// mapping calls what belongs to each key.
func (r *reader) mapping(n ast.Node, keys map[string]func(ast.Node)) {
	for _, pair := range r.pairs(n) {
		key := r.text(pair.Key)
		f := keys[key]
		if f == nil {
			allowed := make([]string, 0, len(keys))
			for k := range keys {
				allowed = append(allowed, k)
			}
			slices.Sort(allowed)
			r.fail(pair.Key, "unknown key %q; allowed are %s", key, strings.Join(allowed, ", "))
			return
		}
		f(pair.Value)
	}
}

func (r *reader) sequence(n ast.Node) []ast.Node {
	if s, ok := n.(*ast.SequenceNode); ok {
		return s.Values
	}
	r.fail(n, "here a list is expected, each item after \"- \"")
	return nil
}

// text returns a scalar as it was written, without quotes.
func (r *reader) text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(s.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	r.fail(n, "here a text or a number is expected")
	return ""
}

// isID says whether s can stand in URLs and paths as it is.
func isID(s string) bool {
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return strings.Trim(s, ".") != ""
}
