package manifest

import (
	"fmt"
	"reflect"
	"strconv"
	"text/template/parse"
)

// expression is something that has a value, of a type that is known beforehand.
type expression struct {
	typ   reflect.Type
	eval  func(m *machine, dot reflect.Value) reflect.Value
	fixed any // the value of a constant, nil for others
}

// condition is something that is true or false.
type condition func(m *machine, dot reflect.Value) bool

func fixed(v any) expression {
	r := reflect.ValueOf(v)
	return expression{r.Type(), func(*machine, reflect.Value) reflect.Value { return r }, v}
}

// pipe compiles a pipeline: the value of each command is the last argument of the next.
func (s *scope) pipe(cmds []*parse.CommandNode) expression {
	if len(cmds) == 0 {
		not("an empty pipeline")
	}
	x := s.command(cmds[0], nil)
	for _, c := range cmds[1:] {
		last := x
		x = s.command(c, &last)
	}
	return x
}

func (s *scope) command(c *parse.CommandNode, last *expression) expression {
	switch n := c.Args[0].(type) {
	case *parse.IdentifierNode:
		return s.function(n.Ident, s.arguments(c.Args[1:], last))
	case *parse.FieldNode:
		return s.chain(s.itself(), n.Ident, s.arguments(c.Args[1:], last))
	case *parse.VariableNode:
		return s.chain(s.variable(n.Ident[0]), n.Ident[1:], s.arguments(c.Args[1:], last))
	case *parse.ChainNode:
		return s.chain(s.argument(n.Node), n.Field, s.arguments(c.Args[1:], last))
	}
	if len(c.Args) > 1 || last != nil {
		not("%s", c)
	}
	return s.argument(c.Args[0])
}

func (s *scope) arguments(nodes []parse.Node, last *expression) []expression {
	var args []expression
	for _, n := range nodes {
		args = append(args, s.argument(n))
	}
	if last != nil {
		args = append(args, *last)
	}
	return args
}

func (s *scope) argument(n parse.Node) expression {
	switch n := n.(type) {
	case *parse.DotNode:
		return s.itself()
	case *parse.FieldNode:
		return s.chain(s.itself(), n.Ident, nil)
	case *parse.VariableNode:
		return s.chain(s.variable(n.Ident[0]), n.Ident[1:], nil)
	case *parse.ChainNode:
		return s.chain(s.argument(n.Node), n.Field, nil)
	case *parse.IdentifierNode:
		return s.function(n.Ident, nil)
	case *parse.PipeNode:
		if len(n.Decl) > 0 {
			not("%s", n)
		}
		return s.pipe(n.Cmds)
	case *parse.StringNode:
		return fixed(n.Text)
	case *parse.BoolNode:
		return fixed(n.True)
	case *parse.NumberNode:
		if n.IsInt {
			return fixed(int(n.Int64))
		}
		if n.IsFloat {
			return fixed(n.Float64)
		}
	}
	not("%s", n)
	return expression{}
}

func (s *scope) itself() expression {
	return expression{typ: s.dot, eval: func(_ *machine, dot reflect.Value) reflect.Value { return dot }}
}

func (s *scope) variable(name string) expression {
	v := s.find(name)
	return expression{typ: v.typ, eval: func(m *machine, _ reflect.Value) reflect.Value { return m.vars[v.slot] }}
}

// chain compiles fields and methods one after another; args are those of the last, which must be a method then.
func (s *scope) chain(x expression, names []string, args []expression) expression {
	for i, name := range names {
		var of []expression
		if i == len(names)-1 {
			of = args
		}
		x = s.member(x, name, of)
	}
	if len(names) == 0 && len(args) > 0 {
		not("%s is given arguments", x.typ)
	}
	return x
}

// member compiles a field or a call of a method: methods go first, as for text/template.
func (s *scope) member(x expression, name string, args []expression) expression {
	base := x.typ
	if base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if method, ok := reflect.PointerTo(base).MethodByName(name); ok {
		return callOf(method.Func, append([]expression{addressOf(x)}, args...))
	}
	if base.Kind() != reflect.Struct {
		not("%s has no %s", x.typ, name)
	}
	f, ok := base.FieldByName(name)
	if !ok || len(f.Index) != 1 || !f.IsExported() || len(args) > 0 {
		not("%s has no field %s", base, name)
	}
	at, inner := f.Index[0], x.eval
	if x.typ.Kind() == reflect.Pointer {
		return expression{typ: f.Type, eval: func(m *machine, dot reflect.Value) reflect.Value { return inner(m, dot).Elem().Field(at) }}
	}
	return expression{typ: f.Type, eval: func(m *machine, dot reflect.Value) reflect.Value { return inner(m, dot).Field(at) }}
}

