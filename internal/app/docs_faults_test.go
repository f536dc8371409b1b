package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// The tables of docs/faults.md say what the rules say of themselves, and its examples can be read.
func TestDocsFaults(t *testing.T) {
	path := filepath.Join(mediatest.Root(t), "docs", "faults.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := fault.Describe()
	page := string(b)
	for name, infos := range map[string][]fault.Info{"targets": d.Targets, "kinds": d.Kinds, "conditions": d.Conditions} {
		begin, end := "<!-- "+name+": made by `make docs` -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(page, begin)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("docs/faults.md has no place for %s", name)
		}
		page = before + begin + faultTable(name, infos) + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(b) {
		t.Error("docs/faults.md is not what the program says: run `make docs`")
	}
	_, examples, _ := strings.Cut(page, "## Examples")
	n := 0
	for line := range strings.Lines(examples) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || !strings.Contains(cells[2], "`") {
			continue
		}
		n++
		if _, err := fault.Parse(strings.Trim(cells[2], " `")); err != nil {
			t.Errorf("%s: %v", cells[2], err)
		}
	}
	if n < 8 {
		t.Errorf("%d examples", n)
	}
}

func faultTable(name string, infos []fault.Info) string {
	var b strings.Builder
	if name == "targets" {
		b.WriteString("| target | |\n|---|---|\n")
		for _, i := range infos {
			fmt.Fprintf(&b, "| `%s` | %s |\n", i.Key, cell(i.Help))
		}
		return b.String()
	}
	b.WriteString("| | value | | example |\n|---|---|---|---|\n")
	for _, i := range infos {
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", i.Key, cell(i.Syntax), cell(i.Help), i.Example)
	}
	return b.String()
}
