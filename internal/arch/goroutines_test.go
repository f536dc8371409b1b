package arch

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

// workers are the packages that own work, and so may start goroutines.
var workers = []string{"job", "server", "validate", "library", "library/indexing", "cli", "delivery", "app", "app/apptest"}

// clocks are the files that may read the wall clock. Everyone else is given the time.
var clocks = []string{"internal/app/app.go"}

// checkGoroutines looks for go statements.
func checkGoroutines(tr *tree, allowed []string) []string {
	var bad []string
	for _, f := range tr.sources() {
		if slices.Contains(allowed, f.pkg) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				bad = append(bad, sentence("%s: %s owns no work, and starts a goroutine", tr.at(g.Pos()), f.pkg))
			}
			return true
		})
	}
	return bad
}

// checkClock looks for readers of the wall clock, called or handed on: time.Now, and Since and Until, which call it. A file that may and does not is
// reported too.
func checkClock(tr *tree, allowed []string) []string {
	var bad []string
	idle := slices.Clone(allowed)
	for _, f := range tr.sources() {
		name := f.named("time")
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok || name == "" || !isIdent(s.X, name) || !slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
				return true
			}
			idle = slices.DeleteFunc(idle, func(p string) bool { return p == f.path })
			if !slices.Contains(allowed, f.path) {
				bad = append(bad, sentence("%s: time.%s: the clock is read in %v only; take the time as an argument", tr.at(s.Pos()), s.Sel.Name, allowed))
			}
			return true
		})
	}
	for _, p := range idle {
		bad = append(bad, sentence("%s may read the clock and does not: take it off the list", p))
	}
	return bad
}

// checkInit looks for init functions.
func checkInit(tr *tree) []string {
	var bad []string
	for _, f := range tr.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				bad = append(bad, sentence("%s: an init function: make a function that returns a value, and call it", tr.at(fn.Pos())))
			}
		}
	}
	return bad
}

func TestGoroutines(t *testing.T) {
	tr := repository(t)
	report(t, checkGoroutines(tr, workers))
	report(t, checkClock(tr, clocks))
	report(t, checkInit(tr))
}

func TestGoroutinesCheck(t *testing.T) {
	tr := memory(t, map[string]string{
		"internal/job/run.go":        `func f() { go f() }`,
		"internal/media/run.go":      "func f() {\n\tx := func() { go f() }\n\tx()\n}",
		"internal/media/run_test.go": `func g() { go g() }`,
	})
	wants(t, checkGoroutines(tr, []string{"job"}), "internal/media/run.go:3: media owns no work")
}

func TestClockCheck(t *testing.T) {
	tr := memory(t, map[string]string{
		"internal/app/app.go":    `import "time"; var now = time.Now`,
		"internal/a/a.go":        `import clock "time"; func f() { _ = clock.Since(clock.Time{}); clock.Sleep(1) }`,
		"internal/a/b.go":        `import "time"; var now = time.Now`,
		"internal/a/c.go":        `var x = time.Now()`,
		"internal/a/a_test.go":   `import "time"; var x = time.Now()`,
		"cmd/dashwright/main.go": `package main`,
	})
	wants(t, checkClock(tr, []string{"internal/app/app.go", "cmd/dashwright/main.go"}), "internal/a/a.go:2: time.Since", "internal/a/b.go:2: time.Now", "cmd/dashwright/main.go may read")
}

func TestInitCheck(t *testing.T) {
	tr := memory(t, map[string]string{
		"internal/a/a.go":      "func f() {}\nfunc init() {}",
		"internal/a/b.go":      "type T int\nfunc (T) init() {}",
		"internal/a/a_test.go": "func init() {}",
	})
	wants(t, checkInit(tr), "internal/a/a.go:3", "internal/a/a_test.go:2")
}

// position is where a statement changes something, and what.
type change struct {
	pos  token.Pos
	what ast.Expr
}

// changes returns what a node assigns to, deletes from, clears or overwrites.
func changes(n ast.Node) []change {
	var c []change
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			return nil
		}
		for _, l := range n.Lhs {
			c = append(c, change{n.Pos(), l})
		}
	case *ast.IncDecStmt:
		c = append(c, change{n.Pos(), n.X})
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			c = append(c, change{n.Pos(), n.Key})
			if n.Value != nil {
				c = append(c, change{n.Pos(), n.Value})
			}
		}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.Ident)
		if ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) {
			c = append(c, change{n.Pos(), n.Args[0]})
		}
	}
	return c
}
