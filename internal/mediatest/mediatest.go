// Package mediatest makes real media files for tests: film clips, remuxed and encoded by FFmpeg and others, made once and kept in a cache folder.
//
// The film comes from the folder that DASHWRIGHT_FILM names, else from ../shared/media beside the repository, else it is the project's own
// demo clip. A tool that is missing fails the test: it never skips.
package mediatest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Root returns the repository's root folder.
func Root(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("mediatest: no caller information")
	}
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// film returns the folder of film clips, or "".
func film(t testing.TB) string {
	dir := os.Getenv("DASHWRIGHT_FILM")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(Root(t)), "shared", "media")
	}
	if _, err := os.Stat(filepath.Join(dir, "bbb_v7.mp4")); err != nil {
		return ""
	}
	return dir
}

// Film returns the path of a single-track fragmented MP4 of the film folder by its name without extension ("bbb_v7", "tears_a1"), and false
// when there is no such folder.
func Film(t testing.TB, name string) (string, bool) {
	t.Helper()
	dir := film(t)
	if dir == "" {
		return "", false
	}
	return filepath.Join(dir, name+".mp4"), true
}

// Clip returns an MP4 with H.264 video (closed GOPs of 2 to 4 s, B-frames) and AAC audio, 20 s of film: what most tests start from.
func Clip(t testing.TB) string {
	t.Helper()
	src := []string{"-f", "lavfi", "-i", "testsrc2=s=512x288:r=24:d=20", "-f", "lavfi", "-i", "sine=r=44100:d=20"}
	if dir := film(t); dir != "" {
		src = []string{"-i", filepath.Join(dir, "bbb_v7.mp4"), "-i", filepath.Join(dir, "bbb_a1.mp4"), "-t", "20"}
	}
	return FFmpeg(t, "clip.mp4", append(src, "-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "fast", "-crf", "26",
		"-bf", "2", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k")...)
}

// FFmpeg runs ffmpeg with args and the output file's path after them, and returns that path. name is the output's file name. The result is cached by args.
func FFmpeg(t testing.TB, name string, args ...string) string {
	t.Helper()
	return Make(t, name, append([]string{"ffmpeg", "-v", "error", "-nostdin", "-y"}, append(args, "OUT")...)...)
}

// Make runs a command and returns the path of the file that it made. OUT in an argument stands for that path. The result is cached by the command.
func Make(t testing.TB, name string, command ...string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(name + "\x00" + strings.Join(command, "\x00")))
	dir := filepath.Join(os.TempDir(), "dashwright-mediatest", hex.EncodeToString(sum[:10]))
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "making-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	out := filepath.Join(tmp, name)
	args := make([]string, len(command)-1)
	for i, a := range command[1:] {
		args[i] = strings.ReplaceAll(a, "OUT", out)
	}
	if b, err := exec.Command(command[0], args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", command[0], strings.Join(args, " "), err, b)
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, err2 := os.Stat(path); err2 != nil { // another test process may have been faster
			t.Fatal(err)
		}
	}
	return path
}
