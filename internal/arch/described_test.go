package arch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryPackageIsOnTheMap looks for each package in ARCHITECTURE.md: by its own name, or by that of the one that it is a part of.
func TestEveryPackageIsOnTheMap(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range offTheMap(repository(t), string(page)) {
		t.Errorf("package %s: ARCHITECTURE.md does not say what it is", name)
	}
}

// offTheMap returns the packages that have no row in page's table, without those that are below one that has.
func offTheMap(tr *tree, page string) []string {
	named := map[string]bool{}
	for row := range strings.Lines(page) {
		if cell, ok := strings.CutPrefix(row, "| `"); ok {
			cell, _, _ = strings.Cut(cell, " |")
			for _, name := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("`, ", r) }) {
				named[name] = true
			}
		}
	}
	var missing []string
	for _, f := range tr.files {
		name, _, _ := strings.Cut(f.pkg, "/")
		if strings.HasPrefix(f.path, "internal/") && !named[name] && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}

func TestOffTheMap(t *testing.T) {
	tr := memory(t, map[string]string{"internal/a/a.go": "package a", "internal/b/c/d.go": "package c", "internal/e/e.go": "package e", "internal/g/g.go": "package g", "web/f.go": "package f"})
	if got := strings.Join(offTheMap(tr, "b and `e`\n| `a` `g`, `g/*` | is more than `e` |\n"), " "); got != "b e" {
		t.Errorf("missing: %q", got)
	}
}
