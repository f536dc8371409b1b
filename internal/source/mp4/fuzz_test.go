package mp4

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// checker is a sink that looks whether what is handed over keeps the promises of demux.
type checker struct {
	t    *testing.T
	size int64
	n    int
}

func (c *checker) Samples(_ int, s []media.Sample) error {
	for i := range s {
		if p := &s[i]; p.Offset < 0 || p.Offset+int64(p.Size) > c.size || p.Span != p.Size || p.Duration < 0 {
			c.t.Fatalf("sample %+v in a file of %d bytes", *p, c.size)
		}
	}
	c.n += len(s)
	return nil
}

func (c *checker) Cues(_ int, cues []media.Cue) error {
	for _, q := range cues {
		if q.End <= q.Start || q.Start < 0 || q.Text == "" {
			c.t.Fatalf("cue %+v", q)
		}
	}
	return nil
}

func (c *checker) Restart() {}

func FuzzScan(f *testing.F) {
	for _, path := range seeds(f) {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(encryptedFilm(join(mk("saiz", 0, byte(8), 10), mk("saio", 0, 1, 10))).bytes())
	f.Add(textFilm(tx3gEntry(0, 0), join(uint16(1), "a", mk("styl", uint16(1), make([]byte, 12)))).bytes())
	edited := newFilm()
	edited.edts = elst(120, 3600, 80, -1, 200, 5*3600, 40, 0)
	f.Add(edited.bytes())
	f.Add(join(two(), simple(2, mk("tfdt", 0, 1)), simple(2, nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &checker{t: t, size: int64(len(data))}
		r, err := Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(data), Size: c.size}, c)
		if err == nil && len(r.Tracks) == 0 {
			t.Error("neither tracks nor an error")
		}
		if c.n > 10*len(data)+1000 {
			t.Errorf("%d samples in %d bytes", c.n, len(data))
		}
	})
}

// seeds are small real files.
func seeds(t testing.TB) []string {
	src := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=r=48000:d=1", "-c:v", "libx264", "-crf", "45", "-bf", "2", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k"}
	small := mediatest.FFmpeg(t, "seed.mp4", src...)
	re := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name, append([]string{"-i", small, "-c", "copy"}, args...)...)
	}
	return []string{small, re("seed.mov"), re("seed.mp4", "-movflags", "+cmaf"), re("seed.ismv"), re("seed.mp4", "-movflags", "+frag_keyframe+dash"),
		re("seed.mp4", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid", "00112233445566778899aabbccddeeff")}
}

func TestSniff(t *testing.T) {
	for _, path := range seeds(t) {
		b := read(t, path)
		if !Sniff(b[:min(len(b), demux.SniffSize)]) {
			t.Errorf("%s is not recognised", path)
		}
	}
	for name, v := range map[string]struct {
		head string
		want bool
	}{
		"no ftyp":     {"\x00\x00\x02\x00moov\x00\x00\x00\x6cmvhd", true},
		"wide, mdat":  {"\x00\x00\x00\x08wide\x00\x01\x00\x00mdat", true},
		"large mdat":  {"\x00\x00\x00\x01mdat\x00\x00\x00\x01\x00\x00\x00\x00", true},
		"HEIF":        {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", false},
		"JPEG 2000":   {"\x00\x00\x00\x0cjP  \r\n\x87\n", false},
		"Matroska":    {"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", false},
		"text":        {"This is the mdat of something", false},
		"empty":       {"", false},
		"zeros":       {string(make([]byte, 64)), false},
		"free, noise": {"\x00\x00\x00\x08free\x00\x01\x00\x00\x01\x02\x03\x04", false},
	} {
		if got := Sniff([]byte(v.head)); got != v.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
