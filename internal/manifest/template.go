package manifest

import (
	"fmt"
	"strings"
	"text/template"
	ast "text/template/parse"
)

// parser makes templates that have the parts: what all looks share.
type parser struct{ parts *template.Template }

func newParser() (*parser, error) {
	text, err := files.ReadFile("templates/parts.tmpl")
	if err != nil {
		return nil, err
	}
	t, err := template.New("parts.tmpl").Funcs(functions()).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("manifest template: %w", err)
	}
	for _, sub := range t.Templates() {
		escape(sub.Tree, sub.Tree.Root)
	}
	return &parser{t}, nil
}

// parse reads the text of a look. What it defines replaces parts of the same name.
// With a user's, whoever runs it is told of each line.
func (p *parser) parse(name, text string, user bool) (*template.Template, error) {
	set, err := p.parts.Clone()
	if err != nil {
		return nil, err
	}
	var lines []byte
	if user {
		set.Funcs(printers())
		lines = make([]byte, 2+strings.Count(text, "\n"))
	}
	t, err := set.New(name).Parse(text)
	if err != nil {
		return nil, err
	}
	for _, sub := range t.Templates() {
		if part := p.parts.Lookup(sub.Name()); part == nil || part.Tree != sub.Tree {
			escape(sub.Tree, sub.Tree.Root)
			if user {
				lined(sub.Tree.Root, text, lines)
			}
		}
	}
	return t, nil
}

// escape makes every action that prints end in the function xml.
func escape(tree *ast.Tree, node ast.Node) {
	switch n := node.(type) {
	case *ast.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				escape(tree, child)
			}
		}
	case *ast.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			id := ast.NewIdentifier("xml").SetTree(tree).SetPos(n.Pos)
			n.Pipe.Cmds = append(n.Pipe.Cmds, &ast.CommandNode{NodeType: ast.NodeCommand, Pos: n.Pos, Args: []ast.Node{id}})
		}
	case *ast.IfNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	case *ast.RangeNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	case *ast.WithNode:
		escape(tree, n.List)
		escape(tree, n.ElseList)
	}
}
