package avi

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// checking is a demux.Sink that fails on Samples that nobody could serve.
type checking struct {
	t    *testing.T
	size int64
	last map[int]media.Sample
	all  map[int][]media.Sample
}

func (c *checking) Samples(track int, all []media.Sample) error {
	for _, s := range all {
		if s.Offset < 0 || s.Span == 0 || s.Size == 0 || s.Offset+int64(s.Span) > c.size {
			c.t.Fatalf("a sample of %d bytes at %d, %d bytes wide, in a file of %d", s.Size, s.Offset, s.Span, c.size)
		}
		if before, ok := c.last[track]; ok && s.DTS != before.DTS+before.Duration || s.Duration <= 0 {
			c.t.Fatalf("track %d: %+v, after %+v", track, s, before)
		}
		c.last[track] = s
	}
	c.all[track] = append(c.all[track], all...)
	return nil
}
func (c *checking) Cues(int, []media.Cue) error { return nil }
func (c *checking) Restart()                    { c.last, c.all = map[int]media.Sample{}, map[int][]media.Sample{} }

// FuzzScan: whatever the bytes are, Scan and Outline end, without a panic, and Read gives back every Sample with the size that was said.
func FuzzScan(f *testing.F) {
	tiny := mediatest.FFmpeg(f, "tiny.mp4", "-i", mediatest.Clip(f), "-t", "0.6", "-vf", "scale=64:36", "-c:v", "libx264", "-bf", "2", "-c:a", "libmp3lame", "-b:a", "32k", "-ar", "22050", "-ac", "1")
	for _, args := range [][]string{
		{"-c", "copy"},
		{"-c:v", "libx264", "-bf", "2", "-c:a", "copy"},
		{"-c:v", "libx264", "-x264-params", "slices=2:interlaced=1", "-c:a", "ac3"},
		{"-c:v", "libx265", "-vtag", "HEVC", "-c:a", "aac"},
	} {
		b, err := os.ReadFile(mediatest.FFmpeg(f, "seed.avi", append([]string{"-i", tiny}, args...)...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(aviOf([][]byte{video25(3), strl(strh("auds", "", math.MaxUint32, 1, 8000, 1), audioFormat(0x55, 2, 44100, nil))},
		[][]byte{listOf("LIST", "rec ", chunkOf("00dc", []byte{0, 0, 0, 1, 0x67}), chunkOf("01wb", []byte{0xff, 0xfb, 0x90, 0x64}))}))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := fileOf(b)
		o := &checking{t: t, size: file.Size}
		o.Restart()
		if _, err := Outline(context.Background(), file, o); err != nil {
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.Unsupported {
				t.Fatalf("an error of kind %v: %v", k, errors.Unwrap(err))
			}
		}
		c := &checking{t: t, size: file.Size}
		c.Restart()
		result, err := Scan(context.Background(), file, c)
		if err != nil {
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.Unsupported {
				t.Fatalf("an error of kind %v: %v", k, errors.Unwrap(err))
			}
			return
		}
		for i, all := range c.all {
			tr := &result.Tracks[i]
			if tr.Timescale == 0 {
				t.Fatal("a timescale of 0")
			}
			for j := range all {
				if _, err := Read(file, tr, &all[j], nil); err != nil {
					t.Fatalf("track %d, sample %d %+v: %v", i, j, all[j], err)
				}
			}
		}
	})
}
