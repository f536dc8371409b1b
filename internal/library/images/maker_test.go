package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// film is an asset of so many seconds, with a random access point each.
func film(t testing.TB, version string, seconds int) *asset.Asset {
	t.Helper()
	var b index.Builder
	for i := range seconds * 10 {
		if err := b.Samples([]media.Sample{{Offset: int64(i) * 10, Size: 10, Span: 10, DTS: media.Ticks(i) * 100, Duration: 100, Sync: i%10 == 0}}); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := b.Finish(media.Track{Kind: media.Video, Codec: media.AVC, Timescale: 1000, Width: 640, Height: 360, Contiguous: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := asset.New("film", "Film", version, []asset.Input{{Track: tr, ID: "v1", File: "film.mp4"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// picture is a JPEG of one brightness.
func picture(t testing.TB, w, h int, y byte, quality int) []byte {
	t.Helper()
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = y
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 128, 128
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lab is a Maker whose FFmpeg is a script.
type lab struct {
	*Maker
	dir string
	mu  sync.Mutex
	now time.Time
}

// newLab makes one. The script's folder is $dir; it runs after all input has been read, and is in order when it tells of 50 pictures.
func newLab(t testing.TB, script string, limit int64) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir(), now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	tool := filepath.Join(l.dir, "ffmpeg")
	text := fmt.Sprintf("#!/bin/sh\ndir=%s\ncat >$dir/in.$$\n%s\n", l.dir, script) // without an input of its own it reads nothing
	if err := os.WriteFile(tool, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() { stop(); wait.Wait() })
	l.Maker = New(Config{
		Dir: filepath.Join(l.dir, "kept"), Limit: limit, Tool: func() string { return tool }, Why: func() string { return "" }, Ctx: ctx, Log: slog.New(slog.DiscardHandler),
		Film:  func(_ context.Context, w io.Writer, j *Job) error { _, err := fmt.Fprintln(w, j.Samples); return err },
		Spawn: func(f func()) bool { wait.Go(f); return true },
		Now: func() time.Time {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.now
		},
	})
	return l
}

func (l *lab) later(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

// ran returns how often FFmpeg ran.
func (l *lab) ran(t testing.TB) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(l.dir, "in.*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// answer is a script that answers with a picture for each sample.
const answer = `n=0; for s in $(tr -d '[]' <$dir/in.$$); do cat $dir/picture.jpg; echo "n: $n pts:0 pts_time:$n duration: 1" >&2; n=$((n+1)); done`

func (l *lab) picture(t testing.TB, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, "picture.jpg"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func sheet(a *asset.Asset, at ...time.Duration) *Sheet {
	return &Sheet{Asset: a, Track: a.Sets[0].Tracks[0], Columns: len(at), Rows: 1, Width: 16, Height: 10, Times: at, Each: time.Second, Most: 1 << 20}
}

// However many ask, one FFmpeg runs at a time, and makes each block once.
func TestOneAtATime(t *testing.T) {
	l := newLab(t, "mkdir $dir/running || touch $dir/two\nsleep 0.05\n"+answer+"\nrmdir $dir/running", 0)
	l.picture(t, picture(t, 320, 180, 99, 80))
	var wait sync.WaitGroup
	for i := range 24 {
		a := film(t, fmt.Sprint("v", i%4), 40)
		wait.Go(func() {
			if _, err := l.Sheet(context.Background(), sheet(a, time.Duration(i)*time.Second, -1)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if _, err := os.Stat(filepath.Join(l.dir, "two")); err == nil {
		t.Error("two ran at a time")
	}
	if n := l.ran(t); n != 4 {
		t.Errorf("FFmpeg ran %d times for 4 blocks", n)
	}
}

// What one asks for is made first; the rest of the film is made ahead, and then there without FFmpeg, also for the next Maker.
func TestAhead(t *testing.T) {
	l := newLab(t, answer, 0)
	l.picture(t, picture(t, 320, 180, 200, 80))
	a := film(t, "v", 170)
	b, err := l.Sheet(context.Background(), sheet(a, 160*time.Second, -1, 161500*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil || m.Bounds().Dx() != 48 || m.Bounds().Dy() != 10 {
		t.Fatalf("%v: %v", err, m.Bounds())
	}
	for x, want := range map[int]uint8{8: 200, 24: 0, 40: 200} {
		if y := color.GrayModel.Convert(m.At(x, 5)).(color.Gray).Y; y < want-min(want, 6) || y > want+6 {
			t.Errorf("brightness %d at %d, want %d", y, x, want)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); l.ran(t) < 4 || !l.kept(keyOf(a, a.Sets[0].Tracks[0])+"/2"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("FFmpeg ran %d times for 4 blocks", l.ran(t))
		}
	}
	again := newLab(t, "exit 1", 0)
	again.cfg.Dir = l.cfg.Dir
	for _, at := range []time.Duration{0, 60 * time.Second, 120 * time.Second} {
		if _, err := again.Sheet(context.Background(), sheet(a, at)); err != nil {
			t.Errorf("what was kept is not found: %v", err)
		}
	}
}

// What is kept is bounded: what was asked for longest ago goes.
func TestLimit(t *testing.T) {
	l := newLab(t, answer, 60_000)
	l.picture(t, picture(t, 320, 180, 99, 10)) // 50 of them are 50 kB or so
	for i := range 6 {
		a := film(t, fmt.Sprint("v", i), 20)
		if _, err := l.Sheet(context.Background(), sheet(a, 0)); err != nil {
			t.Fatal(err)
		}
		l.later(time.Hour)
		total := int64(0)
		err := filepath.Walk(l.cfg.Dir, func(_ string, f os.FileInfo, err error) error {
			if err == nil && f.Mode().IsRegular() {
				total += f.Size()
			}
			return err
		})
		if err != nil || total > 60_000 || !l.kept(keyOf(a, a.Sets[0].Tracks[0])+"/0") {
			t.Fatalf("after %d films %d bytes are kept: %v", i+1, total, err)
		}
	}
	first := film(t, "v0", 20)
	if l.kept(keyOf(first, first.Sets[0].Tracks[0]) + "/0") {
		t.Error("the first is still there")
	}
}

// A file that FFmpeg cannot decode is tried again after a while, not for each who asks.
func TestFailure(t *testing.T) {
	l := newLab(t, "echo 'moov atom not found' >&2; exit 1", 0)
	a := film(t, "v", 10)
	for range 5 {
		_, err := l.Sheet(context.Background(), sheet(a, 0))
		if errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), "moov atom not found") {
			t.Fatalf("%v", err)
		}
	}
	if n := l.ran(t); n != 1 {
		t.Errorf("FFmpeg ran %d times", n)
	}
	l.later(2 * failedFor)
	if _, err := l.Poster(context.Background(), a); err == nil {
		t.Error("a poster")
	}
	if _, err := l.Sheet(context.Background(), sheet(a, 0)); err == nil || l.ran(t) != 3 {
		t.Errorf("FFmpeg ran %d times: %v", l.ran(t), err)
	}
}

// When a source cannot be read nothing is kept, and the error is that.
func TestSourceGone(t *testing.T) {
	l := newLab(t, answer, 0)
	l.picture(t, picture(t, 320, 180, 99, 80))
	gone := errors.New("it has gone")
	l.cfg.Film = func(_ context.Context, w io.Writer, _ *Job) error {
		fmt.Fprintln(w, "[0 10]")
		return errs.Errorf(errs.Conflict, "%w", gone)
	}
	a := film(t, "v", 10)
	if _, err := l.Sheet(context.Background(), sheet(a, 0)); !errors.Is(err, gone) || l.kept(keyOf(a, a.Sets[0].Tracks[0])+"/0") {
		t.Errorf("%v", err)
	}
}

// Pictures that come in another order than samples went are not believed: then each is made by itself.
func TestOrder(t *testing.T) {
	l := newLab(t, `case $* in
		*pipe:0*) n=0; for s in $(tr -d '[]' <$dir/in.$$); do cat $dir/$s.jpg; n=$((n+1)); done; for i in $(seq 0 $((n-1))); do echo " pts_time:$((n-1-i)) " >&2; done;;
		*) for a in "$@"; do a=${a#file:}; case $a in *.mp4) s=$(tr -d '[]' <$a); cp $dir/$s.jpg $a.made;; *.jpg) mv ${a%.jpg}.mp4.made $a;; esac; done;;
		esac`, 0)
	for i := range 12 {
		if err := os.WriteFile(filepath.Join(l.dir, fmt.Sprint(10*i, ".jpg")), picture(t, 320, 180, byte(20*i), 80), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a := film(t, "v", 12)
	b, err := l.Sheet(context.Background(), sheet(a, 3*time.Second, 7*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[int]int{8: 60, 24: 140} {
		if y := int(color.GrayModel.Convert(m.At(x, 5)).(color.Gray).Y); y < want-6 || y > want+6 {
			t.Errorf("brightness %d at %d, want %d", y, x, want)
		}
	}
	if n := l.ran(t); n != 1+2 {
		t.Errorf("FFmpeg ran %d times", n)
	}
}

// A Sheet has no more bytes than it may.
func TestMost(t *testing.T) {
	noise := image.NewYCbCr(image.Rect(0, 0, 400, 400), image.YCbCrSubsampleRatio420)
	x := uint32(1)
	for i := range noise.Y {
		x = x*1664525 + 1013904223
		noise.Y[i] = byte(x >> 24)
	}
	for _, most := range []int{200_000, 60_000, 30_000} {
		if b, err := encode(noise, most); err != nil || len(b) > most {
			t.Errorf("%d bytes of %d: %v", len(b), most, err)
		}
	}
}

func TestSplit(t *testing.T) {
	var all []byte
	var want [][]byte
	for i, q := range []int{100, 1, 50, 95} {
		want = append(want, picture(t, 16+i*33, 8+i*17, byte(60*i), q))
		all = append(all, want[i]...)
	}
	got := split(append(all, 0xff, 0xd8, 0xff), 10)
	if len(got) != len(want) {
		t.Fatalf("%d pictures", len(got))
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("picture %d has %d bytes, not %d", i, len(got[i]), len(want[i]))
		}
	}
	if len(split(all, 2)) != 2 || len(split(all[:len(all)-3], 10)) != 3 {
		t.Error("not as many as are asked for, or one that is not whole")
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(picture(f, 16, 16, 9, 50))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd0, 1, 0xff, 0, 0xff, 0xd9})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		for _, p := range split(b, 100) {
			if len(p) < 4 || !bytes.Equal(p, b[n:n+len(p)]) || !bytes.HasSuffix(p, []byte{0xff, 0xd9}) {
				t.Fatalf("%x of %x", p, b)
			}
			n += len(p)
		}
	})
}

// Which Shot a thumbnail shows.
func TestDuring(t *testing.T) {
	const s = time.Second
	shots := []Shot{{0, s / 2}, {1, 2 * s}, {2, 3 * s}, {3, 9 * s}}
	for _, c := range []struct {
		at, lasts time.Duration
		want      int
	}{
		{0, s, 0}, {0, s / 4, 0}, {s, s, 0}, {s, s + s/2, 1}, {2 * s, s, 1}, {2*s + 500*time.Microsecond, s, 1}, {2*s + s/10, 2 * s, 2}, {4 * s, s, 2}, {8 * s, s, 2}, {8 * s, 2 * s, 3}, {100 * s, s, 3},
	} {
		if got := during(shots, c.at, c.lasts); got != c.want {
			t.Errorf("from %v on for %v: %d, want %d", c.at, c.lasts, got, c.want)
		}
	}
}
