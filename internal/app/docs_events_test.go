package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// The tables of docs/events.md say what the kinds of events say of themselves.
func TestDocsEvents(t *testing.T) {
	path := filepath.Join(mediatest.Root(t), "docs", "events.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for name, table := range map[string]string{"kinds": eventKinds(), "words": eventWords(event.Words())} {
		begin, end := "<!-- "+name+": made by `make docs` -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(page, begin)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("docs/events.md has no place for %s", name)
		}
		page = before + begin + table + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(b) {
		t.Error("docs/events.md is not what the program says: run `make docs`")
	}
}

func eventKinds() string {
	var b strings.Builder
	b.WriteString("| kind | scheme, value | | example |\n|---|---|---|---|\n")
	kinds := event.Describe().Kinds
	for _, k := range kinds {
		value := ""
		if k.Value != "" {
			value = ", `" + k.Value + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s`%s | %s | `%s` |\n", k.Key, k.Scheme, value, cell(k.Help), k.Example)
	}
	for _, k := range kinds {
		if len(k.Words) > 0 {
			fmt.Fprintf(&b, "\nWords of `%s`:\n\n%s", k.Key, eventWords(k.Words))
		}
	}
	return b.String()
}

func eventWords(words []event.Word) string {
	var b strings.Builder
	b.WriteString("| word | | values | default |\n|---|---|---|---|\n")
	for _, w := range words {
		var values []string
		for _, c := range w.Choices {
			values = append(values, "`"+c.Value+"` "+c.Help)
		}
		if len(values) == 0 {
			values = []string{w.Type}
		}
		initial := w.Default
		if initial != "" {
			initial = "`" + initial + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", w.Key, cell(w.Help), cell(strings.Join(values, "; ")), initial)
	}
	return b.String()
}
