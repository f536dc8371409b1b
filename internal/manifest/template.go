package manifest

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
)

//go:embed templates/*.mpd
var files embed.FS

// Templates are the looks that a manifest can have, by file name ("manifest.mpd").
type Templates struct {
	byName map[string]*template.Template
}

// Load parses the embedded templates. An error is a mistake in one of them.
func Load() (*Templates, error) {
	t := &Templates{byName: map[string]*template.Template{}}
	names, err := fs.Glob(files, "templates/*.mpd")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		tmpl, err := parseTemplate(path.Base(name), string(text))
		if err != nil {
			return nil, err
		}
		t.byName[path.Base(name)] = tmpl
	}
	return t, nil
}

// Names returns the names of the looks, sorted.
func (t *Templates) Names() []string {
	names := make([]string, 0, len(t.byName))
	for name := range t.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Render writes p in the look called name.
func (t *Templates) Render(p *presentation.Presentation, name string) ([]byte, error) {
	tmpl := t.byName[name]
	if tmpl == nil {
		return nil, errs.Errorf(errs.NotFound, "no manifest is called %s; there are %s", name, strings.Join(t.Names(), ", "))
	}
	var b bytes.Buffer
	b.Grow(8 << 10)
	if err := tmpl.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("manifest %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func parseTemplate(name, text string) (*template.Template, error) {
	tmpl, err := template.New(name).Funcs(functions()).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("manifest template: %w", err)
	}
	for _, sub := range tmpl.Templates() {
		if sub.Tree != nil {
			escape(sub.Tree, sub.Tree.Root)
		}
	}
	return tmpl, nil
}

// escape makes every action that prints end in the function xml.
func escape(tree *parse.Tree, node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				escape(tree, child)
			}
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			id := parse.NewIdentifier("xml").SetTree(tree).SetPos(n.Pos)
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{id}})
		}
	case *parse.IfNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	case *parse.RangeNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	case *parse.WithNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	}
}
