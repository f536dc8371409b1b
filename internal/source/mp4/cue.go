package mp4

import (
	"strings"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// maxTextSample bounds a sample of text: one that is larger is no subtitle.
	maxTextSample = 128 << 10
	// maxOpenText bounds the text of the cues that are kept.
	maxOpenText = 1 << 20
	// maxOpenCues bounds the cues that may be shown at one time.
	maxOpenCues = 256
	cueBatch    = 64
)

// cueWriter makes Cues of a text track's samples. A cue that goes on over several samples, as in fragmented files, becomes one again.
type cueWriter struct {
	sink  demux.Sink
	track int
	code  string // of the sample entry
	face  byte   // style of text that has none of its own (tx3g)

	open          []media.Cue // by start; the last sample showed some of them
	batch         []media.Cue
	found         []media.Cue // of one sample
	size          int         // bytes of text in open and batch
	texts, forced int         // samples with text; of them, forced
}

func newCueWriter(sink demux.Sink, track int, code string) *cueWriter {
	return &cueWriter{sink: sink, track: track, code: code}
}

// readCues reads the samples of a text track and hands over what they show.
func (s *scan) readCues(t *track, b []media.Sample) error {
	w := t.cues
	if s.text == nil {
		s.text = demux.NewWindow(s.f, 4<<10)
	}
	for i := range b {
		p := &b[i]
		if p.Size > maxTextSample {
			s.warn.addf("track %d: the text at byte %d has %d bytes: more than is sensible; it is ignored", t.media.ID, p.Offset, p.Size)
			continue
		}
		var data []byte
		if p.Size > 0 {
			var err error
			if data, err = s.text.Bytes(p.Offset, int(p.Size)); err != nil {
				s.warn.addf("track %d: the text at byte %d cannot be read: %v", t.media.ID, p.Offset, err)
				continue
			}
		}
		w.found = w.found[:0]
		switch w.code {
		case "wvtt":
			w.webVTT(data)
		default:
			w.timedText(data)
		}
		if err := w.show(p.PTS(), p.PTS()+p.Duration); err != nil {
			return err
		}
	}
	return nil
}

// show takes note that the cues found are shown from start to end.
func (w *cueWriter) show(start, end media.Ticks) error {
	start = max(start, 0)
	if end > start {
		w.extend(start, end)
	}
	n := 0
	for n < len(w.open) && (w.open[n].End < end || len(w.open)-n > maxOpenCues) {
		n++
	}
	w.batch = append(w.batch, w.open[:n]...)
	w.open = append(w.open[:0], w.open[n:]...)
	switch {
	case w.size > maxOpenText:
		return w.close()
	case len(w.batch) >= cueBatch:
		return w.flush()
	}
	return nil
}

func (w *cueWriter) extend(start, end media.Ticks) {
	known := len(w.open)
next:
	for _, c := range w.found {
		for i := range w.open[:known] {
			o := &w.open[i]
			if o.End == start && o.ID == c.ID && o.Settings == c.Settings && o.Text == c.Text {
				o.End = end
				continue next
			}
		}
		c.Start, c.End = start, end
		w.open = append(w.open, c)
		w.size += len(c.Text)
	}
}

func (w *cueWriter) flush() error {
	if len(w.batch) == 0 {
		return nil
	}
	err := w.sink.Cues(w.track, w.batch)
	for i := range w.batch {
		w.size -= len(w.batch[i].Text)
	}
	w.batch = w.batch[:0]
	return err
}

// close hands over what is left.
func (w *cueWriter) close() error {
	w.batch = append(w.batch, w.open...)
	w.open = nil
	return w.flush()
}

func (w *cueWriter) allForced() bool { return w.texts > 0 && w.forced == w.texts }

// cueText makes lines of text fit to stand in a cue: no carriage returns, and no empty lines, which would end it.
func cueText(s string) string {
	if !strings.ContainsAny(s, "\r\n\x00\u2028") {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\x00", "").Replace(s)
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}
