package library

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxDescription is how large a NAME.stream.yaml may be.
const maxDescription = 1 << 20

// description is what a NAME.stream.yaml says.
type description struct {
	file
	title    string
	parts    []part // their files not looked at yet
	timing   string // ID of the track that is the timing reference
	defaults map[string]string
}

// parsed is a description, or what is wrong with it, remembered.
type parsed struct {
	stamp
	desc *description
	err  error
}

// readDescription returns what a description says, its parts with the files that they name. It is called under l.mu.
func (l *Library) readDescription(f file) (*description, error) {
	p := l.descriptions[f.path]
	if p == nil || p.stamp != f.stamp {
		p = &parsed{stamp: f.stamp}
		var b []byte
		if f.size > maxDescription {
			p.err = errs.Errorf(errs.Invalid, "%s: %d bytes are more than a description may have (%d)", f.base(), f.size, maxDescription)
		} else if b, p.err = os.ReadFile(f.path); p.err == nil {
			p.desc, p.err = parseDescription(f, b)
		}
		l.descriptions[f.path] = p
	}
	if p.err != nil {
		return nil, p.err
	}
	d := *p.desc
	d.parts = slices.Clone(d.parts)
	for i := range d.parts {
		if err := l.locate(&d.parts[i], &f); err != nil {
			return nil, err
		}
	}
	return &d, nil
}

// locate looks for the file of a part: among those that count, else on disk.
func (l *Library) locate(p *part, desc *file) error {
	rel := p.path
	path := filepath.Join(filepath.Dir(desc.path), filepath.FromSlash(rel))
	for _, list := range l.tree {
		if list.path == filepath.Dir(path) {
			for _, files := range [][]file{list.media, list.texts} {
				for i := range files {
					if files[i].path == path {
						p.file = files[i]
						return nil
					}
				}
			}
		}
	}
	i, err := os.Stat(path)
	switch {
	case err != nil:
		return errs.Errorf(errs.Invalid, "%s: there is no file %q; names are relative to the folder of the description", p.where, rel)
	case !i.Mode().IsRegular():
		return errs.Errorf(errs.Invalid, "%s: %q is not a file", p.where, rel)
	}
	p.file = file{path: path, rel: rel, stamp: stampOf(i)}
	return nil
}

// describedDraft makes the stream of a description. The files that it names are not streams of their own.
func describedDraft(f file, read func(file) (*description, error), taken map[string]bool) draft {
	name := strings.TrimSuffix(f.base(), descriptionSuffix)
	d := draft{shape: described, plain: streamName(name), title: name, path: f.path, files: []file{f}}
	d.desc, d.err = read(f)
	if d.err != nil {
		d.desc = nil
		return d
	}
	if d.desc.title != "" {
		d.title = d.desc.title
	}
	for _, p := range d.desc.parts {
		d.files = append(d.files, p.file)
		taken[p.path] = true
	}
	return d
}

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

// parseDescription reads YAML. The error says at which line and column, and what is allowed there.
func parseDescription(f file, b []byte) (d *description, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, errs.Errorf(errs.Invalid, "%s: not YAML that can be read (%v)", f.base(), p)
		}
	}()
	tree, err := parser.ParseBytes(b, 0)
	if err != nil {
		where, what := place{f.base(), 1, 1}, err.Error()
		var y yaml.Error
		if errors.As(err, &y) {
			what = y.GetMessage()
			if t := y.GetToken(); t != nil && t.Position != nil {
				where.line, where.col = t.Position.Line, t.Position.Column
			}
		}
		return nil, errs.Errorf(errs.Invalid, "%s: %s", where, what)
	}
	d = &description{file: f, defaults: map[string]string{}}
	r := &reader{name: f.base()}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, errs.Errorf(errs.Invalid, "%s:1:1: a description has a list of files under the key files:", f.base())
	}
	r.description(tree.Docs[0].Body, d)
	return d, r.err
}

func (r *reader) description(n ast.Node, d *description) {
	files := false
	var timing ast.Node
	r.mapping(n, map[string]func(ast.Node){
		"title":   func(v ast.Node) { d.title = r.text(v) },
		"timing":  func(v ast.Node) { d.timing, timing = r.text(v), v },
		"options": func(v ast.Node) { r.options(v, d.defaults) },
		"files": func(v ast.Node) {
			files = true
			for _, item := range r.sequence(v) {
				d.parts = append(d.parts, r.part(item))
			}
		},
	})
	if r.err != nil {
		return
	}
	if !files || len(d.parts) == 0 {
		r.fail(n, "a description needs a list of files under the key files:")
	}
	if timing != nil && !slices.ContainsFunc(d.parts, func(p part) bool { return p.id == d.timing }) {
		r.fail(timing, "timing is the id of one of the files; none has the id %q", d.timing)
	}
}

func (r *reader) part(n ast.Node) part {
	p := part{where: r.at(n).String()}
	if _, ok := n.(*ast.MappingNode); !ok {
		if _, ok := n.(*ast.MappingValueNode); !ok {
			p.path = r.text(n)
			return p
		}
	}
	role := func(v ast.Node) {
		list := []ast.Node{v}
		if s, ok := v.(*ast.SequenceNode); ok {
			list = s.Values
		}
		for _, item := range list {
			p.roles = append(p.roles, r.role(item))
		}
	}
	r.mapping(n, map[string]func(ast.Node){
		"file":  func(v ast.Node) { p.path, p.where = r.text(v), r.at(v).String() },
		"id":    func(v ast.Node) { p.id = r.id(v) },
		"label": func(v ast.Node) { p.label = r.text(v) },
		"role":  role,
		"roles": role,
		"language": func(v ast.Node) {
			said := r.text(v)
			if p.language = media.Language(said); p.language == "" {
				r.fail(v, "%q is no language; write one as in BCP 47: en, de, pt-BR, zh-Hans", said)
			}
		},
		"track": func(v ast.Node) {
			p.track = r.text(v)
			if i, err := strconv.Atoi(p.track); (err != nil || i < 1) && !slices.Contains([]string{"video", "audio", "text"}, p.track) {
				r.fail(v, "track is a number from 1, or video, audio or text; not %q", p.track)
			}
		},
	})
	if p.path == "" {
		r.fail(n, "an item of files needs the key file: with a path")
	}
	return p
}

func (r *reader) id(v ast.Node) string {
	id := r.text(v)
	if id == "" || trackID(id) != id {
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

func (r *reader) options(v ast.Node, into map[string]string) {
	for _, pair := range r.pairs(v) {
		into[r.text(pair.Key)] = r.text(pair.Value)
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
