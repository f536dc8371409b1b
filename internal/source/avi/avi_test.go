package avi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// small is the clip as 4 s of 192x108: quick to encode again and again.
func small(t testing.TB) string {
	return mediatest.FFmpeg(t, "small.mp4", "-i", mediatest.Clip(t), "-t", "4", "-vf", "scale=192:108", "-c:v", "libx264", "-preset", "fast", "-bf", "2", "-g", "24",
		"-c:a", "libmp3lame", "-q:a", "5")
}

func open(t testing.TB, path string) demux.File {
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

// files are what muxers write.
func files(t *testing.T) map[string]string {
	src := small(t)
	encode := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name+".avi", append([]string{"-i", src, "-map", "0:v", "-map", "0:a", "-c:v", "libx264", "-preset", "fast", "-g", "24"}, args...)...)
	}
	mencoder := func(name string, args ...string) string {
		return mediatest.Make(t, name+".avi", append([]string{"mencoder", "-really-quiet", src, "-o", "OUT"}, args...)...)
	}
	gst := func(name, link string) string {
		return mediatest.Make(t, name+".avi", "sh", "-c", "gst-launch-1.0 -q filesrc location="+src+" ! qtdemux name=d avimux name=m ! filesink location=OUT "+
			"d.video_0 ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! h264parse ! "+link+" ! m.video_0 "+
			"d.audio_0 ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! mpegaudioparse ! m.audio_0")
	}
	return map[string]string{
		"ffmpeg, copied with length prefixes": mediatest.FFmpeg(t, "copy.avi", "-i", src, "-c", "copy"),
		"ffmpeg, Annex B and B-frames":        encode("annexb", "-bf", "2", "-c:a", "libmp3lame"),
		"ffmpeg, no B-frames":                 encode("nob", "-bf", "0", "-vtag", "X264", "-c:a", "libmp3lame", "-q:a", "6"),
		"ffmpeg, baseline and slices":         encode("slices", "-profile:v", "baseline", "-x264-params", "slices=4:aud=1", "-c:a", "copy"),
		"ffmpeg, many B-frames, open GOP":     encode("open", "-x264-params", "bframes=7:b-adapt=0:b-pyramid=normal:open-gop=1", "-c:a", "ac3"),
		"ffmpeg, interlaced":                  encode("field", "-x264-params", "interlaced=1:bframes=2", "-c:a", "aac"),
		"ffmpeg, 30000/1001 and poc type 2":   encode("ntsc", "-r", "30000/1001", "-tune", "zerolatency", "-c:a", "libmp3lame", "-ar", "22050"),
		"mencoder, x264 and CBR":              mencoder("mcbr", "-ovc", "x264", "-x264encopts", "bframes=2:threads=1:keyint=48", "-oac", "mp3lame", "-lameopts", "cbr:br=128"),
		"mencoder, x264 and VBR":              mencoder("mvbr", "-ovc", "x264", "-x264encopts", "bframes=0:threads=1:keyint=48", "-oac", "mp3lame", "-lameopts", "vbr=2:q=4"),
		"mencoder, copied":                    mencoder("mcopy", "-ovc", "copy", "-nosound"),
		"ffmpeg, HEVC":                        mediatest.FFmpeg(t, "hevc.avi", "-i", src, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=24", "-vtag", "HEVC", "-an"),
		"gstreamer, Annex B":                  gst("gst", "video/x-h264,stream-format=byte-stream,alignment=au"),
	}
}

// TestFiles compares what muxers write with what FFmpeg finds in it: packets, their sizes and times, the order of pictures, the pictures themselves, and
// the audio's bytes.
func TestFiles(t *testing.T) {
	for name, path := range files(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t, path)
			c := mustScan(t, f)
			if len(c.result.Warnings) > 0 {
				t.Errorf("warnings: %q", c.result.Warnings)
			}
			for i := range c.result.Tracks {
				tr := &c.result.Tracks[i]
				compareTrack(t, path, tr, c.samples[i])
				payload := c.payload(t, f, i)
				if tr.Kind == media.Video {
					comparePictures(t, path, tr, payload)
					compareOrder(t, path, c.samples[i])
				} else {
					compareAudio(t, path, payload)
				}
			}
		})
	}
}

