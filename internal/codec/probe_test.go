package codec_test

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// stream is what ffprobe says of a stream.
type stream struct {
	Codec         string `json:"codec_name"`
	Profile       string `json:"profile"`
	Type          string `json:"codec_type"`
	Width         uint32 `json:"width"`
	Height        uint32 `json:"height"`
	SAR           string `json:"sample_aspect_ratio"`
	Level         int    `json:"level"`
	Reorder       int    `json:"has_b_frames"`
	FrameRate     string `json:"r_frame_rate"`
	AverageRate   string `json:"avg_frame_rate"`
	SampleRate    string `json:"sample_rate"`
	Channels      int    `json:"channels"`
	InitialPad    int    `json:"initial_padding"`
	ColorRange    string `json:"color_range"`
	ColorTransfer string `json:"color_transfer"`
}

// packet is what ffprobe says of a packet.
type packet struct {
	PTS   int64  `json:"pts"`
	DTS   int64  `json:"dts"`
	Pos   string `json:"pos"`
	Size  string `json:"size"`
	Flags string `json:"flags"`
	Dur   int64  `json:"duration"`
}

// probe returns what ffprobe says of a file's streams and packets. What it says of a file of mediatest's is kept like that.
func probe(t testing.TB, path string) (streams []stream, packets []packet) {
	t.Helper()
	out, err := os.ReadFile(mediatest.Make(t, "probe.json", "ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_packets", "-o", "OUT", path))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Streams []stream
		Packets []packet
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Streams) == 0 {
		t.Fatalf("%s: no stream", path)
	}
	return got.Streams, got.Packets
}

// probeFresh asks ffprobe about a file that is not mediatest's.
func probeFresh(t testing.TB, path string) stream {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-of", "json", "-show_streams", path).Output()
	var got struct{ Streams []stream }
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil || len(got.Streams) != 1 {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
	return got.Streams[0]
}

func probeStream(t testing.TB, path string) stream {
	t.Helper()
	streams, _ := probe(t, path)
	return streams[0]
}

// sampleEntry returns the first sample entry of the first track of an MP4 or MOV file.
func sampleEntry(t testing.TB, file []byte) []byte {
	t.Helper()
	b := file
	for _, name := range []string{"moov", "trak", "mdia", "minf", "stbl", "stsd"} {
		b = boxPayload(b, name)
		if b == nil {
			t.Fatalf("no %s box", name)
		}
	}
	return b[8:][:binary.BigEndian.Uint32(b[8:])]
}

func boxPayload(b []byte, name string) []byte {
	for len(b) >= 8 {
		size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		if size == 1 {
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size == 0 {
			size = uint64(len(b))
		}
		if string(b[4:8]) == name {
			return b[head:size]
		}
		b = b[size:]
	}
	return nil
}

// mp4Track makes a file by ffmpeg and returns the track of its sample entry, and the file's path and bytes.
func mp4Track(t testing.TB, name string, args ...string) (tr *media.Track, path string, file []byte) {
	t.Helper()
	path = mediatest.FFmpeg(t, name, args...)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tr = &media.Track{ID: 1}
	if err := codec.ParseSampleEntry(sampleEntry(t, file), tr); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return tr, path, file
}

// sampleBytes returns the bytes of a packet.
func sampleBytes(t testing.TB, file []byte, p packet) []byte {
	t.Helper()
	pos, err1 := strconv.Atoi(p.Pos)
	size, err2 := strconv.Atoi(p.Size)
	if err1 != nil || err2 != nil || pos+size > len(file) {
		t.Fatalf("packet at %q of %q bytes", p.Pos, p.Size)
	}
	return file[pos : pos+size]
}

// ratio parses "25/1" or "4:3"; "0:1" and "N/A" are the zero value.
func ratio(s string) media.Rational {
	a, b, _ := strings.Cut(strings.ReplaceAll(s, ":", "/"), "/")
	num, _ := strconv.ParseUint(a, 10, 32)
	den, _ := strconv.ParseUint(b, 10, 32)
	return media.Ratio(num, den)
}

// x264 returns arguments for a short clip of moving picture.
func x264(size, rate, frames, params string, more ...string) []string {
	args := []string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate, "-frames:v", frames, "-c:v", "libx264", "-threads", "1", "-x264-params", params}
	if params == "" {
		args = args[:len(args)-2]
	}
	return append(args, more...)
}

func x265(size, rate, frames, params string, more ...string) []string {
	params = strings.TrimSuffix("log-level=error:pools=none:frame-threads=1:"+params, ":")
	return append([]string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate, "-frames:v", frames, "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1",
		"-x265-params", params}, more...)
}
