package ffmpeg

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// File is what FFmpeg says of a file.
type File struct {
	Duration time.Duration
	Streams  []Stream
}

// Stream is an elementary stream as FFmpeg lists it.
type Stream struct {
	Index    int
	Kind     string // Video, Audio, Subtitle …
	Codec    string // FFmpeg's name
	Channels int
	Rate     string // frames per second, as an option of FFmpeg's
	Picture  bool   // a cover, not a film
}

// Probe has FFmpeg describe a file. (The program ffprobe may not be there; ffmpeg without an output says the same, and exits with an error.)
func Probe(ctx context.Context, tool, path string) (*File, error) {
	cmd := exec.CommandContext(ctx, tool, "-hide_banner", "-nostdin", "-protocol_whitelist", "file", "-i", "file:"+path)
	cmd.WaitDelay = 5 * time.Second
	var out tail
	cmd.Stderr = &out
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f := parse(out.String())
	if len(f.Streams) == 0 {
		if line := lastLine(out.String()); line != "" {
			return nil, errs.Errorf(errs.Invalid, "%s", strings.TrimPrefix(line, "file:"+path+": "))
		}
		return nil, errs.Errorf(errs.Invalid, "there is nothing in it: %v", err)
	}
	return f, nil
}

// parse reads what FFmpeg prints about its input.
func parse(text string) *File {
	length := regexp.MustCompile(`^\s*Duration: (\d+):(\d+):(\d+)\.(\d+)`)
	stream := regexp.MustCompile(`^\s*Stream #0:(\d+)(?:\[[^\]]*\])?(?:\([^)]*\))?: (\w+): (\w+)(.*)$`)
	f := &File{}
	for line := range strings.Lines(text) {
		if m := length.FindStringSubmatch(line); m != nil {
			for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second, 10 * time.Millisecond} {
				n, _ := strconv.Atoi(m[i+1]) //nolint:errcheck // digits
				f.Duration += time.Duration(n) * unit
			}
		}
		if m := stream.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			n, _ := strconv.Atoi(m[1]) //nolint:errcheck // digits
			f.Streams = append(f.Streams, Stream{n, m[2], m[3], channelsOf(m[4]), rateOf(m[4]), strings.Contains(m[4], "attached pic")})
		}
	}
	return f
}

// channelsOf reads FFmpeg's name of a channel layout in ", 44100 Hz, 5.1(side), fltp".
func channelsOf(rest string) int {
	for field := range strings.SplitSeq(rest, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(field), "(")
		switch name {
		case "mono":
			return 1
		case "stereo", "downmix":
			return 2
		case "quad":
			return 4
		case "hexagonal":
			return 6
		case "octagonal", "cube":
			return 8
		}
		if n, ok := strings.CutSuffix(strings.TrimSpace(name), " channels"); ok {
			if v, err := strconv.Atoi(n); err == nil {
				return v
			}
		}
		front, low, ok := strings.Cut(name, ".")
		a, err := strconv.Atoi(front)
		b, err2 := strconv.Atoi(low)
		if ok && err == nil && err2 == nil && a <= 8 && b <= 2 {
			return a + b
		}
	}
	return 2
}

// rateOf reads ", 29.97 fps,", which FFmpeg has rounded.
func rateOf(rest string) string {
	for field := range strings.SplitSeq(rest, ",") {
		if n, ok := strings.CutSuffix(strings.TrimSpace(field), " fps"); ok {
			exact := map[string]string{"23.98": "24000/1001", "29.97": "30000/1001", "47.95": "48000/1001", "59.94": "60000/1001", "119.88": "120000/1001"}[n]
			if exact != "" {
				return exact
			}
			if _, err := strconv.ParseFloat(n, 64); err == nil {
				return n
			}
		}
	}
	return "25"
}

