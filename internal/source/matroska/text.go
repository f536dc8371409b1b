package matroska

import (
	"bytes"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/subtitle"
)

// maxCue is the longest text of one cue.
const maxCue = 64 << 10

// text turns frames of a text track into Cues.
type text struct {
	s       *scanner
	t       *track
	held    media.Cue // has no end yet: it stays until the next one
	holding bool
}

func newText(s *scanner, t *track) *text {
	t.Timescale = timescaleOf(s.scale)
	return &text{s: s, t: t}
}

func (x *text) frame(fr *frame) error {
	if len(fr.head) > maxCue {
		x.s.warn("track %d: the text at byte %d has %d bytes: it is left out", x.t.ID, fr.offset, len(fr.head))
		return nil
	}
	cue, err := x.cue(fr)
	if err != nil {
		return err
	}
	cue.Start = media.Ticks(media.MulDiv(fr.time, int64(x.t.Timescale), 1e9))
	if x.holding {
		x.holding = false
		x.held.End = cue.Start
		if err := x.emit(x.held); err != nil {
			return err
		}
	}
	if fr.duration < 0 {
		x.held, x.holding = cue, true
		return nil
	}
	cue.End = media.Ticks(media.MulDiv(fr.time+fr.duration, int64(x.t.Timescale), 1e9))
	return x.emit(cue)
}

// cue converts the frame's own form of text.
func (x *text) cue(fr *frame) (c media.Cue, err error) {
	raw := strings.ToValidUTF8(strings.TrimRight(string(fr.head), "\x00\r\n"), "\uFFFD")
	switch id := x.t.codecID; {
	case strings.Contains(id, "ASS") || strings.Contains(id, "SSA"):
		if fields := strings.SplitN(raw, ",", 9); len(fields) == 9 { // ReadOrder, Layer, Style, Name, three margins, Effect, Text
			c.Text, c.Settings = subtitle.ASSText(fields[8])
		}
	case id == "S_TEXT/WEBVTT":
		c.Text = lines(raw)
		err = x.additions(fr, &c)
	case strings.HasPrefix(id, "D_WEBVTT/"): // identifier, settings, text
		id, rest, _ := strings.Cut(lines(raw), "\n")
		c.ID = id
		c.Settings, c.Text, _ = strings.Cut(rest, "\n")
	default:
		c.Text, c.Settings = subtitle.SRTText(raw)
	}
	return c, err
}

// lines makes every line end a single line feed.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// additions reads a WebVTT cue's settings and identifier, lines of BlockAdditional (Matroska codec specifications, S_TEXT/WEBVTT).
func (x *text) additions(fr *frame, c *media.Cue) error {
	offset, size := fr.additional[0], fr.additional[1]
	if size == 0 || size > maxCue {
		return nil
	}
	b, err := x.s.peek(offset, int(size))
	if err != nil {
		return err
	}
	b = bytes.Clone(b)
	// a damaged BlockAdditions leaves the cue without settings
	_ = children(b, offset, func(more child) error {
		if more.id != idBlockMore {
			return nil
		}
		return children(more.data, more.offset, func(a child) error {
			if a.id == idBlockAdditional {
				if plain, err := x.t.undo(a.data); err == nil { // mkvmerge compresses these as it does frames, others do not
					a.data = plain
				}
				settings, rest, _ := strings.Cut(lines(a.string()), "\n")
				id, _, _ := strings.Cut(rest, "\n")
				c.Settings, c.ID = settings, id
			}
			return nil
		})
	})
	return nil
}

func (x *text) emit(c media.Cue) error {
	if c.Text == "" || c.End <= c.Start {
		return nil
	}
	x.s.handed = true
	return x.s.sink.Cues(x.t.index, []media.Cue{c})
}

func (x *text) close() error {
	if !x.holding {
		return nil
	}
	x.holding = false
	x.held.End = x.held.Start + 5*media.Ticks(x.t.Timescale)
	return x.emit(x.held)
}
