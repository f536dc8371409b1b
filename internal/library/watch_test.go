package library

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// soon is within what time a change must be seen.
const soon = 2 * time.Second

// serve runs a Library until the end of the test.
func serve(t *testing.T, l *Library) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	eventually(t, time.Second, "watching", l.running.Load)
	time.Sleep(50 * time.Millisecond)
}

func has(l *Library, name string) bool { return strings.Contains(" "+streamNames(l)+" ", " "+name+" ") }

func TestWatch(t *testing.T) {
	t.Parallel()
	clip := mediatest.Clip(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "readme.txt"), "")
	l, j := open(t, Config{Paths: []string{dir}})
	serve(t, l)
	news := l.Subscribe(t.Context())

	// A file that appears in a folder that appears.
	copyTo(t, clip, filepath.Join(dir, "new", "deep", "film.mp4"))
	eventually(t, soon, "a new file", func() bool { return has(l, "new-deep-film") })
	select {
	case <-news:
	default:
		t.Error("subscribers were not told")
	}
	eventually(t, soon, "its index", func() bool { return stream(t, l, "new-deep-film").State == Ready })
	a := mustAsset(t, l, "new-deep-film")

	// It is replaced by another.
	other := small(t)
	tmp := copyTo(t, other, filepath.Join(dir, ".tmp"))
	if err := os.Rename(tmp, filepath.Join(dir, "new", "deep", "film.mp4")); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "a change", func() bool {
		b, err := l.Asset(t.Context(), "new-deep-film")
		return err == nil && b.Version != a.Version && b.Duration < 2*time.Second
	})
	if _, err := l.OpenFile(a.Sets[0].Tracks[0].File, a); errs.KindOf(err) != errs.Conflict {
		t.Errorf("the file of the former asset: %v", err)
	}

	// A side-car appears.
	put(t, filepath.Join(dir, "new", "deep", "film.de.srt"), "1\n00:00:00,100 --> 00:00:00,900\nHallo\n")
	eventually(t, soon, "subtitles", func() bool {
		b, err := l.Asset(t.Context(), "new-deep-film")
		return err == nil && trackIDs(b) == "video:v1 audio:a1 text:t1/de"
	})

	// It is renamed, then it goes with its folder.
	if err := os.Rename(filepath.Join(dir, "new", "deep", "film.mp4"), filepath.Join(dir, "new", "deep", "movie.mp4")); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "a new name", func() bool { return has(l, "new-deep-movie") && !has(l, "new-deep-film") })
	if err := os.RemoveAll(filepath.Join(dir, "new")); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "that it has gone", func() bool { return len(l.Streams()) == 0 })
	if _, err := l.Asset(t.Context(), "new-deep-movie"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a stream that has gone: %v", err)
	}

	// The folder comes back.
	copyTo(t, clip, filepath.Join(dir, "new", "deep", "film.mp4"))
	eventually(t, soon, "a folder that comes back", func() bool { return has(l, "new-deep-film") })
	if n := j.count("panic"); n > 0 {
		t.Error("something broke off")
	}
}

