package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
	"github.com/dashwright/dashwright/internal/timeline"
)

const (
	memory  = 64 << 20 // for parsing any file, hostile ones included
	patient = 3 * time.Second
)

// survives scans what may be anything and uses what comes of it as the program would. It returns the scan's result, nil where there was none.
func survives(t *testing.T, what string, f source.Format, data []byte) (*found, error) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: panic: %v\n%s", what, p, stack())
		}
	}()
	file := demux.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}
	began := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var n counting
	_, err := f.Scan(context.Background(), file, &n)
	runtime.ReadMemStats(&after)
	if took := time.Since(began); took > patient {
		t.Errorf("%s: takes %v", what, took)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > memory {
		t.Errorf("%s: takes %d MiB of memory for a file of %d bytes", what, used>>20, len(data))
	}
	if err != nil {
		if k := errs.KindOf(err); k != errs.Invalid && k != errs.Unsupported || strings.TrimSpace(err.Error()) == "" {
			t.Errorf("%s: %v is of the kind %v", what, err, k)
		}
		return nil, err
	}
	out, err := scan(context.Background(), f, data)
	if err != nil {
		t.Errorf("%s: the second scan says %v", what, err)
		return nil, err
	}
	if err := out.sound(file.Size); err != nil {
		t.Errorf("%s: %v", what, err)
		return out, nil
	}
	for i := range out.res.Tracks {
		for k := range out.samples[i] {
			s := &out.samples[i][k]
			if out.res.Tracks[i].Contiguous || k > 500 {
				break
			}
			if b, err := f.Read(file, &out.res.Tracks[i], s, nil); err == nil && len(b) != int(s.Size) {
				t.Errorf("%s: sample %d of track %d reads as %d bytes, its size is %d", what, k, i, len(b), s.Size)
			}
		}
	}
	if err := announce(out); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	return out, nil
}

func stack() []byte {
	b := make([]byte, 4096)
	return b[:runtime.Stack(b, false)]
}

// announce makes segments of what was found, and checks that they can be announced: each later than the former.
func announce(f *found) error {
	var in []asset.Input
	for i := range f.res.Tracks {
		var b index.Builder
		b.Cues(f.cues[i])
		if err := b.Samples(append([]media.Sample(nil), f.samples[i]...)); err != nil {
			continue // the track is left out, with that sentence
		}
		tr, err := b.Finish(f.res.Tracks[i])
		if err != nil {
			continue
		}
		in = append(in, asset.Input{Track: tr, ID: fmt.Sprint(i), File: "f"})
	}
	a, err := asset.New("damaged", "", "", in, nil)
	if err != nil {
		return nil //nolint:nilerr // nothing to serve is an answer
	}
	for _, want := range []time.Duration{0, time.Second} {
		cuts := a.Cut(want)
		for _, set := range a.Sets {
			for _, tr := range set.Tracks {
				if tr.Count == 0 {
					continue
				}
				tc := cuts.Of(tr.ID)
				l := timeline.Stored(tc.Segments, tc.Shift)
				samples := 0
				for i := range l.Len() {
					samples += tc.Segments[i].Count
					if d := l.Duration(i); d <= 0 {
						return fmt.Errorf("segment %d of track %s (%s) lasts %d, from %d on", i, tr.ID, tr.Codec, d, l.Start(i))
					}
				}
				if samples != tr.Count {
					return fmt.Errorf("track %s: %d of %d samples are in segments", tr.ID, samples, tr.Count)
				}
			}
		}
	}
	return nil
}

func (f *found) count() int {
	n := 0
	for _, s := range f.samples {
		n += len(s)
	}
	for _, c := range f.cues {
		n += len(c)
	}
	return n
}

// Where a file ends too early it says so, or plays until there.
func TestTruncation(t *testing.T) {
	for _, s := range short(t) {
		t.Run(s.Name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			whole, err := scan(context.Background(), s.format, s.data)
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				n := 1 + r.IntN(len(s.data)-1)
				what := fmt.Sprintf("%d of %d bytes", n, len(s.data))
				got, err := survives(t, what, s.format, s.data[:n])
				if err != nil || got == nil {
					continue
				}
				if got.count() > whole.count() {
					t.Errorf("%s have %d samples, the whole has %d", what, got.count(), whole.count())
				}
				if got.count() < whole.count() && len(got.res.Warnings) == 0 && !silent(s.format.Name) {
					t.Errorf("%s: %d of %d samples, and no warning", what, got.count(), whole.count())
				}
			}
		})
	}
}

// silent says whether a file of that format does not tell how long it is, so that nobody can see that its end is missing.
func silent(format string) bool {
	switch format {
	case "webvtt", "srt", "ass", "mpegts", "flv":
		return true
	}
	return false
}

