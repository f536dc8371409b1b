package segment_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// export writes a file's presentation into a folder and returns it with its manifest.
func export(t *testing.T, path, query string) (dir string, m mediatest.MPD) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	e := app.Export{Path: path, Dir: dir, Query: query, Template: "manifest.mpd", Data: filepath.Join(t.TempDir(), "data"), FFmpeg: "none", Log: slog.New(slog.DiscardHandler)}
	if err := e.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	body := read(t, dir, "manifest.mpd")
	mediatest.Schema(t, body)
	return dir, mediatest.ReadMPD(t, body)
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alone writes one segment behind its init segment, and returns the file's path.
func alone(t *testing.T, dir string, r mediatest.Announced, i int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), r.ID+".mp4")
	if err := os.WriteFile(path, append(read(t, dir, r.Init), read(t, dir, r.Segments[i].URL)...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is encrypted already is passed on so that it can be decrypted: whoever has the key sees the film, whichever segment is the first.
func TestEncryptedSegmentsDecrypt(t *testing.T) {
	const key = "00112233445566778899aabbccddeeff"
	encrypt := func(name string, more ...string) string {
		args := append([]string{"-i", mediatest.Clip(t)}, more...)
		return mediatest.FFmpeg(t, name, append(args, "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", "ffeeddccbbaa99887766554433221100")...)
	}
	for name, path := range map[string]string{
		"as usual": encrypt("enc.mp4", "-c", "copy"),
		// One NAL unit a picture, so that every sample has the same number of subsamples: one.
		"one subsample each": encrypt("single.mp4", "-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-bsf:v", "filter_units=remove_types=6|7|8|9", "-t", "10"),
	} {
		t.Run(name, func(t *testing.T) {
			dir, m := export(t, path, "timeline=1")
			for _, r := range m.Representations {
				in := mediatest.ParseInit(t, read(t, dir, r.Init))
				if in.SampleEntry != "encv" && in.SampleEntry != "enca" {
					t.Errorf("%s: sample entry %s", r.ID, in.SampleEntry)
				}
				for i, s := range r.Segments {
					b := read(t, dir, s.URL)
					f := mediatest.ParseSegment(t, in, b)
					if d := auxiliary(&f, b); d != "" {
						t.Errorf("%s, segment %d: %s", r.ID, i, d)
					}
				}
				kind := r.MimeType[:1]
				want := mediatest.Frames(t, path, kind, "-decryption_key", key)
				at := 0
				for i := range r.Segments { // one by one: FFmpeg loses its way in encrypted files of several fragments
					got := mediatest.Frames(t, alone(t, dir, r, i), kind, "-decryption_key", key)
					if at+len(got) > len(want) {
						t.Fatalf("%s has more than the %d frames of the film", r.ID, len(want))
					}
					if d := mediatest.SameFrames(want[at:at+len(got)], got, 0.0001); d != "" {
						t.Errorf("%s, segment %d: %s", r.ID, i, d)
					}
					at += len(got)
				}
				if at != len(want) {
					t.Errorf("%s has %d frames, want %d", r.ID, at, len(want))
				}
			}
		})
	}
}

// auxiliary checks that senc, saiz and saio say the same (ISO/IEC 23001-7, 7.2), for IVs of 8 bytes.
func auxiliary(f *mediatest.Fragment, segment []byte) string {
	if f.Senc == nil || len(f.AuxSizes) != len(f.Samples) || int(binary.BigEndian.Uint32(f.Senc)) != len(f.Samples) {
		return "not as much auxiliary information as samples"
	}
	rest := f.Senc[4:]
	if !bytes.Equal(segment[f.AuxFrom:f.AuxFrom+len(rest)], rest) {
		return "saio leads elsewhere than senc is"
	}
	for i, s := range f.Samples {
		size := 8
		if f.SencFlag&2 != 0 {
			n := int(binary.BigEndian.Uint16(rest[8:]))
			size += 2 + 6*n
			bytes := 0
			for k := range n {
				bytes += int(binary.BigEndian.Uint16(rest[10+6*k:])) + int(binary.BigEndian.Uint32(rest[12+6*k:]))
			}
			if bytes != len(s.Data) {
				return "the subsamples of a sample are not as long as it is"
			}
		}
		if int(f.AuxSizes[i]) != size {
			return "saiz says another size than senc has"
		}
		rest = rest[size:]
	}
	if len(rest) > 0 {
		return "more auxiliary information than samples"
	}
	return ""
}
