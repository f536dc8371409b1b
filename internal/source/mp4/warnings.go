package mp4

import (
	"fmt"
	"slices"
)

// maxWarnings bounds what is told about one file: after that, more of it helps nobody.
const maxWarnings = 40

// warnings collects sentences for people, each once.
type warnings struct {
	list []string
}

func (w *warnings) addf(format string, args ...any) {
	if len(w.list) >= maxWarnings {
		return
	}
	s := fmt.Sprintf(format, args...)
	if !slices.Contains(w.list, s) {
		w.list = append(w.list, s)
	}
}
