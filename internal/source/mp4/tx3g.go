package mp4

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/media"
)

// The bits of a style's face (3GPP TS 26.245, 5.17.1.2).
const (
	faceBold      = 1
	faceItalic    = 2
	faceUnderline = 4
)

// style is a range of characters with a face.
type style struct {
	from, to int
	face     byte
}

// timedText finds the cue of a sample of tx3g or of QuickTime text: a length of 16 bits, text, boxes that modify it.
func (w *cueWriter) timedText(p []byte) {
	n := int(be16(p, 0))
	if n == 0 || len(p) < 2+n {
		return
	}
	runes := w.characters(p[2 : 2+n])
	var styles []style
	forced := false
	eachBox(p[2+n:], func(name string, body []byte) {
		switch name {
		case "styl":
			if w.code == "tx3g" {
				styles = appendStyles(styles, body)
			}
		case "frcd":
			forced = true
		}
	})
	s := cueText(markUp(runes, styles, w.face))
	if strings.TrimSpace(s) == "" {
		return
	}
	w.texts++
	if forced {
		w.forced++
	}
	w.found = append(w.found, media.Cue{Text: s})
}

// appendStyles reads a styl box (3GPP TS 26.245, 5.17.1.1). There are at most as many styles as fit in the sample.
func appendStyles(list []style, p []byte) []style {
	n := int(be16(p, 0))
	for p = p[min(2, len(p)):]; n > 0 && len(p) >= 12; n-- {
		list = append(list, style{int(be16(p, 0)), int(be16(p, 2)), p[6] & 7})
		p = p[12:]
	}
	return list
}

// characters decodes text: UTF-16 where it begins with a byte order mark, else UTF-8; QuickTime text that is not valid UTF-8 is of the
// Macintosh.
func (w *cueWriter) characters(p []byte) []rune {
	if len(p) >= 2 && (p[0] == 0xfe && p[1] == 0xff || p[0] == 0xff && p[1] == 0xfe) {
		var order binary.ByteOrder = binary.BigEndian
		if p[0] == 0xff {
			order = binary.LittleEndian
		}
		units := make([]uint16, 0, len(p)/2)
		for p = p[2:]; len(p) >= 2; p = p[2:] {
			units = append(units, order.Uint16(p))
		}
		return utf16.Decode(units)
	}
	if w.code == "text" && !utf8.Valid(p) {
		return macRoman(p)
	}
	return []rune(string(p))
}

// markUp returns text escaped for WebVTT, with tags for its styles; face is that of characters that no style names.
func markUp(text []rune, styles []style, face byte) string {
	var b strings.Builder
	var now byte
	next := 0
	for i, r := range text {
		for next < len(styles) && styles[next].to <= i {
			next++
		}
		want := face
		if next < len(styles) && styles[next].from <= i {
			want = styles[next].face
		}
		if want != now && r != '\n' && r != '\r' {
			closeTags(&b, now)
			openTags(&b, want)
			now = want
		}
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		default:
			b.WriteRune(r)
		}
	}
	closeTags(&b, now)
	return b.String()
}

func openTags(b *strings.Builder, face byte) {
	if face&faceBold != 0 {
		b.WriteString("<b>")
	}
	if face&faceItalic != 0 {
		b.WriteString("<i>")
	}
	if face&faceUnderline != 0 {
		b.WriteString("<u>")
	}
}

func closeTags(b *strings.Builder, face byte) {
	if face&faceUnderline != 0 {
		b.WriteString("</u>")
	}
	if face&faceItalic != 0 {
		b.WriteString("</i>")
	}
	if face&faceBold != 0 {
		b.WriteString("</b>")
	}
}

// macRoman decodes the Macintosh's Roman character set.
func macRoman(p []byte) []rune {
	const high = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"
	table := []rune(high)
	out := make([]rune, len(p))
	for i, c := range p {
		out[i] = rune(c)
		if c >= 0x80 {
			out[i] = table[c-0x80]
		}
	}
	return out
}
