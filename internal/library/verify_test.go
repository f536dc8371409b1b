package library

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// A file without a table of sync samples says that every sample is one (ISO/IEC 14496-12, 8.6.2.1). The bitstream knows better.
func TestVerifySync(t *testing.T) {
	clip := mediatest.Clip(t)
	b, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("stss"))
	if at < 0 {
		t.Fatal("no stss in the clip")
	}
	n := binary.BigEndian.Uint32(b[at+8:])
	copy(b[at:], "free")
	path := put(t, filepath.Join(t.TempDir(), "clip.mp4"), string(b))
	l, _ := open(t, Config{Paths: []string{path}})
	a := mustAsset(t, l, "clip")
	v := a.Sets[0].Tracks[0]
	if v.Syncs != int(n) || len(v.Points()) != int(n) {
		t.Errorf("%d random access points, the table had %d", v.Syncs, n)
	}
	if len(a.Warnings) != 1 {
		t.Errorf("warnings %q", a.Warnings)
	}
	l2, _ := open(t, Config{Paths: []string{clip}})
	good := mustAsset(t, l2, "clip").Sets[0].Tracks[0]
	for i, p := range good.Points() {
		if v.Points()[i].Sample != p.Sample {
			t.Errorf("point %d is sample %d, the table says %d", i, v.Points()[i].Sample, p.Sample)
		}
	}
	if v.InBand {
		t.Error("no parameter set is in band")
	}
}

// A codec without prediction is believed after some samples.
func TestVerifySyncAll(t *testing.T) {
	path := mediatest.FFmpeg(t, "intra.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", "-c:v", "libx264", "-g", "1")
	l, _ := open(t, Config{Paths: []string{path}})
	v := mustAsset(t, l, "intra").Sets[0].Tracks[0]
	if v.Syncs != v.Count || v.Count != 200 {
		t.Errorf("%d of %d are random access points", v.Syncs, v.Count)
	}
}

func TestFrameRate(t *testing.T) {
	for name, args := range map[string][]string{
		"a.mkv": {"-c:v", "libx264", "-bf", "2"}, "b.mp4": {"-c:v", "libx264"}, "c.avi": {"-c:v", "libx264", "-bf", "0"}, "d.flv": {"-c:v", "libx264"}, "e.ts": {"-c:v", "libx264"},
	} {
		path := mediatest.FFmpeg(t, name, append([]string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=3"}, args...)...)
		l, _ := open(t, Config{Paths: []string{path}})
		v := mustAsset(t, l, name[:1]).Sets[0].Tracks[0]
		if want := (media.Rational{Num: 30000, Den: 1001}); v.FrameRate != want {
			t.Errorf("%s: %v frames/s", name, v.FrameRate)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	clip := mediatest.Clip(b)
	hour := mediatest.FFmpeg(b, "hour.mp4", "-stream_loop", "179", "-i", clip, "-c", "copy")
	for name, path := range map[string]string{"clip": clip, "hour": hour} {
		i, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		l, err := Open(Config{Paths: []string{path}, Now: time.Now})
		if err != nil {
			b.Fatal(err)
		}
		f := file{path: path, stamp: stampOf(i)}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.scanFile(b.Context(), &f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAsset(b *testing.B) {
	l, err := Open(Config{Paths: []string{mediatest.Clip(b)}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.Asset(b.Context(), "clip"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenFile(b *testing.B) {
	l, err := Open(Config{Paths: []string{mediatest.Clip(b)}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	a, err := l.Asset(b.Context(), "clip")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h, err := l.OpenFile(a.Sets[0].Tracks[0].File, a)
		if err != nil {
			b.Fatal(err)
		}
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
