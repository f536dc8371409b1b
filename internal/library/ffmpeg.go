package library

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// foreign is what FFmpeg says of a file.
type foreign struct {
	duration time.Duration
	streams  []foreignStream
}

// foreignStream is an elementary stream as FFmpeg lists it.
type foreignStream struct {
	index    int
	kind     string // Video, Audio, Subtitle …
	codec    string // FFmpeg's name
	channels int
	rate     string // frames per second, as an option of FFmpeg's
	picture  bool   // a cover, not a film
}

// ffprobe has FFmpeg describe a file. (The program ffprobe may not be there; ffmpeg without an output says the same, and exits with an error.)
func ffprobe(ctx context.Context, ffmpeg, path string) (*foreign, error) {
	cmd := exec.CommandContext(ctx, ffmpeg, "-hide_banner", "-nostdin", "-protocol_whitelist", "file", "-i", "file:"+path)
	cmd.WaitDelay = 5 * time.Second
	var out tail
	cmd.Stderr = &out
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f := parseForeign(out.String())
	if len(f.streams) == 0 {
		if line := lastLine(out.String()); line != "" {
			return nil, errs.Errorf(errs.Invalid, "%s", strings.TrimPrefix(line, "file:"+path+": "))
		}
		return nil, errs.Errorf(errs.Invalid, "there is nothing in it: %v", err)
	}
	return f, nil
}

// parseForeign reads what FFmpeg prints about its input.
func parseForeign(text string) *foreign {
	length := regexp.MustCompile(`^\s*Duration: (\d+):(\d+):(\d+)\.(\d+)`)
	stream := regexp.MustCompile(`^\s*Stream #0:(\d+)(?:\[[^\]]*\])?(?:\([^)]*\))?: (\w+): (\w+)(.*)$`)
	f := &foreign{}
	for line := range strings.Lines(text) {
		if m := length.FindStringSubmatch(line); m != nil {
			for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second, 10 * time.Millisecond} {
				n, _ := strconv.Atoi(m[i+1]) //nolint:errcheck // digits
				f.duration += time.Duration(n) * unit
			}
		}
		if m := stream.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			n, _ := strconv.Atoi(m[1]) //nolint:errcheck // digits
			f.streams = append(f.streams, foreignStream{n, m[2], m[3], channelsOf(m[4]), rateOf(m[4]), strings.Contains(m[4], "attached pic")})
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

// bareArgs returns what puts a bare video stream, which has no times at all, into an AVI: its reader here finds out in which order pictures are shown, which
// FFmpeg does not. ok is false when it is no such stream.
func bareArgs(f *foreign) (args []string, ok bool) {
	if len(f.streams) != 1 {
		return nil, false
	}
	tag := map[string]string{"h264": "H264", "hevc": "HEVC"}[f.streams[0].codec]
	return []string{"-framerate", f.streams[0].rate, "-i", "INPUT", "-map", "0:v", "-c", "copy", "-vtag", tag, "-f", "avi"}, tag != ""
}

// bitRate returns FFmpeg's words for 64 kbit/s a channel.
func bitRate(channels int) string { return strconv.Itoa(64*max(1, min(channels, 8))) + "k" }

// remuxArgs returns what makes a file that FFmpeg alone can read into an MP4: video as it is, audio as it is or as AAC, subtitles that are text. notes say
// what is left out. The error is about video that is not served. MP4 keeps time stamps in their own timescale, where Matroska would round them
// to milliseconds.
func remuxArgs(f *foreign) (args, notes []string, err error) {
	audio, texts := 0, 0
	video, refused := false, ""
	for _, s := range f.streams {
		from := "0:" + strconv.Itoa(s.index)
		switch s.kind {
		case "Video":
			switch {
			case s.picture:
			case !slices.Contains([]string{"h264", "hevc", "av1", "vp9"}, s.codec):
				refused = videoName(s.codec)
			default:
				args = append(args, "-map", from)
				video = true
				if s.codec == "hevc" {
					args = append(args, "-tag:v", "hvc1")
				}
			}
		case "Audio":
			out := strconv.Itoa(audio)
			args = append(args, "-map", from, "-c:a:"+out)
			if slices.Contains([]string{"aac", "mp3", "ac3", "eac3", "opus", "flac"}, s.codec) {
				args = append(args, "copy")
			} else {
				args = append(args, "aac", "-b:a:"+out, bitRate(s.channels), "-filter:a:"+out, "aresample=async=1")
			}
			audio++
		case "Subtitle":
			if slices.Contains([]string{"subrip", "ass", "ssa", "webvtt", "mov_text", "text"}, s.codec) {
				args = append(args, "-map", from)
				texts++
			} else {
				notes = append(notes, fmt.Sprintf("subtitles of the kind %s are left out: they are pictures, not text", s.codec))
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

// run runs FFmpeg, with the input's name for INPUT among args, and tells how far it is, 0 to 99.
func run(ctx context.Context, ffmpeg, in, out string, args []string, duration time.Duration, progress func(percent int)) error {
	all := []string{"-v", "error", "-nostdin", "-y", "-progress", "pipe:1", "-nostats", "-protocol_whitelist", "file", "-fflags", "+genpts"}
	all = append(all, args...)
	for i, a := range all { // where the input belongs among the arguments
		if a == "INPUT" {
			all[i] = "file:" + in
		}
	}
	cmd := exec.CommandContext(ctx, ffmpeg, append(all, "file:"+out)...)
	cmd.WaitDelay = 5 * time.Second
	var errors tail
	cmd.Stderr = &errors
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "out_time_us="); ok && duration > 0 {
			if us, err := strconv.ParseInt(v, 10, 64); err == nil && us > 0 {
				progress(int(min(99, us*int64(time.Microsecond)*100/int64(duration))))
			}
		}
	}
	io.Copy(io.Discard, pipe) //nolint:errcheck // Wait says what matters
	if err := cmd.Wait(); err != nil {
		if line := lastLine(errors.String()); line != "" && ctx.Err() == nil {
			return errs.Errorf(errs.Unsupported, "FFmpeg says: %s", line)
		}
		return err
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct{ bytes.Buffer }

// Write never fails; beyond 64 KiB the beginning is dropped.
func (t *tail) Write(b []byte) (int, error) {
	t.Buffer.Write(b)
	if n := t.Len() - 64<<10; n > 0 {
		t.Next(n)
	}
	return len(b), nil
}

// lastLine returns the last line with something on it, at most 300 bytes of it.
func lastLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			return line[:min(len(line), 300)]
		}
	}
	return ""
}
