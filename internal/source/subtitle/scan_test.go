package subtitle

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// format is a row of the tests over all formats.
type format struct {
	name  string
	sniff func([]byte) bool
	scan  demux.ScanFunc
}

func formats() []format {
	return []format{{"vtt", SniffVTT, ScanVTT}, {"ass", SniffASS, ScanASS}, {"ttml", SniffTTML, ScanTTML}, {"srt", SniffSRT, ScanSRT}}
}

// sink keeps cues and checks what a Sink may expect.
type sink struct {
	cues []media.Cue
	err  error
}

func (s *sink) Samples(int, []media.Sample) error { return errors.New("samples of a text file") }
func (s *sink) Restart()                          { s.cues = nil }
func (s *sink) Cues(track int, c []media.Cue) error {
	if track != 0 {
		return fmt.Errorf("track %d", track)
	}
	s.cues = append(s.cues, c...)
	return s.err
}

func scan(t testing.TB, scan demux.ScanFunc, b []byte) (demux.Result, []media.Cue, error) {
	t.Helper()
	var s sink
	res, err := scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}, &s)
	if err == nil {
		check(t, res, s.cues)
	}
	return res, s.cues, err
}

// check holds for whatever is scanned.
func check(t testing.TB, res demux.Result, cues []media.Cue) {
	t.Helper()
	if len(res.Tracks) != 1 {
		t.Fatalf("%d tracks", len(res.Tracks))
	}
	tr := res.Tracks[0]
	if tr.Kind != media.Text || tr.Codec != media.WVTT || tr.Timescale != 1000 || !strings.HasPrefix(string(tr.Config), "WEBVTT") {
		t.Errorf("track %+v", tr)
	}
	if strings.Contains(string(tr.Config), "-->") {
		t.Errorf("an arrow in the header %q", tr.Config)
	}
	for i, c := range cues {
		if c.Start < 0 || c.End <= c.Start || strings.TrimSpace(c.Text) == "" || i > 0 && c.Start < cues[i-1].Start {
			t.Fatalf("cue %d: %+v", i, c)
		}
		if strings.Contains(c.Text, "\n\n") || strings.ContainsAny(c.Text, "\r\x00") || strings.Contains(c.Text, "-->") {
			t.Fatalf("cue %d: text %q", i, c.Text)
		}
		if strings.ContainsAny(c.ID+c.Settings, "\r\n\x00") || strings.Contains(c.ID+c.Settings, "-->") {
			t.Fatalf("cue %d: identifier %q, settings %q", i, c.ID, c.Settings)
		}
	}
}

// dump is one line for each cue and warning.
func dump(res demux.Result, cues []media.Cue) string {
	var b strings.Builder
	for _, c := range cues {
		fmt.Fprintf(&b, "%d-%d", c.Start, c.End)
		if c.ID != "" {
			fmt.Fprintf(&b, " #%s", c.ID)
		}
		if c.Settings != "" {
			fmt.Fprintf(&b, " [%s]", c.Settings)
		}
		fmt.Fprintf(&b, " %s\n", strings.ReplaceAll(c.Text, "\n", "|"))
	}
	for _, w := range res.Warnings {
		b.WriteString("! " + w + "\n")
	}
	return b.String()
}

