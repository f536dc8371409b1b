package subtitle

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// maxHeader is how much of a header is kept: styles and regions of real files are a few kilobytes.
const maxHeader = 64 << 10

// SniffVTT recognises WebVTT by its signature (WebVTT, 4.1).
func SniffVTT(head []byte) bool {
	first, _, _ := strings.Cut(sniffText(head), "\n")
	return isVTTSignature(first)
}

func isVTTSignature(line string) bool {
	rest, ok := strings.CutPrefix(line, header)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// ScanVTT is the Scan of WebVTT (a demux.ScanFunc). What stands before the first cue (header, STYLE, REGION and NOTE blocks) is the Track's
// Config, as ISO/IEC 14496-30, 7.5, wants it. X-TIMESTAMP-MAP is no part of it: it relates a segment of HLS to an MPEG-2 transport stream.
func ScanVTT(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	return scanLines(ctx, f, sink, parseVTT)
}

func parseVTT(in *lines, out *found) error {
	head := vttHeader{out: out}
	line, _ := in.next()
	if !isVTTSignature(line) {
		return errs.Errorf(errs.Invalid, "its first line is not %s", header)
	}
	head.lines(line, in)
	seen := false // a cue
	for {
		line, ok := in.next()
		if !ok {
			break
		}
		keyword := strings.TrimRight(line, " \t")
		switch {
		case line == "":
		case strings.Contains(line, "-->"):
			seen = true
			vttCue("", line, in, out)
		case keyword == "NOTE" || strings.HasPrefix(line, "NOTE ") || strings.HasPrefix(line, "NOTE\t") || !seen && (keyword == "STYLE" || keyword == "REGION"):
			head.block(line, in, !seen)
		default:
			seen = true
			vttNamed(line, in, out)
		}
	}
	out.track.Config = []byte(strings.TrimRight(head.b.String(), "\n"))
	return nil
}

// vttNamed reads a cue that has an identifier. A block without times is none, and is skipped as players skip it.
func vttNamed(id string, in *lines, out *found) {
	begin := in.number
	line, ok := in.next()
	if ok && strings.Contains(line, "-->") {
		vttCue(id, line, in, out)
		return
	}
	out.skip(begin)
	for ok && line != "" {
		if line, ok = in.next(); ok && strings.Contains(line, "-->") {
			in.undo()
			return
		}
	}
}

// vttCue reads a cue from its times on (WebVTT, 6.1, "collect a WebVTT block").
func vttCue(id, times string, in *lines, out *found) {
	begin := in.number
	start, end, settings, ok := timing(times)
	c := media.Cue{Start: start, End: end, ID: id, Settings: strings.Join(strings.Fields(settings), " ")}
	var body strings.Builder
	for line := range in.block() {
		if body.Len()+len(line) < maxBody {
			if body.Len() > 0 {
				body.WriteByte('\n')
			}
			body.WriteString(line)
		}
	}
	if !ok {
		out.skip(begin)
		return
	}
	if strings.TrimSpace(body.String()) != "" {
		c.Text = body.String()
	}
	out.add(c, begin)
}

// vttHeader collects what stands before the first cue.
type vttHeader struct {
	out  *found
	b    strings.Builder
	full bool
}

// lines takes the signature line and those up to the first blank one.
func (h *vttHeader) lines(first string, in *lines) {
	if strings.Contains(first, "-->") { // a title after the signature may have anything; a header in a file of its own may not
		first = header
	}
	h.keep(first)
	for line := range in.block() {
		if value, ok := strings.CutPrefix(line, "X-TIMESTAMP-MAP="); ok {
			h.timestampMap(value)
			continue
		}
		if value, ok := strings.CutPrefix(line, "Language:"); ok { // written by YouTube and others
			h.out.track.Language = media.Language(strings.TrimSpace(value))
		}
		h.keep(line)
	}
}

// block takes a NOTE, STYLE or REGION block; it is passed over when keep is false.
func (h *vttHeader) block(first string, in *lines, keep bool) {
	if keep {
		h.keep("")
		h.keep(first)
	}
	for line := range in.block() {
		if keep {
			h.keep(line)
		}
	}
}

func (h *vttHeader) keep(line string) {
	if h.full || h.b.Len()+len(line)+1 > maxHeader {
		if !h.full {
			h.out.warnings = append(h.out.warnings, fmt.Sprintf("its header is longer than %d KiB: the rest of it is left out", maxHeader>>10))
		}
		h.full = true
		return
	}
	h.b.WriteString(line + "\n")
}

// timestampMap warns about a map (RFC 8216, 3.5) that moves the cues: alone, a file has no transport stream to be moved to.
func (h *vttHeader) timestampMap(value string) {
	var local, ts media.Ticks
	for part := range strings.SplitSeq(value, ",") {
		if v, ok := strings.CutPrefix(part, "LOCAL:"); ok {
			local, _ = clock(strings.TrimSpace(v))
		}
		if v, ok := strings.CutPrefix(part, "MPEGTS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			if err == nil {
				ts = media.Ticks(n).In(90000, Timescale)
			}
		}
	}
	if local != ts {
		h.out.warnings = append(h.out.warnings, fmt.Sprintf("X-TIMESTAMP-MAP=%.80s is not applied: cue times are taken as they are", value))
	}
}
