package flv

import (
	"context"
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
	all  map[int][]media.Sample
}

func (c *checking) Samples(track int, all []media.Sample) error {
	for _, s := range all {
		if s.Offset < 0 || s.Span == 0 || s.Size < s.Span || s.Offset+int64(s.Span) > c.size {
			c.t.Fatalf("a sample of %d bytes at %d, %d bytes wide, in a file of %d", s.Size, s.Offset, s.Span, c.size)
		}
		if n := len(c.all[track]); n > 0 && s.DTS != c.all[track][n-1].DTS+c.all[track][n-1].Duration || s.Duration <= 0 {
			c.t.Fatalf("track %d: %+v after %d others", track, s, n)
		}
		c.all[track] = append(c.all[track], s)
	}
	return nil
}
func (c *checking) Cues(int, []media.Cue) error { return nil }
func (c *checking) Restart()                    { c.all = map[int][]media.Sample{} }

// FuzzScan: whatever the bytes are, Scan ends, without a panic, and Read gives back every Sample with the size that was said.
//
// In testdata: aac-without-samples, a configuration by which a frame holds no samples, so that frames stood at one time.
func FuzzScan(f *testing.F) {
	tiny := mediatest.FFmpeg(f, "tiny.mp4", "-i", mediatest.Clip(f), "-t", "0.6", "-vf", "scale=64:36", "-c:v", "libx264", "-bf", "2", "-c:a", "aac", "-b:a", "32k", "-ar", "22050", "-ac", "1")
	for _, args := range [][]string{
		{"-c", "copy"},
		{"-c:v", "copy", "-c:a", "libmp3lame", "-ar", "22050"},
		{"-c:v", "flv1", "-c:a", "pcm_s16le", "-ar", "11025"},
	} {
		b, err := os.ReadFile(mediatest.FFmpeg(f, "seed.flv", append([]string{"-i", tiny}, args...)...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	p := probe(f, tiny, media.Video)
	f.Add(flvOf(enhanced(p, media.Video, "avc1", func(b []byte) []byte { return b })...))
	f.Add(flvOf(tagOf{8, 0, []byte("\x90Opus" + "OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00")}, tagOf{8, 5, []byte("\x91Opus\xfc\x00\x00")}, tagOf{8, 9, []byte("\x91ec-3\x0b\x77\x00\x00\x00\x00\x00")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := fileOf(b)
		c := &checking{t: t, size: file.Size}
		c.Restart()
		result, err := Scan(context.Background(), file, c)
		if err != nil {
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.Unsupported {
				t.Fatalf("an error of kind %v: %v", k, err)
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
