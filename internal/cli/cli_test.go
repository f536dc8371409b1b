package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/cli"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// dashwright runs a command line and returns its exit code and what it printed.
func dashwright(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(context.Background(), cli.Env{Args: args, Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

func one(t *testing.T, name string) string {
	t.Helper()
	for _, k := range mediatest.Kinds() {
		if k.Name == name {
			return k.Make(t)
		}
	}
	t.Fatal(name)
	return ""
}

// What each command line prints, and how it ends. A pattern must be found; one that begins with "!" must not.
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	data := filepath.Join(dir, "data")
	clip := mediatest.Clip(t)
	full := filepath.Dir(write("full/letter.txt", "dear"))
	many := filepath.Join(dir, "many")
	for _, name := range []string{"a.mp4", "b.mp4"} {
		b, err := os.ReadFile(one(t, map[string]string{"a.mp4": "audio longer", "b.mp4": "mp4"}[name]))
		if err != nil {
			t.Fatal(err)
		}
		write("many/"+name, string(b))
	}
	for _, c := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr []string
	}{
		{"help", []string{"--help"}, 0, []string{"Usage: dashwright", "serve", "probe", "export", "version"}, []string{"!."}},
		{"help of a command", []string{"serve", "--help"}, 0, []string{"--listen", `127\.0\.0\.1:8080`, "--data", "--allow-origin"}, []string{"!."}},
		{"help of export", []string{"export", "--help"}, 0, []string{"<path>", "<dir>", "must be empty"}, []string{"!."}},
		{"version", []string{"version"}, 0, []string{`^dashwright \S+\n$`}, []string{"!."}},
		{"no command", nil, 2, []string{"!."}, []string{"expected one of", "--help"}},
		{"no such command", []string{"sevre"}, 2, []string{"!."}, []string{"sevre", "--help"}},
		{"no such flag", []string{"probe", "--jsno", clip}, 2, []string{"!."}, []string{"--jsno"}},
		{"a file too many", []string{"probe", clip, clip}, 2, []string{"!."}, []string{"unexpected argument"}},
		{"a file too few", []string{"export", clip}, 2, []string{"!."}, []string{"<dir>"}},
		{"no such file", []string{"probe", "--data", data, filepath.Join(dir, "none.mp4")}, 1, []string{"!."}, []string{`^dashwright: .*none\.mp4 does not exist\n$`, "!report"}},
		{"no media file", []string{"probe", "--data", data, full}, 1, []string{"!."}, []string{"holds 0 streams", "!report"}},
		{"several streams", []string{"probe", "--data", data, many}, 1, []string{"!."}, []string{"holds 2 streams; name one file", "!report"}},
		{"an empty file", []string{"probe", "--data", data, write("empty.mp4", "")}, 1, []string{"!."}, []string{"empty", "!report"}},
		{"a file that is no film", []string{"probe", "--data", data, write("page.mp4", "<html>")}, 1, []string{"!."}, []string{`page\.mp4`, "!report"}},
		{"probe", []string{"probe", "--data", data, clip}, 0, []string{`clip\.mp4: \d+\.\d{3} s`, `v1 +video H\.264 \(avc1\.\w{6}\), \d+x\d+`, `frames/s`, `a1 +audio AAC \(mp4a\.40\.2\), 44100 Hz, \d channel`,
			`\d+ samples, \d+ segments \(longest \d\.\d{3} s\), peak \d+ kbit/s`, `random access points`}, []string{"!dashwright:"}},
		{"probe of text", []string{"probe", "--data", data, mediatest.Subtitles(t)}, 0, []string{`text +WebVTT \(wvtt\)`, "12 cues"}, []string{"!dashwright:"}},
		{"probe of an encrypted file", []string{"probe", "--data", data, one(t, "encrypted")}, 0, []string{"encrypted: cenc ffeeddccbbaa99887766554433221100"}, []string{"!dashwright:"}},
		{"probe of a damaged file", []string{"probe", "--data", data, write("cut.mkv", half(t, one(t, "matroska")))}, 0, []string{"warning: "}, []string{"!dashwright:"}},
		{"probe of sound to convert", []string{"probe", "--data", data, mediatest.FFmpeg(t, "pcm.mov", "-i", clip, "-t", "3", "-c:v", "copy", "-c:a", "pcm_s16le")}, 0,
			[]string{`v1 +video H\.264`, `-  +audio PCM, 44100 Hz, \d channels?\n +becomes AAC when it is served\n`}, []string{"!."}},
		{"probe of sound that cannot be converted", []string{"probe", "--data", data, "--ffmpeg", "none", mediatest.FFmpeg(t, "mp2.ts", "-i", clip, "-t", "3", "-c:v", "copy", "-c:a", "mp2")}, 0,
			[]string{`v1 +video H\.264`, `-  +audio MP2, .*\n +is left out: DASH players cannot play it, and FFmpeg is switched off \(--ffmpeg none\); switch it on`}, []string{"!."}},
		{"probe of nothing but sound to convert", []string{"probe", "--data", data, mediatest.FFmpeg(t, "pcm.mka", "-i", clip, "-t", "3", "-vn", "-c:a", "pcm_s16le")}, 0, []string{`a1 +audio AAC`, "!becomes"}, []string{"!."}},
		{"probe of what FFmpeg reads", []string{"probe", "--data", data, mediatest.FFmpeg(t, "film.asf", "-i", clip, "-t", "3", "-c", "copy")}, 0, []string{`v1 +video H\.264`, `a1 +audio AAC`}, []string{"!."}},
		{"the same without FFmpeg", []string{"probe", "--data", filepath.Join(dir, "other"), "--ffmpeg", "none", mediatest.FFmpeg(t, "film.asf", "-i", clip, "-t", "3", "-c", "copy")}, 1, []string{"!."},
			[]string{`^dashwright: film\.asf is a Windows Media \(ASF\) file: only FFmpeg can read it, and FFmpeg is switched off \(--ffmpeg none\); switch it on and the file is imported by itself\n$`}},
		{"probe of what cannot be served", []string{"probe", "--data", data, mediatest.FFmpeg(t, "film.wmv", "-i", clip, "-t", "1")}, 1, []string{"!."}, []string{`^dashwright: film\.wmv: its video is MS MPEG-4 .*\n$`}},
		{"probe with an ffmpeg that there is not", []string{"probe", "--data", data, "--ffmpeg", "/nope", clip}, 1, []string{"!."}, []string{`^dashwright: --ffmpeg /nope: there is no such program`}},
		{"serve with an ffmpeg that there is not", []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--ffmpeg", "/nope", clip}, 1, []string{"!."}, []string{`^dashwright: --ffmpeg /nope: there is no such program`}},
		{"serve that is to convert, without FFmpeg", []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--aac", "--ffmpeg", "none", clip}, 1, []string{"!."}, []string{`^dashwright: --aac converts by FFmpeg, which --ffmpeg none switches off`}},
		{"export of MP3 as AAC", []string{"export", "-q", "--data", data, "--aac", mediatest.FFmpeg(t, "mp3.avi", "-i", clip, "-t", "3", "-c:v", "libx264", "-bf", "0", "-c:a", "libmp3lame"), filepath.Join(dir, "out6")}, 0, []string{"!."}, []string{"!."}},
		{"export with an ffmpeg that there is not", []string{"export", "--data", data, "--ffmpeg", "/nope", clip, filepath.Join(dir, "out5")}, 1, []string{"!."}, []string{`^dashwright: --ffmpeg /nope: there is no such program`}},
		{"export to a folder with something in it", []string{"export", "--data", data, clip, full}, 1, []string{"!."}, []string{"full: the folder is not empty; name another or empty it", "!report"}},
		{"export to a file", []string{"export", "--data", data, clip, clip}, 1, []string{"!."}, []string{"clip.mp4", "!report"}},
		{"export of nothing", []string{"export", "--data", data, filepath.Join(dir, "none.mp4"), filepath.Join(dir, "out1")}, 1, []string{"!."}, []string{"does not exist", "!report"}},
		{"export with a bad option", []string{"export", "--data", data, "-o", "segdur=x", clip, filepath.Join(dir, "out2")}, 1, []string{"!."}, []string{"segdur", `"x"`, "from 0.2 to 60", "!report"}},
		{"export with an option that nobody knows", []string{"export", "--data", data, "-o", "sgdur=2", clip, filepath.Join(dir, "out3")}, 1, []string{"!."}, []string{"sgdur", "!report"}},
		{"export in a look that there is not", []string{"export", "--data", data, "--look", "mine.mpd", clip, filepath.Join(dir, "out4")}, 1, []string{"!."}, []string{"no manifest is called mine.mpd; there are .*manifest.mpd", "!report"}},
		{"serve what there is not", []string{"serve", "--data", data, "--listen", "127.0.0.1:0", filepath.Join(dir, "none")}, 1, []string{"!."}, []string{"none does not exist", "!report"}},
		{"serve at no address", []string{"serve", "--data", data, "--listen", "nowhere", clip}, 1, []string{"!."}, []string{"--listen nowhere: an address is HOST:PORT", "!report"}},
		{"serve at a port alone", []string{"serve", "--data", data, "--listen", "99999", clip}, 1, []string{"!."}, []string{"--listen 99999: an address is HOST:PORT", "!report"}},
		{"serve with an origin of two lines", []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--allow-origin", "a\nb", clip}, 1, []string{"!."}, []string{"--allow-origin .* one line", "!report"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := dashwright(t, c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			find(t, "stdout", stdout, c.stdout)
			find(t, "stderr", stderr, c.stderr)
		})
	}
	for _, name := range []string{"out2", "out3", "out4"} {
		if entries, err := os.ReadDir(filepath.Join(dir, name)); err == nil && len(entries) > 0 {
			t.Errorf("an export that was refused wrote %d files", len(entries))
		}
	}
}

func half(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:len(b)/2])
}

