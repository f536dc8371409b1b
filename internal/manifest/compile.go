package manifest

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"text/template"
	"text/template/parse"
)

// program is a template made ready to run: fields are found, functions are known by their types, nothing is looked up by name any more. It writes what text/template would, in a
// tenth of the time. What is not worth knowing here (break, maps, printf …) is not compiled: such a template is run by text/template.
type program struct {
	main *unit
}

// unit is one template for a dot of one type.
type unit struct {
	run  op
	vars int
}

// op writes something, or does what writing needs.
type op func(m *machine, dot reflect.Value)

// machine is what a program runs on.
type machine struct {
	out   []byte
	vars  []reflect.Value // of the unit that runs; 0 is $
	stack []reflect.Value // of all units that run
	depth int
	meter *meter // nil: a built-in look
}

// deepest is how deep units may call each other: of what is deeper text/template says that it is too deep.
const deepest = 1000

// run calls a unit.
func (m *machine) run(u *unit, dot reflect.Value) {
	if m.depth++; m.depth > deepest {
		panic("too deep")
	}
	caller, top := m.vars, len(m.stack)
	for range u.vars {
		m.stack = append(m.stack, reflect.Value{})
	}
	m.vars = m.stack[top:len(m.stack):len(m.stack)]
	m.vars[0] = dot
	u.run(m, dot)
	m.vars, m.stack, m.depth = caller, m.stack[:top], m.depth-1
}

// machines keeps their memory.
var machines = sync.Pool{New: func() any { return new(machine) }}

// stopped is panicked with by a program that goes too far.
type stopped struct{ why error }

// render runs the program. ok is false when something in it has no value, a field of a nil pointer for example: text/template says it better. err says why the meter stopped it.
func (p *program) render(of any, by *meter) (out []byte, ok bool, err error) {
	m := machines.Get().(*machine)
	defer func() {
		if r := recover(); r != nil {
			out, ok = nil, false
			if s, is := r.(stopped); is {
				err = s.why
			}
			return // m may be anything
		}
		machines.Put(m)
	}()
	m.out, m.vars, m.stack, m.depth, m.meter = m.out[:0], nil, m.stack[:0], 0, by
	m.run(p.main, reflect.ValueOf(of))
	clear(m.stack[:cap(m.stack)])
	m.meter = nil
	return bytes.Clone(m.out), true, nil
}

// unsupported is panicked with inside the compiler by what it does not compile.
type unsupported struct{ what string }

// compiler makes units of the templates of a set.
type compiler struct {
	set    *template.Template
	units  map[unitKey]*unit
	calls  map[string]any // functions by name
	append map[string]any
}

type unitKey struct {
	name string
	dot  reflect.Type
}

// scope is what is known at a place of a template: the type of the dot, and variables.
type scope struct {
	c    *compiler
	dot  reflect.Type
	vars []variable
	most *int // slots that are in use anywhere in the unit
}

type variable struct {
	name string
	slot int
	typ  reflect.Type
}

// compile makes a program of a template for data of a type; the error says what in it is not compiled.
func compile(t *template.Template, data reflect.Type) (p *program, err error) {
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(unsupported)
			if !ok {
				panic(r)
			}
			p, err = nil, fmt.Errorf("%s: not compiled: %s", t.Name(), u.what)
		}
	}()
	c := &compiler{set: t, units: map[unitKey]*unit{}, calls: functions(), append: appenders()}
	return &program{c.unit(t.Name(), data)}, nil
}

func not(format string, args ...any) { panic(unsupported{fmt.Sprintf(format, args...)}) }

// unit returns the unit for a template and a type of its dot.
func (c *compiler) unit(name string, dot reflect.Type) *unit {
	key := unitKey{name, dot}
	if u := c.units[key]; u != nil {
		return u
	}
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		not("template %q", name)
	}
	u := &unit{}
	c.units[key] = u
	most := 1
	s := &scope{c: c, dot: dot, vars: []variable{{"$", 0, dot}}, most: &most}
	u.run = s.list(t.Root)
	u.vars = most
	return u
}

// with returns the scope inside of a block whose dot has a type; variables that are declared there end with it.
func (s *scope) with(dot reflect.Type) *scope {
	return &scope{c: s.c, dot: dot, vars: append([]variable(nil), s.vars...), most: s.most}
}

// declare takes a slot for a variable.
func (s *scope) declare(name string, typ reflect.Type) int {
	slot := s.vars[len(s.vars)-1].slot + 1
	s.vars = append(s.vars, variable{name, slot, typ})
	*s.most = max(*s.most, slot+1)
	return slot
}

func (s *scope) find(name string) variable {
	for i := len(s.vars) - 1; i >= 0; i-- {
		if s.vars[i].name == name {
			return s.vars[i]
		}
	}
	not("variable %s", name)
	return variable{}
}

func (s *scope) list(l *parse.ListNode) op {
	if l == nil || len(l.Nodes) == 0 {
		return nil
	}
	steps := make([]op, 0, len(l.Nodes))
	for _, n := range l.Nodes {
		if f := s.node(n); f != nil {
			steps = append(steps, f)
		}
	}
	if len(steps) == 1 {
		return steps[0]
	}
	return func(m *machine, dot reflect.Value) {
		for _, f := range steps {
			f(m, dot)
		}
	}
}

