package mediatest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// Schema fails the test unless every MPD is valid by the DASH schema (ISO/IEC 23009-1, 5th edition with amendment 1, by xmllint). They are checked in one run: a run
// costs some 20 ms, a document hardly anything. The schema's folder is named by SCHEMA_DIR, else it is ../shared/schema beside the repository. What only the 6th edition has, content steering,
// is checked by that.
func Schema(t testing.TB, mpds ...[]byte) {
	t.Helper()
	var steered [][]byte
	rest := slices.Clone(mpds)
	rest = slices.DeleteFunc(rest, func(b []byte) bool {
		is := bytes.Contains(b, []byte("<ContentSteering"))
		if is {
			steered = append(steered, b)
		}
		return is
	})
	if len(steered) > 0 {
		schema(t, "ed6-2026-approx", "all.xsd", steered)
	}
	if len(rest) > 0 || len(steered) == 0 {
		schema(t, "ed5-amd1", "all.xsd", rest)
	}
}

// PatchSchema does the same for MPD patches.
func PatchSchema(t testing.TB, patches ...[]byte) {
	t.Helper()
	schema(t, "ed5-amd1", "DASH-MPD-PATCH.xsd", patches)
}

func schema(t testing.TB, edition, name string, mpds [][]byte) {
	t.Helper()
	if len(mpds) == 0 {
		t.Fatal("no document to check")
	}
	dir := os.Getenv("SCHEMA_DIR")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(Root(t)), "shared", "schema")
	}
	xsd := filepath.Join(dir, edition, name)
	if _, err := os.Stat(xsd); err != nil {
		t.Fatalf("the DASH schema is not there (SCHEMA_DIR names its folder): %v", err)
	}
	args := []string{"--nonet", "--noout", "--schema", xsd}
	tmp := t.TempDir()
	for i, b := range mpds {
		name := fmt.Sprintf("%04d.mpd", i)
		if err := os.WriteFile(filepath.Join(tmp, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	cmd := exec.Command("xmllint", args...)
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+filepath.Join(dir, "catalog.xml"))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	for i, b := range mpds {
		if bytes.Contains(out, fmt.Appendf(nil, "%04d.mpd fails", i)) || bytes.Contains(out, fmt.Appendf(nil, "%04d.mpd:", i)) {
			t.Errorf("xmllint: %v\n%s\nthe first of those that fail:\n%s", err, out, b)
			return
		}
	}
	t.Errorf("xmllint: %v\n%s", err, out)
}
