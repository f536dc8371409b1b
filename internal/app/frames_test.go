package app_test

import (
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// variant is one file that a user may have.
type variant struct {
	name string
	make func(t testing.TB) string
	// tolerance is how exact the container's own times are, seconds.
	tolerance float64
	// audio is false where FFmpeg cannot hand out the packets in the form in which fragments hold them.
	audio bool
	// adts says that FFmpeg hands out AAC with the container's ADTS headers, which fragments cannot have: they are taken off before comparing.
	adts bool
}

func ffmpeg(name string, args ...string) func(testing.TB) string {
	return func(t testing.TB) string {
		return mediatest.FFmpeg(t, name, append([]string{"-i", mediatest.Clip(t)}, args...)...)
	}
}

func variants() []variant {
	const exact, ms = 0.0001, 0.0011
	return []variant{
		{"mp4, moov last", ffmpeg("last.mp4", "-c", "copy"), exact, true, false},
		{"mp4, moov first", ffmpeg("first.mp4", "-c", "copy", "-movflags", "faststart"), exact, true, false},
		{"mp4, fragmented", ffmpeg("frag.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof"), exact, true, false},
		{"mp4, fragmented with sidx", ffmpeg("sidx.mp4", "-c", "copy", "-movflags", "dash+global_sidx+frag_keyframe"), exact, true, false},
		{"mp4, negative composition offsets", ffmpeg("negative.mp4", "-c", "copy", "-movflags", "negative_cts_offsets"), exact, true, false},
		{"mp4, Smooth Streaming", ffmpeg("smooth.ismv", "-c", "copy", "-f", "ismv"), exact, true, false},
		{"mov", ffmpeg("clip.mov", "-c", "copy"), exact, true, false},
		{"mov, 29.97, ac-3", ffmpeg("ntsc.mov", "-r", "30000/1001", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "ac3", "-t", "9"), exact, true, false},
		{"3gp", ffmpeg("clip.3gp", "-c", "copy"), exact, true, false},
		{"mkv", ffmpeg("clip.mkv", "-c", "copy"), ms, true, false},
		{"mkv, live", ffmpeg("live.mkv", "-c", "copy", "-live", "1"), ms, true, false},
		{"mkv by mkvmerge, laced", func(t testing.TB) string {
			return mediatest.Make(t, "merge.mkv", "mkvmerge", "-q", "-o", "OUT", mediatest.Clip(t))
		}, ms, true, false},
		{"mkv by GStreamer, streamable", func(t testing.TB) string {
			return mediatest.Make(t, "gst.mkv", "gst-launch-1.0", "-q", "filesrc", "location="+mediatest.Clip(t), "!", "qtdemux", "name=d",
				"matroskamux", "name=m", "streamable=true", "!", "filesink", "location=OUT", "d.video_0", "!", "queue", "!", "h264parse", "!", "m.", "d.audio_0", "!", "queue", "!", "aacparse", "!", "m.")
		}, ms, true, false},
		{"mkv, e-ac-3 and 23.976", ffmpeg("film.mkv", "-r", "24000/1001", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "eac3", "-t", "9"), ms, true, false},
		{"mkv, opus", ffmpeg("opus.mkv", "-c:v", "copy", "-c:a", "libopus"), ms, true, false},
		{"mkv, flac", ffmpeg("flac.mkv", "-c:v", "copy", "-c:a", "flac"), ms, true, false},
		{"webm, vp9", ffmpeg("vp9.webm", "-t", "4", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "48", "-c:a", "libopus"), ms, true, false},
		{"avi, no B-frames", ffmpeg("plain.avi", "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "48", "-c:a", "libmp3lame"), exact, true, false},
		{"avi, B-frames", ffmpeg("b.avi", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "48", "-c:a", "libmp3lame"), 1, true, false},
		{"avi by mencoder", func(t testing.TB) string {
			return mediatest.Make(t, "men.avi", "mencoder", "-really-quiet", mediatest.Clip(t), "-o", "OUT", "-ovc", "x264", "-x264encopts", "bitrate=400:threads=1", "-oac", "mp3lame", "-lameopts", "vbr=3")
		}, 1, true, false},
		{"ts", ffmpeg("clip.ts", "-c", "copy"), exact, true, true},
		{"m2ts", ffmpeg("clip.m2ts", "-c", "copy", "-mpegts_m2ts_mode", "1"), exact, true, true},
		{"ts, latm", ffmpeg("latm.ts", "-c", "copy", "-mpegts_flags", "latm"), exact, false, false},
		{"ts, ac-3", ffmpeg("ac3.ts", "-c:v", "copy", "-c:a", "ac3"), exact, true, false},
		{"ts, over the 33-bit wrap", ffmpeg("wrap.ts", "-c", "copy", "-output_ts_offset", "95433"), exact, true, true},
		{"flv", ffmpeg("clip.flv", "-c", "copy"), ms, true, false},
		{"flv, mp3", ffmpeg("mp3.flv", "-c:v", "copy", "-c:a", "libmp3lame"), ms, true, false},
		{"mp4, hevc", ffmpeg("hevc.mp4", "-t", "4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1", "-c:a", "copy"), exact, true, false},
		{"mp4, open GOPs", ffmpeg("open.mp4", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params", "open-gop=1:keyint=48", "-c:a", "copy"), exact, true, false},
		{"mp4, audio later than video", func(t testing.TB) string {
			clip := mediatest.Clip(t)
			return mediatest.FFmpeg(t, "late.mp4", "-i", clip, "-itsoffset", "0.7", "-i", clip, "-map", "0:v", "-map", "1:a", "-c", "copy")
		}, exact, true, false},
	}
}

func TestFrameTruth(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			file := v.make(t)
			_, url := one(t, file)
			for _, query := range []string{"", "?timeline=1", "?timeline=list&segdur=3"} {
				if d := mediatest.SameFrames(mediatest.Frames(t, file, "v"), mediatest.Frames(t, url+query, "v"), v.tolerance); d != "" {
					t.Errorf("video%s: %s", query, d)
				}
				if !v.audio {
					continue
				}
				stored := file
				if v.adts {
					stored = mediatest.FFmpeg(t, "raw.mp4", "-i", file, "-map", "0:a", "-c", "copy", "-bsf:a", "aac_adtstoasc")
				}
				if d := mediatest.SameFrames(mediatest.Frames(t, stored, "a"), mediatest.Frames(t, url+query, "a"), 0.003); d != "" {
					t.Errorf("audio%s: %s", query, d)
				}
			}
		})
	}
}
