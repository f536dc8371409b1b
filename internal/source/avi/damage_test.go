package avi

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// TestCutOff cuts a file at many places: what is left is a prefix, and it is said.
func TestCutOff(t *testing.T) {
	for _, name := range []string{"ffmpeg, Annex B and B-frames", "ffmpeg, copied with length prefixes", "mencoder, x264 and CBR"} {
		path := files(t)[name]
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := mustScan(t, fileOf(raw))
		movi := int64(bytes.Index(raw, []byte("movi")))
		for n := int64(12); n < int64(len(raw)); n += int64(len(raw)) / 37 {
			c, err := scan(fileOf(raw[:n]))
			if err != nil {
				if errs.KindOf(err) != errs.Invalid || len(err.Error()) < 30 || n > movi+20_000 {
					t.Fatalf("%s cut at %d of %d: %v", name, n, len(raw), err)
				}
				continue
			}
			if len(c.result.Warnings) == 0 {
				t.Errorf("%s cut at %d of %d: no warning", name, n, len(raw))
			}
			for i, all := range c.samples {
				for j, s := range all {
					if w := whole.samples[i][j]; s.Offset != w.Offset || s.Size != w.Size || s.Sync != w.Sync || s.DTS != w.DTS {
						t.Fatalf("%s cut at %d: track %d, sample %d is %+v, of the whole file %+v", name, n, i, j, s, w)
					}
				}
			}
		}
	}
}

// TestDamage: files that are not as they should be, and what is made of them.
func TestDamage(t *testing.T) {
	all := frames(t)[:24]
	streams := [][]byte{video25(0)}
	good := chunks("00dc", all)
	audio := strl(strh("auds", "", 0, 1, 8000, 1), audioFormat(1, 2, 44100, nil))
	unpadded := slices.Concat(good[:12]...)
	for _, b := range all[12:] {
		c := chunkOf("00dc", b)
		unpadded = append(unpadded, c[:8+len(b)]...)
	}
	interrupted := aviOf(streams, good) // sizes that a recorder fills in at the end
	binary.LittleEndian.PutUint32(interrupted[4:], 0)
	at := bytes.Index(interrupted, []byte("movi"))
	binary.LittleEndian.PutUint32(interrupted[at-4:], 0)
	for _, test := range []struct {
		name    string
		file    []byte
		samples int
		says    string // of the error, or of a warning
	}{
		{"whole", aviOf(streams, good), 24, ""},
		{"no pad bytes", aviOf(streams, [][]byte{unpadded}), 24, ""},
		{"interrupted", interrupted, 24, ""},
		{"zeros at the end", append(slices.Clone(interrupted), make([]byte, 4096)...), 24, "there is no chunk"},
		{"garbage in the middle", aviOf(streams, slices.Concat(good[:10], [][]byte{{1, 2, 3, 4, 5, 6, 7, 8}}, good[10:])), 10, "there is no chunk"},
		{"huge chunk", aviOf(streams, append(slices.Clone(good[:10]), []byte("00dc\xff\xff\xff\x7f"))), 10, "past the end"},
		{"no media", listOf("RIFF", "AVI ", listOf("LIST", "hdrl", video25(0))), -1, "before its media"},
		{"no streams", aviOf(nil, good), -1, "no video or audio stream"},
		{"no frames", aviOf(streams, nil), -1, "no frame"},
		{"no parameter sets", aviOf(streams, chunks("00dc", all[1:20])), -1, "parameter sets"},
		{"text", aviOf([][]byte{video25(0), strl(strh("txts", "", 0, 1, 1, 0), chunkOf("strf"))}, good), -1, "strf"},
		{"text with format", aviOf([][]byte{video25(0), strl(strh("txts", "", 0, 1, 1, 0))}, good), 24, `"txts"`},
		{"no frame rate", aviOf([][]byte{strl(strh("vids", "H264", 0, 0, 0, 0), videoFormat("H264", 192, 108, nil))}, good), 24, "25 frames per second"},
		{"short format", aviOf([][]byte{strl(strh("vids", "H264", 0, 1, 25, 0), chunkOf("strf", make([]byte, 20)))}, good), -1, "no video format"},
		{"short strh", aviOf([][]byte{strl(chunkOf("strh", make([]byte, 8)))}, good), -1, "fewer than"},
		{"big strf", aviOf([][]byte{strl(chunkOf("strf", make([]byte, 70_000)))}, good), -1, "more than"},
		{"other streams", aviOf([][]byte{video25(0), audio}, good), 24, ""},
		{"not AVI", []byte("RIFF\x00\x00\x00\x00WAVEfmt "), -1, "not an AVI file"},
		{"empty", nil, -1, "not an AVI file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := scan(fileOf(test.file))
			if test.samples < 0 {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("error is %v, it should say %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := len(c.samples[0]); n != test.samples {
				t.Errorf("%d samples, not %d", n, test.samples)
			}
			if says := strings.Join(c.result.Warnings, "; "); says != "" && test.says == "" || !strings.Contains(says, test.says) {
				t.Errorf("warnings %q, they should say %q", says, test.says)
			}
		})
	}
}

// TestEnds: an error of the sink or of the context ends the scan as it is.
func TestEnds(t *testing.T) {
	f := open(t, files(t)["ffmpeg, Annex B and B-frames"])
	stop := errors.New("stop")
	if _, err := Scan(context.Background(), f, failing{stop}); !errors.Is(err, stop) {
		t.Errorf("the sink's error became %v", err)
	}
	long := chunkOf("JUNK", make([]byte, 20<<20))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b := aviOf([][]byte{video25(0)}, append([][]byte{long}, chunks("00dc", frames(t))...))
	if _, err := Scan(ctx, fileOf(b), &collected{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled scan ended with %v", err)
	}
}

type failing struct{ err error }

func (f failing) Samples(int, []media.Sample) error { return f.err }
func (f failing) Cues(int, []media.Cue) error       { return f.err }
func (f failing) Restart()                          {}
