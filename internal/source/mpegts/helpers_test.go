package mpegts

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// collector is a Sink that keeps everything, and checks what every Sink may count on.
type collector struct {
	samples  map[int][]media.Sample
	restarts int
}

func (c *collector) Samples(track int, s []media.Sample) error {
	if c.samples == nil {
		c.samples = map[int][]media.Sample{}
	}
	c.samples[track] = append(c.samples[track], s...)
	return nil
}

func (c *collector) Cues(int, []media.Cue) error { return nil }

func (c *collector) Restart() {
	c.samples = nil
	c.restarts++
}

// scanned is a file with what Scan said of it.
type scanned struct {
	demux.File
	demux.Result
	collector
}

func bytesFile(b []byte) demux.File {
	return demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// scan scans bytes of a file and checks the invariants of the result.
func scan(t testing.TB, b []byte) *scanned {
	t.Helper()
	s := &scanned{File: bytesFile(b)}
	if !Sniff(b[:min(len(b), demux.SniffSize)]) {
		t.Error("Sniff does not recognise the file")
	}
	var err error
	if s.Result, err = Scan(context.Background(), s.File, &s.collector); err != nil {
		t.Fatal(err)
	}
	s.check(t)
	return s
}

// check looks for what must hold for every file.
func (s *scanned) check(t testing.TB) {
	t.Helper()
	var buf []byte
	for i := range s.Tracks {
		tr := &s.Tracks[i]
		if tr.Timescale == 0 {
			t.Errorf("track %d has no timescale", tr.ID)
		}
		list := s.samples[i]
		for k := range list {
			m := &list[k]
			if m.Duration <= 0 || k > 0 && list[k-1].DTS+list[k-1].Duration != m.DTS {
				t.Fatalf("track %d sample %d: DTS %d, duration %d, after %+v", tr.ID, k, m.DTS, m.Duration, list[max(k-1, 0)])
			}
			if m.Offset < 0 || m.Offset+int64(m.Span) > s.Size {
				t.Fatalf("track %d sample %d lies outside the file: %+v", tr.ID, k, m)
			}
			var err error
			if buf, err = Read(s.File, tr, m, buf[:0]); err != nil {
				t.Fatalf("track %d sample %d: %v", tr.ID, k, err)
			}
			if len(buf) != int(m.Size) {
				t.Fatalf("track %d sample %d: %d bytes, want %d", tr.ID, k, len(buf), m.Size)
			}
		}
	}
}

// track returns the n-th track of a kind and its samples.
func (s *scanned) track(t testing.TB, k media.Kind, n int) (*media.Track, []media.Sample) {
	t.Helper()
	for i := range s.Tracks {
		if s.Tracks[i].Kind == k {
			if n == 0 {
				return &s.Tracks[i], s.samples[i]
			}
			n--
		}
	}
	t.Fatalf("no such %s track in %+v", k, s.Tracks)
	return nil, nil
}

// packet is one line of ffprobe's. Times are in units of 1/90000 s.
type packet struct {
	pts, dts, duration int64
	size               int
	key                bool
}

// probe returns ffprobe's packets of a file, by stream.
func probe(t testing.TB, path string) map[int][]packet {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_packets",
		"-show_entries", "packet=stream_index,pts,dts,duration,size,flags", "-of", "json", path).Output()
	if err != nil {
		t.Fatalf("ffprobe %s: %v", path, err)
	}
	var r struct {
		Packets []struct {
			Stream             int `json:"stream_index"`
			PTS, DTS, Duration *int64
			Size, Flags        string
		}
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	list := map[int][]packet{}
	for _, p := range r.Packets {
		var q packet
		q.size, _ = strconv.Atoi(p.Size)
		q.key = p.Flags != "" && p.Flags[0] == 'K'
		for to, from := range map[*int64]*int64{&q.pts: p.PTS, &q.dts: p.DTS, &q.duration: p.Duration} {
			if from != nil {
				*to = *from
			}
		}
		list[p.Stream] = append(list[p.Stream], q)
	}
	return list
}

// frameMD5 returns ffmpeg's checksums of the frames that it decodes from files, by the order of their streams (video first).
func frameMD5(t testing.TB, paths ...string) map[string][]string {
	t.Helper()
	args := []string{"-v", "error"}
	for _, p := range paths {
		args = append(args, "-i", p)
	}
	for i := range paths {
		args = append(args, "-map", strconv.Itoa(i))
	}
	out, err := exec.Command("ffmpeg", append(args, "-fps_mode", "passthrough", "-f", "framemd5", "-")...).Output()
	if err != nil {
		t.Fatalf("ffmpeg %v: %v", args, err)
	}
	sums := map[string][]string{}
	for line := range bytes.Lines(out) {
		if f := bytes.Split(bytes.TrimSpace(line), []byte(",")); len(f) == 6 {
			sums[string(f[0])] = append(sums[string(f[0])], string(bytes.TrimSpace(f[5])))
		}
	}
	return sums
}

// elementaryFile writes a track as a raw stream that ffmpeg reads: Annex B, ADTS, or frames as they are.
func (s *scanned) elementaryFile(t testing.TB, tr *media.Track, list []media.Sample) string {
	t.Helper()
	var out []byte
	ext := map[media.Codec]string{media.AVC: "h264", media.HEVC: "hevc", media.AAC: "aac", media.AC3: "ac3", media.EAC3: "eac3", media.MP3: "mp3", "MP2": "mp2"}[tr.Codec]
	if tr.Codec == media.AVC || tr.Codec == media.HEVC {
		out = appendConfigSets(out, tr)
	}
	for i := range list {
		b, err := Read(s.File, tr, &list[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		switch tr.Codec {
		case media.AVC, media.HEVC:
			codec.LengthPrefixed(b, 4, func(n []byte) bool {
				out = append(append(out, 0, 0, 0, 1), n...)
				return true
			})
		case media.AAC:
			c := tr.Config
			n := len(b) + 7
			out = append(out, 0xFF, 0xF1, (c[0]>>3-1)<<6|(c[0]&7)<<3|c[1]>>7<<2|c[1]>>5&1, c[1]>>3&3<<6|byte(n>>11), byte(n>>3), byte(n<<5)|0x1F, 0xFC)
			out = append(out, b...)
		default:
			out = append(out, b...)
		}
	}
	path := filepath.Join(t.TempDir(), "es."+ext)
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// appendConfigSets appends the parameter sets of a configuration record as Annex B.
func appendConfigSets(out []byte, tr *media.Track) []byte {
	take := func(b []byte, n int) []byte {
		for range n {
			size := int(b[0])<<8 | int(b[1])
			out = append(append(out, 0, 0, 0, 1), b[2:2+size]...)
			b = b[2+size:]
		}
		return b
	}
	c := tr.Config
	if tr.Codec == media.AVC {
		c = take(c[6:], int(c[5]&31))
		take(c[1:], int(c[0]))
		return out
	}
	arrays := int(c[22])
	c = c[23:]
	for range arrays {
		c = take(c[3:], int(c[1])<<8|int(c[2]))
	}
	return out
}

// clip makes a transport stream of a few seconds of the test film.
func clip(t testing.TB, name string, args ...string) string {
	t.Helper()
	return mediatest.FFmpeg(t, name, append([]string{"-i", mediatest.Clip(t)}, args...)...)
}
