package manifest

import "github.com/dashwright/dashwright/internal/presentation"

// Slow is Render by text/template.
func (l *Look) Slow(p *presentation.Presentation) ([]byte, error) { return l.slow(p) }

// Slower returns why the look is run by text/template, nil when it is compiled.
func (l *Look) Slower() error { return l.slower }

// Fast is Render by the compiled program.
func (l *Look) Fast(p *presentation.Presentation) ([]byte, bool) { return l.program.render(p) }
