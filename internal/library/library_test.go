package library

import (
	"context"
	"errors"
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
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Names come from a walk alone: the files here are empty.
func TestWalkNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"Film One.mp4", "b/film.mkv", "b/film.mp4", "b/other.txt", "b/film.de.srt", ".hidden.mp4", ".git/x.mp4", "c/d/Deep.TS", "sub/a.mp4", "sub-a.mp4", "lonely.srt", "wm.wmv",
	} {
		put(t, filepath.Join(dir, name), "")
	}
	if err := os.Symlink(dir, filepath.Join(dir, "c", "loop")); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	put(t, filepath.Join(other, "far.mp4"), "")
	if err := os.Symlink(other, filepath.Join(dir, "linked")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(other, "far.mp4"), filepath.Join(dir, "near.mp4")); err != nil {
		t.Fatal(err)
	}
	for i := range maxGroup { // too many files to be one stream: nothing to find out
		put(t, filepath.Join(dir, "many", string(rune('A'+i%26))+strings.Repeat("x", i/26)+".mp4"), "")
	}
	put(t, filepath.Join(dir, "many", "last.mp4"), "")
	l, _ := open(t, Config{Paths: []string{dir}})
	l.Settle(within(t, 10*time.Second))
	names := " " + streamNames(l) + " "
	for _, want := range []string{"film-one", "b-film-mkv", "b-film-mp4", "c-d-deep", "sub-a-mp4", "sub-a-mp4-2", "linked-far", "near", "wm", "many-last", "many-a", "many-zx"} {
		if !strings.Contains(names, " "+want+" ") {
			t.Errorf("no stream %q in %s", want, names)
		}
	}
	for _, no := range []string{"hidden", "git", "loop", "lonely", "other"} {
		if strings.Contains(names, no) {
			t.Errorf("%q is in %s", no, names)
		}
	}
	if _, err := l.Asset(t.Context(), "b-film"); err == nil || !strings.Contains(err.Error(), "film.mkv is empty") {
		t.Errorf("the plain name of those that clash: %v; it should mean the first", err)
	}
	if _, err := Open(Config{Paths: []string{filepath.Join(dir, "nowhere")}, Now: time.Now}); errs.KindOf(err) != errs.NotFound || !strings.Contains(err.Error(), "nowhere does not exist") {
		t.Errorf("a path that does not exist: %v", err)
	}
}