func find(t *testing.T, what, text string, patterns []string) {
	t.Helper()
	for _, p := range patterns {
		p, not := strings.CutPrefix(p, "!")
		if regexp.MustCompile(p).MatchString(text) == not {
			t.Errorf("%s: %q (unwanted: %v) in:\n%s", what, p, not, text)
		}
	}
}

// What probe says in JSON is what ffprobe finds in the file.
func TestProbeJSON(t *testing.T) {
	for _, k := range mediatest.Kinds() {
		if k.Format == "ttml" {
			continue // which ffprobe does not read
		}
		t.Run(k.Name, func(t *testing.T) {
			path := k.Make(t)
			code, stdout, stderr := dashwright(t, "probe", "--json", "--data", filepath.Join(t.TempDir(), "data"), path)
			if code != 0 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			var got struct {
				File     string
				Duration float64
				Tracks   []struct {
					ID, Kind, Codec, Codecs, FrameRate   string
					Width, Height, SampleRate, Channels  int
					Samples, Cues, Segments, Bandwidth   int
					Start, Duration, LongestSegment      float64
					Timescale, Bytes, RandomAccessPoints int
				}
				Warnings []string
			}
			d := json.NewDecoder(strings.NewReader(stdout))
			if err := d.Decode(&got); err != nil {
				t.Fatalf("%v: %s", err, stdout)
			}
			if d.More() || got.File != path || got.Duration <= 0 || got.Warnings == nil {
				t.Errorf("file %q, %v s, warnings %v", got.File, got.Duration, got.Warnings)
			}
			want := streams(t, path)
			if len(want) != len(got.Tracks) {
				t.Fatalf("%d tracks, ffprobe finds %d", len(got.Tracks), len(want))
			}
			for i, g := range got.Tracks {
				w := want[i]
				switch g.Kind {
				case "video":
					if w["width"] != strconv.Itoa(g.Width) || w["height"] != strconv.Itoa(g.Height) {
						t.Errorf("%s: %dx%d, ffprobe says %sx%s", g.ID, g.Width, g.Height, w["width"], w["height"])
					}
					if g.RandomAccessPoints < 1 || g.RandomAccessPoints > g.Samples || g.Segments > g.RandomAccessPoints {
						t.Errorf("%s: %d random access points and %d segments in %d samples", g.ID, g.RandomAccessPoints, g.Segments, g.Samples)
					}
				case "audio":
					if w["sample_rate"] != strconv.Itoa(g.SampleRate) || w["channels"] != strconv.Itoa(g.Channels) {
						t.Errorf("%s: %d Hz, %d channels, ffprobe says %s and %s", g.ID, g.SampleRate, g.Channels, w["sample_rate"], w["channels"])
					}
				case "text":
					if g.Cues+g.Samples == 0 {
						t.Errorf("%s is empty", g.ID)
					}
					continue
				}
				// Of an edited file ffprobe lists those too that are to be thrown away.
				if n := w["nb_read_packets"]; n != strconv.Itoa(g.Samples) && k.Name != "edited" {
					t.Errorf("%s: %d samples, ffprobe reads %s", g.ID, g.Samples, n)
				}
				if g.Segments < 1 || g.Bandwidth < 1 || g.Bytes < 1 || g.LongestSegment <= 0 || g.Duration <= 0 || g.Codecs == "" {
					t.Errorf("%s: %+v", g.ID, g)
				}
			}
		})
	}
}

