package segment_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// builders is the simplest sink: an index.Builder per track.
type builders []index.Builder

func (b *builders) at(track int) *index.Builder {
	for len(*b) <= track {
		*b = append(*b, index.Builder{})
	}
	return &(*b)[track]
}
func (b *builders) Samples(track int, s []media.Sample) error { return b.at(track).Samples(s) }
func (b *builders) Cues(track int, c []media.Cue) error       { b.at(track).Cues(c); return nil }
func (b *builders) Restart()                                  { *b = nil }

// payload reads a file for one track.
type payload struct {
	demux.File
	track *media.Track
	read  demux.ReadFunc
}

func (p payload) ReadSample(dst []byte, s *media.Sample) ([]byte, error) {
	return p.read(p.File, p.track, s, dst)
}

// open scans a file and returns its Asset and its bytes.
func open(t *testing.T, path string) (*asset.Asset, demux.File, source.Format) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, demux.SniffSize)
	n, _ := f.ReadAt(head, 0)
	format, ok := source.Recognise(head[:n])
	if !ok {
		t.Fatalf("%s: no format recognises it", path)
	}
	file := demux.File{ReaderAt: f, Size: st.Size()}
	var b builders
	res, err := format.Scan(context.Background(), file, &b)
	if err != nil {
		t.Fatal(err)
	}
	var in []asset.Input
	for i := range res.Tracks {
		tr, err := b.at(i).Finish(res.Tracks[i])
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, asset.Input{Track: tr, ID: []string{"a", "b", "c", "d"}[i], File: path})
	}
	a, err := asset.New("film", "", "", in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a, file, format
}

// join returns a Representation as init segment and all media segments in a row.
func join(t *testing.T, r *presentation.Representation, from segment.Payload) []byte {
	t.Helper()
	init, err := segment.AppendInit(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(init)
	var p segment.Plan
	for i := range r.Segments.Len() {
		if err := p.Make(r, r.Segments.At(i), true, nil); err != nil {
			t.Fatal(err)
		}
		before := out.Len()
		if err := p.Write(out, from, 0, p.Size()); err != nil {
			t.Fatal(err)
		}
		if got := int64(out.Len() - before); got != p.Size() {
			t.Fatalf("segment %d: %d bytes, %d announced", i, got, p.Size())
		}
	}
	return out.Bytes()
}

func frames(t *testing.T, path, kind string) []byte {
	t.Helper()
	args := []string{"-v", "error", "-i", path, "-map", "0:" + kind + ":0", "-fps_mode", "passthrough", "-f", "framemd5", "-"}
	if kind == "a" {
		args = []string{"-v", "error", "-i", path, "-map", "0:a:0", "-c", "copy", "-f", "framemd5", "-"}
	}
	out, err := exec.Command("ffmpeg", args...).Output()
	if err != nil {
		t.Fatalf("ffmpeg %v: %v", args, err)
	}
	return out
}

func TestSegmentsHoldTheFilm(t *testing.T) {
	clip := mediatest.Clip(t)
	a, file, format := open(t, clip)
	p, err := presentation.Build(a, presentation.VOD, nil, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range p.Periods[0].AdaptationSets {
		for i := range set.Representations {
			r := &set.Representations[i]
			path := filepath.Join(t.TempDir(), "joined.mp4")
			if err := os.WriteFile(path, join(t, r, payload{file, &r.Track.Track.Track, format.Read}), 0o644); err != nil {
				t.Fatal(err)
			}
			kind := r.Track.Kind.String()[:1]
			want, got := frames(t, clip, kind), frames(t, path, kind)
			os.WriteFile("/tmp/dw/want-"+kind, want, 0o644)
			os.WriteFile("/tmp/dw/got-"+kind, got, 0o644)
			t.Log(r.ID, r.Codecs, r.Bandwidth, r.Segments.Len(), len(want), len(got))
		}
	}
}
