package order_test

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/library/order"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// short is a film of 5 s with B-frames.
func short(t *testing.T) string {
	return mediatest.FFmpeg(t, "short.mp4", "-i", mediatest.Clip(t), "-t", "5", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-c:a", "aac")
}

// asImported makes an MP4 of a film that has been in another container, as an import does, and returns the path of a copy.
func asImported(t *testing.T, name, format string, args ...string) string {
	t.Helper()
	in := mediatest.FFmpeg(t, name, append(append([]string{"-i", short(t)}, args...), "-f", format)...)
	made := mediatest.FFmpeg(t, name+".mp4", "-fflags", "+genpts", "-i", in, "-map", "0:v", "-map", "0:a", "-c", "copy", "-strict", "-2")
	b, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "made.mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// packets returns the presentation times of a file's video in decode order, as ffprobe sees them, counted from the smallest.
func packets(t *testing.T, path string) []float64 {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var times []float64
	for line := range strings.Lines(string(out)) {
		if line == "\n" {
			continue // after side data
		}
		v, err := strconv.ParseFloat(strings.Trim(line, ",\n"), 64)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		times = append(times, v)
	}
	first := slices.Min(times)
	for i := range times {
		times[i] -= first
	}
	return times
}

// ASF and Matroska of H.264 with B-frames: the former loses the presentation times, the latter has them and is left alone.
func TestMend(t *testing.T) {
	for name, c := range map[string]struct {
		format string
		args   []string
		lost   bool
	}{
		"B-frames":    {"asf", []string{"-c", "copy"}, true},
		"pyramid":     {"asf", []string{"-c:v", "libx264", "-preset", "veryfast", "-bf", "5", "-x264-params", "b-pyramid=normal:open-gop=1:keyint=48", "-c:a", "copy"}, true},
		"no B-frames": {"asf", []string{"-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-c:a", "copy"}, false},
		"times known": {"nut", []string{"-c", "copy"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := asImported(t, "film", c.format, c.args...)
			original := mediatest.FFmpeg(t, "original.mp4", append([]string{"-i", short(t)}, c.args...)...)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := order.Mend(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if mended := !bytes.Equal(before, after); mended != c.lost {
				t.Fatalf("mended: %v, want %v", mended, c.lost)
			}
			want := packets(t, original)
			got := packets(t, path)
			if len(got) != len(want) {
				t.Fatalf("%d packets, want %d", len(got), len(want))
			}
			for i := range want {
				if math.Abs(got[i]-want[i]) > 0.0015 { // ASF counts milliseconds
					t.Fatalf("packet %d is shown at %.4f s, want %.4f", i, got[i], want[i])
				}
			}
			if d := mediatest.SameFrames(mediatest.Frames(t, original, "v"), mediatest.Frames(t, path, "v"), 0.0015); d != "" {
				t.Error(d)
			}
		})
	}
}

// A file that ends within its movie box, or has none, is an error and is left as it is.
func TestMendRefuses(t *testing.T) {
	path := asImported(t, "film", "asf", "-c", "copy")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(b, []byte("moov")) - 4
	for _, cut := range []int{at, at + 100} {
		if err := os.WriteFile(path, b[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := order.Mend(t.Context(), path); err == nil {
			t.Errorf("cut at %d: no error", cut)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, b[:cut]) {
			t.Errorf("cut at %d: the file was written", cut)
		}
	}
}

// FuzzMend gives Mend files that FFmpeg would not have made. It neither panics nor spoils one: where it says that it cannot, the file is as before, and where it says nothing, the samples are where they were.
func FuzzMend(f *testing.F) {
	film := mediatest.FFmpeg(f, "tiny.asf", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=0.4", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3")
	b, err := os.ReadFile(mediatest.FFmpeg(f, "tiny.mp4", "-fflags", "+genpts", "-i", film, "-c", "copy"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	path := filepath.Join(f.TempDir(), "made.mp4")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		failed := order.Mend(t.Context(), path)
		now, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if failed != nil && !bytes.Equal(now, data) {
			t.Errorf("the file was written, although %v", failed)
		}
		if at := bytes.Index(data, []byte("moov")); failed == nil && at >= 4 && !bytes.Equal(now[:at-4], data[:at-4]) {
			t.Error("what stands before the movie box was changed")
		}
	})
}