func run(t *testing.T, stdin []byte, name string, args ...string) []byte {
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

type probed struct {
	Packets []struct {
		DTS   *int64 `json:"dts"`
		Size  string
		Pos   string
		Flags string
	}
	Frames []struct {
		Pos      string `json:"pkt_pos"`
		KeyFrame int    `json:"key_frame"`
	}
	Streams []struct {
		TimeBase string `json:"time_base"`
		Width    uint32
		Height   uint32
		Rate     string `json:"r_frame_rate"`
		Sampling string `json:"sample_rate"`
		Channels uint16
	}
}

func probe(t *testing.T, path string, kind media.Kind, show string) (p probed) {
	t.Helper()
	out := run(t, nil, "ffprobe", "-v", "error", "-select_streams", kind.String()[:1], "-show_streams", show, "-of", "json", path)
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Streams) != 1 {
		t.Fatalf("ffprobe finds %d %s streams in %s", len(p.Streams), kind, path)
	}
	return p
}

// compareTrack compares packets: AVI's decode times are FFmpeg's too.
func compareTrack(t *testing.T, path string, tr *media.Track, samples []media.Sample) {
	t.Helper()
	p := probe(t, path, tr.Kind, "-show_packets")
	st := p.Streams[0]
	if tr.Kind == media.Video && (tr.Width != st.Width || tr.Height != st.Height || tr.FrameRate.String() != strings.TrimSuffix(st.Rate, "/1")) {
		t.Errorf("%dx%d at %v, ffprobe says %dx%d at %s", tr.Width, tr.Height, tr.FrameRate, st.Width, st.Height, st.Rate)
	}
	if tr.Kind == media.Audio && (strconv.Itoa(int(tr.SampleRate)) != st.Sampling || tr.Channels != st.Channels) {
		t.Errorf("%d Hz, %d channels, ffprobe says %s and %d", tr.SampleRate, tr.Channels, st.Sampling, st.Channels)
	}
	var packets []int // those that are not dropped frames
	for i, q := range p.Packets {
		if q.Size != "0" {
			packets = append(packets, i)
		}
	}
	if len(packets) != len(samples) {
		t.Fatalf("%s: %d samples, ffprobe finds %d packets", tr.Codec, len(samples), len(packets))
	}
	num, den, _ := strings.Cut(st.TimeBase, "/")
	n, _ := strconv.ParseInt(num, 10, 64)
	d, _ := strconv.ParseInt(den, 10, 64)
	// FFmpeg counts the time of a CBR stream in bytes, so that frames of uneven length are up to a byte's time off the sample clock.
	slack := media.Ticks(0)
	if n*1000 < d && tr.Kind == media.Audio {
		slack = 2 + media.Ticks(media.MulDiv(2*n, int64(tr.Timescale), d))
	}
	for i, at := range packets {
		q, s := p.Packets[at], samples[i]
		if joined := tr.Kind == media.Audio && s.Span != s.Size; !joined && (q.Size != strconv.Itoa(int(s.Span)) || q.Pos != strconv.FormatInt(s.Offset-8, 10) && q.Pos != strconv.FormatInt(s.Offset, 10)) {
			t.Fatalf("%s %d: %d bytes at %d, ffprobe finds %s at %s", tr.Codec, i, s.Span, s.Offset, q.Size, q.Pos)
		}
		if q.DTS != nil {
			want := media.Ticks(media.MulDiv(*q.DTS*n, int64(tr.Timescale), d))
			if s.DTS < want-slack || s.DTS > want+slack {
				t.Fatalf("%s %d: decoded at %d, ffprobe says %d (time base %s)", tr.Codec, i, s.DTS, want, st.TimeBase)
			}
		}
		if i > 0 && samples[i-1].DTS+samples[i-1].Duration != s.DTS {
			t.Fatalf("%s %d: decoded at %d, the one before at %d lasts %d", tr.Codec, i, s.DTS, samples[i-1].DTS, samples[i-1].Duration)
		}
	}
}

