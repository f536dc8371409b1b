package keys

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// document is what a keys.yaml says.
type document struct {
	entries []entry
	compute bool     // keys of which only the ID is known follow from it
	files   []string // other files that it names
}

// reader walks the nodes of a keys.yaml; the first error stays.
type reader struct {
	name string
	open func(name string) ([]byte, error) // files that it names
	doc  document
	// named are the first entries with each key ID.
	named map[media.KID]entry
	err   error
}

// parse reads a keys.yaml. The error, of kind errs.Invalid, says at which line and column something is wrong, and never what a key is.
func parse(name string, b []byte, open func(name string) ([]byte, error)) (d *document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, errs.Errorf(errs.Invalid, "%s: not YAML that can be read", name)
		}
	}()
	tree, err := parser.ParseBytes(b, 0)
	if err != nil {
		line, column, what := 1, 1, "not YAML"
		var y yaml.Error
		if errors.As(err, &y) {
			what = hidden(y.GetMessage())
			if t := y.GetToken(); t != nil && t.Position != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		return nil, errs.Errorf(errs.Invalid, "%s:%d:%d: %s", name, line, column, what)
	}
	r := &reader{name: name, open: open, named: map[media.KID]entry{}}
	switch {
	case len(tree.Docs) == 0 || len(tree.Docs) == 1 && tree.Docs[0].Body == nil:
		return &r.doc, nil
	case len(tree.Docs) > 1:
		return nil, errs.Errorf(errs.Invalid, "%s: several documents; a keys file is one", name)
	}
	r.file(tree.Docs[0].Body)
	if r.err != nil {
		return nil, r.err
	}
	return &r.doc, nil
}

// secret is what could be a key.
var secret = regexp.MustCompile(`[0-9A-Za-z+/=_-]{16,}`)

// hidden returns a message of others' without what could be a key.
func hidden(s string) string { return secret.ReplaceAllString(s, "…") }

func (r *reader) fail(n ast.Node, format string, args ...any) {
	if r.err != nil {
		return
	}
	line, column := place(n)
	r.err = errs.Errorf(errs.Invalid, "%s:%d:%d: %w", r.name, line, column, fmt.Errorf(format, args...))
}

// place returns the line and the column that a node begins at.
func place(n ast.Node) (line, column int) {
	switch m := n.(type) { // the token of a mapping is a colon
	case *ast.MappingNode:
		if len(m.Values) > 0 {
			n = m.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = m.Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 1, 1
}

// add adds a key that is named at a node.
func (r *reader) add(n ast.Node, e entry) {
	e.line, _ = place(n)
	other, twice := r.named[e.key.ID]
	if twice && other.key.Value != e.key.Value {
		r.fail(n, "the %s is there twice, with different values: it is named in line %d too", e.key, other.line)
		return
	}
	if !twice {
		r.named[e.key.ID] = e
	}
	r.doc.entries = append(r.doc.entries, e)
}

// mapping calls what belongs to each key of a mapping.
func (r *reader) mapping(n ast.Node, keys map[string]func(ast.Node)) {
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		r.fail(n, "here keys with values are expected")
		return
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key := r.text(pair.Key)
		f := keys[key]
		switch {
		case f == nil:
			allowed := make([]string, 0, len(keys))
			for k := range keys {
				allowed = append(allowed, k)
			}
			slices.Sort(allowed)
			r.fail(pair.Key, "unknown key %q; allowed are %s", hidden(key), strings.Join(allowed, ", "))
			return
		case seen[key]:
			r.fail(pair.Key, "%s is there twice", key)
			return
		}
		seen[key] = true
		f(pair.Value)
	}
}

// text returns a scalar as it was written, without quotes.
func (r *reader) text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value
	case *ast.MappingKeyNode:
		return r.text(s.Value)
	}
	r.fail(n, "here a single value is expected")
	return ""
}

func (r *reader) file(n ast.Node) {
	r.mapping(n, map[string]func(ast.Node){
		"unknown": func(v ast.Node) {
			switch r.text(v) {
			case "computed":
				r.doc.compute = true
			case "none":
			default:
				r.fail(v, "unknown: is computed or none")
			}
		},
		"keys": func(v ast.Node) {
			list, ok := v.(*ast.SequenceNode)
			if !ok {
				r.fail(v, "here a list is expected, each item after \"- \"")
				return
			}
			for _, item := range list.Values {
				if r.item(item); r.err != nil {
					return
				}
			}
		},
	})
}

