package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// encode is the arguments for 40 s of 1080p at 5 Mbit/s, filled up to be constant, random access points 2 s apart, with stereo AAC.
func encode(video ...string) []string {
	args := []string{"-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=40", "-f", "lavfi", "-i", "sine=r=48000:d=40", "-c:v", "libx264"}
	args = append(args, video...)
	return append(args, "-b:v", "5M", "-maxrate", "5M", "-bufsize", "5M", "-x264-params", "nal-hrd=cbr:keyint=50:min-keyint=50:scenecut=0:open-gop=0",
		"-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart")
}

// clip is 40 s without B-frames.
func (b *bench) clip() (string, error) {
	return b.make("clip.mp4", encode("-preset", "ultrafast")...)
}

// film is 40 s with B-frames, in Main profile.
func (b *bench) film() (string, error) {
	return b.make("film.mp4", encode("-preset", "veryfast", "-profile:v", "main", "-bf", "2")...)
}

// loop is a file repeated to a length in seconds, and remuxed.
func (b *bench) loop(name, from string, seconds int, args ...string) (string, error) {
	in := []string{"-stream_loop", strconv.Itoa(seconds/40 - 1), "-i", from, "-map", "0", "-c", "copy"}
	if strings.HasSuffix(name, ".mp4") {
		args = append(args, "-movflags", "+faststart")
	}
	return b.make(name, append(in, args...)...)
}

const tenMinutes, hour = 600, 3600

// ten is the film repeated to 10 minutes in a container that the name's ending says.
func (b *bench) ten(name string, args ...string) (string, error) {
	film, err := b.film()
	if err != nil {
		return "", err
	}
	return b.loop(name, film, tenMinutes, args...)
}

// plainTen is the same without B-frames.
func (b *bench) plainTen(name string, args ...string) (string, error) {
	clip, err := b.clip()
	if err != nil {
		return "", err
	}
	return b.loop(name, clip, tenMinutes, args...)
}

// hourLong is the film repeated to an hour.
func (b *bench) hourLong() (string, error) {
	film, err := b.film()
	if err != nil {
		return "", err
	}
	return b.loop("hour.mp4", film, hour)
}

// make returns the file that ffmpeg makes of args, and keeps it for the next run. What it was made by stands beside it.
func (b *bench) make(name string, args ...string) (string, error) {
	path := filepath.Join(b.cache, name)
	recipe := strings.Join(args, "\n")
	if old, err := os.ReadFile(path + ".recipe"); err == nil && string(old) == recipe {
		return path, b.warm(path)
	}
	say("making %s", name)
	tmp := filepath.Join(b.work, name)
	all := append([]string{"-v", "error", "-nostdin", "-y"}, args...)
	if err := b.command("ffmpeg", append(all, tmp)...).Run(); err != nil {
		return "", fmt.Errorf("ffmpeg %s: %w", strings.Join(all, " "), err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return "", err
	}
	if err := os.WriteFile(path+".recipe", []byte(recipe), 0o644); err != nil {
		return "", err
	}
	return path, b.warm(path)
}

// warm reads a file, so that it is in the page cache.
func (b *bench) warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, f, make([]byte, 1<<20))
	return err
}

// many returns a folder with n small files, each a copy of the same 2 s.
func (b *bench) many(n int) (string, error) {
	small, err := b.make("small.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-f", "lavfi", "-i", "sine=r=48000:d=2", "-c:v", "libx264",
		"-preset", "ultrafast", "-b:v", "50k", "-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart")
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.cache, "many")
	if _, err := os.Stat(filepath.Join(dir, fileOfMany(n-1))); err == nil {
		return dir, nil
	}
	say("making %d files", n)
	body, err := os.ReadFile(small)
	if err != nil {
		return "", err
	}
	tmp := filepath.Join(b.work, "many")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		return "", err
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(tmp, fileOfMany(i)), body, 0o644); err != nil {
			return "", err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.Rename(tmp, dir)
}

func fileOfMany(i int) string { return fmt.Sprintf("film%05d.mp4", i) }
