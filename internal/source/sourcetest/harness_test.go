// Package sourcetest is what every container that is read natively must do: one suite, over all formats that package source lists and real files of each.
//
// Comes from: source. Goes to: whoever adds a container. The rule: a format without a file here fails, and no test knows a container by name where the promise is
// the same for all.
package sourcetest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// sample is a real file in memory.
type sample struct {
	mediatest.Kind
	format source.Format
	data   []byte
}

// samples returns real files, at least one of every format.
func samples(t testing.TB) []sample {
	t.Helper()
	var out []sample
	for _, k := range mediatest.Kinds() {
		f, ok := source.Find(k.Format)
		if !ok {
			t.Fatalf("%s: there is no format %q", k.Name, k.Format)
		}
		b, err := os.ReadFile(k.Make(t))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, sample{k, f, b})
	}
	for _, f := range source.Formats() {
		if !slices.ContainsFunc(out, func(s sample) bool { return s.format.Name == f.Name }) {
			t.Fatalf("format %s has no file in mediatest.Kinds", f.Name)
		}
	}
	return out
}

// short returns one small file of every format: of the many that are tried with damage.
func short(t testing.TB) []sample {
	t.Helper()
	make := map[string][]string{
		"mp4": {"-c:a", "aac"}, "matroska": {"-c:a", "libopus"}, "mpegts": {"-c:a", "aac"}, "flv": {"-c:a", "aac"}, "avi": {"-bf", "2", "-c:a", "libmp3lame"},
	}
	ext := map[string]string{"mp4": "mp4", "matroska": "mkv", "mpegts": "ts", "flv": "flv", "avi": "avi"}
	var out []sample
	for _, f := range source.Formats() {
		args, ok := make[f.Name]
		if !ok {
			i := slices.IndexFunc(samples(t), func(s sample) bool { return s.format.Name == f.Name })
			out = append(out, samples(t)[i])
			continue
		}
		variants := map[string][]string{"": nil}
		if f.Name == "mp4" {
			variants[" fragmented"] = []string{"-movflags", "frag_keyframe+empty_moov"}
		}
		for name, more := range variants {
			all := append(append([]string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"}, args...), more...)
			b, err := os.ReadFile(mediatest.FFmpeg(t, "short."+ext[f.Name], all...))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, sample{mediatest.Kind{Name: f.Name + name, Format: f.Name}, f, b})
		}
	}
	return out
}

// found is all that a scan said.
type found struct {
	res     demux.Result
	samples map[int][]media.Sample
	cues    map[int][]media.Cue
}

func (f *found) Samples(track int, s []media.Sample) error {
	if f.samples == nil {
		f.samples = map[int][]media.Sample{}
	}
	f.samples[track] = append(f.samples[track], s...)
	for i := range s { // the slice is the caller's again: what stands in it afterwards is not to matter
		s[i] = media.Sample{Offset: -77, Size: 77, DTS: -77}
	}
	return nil
}

func (f *found) Cues(track int, c []media.Cue) error {
	if f.cues == nil {
		f.cues = map[int][]media.Cue{}
	}
	f.cues[track] = append(f.cues[track], c...)
	return nil
}

func (f *found) Restart() { f.samples, f.cues = nil, nil }

// counting is a Sink that keeps numbers only, so that what a scan allocates is its own.
type counting struct{ samples, cues, text int }

func (c *counting) Samples(_ int, s []media.Sample) error { c.samples += len(s); return nil }
func (c *counting) Cues(_ int, q []media.Cue) error {
	c.cues += len(q)
	for i := range q {
		c.text += len(q[i].Text)
	}
	return nil
}
func (c *counting) Restart() { *c = counting{} }

func scan(ctx context.Context, f source.Format, data []byte) (*found, error) {
	var out found
	var err error
	out.res, err = f.Scan(ctx, demux.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}, &out)
	return &out, err
}

// same says what differs between two scans, or "".
func same(a, b *found) string {
	switch {
	case !reflect.DeepEqual(a.res, b.res):
		return fmt.Sprintf("another result:\n%+v\n%+v", a.res, b.res)
	case !reflect.DeepEqual(a.samples, b.samples):
		return "other samples"
	case !reflect.DeepEqual(a.cues, b.cues):
		return "other cues"
	}
	return ""
}

// sound checks what must be true of every result of a scan, of damaged files too. size is the file's.
func (f *found) sound(size int64) error {
	n := len(f.res.Tracks)
	for i := range f.samples {
		if i < 0 || i >= n {
			return fmt.Errorf("samples of track %d, there are %d", i, n)
		}
	}
	for i := range f.cues {
		if i < 0 || i >= n {
			return fmt.Errorf("cues of track %d, there are %d", i, n)
		}
	}
	ids := map[uint32]bool{}
	for i := range f.res.Tracks {
		t := &f.res.Tracks[i]
		if len(f.samples[i]) == 0 && len(f.cues[i]) == 0 {
			continue // described, and nothing in it
		}
		if ids[t.ID] {
			return fmt.Errorf("two tracks have the ID %d", t.ID)
		}
		ids[t.ID] = true
		if t.Timescale == 0 || t.Kind == media.Other {
			return fmt.Errorf("track %d: %v with a timescale of %d", i, t.Kind, t.Timescale)
		}
		for _, s := range []string{f.res.Title, t.Title, t.Language, string(t.Codec)} {
			if !utf8.ValidString(s) {
				return fmt.Errorf("track %d: %q is not UTF-8", i, s)
			}
		}
		if err := inOrder(t, f.samples[i], size); err != nil {
			return fmt.Errorf("track %d (%s): %w", i, t.Codec, err)
		}
		for k, c := range f.cues[i] {
			if c.End <= c.Start || k > 0 && c.Start < f.cues[i][k-1].Start {
				return fmt.Errorf("track %d: cue %d is from %d to %d", i, k, c.Start, c.End)
			}
			if !utf8.ValidString(c.Text) || !utf8.ValidString(c.ID) || !utf8.ValidString(c.Settings) {
				return fmt.Errorf("track %d: cue %d is not UTF-8: %+v", i, k, c)
			}
		}
	}
	for _, w := range f.res.Warnings {
		if !utf8.ValidString(w) || w == "" {
			return fmt.Errorf("warning %q", w)
		}
	}
	return nil
}

// inOrder checks samples by themselves. Times of damaged files may be anything that index.Builder can mend: they are judged by ordered, for whole files.
func inOrder(t *media.Track, list []media.Sample, size int64) error {
	for i, s := range list {
		switch {
		case s.Size == 0:
			return fmt.Errorf("sample %d is empty", i)
		case s.Offset < 0 || s.Span == 0 || s.Offset+int64(s.Span) > size:
			return fmt.Errorf("sample %d is %d bytes at %d, the file has %d", i, s.Span, s.Offset, size)
		case t.Contiguous && s.Span != s.Size:
			return fmt.Errorf("sample %d of a contiguous track has %d bytes, of a span of %d", i, s.Size, s.Span)
		case s.AuxSize > 0 && (s.AuxOffset < 0 || s.AuxOffset+int64(s.AuxSize) > size):
			return fmt.Errorf("sample %d has its auxiliary information at %d, the file has %d bytes", i, s.AuxOffset, size)
		}
	}
	return nil
}
