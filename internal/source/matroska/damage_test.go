package matroska

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// TestRefused takes files that end with an error: its kind and what its sentence must say.
func TestRefused(t *testing.T) {
	m := aacFrames(t)
	tracks := el(idTracks, m.entry(1))
	deep := el(idContentEncodings, el(idContentEncoding, num(idContentEncodingType, 1), el(idContentEncryption)))
	for name, c := range map[string]struct {
		file [][]byte
		kind errs.Kind
		say  string
	}{
		"empty":          {nil, errs.Invalid, "no EBML header at byte 0"},
		"no EBML":        {[][]byte{bytes.Repeat([]byte("RIFF"), 100)}, errs.Invalid, "no EBML header at byte 0"},
		"header alone":   {[][]byte{head("matroska")}, errs.Invalid, "no Segment"},
		"another format": {[][]byte{head("ebook"), el(idSegment)}, errs.Unsupported, `"ebook"`},
		"a newer reader": {[][]byte{head("matroska", num(idDocTypeReadVersion, 9)), el(idSegment)}, errs.Unsupported, "version 9"},
		"long IDs":       {[][]byte{head("matroska", num(idEBMLMaxIDLength, 6)), el(idSegment)}, errs.Unsupported, "up to 6 bytes"},
		"long sizes":     {[][]byte{head("matroska", num(idEBMLMaxSizeLength, 16)), el(idSegment)}, errs.Unsupported, "of up to 16"},
		"no Tracks":      {[][]byte{head("matroska"), el(idSegment, m.clusters(el))}, errs.Invalid, "no Tracks element"},
		"no Cluster":     {[][]byte{head("matroska"), el(idSegment, tracks, el(idCues))}, errs.Invalid, "no Cluster"},
		"empty Tracks":   {[][]byte{head("matroska"), el(idSegment, el(idTracks), m.clusters(el))}, errs.Invalid, "no tracks"},
		"encrypted":      {[][]byte{head("matroska"), el(idSegment, el(idTracks, m.entry(1, deep)), m.clusters(el))}, errs.Unsupported, "track 1 is encrypted"},
		"broken Tracks":  {[][]byte{head("matroska"), el(idSegment, el(idTracks, []byte{0xAE, 0x90, 0xD7}), m.clusters(el))}, errs.Invalid, "longer than the one that holds it"},
		"no time at all": {[][]byte{head("matroska"), el(idSegment, el(idInfo, num(idTimestampScale, 0)), tracks, m.clusters(el))}, errs.Invalid, "TimestampScale"},
		"huge Tracks":    {[][]byte{head("matroska"), live(idSegment, idBytes(idTracks), []byte{0x11, 0, 0, 0}, make([]byte, 1<<25))}, errs.Invalid, "bytes of headers"},
		"zeros":          {[][]byte{head("matroska"), live(idSegment, make([]byte, 1<<20))}, errs.Invalid, "no Cluster after it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Scan(context.Background(), openFile(t, saved(t, c.file...)), newCollector())
			if err == nil {
				t.Fatal("no error")
			}
			if errs.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%v: %v; want %v, %q", errs.KindOf(err), err, c.kind, c.say)
			}
		})
	}
}

