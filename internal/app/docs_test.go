package app_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// update is for `make docs`.
var update = flag.Bool("update", false, "write the generated pages of docs/ again")

// The generated pages of docs/ say what the program says of itself.
func TestDocs(t *testing.T) {
	for name, text := range map[string]string{
		"options.md": optionsPage(option.NewRegistry(option.Common()...).Describe()),
	} {
		path := filepath.Join(mediatest.Root(t), "docs", name)
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != text {
			t.Errorf("docs/%s is not what the program says: run `make docs`", name)
		}
	}
}

const optionsIntroduction = `# Options

<!-- Made from the declarations in internal/option by ` + "`make docs`" + `: do not edit. -->

What is asked of a stream stands in the query of its manifest's URL: ` + "`/dash/live/film/manifest.mpd?timeline=1&depth=60`" + `. ` + "`GET /api/v1/options`" + ` has this page as JSON.
[compat.md](compat.md) says how they differ from dashlive's, [livesim2.md](livesim2.md) how they are written in paths.

- A value that is not allowed is answered with 400; the sentence names the option, the value and what is allowed. Names that no option has are passed over; the header
  ` + "`Dashwright-Unknown-Options`" + ` lists them. What has no effect in the mode of the URL (` + "`vod`, `live`, `odvod`" + `) is passed over.
- An empty value and ` + "`none`" + ` mean the default, except where ` + "`none`" + ` is a value of its own; of a flag they mean off. ` + "`true`, `on`, `yes`, `false`, `off` and `no`" + ` are understood
  where 1 and 0 are.
- Durations are seconds. A time is ISO 8601, in UTC when it has no zone, or seconds or milliseconds since 1970.
- The short names are those of dashlive's stored options; they may be written instead.
- Each URL in the manifest carries the options that its answer depends on, and those only: *carried into* says which. ` + "`start`" + ` is carried as the instant that it was.
- A segment outside of the window is answered with 404, or with the status that ` + "`early` or `gone`" + ` says. The header ` + "`Dashwright-Available`" + ` is the number of seconds until it is
  available, negative since it has gone, and ` + "`Retry-After`" + ` the same in whole seconds; the body says it in words.

`

// optionsPage returns docs/options.md.
func optionsPage(infos []option.Info) string {
	var b strings.Builder
	b.WriteString(optionsIntroduction)
	b.WriteString("| option | short | default | |\n|---|---|---|---|\n")
	for _, i := range infos {
		short := i.Short
		if short == i.Key {
			short = ""
		}
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s |\n", i.Key, strings.ToLower(i.Key), code(short), code(i.Default), cell(i.Brief()))
	}
	group := ""
	for _, i := range infos {
		if i.Group != group {
			group = i.Group
			fmt.Fprintf(&b, "\n## %s\n", group)
		}
		fmt.Fprintf(&b, "\n### %s\n\n**%s.** %s\n\n", i.Key, i.Title, i.Help)
		if i.Type == "choice" || i.Type == "flag" {
			b.WriteString("| value | |\n|---|---|\n")
		} else {
			fmt.Fprintf(&b, "A %s: %s.\n", i.Type, i.Syntax)
			if len(i.Choices) > 0 {
				b.WriteString("\n| for example | |\n|---|---|\n")
			}
		}
		for _, c := range i.Choices {
			fmt.Fprintf(&b, "| %s | %s |\n", code(c.Value), cell(c.Help))
		}
		var facts []string
		if i.Default != "" {
			facts = append(facts, "default "+code(i.Default))
		}
		if i.Short != "" && i.Short != i.Key {
			facts = append(facts, "short "+code(i.Short))
		}
		facts = append(facts, "modes "+strings.Join(i.Modes, ", "))
		if len(i.URLs) > 1 {
			facts = append(facts, "carried into "+strings.Join(i.URLs[1:], ", "))
		}
		if i.Clause != "" {
			facts = append(facts, i.Clause)
		}
		fmt.Fprintf(&b, "\n%s.\n", strings.Join(facts, " · "))
	}
	return b.String()
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}

// cell is text that stands in a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
