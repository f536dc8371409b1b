package box_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
)

func TestWriteAndWalk(t *testing.T) {
	b := []byte("before")
	b, outer := box.Begin(b, "moov")
	b, m := box.BeginFull(b, "mvhd", 1, 0xabcdef)
	b = box.U8(b, 1)
	b = box.U16(b, 0x0203)
	b = box.U32(b, 0x04050607)
	b = box.U64(b, 0x08090a0b0c0d0e0f)
	b = box.Zeros(b, 3)
	b = box.Text(b, "né")
	b = box.End(b, m)
	b, m = box.Begin(b, "trak")
	b = box.End(b, m)
	b = box.End(b, outer)
	want := "before\x00\x00\x00\x32moov\x00\x00\x00\x22mvhd\x01\xab\xcd\xef\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x00\x00\x00n\xc3\xa9\x00\x00\x00\x00\x08trak"
	if string(b) != want {
		t.Fatalf("got  %q\nwant %q", b, want)
	}
	var seen []string
	err := box.Walk(b[6:], func(x box.Box) error {
		seen = append(seen, fmt.Sprint(x.Type, x.Offset, len(x.Body)))
		return box.Walk(x.Body, func(y box.Box) error {
			seen = append(seen, fmt.Sprint(y.Type, y.Offset, len(y.Body)))
			return nil
		})
	})
	if err != nil || !slices.Equal(seen, []string{"moov0 42", "mvhd0 26", "trak34 0"}) {
		t.Fatalf("got %v %v", seen, err)
	}
	if body := box.Find(b[6:], "moov", "trak"); body == nil || len(body) != 0 {
		t.Errorf("trak is %v", body)
	}
	if body := box.Find(b[6:], "moov", "udta"); body != nil {
		t.Errorf("udta is %v", body)
	}
}

func TestWalkMalformed(t *testing.T) {
	good := "\x00\x00\x00\x09free!"
	for name, c := range map[string]struct {
		in, says string
		seen     int
	}{
		"a stray byte":          {good + "\x00", "box header at byte 9: 1 bytes left", 1},
		"a size below 8":        {good + "\x00\x00\x00\x07free", `box "free" at byte 9: size 7`, 1},
		"longer than what is":   {good + "\x00\x00\x00\x09free", `box "free" at byte 9: size 9, 8 bytes left`, 1},
		"no room for 64 bits":   {"\x00\x00\x00\x01mdat\x00\x00", "no room for its 64-bit size", 0},
		"64 bits below 16":      {"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x0f", "size 15", 0},
		"64 bits, far too long": {"\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff", "size 18446744073709551615", 0},
	} {
		n := 0
		err := box.Walk([]byte(c.in), func(box.Box) error { n++; return nil })
		if err == nil || errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.says) || n != c.seen {
			t.Errorf("%s: %v after %d boxes", name, err, n)
		}
	}
	for name, c := range map[string]struct {
		in   string
		body string
	}{
		"to the end": {"\x00\x00\x00\x00mdatrest", "rest"}, "64 bits": {"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x12xy", "xy"}, "nothing": {"", ""},
	} {
		var body []byte
		if err := box.Walk([]byte(c.in), func(x box.Box) error { body = x.Body; return nil }); err != nil || string(body) != c.body {
			t.Errorf("%s: %q %v", name, body, err)
		}
	}
	stop := errors.New("enough")
	n := 0
	if err := box.Walk([]byte(good+good), func(box.Box) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("stopped with %v after %d", err, n)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x10moov\x00\x00\x00\x08trak"))
	f.Add([]byte("\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x12xy"))
	f.Fuzz(func(t *testing.T, b []byte) {
		end := 0
		err := box.Walk(b, func(x box.Box) error {
			if x.Offset != end || len(x.Type) != 4 || x.Offset+8+len(x.Body) > len(b) {
				t.Fatalf("%q at %d with %d bytes, in %d", x.Type, x.Offset, len(x.Body), len(b))
			}
			at := bytes.Index(b[x.Offset:], x.Body)
			if at < 0 {
				t.Fatal("the body is not of the box")
			}
			end = x.Offset + cap(b[x.Offset:]) - cap(x.Body) + len(x.Body)
			box.Find(x.Body, "moov", "trak")
			return nil
		})
		if err == nil && end != len(b) {
			t.Fatalf("%d of %d bytes walked, and no error", end, len(b))
		}
	})
}
