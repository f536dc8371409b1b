package arch

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"testing"
)

// noImports makes every import of a checked package an empty one: names are resolved within a package, and that is enough here.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not needed") }

// checkState looks for package-level state: a package-level variable, of this package or another, that is assigned to (or to a part of it), deleted from, cleared or
// copied into; and one that can only be state: a lock, an atomic, an empty map, a channel. A sync.Pool may be: what is in it does not matter.
func checkState(tr *tree) []string {
	var bad []string
	packages := tr.packages()
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		files := make([]*ast.File, 0, len(packages[name]))
		for _, f := range packages[name] {
			files = append(files, f.ast)
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		conf := types.Config{Importer: noImports{}, Error: func(error) {}}
		conf.Check(name, tr.fset, files, info) // its errors are about the imports that are not there
		for _, f := range packages[name] {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				for _, c := range changes(n) {
					if v := packageVariable(info, c.what); v != "" {
						bad = append(bad, sentence("%s: %s is a package-level variable and changes", tr.at(c.pos), v))
					}
				}
				return true
			})
			bad = append(bad, stateful(tr, f)...)
		}
	}
	return bad
}

// packageVariable returns the name of the package-level variable that an expression is or is part of, "" when there is none.
func packageVariable(info *types.Info, e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				if _, ok := info.Uses[id].(*types.PkgName); ok {
					return id.Name + "." + x.Sel.Name
				}
			}
			e = x.X
		case *ast.Ident:
			if v, ok := info.Uses[x].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				return x.Name
			}
			return ""
		default:
			return ""
		}
	}
}

// stateful returns the package-level variables of a file that can only be state.
func stateful(tr *tree, f *file) []string {
	var bad []string
	for _, d := range f.ast.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			exprs := spec.Values
			if spec.Type != nil {
				exprs = append([]ast.Expr{spec.Type}, exprs...)
			}
			if slices.ContainsFunc(exprs, func(e ast.Expr) bool { return isState(f, e) }) {
				bad = append(bad, sentence("%s: %s is package-level state", tr.at(spec.Pos()), spec.Names[0].Name))
			}
		}
	}
	return bad
}

// isState says whether a type or an initial value is a lock, an atomic, a channel or a map made empty.
func isState(f *file, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return isState(f, e.X)
	case *ast.UnaryExpr:
		return isState(f, e.X)
	case *ast.ChanType:
		return true
	case *ast.CompositeLit:
		if _, isMap := e.Type.(*ast.MapType); isMap {
			return len(e.Elts) == 0
		}
		return isState(f, e.Type)
	case *ast.CallExpr:
		if isIdent(e.Fun, "make") || isIdent(e.Fun, "new") {
			_, slice := e.Args[0].(*ast.ArrayType)
			return !slice && (isIdent(e.Fun, "make") || isState(f, e.Args[0]))
		}
	case *ast.IndexExpr: // atomic.Pointer[T]
		return isState(f, e.X)
	case *ast.SelectorExpr:
		if isIdent(e.X, f.named("sync/atomic")) {
			return true
		}
		return isIdent(e.X, f.named("sync")) && slices.Contains([]string{"Mutex", "RWMutex", "Once", "Map", "WaitGroup", "Cond"}, e.Sel.Name)
	}
	return false
}

func TestState(t *testing.T) { report(t, checkState(repository(t))) }

func TestStateCheck(t *testing.T) {
	tr := memory(t, map[string]string{
		"internal/a/vars.go": `import ("sync"; "sync/atomic")
var count, table, list = 0, map[string]int{"a": 1}, []int{1}
var point struct{ x int }
var pointer *int
var pool = sync.Pool{}
var lock sync.Mutex
var number atomic.Int64
var typed = new(atomic.Pointer[int])
var empty = map[string]int{}
var made = make(map[string]int)
var channel chan int`,
		"internal/a/uses.go": `import "example.org/other"
func f() {
	count = 1
	count++
	table["b"] = 2
	list[0], point.x = 1, 2
	*pointer = 3
	delete(table, "a")
	for count = range list {}
	other.Variable = 4
	count, list := 5, 6
	count = 7
	_ = list
	_ = func(table int) { table = 8 }
	pool.Put(nil)
	x := point
	x.x = 9
}
func (a T) m() { point := a.point; point.x = 1; copy(list[1:], list); clear(table) }`,
		"internal/a/a_test.go": `func g() { count = 10 }`,
	})
	wants(t, checkState(tr), "uses.go:4: count", "uses.go:5: count", "uses.go:6: table", "uses.go:7: list", "uses.go:7: point", "uses.go:8: pointer", "uses.go:9: table",
		"uses.go:10: count", "uses.go:11: other.Variable", "uses.go:20: list", "uses.go:20: table",
		"vars.go:7: lock is", "vars.go:8: number", "vars.go:9: typed", "vars.go:10: empty", "vars.go:11: made", "vars.go:12: channel")
}
