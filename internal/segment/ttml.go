package segment

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// moveTTML appends doc with the times of its outermost timed elements moved by shift (TTML2, 12.2: begin and end; times of elements inside are relative to those, and a duration is not a
// time). What is not understood stays as it is: frames and ticks need the document's parameters.
func moveTTML(dst, doc []byte, shift time.Duration) []byte {
	if shift == 0 {
		return append(dst, doc...)
	}
	timed := 0 // open elements from the outermost timed one on
	for len(doc) > 0 {
		open := bytes.IndexByte(doc, '<')
		if open < 0 {
			break
		}
		dst = append(dst, doc[:open]...)
		doc = doc[open:]
		end := tagEnd(doc)
		tag := doc[:end]
		doc = doc[end:]
		switch {
		case len(tag) < 3 || tag[1] == '?' || tag[1] == '!':
			dst = append(dst, tag...)
		case tag[1] == '/':
			timed = max(0, timed-1)
			dst = append(dst, tag...)
		default:
			closed := tag[len(tag)-2] == '/'
			var found bool
			if timed == 0 {
				dst, found = moveTag(dst, tag, shift)
			} else {
				dst = append(dst, tag...)
			}
			if !closed && (timed > 0 || found) {
				timed++
			}
		}
	}
	return append(dst, doc...)
}

// tagEnd returns the length of the markup at the start of b: to its closing bracket outside of quotes; of a comment to its end.
func tagEnd(b []byte) int {
	if bytes.HasPrefix(b, []byte("<!--")) {
		if i := bytes.Index(b, []byte("-->")); i >= 0 {
			return i + 3
		}
		return len(b)
	}
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(b)
}

// moveTag appends a start tag with its begin and end moved, and says whether it has a begin.
func moveTag(dst, tag []byte, shift time.Duration) (out []byte, timed bool) {
	for {
		at, name := nextTime(tag)
		if at < 0 {
			return append(dst, tag...), timed
		}
		timed = timed || name == "begin"
		quote := tag[at-1]
		n := bytes.IndexByte(tag[at:], quote)
		if n < 0 {
			return append(dst, tag...), timed
		}
		dst = append(dst, tag[:at]...)
		dst = appendTime(dst, string(tag[at:at+n]), shift)
		tag = tag[at+n:]
	}
}

// nextTime returns where the value of the next begin or end attribute starts, or -1.
func nextTime(tag []byte) (at int, name string) {
	best := -1
	for _, n := range []string{"begin", "end"} {
		for from := 0; ; {
			i := bytes.Index(tag[from:], []byte(n+"="))
			if i < 0 {
				break
			}
			i += from
			from = i + 1
			v := i + len(n) + 2
			if i > 0 && isSpace(tag[i-1]) && v < len(tag) && (tag[v-1] == '"' || tag[v-1] == '\'') {
				if best < 0 || v < best {
					best, name = v, n
				}
				break
			}
		}
	}
	return best, name
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// appendTime appends a time expression moved by shift: a clock time (hh:mm:ss with or without a fraction), or an offset in h, m, s or ms.
func appendTime(dst []byte, s string, shift time.Duration) []byte {
	var h, m int
	var sec float64
	if n, err := fmt.Sscanf(s, "%d:%d:%f", &h, &m, &sec); err == nil && n == 3 && countByte(s, ':') == 2 {
		at := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec*float64(time.Second)+0.5)
		return appendClock(dst, at+shift)
	}
	for _, unit := range []struct {
		suffix string
		of     time.Duration
	}{{"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}} {
		if len(s) > len(unit.suffix) && s[len(s)-len(unit.suffix):] == unit.suffix {
			if v, err := strconv.ParseFloat(s[:len(s)-len(unit.suffix)], 64); err == nil {
				return appendClock(dst, time.Duration(v*float64(unit.of))+shift)
			}
		}
	}
	return append(dst, s...)
}

func countByte(s string, c byte) int {
	n := 0
	for i := range len(s) {
		if s[i] == c {
			n++
		}
	}
	return n
}

// appendClock appends hh:mm:ss.mmm; hours have as many digits as they need.
func appendClock(dst []byte, d time.Duration) []byte {
	ms := max(0, d+time.Millisecond/2) / time.Millisecond
	return fmt.Appendf(dst, "%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}
