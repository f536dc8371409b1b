package describe

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Description is what a file says a stream consists of: Files that play together, or Periods that are shown one after another.
type Description struct {
	Title   string
	Timing  string // ID of the File that is the timing reference
	Options map[string]string
	Where   map[string]string // the values of Options are in the description, for errors
	Files   []File
	Periods []Period
}

// File is a file that is part of a stream.
type File struct {
	Path     string // relative to the description's folder, with "/"
	ID       string // "": none is said
	Language string // BCP 47
	Label    string
	Roles    []string
	Track    string // "": all; else a number from 1, or a kind
	Where    string // in the description, for errors
}

// Parse reads a description; name is the file's. The error, of kind errs.Invalid, says at which line and column something is wrong, and what is allowed there.
func Parse(name string, b []byte) (d *Description, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, errs.Errorf(errs.Invalid, "%s: not YAML that can be read (%v)", name, p)
		}
	}()
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) // a byte order mark, which editors on Windows write
	tree, err := parser.ParseBytes(b, 0)
	if err != nil {
		where, what := place{name, 1, 1}, err.Error()
		var y yaml.Error
		if errors.As(err, &y) {
			what = y.GetMessage()
			if t := y.GetToken(); t != nil && t.Position != nil {
				where.line, where.col = t.Position.Line, t.Position.Column
			}
		}
		return nil, errs.Errorf(errs.Invalid, "%s: %s", where, what)
	}
	d = &Description{Options: map[string]string{}, Where: map[string]string{}}
	r := &reader{name: name}
	if len(tree.Docs) > 1 {
		second := place{name, 1, 1}
		if t := tree.Docs[1].Start; t != nil && t.Position != nil {
			second.line, second.col = t.Position.Line, t.Position.Column
		}
		return nil, errs.Errorf(errs.Invalid, "%s: a second document begins here; a description is one document only", second)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, errs.Errorf(errs.Invalid, "%s:1:1: a description has a list of files under the key files:, or of Periods under the key periods:", name)
	}
	r.description(tree.Docs[0].Body, d)
	return d, r.err
}

func (r *reader) description(n ast.Node, d *Description) {
	var timing, files, periods ast.Node
	r.mapping(n, map[string]func(ast.Node){
		"title":   func(v ast.Node) { d.Title = r.text(v) },
		"timing":  func(v ast.Node) { d.Timing, timing = r.text(v), v },
		"options": func(v ast.Node) { r.options(v, d) },
		"files": func(v ast.Node) {
			files = v
			for _, item := range r.sequence(v) {
				d.Files = append(d.Files, r.file(item, d.Files))
			}
		},
		"periods": func(v ast.Node) {
			periods = v
			r.periods(v, d)
		},
	})
	switch {
	case r.err != nil:
	case files != nil && periods != nil:
		r.fail(periods, "a stream consists of files: or of periods:, not of both; name a stream of those files as a Period")
	case timing != nil && periods != nil:
		r.fail(timing, "timing is for a stream of files: every Period keeps its own time")
	case len(d.Files) == 0 && len(d.Periods) == 0:
		r.fail(n, "a description needs a list of files under the key files:, or of Periods under the key periods:")
	case timing != nil && !slices.ContainsFunc(d.Files, func(f File) bool { return f.ID == d.Timing }):
		r.fail(timing, "timing is the id of one of the files; none has the id %q", d.Timing)
	}
}

// file reads an item of files; before are those that stand before it.
func (r *reader) file(n ast.Node, before []File) File {
	p := File{Where: r.at(n).String()}
	if _, ok := n.(*ast.MappingNode); !ok {
		if _, ok := n.(*ast.MappingValueNode); !ok {
			p.Path = r.text(n)
			return p
		}
	}
	role := func(v ast.Node) {
		list := []ast.Node{v}
		if s, ok := v.(*ast.SequenceNode); ok {
			list = s.Values
		}
		for _, item := range list {
			p.Roles = append(p.Roles, r.role(item))
		}
	}
	r.mapping(n, map[string]func(ast.Node){
		"file": func(v ast.Node) { p.Path, p.Where = r.text(v), r.at(v).String() },
		"id": func(v ast.Node) {
			p.ID = r.id(v)
			if i := slices.IndexFunc(before, func(f File) bool { return f.ID == p.ID }); i >= 0 {
				r.fail(v, "the id %q is that of %s already (%s); every file needs its own", p.ID, before[i].Path, before[i].Where)
			}
		},
		"label": func(v ast.Node) { p.Label = r.text(v) },
		"role":  role,
		"roles": role,
		"language": func(v ast.Node) {
			said := r.text(v)
			if p.Language = media.Language(said); p.Language == "" {
				r.fail(v, "%q is no language; write one as in BCP 47: en, de, pt-BR, zh-Hans", said)
			}
		},
		"track": func(v ast.Node) {
			p.Track = r.text(v)
			if i, err := strconv.Atoi(p.Track); (err != nil || i < 1) && !slices.Contains([]string{"video", "audio", "text"}, p.Track) {
				r.fail(v, "track is a number from 1, or video, audio or text; not %q", p.Track)
			}
		},
	})
	if p.Path == "" {
		r.fail(n, "an item of files needs the key file: with a path")
	}
	return p
}