func TestSingleFile(t *testing.T) {
	clip := mediatest.Clip(t)
	dir := t.TempDir()
	copyTo(t, clip, filepath.Join(dir, "Film.mp4"))
	put(t, filepath.Join(dir, "Film.de.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHallo\n")
	put(t, filepath.Join(dir, "Film.en.sdh.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\n[hello]\n")
	put(t, filepath.Join(dir, "Film.fr.forced.srt"), "nothing in here")
	l, _ := open(t, Config{Paths: []string{filepath.Join(dir, "Film.mp4")}})
	if s := stream(t, l, "film"); s.State != Pending || s.Title != "Film" {
		t.Errorf("before the first need: %+v", s)
	}
	a := mustAsset(t, l, "film")
	if got := trackIDs(a); got != "video:v1 audio:a1 text:t1/de text:t2/en" {
		t.Errorf("tracks are %s", got)
	}
	if d := a.Duration - 20*time.Second; d.Abs() > 100*time.Millisecond {
		t.Errorf("duration %v", a.Duration)
	}
	l.Settle(within(t, 5*time.Second))
	s := stream(t, l, "film")
	if s.State != Ready || len(s.Tracks) != 4 || s.Duration != a.Duration {
		t.Fatalf("after it: %+v", s)
	}
	if v := s.Tracks[0]; v.Codecs[:5] != "avc1." || v.Width == 0 || v.FrameRate != (media.Rational{Num: 24, Den: 1}) || v.Bandwidth < 10000 {
		t.Errorf("video is %+v", v)
	}
	if en := s.Tracks[3]; en.Roles[0] != "caption" || en.Codecs != "wvtt" {
		t.Errorf("subtitles for the hearing impaired are %+v", en)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "Film.fr.forced.srt") {
		t.Errorf("warnings %q", s.Warnings)
	}
	_, err := l.Asset(t.Context(), "flim")
	if errs.KindOf(err) != errs.NotFound || !strings.Contains(err.Error(), `"film"`) {
		t.Errorf("a name that is wrong: %v", err)
	}
}

// A file that is given by itself is taken whatever it is called.
func TestExplicitPath(t *testing.T) {
	path := copyTo(t, small(t), filepath.Join(t.TempDir(), "recording.bin"))
	l, _ := open(t, Config{Paths: []string{path}})
	if got := trackIDs(mustAsset(t, l, "recording")); got != "video:v1 audio:a1" {
		t.Error(got)
	}
}

func TestGroup(t *testing.T) {
	low, high, audio := film(t)
	dir := filepath.Join(t.TempDir(), "My Film")
	copyTo(t, low, filepath.Join(dir, "low.mp4"))
	copyTo(t, high, filepath.Join(dir, "high.mp4"))
	copyTo(t, audio, filepath.Join(dir, "audio.de.m4a"))
	put(t, filepath.Join(dir, "subs.en.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n")
	put(t, filepath.Join(dir, "extras", "note.txt"), "no media")
	l, _ := open(t, Config{Paths: []string{dir}})
	if s := l.Streams(); len(s) != 1 || s[0].State != Pending || s[0].Name != "my-film" {
		t.Errorf("before it is decided: %+v", s)
	}
	a := mustAsset(t, l, "my-film")
	if got := trackIDs(a); got != "video:low+high audio:audio.de/de text:subs.en/en" {
		t.Errorf("tracks are %s", got)
	}
	if got := streamNames(l); got != "my-film" {
		t.Errorf("streams are %s", got)
	}
	// From above, and with another film beside it.
	copyTo(t, small(t), filepath.Join(filepath.Dir(dir), "small.mp4"))
	l, _ = open(t, Config{Paths: []string{filepath.Dir(dir)}})
	l.Settle(within(t, 10*time.Second))
	if got := streamNames(l); got != "my-film small" {
		t.Errorf("streams are %s", got)
	}
}

// One file that does not fit makes all of them streams of their own.
func TestNoGroup(t *testing.T) {
	low, high, audio := film(t)
	short := mediatest.FFmpeg(t, "short.mp4", "-i", low, "-t", "7", "-c", "copy")
	for name, files := range map[string]map[string]string{
		"duration":   {"low.mp4": low, "audio.m4a": audio, "short.mp4": short},
		"two tracks": {"low.mp4": low, "high.mp4": high, "both.mp4": small(t)},
	} {
		dir := filepath.Join(t.TempDir(), "folder")
		want := 0
		for f, from := range files {
			copyTo(t, from, filepath.Join(dir, f))
			want++
		}
		l, _ := open(t, Config{Paths: []string{dir}})
		// Whoever asks for the file's name need not know that the folder is undecided.
		mustAsset(t, l, "low")
		l.Settle(within(t, 10*time.Second))
		if got := l.Streams(); len(got) != want {
			t.Errorf("%s: streams are %s", name, streamNames(l))
		}
		if _, err := l.Asset(t.Context(), "folder"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s: the folder is still a stream: %v", name, err)
		}
	}
}

// The film folder as packagers lay it out, with encrypted twins.
func TestGroupOfFilm(t *testing.T) {
	if _, ok := mediatest.Film(t, "bbb_v6"); !ok {
		t.Log("no film folder: TestGroup covers the project's own clip")
		return
	}
	dir := filepath.Join(t.TempDir(), "bbb")
	for _, n := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_t1", "bbb_v6_enc"} {
		path, _ := mediatest.Film(t, n)
		copyTo(t, path, filepath.Join(dir, n+".mp4"))
	}
	l, _ := open(t, Config{Paths: []string{filepath.Dir(dir)}})
	a := mustAsset(t, l, "bbb")
	if got := trackIDs(a); got != "video:bbb_v7+bbb_v6 video:bbb_v6_enc audio:bbb_a1 text:bbb_t1/en" {
		t.Errorf("tracks are %s", got)
	}
	for _, set := range a.Sets {
		for _, tr := range set.Tracks {
			if set.Kind == media.Video && tr.Encryption == nil && !tr.InBand {
				t.Errorf("%s: parameter sets are in band, and that has not been seen", tr.ID)
			}
		}
	}
	l.Settle(within(t, 5*time.Second))
	if s := stream(t, l, "bbb"); !s.Tracks[2].Encrypted || s.Tracks[0].FrameRate != (media.Rational{Num: 24, Den: 1}) {
		t.Errorf("tracks are %+v", s.Tracks)
	}
}

// However many ask, a file is scanned once.
func TestOneScan(t *testing.T) {
	path := copyTo(t, mediatest.Clip(t), filepath.Join(t.TempDir(), "clip.mp4"))
	l, j := open(t, Config{Paths: []string{path}})
	var all sync.WaitGroup
	var first sync.Map
	for range 50 {
		all.Go(func() {
			a, err := l.Asset(t.Context(), "clip")
			if err != nil {
				t.Error(err)
			}
			first.Store(a, true)
		})
	}
	all.Wait()
	n := 0
	first.Range(func(any, any) bool { n++; return true })
	if n != 1 || j.count("msg=indexed") != 1 {
		t.Errorf("%d assets, %d scans; want one", n, j.count("msg=indexed"))
	}
	a := mustAsset(t, l, "clip")
	if allocs := testing.AllocsPerRun(100, func() {
		if b, err := l.Asset(t.Context(), "clip"); err != nil || a != b {
			t.Error(err)
		}
	}); allocs > 0 {
		t.Errorf("%v allocations to find a stream that is ready", allocs)
	}
}

func TestDamagedIndex(t *testing.T) {
	path := copyTo(t, mediatest.Clip(t), filepath.Join(t.TempDir(), "clip.mp4"))
	data := t.TempDir()
	once := func() (*journal, *asset.Asset) {
		l, j := open(t, Config{Paths: []string{path}, Data: data})
		a := mustAsset(t, l, "clip")
		if err := l.Close(); err != nil { // waits for the index to be written
			t.Fatal(err)
		}
		return j, a
	}
	j, a := once()
	if j.count("msg=indexed") != 1 {
		t.Fatal("not scanned")
	}
	j, b := once()
	if j.count("msg=indexed") != 0 || a.Version != b.Version || trackIDs(a) != trackIDs(b) {
		t.Errorf("scanned again, or different: %d, %s %s", j.count("msg=indexed"), a.Version, b.Version)
	}
	list, err := filepath.Glob(filepath.Join(data, "index", "*.index"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	whole, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"a bit":     append(append(append([]byte{}, whole[:len(whole)/2]...), whole[len(whole)/2]^1), whole[len(whole)/2+1:]...),
		"truncated": whole[:len(whole)/3], "empty": {}, "other": []byte("this is no index at all, whatever its name"),
	} {
		if err := os.WriteFile(list[0], bad, 0o644); err != nil {
			t.Fatal(err)
		}
		j, b := once()
		if j.count("msg=indexed") != 1 || j.count("index is made again") != 1 || b.Version != a.Version {
			t.Errorf("%s: %d scans, said %d times", name, j.count("msg=indexed"), j.count("index is made again"))
		}
		if again, err := os.ReadFile(list[0]); err != nil || string(again) != string(whole) {
			t.Errorf("%s: the index is not as it was: %v", name, err)
		}
	}
	// A file of the same size, with another time.
	at := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	if j, b = once(); j.count("msg=indexed") != 1 || b.Version == a.Version {
		t.Errorf("a changed file: %d scans, version %s after %s", j.count("msg=indexed"), b.Version, a.Version)
	}
}

// The version depends on the files, not on where they are.
func TestVersion(t *testing.T) {
	at := time.Unix(1700000000, 123)
	var versions []string
	for range 2 {
		path := copyTo(t, small(t), filepath.Join(t.TempDir(), "here", "x.mp4"))
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		l, _ := open(t, Config{Paths: []string{filepath.Dir(filepath.Dir(path))}})
		versions = append(versions, mustAsset(t, l, "here-x").Version)
	}
	if versions[0] != versions[1] {
		t.Errorf("the same file in two places has versions %v", versions)
	}
}

func TestUnwritableData(t *testing.T) {
	path := copyTo(t, small(t), filepath.Join(t.TempDir(), "x.mp4"))
	blocked := put(t, filepath.Join(t.TempDir(), "file"), "")
	l, j := open(t, Config{Paths: []string{path}, Data: filepath.Join(blocked, "data")})
	mustAsset(t, l, "x")
	if j.count("the data folder cannot be written") != 1 {
		t.Error("nobody was told")
	}
	// A folder that stops being one.
	data := t.TempDir()
	l, j = open(t, Config{Paths: []string{path}, Data: data})
	if err := os.RemoveAll(filepath.Join(data, "index")); err != nil {
		t.Fatal(err)
	}
	mustAsset(t, l, "x")
	eventually(t, 2*time.Second, "report", func() bool { return j.count("indexes cannot be kept") == 1 })
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a", "empty.mp4"), "")
	put(t, filepath.Join(dir, "b", "text.mp4"), "this is not a film, and never was")
	whole, err := os.ReadFile(mediatest.Clip(t))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "c", "cut.mp4"), string(whole[:1000]))
	xvid := mediatest.FFmpeg(t, "xvid.avi", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-c:v", "mpeg4", "-vtag", "XVID")
	copyTo(t, xvid, filepath.Join(dir, "d", "old.avi"))
	l, _ := open(t, Config{Paths: []string{dir}, FFmpeg: "none"})
	for name, want := range map[string]string{
		"a-empty": "empty.mp4 is empty", "b-text": "text.mp4 is a text file, not media", "c-cut": "cut.mp4: ", "d-old": "old.avi: its video is MPEG-4 part 2",
	} {
		_, err := l.Asset(within(t, 5*time.Second), name)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
		s := stream(t, l, name)
		if s.State != Failed || s.Err == nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// What does not fit into memory any more is read again, and listed all the time.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a", "b", "c"} {
		copyTo(t, mediatest.Clip(t), filepath.Join(dir, n, n+".mp4"))
	}
	l, j := open(t, Config{Paths: []string{dir}, Memory: 1})
	l.Settle(within(t, 10*time.Second))
	for range 2 {
		for _, n := range []string{"a-a", "b-b", "c-c"} {
			mustAsset(t, l, n)
			if len(stream(t, l, n).Tracks) != 2 || stream(t, l, n).State != Ready {
				t.Errorf("%s: %+v", n, stream(t, l, n))
			}
		}
	}
	if len(l.cache.sizes) != 1 {
		t.Errorf("%d assets in memory; there is room for one", len(l.cache.sizes))
	}
	if n := j.count("msg=indexed"); n != 3 {
		t.Errorf("%d scans; the indexes are on disk", n)
	}
}

func TestBuiltin(t *testing.T) {
	low, high, audio := film(t)
	src := t.TempDir()
	copyTo(t, low, filepath.Join(src, "low.mp4"))
	copyTo(t, high, filepath.Join(src, "high.mp4"))
	copyTo(t, audio, filepath.Join(src, "audio.m4a"))
	data := t.TempDir()
	var versions []string
	for _, d := range []string{data, data, t.TempDir(), filepath.Join(put(t, filepath.Join(t.TempDir(), "file"), ""), "x")} {
		l, _ := open(t, Config{Builtin: os.DirFS(src), Data: d})
		a := mustAsset(t, l, "demo")
		if got := trackIDs(a); got != "video:low+high audio:audio" {
			t.Errorf("tracks are %s", got)
		}
		versions = append(versions, a.Version)
	}
	for _, v := range versions {
		if v != versions[0] {
			t.Errorf("versions differ: %v", versions)
		}
	}
}

func TestOpenFile(t *testing.T) {
	path := copyTo(t, mediatest.Clip(t), filepath.Join(t.TempDir(), "clip.mp4"))
	var c clock
	l, _ := open(t, Config{Paths: []string{path}, Now: c.now})
	a := mustAsset(t, l, "clip")
	tr := a.Sets[0].Tracks[0]
	if PathOf(tr.File) != path {
		t.Errorf("PathOf(%q) = %q", tr.File, PathOf(tr.File))
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := l.OpenFile(tr.File, a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.OpenFile(tr.File, a)
	if err != nil || second == h {
		t.Fatal("a handle is its owner's alone", err)
	}
	var s media.Sample
	for cur, n := tr.Cursor(0), 0; cur.Next(&s) && n < 100; n++ {
		b, err := l.ReadSample(h, tr, &s, []byte("before"))
		if err != nil || string(b) != "before"+string(whole[s.Offset:s.Offset+int64(s.Size)]) {
			t.Fatalf("sample at %d: %v", s.Offset, err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closing twice: %v", err)
	}
	again, err := l.OpenFile(tr.File, a)
	if err != nil || again != h {
		t.Errorf("the file was opened again: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	// The file changes in place: what was indexed is not there any more.
	put(t, path, string(whole[:len(whole)-1]))
	if _, err := l.OpenFile(tr.File, a); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a file that has changed: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := l.OpenFile(tr.File, a); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a file that has gone: %v", err)
	}
	if b, err := l.ReadSample(second, tr, &s, nil); err == nil && len(b) != int(s.Size) {
		t.Error("a file in use")
	}
	l.pool.sweep(c.now().Add(time.Hour))
	if l.pool.count != 0 {
		t.Errorf("%d files are open after a pause", l.pool.count)
	}
}

func TestPoolLimit(t *testing.T) {
	dir := t.TempDir()
	p := &pool{idle: map[string][]*Handle{}}
	now := time.Now()
	for i := range 2 * maxIdle {
		f, err := os.Create(filepath.Join(dir, string(rune('a'+i))))
		if err != nil {
			t.Fatal(err)
		}
		h := &Handle{File: f, token: f.Name(), used: now.Add(time.Duration(i)), pool: p}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if p.count != maxIdle {
		t.Errorf("%d idle files", p.count)
	}
	if p.take(filepath.Join(dir, "a")) != nil || p.take(filepath.Join(dir, string(rune('a'+2*maxIdle-1)))) == nil {
		t.Error("it is not the oldest that were closed")
	}
	p.close()
}

// A demuxer that panics is an error of one file, and is in the log with the stack.
func TestPanic(t *testing.T) {
	l, j := open(t, Config{})
	in := demux.File{ReaderAt: strings.NewReader("x"), Size: 1}
	broken := source.Format{Name: "broken", Title: "Broken", Scan: func(context.Context, demux.File, demux.Sink) (demux.Result, error) {
		var none []int
		return demux.Result{}, errors.New(string(rune(none[len(none)])))
	}}
	_, err := l.scanFormat(t.Context(), &file{path: "/x/film.brk"}, &broken, broken.Scan, in)
	if errs.KindOf(err) != errs.Internal || !strings.Contains(err.Error(), "the reader of Broken broke off (runtime error: index out of range") {
		t.Error(err)
	}
	if j.count("file=/x/film.brk") != 1 || j.count("library_test.go") == 0 {
		t.Error("the stack is not in the log")
	}
	h := &Handle{read: func(demux.File, *media.Track, *media.Sample, []byte) ([]byte, error) { panic("no") }}
	b, err := l.ReadSample(h, &asset.Track{Track: &index.Track{}, ID: "v1"}, &media.Sample{}, []byte("abc"))
	if errs.KindOf(err) != errs.Internal || string(b) != "abc" {
		t.Errorf("%q, %v", b, err)
	}
}

// What is not contiguous is read by its container.
func TestReadSample(t *testing.T) {
	path := remux(t, "film.ts", "-c", "copy")
	l, _ := open(t, Config{Paths: []string{path}})
	a := mustAsset(t, l, "film")
	v := a.Sets[0].Tracks[0]
	if v.Contiguous {
		t.Fatal("a transport stream has no contiguous samples")
	}
	h, err := l.OpenFile(v.File, a)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var s media.Sample
	n := 0
	for c := v.Cursor(0); c.Next(&s); n++ {
		if b, err := l.ReadSample(h, v, &s, nil); err != nil || len(b) != int(s.Size) {
			t.Fatalf("sample %d: %d bytes of %d, %v", n, len(b), s.Size, err)
		}
	}
	if n != packets(t, path, "v") {
		t.Errorf("%d samples", n)
	}
}

// Without Run, Settle waits for a file that is being written.
func TestSettleWhileWritten(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(mediatest.Clip(t))
	if err != nil {
		t.Fatal(err)
	}
	path := put(t, filepath.Join(t.TempDir(), "clip.mp4"), string(whole[:len(whole)/2]))
	l, _ := open(t, Config{Paths: []string{path}})
	put(t, path, string(whole[:len(whole)*3/4])) // since the walk
	if _, err := l.Asset(t.Context(), "clip"); errs.KindOf(err) != errs.Unavailable || !strings.Contains(err.Error(), "is being written") {
		t.Errorf("half a file: %v", err)
	}
	put(t, path, string(whole))
	l.Settle(within(t, 10*time.Second))
	if a := mustAsset(t, l, "clip"); a.Duration < 19*time.Second || len(a.Warnings) > 0 {
		t.Errorf("%v, %q", a.Duration, a.Warnings)
	}
}
