package avi

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

func outline(path string, t *testing.T) (*collected, error) {
	t.Helper()
	c := &collected{samples: map[int][]media.Sample{}}
	var err error
	c.result, err = Outline(context.Background(), open(t, path), c)
	return c, err
}

// An outline has all that Scan finds but sizes and composition offsets: at random access points the presentation time, too.
func TestOutline(t *testing.T) {
	none := []string{"ffmpeg, many B-frames, open GOP", "ffmpeg, HEVC", "mencoder, x264 and CBR"} // pictures before their random access point; frames across chunks
	for name, path := range files(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := outline(path, t)
			if slices.Contains(none, name) {
				if !errors.Is(err, errNoOutline) {
					t.Errorf("an outline, or %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := mustScan(t, open(t, path))
			for i, tr := range want.result.Tracks {
				o := got.result.Tracks[i]
				if tr.Contiguous != o.Contiguous || tr.Timescale != o.Timescale || tr.FrameRate != o.FrameRate || !bytes.Equal(tr.Config, o.Config) || tr.InBand != o.InBand {
					t.Errorf("track is %+v, not %+v", o, tr)
				}
				same(t, want.samples[i], got.samples[i])
			}
		})
	}
}

func same(t *testing.T, want, got []media.Sample) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d samples, not %d", len(got), len(want))
	}
	var exact, estimated int64
	for i := range want {
		w, g := &want[i], &got[i]
		if w.DTS != g.DTS || w.Duration != g.Duration || w.Sync != g.Sync || w.Sync && w.PTS() != g.PTS() {
			t.Fatalf("sample %d is %+v, not %+v", i, g, w)
		}
		exact, estimated = exact+int64(w.Size), estimated+int64(g.Size)
	}
	if d := estimated - exact; d > exact/50 || -d > exact/50 {
		t.Errorf("%d bytes, not %d", estimated, exact)
	}
}

// An index that cannot be right is no outline.
func TestOutlineRefused(t *testing.T) {
	good, err := os.ReadFile(files(t)["ffmpeg, copied with length prefixes"])
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(good, []byte("idx1"))
	for name, damage := range map[string]func(b []byte) []byte{
		"no index":              func(b []byte) []byte { copy(b[at:], "JUNK"); return b },
		"cut off":               func(b []byte) []byte { return b[:at+8+160] },
		"a chunk left out":      func(b []byte) []byte { return shorter(b, at) },
		"an offset too far":     func(b []byte) []byte { binary.LittleEndian.PutUint32(b[at+8+16*9+8:], 1<<31); return b },
		"offsets that go back":  func(b []byte) []byte { copy(b[at+8+16*9+8:][:4], b[at+8+16*2+8:][:4]); return b },
		"a picture that is not": func(b []byte) []byte { return marked(b, at) },
		"something behind it": func(b []byte) []byte {
			return append(b, "RIFF\x00\x00\x00\x00AVIXLIST\x00\x00\x00\x00movi00dc\x00\x00\x00\x00"...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir() + "/damaged.avi"
			if err := os.WriteFile(path, damage(slices.Clone(good)), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := outline(path, t); !errors.Is(err, errNoOutline) {
				t.Errorf("an outline, or %v", err)
			}
		})
	}
}

// shorter takes the second half of the index out.
func shorter(b []byte, at int) []byte {
	n := binary.LittleEndian.Uint32(b[at+4:]) / 32 * 16
	binary.LittleEndian.PutUint32(b[at+4:], n)
	b = b[:at+8+int(n)]
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// marked says of all pictures that they are random access points.
func marked(b []byte, at int) []byte {
	for e := b[at+8:]; len(e) >= indexEntry; e = e[indexEntry:] {
		if string(e[:4]) == "00dc" {
			e[4] |= keyFrame
		}
	}
	return b
}