// A file that is being written is not there until it is whole, and then it is there within two seconds.
func TestWatchSlowCopy(t *testing.T) {
	t.Parallel()
	clip := mediatest.Clip(t)
	dir := t.TempDir()
	l, j := open(t, Config{Paths: []string{dir}})
	serve(t, l)
	in, err := os.Open(clip)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for !copySlowly(t, l, in, filepath.Join(dir, "clip.mp4")) {
		t.Log("the machine paused for longer than the pauses that are tested: once more")
	}
	eventually(t, soon, "the whole file", func() bool { return has(l, "clip") })
	a := mustAsset(t, l, "clip")
	if a.Duration < 19*time.Second || len(a.Warnings) > 0 || j.count("msg=indexed") != 1 {
		t.Errorf("duration %v, warnings %q, %d scans", a.Duration, a.Warnings, j.count("msg=indexed"))
	}
	// While it is being rewritten the former stream stays in the list, but nothing wrong is served.
	f, err := os.OpenFile(filepath.Join(dir, "clip.mp4"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 6 {
		if _, err := f.Write(make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
		if !has(l, "clip") {
			t.Fatal("the stream has gone")
		}
		if b, err := l.Asset(t.Context(), "clip"); err == nil && b.Version != a.Version {
			t.Fatal("indexed while it was being written")
		}
	}
	eventually(t, soon, "the change", func() bool {
		b, err := l.Asset(t.Context(), "clip")
		return err == nil && b.Version != a.Version
	})
}

// copySlowly writes a file in pieces with pauses shorter than a second, in which it must not become a stream. It returns false, and removes the file, when a pause was too long to tell.
func copySlowly(t *testing.T, l *Library, in *os.File, path string) bool {
	t.Helper()
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for range 10 {
		began := time.Now()
		if _, err := io.CopyN(out, in, info.Size()/10); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
		listed := len(l.Streams()) > 0
		switch {
		case time.Since(began) > 700*time.Millisecond:
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			eventually(t, soon, "no stream", func() bool { return len(l.Streams()) == 0 })
			return false
		case listed:
			t.Fatal("half a file is a stream")
		}
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	return true
}

func TestWatchGroupAndDescription(t *testing.T) {
	t.Parallel()
	low, high, audio := film(t)
	dir := t.TempDir()
	copyTo(t, low, filepath.Join(dir, "film", "low.mp4"))
	copyTo(t, audio, filepath.Join(dir, "film", "audio.m4a"))
	l, _ := open(t, Config{Paths: []string{dir}})
	serve(t, l)
	tracks := func(name string) string {
		a, err := l.Asset(t.Context(), name)
		if err != nil {
			return err.Error()
		}
		return trackIDs(a)
	}
	eventually(t, soon, "a group", func() bool { return tracks("film") == "video:low audio:audio" })
	copyTo(t, high, filepath.Join(dir, "film", "high.mp4"))
	eventually(t, soon, "another quality", func() bool { return tracks("film") == "video:low+high audio:audio" })
	put(t, filepath.Join(dir, "film", "it.stream.yaml"), "files: [low.mp4, audio.m4a]\n")
	eventually(t, soon, "a description", func() bool { return tracks("it") == "video:v1 audio:a1" && has(l, "film-high") })
	put(t, filepath.Join(dir, "film", "it.stream.yaml"), "files: [low.mp4\n")
	eventually(t, soon, "an error in it", func() bool { return strings.HasPrefix(tracks("it"), "it.stream.yaml:") })
	put(t, filepath.Join(dir, "film", "it.stream.yaml"), "files: [low.mp4, high.mp4]\n")
	eventually(t, soon, "it being mended", func() bool { return tracks("it") == "video:v1+v2" && has(l, "film-audio") })
	if err := os.Remove(filepath.Join(dir, "film", "it.stream.yaml")); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "the group again", func() bool { return tracks("film") == "video:low+high audio:audio" })
}

// One file given by its path is watched as well.
func TestWatchOneFile(t *testing.T) {
	t.Parallel()
	path := copyTo(t, small(t), filepath.Join(t.TempDir(), "x.mp4"))
	l, _ := open(t, Config{Paths: []string{path}})
	serve(t, l)
	a := mustAsset(t, l, "x")
	copyTo(t, mediatest.Clip(t), filepath.Join(filepath.Dir(path), "y.mp4")) // not asked for
	copyTo(t, mediatest.Clip(t), path)
	eventually(t, soon, "the change", func() bool {
		b, err := l.Asset(t.Context(), "x")
		return err == nil && b.Version != a.Version
	})
	if has(l, "y") {
		t.Error("a file beside the one that was asked for is a stream")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "that it has gone", func() bool { return len(l.Streams()) == 0 })
}

// Without a watch, everything is read again and again.
func TestRescan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, _ := open(t, Config{Paths: []string{dir}})
	w := newWatcher(l)
	if err := w.notify.Close(); err != nil {
		t.Fatal(err)
	}
	w.notify, w.limited = nil, true
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.run(ctx); close(done) }()
	defer func() { cancel(); <-done }()
	copyTo(t, small(t), filepath.Join(dir, "x.mp4"))
	eventually(t, soon+time.Second, "a new file", func() bool { return has(l, "x") })
}

// A folder of ten thousand films is listed at once; each is indexed when it is asked for.
func TestTenThousand(t *testing.T) {
	from := small(t)
	dir := t.TempDir()
	first := copyTo(t, from, filepath.Join(dir, "film-00000.mp4"))
	for i := 1; i < 10000; i++ {
		if err := os.Link(first, filepath.Join(dir, "film-"+strconv.Itoa(100000 + i)[1:]+".mp4")); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	l, _ := open(t, Config{Paths: []string{dir}})
	n := len(l.Streams())
	took := time.Since(began)
	if n != 10000 || took > 2*time.Second {
		t.Errorf("%d streams in %v", n, took)
	}
	serve(t, l)
	began = time.Now()
	mustAsset(t, l, "film-09876")
	if d := time.Since(began); d > 500*time.Millisecond {
		t.Errorf("one of them took %v", d)
	}
	t.Logf("open and list: %v; one of them: %v", took, time.Since(began))
	if err := os.Remove(filepath.Join(dir, "film-00077.mp4")); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, "that one has gone", func() bool { return len(l.Streams()) == 9999 })
}

func TestClean(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	a := copyTo(t, small(t), filepath.Join(dir, "a.mp4"))
	copyTo(t, small(t), filepath.Join(dir, "b.mp4"))
	wmv := copyTo(t, remux(t, "film.wmv", "-c", "copy", "-f", "asf"), filepath.Join(dir, "c.wmv"))
	var c clock
	l, _ := open(t, Config{Paths: []string{dir}, Data: data, Now: c.now})
	for _, n := range []string{"a", "b", "c"} {
		if _, err := l.Complete(within(t, 10*time.Second), n); err != nil {
			t.Fatal(err)
		}
	}
	count := func(pattern string) int {
		list, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	eventually(t, 2*time.Second, "indexes", func() bool { return count("index/*.index") == 3 })
	l.clean()
	if n := count("index/*.index"); n != 3 || count("import/*") != 2 {
		t.Errorf("%d indexes of files that are there", n)
	}
	for _, path := range []string{a, wmv} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	l.clean()
	if n := count("index/*.index"); n != 3 {
		t.Error("cleaned twice a day")
	}
	c.pass(25 * time.Hour)
	l.clean()
	l.clean()
	c.pass(25 * time.Hour)
	l.clean() // the index of the import goes when the import has gone
	if n := count("index/*.index"); n != 1 || count("import/*") != 0 {
		t.Errorf("%d indexes and %d imports of one file", n, count("import/*"))
	}
	// A folder that is not there is a disk that is not mounted.
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	c.pass(25 * time.Hour)
	l.clean()
	if n := count("index/*.index"); n != 1 {
		t.Error("what is not mounted has been forgotten")
	}
}
