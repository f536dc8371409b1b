package subtitle

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Timescale is that of the Tracks made here: cue times are in milliseconds, the unit of WebVTT and SubRip.
const Timescale media.Timescale = 1000

// Bounds on what one file may become in memory. A film has some thousand cues of a hundred bytes.
const (
	maxCues  = 100_000
	maxText  = 8 << 20  // of all cues
	maxBody  = 64 << 10 // of one cue
	maxHours = 100_000
)

// header is the Config of a Track that brings none of its own: the smallest WebVTT header.
const header = "WEBVTT"

// found collects what a parser finds.
type found struct {
	track    media.Track
	title    string
	warnings []string
	cues     []media.Cue
	text     int // bytes in cues
	bad      int // blocks that were skipped
	badLine  int // of the first
	full     bool
}

// skip counts a block that was not understood; line is where it begins.
func (f *found) skip(line int) {
	if f.bad == 0 {
		f.badLine = line
	}
	f.bad++
}

// add takes a cue that begins at a line. One without text is left out: it would show nothing.
func (f *found) add(c media.Cue, line int) {
	switch {
	case c.End <= c.Start:
		f.skip(line)
	case c.Text == "" || f.full:
	case len(f.cues) == maxCues || f.text+len(c.Text)+len(c.Settings)+len(c.ID) > maxText:
		f.full = true
		f.warnings = append(f.warnings, fmt.Sprintf("from line %d on its cues are left out: a file may have %d cues and %d MiB of text", line, maxCues, maxText>>20))
	default:
		f.text += len(c.Text) + len(c.Settings) + len(c.ID)
		f.cues = append(f.cues, c)
	}
}

// finish hands the cues over.
func (f *found) finish(sink demux.Sink) (demux.Result, error) {
	if f.bad > 0 {
		if len(f.cues) == 0 {
			return demux.Result{}, errs.Errorf(errs.Invalid, "it has no cue that can be read; the first bad one is at line %d", f.badLine)
		}
		f.warnings = append(f.warnings, fmt.Sprintf("%s skipped, the first at line %d: the times are not to be read, or the end is not after the start", blocks(f.bad), f.badLine))
	}
	if len(f.cues) == 0 {
		f.warnings = append(f.warnings, "it has no text to show")
	}
	slices.SortStableFunc(f.cues, func(a, b media.Cue) int { return cmp.Compare(a.Start, b.Start) })
	if len(f.cues) > 0 {
		if err := sink.Cues(0, f.cues); err != nil {
			return demux.Result{}, err
		}
	}
	t := f.track
	t.ID, t.Kind, t.Codec, t.Timescale = 1, media.Text, media.WVTT, Timescale
	if t.Config == nil {
		t.Config = []byte(header)
	}
	return demux.Result{Tracks: []media.Track{t}, Title: f.title, Warnings: f.warnings}, nil
}

func blocks(n int) string {
	if n == 1 {
		return "1 block was"
	}
	return fmt.Sprintf("%d blocks were", n)
}

// scanLines is a Scan for a format of lines.
func scanLines(ctx context.Context, f demux.File, sink demux.Sink, parse func(*lines, *found) error) (demux.Result, error) {
	o, err := open(ctx, f)
	if err != nil {
		return demux.Result{}, err
	}
	in := &lines{ctx: ctx, r: o.Reader}
	out := &found{warnings: o.warnings}
	err = parse(in, out)
	if in.err != nil {
		return demux.Result{}, in.err
	}
	if err != nil {
		return demux.Result{}, err
	}
	return out.finish(sink)
}

// timing reads "00:00:01,000 --> 00:00:02,500 rest" of SubRip and WebVTT: hours are optional, the fraction is behind a comma or a point.
func timing(line string) (start, end media.Ticks, rest string, ok bool) {
	from, to, ok := strings.Cut(line, "-->")
	if !ok {
		return 0, 0, "", false
	}
	to = strings.TrimLeft(to, " \t")
	if i := strings.IndexAny(to, " \t"); i >= 0 {
		to, rest = to[:i], strings.TrimSpace(to[i:])
	}
	start, ok1 := clock(strings.TrimSpace(from))
	end, ok2 := clock(to)
	return start, end, rest, ok1 && ok2
}

// clock reads "[h:]m:s[.fraction]" in milliseconds.
func clock(s string) (media.Ticks, bool) {
	whole, fraction := s, ""
	if i := strings.IndexAny(s, ".,"); i >= 0 {
		whole, fraction = s[:i], s[i+1:]
		if fraction == "" {
			return 0, false
		}
	}
	seconds, parts := int64(0), 0
	for part := range strings.SplitSeq(whole, ":") {
		n, ok := digits(part)
		if !ok || parts > 0 && n > 59 || parts == 3 {
			return 0, false
		}
		seconds = seconds*60 + n
		parts++
	}
	if parts < 2 {
		return 0, false
	}
	ms, ok := thousandths(fraction)
	return media.Ticks(seconds*1000 + ms), ok
}

// digits reads a number of hours, minutes or seconds.
func digits(s string) (int64, bool) {
	n := int64(0)
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > maxHours {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, s != ""
}

// thousandths reads the digits behind a decimal point, cut off after the third.
func thousandths(s string) (int64, bool) {
	ms, unit := int64(0), int64(100)
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms += unit * int64(c-'0')
		unit /= 10
	}
	return ms, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