// streams returns ffprobe's view of a file: video first, then audio, then text, each in the file's order.
func streams(t *testing.T, path string) []map[string]string {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-count_packets", "-show_streams", "-of", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Streams []map[string]any }
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	var sorted []map[string]string
	for _, kind := range []string{"video", "audio", "subtitle"} {
		for _, s := range list.Streams {
			if s["codec_type"] != kind {
				continue
			}
			m := map[string]string{}
			for key, v := range s {
				switch v := v.(type) {
				case string:
					m[key] = v
				case float64:
					m[key] = strconv.Itoa(int(v))
				}
			}
			sorted = append(sorted, m)
		}
	}
	return sorted
}

// An exported folder plays from any server of files, and is the film.
func TestExportPlays(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		args       []string
		tolerance  float64
	}{
		{"as it is", "mp4", nil, 0.0001},
		{"with times", "matroska", []string{"-o", "timeline=1", "-o", "segdur=2"}, 0.0011},
		{"as a list", "mpegts", []string{"-o", "timeline=list"}, 0.0001},
		{"with numbers and a timeline", "uneven GOPs", []string{"-q", "-o", "timeline=number"}, 0.0001},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := one(t, c.kind)
			dir := filepath.Join(t.TempDir(), "new", "folder")
			code, stdout, stderr := dashwright(t, append(append([]string{"export", "--data", filepath.Join(t.TempDir(), "data")}, c.args...), path, dir)...)
			if code != 0 || stdout != "" {
				t.Fatalf("exit code %d, %q: %s", code, stdout, stderr)
			}
			if quiet := len(c.args) > 0 && c.args[0] == "-q"; quiet != (stderr == "") {
				t.Errorf("quiet: %v, and it says %q", quiet, stderr)
			}
			body, err := os.ReadFile(filepath.Join(dir, "manifest.mpd"))
			if err != nil {
				t.Fatal(err)
			}
			mediatest.Schema(t, body)
			complete(t, dir, mediatest.ReadMPD(t, body))
			s := httptest.NewServer(http.FileServer(http.Dir(dir)))
			defer s.Close()
			for _, kind := range []string{"v", "a"} {
				if kind == "a" && c.kind == "mpegts" {
					continue // its packets have ADTS headers, ours have not
				}
				tolerance := c.tolerance
				if kind == "a" {
					tolerance = 0.003
				}
				if d := mediatest.SameFrames(mediatest.Frames(t, path, kind), mediatest.Frames(t, s.URL+"/manifest.mpd", kind), tolerance); d != "" {
					t.Errorf("%s: %s", kind, d)
				}
			}
		})
	}
}