// item reads one of the list of keys.
func (r *reader) item(n ast.Node) {
	var e entry
	var kid, value, cpix, selects, inverse ast.Node
	computed := false
	choose := func(read func(string) error) func(ast.Node) {
		return func(v ast.Node) {
			selects = v
			if err := read(r.text(v)); err != nil {
				r.fail(v, "%w", err)
			}
		}
	}
	r.mapping(n, map[string]func(ast.Node){
		"kid":      func(v ast.Node) { kid = v },
		"key":      func(v ast.Node) { value = v },
		"computed": func(v ast.Node) { inverse, computed = v, r.yes(v) },
		"public":   func(v ast.Node) { e.key.Public = r.yes(v) },
		"cpix":     func(v ast.Node) { cpix = v },
		"stream": func(v ast.Node) {
			if e.stream = r.text(v); e.stream == "" {
				r.fail(v, "stream is the name of a stream, in which * stands for any characters and ? for one")
			} else if _, err := path.Match(e.stream, ""); err != nil {
				r.fail(v, "stream is a name in which * stands for any characters and ? for one; this is no such pattern")
			}
		},
		"kind":   choose(func(s string) (err error) { e.kinds, err = readKinds(s); return err }),
		"height": choose(func(s string) (err error) { e.lines, err = readLines(s); return err }),
		"period": choose(func(s string) (err error) { e.period, err = readPeriod(s); return err }),
	})
	switch {
	case r.err != nil:
	case cpix != nil && (kid != nil || value != nil || inverse != nil):
		r.fail(cpix, "cpix names a document with keys: kid, key and computed do not stand beside it")
	case cpix != nil:
		r.cpix(cpix, e, selects != nil)
	case kid == nil:
		r.fail(n, "a key needs kid: with its ID, or cpix: with the name of a document")
	case selects != nil && e.stream == "":
		r.fail(selects, "kind, height and period say what of a stream a key is for: stream: is missing; \"*\" is any")
	case computed && value != nil:
		r.fail(inverse, "a key that is computed has no key:")
	default:
		r.key(&e, kid, value)
		if r.err == nil {
			r.add(kid, e)
		}
	}
}

// key reads the ID and the value of a key, and computes the value where there is none.
func (r *reader) key(e *entry, kid, value ast.Node) {
	id, err := readID(r.text(kid))
	if err != nil {
		r.fail(kid, "%w", err)
		return
	}
	if value == nil {
		public := e.key.Public
		if e.key, err = drm.Computed(id); err != nil {
			r.fail(kid, "%w", err)
		}
		e.key.Public = public
		return
	}
	e.key.ID = id
	if e.key.Value, err = readValue(r.text(value)); err != nil {
		r.fail(value, "%w", err)
	}
}

func (r *reader) yes(v ast.Node) bool {
	switch strings.ToLower(r.text(v)) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	r.fail(v, "here true or false is expected")
	return false
}

// readID reads a key ID: 32 hexadecimal digits, with or without the hyphens of a UUID.
func readID(s string) (media.KID, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != 16 {
		return media.KID{}, errors.New("a kid is 32 hexadecimal digits, or a UUID; one that begins with 0 or has digits only needs quotes")
	}
	return media.KID(b), nil
}

// readValue reads a content key: 32 hexadecimal digits, or 16 bytes in base64. Its error does not repeat it.
func readValue(s string) ([16]byte, error) {
	if b, err := hex.DecodeString(s); err == nil && len(b) == 16 {
		return [16]byte(b), nil
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := encoding.DecodeString(s); err == nil && len(b) == 16 {
			return [16]byte(b), nil
		}
	}
	return [16]byte{}, errors.New("a key is 32 hexadecimal digits, or 16 bytes in base64; one that begins with 0 or has digits only needs quotes")
}

func readKinds(s string) ([]media.Kind, error) {
	for _, k := range []media.Kind{media.Video, media.Audio, media.Text} {
		if s == k.String() {
			return []media.Kind{k}, nil
		}
	}
	return nil, errors.New("kind is video, audio or text")
}

// readLines reads a range of heights: "720", "0-576", "1081-".
func readLines(s string) (span, error) {
	wrong := errors.New("height is lines of pictures: 720, 0-576, or 1081- for all from 1081 on")
	from, to, ranged := strings.Cut(s, "-")
	var r span
	var err error
	if r.from, err = strconv.ParseUint(from, 10, 16); err != nil {
		return r, wrong
	}
	switch {
	case !ranged:
		r.to = r.from
	case to != "":
		if r.to, err = strconv.ParseUint(to, 10, 16); err != nil {
			return r, wrong
		}
	}
	if r.to < r.from && to != "" || r.to == 0 && (!ranged || to != "") {
		return r, wrong
	}
	r.from = max(r.from, 1) // or it would be no condition
	return r, nil
}

// readPeriod reads which key periods: "any", "5", "0/3".
func readPeriod(s string) (period, error) {
	wrong := errors.New("period is the number of a key period, from 0; 0/3 for the first of every three (0, 3, 6 …); or any")
	if s == "any" {
		return period{any: true}, nil
	}
	number, every, cycle := strings.Cut(s, "/")
	var p period
	var err error
	if p.number, err = strconv.ParseInt(number, 10, 64); err != nil || p.number < 0 {
		return p, wrong
	}
	if cycle {
		if p.every, err = strconv.ParseInt(every, 10, 32); err != nil || p.every <= p.number {
			return p, wrong
		}
	}
	return p, nil
}