func (s *scope) node(n parse.Node) op {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		if line := cap(text); len(text) == 0 && line > 0 {
			return func(m *machine, _ reflect.Value) {
				if m.meter == nil {
					return
				}
				if err := m.meter.step(line, len(m.out)); err != nil {
					panic(stopped{err})
				}
			}
		}
		return func(m *machine, _ reflect.Value) { m.out = append(m.out, text...) }
	case *parse.CommentNode:
		return nil
	case *parse.ActionNode:
		return s.action(n)
	case *parse.IfNode:
		return s.branch(n)
	case *parse.WithNode:
		return s.withNode(n)
	case *parse.RangeNode:
		return s.rangeNode(n)
	case *parse.TemplateNode:
		return s.call(n)
	}
	not("%s", n)
	return nil
}

func (s *scope) action(n *parse.ActionNode) op {
	if len(n.Pipe.Decl) > 0 {
		return s.assign(n.Pipe)
	}
	// The last command is xml: see escape.
	return s.print(n.Pipe.Cmds[:len(n.Pipe.Cmds)-1])
}

// assign evaluates a pipe that sets its one variable.
func (s *scope) assign(p *parse.PipeNode) op {
	if len(p.Decl) != 1 {
		not("%s", p)
	}
	x := s.pipe(p.Cmds)
	name := p.Decl[0].Ident[0]
	var slot int
	if p.IsAssign {
		v := s.find(name)
		if v.typ != x.typ {
			not("%s: its type changes", p)
		}
		slot = v.slot
	} else {
		slot = s.declare(name, x.typ)
	}
	return func(m *machine, dot reflect.Value) { m.vars[slot] = x.eval(m, dot) }
}

func (s *scope) branch(n *parse.IfNode) op {
	inner := s.with(s.dot)
	var set op
	var cond condition
	if len(n.Pipe.Decl) > 0 {
		set = inner.assign(n.Pipe)
		slot := inner.vars[len(inner.vars)-1].slot
		truth := truthOf(inner.vars[len(inner.vars)-1].typ)
		cond = func(m *machine, dot reflect.Value) bool { set(m, dot); return truth(m.vars[slot]) }
	} else {
		cond = inner.condition(n.Pipe.Cmds)
	}
	yes, no := inner.with(s.dot).list(n.List), inner.with(s.dot).list(n.ElseList)
	return func(m *machine, dot reflect.Value) {
		if f := choose(cond(m, dot), yes, no); f != nil {
			f(m, dot)
		}
	}
}

func choose(first bool, yes, no op) op {
	if first {
		return yes
	}
	return no
}

func (s *scope) withNode(n *parse.WithNode) op {
	inner := s.with(s.dot)
	x := inner.pipe(n.Pipe.Cmds)
	slot := -1
	switch len(n.Pipe.Decl) {
	case 0:
	case 1:
		slot = inner.declare(n.Pipe.Decl[0].Ident[0], x.typ)
	default:
		not("%s", n.Pipe)
	}
	truth := truthOf(x.typ)
	yes, no := inner.with(x.typ).list(n.List), inner.with(s.dot).list(n.ElseList)
	return func(m *machine, dot reflect.Value) {
		v := x.eval(m, dot)
		if slot >= 0 {
			m.vars[slot] = v
		}
		if truth(v) {
			if yes != nil {
				yes(m, v)
			}
		} else if no != nil {
			no(m, dot)
		}
	}
}

func (s *scope) rangeNode(n *parse.RangeNode) op {
	inner := s.with(s.dot)
	x := inner.pipe(n.Pipe.Cmds)
	if x.typ.Kind() != reflect.Slice || n.Pipe.IsAssign {
		not("range over %s", x.typ)
	}
	at, item := -1, -1
	switch d := n.Pipe.Decl; len(d) {
	case 0:
	case 1:
		item = inner.declare(d[0].Ident[0], x.typ.Elem())
	case 2:
		at = inner.declare(d[0].Ident[0], reflect.TypeFor[int]())
		item = inner.declare(d[1].Ident[0], x.typ.Elem())
	}
	yes, no := inner.with(x.typ.Elem()).list(n.List), inner.with(s.dot).list(n.ElseList)
	return func(m *machine, dot reflect.Value) {
		v := x.eval(m, dot)
		size := v.Len()
		if size == 0 && no != nil {
			no(m, dot)
		}
		for i := range size {
			e := v.Index(i)
			if at >= 0 {
				m.vars[at] = reflect.ValueOf(i)
			}
			if item >= 0 {
				m.vars[item] = e
			}
			if yes != nil {
				yes(m, e)
			}
		}
	}
}

func (s *scope) call(n *parse.TemplateNode) op {
	if n.Pipe == nil {
		not("template %q without a dot", n.Name)
	}
	x := s.pipe(n.Pipe.Cmds)
	if len(n.Pipe.Decl) > 0 {
		not("%s", n)
	}
	u := s.c.unit(n.Name, x.typ)
	return func(m *machine, dot reflect.Value) {
		if u.run != nil {
			m.run(u, x.eval(m, dot))
		}
	}
}