// complete checks that a folder has every file that its manifest announces, and no other.
func complete(t *testing.T, dir string, m mediatest.MPD) {
	t.Helper()
	want := map[string]bool{"manifest.mpd": true}
	for _, r := range m.Representations {
		want[r.Init] = true
		for _, s := range r.Segments {
			want[s.URL] = true
		}
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if !want[filepath.ToSlash(rel)] {
			t.Errorf("%s is in no manifest", rel)
		}
		delete(want, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("%s is announced and not there", name)
	}
}

// Names of files in any script come through, in folders and URLs.
func TestExportOfNamedTracks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "фильм")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{"видео 1.mp4": {"-map", "0:v", "-t", "4"}, "ljud & musik.m4a": {"-map", "0:a", "-t", "4"}} {
		b, err := os.ReadFile(mediatest.FFmpeg(t, "part"+filepath.Ext(name), append(append([]string{"-i", mediatest.Clip(t)}, args...), "-c", "copy")...))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, timeline := range []string{"1", "list"} {
		out := filepath.Join(t.TempDir(), "out")
		if code, _, stderr := dashwright(t, "export", "-q", "--data", filepath.Join(t.TempDir(), "data"), "-o", "timeline="+timeline, dir, out); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		body, err := os.ReadFile(filepath.Join(out, "manifest.mpd"))
		if err != nil {
			t.Fatal(err)
		}
		mediatest.Schema(t, body)
		s := httptest.NewServer(http.FileServer(http.Dir(out)))
		defer s.Close()
		m := mediatest.ReadMPD(t, body)
		if len(m.Representations) != 2 {
			t.Fatalf("%d Representations", len(m.Representations))
		}
		for _, r := range m.Representations {
			urls := []string{r.Init}
			for _, seg := range r.Segments {
				urls = append(urls, seg.URL)
			}
			for _, u := range urls {
				res, err := http.Get(s.URL + "/" + u)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != http.StatusOK {
					t.Errorf("timeline=%s: %s: %s", timeline, u, res.Status)
				}
			}
		}
	}
}

