package matroska

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// TestFlags takes what mkvmerge can say of a track.
func TestFlags(t *testing.T) {
	clip := mediatest.Clip(t)
	for name, c := range map[string]struct {
		args []string
		want func(r *media.Track) bool
	}{
		"bibliographic language": {[]string{"--language", "1:ger"}, func(r *media.Track) bool { return r.Language == "de" }},
		"language with a region": {[]string{"--language", "1:pt-BR"}, func(r *media.Track) bool { return r.Language == "pt-BR" }},
		"language of three":      {[]string{"--language", "1:gsw"}, func(r *media.Track) bool { return r.Language == "gsw" }},
		"no language":            {[]string{"--language", "1:und"}, func(r *media.Track) bool { return r.Language == "" }},
		"old language alone":     {[]string{"--language", "1:fre", "--disable-language-ietf"}, func(r *media.Track) bool { return r.Language == "fr" }},
		"name":                   {[]string{"--track-name", "1:Grüße"}, func(r *media.Track) bool { return r.Title == "Grüße" }},
		"default":                {[]string{"--default-track-flag", "1:1"}, func(r *media.Track) bool { return r.Default }},
		"not default":            {[]string{"--default-track-flag", "1:0"}, func(r *media.Track) bool { return !r.Default }},
		"forced":                 {[]string{"--forced-display-flag", "1:1"}, func(r *media.Track) bool { return r.Forced }},
		"original":               {[]string{"--original-flag", "1:1"}, func(r *media.Track) bool { return r.Original && !r.Commentary }},
		"commentary":             {[]string{"--commentary-flag", "1:1"}, func(r *media.Track) bool { return r.Commentary && !r.Original }},
		"hearing impaired":       {[]string{"--hearing-impaired-flag", "1:1"}, func(r *media.Track) bool { return r.HearingImpaired && !r.VisualImpaired }},
		"visual impaired":        {[]string{"--visual-impaired-flag", "1:1"}, func(r *media.Track) bool { return r.VisualImpaired && !r.HearingImpaired }},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := scanFile(t, merged(t, "flags.mkv", clip, append(c.args, "--title", "A title")...))
			if !c.want(&r.Tracks[1]) || r.Title != "A title" {
				t.Errorf("%q: %+v", r.Title, r.Tracks[1])
			}
		})
	}
}

// TestPictureShape takes display sizes, crops and rotations.
func TestPictureShape(t *testing.T) {
	pal := mediatest.FFmpeg(t, "pal.mp4", "-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=1", "-vf", "setsar=16/11", "-c:v", "libx264", "-preset", "ultrafast")
	for name, c := range map[string]struct {
		args     []string
		sar      string
		rotation uint16
	}{
		"the bitstream's, rounded": {nil, "16/11", 0}, // 720 × 16/11 is 1047.27: DisplayWidth 1047
		"square":                   {[]string{"--display-dimensions", "0:720x576"}, "1", 0},
		"wide":                     {[]string{"--display-dimensions", "0:1024x576"}, "64/45", 0},
		"cropped":                  {[]string{"--display-dimensions", "0:1400x1152", "--cropping", "0:10,0,10,0"}, "1", 0},
		"turned left":              {[]string{"--projection-pose-roll", "0:90"}, "16/11", 270},
		"turned right":             {[]string{"--projection-pose-roll", "0:-90"}, "16/11", 90},
		"upside down":              {[]string{"--projection-pose-roll", "0:180"}, "16/11", 180},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := scanFile(t, merged(t, "shape.mkv", pal, c.args...))
			track := r.Tracks[0]
			if track.SAR.String() != c.sar || track.Rotation != c.rotation || track.Width != 720 || track.Height != 576 {
				t.Errorf("%dx%d, sample aspect ratio %v, rotation %d; want %s, %d", track.Width, track.Height, track.SAR, track.Rotation, c.sar, c.rotation)
			}
		})
	}
}

// TestLanguages holds the table against mkvmerge's.
func TestLanguages(t *testing.T) {
	out, err := exec.Command("mkvmerge", "--list-languages").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		f := strings.Split(line, "|")
		if len(f) != 4 {
			continue
		}
		terminological, bibliographic, short := strings.TrimSpace(f[1]), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])
		if len(short) != 2 || bibliographic == "" {
			continue
		}
		n++
		if a, b := media.Language(terminological), media.Language(bibliographic); a != short || b != short {
			t.Errorf("%s: %q, %s: %q; want %q", terminological, a, bibliographic, b, short)
		}
	}
	if n < 150 {
		t.Errorf("mkvmerge lists %d languages", n)
	}
	for code, want := range map[string]string{"": "", "und": "", "gsw": "gsw", "ENG": "en", "eng-us": "en-US", "x": "", "../..": "", "deu ": "de"} {
		if got := media.Language(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// TestChangingSets takes a stream with start codes whose parameter sets change half way: they stay in the samples.
func TestChangingSets(t *testing.T) {
	half := func(params string) string {
		return mediatest.FFmpeg(t, "half.h264", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-x264-params", params)
	}
	both := mediatest.Make(t, "both.h264", "sh", "-c", "cat "+half("cabac=0:ref=1")+" "+half("cabac=1:ref=4:8x8dct=1")+" > OUT")
	avi := mediatest.FFmpeg(t, "both.avi", "-f", "h264", "-r", "25", "-i", both, "-c", "copy", "-vtag", "H264")
	path := merged(t, "both.mkv", avi, "--engage", "allow_avc_in_vfw_mode")
	r, got := scanFile(t, path)
	track := &r.Tracks[0]
	if !track.InBand || got.restarts != 1 || len(got.samples[0]) != 100 {
		t.Errorf("in band %v after %d restarts, %d samples", track.InBand, got.restarts, len(got.samples[0]))
	}
	sets := 0
	f := openFile(t, path)
	for i := range got.samples[0] {
		b := payload(t, f, track, &got.samples[0][i])
		if hasSPS(b) {
			sets++
		}
	}
	if sets != 2 {
		t.Errorf("%d samples with parameter sets, want 2", sets)
	}
}

// hasSPS says whether a sample has a sequence parameter set.
func hasSPS(sample []byte) bool {
	found := false
	codec.LengthPrefixed(sample, 4, func(nal []byte) bool {
		found = found || nal[0]&31 == 7
		return true
	})
	return found
}
