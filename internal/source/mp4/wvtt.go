package mp4

import (
	"strings"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/media"
)

// webVTT finds the cues of a wvtt sample (ISO/IEC 14496-30, 7.4).
func (w *cueWriter) webVTT(p []byte) {
	eachBox(p, func(name string, body []byte) {
		if name != "vttc" {
			return // vtte: nothing is shown; vtta: a comment between cues
		}
		var c media.Cue
		eachBox(body, func(name string, body []byte) {
			switch name {
			case "iden":
				c.ID = cueString(body)
			case "sttg":
				c.Settings = cueString(body)
			case "payl":
				c.Text = cueText(strings.ToValidUTF8(string(body), "\ufffd"))
			}
		})
		if c.Text != "" && len(w.found) < maxOpenCues {
			w.texts++
			w.found = append(w.found, c)
		}
	})
}

// cueString returns a line of text without what could end it.
func cueString(p []byte) string {
	if !utf8.Valid(p) {
		return ""
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, string(p)))
}

// eachBox calls visit with each box in p, which is small and in memory, until one is damaged.
func eachBox(p []byte, visit func(name string, body []byte)) {
	for len(p) >= 8 {
		b, err := parseHeader(p[:min(len(p), headerSize)], 0, int64(len(p)))
		if err != nil || b.end > int64(len(p)) {
			return
		}
		visit(string(b.name[:]), p[b.body:b.end])
		p = p[b.end:]
	}
}
