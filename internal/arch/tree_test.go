package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path of this module.
const module = "github.com/dashwright/dashwright"

// tree is the Go files of a repository.
type tree struct {
	fset  *token.FileSet
	files []*file
}

// file is one of them.
type file struct {
	path      string // below the root, with slashes: "internal/media/time.go"
	pkg       string // as the import policy names it: "media", "source/mp4", "cmd/dashwright", "web"
	test      bool
	generated bool
	lines     int
	ast       *ast.File
}

// packageName returns the policy's name for the package in a folder.
func packageName(dir string) string { return strings.TrimPrefix(dir, "internal/") }

// add parses one file.
func (tr *tree) add(name, text string) error {
	f, err := parser.ParseFile(tr.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	tr.files = append(tr.files, &file{
		path: name, pkg: packageName(path.Dir(name)), test: strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(f), lines: strings.Count(text, "\n"), ast: f,
	})
	return nil
}

// repository parses the files of this repository.
func repository(t *testing.T) *tree {
	t.Helper()
	tr := &tree{fset: token.NewFileSet()}
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && (name[0] == '.' || name[0] == '_' || name == "node_modules" || name == "testdata" || name == "dist" || p == filepath.Join(root, "test")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		return tr.add(filepath.ToSlash(rel), string(b))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) < 50 {
		t.Fatalf("only %d files found", len(tr.files))
	}
	return tr
}

// memory makes a tree of texts by path. A package clause is put before a text that has none.
func memory(t *testing.T, texts map[string]string) *tree {
	t.Helper()
	tr := &tree{fset: token.NewFileSet()}
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := texts[name]
		if !strings.Contains(text, "package ") {
			text = "package " + path.Base(path.Dir(name)) + "\n" + text
		}
		if err := tr.add(name, text); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

// at returns "file:line" for a place in the tree.
func (tr *tree) at(p token.Pos) string {
	pos := tr.fset.Position(p)
	return pos.Filename + ":" + strconv.Itoa(pos.Line)
}

// sources returns the files that are neither tests nor generated.
func (tr *tree) sources() []*file {
	return slices.DeleteFunc(slices.Clone(tr.files), func(f *file) bool { return f.test || f.generated })
}

// packages returns the files by package, without tests.
func (tr *tree) packages() map[string][]*file {
	m := map[string][]*file{}
	for _, f := range tr.files {
		if !f.test {
			m[f.pkg] = append(m[f.pkg], f)
		}
	}
	return m
}

// imports yields each import of f by the name that it has in the file.
func (f *file) imports(yield func(name, path string, spec *ast.ImportSpec)) {
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser refuses it
		}
		name := path.Base(p)
		if strings.HasPrefix(name, "v") && strings.Trim(name[1:], "0123456789") == "" {
			name = path.Base(path.Dir(p))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		yield(name, p, spec)
	}
}

// named returns the name by which f knows an import path, "" when it does not import it.
func (f *file) named(importPath string) string {
	found := ""
	f.imports(func(name, p string, _ *ast.ImportSpec) {
		if p == importPath {
			found = name
		}
	})
	return found
}

// report fails the test with each violation.
func report(t *testing.T, violations []string) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
}

// wants checks that a check found exactly what it should: one violation for each part, which it contains, in any order.
func wants(t *testing.T, got []string, parts ...string) {
	t.Helper()
	left := slices.Clone(got)
	for _, p := range parts {
		i := slices.IndexFunc(left, func(s string) bool { return strings.Contains(s, p) })
		if i < 0 {
			t.Errorf("%q was not found in\n\t%s", p, strings.Join(got, "\n\t"))
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		t.Errorf("found besides:\n\t%s", strings.Join(left, "\n\t"))
	}
}

func sentence(format string, args ...any) string { return fmt.Sprintf(format, args...) }
