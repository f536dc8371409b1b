package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

const optionPackage = "option"

// handles returns the option handles that package option declares, by name: exported variables, and functions without parameters, whose type
// is named Option or Handle something.
func handles(tr *tree) map[string]token.Pos {
	makers := map[string]bool{} // functions of the package that return a handle
	found := map[string]token.Pos{}
	files := tr.packages()[optionPackage]
	for _, f := range files {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || fn.Type.Results.NumFields() == 0 || !isHandle(fn.Type.Results.List[0].Type) {
				continue
			}
			makers[fn.Name.Name] = true
			if fn.Name.IsExported() && fn.Type.Params.NumFields() == 0 {
				found[fn.Name.Name] = fn.Pos()
			}
		}
	}
	for _, f := range files {
		for _, d := range f.ast.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, s := range g.Specs {
					declaredHandles(s.(*ast.ValueSpec), makers, found)
				}
			}
		}
	}
	return found
}

func declaredHandles(spec *ast.ValueSpec, makers map[string]bool, found map[string]token.Pos) {
	for i, name := range spec.Names {
		handle := spec.Type != nil && isHandle(spec.Type)
		if i < len(spec.Values) {
			handle = handle || makesHandle(spec.Values[i], makers)
		}
		if handle && name.IsExported() {
			found[name.Name] = name.Pos()
		}
	}
}

// isHandle says whether a type is Option, *Option[T], Handle or the like.
func isHandle(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return isHandle(e.X)
	case *ast.IndexExpr:
		return isHandle(e.X)
	case *ast.IndexListExpr:
		return isHandle(e.X)
	case *ast.Ident:
		return strings.HasPrefix(e.Name, "Option") || strings.HasPrefix(e.Name, "Handle")
	}
	return false
}

// makesHandle says whether an initial value is a handle: a call of a maker, a literal, or a pointer to one.
func makesHandle(e ast.Expr, makers map[string]bool) bool {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return makesHandle(e.X, makers)
	case *ast.CompositeLit:
		return isHandle(e.Type)
	case *ast.CallExpr:
		return makesHandle(e.Fun, makers)
	case *ast.IndexExpr: // an instantiated function
		return makesHandle(e.X, makers)
	case *ast.Ident:
		return makers[e.Name]
	}
	return false
}

// checkOptions returns the handles that nobody reads. To read is to call a method of the handle outside of package option and outside of tests,
// other than Describe: to list or describe an option is not to obey it.
func checkOptions(tr *tree) []string {
	unread := handles(tr)
	if len(unread) == 0 {
		return []string{"package option declares no option that this check recognises"}
	}
	where := maps.Clone(unread)
	for _, f := range tr.sources() {
		name := f.named(module + "/internal/" + optionPackage)
		if f.pkg == optionPackage || name == "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			method, ok := n.(*ast.SelectorExpr)
			if !ok || method.Sel.Name == "Describe" {
				return true
			}
			handle := method.X
			if call, ok := handle.(*ast.CallExpr); ok {
				handle = call.Fun
			}
			if s, ok := handle.(*ast.SelectorExpr); ok && isIdent(s.X, name) {
				delete(unread, s.Sel.Name)
			}
			return true
		})
	}
	var bad []string
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		bad = append(bad, sentence("%s: option %s is read by nobody: obey it or take it out", tr.at(where[name]), name))
	}
	return bad
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func TestOptions(t *testing.T) { report(t, checkOptions(repository(t))) }

func TestOptionsCheck(t *testing.T) {
	declared := `
type Option[T any] struct{}
func choice(a string) *Option[string] { return nil }
func number[T any]() *Option[T] { return nil }
func plain() int { return 0 }
func Late() *Option[int] { return nil }
var (
	Read, Unread = choice("a"), choice("b")
	Generic = number[int]()
	Typed *Option[string]
	Literal = &Option[int]{}
	hidden = choice("c")
	Other = plain()
)`
	tr := memory(t, map[string]string{
		"internal/option/option.go": declared,
		"internal/option/use.go":    `var x = Unread.From(nil)`,
		"internal/presentation/build.go": `import o "` + module + `/internal/option"
func f() { _ = o.Read.From(nil); _ = o.Generic.Describe(); g(o.Typed); _ = o.Late().From(nil) }`,
		"internal/presentation/build_test.go": `import "` + module + `/internal/option"
var _ = option.Literal.From(nil)`,
		"internal/other/other.go": `var option struct{ Unread T }
var _ = option.Unread.From(nil)`,
	})
	wants(t, checkOptions(tr), "option.go:9: option Unread", "option Generic", "option Typed", "option Literal")
	wants(t, checkOptions(memory(t, map[string]string{"internal/option/option.go": "var X = 1"})), "declares no option")
}
