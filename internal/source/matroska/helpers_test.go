package matroska

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// collector is a Sink that keeps everything.
type collector struct {
	samples  map[int][]media.Sample
	cues     map[int][]media.Cue
	restarts int
}

func newCollector() *collector {
	return &collector{samples: map[int][]media.Sample{}, cues: map[int][]media.Cue{}}
}

func (c *collector) Samples(track int, s []media.Sample) error {
	c.samples[track] = append(c.samples[track], s...)
	return nil
}

func (c *collector) Cues(track int, q []media.Cue) error {
	c.cues[track] = append(c.cues[track], q...)
	return nil
}

func (c *collector) Restart() {
	clear(c.samples)
	clear(c.cues)
	c.restarts++
}

// open opens a file for Scan.
func openFile(t testing.TB, path string) demux.File {
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
	return demux.File{ReaderAt: f, Size: st.Size()}
}

// scanFile scans a file that must be sound.
func scanFile(t testing.TB, path string) (demux.Result, *collector) {
	t.Helper()
	c := newCollector()
	r, err := Scan(context.Background(), openFile(t, path), c)
	if err != nil {
		t.Fatal(err)
	}
	return r, c
}

// packet is one of ffprobe's.
type packet struct {
	Stream int    `json:"stream_index"`
	PTS    string `json:"pts_time"` // seconds
	Size   string `json:"size"`
	Flags  string `json:"flags"`
	Hash   string `json:"data_hash"`
}

// probe returns ffprobe's packets by stream.
func probe(t testing.TB, path string) map[int][]packet {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_packets", "-show_data_hash", "md5", "-of", "json",
		"-show_entries", "packet=stream_index,pts_time,size,flags,data_hash", path).Output()
	if err != nil {
		t.Fatalf("ffprobe %s: %v", path, err)
	}
	var v struct{ Packets []packet }
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	m := map[int][]packet{}
	for _, p := range v.Packets {
		m[p.Stream] = append(m[p.Stream], p)
	}
	return m
}

// payload returns a sample as served.
func payload(t testing.TB, f demux.File, track *media.Track, s *media.Sample) []byte {
	t.Helper()
	if !track.Contiguous {
		b, err := Read(f, track, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := make([]byte, s.Size)
	if _, err := f.ReadAt(b, s.Offset); err != nil {
		t.Fatal(err)
	}
	return b
}

// compare holds what Scan found against ffprobe's packets: sizes, bytes, key flags, and presentation times within the container's rounding.
func compare(t *testing.T, path string) (demux.Result, *collector) {
	t.Helper()
	r, c := scanFile(t, path)
	f := openFile(t, path)
	want := probe(t, path)
	for i := range r.Tracks {
		track := &r.Tracks[i]
		got := c.samples[i]
		if track.Kind == media.Text {
			continue
		}
		if len(got) != len(want[i]) {
			t.Errorf("track %d (%s): %d samples, ffprobe has %d packets", i, track.Codec, len(got), len(want[i]))
			continue
		}
		checkClock(t, track, got)
		for n := range got {
			comparePacket(t, f, track, n, &got[n], want[i][n])
			if t.Failed() {
				break
			}
		}
	}
	return r, c
}

func comparePacket(t *testing.T, f demux.File, track *media.Track, n int, s *media.Sample, p packet) {
	t.Helper()
	if size, _ := strconv.Atoi(p.Size); int(s.Size) != size {
		t.Errorf("%s sample %d: size %d, ffprobe %d", track.Codec, n, s.Size, size)
		return
	}
	sum := md5.Sum(payload(t, f, track, s))
	if h := "MD5:" + hex.EncodeToString(sum[:]); h != p.Hash {
		t.Errorf("%s sample %d at byte %d: %s, ffprobe %s", track.Codec, n, s.Offset, h, p.Hash)
	}
	if key := p.Flags[0] == 'K'; key != s.Sync {
		t.Errorf("%s sample %d: sync %v, ffprobe %q", track.Codec, n, s.Sync, p.Flags)
	}
	if p.PTS != "" {
		seconds, err := strconv.ParseFloat(p.PTS, 64)
		if err != nil {
			t.Fatal(err)
		}
		tolerance := 1.51
		if track.Kind == media.Audio {
			tolerance = 4 // ffprobe counts laced frames in whole milliseconds; TestExactTimes is stricter
		}
		if d := float64(s.PTS())*1000/float64(track.Timescale) - seconds*1000; d > tolerance || d < -tolerance {
			t.Errorf("%s sample %d: %.3f ms beside ffprobe's %s s", track.Codec, n, d, p.PTS)
		}
	}
}

// checkClock checks what every track promises: decode times that rise without holes or overlaps.
func checkClock(t *testing.T, track *media.Track, s []media.Sample) {
	t.Helper()
	if track.Timescale == 0 {
		t.Errorf("%s: no timescale", track.Codec)
	}
	for i := range s {
		if s[i].Duration <= 0 {
			t.Errorf("%s sample %d: duration %d", track.Codec, i, s[i].Duration)
			return
		}
		if i > 0 && s[i-1].DTS+s[i-1].Duration != s[i].DTS {
			t.Errorf("%s sample %d: decoded at %d, the one before ends at %d", track.Codec, i, s[i].DTS, s[i-1].DTS+s[i-1].Duration)
			return
		}
	}
}