// output is a buffer that several may use.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// serve says where it is, answers there, and ends when it is told to: a running answer is finished first.
func TestServe(t *testing.T) {
	for name, paths := range map[string][]string{"a file": {mediatest.Clip(t)}, "nothing: the demo": nil} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var stdout, stderr output
			code := make(chan int, 1)
			go func() {
				code <- cli.Run(ctx, cli.Env{Args: append([]string{"serve", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--ffmpeg", "none"}, paths...), Stdout: &stdout, Stderr: &stderr})
			}()
			var base string
			for end := time.Now().Add(10 * time.Second); base == ""; time.Sleep(5 * time.Millisecond) {
				if m := regexp.MustCompile(`open (http://127\.0\.0\.1:\d+)\n`).FindStringSubmatch(stdout.String()); m != nil {
					base = m[1]
				}
				if time.Now().After(end) {
					t.Fatalf("no URL in %q, %q", stdout.String(), stderr.String())
				}
			}
			for path, want := range map[string]string{"/healthz": "ok", "/api/v1/streams": `"manifest":"/dash/vod/`, "/": "<html"} {
				res, err := http.Get(base + path)
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(b), want) {
					t.Errorf("%s: %s %v %.300s", path, res.Status, err, b)
				}
			}
			cancel()
			select {
			case c := <-code:
				if c != 0 {
					t.Errorf("exit code %d: %s", c, stderr.String())
				}
			case <-time.After(5 * time.Second):
				t.Fatal("told to end 5 s ago")
			}
			if strings.Contains(stderr.String(), "ERR") {
				t.Errorf("it says %s", stderr.String())
			}
		})
	}
}

// As the README writes it, in a shell that does not expand ~ there.
func TestMakeRun(t *testing.T) {
	for given, want := range map[string]string{"~/Videos": `serve "/home/me/Videos"`, "~": `serve "/home/me"`, "/a/b": `serve "/a/b"`, "": "serve \n"} {
		cmd := exec.Command("sh", "-c", "make -n run MEDIA="+given)
		cmd.Dir, cmd.Env = mediatest.Root(t), append(os.Environ(), "HOME=/home/me")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out)+"\n", want) {
			t.Errorf("MEDIA=%s: %v: %s", given, err, out)
		}
	}
}
