package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is a line of the table.
type row struct {
	what  string
	unit  string // of ours and limit
	ours  series
	limit series
	by    string // what limit is of
	ratio series // ours to limit, pair by pair
	// most is the bound: of the ratio's median when ofRatio, else of ours'. 0: there is none.
	most    float64
	ofRatio bool
	note    string
}

// number writes a measured value with three digits that matter.
func number(v float64) string {
	switch {
	case v >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

func (s series) text(unit string) string {
	if len(s) == 0 {
		return ""
	}
	t := number(s.median())
	if unit != "" {
		t += " " + unit
	}
	if len(s) > 1 {
		t += fmt.Sprintf(" (%s–%s)", number(slices.Min(s)), number(slices.Max(s)))
	}
	return t
}

func (r *row) markdown() string {
	limit := r.limit.text(r.unit)
	if limit != "" {
		limit += ", " + r.by
	}
	bound, verdict := "", ""
	if r.most > 0 {
		value, unit := r.ours.median(), " "+r.unit
		if r.ofRatio {
			value, unit = r.ratio.median(), " ×"
		}
		bound, verdict = "≤ "+number(r.most)+unit, "ok"
		if value > r.most {
			verdict = "**over**"
		}
	}
	what := r.what
	if r.note != "" {
		what += "; " + r.note
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", what, r.ours.text(r.unit), limit, r.ratio.text(""), bound, verdict)
}

func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| what | dashwright | limit | ratio | bound | |\n|---|---|---|---|---|---|\n")
	for i := range rows {
		b.WriteString(rows[i].markdown() + "\n")
	}
	return b.String()
}

// machine describes where the numbers are from.
func machine(b *bench) string {
	return fmt.Sprintf("%s: %d × %s, Linux %s, %s, %s, %s. Load average before and after: %s and %s.\n", time.Now().Format(time.DateOnly),
		runtime.NumCPU(), cpuModel(), firstWord("/proc/sys/kernel/osrelease"), runtime.Version(), b.versionOf("nginx", "-v"), b.versionOf("wrk", "-v"),
		b.busy, firstWord("/proc/loadavg"))
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // an unknown model is left out
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "processor"
}

func firstWord(path string) string {
	text, _ := os.ReadFile(path) // as above
	word, _, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	return word
}

// versionOf returns a tool's name and version, as the first words with a digit that it prints say it.
func (b *bench) versionOf(tool, flag string) string {
	out, _ := exec.CommandContext(b.ctx, tool, flag).CombinedOutput() // wrk ends with 1
	for _, word := range strings.FieldsFunc(string(out), func(r rune) bool { return r == ' ' || r == '\n' || r == '/' }) {
		if strings.ContainsAny(word, "0123456789") {
			return tool + " " + word
		}
	}
	return tool
}

const beginMark, endMark = "<!-- bench: begin -->", "<!-- bench: end -->"

// splice puts text between the markers of a file.
func splice(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	made, err := between(string(old), text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(made), 0o644)
}

func between(old, text string) (string, error) {
	before, rest, ok := strings.Cut(old, beginMark)
	_, after, ok2 := strings.Cut(rest, endMark)
	if !ok || !ok2 {
		return "", errors.New("the markers are missing: " + beginMark + " and " + endMark)
	}
	return before + beginMark + "\n" + strings.TrimSpace(text) + "\n" + endMark + after, nil
}
