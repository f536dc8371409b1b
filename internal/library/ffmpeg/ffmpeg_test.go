package ffmpeg

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	f := parse("  Duration: 01:02:03.45, start: 1.4, bitrate: 1 kb/s\n" +
		"    Stream #0:0[0x1e0](eng): Video: h264 (High), yuv420p(tv), 1920x1080, 29.97 fps, 90k tbn\n  Stream #0:1: Audio: dts (DTS-HD MA), 48000 Hz, 5.1(side), s32p\n" +
		"  Stream #0:2(und): Video: mjpeg, 90k tbr (attached pic)\r\n  Stream #0:3: Audio: pcm_s16le, 44100 Hz, 6 channels, s16\n  Stream #0:4: Audio: wmav2, mono\n")
	if f.Duration != time.Hour+2*time.Minute+3450*time.Millisecond || len(f.Streams) != 5 {
		t.Fatalf("%+v", f)
	}
	for i, want := range []Stream{
		{0, "Video", "h264", 2, "30000/1001", false}, {1, "Audio", "dts", 6, "25", false}, {2, "Video", "mjpeg", 2, "25", true},
		{3, "Audio", "pcm_s16le", 6, "25", false}, {4, "Audio", "wmav2", 1, "25", false},
	} {
		if f.Streams[i] != want {
			t.Errorf("%+v, want %+v", f.Streams[i], want)
		}
	}
}

func TestGuess(t *testing.T) {
	for head, want := range map[string]string{"OggS\x00\x02": "an Ogg file", "\x00\x00\x00\x01\x67": BareStream, "\x01\x02\x03": "", "plain text\n": "text", "": ""} {
		what, text := Guess([]byte(head))
		if text && head != "" {
			what = "text"
		}
		if what != want {
			t.Errorf("%q is %q, want %q", head, what, want)
		}
	}
}

func TestRemux(t *testing.T) {
	for name, c := range map[string]struct {
		streams []Stream
		want    string
	}{
		"nothing": {nil, "there is neither video nor audio in it"},
		"other":   {[]Stream{{Kind: "Video", Codec: "theora"}, {Kind: "Audio", Codec: "aac"}}, "its video is Theora, which DASH players cannot play; H.264, HEVC, AV1 and VP9 are served"},
		"cover":   {[]Stream{{Kind: "Video", Codec: "mjpeg", Picture: true}, {Index: 1, Kind: "Audio", Codec: "wmav2", Channels: 6}}, "-map 0:1 -c:a:0 aac -b:a:0 384k"},
		"film":    {[]Stream{{Kind: "Video", Codec: "hevc"}, {Index: 2, Kind: "Audio", Codec: "ac3"}}, "-map 0:0 -tag:v hvc1 -map 0:2 -c:a:0 copy -c:v copy"},
	} {
		args, _, err := (&File{Streams: c.streams}).Remux()
		got := strings.Join(args, " ")
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