// TestDamage takes files that are served as far as they go.
func TestDamage(t *testing.T) {
	m := aacFrames(t)
	whole := bytes.Join([][]byte{head("matroska"), el(idSegment, el(idTracks, m.entry(1)), m.clusters(el))}, nil)
	plain := bytes.Join([][]byte{head("matroska"), live(idSegment, el(idTracks, m.entry(1)), m.clusters(live))}, nil)
	third := nth(whole, idBytes(idCluster), 3)
	holed := bytes.Clone(whole)
	copy(holed[third+29:], bytes.Repeat([]byte{0}, 100))
	noise := bytes.Clone(whole)
	copy(noise[third:], "\x00\x00\x00\x00")
	size := bytes.Clone(whole)
	size[third+11] += 50
	cipher := el(idContentEncodings, el(idContentEncoding, el(idContentCompression, num(idContentCompAlgo, 2))))
	for name, c := range map[string]struct {
		file    []byte
		samples int
		say     string
	}{
		"cut in a Block":        {whole[:len(whole)-20], len(m.frames) - 1, "the file is cut off: 20 bytes are missing"},
		"cut, unknown sizes":    {plain[:len(plain)-20], len(m.frames) - 1, "ends after the file"},
		"cut in the third":      {whole[:third+200], 20, "the file is cut off"},
		"a hole in a Cluster":   {holed, len(m.frames) - 10, "damage at byte"},
		"a Cluster's ID gone":   {noise, len(m.frames) - 10, "damage at byte"},
		"a Cluster too long":    {size, len(m.frames), "wrong size"},
		"a second Segment":      {append(bytes.Clone(whole), whole...), len(m.frames), ""},
		"a second, live":        {append(bytes.Clone(plain), plain...), len(m.frames), "another segment begins at byte"},
		"garbage behind":        {append(bytes.Clone(plain), bytes.Repeat([]byte("garbage "), 5000)...), len(m.frames), "damage at byte"},
		"an unread compression": {bytes.Join([][]byte{head("matroska"), el(idSegment, el(idTracks, m.entry(2, cipher), m.entry(1)), m.clusters(el))}, nil), len(m.frames), "lzo1x"},
		"a number twice":        {bytes.Join([][]byte{head("matroska"), el(idSegment, el(idTracks, m.entry(1), m.entry(1)), m.clusters(el))}, nil), len(m.frames), "not its own"},
	} {
		t.Run(name, func(t *testing.T) {
			r, got := scanFile(t, saved(t, c.file))
			n := 0
			for _, s := range got.samples {
				n += len(s)
			}
			if n != c.samples {
				t.Errorf("%d samples, want %d", n, c.samples)
			}
			if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, c.say) || c.say == "" && all != "" {
				t.Errorf("warnings %q, want %q", r.Warnings, c.say)
			}
		})
	}
}

// nth returns where sep begins for the nth time.
func nth(b, sep []byte, n int) int {
	at := 0
	for range n {
		at += bytes.Index(b[at:], sep) + len(sep)
	}
	return at - len(sep)
}

// TestMemory scans a file made of the smallest Blocks there can be: 40 MB, 4.5 million frames.
func TestMemory(t *testing.T) {
	m := aacFrames(t)
	blocks := bytes.Repeat([]byte{idSimpleBlock, 0x85, 0x81, 0, 0, 0x80, 0xAA}, 4<<20)
	file := bytes.Join([][]byte{head("matroska"), live(idSegment, el(idTracks, m.entry(1)), live(idCluster, num(idTimestamp, 0)), blocks)}, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d := &discard{}
	_, err := Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(file), Size: int64(len(file))}, d)
	runtime.ReadMemStats(&after)
	if err != nil || d.n == 0 {
		t.Fatalf("%d samples, %v", d.n, err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// TestCancelled ends a scan from outside.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := aacFrames(t)
	for range 3 {
		m.frames = append(m.frames, m.frames...)
	}
	_, err := Scan(ctx, openFile(t, saved(t, head("matroska"), el(idSegment, el(idTracks, m.entry(1)), m.clusters(el)))), newCollector())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

// FuzzScan looks for panics, hangs, and Samples that break what a Sink is promised.
func FuzzScan(f *testing.F) {
	small := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=r=48000:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "40"}
	for _, path := range []string{
		mediatest.FFmpeg(f, "a.mkv", append(small, "-c:a", "aac")...),
		mediatest.FFmpeg(f, "b.mkv", append(small, "-c:a", "libopus", "-live", "1")...),
		merged(f, "c.mkv", mediatest.FFmpeg(f, "a.mkv", append(small, "-c:a", "ac3")...), "--compression", "0:zlib"),
	} {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	m := aacFrames(f)
	m.frames = m.frames[:24]
	f.Add(bytes.Join([][]byte{head("matroska"), live(idSegment, el(idTracks, m.entry(1)), m.clusters(live))}, nil))
	f.Add(bytes.Join([][]byte{head("matroska"), el(idSegment, el(idTracks, m.entry(1)), m.laces(3, func([][]byte) []byte { return bytes.Repeat([]byte{0xBF}, 7) }))}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		Sniff(b[:min(len(b), demux.SniffSize)])
		file := demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
		got := newCollector()
		r, err := Scan(context.Background(), file, got)
		if err != nil {
			return
		}
		for i, samples := range got.samples {
			track := &r.Tracks[i]
			checkClock(t, track, samples)
			for n := range samples {
				s := &samples[n]
				if s.Offset < 0 || s.Offset+int64(s.Span) > file.Size || track.Contiguous && s.Span != s.Size {
					t.Fatalf("sample %d at %d, %d bytes of %d", n, s.Offset, s.Span, file.Size)
				}
				if !track.Contiguous && n < 50 {
					if _, err := Read(file, track, s, nil); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}
