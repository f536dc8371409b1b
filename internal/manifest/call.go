package manifest

import (
	"reflect"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

type (
	mpd = *presentation.Presentation
	rep = *presentation.Representation
	set = *presentation.AdaptationSet
)

// appenders are the functions that print straight into the manifest, by name. Those of the same name in functions do the same for text/template.
func appenders() map[string]any {
	return map[string]any{
		"duration":      appendDuration,
		"durationFixed": appendDurationFixed,
		"durationShort": appendDurationShort,
		"durationTenth": appendDurationTenth,
		"durationClock": appendDurationClock,
		"time":          appendTimestamp,
		"timeMillis":    appendTimestampMillis,
		"segments":      appendSegments,
		"urls":          appendURLs,
		"ranges":        appendRanges,
		"events":        appendEvents,
	}
}

// appending compiles a call of one of the appenders.
func appending(f any, args []expression) op {
	switch f := f.(type) {
	case func([]byte, time.Duration) []byte:
		x := ofType[time.Duration](args, 0, 1).eval
		return func(m *machine, dot reflect.Value) { m.out = f(m.out, time.Duration(x(m, dot).Int())) }
	case func([]byte, time.Time) []byte:
		x := addressOf(ofType[time.Time](args, 0, 1)).eval
		return func(m *machine, dot reflect.Value) { m.out = f(m.out, *x(m, dot).Interface().(*time.Time)) }
	case func([]byte, mpd, rep, ...string) []byte:
		p, r, words := pointer[presentation.Presentation](args, 0), pointer[presentation.Representation](args, 1), constants(args, 2)
		return func(m *machine, dot reflect.Value) { m.out = f(m.out, p(m, dot), r(m, dot), words...) }
	case func([]byte, *presentation.EventStream) []byte:
		s := pointer[presentation.EventStream](args, 0)
		return func(m *machine, dot reflect.Value) { m.out = f(m.out, s(m, dot)) }
	case func([]byte, rep, ...string) []byte:
		r, words := pointer[presentation.Representation](args, 0), constants(args, 1)
		return func(m *machine, dot reflect.Value) { m.out = f(m.out, r(m, dot), words...) }
	}
	not("printing with %T", f)
	return nil
}

// ofType returns argument i of n, which must be of type T.
func ofType[T any](args []expression, i, n int) expression {
	if len(args) != n || args[i].typ != reflect.TypeFor[T]() {
		not("arguments that are not %s", reflect.TypeFor[T]())
	}
	return args[i]
}

// pointer returns argument i, which must be a *T or a T.
func pointer[T any](args []expression, i int) func(*machine, reflect.Value) *T {
	if i >= len(args) || args[i].typ != reflect.TypeFor[T]() && args[i].typ != reflect.TypeFor[*T]() {
		not("arguments that are not *%s", reflect.TypeFor[T]())
	}
	x := addressOf(args[i]).eval
	return func(m *machine, dot reflect.Value) *T { return x(m, dot).Interface().(*T) }
}

// constants returns the arguments from i on, which must be strings that are written in the template.
func constants(args []expression, i int) []string {
	var words []string
	for _, a := range args[min(i, len(args)):] {
		w, ok := a.fixed.(string)
		if !ok {
			not("an argument that is no constant string")
		}
		words = append(words, w)
	}
	return words
}

// function compiles a call by name.
func (s *scope) function(name string, args []expression) expression {
	switch name {
	case "and", "or":
		return oneOf(args, name == "or")
	case "not":
		if len(args) == 1 {
			truth, x := truthOf(args[0].typ), args[0].eval
			return boolean(func(m *machine, dot reflect.Value) bool { return !truth(x(m, dot)) })
		}
	case "eq", "ne", "lt", "le", "gt", "ge":
		return compare(name, args)
	case "by":
		return byAddressing(args)
	}
	f := s.c.calls[name]
	if f == nil {
		not("the function %s", name)
	}
	return callOf(reflect.ValueOf(f), args)
}

func boolean(c condition) expression {
	yes, no := reflect.ValueOf(true), reflect.ValueOf(false)
	return expression{typ: reflect.TypeFor[bool](), eval: func(m *machine, dot reflect.Value) reflect.Value {
		if c(m, dot) {
			return yes
		}
		return no
	}}
}

// oneOf compiles and and or as values: the first argument that is enough, else the last.
func oneOf(args []expression, enough bool) expression {
	if len(args) == 0 {
		not("and or or without arguments")
	}
	for _, a := range args {
		if a.typ != args[0].typ {
			not("and or or of %s and %s", a.typ, args[0].typ)
		}
	}
	truth := truthOf(args[0].typ)
	return expression{typ: args[0].typ, eval: func(m *machine, dot reflect.Value) reflect.Value {
		var v reflect.Value
		for _, a := range args {
			if v = a.eval(m, dot); truth(v) == enough {
				break
			}
		}
		return v
	}}
}

// compare compiles a comparison of two values of one kind.
func compare(name string, args []expression) expression {
	if len(args) != 2 {
		not("%s of %d values", name, len(args))
	}
	a, b := args[0], args[1]
	by := order(a, b)
	var want func(int) bool
	switch name {
	case "eq":
		want = func(n int) bool { return n == 0 }
	case "ne":
		want = func(n int) bool { return n != 0 }
	case "lt":
		want = func(n int) bool { return n < 0 }
	case "le":
		want = func(n int) bool { return n <= 0 }
	case "gt":
		want = func(n int) bool { return n > 0 }
	case "ge":
		want = func(n int) bool { return n >= 0 }
	}
	return boolean(func(m *machine, dot reflect.Value) bool { return want(by(a.eval(m, dot), b.eval(m, dot))) })
}

func order(a, b expression) func(a, b reflect.Value) int {
	switch {
	case a.typ.Kind() == reflect.String && b.typ.Kind() == reflect.String:
		return func(a, b reflect.Value) int { return threeWay(a.String(), b.String()) }
	case a.typ.Kind() == reflect.Bool && b.typ.Kind() == reflect.Bool:
		return func(a, b reflect.Value) int {
			if a.Bool() == b.Bool() {
				return 0
			}
			return 1
		}
	case reflect.Zero(a.typ).CanInt() && reflect.Zero(b.typ).CanInt():
		return func(a, b reflect.Value) int { return threeWay(a.Int(), b.Int()) }
	case reflect.Zero(a.typ).CanUint() && reflect.Zero(b.typ).CanUint():
		return func(a, b reflect.Value) int { return threeWay(a.Uint(), b.Uint()) }
	case reflect.Zero(a.typ).CanUint() && reflect.Zero(b.typ).CanInt():
		return func(a, b reflect.Value) int {
			if b.Int() < 0 {
				return 1
			}
			return threeWay(a.Uint(), uint64(b.Int()))
		}
	}
	not("comparing %s and %s", a.typ, b.typ)
	return nil
}

func threeWay[T string | int64 | uint64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// byAddressing compiles by with constant names.
func byAddressing(args []expression) expression {
	p := pointer[presentation.Presentation](args, 0)
	var wanted [256]bool
	for _, name := range constants(args, 1) {
		for a := range wanted {
			wanted[a] = wanted[a] || addressing(presentation.Addressing(a)) == name
		}
	}
	return boolean(func(m *machine, dot reflect.Value) bool { return wanted[p(m, dot).Addressing] })
}

// callOf compiles a call of a function or of a method, whose receiver is the first argument. Those that are common in looks are called directly, others by reflection.
func callOf(f reflect.Value, args []expression) expression {
	if x, ok := direct(f.Interface(), args); ok {
		return x
	}
	t := f.Type()
	if t.IsVariadic() || t.NumIn() != len(args) || t.NumOut() != 1 {
		not("calling a %s", t)
	}
	in := make([]func(*machine, reflect.Value) reflect.Value, len(args))
	for i, a := range args {
		switch want := t.In(i); {
		case a.typ == want:
			in[i] = a.eval
		case want == reflect.PointerTo(a.typ):
			in[i] = addressOf(a).eval
		case a.fixed != nil && convertible(a.typ, want):
			v := reflect.ValueOf(a.fixed).Convert(want)
			in[i] = func(*machine, reflect.Value) reflect.Value { return v }
		default:
			not("a %s where %s is wanted", a.typ, want)
		}
	}
	return expression{typ: t.Out(0), eval: func(m *machine, dot reflect.Value) reflect.Value {
		values := make([]reflect.Value, len(in))
		for i := range in {
			values[i] = in[i](m, dot)
		}
		return f.Call(values)[0]
	}}
}

// convertible says whether a constant of a type may stand for another one: numbers for numbers.
func convertible(from, to reflect.Type) bool {
	number := func(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 }
	return number(from) && number(to)
}

// direct compiles calls of the commonest forms.
func direct(f any, args []expression) (expression, bool) {
	switch f := f.(type) {
	case func(mpd) string:
		return text(f, pointer[presentation.Presentation](args, 0)), len(args) == 1
	case func(rep) string:
		return text(f, pointer[presentation.Representation](args, 0)), len(args) == 1
	case func(set) string:
		return text(f, pointer[presentation.AdaptationSet](args, 0)), len(args) == 1
	case func(mpd) bool:
		p := pointer[presentation.Presentation](args, 0)
		return boolean(func(m *machine, dot reflect.Value) bool { return f(p(m, dot)) }), true
	case func(mpd, *presentation.Period) bool:
		p, e := pointer[presentation.Presentation](args, 0), pointer[presentation.Period](args, 1)
		return boolean(func(m *machine, dot reflect.Value) bool { return f(p(m, dot), e(m, dot)) }), true
	case func(set) uint32:
		a := pointer[presentation.AdaptationSet](args, 0)
		return boxed(func(m *machine, dot reflect.Value) uint32 { return f(a(m, dot)) }), true
	case func(set) bool:
		a := pointer[presentation.AdaptationSet](args, 0)
		return boolean(func(m *machine, dot reflect.Value) bool { return f(a(m, dot)) }), true
	case func(set) rep:
		a := pointer[presentation.AdaptationSet](args, 0)
		return expression{typ: reflect.TypeFor[rep](), eval: func(m *machine, dot reflect.Value) reflect.Value { return reflect.ValueOf(f(a(m, dot))) }}, true
	case func(rep) []presentation.Descriptor:
		r := pointer[presentation.Representation](args, 0)
		return boxed(func(m *machine, dot reflect.Value) []presentation.Descriptor { return f(r(m, dot)) }), true
	case func(mpd) []presentation.Descriptor:
		p := pointer[presentation.Presentation](args, 0)
		return boxed(func(m *machine, dot reflect.Value) []presentation.Descriptor { return f(p(m, dot)) }), true
	case func(mpd, rep) pair:
		p, r := pointer[presentation.Presentation](args, 0), pointer[presentation.Representation](args, 1)
		return boxed(func(m *machine, dot reflect.Value) pair { return pair{p(m, dot), r(m, dot)} }), true
	case func(mpd, rep) int64:
		p, r := pointer[presentation.Presentation](args, 0), pointer[presentation.Representation](args, 1)
		return boxed(func(m *machine, dot reflect.Value) int64 { return f(p(m, dot), r(m, dot)) }), true
	case func(mpd, rep) string:
		p, r := pointer[presentation.Presentation](args, 0), pointer[presentation.Representation](args, 1)
		return boxed(func(m *machine, dot reflect.Value) string { return f(p(m, dot), r(m, dot)) }), true
	case func(*pair) string:
		return text(f, pointer[pair](args, 0)), len(args) == 1
	case func(*pair, string) string:
		if len(args) == 2 && args[1].typ.Kind() == reflect.String {
			x, word := pointer[pair](args, 0), args[1].eval
			return boxed(func(m *machine, dot reflect.Value) string { return f(x(m, dot), word(m, dot).String()) }), true
		}
	case func(media.Kind, string) bool:
		if words := constants(args[min(1, len(args)):], 0); len(args) == 2 && args[0].typ == reflect.TypeFor[media.Kind]() {
			kind := args[0].eval
			return boolean(func(m *machine, dot reflect.Value) bool { return f(media.Kind(kind(m, dot).Uint()), words[0]) }), true
		}
	}
	return expression{}, false
}

func text[T any](f func(*T) string, x func(*machine, reflect.Value) *T) expression {
	return boxed(func(m *machine, dot reflect.Value) string { return f(x(m, dot)) })
}

// boxed returns an expression of what f returns.
func boxed[T any](f func(*machine, reflect.Value) T) expression {
	return expression{typ: reflect.TypeFor[T](), eval: func(m *machine, dot reflect.Value) reflect.Value {
		v := f(m, dot)
		return reflect.ValueOf(&v).Elem()
	}}
}
