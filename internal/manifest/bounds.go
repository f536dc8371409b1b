package manifest

import (
	"bytes"
	"context"
	stdxml "encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
	ast "text/template/parse"

	"github.com/dashwright/dashwright/internal/errs"
)

// What a user's template may do, at most: a week of segments in every Representation is less.
const (
	mostOutput = 16 << 20 // bytes that it writes
	mostSteps  = 1 << 23  // nodes that it runs
)

// meter stops a user's template when it goes too far, or nobody waits for it any more.
type meter struct {
	ctx   context.Context
	name  string
	steps int
}

// step is called before each node of a template, with its line and what has been written so far.
func (m *meter) step(line, size int) error {
	m.steps++
	switch {
	case size > mostOutput:
		return errs.Errorf(errs.Unsupported, "%s:%d: it writes more than %d MB, the most that a manifest may have", m.name, line, mostOutput>>20)
	case m.steps > mostSteps:
		return errs.Errorf(errs.Unsupported, "%s:%d: it does not come to an end: %d steps have been run", m.name, line, mostSteps)
	case m.steps&0xff == 0 && m.ctx.Err() != nil:
		return errs.Errorf(errs.Unavailable, "%s:%d: given up, nobody waits for it: %w", m.name, line, m.ctx.Err())
	}
	return nil
}

// lined puts before every node of a user's template an empty text, whose capacity is the line: whoever runs the template meets it, and writes nothing.
func lined(list *ast.ListNode, text string, lines []byte) {
	if list == nil {
		return
	}
	nodes := make([]ast.Node, 0, 2*len(list.Nodes))
	for _, n := range list.Nodes {
		line := 1 + strings.Count(text[:min(len(text), int(n.Position()))], "\n")
		nodes = append(nodes, &ast.TextNode{NodeType: ast.NodeText, Pos: n.Position(), Text: lines[:0:line]}, n)
		switch n := n.(type) {
		case *ast.IfNode:
			lined(n.List, text, lines)
			lined(n.ElseList, text, lines)
		case *ast.RangeNode:
			lined(n.List, text, lines)
			lined(n.ElseList, text, lines)
			if n.List != nil && len(n.List.Nodes) == 0 { // it may go round for long all the same
				n.List.Nodes = []ast.Node{&ast.TextNode{NodeType: ast.NodeText, Pos: n.Pos, Text: lines[:0:line]}}
			}
		case *ast.WithNode:
			lined(n.List, text, lines)
			lined(n.ElseList, text, lines)
		}
	}
	list.Nodes = nodes
}

// ledger is where a user's template writes. It knows which line of the template writes, and which one wrote what is at an offset.
type ledger struct {
	bytes.Buffer
	meter *meter
	line  int // that writes
	// wanted is an offset; from and of are where the node that wrote what is there began, and its line.
	wanted, from, of int
}

func (l *ledger) Write(b []byte) (int, error) {
	if len(b) > 0 || cap(b) == 0 {
		if l.Len()+len(b) > mostOutput+largest {
			return 0, l.meter.step(l.line, l.Len()+len(b))
		}
		return l.Buffer.Write(b)
	}
	if l.line = cap(b); l.Len() <= l.wanted {
		l.from, l.of = l.Len(), l.line
	}
	return 0, l.meter.step(l.line, l.Len())
}

// wrote returns the line of the template that wrote what is at the wanted offset: a text goes on through several.
func (l *ledger) wrote() int {
	return max(1, l.of) + bytes.Count(l.Bytes()[l.from:min(l.wanted, l.Len())], []byte("\n"))
}

// checked is whole for a user's template: what it writes is a document, of a size that players take, or it is said what is wrong with it.
func (l *Look) checked(ctx context.Context, data any) ([]byte, error) {
	if l.program != nil {
		b, ok, err := l.program.render(data, &meter{ctx: ctx, name: l.Name})
		if err != nil || ok && wellFormed(b) == nil {
			return b, err
		}
	}
	out := &ledger{meter: &meter{ctx: ctx, name: l.Name}}
	if err := l.template.Execute(out, data); err != nil {
		return nil, mistake(err)
	}
	bad := wellFormed(out.Bytes())
	if bad == nil {
		return out.Bytes(), nil
	}
	again := &ledger{meter: &meter{ctx: ctx, name: l.Name}, wanted: bad.offset}
	if err := l.template.Execute(again, data); err != nil {
		return nil, mistake(err)
	}
	return nil, errs.Errorf(errs.Unsupported, "%s:%d: what it writes is not XML: line %d of that: %s", l.Name, again.wrote(), bad.line, bad.what)
}

