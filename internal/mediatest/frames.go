package mediatest

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// Frame is one line of FFmpeg's framemd5: when, and a hash of what.
type Frame struct {
	Time float64 // seconds, as FFmpeg saw it
	Size int
	Hash string
}

// Frames returns FFmpeg's view of a file or URL: decoded pictures of its first video track (kind "v"), or the packets of its first audio track as they are
// stored (kind "a"). extra goes before the input.
func Frames(t testing.TB, input, kind string, extra ...string) []Frame {
	t.Helper()
	args := append([]string{"-v", "error", "-nostdin", "-copyts"}, extra...)
	args = append(args, "-i", input, "-map", "0:"+kind+":0")
	if kind == "v" {
		args = append(args, "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-enc_time_base", "1/1000000") // not in frames, which rounds the first time
	} else {
		args = append(args, "-c", "copy")
	}
	cmd := exec.Command("ffmpeg", append(args, "-f", "framemd5", "-")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg on %s: %v: %s", input, err, stderr.String())
	}
	return parseFrames(t, out)
}

func parseFrames(t testing.TB, out []byte) []Frame {
	t.Helper()
	var frames []Frame
	base := 1.0
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if tb, ok := strings.CutPrefix(line, "#tb 0: "); ok {
			num, den, _ := strings.Cut(tb, "/")
			base = number(t, num) / number(t, den)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, ",")
		frames = append(frames, Frame{number(t, f[2]) * base, int(number(t, f[4])), strings.TrimSpace(f[5])})
	}
	return frames
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// SameFrames compares two views: the same frames in the same order, and, relative to the first, at the same times within tolerance seconds. It returns
// what differs, or "".
func SameFrames(want, got []Frame, tolerance float64) string {
	for i := range want {
		if i == len(got) {
			return fmt.Sprintf("%d frames, want %d", len(got), len(want))
		}
		if want[i].Hash != got[i].Hash {
			return fmt.Sprintf("frame %d at %.4f s is another one (of %d and %d)", i, want[i].Time, len(got), len(want))
		}
		if d := (got[i].Time - got[0].Time) - (want[i].Time - want[0].Time); math.Abs(d) > tolerance {
			return fmt.Sprintf("frame %d is %.2f ms late (%.4f s after the first, want %.4f)", i, d*1000, got[i].Time-got[0].Time, want[i].Time-want[0].Time)
		}
	}
	if len(got) > len(want) {
		return fmt.Sprintf("%d frames, want %d", len(got), len(want))
	}
	return ""
}