// Bare returns what puts a bare video stream, which has no times at all, into an AVI: its reader here finds out in which order pictures are shown, which
// FFmpeg does not. ok is false when it is no such stream.
func (f *File) Bare() (args []string, ok bool) {
	if len(f.Streams) != 1 {
		return nil, false
	}
	tag := map[string]string{"h264": "H264", "hevc": "HEVC"}[f.Streams[0].Codec]
	return []string{"-framerate", f.Streams[0].Rate, "-i", "INPUT", "-map", "0:v", "-c", "copy", "-vtag", tag, "-f", "avi"}, tag != ""
}

// BitRate returns FFmpeg's words for 64 kbit/s a channel.
func BitRate(channels int) string { return strconv.Itoa(64*max(1, min(channels, 8))) + "k" }

// Remux returns what makes a file that FFmpeg alone can read into an MP4: video as it is, audio as it is or as AAC, subtitles that are text. notes say
// what is left out. The error is about video that is not served. MP4 keeps time stamps in their own timescale, where Matroska would round them
// to milliseconds.
func (f *File) Remux() (args, notes []string, err error) {
	audio, texts := 0, 0
	video, refused := false, ""
	for _, s := range f.Streams {
		from := "0:" + strconv.Itoa(s.Index)
		switch s.Kind {
		case "Video":
			switch {
			case s.Picture:
			case !slices.Contains([]string{"h264", "hevc", "av1", "vp9"}, s.Codec):
				refused = videoName(s.Codec)
			default:
				args = append(args, "-map", from)
				video = true
				if s.Codec == "hevc" {
					args = append(args, "-tag:v", "hvc1")
				}
			}
		case "Audio":
			out := strconv.Itoa(audio)
			args = append(args, "-map", from, "-c:a:"+out)
			if slices.Contains([]string{"aac", "mp3", "ac3", "eac3", "opus", "flac"}, s.Codec) {
				args = append(args, "copy")
			} else {
				args = append(args, "aac", "-b:a:"+out, BitRate(s.Channels), "-filter:a:"+out, "aresample=async=1")
			}
			audio++
		case "Subtitle":
			if slices.Contains([]string{"subrip", "ass", "ssa", "webvtt", "mov_text", "text"}, s.Codec) {
				args = append(args, "-map", from)
				texts++
			} else {
				notes = append(notes, fmt.Sprintf("subtitles of the kind %s are left out: they are pictures, not text", s.Codec))
			}
		}
	}
	switch {
	case refused != "" && !video:
		return nil, nil, errs.Errorf(errs.Unsupported, "its video is %s, which DASH players cannot play; H.264, HEVC, AV1 and VP9 are served", refused)
	case refused != "":
		notes = append(notes, "a second video is left out: it is "+refused+", which DASH players cannot play")
	case !video && audio == 0:
		return nil, nil, errs.Errorf(errs.Unsupported, "there is neither video nor audio in it")
	}
	return append(args, "-c:v", "copy", "-c:s", "mov_text", "-dn", "-strict", "-2", "-f", "mp4"), notes, nil
}

// videoName returns the name that people use for FFmpeg's name of a video codec.
func videoName(codec string) string {
	names := map[string]string{
		"wmv1": "Windows Media Video 7", "wmv2": "Windows Media Video 8", "wmv3": "Windows Media Video 9", "vc1": "VC-1", "mpeg1video": "MPEG-1 video",
		"mpeg2video": "MPEG-2 video", "mpeg4": "MPEG-4 part 2", "msmpeg4v1": "MS MPEG-4", "msmpeg4v2": "MS MPEG-4", "msmpeg4v3": "MS MPEG-4 (DivX 3)",
		"theora": "Theora", "rv10": "RealVideo", "rv20": "RealVideo", "rv30": "RealVideo", "rv40": "RealVideo", "dvvideo": "DV", "mjpeg": "Motion JPEG",
		"prores": "ProRes", "dnxhd": "DNxHD", "vp8": "VP8", "vp6": "VP6", "vp6f": "VP6", "flv1": "Sorenson Spark", "h263": "H.263", "jpeg2000": "JPEG 2000",
	}
	if n := names[codec]; n != "" {
		return n
	}
	return codec
}
