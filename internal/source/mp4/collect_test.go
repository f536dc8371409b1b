package mp4

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// collector is a sink that keeps everything.
type collector struct {
	samples map[int][]media.Sample
	cues    map[int][]media.Cue
}

func (c *collector) Samples(track int, s []media.Sample) error {
	c.samples[track] = append(c.samples[track], s...)
	return nil
}

func (c *collector) Cues(track int, s []media.Cue) error {
	c.cues[track] = append(c.cues[track], s...)
	return nil
}

func (c *collector) Restart() { *c = *newCollector() }

func newCollector() *collector {
	return &collector{map[int][]media.Sample{}, map[int][]media.Cue{}}
}

// scanFile scans the file at path and fails the test when it cannot be.
func scanFile(t testing.TB, path string) (demux.Result, *collector) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	c := newCollector()
	r, err := Scan(context.Background(), demux.File{ReaderAt: f, Size: info.Size()}, c)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r, c
}

// packet is what ffprobe says of one.
type packet struct {
	pts, dts, duration, pos int64
	size                    int64
	key                     bool
	noPTS                   bool
}

// probe returns ffprobe's packets by track ID, in file order.
func probe(t testing.TB, path string, args ...string) map[uint32][]packet {
	t.Helper()
	args = append([]string{"-v", "error", "-of", "json", "-show_packets", "-show_streams"}, append(args, path)...)
	out, err := exec.Command("ffprobe", args...).Output()
	if err != nil {
		t.Fatalf("ffprobe %v: %v", args, err)
	}
	var doc struct {
		Streams []struct {
			Index int
			ID    string
		}
		Packets []struct {
			Stream   int    `json:"stream_index"`
			PTS      *int64 `json:"pts"`
			DTS      int64  `json:"dts"`
			Duration int64
			Size     string
			Pos      string
			Flags    string
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	ids := map[int]uint32{}
	for _, s := range doc.Streams {
		id, err := strconv.ParseUint(s.ID, 0, 32)
		if err != nil {
			t.Fatalf("ffprobe says the stream ID %q", s.ID)
		}
		ids[s.Index] = uint32(id)
	}
	packets := map[uint32][]packet{}
	for _, p := range doc.Packets {
		pos, _ := strconv.ParseInt(p.Pos, 10, 64)
		size, _ := strconv.ParseInt(p.Size, 10, 64)
		q := packet{dts: p.DTS, duration: p.Duration, pos: pos, size: size, key: p.Flags[0] == 'K', noPTS: p.PTS == nil}
		if p.PTS != nil {
			q.pts = *p.PTS
		}
		packets[ids[p.Stream]] = append(packets[ids[p.Stream]], q)
	}
	for _, list := range packets {
		slices.SortStableFunc(list, func(a, b packet) int { return int(a.dts - b.dts) })
	}
	return packets
}
