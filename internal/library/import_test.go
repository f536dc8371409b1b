package library

import (
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// remux makes a copy of the test clip in another container.
func remux(t *testing.T, name string, args ...string) string {
	t.Helper()
	return mediatest.FFmpeg(t, name, append([]string{"-i", mediatest.Clip(t), "-t", "6"}, args...)...)
}

// Containers that only FFmpeg reads are remuxed once.
func TestImportContainer(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"film.wmv": {"-c", "copy", "-f", "asf"},
		"film.nut": {"-c", "copy", "-f", "nut"},
		"pcm.nut":  {"-c:v", "copy", "-c:a", "pcm_s16le", "-f", "nut"},
	} {
		t.Run(name, func(t *testing.T) {
			path := copyTo(t, remux(t, name, args...), filepath.Join(t.TempDir(), name))
			data := t.TempDir()
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			l, j := open(t, Config{Paths: []string{path}, Data: data})
			a, err := l.Complete(within(t, 20*time.Second), stem)
			if err != nil {
				t.Fatal(err)
			}
			if got := trackIDs(a); got != "video:v1 audio:a1" {
				t.Errorf("tracks are %s", got)
			}
			v, au := a.Sets[0].Tracks[0], a.Sets[1].Tracks[0]
			if n := packets(t, path, "v"); v.Codec != media.AVC || v.Count != n {
				t.Errorf("%d pictures of %s, want %d", v.Count, v.Codec, n)
			}
			if d := a.Duration - 6*time.Second; au.Codec != media.AAC || d.Abs() > 250*time.Millisecond {
				t.Errorf("audio is %s, duration %v", au.Codec, a.Duration)
			}
			if h, err := l.OpenFile(v.File, a); err != nil {
				t.Error(err)
			} else if err := h.Close(); err != nil {
				t.Error(err)
			}
			if s := stream(t, l, stem); s.State != Ready || s.Path != path || len(s.Warnings) > 0 || len(s.Tracks) != 2 {
				t.Errorf("%+v", s)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if j.count("import is over") != 1 {
				t.Errorf("%d imports", j.count("import is over"))
			}
			l, j = open(t, Config{Paths: []string{path}, Data: data, FFmpeg: "none"})
			if b := mustAsset(t, l, stem); b.Version != a.Version || j.count("import is over") != 0 {
				t.Errorf("after a restart: version %s, was %s", b.Version, a.Version)
			}
		})
	}
}

// A bare stream has no times: pictures come in the order in which they are shown all the same.
func TestImportBare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		codec media.Codec
		args  []string
	}{
		"film.264": {media.AVC, []string{"-c:v", "libx264", "-bf", "3", "-g", "50", "-f", "h264"}},
		"film.265": {media.HEVC, []string{"-c:v", "libx265", "-x265-params", "log-level=error:bframes=3", "-f", "hevc"}},
	} {
		t.Run(name, func(t *testing.T) {
			from := mediatest.FFmpeg(t, name, append([]string{"-f", "lavfi", "-i", "testsrc2=s=160x96:r=30000/1001:d=4", "-pix_fmt", "yuv420p"}, c.args...)...)
			path := copyTo(t, from, filepath.Join(t.TempDir(), name))
			l, _ := open(t, Config{Paths: []string{path}})
			a, err := l.Complete(within(t, 10*time.Second), "film")
			if err != nil {
				t.Fatal(err)
			}
			v := a.Sets[0].Tracks[0]
			if want := (media.Rational{Num: 30000, Den: 1001}); v.Codec != c.codec || v.FrameRate != want || v.Count != 120 || !v.HasCTO {
				t.Errorf("%s, %v frames/s, %d pictures, reordered %v, each %d of 1/%d s", v.Codec, v.FrameRate, v.Count, v.HasCTO, v.Constant, v.Timescale)
			}
			times := map[media.Ticks]bool{}
			var s media.Sample
			for cur := v.Cursor(0); cur.Next(&s); {
				times[s.PTS()] = true
			}
			if len(times) != v.Count {
				t.Errorf("%d presentation times for %d pictures", len(times), v.Count)
			}
		})
	}
}

