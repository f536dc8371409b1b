package describe

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Period is one of those that are shown one after another.
type Period struct {
	ID      string // unique
	Stream  string // its name; or
	File    string // path, relative to the description's folder, with "/"
	In, Out time.Duration
	Exact   bool
	Keep    []string // IDs or kinds of tracks; nil: all
	Where   string   // in the description, for errors
}

// mostPeriods is how many a description may have.
const mostPeriods = 1000

func (r *reader) periods(v ast.Node, d *Description) {
	used := map[string]bool{}
	for i, item := range r.sequence(v) {
		p := r.period(item)
		if p.ID == "" {
			p.ID = fmt.Sprintf("p%d", i+1)
		}
		if used[p.ID] {
			r.fail(item, "two Periods have the id %q", p.ID)
		}
		used[p.ID] = true
		d.Periods = append(d.Periods, p)
	}
	if len(d.Periods) > mostPeriods {
		r.fail(v, "%d Periods are more than a stream may have (%d)", len(d.Periods), mostPeriods)
	}
}

func (r *reader) period(n ast.Node) Period {
	p := Period{Where: r.at(n).String()}
	if _, ok := n.(*ast.StringNode); ok {
		p.Stream = r.text(n)
		return p
	}
	var out ast.Node
	r.mapping(n, map[string]func(ast.Node){
		"id":     func(v ast.Node) { p.ID = r.id(v) },
		"stream": func(v ast.Node) { p.Stream, p.Where = r.text(v), r.at(v).String() },
		"file":   func(v ast.Node) { p.File, p.Where = r.text(v), r.at(v).String() },
		"in":     func(v ast.Node) { p.In = r.time(v) },
		"out":    func(v ast.Node) { p.Out, out = r.time(v), v },
		"exact": func(v ast.Node) {
			said := r.text(v)
			if p.Exact = said == "true"; !p.Exact && said != "false" {
				r.fail(v, "exact is true or false, not %q", said)
			}
		},
		"keep": func(v ast.Node) {
			if _, ok := v.(*ast.SequenceNode); !ok {
				p.Keep = []string{r.text(v)}
				return
			}
			for _, item := range r.sequence(v) {
				p.Keep = append(p.Keep, r.text(item))
			}
		},
	})
	switch {
	case p.Stream == "" && p.File == "":
		r.fail(n, "a Period needs the key stream: with the name of a stream, or file: with a path")
	case p.Stream != "" && p.File != "":
		r.fail(n, "a Period is of a stream or of a file, not of both")
	case out != nil && p.Out <= p.In:
		r.fail(out, "out is %v, not after in, which is %v", p.Out, p.In)
	}
	return p
}

// time reads seconds, or hours, minutes and seconds: 12.5, 1:30, 01:02:03.25.
func (r *reader) time(v ast.Node) time.Duration {
	said := r.text(v)
	total := 0.0
	parts := strings.Split(said, ":")
	for i, s := range parts {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(f) || f < 0 || f > 1e6 || len(parts) > 3 || i > 0 && f >= 60 {
			r.fail(v, "a time is seconds (12.5) or hours, minutes and seconds (1:30, 01:02:03.25), not %q", said)
			return 0
		}
		total = total*60 + f
	}
	return time.Duration(math.Round(total*1000)) * time.Millisecond
}
