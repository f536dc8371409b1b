package mediatest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Recorded returns the folder of what a running dashlive answered for the film, and false when it is not there: RECORDED_DIR names it, else it is ../shared/reference/recorded beside the
// repository. A folder that is named must be there.
func Recorded(t testing.TB) (dir string, ok bool) {
	t.Helper()
	named := os.Getenv("RECORDED_DIR")
	if dir = named; dir == "" {
		dir = filepath.Join(filepath.Dir(Root(t)), "shared", "reference", "recorded")
	}
	if _, err := os.Stat(filepath.Join(dir, "index.json")); err != nil {
		if named != "" {
			t.Fatalf("RECORDED_DIR: %v", err)
		}
		return "", false
	}
	return dir, true
}

// RecordedJSON reads a file of that folder.
func RecordedJSON(t testing.TB, dir, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
