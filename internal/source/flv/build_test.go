package flv

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// collected is a demux.Sink that keeps everything.
type collected struct {
	result   demux.Result
	samples  map[int][]media.Sample
	restarts int
}

func (c *collected) Samples(track int, s []media.Sample) error {
	c.samples[track] = append(c.samples[track], s...)
	return nil
}
func (c *collected) Cues(int, []media.Cue) error { return nil }
func (c *collected) Restart() {
	c.restarts++
	c.samples = map[int][]media.Sample{}
}

func fileOf(b []byte) demux.File {
	return demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
}

func scan(f demux.File) (*collected, error) {
	c := &collected{samples: map[int][]media.Sample{}}
	var err error
	c.result, err = Scan(context.Background(), f, c)
	return c, err
}

func mustScan(t *testing.T, f demux.File) *collected {
	t.Helper()
	c, err := scan(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// payload reads a track's Samples, one by one.
func (c *collected) payload(t *testing.T, f demux.File, track int) [][]byte {
	t.Helper()
	var all [][]byte
	for i := range c.samples[track] {
		s := &c.samples[track][i]
		b, err := Read(f, &c.result.Tracks[track], s, []byte("before"))
		if err != nil {
			t.Fatalf("track %d, sample %d: %v", track, i, err)
		}
		if !bytes.HasPrefix(b, []byte("before")) || len(b) != int(s.Size)+6 {
			t.Fatalf("track %d, sample %d: Read returned %d bytes after the prefix, Size is %d", track, i, len(b)-6, s.Size)
		}
		all = append(all, b[6:])
	}
	return all
}

func run(t testing.TB, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

// probed is what ffprobe says of one stream.
type probed struct {
	Packets []probedPacket
	Streams []struct {
		TimeBase string `json:"time_base"`
		Width    uint32
		Height   uint32
		Rate     string `json:"r_frame_rate"`
		Sampling string `json:"sample_rate"`
		Channels uint16
		Extra    string `json:"extradata"`
	}
	data  [][]byte // of the packets
	extra []byte
}

type probedPacket struct {
	DTS, PTS int64
	Size     string
	Pos      string
	Flags    string
	DTSTime  string `json:"dts_time"`
	PTSTime  string `json:"pts_time"`
}

func probe(t testing.TB, path string, kind media.Kind) (p probed) {
	t.Helper()
	k := kind.String()[:1]
	out := run(t, nil, "ffprobe", "-v", "error", "-select_streams", k, "-show_streams", "-show_packets", "-show_data", "-of", "json", path)
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Streams) != 1 {
		t.Fatalf("ffprobe finds %d %s streams in %s", len(p.Streams), kind, path)
	}
	all := run(t, nil, "ffmpeg", "-v", "error", "-i", path, "-map", "0:"+k, "-c", "copy", "-copyts", "-f", "data", "-")
	for _, q := range p.Packets {
		n, _ := strconv.Atoi(q.Size)
		p.data = append(p.data, all[:n])
		all = all[n:]
	}
	for line := range strings.Lines(p.Streams[0].Extra) {
		if _, dump, ok := strings.Cut(line, ": "); ok {
			// "0164 000d ffe1 …  .d..": up to 39 columns of digits, then the same as text.
			b, err := hex.DecodeString(strings.ReplaceAll(dump[:min(len(dump), 40)], " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			p.extra = append(p.extra, b...)
		}
	}
	return p
}

// milli reads ffprobe's seconds as milliseconds, rounded as writers do.
func milli(s string) int64 {
	v, _ := strconv.ParseFloat(s, 64)
	return int64(math.Round(v * 1000))
}

// The builder: FLV files with what no muxer at hand writes.

type tagOf struct {
	kind byte
	time int64
	data []byte
}

func put24(b []byte, v int64) []byte { return append(b, byte(v>>16), byte(v>>8), byte(v)) }

func flvOf(tags ...tagOf) []byte {
	b := []byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00")
	for _, t := range tags {
		b = append(b, t.kind)
		b = put24(b, int64(len(t.data)))
		b = put24(b, t.time)
		b = append(b, byte(t.time>>24), 0, 0, 0)
		b = append(b, t.data...)
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.data)+11))
	}
	return b
}

func concat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// number, str and object make AMF 0.
func number(v float64) []byte {
	return binary.BigEndian.AppendUint64([]byte{0}, math.Float64bits(v))
}

func bare(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

func str(s string) []byte { return append([]byte{2}, bare(s)...) }

func object(kind byte, pairs ...[]byte) []byte {
	b := []byte{kind}
	if kind == 8 {
		b = append(b, 0, 0, 0, byte(len(pairs)/2))
	}
	return append(append(b, bytes.Join(pairs, nil)...), 0, 0, 9)
}

func onMetaData(rate float64) tagOf {
	return tagOf{18, 0, concat(str("onMetaData"), object(8, bare("duration"), number(4), bare("framerate"), number(rate)))}
}
