package app_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// lost is how many pictures VLC 3 keeps to itself at the end of a stream that it writes to a file; of the last one before those it writes a part.
const lost = 12

// TestVLC has VLC read streams and write what it reads to a file: the same pictures at the same times, on demand and live.
func TestVLC(t *testing.T) {
	file := mediatest.FFmpeg(t, "clip.ts", "-i", mediatest.Clip(t), "-c", "copy") // its pictures have to be converted
	_, url := one(t, file)
	want := map[string][]mediatest.Frame{"v": mediatest.Frames(t, file, "v"), "a": mediatest.Frames(t, file, "a")}
	live := strings.Replace(url, "/vod/", "/live/", 1)
	for name, c := range map[string]struct {
		address string
		least   int // pictures
	}{
		"numbers":       {url, len(want["v"]) - lost},
		"times":         {url + "?timeline=1", len(want["v"]) - lost},
		"short":         {url + "?segdur=2", len(want["v"]) - lost},
		"live":          {live, 240},
		"live, times":   {live + "?timeline=1", 240},
		"live, chunks":  {live + "?chunkdur=0.5", 240},
		"live, Periods": {live + "?periods=240", 240},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			remuxed := throughVLC(t, c.address)
			got := mediatest.Frames(t, remuxed, "v")
			if len(got) < c.least {
				t.Fatalf("%d pictures, want %d at least", len(got), c.least)
			}
			got = got[:len(got)-1]
			if strings.Contains(c.address, "/live/") {
				if d := loops(want["v"], got); d != "" {
					t.Error(d)
				}
				return
			}
			if d := mediatest.SameFrames(want["v"][:min(len(got), len(want["v"]))], got, 0.0011); d != "" {
				t.Error(d)
			}
			if sound := mediatest.Frames(t, remuxed, "a"); len(sound) < len(want["a"])-2*lost {
				t.Errorf("%d frames of sound, want about %d", len(sound), len(want["a"]))
			}
		})
	}
}

// listening is how long VLC is left at a live stream.
const listening = 11 * time.Second

// throughVLC returns what VLC reads of a manifest, as a transport stream.
func throughVLC(t *testing.T, url string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dashwright-vlc-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out.ts")
	limit := time.Minute
	if strings.Contains(url, "/live/") {
		limit = listening
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "vlc", "-I", "dummy", "--sout", "#std{access=file,mux=ts,dst="+path+"}", "--sout-all", "--play-and-exit", url, "vlc://quit")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it writes what it has
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if os.Geteuid() == 0 { // as which VLC does not run
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if live := limit == listening; live != (ctx.Err() != nil) || err != nil && !live {
		t.Fatalf("vlc ended by itself: %v; %v\n%s", ctx.Err() == nil, err, out)
	}
	return path
}

// loops says where got, which begins somewhere in film and goes round, has another picture than film, or one at another time; "" when it has not.
func loops(film, got []mediatest.Frame) string {
	at := -1
	for i := range film {
		same := true
		for j := 0; j < 5 && same; j++ {
			same = film[(i+j)%len(film)].Hash == got[j].Hash
		}
		if same {
			at = i
			break
		}
	}
	if at < 0 {
		return "the first pictures are not those of the film, in its order"
	}
	for j := range got {
		if film[(at+j)%len(film)].Hash != got[j].Hash {
			return fmt.Sprintf("picture %d is another one", j)
		}
		if j > 0 {
			if d := got[j].Time - got[j-1].Time; d < 0.040 || d > 0.044 {
				return fmt.Sprintf("picture %d comes %.4f s after the one before it", j, d)
			}
		}
	}
	return ""
}
