package mpegts

import (
	"bytes"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// TestSniff: what is and what is not a transport stream.
func TestSniff(t *testing.T) {
	ts := film(t)
	head := func(b []byte) []byte { return b[:min(len(b), demux.SniffSize)] }
	copied := func(name string) []byte { return readFile(t, clip(t, name, "-t", "2", "-an", "-c", "copy")) }
	tests := map[string]struct {
		b    []byte
		want bool
	}{
		"film":            {ts, true},
		"cut":             {ts[100:], true},
		"after garbage":   {append(bytes.Repeat([]byte("G garbage"), 200), ts...), true},
		"short":           {ts[:3*packetLen], true},
		"mp4":             {readFile(t, mediatest.Clip(t)), false},
		"matroska":        {copied("not.mkv"), false},
		"avi":             {copied("not.avi"), false},
		"flv":             {copied("not.flv"), false},
		"empty":           {nil, false},
		"one packet":      {ts[:packetLen], false},
		"text":            {bytes.Repeat([]byte("Gradus ad Parnassum, "), 300), false},
		"zeros":           {make([]byte, 8192), false},
		"sync bytes few":  {append(bytes.Clone(ts[:4*packetLen]), make([]byte, 4000)...), false},
		"elementary AVC":  {copied("not.h264"), false},
		"program stream":  {copied("not.mpg"), false},
		"another stride":  {bytes.Repeat(append([]byte{0x47}, make([]byte, 190)...), 30), false},
		"192 from a disc": {bytes.Repeat(append([]byte{0, 0, 0, 1, 0x47}, make([]byte, 187)...), 30), true},
	}
	for name, tt := range tests {
		if got := Sniff(head(tt.b)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestStartCode: every place and every remainder.
func TestStartCode(t *testing.T) {
	b := bytes.Repeat([]byte{0, 1, 0, 0, 2, 0, 0, 0, 3}, 12)
	for n := range len(b) {
		for at := 0; at+3 <= n; at++ {
			c := bytes.Clone(b[:n])
			copy(c[at:], []byte{0, 0, 1})
			for from := 0; from <= at+1 && from <= n; from++ {
				want := bytes.Index(c[from:], []byte{0, 0, 1})
				if want >= 0 {
					want += from
				}
				if got := startCode(c, from); got != want {
					t.Fatalf("%d bytes, code at %d, from %d: %d, want %d", n, at, from, got, want)
				}
			}
		}
	}
}
