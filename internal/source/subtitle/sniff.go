package subtitle

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// sniffText returns the first bytes of a file as text; "" when they are none.
func sniffText(head []byte) string {
	set, mark := markOf(head)
	head = head[mark:]
	switch set {
	case utf16LE, utf16BE:
		b, err := io.ReadAll(&transcoder{r: bufio.NewReader(bytes.NewReader(head)), set: set})
		if err != nil {
			return ""
		}
		head = b
	default:
		if bytes.IndexByte(head, 0) >= 0 {
			return ""
		}
	}
	text := string(head)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	return clean(text)
}