// Each case is a file testdata/*.{srt,vtt,ass,ssa,ttml}; what it should give is written by hand in a file of that name with .want behind it.
func TestCases(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".want") || e.IsDir() {
			continue
		}
		n++
		t.Run(e.Name(), func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile("testdata/" + e.Name() + ".want")
			if err != nil {
				t.Fatal(err)
			}
			f := sniffed(t, b)
			ext := e.Name()[strings.LastIndexByte(e.Name(), '.')+1:]
			if f.name != ext && !(f.name == "ass" && ext == "ssa") {
				t.Fatalf("recognised as %q", f.name)
			}
			res, cues, err := scan(t, f.scan, b)
			got := dump(res, cues)
			if err != nil {
				got = "error: " + err.Error() + "\n"
				if errs.KindOf(err) != errs.Invalid {
					t.Errorf("kind %v", errs.KindOf(err))
				}
			} else {
				tr := res.Tracks[0]
				got = fmt.Sprintf("title %q language %q\n%s\n---\n%s", res.Title, tr.Language, tr.Config, got)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	if n < 10 {
		t.Errorf("%d cases", n)
	}
}

// sniffed returns the one format that recognises b.
func sniffed(t *testing.T, b []byte) format {
	t.Helper()
	var found []format
	for _, f := range formats() {
		if f.sniff(b[:min(len(b), demux.SniffSize)]) {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		t.Fatalf("recognised by %d formats", len(found))
	}
	return found[0]
}

func TestSniffNothing(t *testing.T) {
	for _, s := range []string{
		"", "\n\n", "hello\nworld\n", "1\n2\n3\n", "WEBVTTX\n\n", "WEBVTT-1\n", "<?xml version='1.0'?><MPD/>", "<html><tt/></html>", "<tt",
		"[General]\nx=1\n", "the arrow --> is no time\n", "a\nb\nc\n00:01 --> x\n", "\x00\x00\x00\x18ftypisom", "00:00:01,000 -> 00:00:02,000\n",
		"\xff\xfe", "\xff\xfe\x00", "\x1a\x45\xdf\xa3", "\x00WEBVTT", "#EXTM3U\n", "{1}{25}MicroDVD\n",
	} {
		for _, f := range formats() {
			if f.sniff([]byte(s)) {
				t.Errorf("%s recognises %q", f.name, s)
			}
		}
	}
}

const umlauts = "1\n00:00:01,000 --> 00:00:02,000\nGrüße “aus” Köln €\n\n2\n00:00:03,000 --> 00:00:04,000\nÄÖ\n"

func encode16(s string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func encode1252(t *testing.T, s string) []byte {
	var b []byte
	for _, r := range s {
		i := -1
		for c := range 256 {
			if fromWindows1252(byte(c)) == r {
				i = c
			}
		}
		if i < 0 {
			t.Fatalf("%q is not in Windows-1252", r)
		}
		b = append(b, byte(i))
	}
	return b
}

func TestEncodings(t *testing.T) {
	const want = "1000-2000 #1 Grüße “aus” Köln €\n3000-4000 #2 ÄÖ\n"
	cases := map[string][]byte{
		"UTF-8":        []byte(umlauts),
		"UTF-8 mark":   []byte("\ufeff" + umlauts),
		"UTF-16LE":     encode16(umlauts, binary.LittleEndian, true),
		"UTF-16BE":     encode16(umlauts, binary.BigEndian, true),
		"UTF-16LE odd": append(encode16(umlauts, binary.LittleEndian, true), 'x'),
		"CRLF":         []byte(strings.ReplaceAll(umlauts, "\n", "\r\n")),
		"CR":           []byte(strings.ReplaceAll(umlauts, "\n", "\r")),
		"no end":       []byte(strings.TrimRight(umlauts, "\n")),
	}
	for name, b := range cases {
		if f := sniffed(t, b); f.name != "srt" {
			t.Errorf("%s: recognised as %s", name, f.name)
		}
		res, cues, err := scan(t, ScanSRT, b)
		if got := dump(res, cues); err != nil || got != want {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
	res, cues, err := scan(t, ScanSRT, encode1252(t, umlauts))
	if got := dump(res, cues); err != nil || !strings.HasPrefix(got, want+"! it is not UTF-8") || len(res.Warnings) != 1 {
		t.Errorf("Windows-1252: %v\n%s", err, got)
	}
	res, cues, err = scan(t, ScanSRT, []byte(strings.Replace(umlauts, "ß", "\xdf", 1)))
	if got := dump(res, cues); err != nil || got != strings.Replace(want, "ß", "\ufffd", 1)+"! 1 of its bytes are not UTF-8 and were replaced\n" {
		t.Errorf("one bad byte: %v\n%s", err, got)
	}
	emoji := "WEBVTT\n\n00:01.000 --> 00:02.000\n😀\n"
	res, cues, err = scan(t, ScanVTT, encode16(emoji, binary.BigEndian, true))
	if got := dump(res, cues); err != nil || got != "1000-2000 😀\n" {
		t.Errorf("surrogates: %v\n%s", err, got)
	}
}

// A character is never lost where one read of the file ends and the next begins.
func TestEncodingBoundaries(t *testing.T) {
	for pad := range 4 {
		text := "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat("x", pad) + strings.Repeat("ü€😀\n", 4000)
		for name, b := range map[string][]byte{"UTF-8": []byte(text), "UTF-16": encode16(text, binary.LittleEndian, true)} {
			res, cues, err := scan(t, ScanVTT, b)
			if err != nil || len(cues) != 1 || len(res.Warnings) != 0 || strings.Count(cues[0].Text, "ü€😀") != 4000 || strings.Contains(cues[0].Text, "\ufffd") {
				t.Errorf("%s, %d bytes before: %v %v", name, pad, err, res.Warnings)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	big := demux.File{ReaderAt: bytes.NewReader(nil), Size: MaxSize + 1}
	for _, f := range formats() {
		if _, err := f.scan(context.Background(), big, &sink{}); errs.KindOf(err) != errs.Unsupported {
			t.Errorf("%s: %v", f.name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := f.scan(ctx, demux.File{ReaderAt: strings.NewReader("x"), Size: 1}, &sink{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", f.name, err)
		}
		short := demux.File{ReaderAt: strings.NewReader("WEBVTT\n"), Size: 100}
		if _, err := f.scan(context.Background(), short, &sink{}); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: a file that shrank: %v", f.name, err)
		}
	}
	var b strings.Builder
	for i := range maxCues + 10 {
		fmt.Fprintf(&b, "%02d:%02d:%02d,000 --> 99:00:00,000\nx\n\n", i/3600, i/60%60, i%60)
	}
	res, cues, err := scan(t, ScanSRT, []byte(b.String()))
	if err != nil || len(cues) != maxCues || len(res.Warnings) != 1 || !strings.HasPrefix(res.Warnings[0], "from line 300001 on") {
		t.Errorf("%d cues, %v, %v", len(cues), res.Warnings, err)
	}
	stop := errors.New("stop")
	in := "1\n00:00:01,000 --> 00:00:02,000\nx\n"
	if _, err := ScanSRT(context.Background(), demux.File{ReaderAt: strings.NewReader(in), Size: int64(len(in))}, &sink{err: stop}); err != stop {
		t.Errorf("the sink's error came back as %v", err)
	}
}

// FFmpeg writes the same cues in each format; what is read from them is compared with the packets that ffprobe reads from the same files.
func TestAgainstFFprobe(t *testing.T) {
	const source = "1\n00:00:01,040 --> 00:00:02,500\nOne <i>two</i>\nthree\n\n2\n00:00:02,500 --> 00:00:04,000\n<b>R&B</b> <font color=\"#ffff00\">y</font>\n\n" +
		"3\n00:00:03,000 --> 00:00:05,120\n{\\an8}Überlappung\n\n4\n01:02:03,450 --> 01:02:06,780\nspät\n"
	uri := "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(source))
	for name, want := range map[string][]string{
		"x.srt":  {"One <i>two</i>\nthree", "<b>R&amp;B</b> <c.yellow>y</c>", "Überlappung", "spät"},
		"x.vtt":  {"One <i>two</i>\nthree", "<b>R&B</b> y", "Überlappung", "spät"}, // FFmpeg's WebVTT writer leaves the ampersand
		"x.ass":  {"One <i>two</i>\nthree", "<b>R&amp;B</b> <c.yellow>y</c>", "Überlappung", "spät"},
		"x.ssa":  {"One <i>two</i>\nthree", "<b>R&amp;B</b> <c.yellow>y</c>", "Überlappung", "spät"},
		"x.ttml": {"One two\nthree", "R&amp;B y", "Überlappung", "spät"}, // its TTML writer drops styles
	} {
		path := mediatest.FFmpeg(t, name, "-f", "srt", "-i", uri)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, cues, err := scan(t, sniffed(t, b).scan, b)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, b)
		}
		texts := []string{}
		for _, c := range cues {
			texts = append(texts, c.Text)
		}
		if !slices.Equal(texts, want) {
			t.Errorf("%s: %q, want %q\n%s", name, texts, want, b)
		}
		reference := path
		if name == "x.ttml" { // ffprobe reads none
			reference = mediatest.FFmpeg(t, "x.srt", "-f", "srt", "-i", uri)
		}
		if got, want := times(cues), packets(t, reference); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func times(cues []media.Cue) string {
	var b strings.Builder
	for _, c := range cues {
		fmt.Fprintf(&b, "%d+%d ", c.Start, c.End-c.Start)
	}
	return b.String()
}

func packets(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		start, err1 := strconv.ParseFloat(fields[0], 64)
		length, err2 := strconv.ParseFloat(fields[1], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("ffprobe says %q", line)
		}
		fmt.Fprintf(&b, "%.0f+%.0f ", start*1000, length*1000)
	}
	return b.String()
}

func FuzzScan(f *testing.F) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if b, err := os.ReadFile("testdata/" + e.Name()); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte("WEBVTT -->")) // once an arrow in the Config
	f.Add([]byte("\nNOTE"))     // once a Config without signature
	f.Add(encode16(umlauts, binary.LittleEndian, true))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, fm := range formats() {
			fm.sniff(b[:min(len(b), demux.SniffSize)])
			_, _, err := scan(t, fm.scan, b)
			if err != nil && errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v is of kind %v", fm.name, err, errs.KindOf(err))
			}
		}
		for _, text := range []func(string) (string, string){SRTText, ASSText, func(s string) (string, string) { return PlainText(s), "" }} {
			wellFormed(t, first(text(string(b))))
		}
	})
}

func first(s, _ string) string { return s }

// wellFormed checks that cue text made here has its tags closed and nested, and nothing unescaped.
func wellFormed(t *testing.T, s string) {
	t.Helper()
	if strings.Contains(s, "\n\n") || strings.ContainsAny(s, "\r\x00") {
		t.Fatalf("%q", s)
	}
	var open []string
	for rest := s; ; {
		i := strings.IndexAny(rest, "<>")
		if i < 0 {
			break
		}
		tag, after, ok := strings.Cut(rest[i+1:], ">")
		if rest[i] != '<' || !ok || strings.Contains(tag, "<") {
			t.Fatalf("a bare bracket in %q", s)
		}
		rest = after
		if name, closing := strings.CutPrefix(tag, "/"); closing {
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("%q closes %v", s, open)
			}
			open = open[:len(open)-1]
			continue
		}
		name, _, _ := strings.Cut(tag, ".")
		open = append(open, name)
	}
	if len(open) != 0 {
		t.Fatalf("%q leaves %v open", s, open)
	}
}

func BenchmarkScan(b *testing.B) {
	var srt, ass strings.Builder
	ass.WriteString("[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")
	for i := range 2000 {
		fmt.Fprintf(&srt, "%d\n%02d:%02d:%02d,000 --> %02d:%02d:%02d,500\n<i>What a day</i> it was & is.\nAnd more of it\n\n", i+1, i/3600, i/60%60, i%60, i/3600, i/60%60, i%60)
		fmt.Fprintf(&ass, "Dialogue: 0,%d:%02d:%02d.00,%d:%02d:%02d.50,Default,,0,0,0,,{\\i1}What a day{\\i0} it was & is.\\NAnd more of it\n", i/3600, i/60%60, i%60, i/3600, i/60%60, i%60)
	}
	for name, c := range map[string]struct {
		scan demux.ScanFunc
		text string
	}{"srt": {ScanSRT, srt.String()}, "ass": {ScanASS, ass.String()}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.scan(context.Background(), demux.File{ReaderAt: strings.NewReader(c.text), Size: int64(len(c.text))}, &sink{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
