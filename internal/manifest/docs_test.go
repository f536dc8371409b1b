package manifest_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// docs/looks.md names every look, every function, every part, and of the data model every field and method with what it says of a film.
func TestDocs(t *testing.T) {
	path := filepath.Join(mediatest.Root(t), "docs", "looks.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := between(t, string(b), "looks", looksTable(load(t).Describe()))
	page = between(t, page, "data", dataTables(t))
	for _, name := range append(manifest.Functions(), manifest.Parts(t)...) {
		if !strings.Contains(page, "| `"+name+"` |") {
			t.Errorf("docs/looks.md does not have %s", name)
		}
	}
	if page == string(b) {
		return
	}
	if !*update {
		t.Fatalf("docs/looks.md is not what the program says: run `go test ./internal/manifest -update`\n%s", firstDifference(page, string(b)))
	}
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The template in docs/looks.md makes a valid manifest.
func TestDocumentedTemplate(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(mediatest.Root(t), "docs", "looks.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(b), "```\n{{/*")
	text, _, ok := strings.Cut("{{/*"+text, "```")
	if !ok {
		t.Fatal("there is no template in docs/looks.md")
	}
	l := userLook(t, text)
	if l.Title != "Minimal" || l.Slower() != nil {
		t.Fatal(l.Title, l.Slower())
	}
	a := bbb(t)
	mediatest.Schema(t, render(t, a, l, presentation.VOD, ""), render(t, a, l, presentation.Live, ""))
}

// between replaces what is between two marks of a page.
func between(t *testing.T, page, mark, text string) string {
	t.Helper()
	begin, end := "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->"
	before, rest, ok := strings.Cut(page, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("docs/looks.md has no place for %s", mark)
	}
	return before + begin + text + end + after
}

func looksTable(looks []*manifest.Look) string {
	var b strings.Builder
	b.WriteString("| look | | modes | requires | defaults | |\n|---|---|---|---|---|---|\n")
	for _, l := range looks {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", l.Name, l.Title, strings.Join(l.Modes, " "), assignments(l.Requires), assignments(l.Defaults), l.Help)
	}
	return b.String()
}

func assignments(m map[string]string) string {
	var list []string
	for k, v := range m {
		list = append(list, "`"+k+"="+v+"`")
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// dataTables describes the types that templates see, with examples.
func dataTables(t *testing.T) string {
	t.Helper()
	a := bbb(t)
	a.Version = "version"
	l, err := load(t).Look("manifest.mpd")
	if err != nil {
		t.Fatal(err)
	}
	p := ask(t, a, l, presentation.Live, "depth=60&start=today&chunkdur=1&patch=1")
	video := &p.Periods[0].AdaptationSets[0]
	comments := typeComments(t)
	var b strings.Builder
	resync := &presentation.Resync{Type: 2, Interval: 240, Most: 0.2, Marked: true, Told: true}
	for _, x := range []any{p, p.Live, &p.Periods[0], video, &video.Representations[0], video.Producer, p.Latency, resync, p.PatchLocation(), &presentation.Descriptor{Scheme: "urn:mpeg:dash:role:2011", Value: "main"}} {
		describeType(&b, reflect.ValueOf(x), comments)
	}
	return b.String()
}

func describeType(b *strings.Builder, v reflect.Value, comments map[string]string) {
	t := v.Type().Elem()
	fmt.Fprintf(b, "**%s**\n\n| | example | |\n|---|---|---|\n", t.Name())
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() {
			fmt.Fprintf(b, "| `.%s` | %s | %s |\n", f.Name, example(v.Elem().Field(i)), comments[t.Name()+"."+f.Name])
		}
	}
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		comment, ok := comments[t.Name()+"."+m.Name]
		if !ok || m.Type.NumOut() != 1 || !usable(m.Type) {
			continue
		}
		name, value := "."+m.Name, ""
		for j := 1; j < m.Type.NumIn(); j++ {
			name += " " + m.Type.In(j).String()
		}
		if m.Type.NumIn() == 1 {
			value = example(v.Method(i).Call(nil)[0])
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", strings.ReplaceAll(name, "*presentation.", ""), value, comment)
	}
	b.WriteString("\n")
}

// usable says whether a template has what a method takes and can print what it returns.
func usable(t reflect.Type) bool {
	for i := 1; i < t.NumIn(); i++ {
		if t.In(i).Kind() != reflect.Pointer && t.In(i).Kind() != reflect.String {
			return false
		}
	}
	return t.Out(0) != reflect.TypeFor[*presentation.Presentation]() && t.Out(0) != reflect.TypeFor[error]()
}

func example(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return "`" + x.UTC().Format(time.RFC3339) + "`"
	case time.Duration:
		return "`" + x.String() + "`"
	case []presentation.Descriptor, presentation.Descriptor:
		return ""
	}
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float64:
		if s := fmt.Sprint(v.Interface()); s != "" {
			return "`" + s + "`"
		}
	}
	return ""
}

// typeComments returns what the source says of fields and methods, by type and name.
func typeComments(t *testing.T) map[string]string {
	t.Helper()
	dir := filepath.Join(mediatest.Root(t), "internal", "presentation")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	pkg, err := doc.NewFromFiles(fset, parsed, "presentation")
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	for _, typ := range pkg.Types {
		for _, m := range typ.Methods {
			comments[typ.Name+"."+m.Name] = oneLine(strings.TrimPrefix(m.Doc, m.Name+" "))
		}
		spec, ok := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range spec.Fields.List {
			text := f.Doc.Text()
			if text == "" {
				text = f.Comment.Text()
			}
			for _, n := range f.Names {
				comments[typ.Name+"."+n.Name] = oneLine(text)
			}
		}
	}
	return comments
}

func oneLine(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", "\\|")
}
