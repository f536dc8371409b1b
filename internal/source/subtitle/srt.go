package subtitle

import (
	"context"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// SniffSRT recognises SubRip: within the first lines that are not blank there is a line of times, first or behind a number.
func SniffSRT(head []byte) bool {
	text := sniffText(head)
	before, seen := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if seen == 0 && isVTTSignature(line) {
			return false
		}
		if _, _, _, ok := timing(line); ok && (seen == 0 || isDigits(before)) {
			return true
		}
		if before = line; seen == 8 {
			return false
		}
		seen++
	}
	return false
}

// ScanSRT is the Scan of SubRip (a demux.ScanFunc). Numbers need not be there nor in order, blank lines may be in the text, and the fraction may be
// behind a point: a cue is what stands between one line of times and the next.
func ScanSRT(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	return scanLines(ctx, f, sink, parseSRT)
}

// srtCue is a cue that is being read.
type srtCue struct {
	media.Cue
	line    int // of its times; 0 for none
	number  int // as the file counts, -1 when it does not
	skipped bool
	body    []string
	size    int
}

func (c *srtCue) add(line string) {
	if c.size += len(line) + 1; c.size <= maxBody {
		c.body = append(c.body, line)
	}
}

func parseSRT(in *lines, out *found) error {
	c := srtCue{number: -1}
	for {
		line, ok := in.next()
		if !ok {
			c.end(out)
			return nil
		}
		if !looksTimed(line) {
			c.add(line)
			continue
		}
		number := c.takeNumber()
		c.end(out)
		c = srtCue{line: in.number, number: number, body: c.body[:0]}
		if c.Start, c.End, _, ok = timing(line); !ok {
			c.skipped = true
			out.skip(in.number)
		}
	}
}

// looksTimed says whether a line is meant to be one of times, well-formed or not.
func looksTimed(line string) bool {
	from, _, ok := strings.Cut(line, "-->")
	from = strings.TrimSpace(from)
	return ok && from != "" && from[0] >= '0' && from[0] <= '9' && strings.Contains(from, ":")
}

// takeNumber takes the number of the next cue off the end of the body; -1 when there is none. Between a blank line and the times it is one for sure, and so
// it is when nothing else stands before the first cue; right behind text, or before a blank line, only when it continues the count.
func (c *srtCue) takeNumber() int {
	last := len(c.body) - 1
	for last >= 0 && strings.TrimSpace(c.body[last]) == "" {
		last--
	}
	if last < 0 {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(c.body[last]))
	if err != nil || n < 0 {
		return -1
	}
	first := c.line == 0 && strings.TrimSpace(strings.Join(c.body[:last], "")) == ""
	adjacent := last == len(c.body)-1
	alone := last == 0 || strings.TrimSpace(c.body[last-1]) == ""
	if !first && !(adjacent && alone) && n != c.number+1 {
		return -1
	}
	c.body = c.body[:last]
	return n
}

// end hands the cue over.
func (c *srtCue) end(out *found) {
	if c.skipped {
		return
	}
	body := strings.Join(c.body, "\n")
	if c.line == 0 { // what stands before the first cue
		if strings.TrimSpace(body) != "" {
			out.skip(1)
		}
		return
	}
	if c.number >= 0 {
		c.ID = strconv.Itoa(c.number)
	}
	c.Text, c.Settings = SRTText(body)
	out.add(c.Cue, c.line)
}
