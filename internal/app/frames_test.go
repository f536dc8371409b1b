package app_test

import (
	"math"
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
	// apart is what FFmpeg gets wrong of the file: how much later the pictures are against the sound than it says, seconds.
	apart float64
}

func ffmpeg(name string, args ...string) func(testing.TB) string {
	return func(t testing.TB) string {
		return mediatest.FFmpeg(t, name, append([]string{"-i", mediatest.Clip(t)}, args...)...)
	}
}

func variants() []variant {
	const exact, ms = 0.0001, 0.0011
	return []variant{
		{"mp4, moov last", ffmpeg("last.mp4", "-c", "copy"), exact, true, false, 0},
		{"mp4, moov first", ffmpeg("first.mp4", "-c", "copy", "-movflags", "faststart"), exact, true, false, 0},
		{"mp4, fragmented", ffmpeg("frag.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof"), exact, true, false, 0},
		{"mp4, fragmented with sidx", ffmpeg("sidx.mp4", "-c", "copy", "-movflags", "dash+global_sidx+frag_keyframe"), exact, true, false, 0},
		{"mp4, negative composition offsets", ffmpeg("negative.mp4", "-c", "copy", "-movflags", "negative_cts_offsets"), exact, true, false, 0},
		// Its sound begins 1024 samples before its pictures (tfxd); to FFmpeg both begin at 0, and then it moves pictures by a frame because of signed offsets.
		{"mp4, Smooth Streaming", ffmpeg("smooth.ismv", "-c", "copy", "-f", "ismv"), exact, true, false, 1024.0/44100 - 1.0/24},
		{"mov", ffmpeg("clip.mov", "-c", "copy"), exact, true, false, 0},
		{"mov, 29.97, ac-3", ffmpeg("ntsc.mov", "-r", "30000/1001", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "ac3", "-t", "9"), exact, true, false, 0},
		{"3gp", ffmpeg("clip.3gp", "-c", "copy"), exact, true, false, 0},
		{"mkv", ffmpeg("clip.mkv", "-c", "copy"), ms, true, false, 0},
		{"mkv, live", ffmpeg("live.mkv", "-c", "copy", "-live", "1"), ms, true, false, 0},
		{"mkv by mkvmerge, laced", func(t testing.TB) string {
			return mediatest.Make(t, "merge.mkv", "mkvmerge", "-q", "-o", "OUT", mediatest.Clip(t))
		}, ms, true, false, 0},
		{"mkv by GStreamer, streamable", func(t testing.TB) string {
			return mediatest.Make(t, "gst.mkv", "gst-launch-1.0", "-q", "filesrc", "location="+mediatest.Clip(t), "!", "qtdemux", "name=d",
				"matroskamux", "name=m", "streamable=true", "!", "filesink", "location=OUT", "d.video_0", "!", "queue", "!", "h264parse", "!", "m.", "d.audio_0", "!", "queue", "!", "aacparse", "!", "m.")
		}, ms, true, false, 0},
		{"mkv, e-ac-3 and 23.976", ffmpeg("film.mkv", "-r", "24000/1001", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "eac3", "-t", "9"), ms, true, false, 0},
		{"mkv, opus", ffmpeg("opus.mkv", "-c:v", "copy", "-c:a", "libopus"), ms, true, false, 0},
		{"mkv, flac", ffmpeg("flac.mkv", "-c:v", "copy", "-c:a", "flac"), ms, true, false, 0},
		{"webm, vp9", ffmpeg("vp9.webm", "-t", "4", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "48", "-c:a", "libopus"), ms, true, false, 0},
		{"avi, no B-frames", ffmpeg("plain.avi", "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "48", "-c:a", "libmp3lame"), exact, true, false, 0},
		{"avi, B-frames", ffmpeg("b.avi", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "48", "-c:a", "libmp3lame"), 1, true, false, 0},
		{"avi by mencoder", func(t testing.TB) string {
			return mediatest.Make(t, "men.avi", "mencoder", "-really-quiet", mediatest.Clip(t), "-o", "OUT", "-ovc", "x264", "-x264encopts", "bitrate=400:threads=1", "-oac", "mp3lame", "-lameopts", "vbr=3")
		}, 1, true, false, 0},
		{"asf, B-frames", ffmpeg("b.asf", "-c", "copy"), ms, true, false, 0},
		{"ts", ffmpeg("clip.ts", "-c", "copy"), exact, true, true, 0},
		{"m2ts", ffmpeg("clip.m2ts", "-c", "copy", "-mpegts_m2ts_mode", "1"), exact, true, true, 0},
		{"ts, latm", ffmpeg("latm.ts", "-c", "copy", "-mpegts_flags", "latm"), exact, false, false, 0},
		{"ts, ac-3", ffmpeg("ac3.ts", "-c:v", "copy", "-c:a", "ac3"), exact, true, false, 0},
		{"ts, over the 33-bit wrap", ffmpeg("wrap.ts", "-c", "copy", "-output_ts_offset", "95433"), exact, true, true, 0},
		{"flv", ffmpeg("clip.flv", "-c", "copy"), ms, true, false, 0},
		{"flv, mp3", ffmpeg("mp3.flv", "-c:v", "copy", "-c:a", "libmp3lame"), ms, true, false, 0},
		{"mp4, hevc", ffmpeg("hevc.mp4", "-t", "4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1", "-c:a", "copy"), exact, true, false, 0},
		{"mp4, open GOPs", ffmpeg("open.mp4", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params", "open-gop=1:keyint=48", "-c:a", "copy"), exact, true, false, 0},
		{"mp4, audio later than video", func(t testing.TB) string {
			clip := mediatest.Clip(t)
			return mediatest.FFmpeg(t, "late.mp4", "-i", clip, "-itsoffset", "0.7", "-i", clip, "-map", "0:v", "-map", "1:a", "-c", "copy")
		}, exact, true, false, 0},
		// FFmpeg lists the second of sound before the first part that a decoder throws away.
		{"mp4, edited at random access points", func(t testing.TB) string {
			return mediatest.Edited(t, mediatest.Part{At: 4, For: 4}, mediatest.Part{At: 0, For: 2}, mediatest.Part{At: 14, For: 6})
		}, exact, false, false, -43.0 * 1024 / 44100},
	}
}

func TestFrameTruth(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			file := v.make(t)
			_, url := one(t, file)
			video, audio := mediatest.Frames(t, file, "v"), mediatest.Frames(t, file, "a")
			for _, query := range []string{"", "?timeline=1", "?timeline=list&segdur=3"} {
				pictures, sound := mediatest.Frames(t, url+query, "v"), mediatest.Frames(t, url+query, "a")
				if d := mediatest.SameFrames(video, pictures, v.tolerance); d != "" {
					t.Errorf("video%s: %s", query, d)
				}
				if d := (pictures[0].Time - sound[0].Time) - (video[0].Time - audio[0].Time) - v.apart; math.Abs(d) > v.tolerance+0.003 {
					t.Errorf("%s: pictures are %.1f ms later against the sound than in the file", query, d*1000)
				}
				if !v.audio {
					continue
				}
				stored := file
				if v.adts {
					stored = mediatest.FFmpeg(t, "raw.mp4", "-i", file, "-map", "0:a", "-c", "copy", "-bsf:a", "aac_adtstoasc")
				}
				if d := mediatest.SameFrames(mediatest.Frames(t, stored, "a"), sound, 0.003); d != "" {
					t.Errorf("audio%s: %s", query, d)
				}
			}
		})
	}
}

// ASF has no presentation times: the pictures are shown when those of the film were that it was made of, all the same.
func TestOrderThatIsNotStored(t *testing.T) {
	t.Parallel()
	_, url := one(t, ffmpeg("b.asf", "-c:v", "copy", "-c:a", "wmav2")(t))
	got := mediatest.Frames(t, url, "v")
	for i := 1; i < len(got); i++ {
		if got[i].Time <= got[i-1].Time {
			t.Fatalf("picture %d is shown at %.4f s, the one before it at %.4f", i, got[i].Time, got[i-1].Time)
		}
	}
	if d := mediatest.SameFrames(mediatest.Frames(t, mediatest.Clip(t), "v"), got, 0.0015); d != "" {
		t.Error(d)
	}
}
