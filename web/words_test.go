package web

import (
	"strings"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{duration(0), "0:00"},
		{duration(9*time.Second + 600*time.Millisecond), "0:10"},
		{duration(59*time.Minute + 59*time.Second), "59:59"},
		{duration(time.Hour + 2*time.Minute + 3*time.Second), "1:02:03"},
		{spoken(0), "less than a second"},
		{spoken(time.Second), "1 second"},
		{spoken(time.Hour + 2*time.Minute + 3*time.Second), "1 hour 2 minutes"},
		{spoken(2*time.Hour + time.Second), "2 hours 1 second"},
		{isoTime(62500 * time.Millisecond), "PT62.5S"},
		{bitrate(0), ""},
		{bitrate(12), "1 kbit/s"},
		{bitrate(187_400), "187 kbit/s"},
		{bitrate(2_440_000), "2.4 Mbit/s"},
		{bitrate(18_200_000), "18 Mbit/s"},
		{fps("25"), "25"},
		{fps("30000/1001"), "29.97"},
		{fps("24000/1001"), "23.976"},
		{fps("50/2"), "25"},
		{fps("1/0"), "1/0"},
		{fps("x/y"), "x/y"},
		{hertz(44100), "44.1 kHz"},
		{hertz(48000), "48 kHz"},
		{channels(1), "mono"},
		{channels(6), "5.1"},
		{channels(3), "3 channels"},
		{codecName("avc3.64001f"), "H.264"},
		{codecName("mp4a.40.2"), "AAC"},
		{codecName("mp4a.40.29"), "HE-AAC v2"},
		{codecName("mp4a.40.5"), "HE-AAC"},
		{codecName("mp4a.6B"), "MP3"},
		{codecName("fLaC"), "FLAC"},
		{codecName("wonder"), "wonder"},
		{plural(1, "track"), "1 track"},
		{plural(0, "track"), "0 tracks"},
		{plural(3, "quality"), "3 qualities"},
		{plural(10_000, "stream"), "10,000 streams"},
		{number(100), "100"},
		{number(999_999), "999,999"},
		{number(1_234_567), "1,234,567"},
		{sentence("moov is cut off"), "Moov is cut off."},
		{sentence(" is it? "), "Is it?"},
		{sentence("use FILE (or not)"), "Use FILE (or not)."},
		{sentence("ärger"), "Ärger."},
		{sentence("film.mp4 is a text file"), "film.mp4 is a text file."},
		{size(0), "0 B"},
		{size(999), "999 B"},
		{size(1000), "1.0 kB"},
		{size(9_949), "9.9 kB"},
		{size(9_951), "10 kB"},
		{size(999_499), "999 kB"},
		{size(999_600), "1.0 MB"},
		{size(1 << 63), "9.2 EB"},
		{moment(0), "0:00.000"},
		{moment(3723.4), "1:02:03.400"},
		{moment(59.9996), "1:00.000"},
		{moment(-0.021), "−0:00.021"},
		{lasting(4), "4.000 s"},
		{rates(185_000, 185_100), "185 kbit/s"},
		{rates(185_000, 900_000), "185 to 900 kbit/s"},
		{rates(185_000, 2_440_000), "185 kbit/s to 2.4 Mbit/s"},
		{sentence(""), ""},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

// Without video the bitrate of the sound is said, with video its own; text says none.
func TestFactsBitrate(t *testing.T) {
	sound := func(bandwidth int) Track { return Track{Kind: "audio", Codecs: "mp4a.40.2", Bandwidth: bandwidth} }
	video := Track{Kind: "video", Codecs: "avc1.640028", Width: 640, Height: 360, FrameRate: "25", Bandwidth: 900_000}
	text := Track{Kind: "text", Codecs: "wvtt", Bandwidth: 500}
	for want, tracks := range map[string][]Track{
		"AAC · 68 kbit/s":                              {sound(67_531)},
		"AAC · 64 to 128 kbit/s":                       {sound(64_000), sound(128_000)},
		"640 × 360 · 25 fps · H.264, AAC · 900 kbit/s": {video, sound(67_531)},
		"WebVTT · 1 subtitle track":                    {text},
	} {
		if got := strings.Join(facts(Stream{Tracks: tracks}), " · "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A tile keeps its colour, and not all have the same.
func TestHue(t *testing.T) {
	seen := map[int]bool{}
	for _, name := range []string{"demo", "bunny", "tears", "old", "holiday", "talk", "a", "b", "c", "d"} {
		h := hue(name)
		if h < 0 || h > 5 || h != hue(name) {
			t.Errorf("%s: %d", name, h)
		}
		seen[h] = true
	}
	if len(seen) < 3 {
		t.Errorf("ten names share %d colours", len(seen))
	}
}
