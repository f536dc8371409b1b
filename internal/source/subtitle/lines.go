package subtitle

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"iter"
	"strings"
)

// maxLine is how long a line may be, in bytes of UTF-8. What is over is cut off.
const maxLine = 64 << 10

// lines reads text by lines. A line ends in \n, \r\n or \r.
type lines struct {
	ctx    context.Context
	r      *bufio.Reader
	buf    []byte
	number int   // of the line that next returned last, from 1
	err    error // what ended the text when it was not its end
	undone bool
	line   string
}

// next returns the next line without its end and false after the last.
func (l *lines) next() (string, bool) {
	if l.undone {
		l.undone = false
		l.number++
		return l.line, true
	}
	if l.err != nil {
		return "", false
	}
	if l.number%1024 == 0 {
		if l.err = l.ctx.Err(); l.err != nil {
			return "", false
		}
	}
	l.buf = l.buf[:0]
	for {
		b, err := l.r.Peek(1)
		if len(b) == 0 {
			return l.last(err)
		}
		b, _ = l.r.Peek(l.r.Buffered())
		end := bytes.IndexAny(b, "\r\n")
		if end < 0 {
			l.keep(b)
			l.discard(len(b))
			continue
		}
		l.keep(b[:end])
		cr := b[end] == '\r'
		l.discard(end + 1)
		if cr {
			if b, _ := l.r.Peek(1); len(b) == 1 && b[0] == '\n' {
				l.discard(1)
			}
		}
		return l.done(), true
	}
}

// last returns the line that the end of the text ends, if there is one.
func (l *lines) last(err error) (string, bool) {
	if err != io.EOF {
		l.err = err
		return "", false
	}
	if len(l.buf) == 0 {
		return "", false
	}
	return l.done(), true
}

func (l *lines) keep(b []byte) {
	l.buf = append(l.buf, b[:min(len(b), maxLine-len(l.buf))]...)
}

func (l *lines) discard(n int) { _, l.err = l.r.Discard(n) }

func (l *lines) done() string {
	l.number++
	l.line = string(l.buf)
	if len(l.buf) == maxLine {
		l.line = strings.ToValidUTF8(l.line, "") // it may have been cut inside a character
	}
	if strings.IndexByte(l.line, 0) >= 0 {
		l.line = strings.ReplaceAll(l.line, "\x00", "\ufffd") // WebVTT, 6.1: parsing starts so
	}
	return l.line
}

// undo makes next return the same line again.
func (l *lines) undo() {
	l.undone = true
	l.number--
}

// block returns the lines up to a blank one, or to one with the times of a cue, which is not taken.
func (l *lines) block() iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			line, ok := l.next()
			if !ok || line == "" {
				return
			}
			if strings.Contains(line, "-->") {
				l.undo()
				return
			}
			if !yield(line) {
				return
			}
		}
	}
}
