package manifest

import (
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/presentation"
)

// Slow is Render by text/template.
func (l *Look) Slow(p *presentation.Presentation) ([]byte, error) { return l.slow(p) }

// Slower returns why the look is run by text/template, nil when it is compiled.
func (l *Look) Slower() error { return l.slower }

// Fast is Render by the compiled program.
func (l *Look) Fast(p *presentation.Presentation) ([]byte, bool) {
	b, ok, _ := l.program.render(p, nil)
	return b, ok
}

// Functions returns the names of the functions that templates can call.
func Functions() []string {
	var names []string
	for name := range functions() {
		names = append(names, name)
	}
	return names
}

// Parts returns the names of the parts that looks share.
func Parts(t testing.TB) []string {
	p, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, part := range p.parts.Templates() {
		if !strings.HasSuffix(part.Name(), ".tmpl") {
			names = append(names, part.Name())
		}
	}
	return names
}

// Printed returns what the function of that name prints of a duration.
func Printed(form string, d time.Duration) string {
	return string(appenders()[form].(func([]byte, time.Duration) []byte)(nil, d))
}
