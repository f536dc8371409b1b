package subtitle

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// MaxSize is how large a side-car may be. A film's subtitles have some hundred kilobytes.
const MaxSize = 16 << 20

// charset is how a file's bytes are characters.
type charset uint8

const (
	utf8Plain   charset = iota
	utf8Mark            // with a byte order mark
	utf8Damaged         // here and there
	utf16LE
	utf16BE
	windows1252
)

// markOf reads a byte order mark: the charset that it tells, and the mark's length.
func markOf(head []byte) (charset, int) {
	switch {
	case len(head) >= 3 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf:
		return utf8Mark, 3
	case len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe:
		return utf16LE, 2
	case len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff:
		return utf16BE, 2
	}
	return utf8Plain, 0
}

// utf8Count counts characters of more than one byte, and bytes that are no UTF-8.
type utf8Count struct{ multi, bad int }

func (u *utf8Count) add(p []byte, last bool) (used int) {
	for used < len(p) {
		if p[used] < utf8.RuneSelf {
			used++
			continue
		}
		if !last && !utf8.FullRune(p[used:]) {
			return used
		}
		r, n := utf8.DecodeRune(p[used:])
		if r == utf8.RuneError && n == 1 {
			u.bad++
		} else {
			u.multi++
		}
		used += n
	}
	return used
}

// opened is a side-car as valid UTF-8 text.
type opened struct {
	*bufio.Reader
	warnings []string
}

// open finds out how f is encoded and returns its text: UTF-8 or UTF-16 by the byte order mark, UTF-8 when that is what most of its
// characters are, else Windows-1252.
func open(ctx context.Context, f demux.File) (opened, error) {
	if f.Size > MaxSize {
		return opened{}, errs.Errorf(errs.Unsupported, "it has %d bytes, and a subtitle file may have %d: split it", f.Size, MaxSize)
	}
	if err := ctx.Err(); err != nil {
		return opened{}, err
	}
	buf := make([]byte, 32<<10)
	n, err := readSome(f, buf[:min(3, f.Size)], 0)
	if err != nil {
		return opened{}, err
	}
	var o opened
	set, mark := markOf(buf[:n])
	if set == utf8Plain || set == utf8Mark {
		count, err := countUTF8(f, buf)
		if err != nil {
			return opened{}, err
		}
		switch {
		case count.bad > count.multi && set == utf8Plain:
			set = windows1252
			o.warnings = append(o.warnings, "it is not UTF-8 and has no byte order mark: read as Windows-1252, so that other alphabets than the Latin come out wrong; save it as UTF-8")
		case count.bad > 0:
			set = utf8Damaged
			o.warnings = append(o.warnings, fmt.Sprintf("%d of its bytes are not UTF-8 and were replaced", count.bad))
		}
	}
	body := io.NewSectionReader(f, int64(mark), f.Size-int64(mark))
	if set == utf8Plain || set == utf8Mark {
		o.Reader = bufio.NewReaderSize(body, 32<<10)
		return o, nil
	}
	o.Reader = bufio.NewReaderSize(&transcoder{r: bufio.NewReader(body), set: set}, 32<<10)
	return o, nil
}

func readSome(f demux.File, buf []byte, off int64) (int, error) {
	n, err := f.ReadAt(buf, off)
	if n == len(buf) {
		return n, nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF // it was longer when it was opened
	}
	return n, err
}

func countUTF8(f demux.File, buf []byte) (utf8Count, error) {
	var count utf8Count
	for off := int64(0); off < f.Size; {
		n := int(min(int64(len(buf)), f.Size-off))
		if _, err := readSome(f, buf[:n], off); err != nil {
			return count, err
		}
		off += int64(count.add(buf[:n], off+int64(n) == f.Size))
	}
	return count, nil
}

// transcoder turns UTF-16, Windows-1252 and damaged UTF-8 into UTF-8.
type transcoder struct {
	r   *bufio.Reader
	set charset
	err error
}

// Read implements io.Reader.
func (t *transcoder) Read(p []byte) (int, error) {
	if len(p) < utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	n := 0
	for t.err == nil && len(p)-n >= utf8.UTFMax {
		var r rune
		if r, t.err = t.next(); t.err == nil {
			n += utf8.EncodeRune(p[n:], r)
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, t.err
}

func (t *transcoder) next() (rune, error) {
	if t.set == windows1252 {
		b, err := t.r.ReadByte()
		return fromWindows1252(b), err
	}
	if t.set == utf8Damaged {
		r, _, err := t.r.ReadRune() // U+FFFD for a byte that is no character
		return r, err
	}
	u, err := t.unit()
	if err != nil || !utf16.IsSurrogate(rune(u)) {
		return rune(u), err
	}
	if b, err := t.r.Peek(2); err == nil {
		if r := utf16.DecodeRune(rune(u), rune(t.order(b))); r != utf8.RuneError {
			_, err := t.r.Discard(2)
			return r, err
		}
	}
	return utf8.RuneError, nil
}

// unit reads 16 bits. A lone last byte is left out.
func (t *transcoder) unit() (uint16, error) {
	b, err := t.r.Peek(2)
	if err != nil {
		return 0, err
	}
	u := t.order(b)
	_, err = t.r.Discard(2)
	return u, err
}

func (t *transcoder) order(b []byte) uint16 {
	if t.set == utf16LE {
		return binary.LittleEndian.Uint16(b)
	}
	return binary.BigEndian.Uint16(b)
}

// fromWindows1252 maps a byte as the WHATWG Encoding Standard does: the five bytes without a character are C1 controls.
func fromWindows1252(b byte) rune {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if b < 0x80 || b >= 0xa0 {
		return rune(b)
	}
	i := 0x80
	for _, r := range high {
		if i == int(b) {
			return r
		}
		i++
	}
	return utf8.RuneError
}
