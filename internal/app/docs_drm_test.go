package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/drm/keys"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// The table of docs/drm.md says what the systems say of themselves, and its examples are options that there are.
func TestDocsDRM(t *testing.T) {
	path := filepath.Join(mediatest.Root(t), "docs", "drm.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- systems: made by `make docs` -->\n", "<!-- end -->"
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/drm.md has no place for systems")
	}
	page := before + begin + systemsTable() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(b) {
		t.Error("docs/drm.md is not what the program says: run `make docs`")
	}
	registry := option.NewRegistry(option.Common()...)
	examples := regexp.MustCompile("(?:`|\\?)((?:drm|licence|keyper)=[^`\n]*)").FindAllStringSubmatch(page, -1)
	for _, m := range examples {
		if o, err := registry.Parse(m[1]); err != nil || len(o.Unknown()) > 0 {
			t.Errorf("%s: %v %v", m[1], o.Unknown(), err)
		}
	}
	if len(examples) < 12 {
		t.Errorf("%d examples", len(examples))
	}
}

func systemsTable() string {
	var b strings.Builder
	b.WriteString("| system | locations | schemes | UUID | |\n|---|---|---|---|---|\n")
	for _, s := range drm.Describe() {
		schemes, at := strings.Join(s.Schemes, " "), strings.Join(s.Locations, " ")
		if schemes == "" {
			schemes = "all"
		}
		if at == "" {
			at = "–"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s |\n", s.Key, at, schemes, s.UUID, cell(s.Help))
	}
	return b.String()
}

// The file in docs/keys.md is one.
func TestDocsKeys(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(mediatest.Root(t), "docs", "keys.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "```yaml\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/keys.md has no example")
	}
	dir := t.TempDir()
	cpix := `<CPIX><ContentKeyList><ContentKey kid="01010101-0101-0101-0101-010101010101"><Data><Secret><PlainValue>AAAAAAAAAAAAAAAAAAAAAA==</PlainValue></Secret></Data></ContentKey></ContentKeyList></CPIX>`
	for name, body := range map[string]string{"keys.yaml": text, "show.cpix.xml": cpix} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := keys.Open(keys.Config{Path: filepath.Join(dir, "keys.yaml"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		use  drm.Use
		want string
	}{
		{drm.Use{Stream: "film", Kind: media.Audio}, "0f"}, {drm.Use{Stream: "film", Kind: media.Video, Height: 360}, "1f"}, {drm.Use{Stream: "film", Kind: media.Video, Height: 720}, "2f"},
		{drm.Use{Stream: "newsroom", Period: 4}, "3f"}, {drm.Use{Stream: "news", Period: 5}, "4f"}, {drm.Use{Stream: "show"}, "01"},
	} {
		if k, err := s.Key(c.use); err != nil || !strings.HasPrefix(k.ID.String(), c.want) {
			t.Errorf("%+v has %s, %v", c.use, k, err)
		}
	}
}