// compareOrder compares the order of presentation with that in which FFmpeg's decoder puts pictures out, and random access points.
func compareOrder(t *testing.T, path string, samples []media.Sample) {
	t.Helper()
	p := probe(t, path, media.Video, "-show_frames")
	shown := slices.Clone(samples)
	slices.SortFunc(shown, func(a, b media.Sample) int { return int(a.PTS() - b.PTS()) })
	if len(shown) != len(p.Frames) {
		t.Fatalf("%d samples, ffprobe decodes %d pictures", len(shown), len(p.Frames))
	}
	for i, s := range shown {
		q := p.Frames[i]
		if q.Pos != strconv.FormatInt(s.Offset-8, 10) && q.Pos != strconv.FormatInt(s.Offset, 10) {
			t.Fatalf("picture %d in presentation order is at byte %d, FFmpeg shows that at %s", i, s.Offset, q.Pos)
		}
		if s.Sync != (q.KeyFrame == 1) {
			t.Errorf("picture %d: sync is %t, FFmpeg's key_frame is %d", i, s.Sync, q.KeyFrame)
		}
		if i > 0 && s.PTS() <= shown[i-1].PTS() {
			t.Errorf("picture %d is shown at %d, the one before at %d", i, s.PTS(), shown[i-1].PTS())
		}
	}
}

// annexBOf undoes length prefixes, with the parameter sets of the Config in front.
func annexBOf(t *testing.T, tr *media.Track, payload [][]byte) []byte {
	t.Helper()
	var b []byte
	put := func(nal []byte) { b = append(append(b, 0, 0, 0, 1), nal...) }
	if _, ok := eachSet(tr.Codec, tr.Config, put); !ok {
		t.Fatalf("Config is cut off: %x", tr.Config)
	}
	for _, p := range payload {
		codec.LengthPrefixed(p, codec.LengthSize(tr), func(nal []byte) bool { put(nal); return true })
	}
	return b
}

// comparePictures decodes the file, and the Samples as they are served, and compares every picture.
func comparePictures(t *testing.T, path string, tr *media.Track, payload [][]byte) {
	t.Helper()
	hash := func(stdin []byte, input ...string) []string {
		args := append(append([]string{"-v", "error"}, input...), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash", "-hash", "md5", "-")
		var sums []string
		for line := range strings.Lines(string(run(t, stdin, "ffmpeg", args...))) {
			if fields := strings.Split(line, ","); len(fields) == 6 {
				sums = append(sums, strings.TrimSpace(fields[5]))
			}
		}
		return sums
	}
	format := "h264"
	if tr.Codec == media.HEVC {
		format = "hevc"
	}
	want, got := hash(nil, "-i", path), hash(annexBOf(t, tr, payload), "-f", format, "-i", "-")
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("of %s: %d pictures decode from the file, %d from the samples, and they differ", filepath.Base(path), len(want), len(got))
	}
}

// compareAudio compares bytes with those that FFmpeg copies.
func compareAudio(t *testing.T, path string, payload [][]byte) {
	t.Helper()
	want := run(t, nil, "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "data", "-")
	if got := bytes.Join(payload, nil); !bytes.Equal(got, want) {
		t.Errorf("%d bytes of audio, FFmpeg copies %d, and they differ", len(got), len(want))
	}
}

// TestSizes checks every Annex B Sample against the converter itself.
func TestSizes(t *testing.T) {
	f := open(t, files(t)["ffmpeg, baseline and slices"])
	c := mustScan(t, f)
	for _, s := range c.samples[0] {
		raw := make([]byte, s.Span)
		if _, err := f.ReadAt(raw, s.Offset); err != nil {
			t.Fatal(err)
		}
		if n := codec.LengthPrefixedSize(media.AVC, raw, false); n != int(s.Size) {
			t.Fatalf("at byte %d: Size is %d, the converter makes %d", s.Offset, s.Size, n)
		}
	}
	if binary.BigEndian.Uint32(c.payload(t, f, 0)[0]) == 1 {
		t.Error("the first sample begins with a start code")
	}
}