func TestCorruption(t *testing.T) {
	for _, s := range short(t) {
		t.Run(s.Name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for round := range 50 {
				bad := bytes.Clone(s.data)
				region := len(bad)
				if round%2 == 0 { // headers are where it hurts
					region = min(region, 2000)
				}
				if round%4 == 2 { // or trailers
					region = -min(len(bad), 4000)
				}
				for range 1 + r.IntN(10) {
					at := r.IntN(max(region, -region))
					if region < 0 {
						at += len(bad) + region
					}
					switch r.IntN(3) {
					case 0:
						bad[at] ^= 1 << r.IntN(8)
					case 1:
						bad[at] = byte(r.IntN(256))
					case 2:
						bad[at] = 0xff
					}
				}
				survives(t, fmt.Sprintf("round %d", round), s.format, bad)
			}
		})
	}
}

// Bytes that are no file of the format, for a reader that was told they are.
func TestGarbage(t *testing.T) {
	noise := make([]byte, 1<<20)
	r := rand.NewChaCha8([32]byte{1})
	if _, err := r.Read(noise); err != nil {
		t.Fatal(err)
	}
	for _, f := range source.Formats() {
		for name, data := range map[string][]byte{
			"nothing": {}, "a byte": {0x47}, "zeros": make([]byte, 1<<20), "ones": bytes.Repeat([]byte{0xff}, 1<<20), "noise": noise, "text": bytes.Repeat([]byte("lorem ipsum dolor sit amet\n"), 4000),
		} {
			if got, err := survives(t, f.Name+" of "+name, f, data); err == nil && got.count() > 0 && name != "text" && name != "noise" {
				t.Errorf("%s of %s: %d samples", f.Name, name, got.count())
			}
		}
		for _, s := range short(t) { // a sound file of another format
			if s.format.Name != f.Name {
				survives(t, f.Name+" of "+s.Name, f, s.data)
			}
		}
	}
}

// The beginning of a sound file, and then anything.
func TestSoundHeadAndNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for _, s := range short(t) {
		for range 5 {
			bad := bytes.Clone(s.data)
			for i := min(len(bad), 32+r.IntN(3000)); i < len(bad); i++ {
				bad[i] = byte(r.Uint32())
			}
			survives(t, s.Name+", then noise", s.format, bad)
		}
	}
}

// A disk that fails in the middle is no fault of the file: the scan ends with that error, or with what it has and a warning.
func TestDiskFails(t *testing.T) {
	for _, s := range short(t) {
		broken := errors.New("input/output error")
		got := &found{}
		res, err := s.format.Scan(context.Background(), demux.File{ReaderAt: failing{bytes.NewReader(s.data), int64(len(s.data)) / 3, broken}, Size: int64(len(s.data))}, got)
		if err == nil && len(res.Warnings) == 0 {
			t.Errorf("%s: %d samples from a disk that fails after a third of the file, and no word of it", s.Name, got.count())
		}
	}
}

type failing struct {
	r    *bytes.Reader
	from int64
	err  error
}

func (f failing) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > f.from {
		n := 0
		if off < f.from {
			n, _ = f.r.ReadAt(b[:f.from-off], off)
		}
		return n, f.err
	}
	return f.r.ReadAt(b, off)
}

// Large files: little memory, and a scan that nobody waits for ends.
func TestLargeFile(t *testing.T) {
	for format, name := range map[string]string{"mp4": "large.mp4", "matroska": "large.mkv", "mpegts": "large.ts", "flv": "large.flv", "avi": "large.avi"} {
		t.Run(format, func(t *testing.T) {
			args := []string{"-stream_loop", "45", "-i", mediatest.Clip(t), "-c", "copy"}
			if format == "avi" {
				args = []string{"-stream_loop", "45", "-i", mediatest.FFmpeg(t, "plain.avi", "-i", mediatest.Clip(t), "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "48", "-c:a", "libmp3lame"), "-c", "copy"}
			}
			h, err := os.Open(mediatest.FFmpeg(t, name, args...))
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			st, err := h.Stat()
			if err != nil {
				t.Fatal(err)
			}
			file := demux.File{ReaderAt: h, Size: st.Size()}
			f, _ := source.Find(format)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var n counting
			if _, err := f.Scan(context.Background(), file, &n); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > memory {
				t.Errorf("%d MiB of memory for %d samples in %d MiB", used>>20, n.samples, file.Size>>20)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			began := time.Now()
			if _, err := f.Scan(ctx, file, &counting{}); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled, and says %v", err)
			}
			if took := time.Since(began); took > 300*time.Millisecond {
				t.Errorf("ends %v after it was cancelled", took)
			}
		})
	}
}