// packets counts the packets of a stream as ffprobe sees them.
func packets(t *testing.T, path, stream string) int {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", stream, "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n") // a program of a transport stream lists it again
	n, err := strconv.Atoi(strings.Trim(first, ","))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Audio that players cannot take becomes AAC, and stays where it was in time: a beep begins where it began, within a frame.
func TestImportAudio(t *testing.T) {
	t.Parallel()
	video := mediatest.FFmpeg(t, "v.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4", "-c:v", "libx264", "-g", "25", "-bf", "2")
	beep := []string{"-f", "lavfi", "-i", "aevalsrc='if(gte(t,1),0.5*sin(2*PI*1000*t),0)':s=48000:c=stereo:d=3"}
	for name, c := range map[string]struct {
		delay string
		args  []string
	}{
		"pcm.mov":    {"0", []string{"-c:a", "pcm_s16le"}},
		"late.mov":   {"0.7", []string{"-c:a", "pcm_s16be"}},
		"vorbis.mkv": {"0.7", []string{"-c:a", "libvorbis"}},
		"pcm.mkv":    {"0.35", []string{"-c:a", "pcm_s24le"}},
		"pcm.avi":    {"0", []string{"-c:a", "pcm_s16le", "-bf", "0"}},
		"mp2.mp4":    {"0.5", []string{"-c:a", "mp2"}},
		"mp2.ts":     {"0.5", []string{"-c:a", "mp2"}},
		"dts.ts":     {"0.3", []string{"-c:a", "dca", "-strict", "-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-i", video, "-itsoffset", c.delay}, beep...)
			from := mediatest.FFmpeg(t, name, append(append(args, "-map", "0:v", "-map", "1:a", "-c:v", "copy"), c.args...)...)
			path := copyTo(t, from, filepath.Join(t.TempDir(), name))
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			l, _ := open(t, Config{Paths: []string{path}})
			early := mustAsset(t, l, stem) // video at once
			if early.Sets[0].Kind != media.Video {
				t.Error("no video before the import is over")
			}
			a, err := l.Complete(within(t, 20*time.Second), stem)
			if err != nil {
				t.Fatal(err)
			}
			if got := trackIDs(a); got != "video:v1 audio:a1" {
				t.Fatalf("tracks are %s; %q", got, stream(t, l, stem).Warnings)
			}
			if len(early.Sets) == 1 && early.Version == a.Version {
				t.Error("the version is the same with and without audio")
			}
			got := onset(t, a)
			if want := onsetOf(t, path); math.Abs(got-want) > 1024.0/48000+0.001 {
				t.Errorf("the beep begins %.4f s after the first picture, want %.4f", got, want)
			}
			if s := stream(t, l, stem); len(s.Warnings) > 0 || len(s.Tracks) != 2 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Sound that browsers do not decode is converted where that is wanted, and only there.
func TestAAC(t *testing.T) {
	t.Parallel()
	for name, codec := range map[string]string{"mp3.avi": "libmp3lame", "ac3.mkv": "ac3", "eac3.mp4": "eac3", "aac.mp4": "aac"} {
		t.Run(name, func(t *testing.T) {
			from := mediatest.FFmpeg(t, name, "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4", "-f", "lavfi", "-i", "sine=r=48000:d=4", "-c:v", "libx264", "-bf", "0", "-g", "25", "-c:a", codec)
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			for _, aac := range []bool{false, true} {
				path := copyTo(t, from, filepath.Join(t.TempDir(), name))
				l, _ := open(t, Config{Paths: []string{path}, AAC: aac})
				a, err := l.Complete(within(t, 20*time.Second), stem)
				if err != nil {
					t.Fatal(err)
				}
				if got := trackIDs(a); got != "video:v1 audio:a1" {
					t.Fatalf("AAC %v: tracks are %s; %q", aac, got, stream(t, l, stem).Warnings)
				}
				sound := a.Sets[1].Tracks[0]
				if is := sound.Codec == media.AAC; is != (aac || codec == "aac") {
					t.Errorf("AAC %v: the sound is %s", aac, sound.Codec)
				}
				if kept := PathOf(sound.File) == path; kept != (!aac || codec == "aac") {
					t.Errorf("AAC %v: the sound is read from %s", aac, PathOf(sound.File))
				}
			}
		})
	}
}

// onset returns when the beep begins after the first picture, by the asset's own times: the audio track is decoded without regard for its edit
// list, and its first sample is at its first presentation time.
func onset(t *testing.T, a *asset.Asset) float64 {
	t.Helper()
	v, au := a.Sets[0].Tracks[0], a.Sets[1].Tracks[0]
	start := au.PresentationTime(au.FirstPTS) - v.PresentationTime(v.FirstPTS)
	return start.Seconds() + firstLoud(t, "-ignore_editlist", "1", "-i", PathOf(au.File))
}

// onsetOf returns the same of a file, by FFmpeg.
func onsetOf(t *testing.T, path string) float64 {
	t.Helper()
	starts := map[string]float64{}
	for _, s := range []string{"v", "a"} {
		out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", s, "-show_entries", "stream=start_time", "-of", "csv=p=0", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		if starts[s], err = strconv.ParseFloat(strings.Trim(first, ","), 64); err != nil {
			t.Fatal(err)
		}
	}
	return starts["a"] - starts["v"] + firstLoud(t, "-i", path)
}

// firstLoud decodes audio and returns the time of the first loud sample, counted from the first of all.
func firstLoud(t *testing.T, args ...string) float64 {
	t.Helper()
	out, err := exec.Command("ffmpeg", append(append([]string{"-v", "error"}, args...), "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "s16le", "-")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(out); i += 2 {
		if v := int16(binary.LittleEndian.Uint16(out[i:])); v > 4000 || v < -4000 {
			return float64(i/2) / 48000
		}
	}
	t.Fatal("no beep")
	return 0
}

func TestNoFFmpeg(t *testing.T) {
	dir := t.TempDir()
	copyTo(t, remux(t, "film.wmv", "-c", "copy", "-f", "asf"), filepath.Join(dir, "film.wmv"))
	copyTo(t, remux(t, "pcm.mov", "-c:v", "copy", "-c:a", "pcm_s16le"), filepath.Join(dir, "pcm.mov"))
	t.Setenv("PATH", t.TempDir())
	l, _ := open(t, Config{Paths: []string{dir}})
	_, err := l.Asset(within(t, 5*time.Second), "film")
	want := "film.wmv is a Windows Media (ASF) file: only FFmpeg can read it, and there is no ffmpeg on the PATH; install it, or say where it is with --ffmpeg, and the file is imported by itself"
	if errs.KindOf(err) != errs.Unsupported || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	a := mustAsset(t, l, "pcm")
	if got := trackIDs(a); got != "video:v1" {
		t.Errorf("tracks are %s", got)
	}
	l.Settle(within(t, 5*time.Second))
	if w := stream(t, l, "pcm").Warnings; len(w) != 1 || !strings.Contains(w[0], "there is no ffmpeg on the PATH; install it, or say where it is with --ffmpeg, and it is converted to AAC by itself") {
		t.Errorf("warnings %q", w)
	}
}

// When FFmpeg is installed, what waited for it is imported without being asked.
func TestFFmpegAppears(t *testing.T) {
	t.Parallel()
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	path := copyTo(t, remux(t, "film.wmv", "-c", "copy", "-f", "asf"), filepath.Join(t.TempDir(), "film.wmv"))
	tool := filepath.Join(t.TempDir(), "ffmpeg")
	l, _ := open(t, Config{Paths: []string{path}, FFmpeg: tool})
	l.Settle(within(t, 5*time.Second))
	if s := stream(t, l, "film"); s.State != Failed {
		t.Fatalf("%+v", s)
	}
	if err := os.Symlink(real, tool); err != nil {
		t.Fatal(err)
	}
	l.retryFFmpeg()
	eventually(t, 10*time.Second, "import", func() bool { return stream(t, l, "film").State == Ready })
}

func TestImportRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	xvid := mediatest.FFmpeg(t, "xvid.nut", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-c:v", "mpeg4")
	copyTo(t, xvid, filepath.Join(dir, "a", "old.nut"))
	put(t, filepath.Join(dir, "b", "noise.rm"), strings.Repeat("\x00\xff\x13\x37", 3000))
	l, _ := open(t, Config{Paths: []string{dir}})
	l.Settle(within(t, 10*time.Second))
	for name, want := range map[string]string{
		"a-old":   "old.nut: its video is MPEG-4 part 2, which DASH players cannot play; H.264, HEVC, AV1 and VP9 are served",
		"b-noise": "noise.rm: no container that is known, and FFmpeg cannot read it either: Invalid data found when processing input",
	} {
		if s := stream(t, l, name); s.State != Failed || s.Err == nil || s.Err.Error() != want {
			t.Errorf("%s: %+v, want %s", name, s, want)
		}
	}
}

// Close ends what FFmpeg is doing, and leaves nothing half.
func TestImportInterrupted(t *testing.T) {
	path := copyTo(t, remux(t, "film.wmv", "-c", "copy", "-f", "asf"), filepath.Join(t.TempDir(), "film.wmv"))
	slow := put(t, filepath.Join(t.TempDir(), "ffmpeg"), "#!/bin/sh\ncase \"$*\" in *progress*) echo half > \"$(echo \"$*\" | sed 's/.*file://')\"; exec sleep 60;; *) exec ffmpeg \"$@\";; esac\n")
	if err := os.Chmod(slow, 0o755); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	l, _ := open(t, Config{Paths: []string{path}, Data: data, FFmpeg: slow})
	if _, err := l.Asset(within(t, 5*time.Second), "film"); errs.KindOf(err) != errs.Unavailable || !strings.Contains(err.Error(), "film.wmv is being imported, 0 %") {
		t.Errorf("while it is being imported: %v", err)
	}
	if s := stream(t, l, "film"); s.State != Pending || len(s.Warnings) != 1 {
		t.Errorf("%+v", s)
	}
	eventually(t, 5*time.Second, "conversion", func() bool { return len(parts(t, data)) == 1 })
	began := time.Now()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
	if left := parts(t, data); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func parts(t *testing.T, data string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(data, "import", "*.part"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}