// addressOf returns the pointer to what x is; x itself when it is one.
func addressOf(x expression) expression {
	if x.typ.Kind() == reflect.Pointer {
		return x
	}
	inner := x.eval
	return expression{typ: reflect.PointerTo(x.typ), eval: func(m *machine, dot reflect.Value) reflect.Value {
		v := inner(m, dot)
		if v.CanAddr() {
			return v.Addr()
		}
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		return p
	}}
}

// truthOf returns how text/template decides whether a value of a type is true.
func truthOf(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.Bool:
		return reflect.Value.Bool
	case reflect.String, reflect.Slice, reflect.Array, reflect.Map:
		return func(v reflect.Value) bool { return v.Len() > 0 }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v reflect.Value) bool { return v.Int() != 0 }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(v reflect.Value) bool { return v.Uint() != 0 }
	case reflect.Float32, reflect.Float64:
		return func(v reflect.Value) bool { return v.Float() != 0 }
	case reflect.Pointer:
		return func(v reflect.Value) bool { return !v.IsNil() }
	case reflect.Struct:
		return func(reflect.Value) bool { return true }
	}
	not("the truth of %s", t)
	return nil
}

// condition compiles a pipeline of which only its truth counts: what and and or are given need not be of one type.
func (s *scope) condition(cmds []*parse.CommandNode) condition {
	if len(cmds) == 1 {
		if id, ok := cmds[0].Args[0].(*parse.IdentifierNode); ok && len(cmds[0].Args) > 1 {
			switch id.Ident {
			case "and", "or":
				return s.several(cmds[0].Args[1:], id.Ident == "or")
			case "not":
				if len(cmds[0].Args) == 2 {
					c := s.truth(cmds[0].Args[1])
					return func(m *machine, dot reflect.Value) bool { return !c(m, dot) }
				}
			}
		}
	}
	x := s.pipe(cmds)
	truth := truthOf(x.typ)
	return func(m *machine, dot reflect.Value) bool { return truth(x.eval(m, dot)) }
}

// several is true as soon as one of the nodes is enough, else when all are not.
func (s *scope) several(nodes []parse.Node, enough bool) condition {
	var all []condition
	for _, n := range nodes {
		all = append(all, s.truth(n))
	}
	return func(m *machine, dot reflect.Value) bool {
		for _, c := range all {
			if c(m, dot) == enough {
				return enough
			}
		}
		return !enough
	}
}

func (s *scope) truth(n parse.Node) condition {
	if p, ok := n.(*parse.PipeNode); ok && len(p.Decl) == 0 {
		return s.condition(p.Cmds)
	}
	x := s.argument(n)
	truth := truthOf(x.typ)
	return func(m *machine, dot reflect.Value) bool { return truth(x.eval(m, dot)) }
}

// print compiles what an action writes, as xml does it.
func (s *scope) print(cmds []*parse.CommandNode) op {
	if len(cmds) == 1 {
		if id, ok := cmds[0].Args[0].(*parse.IdentifierNode); ok {
			if f := s.c.append[id.Ident]; f != nil {
				return appending(f, s.arguments(cmds[0].Args[1:], nil))
			}
		}
	}
	x := s.pipe(cmds)
	eval := x.eval
	if x.typ == reflect.TypeFor[markup]() {
		return func(m *machine, dot reflect.Value) { m.out = append(m.out, eval(m, dot).String()...) }
	}
	if x.typ.Implements(reflect.TypeFor[fmt.Stringer]()) {
		return func(m *machine, dot reflect.Value) {
			m.out = appendEscaped(m.out, eval(m, dot).Interface().(fmt.Stringer).String())
		}
	}
	if x.typ.Implements(reflect.TypeFor[error]()) || x.typ.Implements(reflect.TypeFor[fmt.Formatter]()) {
		not("printing %s", x.typ)
	}
	switch x.typ.Kind() {
	case reflect.String:
		return func(m *machine, dot reflect.Value) { m.out = appendEscaped(m.out, eval(m, dot).String()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(m *machine, dot reflect.Value) { m.out = strconv.AppendInt(m.out, eval(m, dot).Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(m *machine, dot reflect.Value) { m.out = strconv.AppendUint(m.out, eval(m, dot).Uint(), 10) }
	case reflect.Bool:
		return func(m *machine, dot reflect.Value) { m.out = strconv.AppendBool(m.out, eval(m, dot).Bool()) }
	}
	return func(m *machine, dot reflect.Value) { m.out = append(m.out, xml(eval(m, dot).Interface())...) }
}