// fault is what is wrong with a document, and where.
type fault struct {
	offset, line int
	what         string
}

// wellFormed returns what keeps a document from being XML (XML 1.0, 2.1, and Namespaces in XML 1.0, 7); nil: nothing.
func wellFormed(doc []byte) *fault {
	d := stdxml.NewDecoder(bytes.NewReader(doc))
	depth, roots := 0, 0
	spaces := map[string]bool{"": true, "xml": true, "xmlns": true, "http://www.w3.org/XML/1998/namespace": true}
	for {
		start := int(d.InputOffset())
		at := func(format string, args ...any) *fault {
			return &fault{start, 1 + bytes.Count(doc[:start], []byte("\n")), fmt.Sprintf(format, args...)}
		}
		token, err := d.Token()
		var wrong *stdxml.SyntaxError
		switch {
		case err == io.EOF && roots == 0:
			return at("there is no element")
		case err == io.EOF:
			return nil
		case errors.As(err, &wrong):
			return &fault{max(0, int(d.InputOffset())-1), wrong.Line, wrong.Msg}
		case err != nil:
			return at("%v", err)
		}
		switch x := token.(type) {
		case stdxml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			if roots > 1 {
				return at("a second root element, <%s>", x.Name.Local)
			}
			if what := attributes(x, spaces); what != "" {
				return at("%s", what)
			}
		case stdxml.EndElement:
			depth--
		case stdxml.CharData:
			if depth == 0 && len(bytes.Trim(x, " \t\r\n\ufeff")) > 0 {
				return at("text outside of the root element: %.20q", x)
			}
		}
	}
}

// attributes says what is wrong with the names in a start tag; spaces are the namespaces that have been declared, and hold those that it declares.
func attributes(x stdxml.StartElement, spaces map[string]bool) string {
	seen := make(map[stdxml.Name]bool, len(x.Attr))
	for _, a := range x.Attr {
		if seen[a.Name] {
			return fmt.Sprintf("attribute %s twice in <%s>", a.Name.Local, x.Name.Local)
		}
		seen[a.Name] = true
		if a.Name.Space == "xmlns" || a.Name == (stdxml.Name{Local: "xmlns"}) {
			spaces[a.Value] = true
		}
	}
	for _, a := range x.Attr {
		if !spaces[a.Name.Space] {
			return fmt.Sprintf("the prefix %s in <%s> is not declared", a.Name.Space, x.Name.Local)
		}
	}
	if !spaces[x.Name.Space] {
		return fmt.Sprintf("the prefix %s of <%s> is not declared", x.Name.Space, x.Name.Local)
	}
	return ""
}

// printers are text/template's functions that make texts of several, with a limit: what they make is not written yet.
func printers() template.FuncMap {
	limited := func(times int, args []any) error {
		size := 0
		for _, a := range args {
			switch s := a.(type) {
			case string:
				size += len(s)
			case markup:
				size += len(s)
			}
		}
		if size > mostOutput/max(1, times) {
			return fmt.Errorf("a text of more than %d MB", mostOutput>>20)
		}
		return nil
	}
	with := func(print func(...any) string) func(...any) (string, error) {
		return func(args ...any) (string, error) {
			if err := limited(1, args); err != nil {
				return "", err
			}
			return print(args...), nil
		}
	}
	return template.FuncMap{
		"print": with(fmt.Sprint), "println": with(fmt.Sprintln),
		"printf": func(format string, args ...any) (string, error) {
			if err := limited(strings.Count(format, "%"), append([]any{format}, args...)); err != nil {
				return "", err
			}
			return fmt.Sprintf(format, args...), nil
		},
	}
}
