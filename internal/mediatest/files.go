package mediatest

import "testing"

// Kind is one kind of file that a user may have, with a real one of it.
type Kind struct {
	Name   string
	Format string // the name of the demuxer that reads it
	Make   func(testing.TB) string
}

// Kinds returns a file of every container and of what is special in some of them: small ones, made once.
func Kinds() []Kind {
	return []Kind{
		{"mp4", "mp4", Clip},
		{"mp4 fragmented", "mp4", clip("frag.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof")},
		{"mp4 smooth", "mp4", clip("smooth.ismv", "-c", "copy", "-f", "ismv")},
		{"mov", "mp4", clip("clip.mov", "-c", "copy")},
		{"matroska", "matroska", clip("clip.mkv", "-c", "copy")},
		{"matroska laced", "matroska", func(t testing.TB) string { return Make(t, "merge.mkv", "mkvmerge", "-q", "-o", "OUT", Clip(t)) }},
		{"mpegts", "mpegts", clip("clip.ts", "-c", "copy")},
		{"m2ts", "mpegts", clip("clip.m2ts", "-c", "copy", "-mpegts_m2ts_mode", "1")},
		{"flv", "flv", clip("clip.flv", "-c", "copy")},
		{"avi", "avi", clip("plain.avi", "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "48", "-c:a", "libmp3lame")},
		{"open GOPs", "mp4", clip("open.mp4", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params", "open-gop=1:keyint=48", "-c:a", "copy")},
		{"encrypted", "mp4", clip("enc.mp4", "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
			"-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid", "ffeeddccbbaa99887766554433221100")},
		{"all intra", "mp4", made("intra.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=30", "-c:v", "libx264", "-preset", "ultrafast", "-g", "1")},
		{"all intra, matroska", "matroska", made("intra.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=30", "-c:v", "libx264", "-preset", "ultrafast", "-g", "1")},
		{"variable frame rate", "mp4", made("vfr.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=50:d=12", "-vf", "select='not(mod(n\\,2))+gt(mod(n\\,7)\\,3)'", "-fps_mode", "vfr",
			"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "60")},
		{"uneven GOPs", "mp4", made("uneven.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=40", "-f", "lavfi", "-i", "sine=r=48000:d=40", "-c:v", "libx264", "-preset", "ultrafast",
			"-g", "1000", "-sc_threshold", "0", "-force_key_frames", "0,1.5,9,10,17.6,18,30,39.5", "-c:a", "aac")},
		{"audio later", "mp4", func(t testing.TB) string {
			return FFmpeg(t, "late.mp4", "-i", Clip(t), "-itsoffset", "0.7", "-i", Clip(t), "-map", "0:v", "-map", "1:a", "-c", "copy")
		}},
		{"video later", "mp4", func(t testing.TB) string {
			return FFmpeg(t, "latevideo.mp4", "-itsoffset", "3.3", "-i", Clip(t), "-i", Clip(t), "-map", "0:v", "-map", "1:a", "-c", "copy")
		}},
		{"audio longer", "mp4", made("longer.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=9", "-f", "lavfi", "-i", "sine=r=44100:d=22", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac")},
		{"audio shorter", "mp4", made("shorter.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=22", "-f", "lavfi", "-i", "sine=r=44100:d=9", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac")},
		{"edited", "mp4", func(t testing.TB) string {
			return Edited(t, Part{4, 4}, Part{-1, 0.5}, Part{1, 3}, Part{14, 6})
		}},
		{"audio only", "mp4", made("audio.m4a", "-f", "lavfi", "-i", "sine=r=44100:d=30", "-c:a", "aac")},
		{"opus", "matroska", made("opus.webm", "-f", "lavfi", "-i", "sine=r=48000:d=20", "-c:a", "libopus")},
		{"subtitles inside", "mp4", func(t testing.TB) string {
			return FFmpeg(t, "subs.mp4", "-i", Clip(t), "-i", Subtitles(t), "-map", "0:v", "-map", "1:s", "-c:v", "copy", "-c:s", "mov_text")
		}},
		{"srt", "srt", Subtitles},
		{"webvtt", "webvtt", func(t testing.TB) string { return FFmpeg(t, "subs.vtt", "-i", Subtitles(t)) }},
		{"ass", "ass", func(t testing.TB) string { return FFmpeg(t, "subs.ass", "-i", Subtitles(t)) }},
		{"ttml", "ttml", func(t testing.TB) string { return FFmpeg(t, "subs.ttml", "-i", Subtitles(t)) }},
	}
}

// Subtitles returns a SubRip file: 12 cues in 20 s, some at the same time, markup and several lines among them.
func Subtitles(t testing.TB) string {
	t.Helper()
	const text = "1\n00:00:00,500 --> 00:00:02,000\nOne.\n\n2\n00:00:02,000 --> 00:00:03,250\n<i>Two</i> & \"two\"\nin two lines\n\n" +
		"3\n00:00:03,900 --> 00:00:08,100\nAcross a cut, and another.\n\n4\n00:00:05,000 --> 00:00:06,000\nAt the same time.\n\n" +
		"5\n00:00:09,000 --> 00:00:09,040\nShort.\n\n6\n00:00:10,000 --> 00:00:11,000\nΑ, Б, あ, 🎬.\n\n7\n00:00:11,000 --> 00:00:12,000\n<b>B</b><u>U</u>\n\n" +
		"8\n00:00:12,000 --> 00:00:13,000\nEight.\n\n9\n00:00:14,000 --> 00:00:15,000\nNine.\n\n10\n00:00:15,500 --> 00:00:16,000\nTen.\n\n" +
		"11\n00:00:16,000 --> 00:00:18,000\nEleven.\n\n12\n00:00:18,500 --> 00:00:19,900\nTwelve.\n"
	return Make(t, "subs.srt", "sh", "-c", "printf '%s' \"$1\" > OUT", "sh", text)
}

func clip(name string, args ...string) func(testing.TB) string {
	return func(t testing.TB) string { return FFmpeg(t, name, append([]string{"-i", Clip(t)}, args...)...) }
}

func made(name string, args ...string) func(testing.TB) string {
	return func(t testing.TB) string { return FFmpeg(t, name, args...) }
}
