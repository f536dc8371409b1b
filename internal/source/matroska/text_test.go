package matroska

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

const srt = `1
00:00:01,000 --> 00:00:02,500
Hello <i>world</i> & <font face="Arial">all</font>

2
00:00:03,000 --> 00:00:04,000
{\an8}Top line
second
`

const ass = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,One,\Ntwo {\i1}slanted{\i0}
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\an8}Top
`

const vtt = `WEBVTT

intro
00:01.000 --> 00:02.500 line:0 align:left
Hello <b>there</b>

00:03.000 --> 00:04.000
Second
line
`

// TestText takes subtitles of each kind from mkvmerge and ffmpeg.
func TestText(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	srtFile, assFile, vttFile := write("a.srt", srt), write("a.ass", ass), write("a.vtt", vtt)
	// the content of the files is in the cached command's name as well
	make := func(command string) string {
		return mediatest.Make(t, "text.mkv", "sh", "-c", command, srt, ass, vtt, srtFile, assFile, vttFile)
	}
	both := []media.Cue{
		{Start: 1000, End: 2500, Settings: "line:0 align:left", Text: "Hello <b>there</b>"},
		{Start: 3000, End: 4000, Text: "Second\nline"},
	}
	withID := append([]media.Cue{}, both...)
	withID[0].ID = "intro"
	fromSRT := []media.Cue{
		{Start: 1000, End: 2500, Text: "Hello <i>world</i> &amp; all"},
		{Start: 3000, End: 4000, Settings: "line:0", Text: "Top line\nsecond"},
	}
	fromASS := []media.Cue{
		{Start: 1000, End: 2500, Text: "One,\ntwo <i>slanted</i>"},
		{Start: 3000, End: 4000, Settings: "line:0", Text: "Top"},
	}
	for _, c := range []struct {
		name, command string
		want          [][]media.Cue
	}{
		{"mkvmerge", "mkvmerge -q -o OUT $3 $4 $5", [][]media.Cue{fromSRT, fromASS, withID}},
		{"mkvmerge zlib", "mkvmerge -q -o OUT --compression 0:zlib $3 --compression 0:zlib $4 --compression 0:zlib $5", [][]media.Cue{fromSRT, fromASS, withID}},
		{"ffmpeg", "ffmpeg -v error -i $3 -i $4 -i $5 -map 0 -map 1 -map 2 -c copy -f matroska OUT", [][]media.Cue{fromSRT, fromASS, withID}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, got := scanFile(t, make(c.command))
			if len(r.Tracks) != len(c.want) {
				t.Fatalf("%d tracks, warnings %q", len(r.Tracks), r.Warnings)
			}
			for i, track := range r.Tracks {
				if track.Kind != media.Text || track.Codec != media.WVTT || track.Timescale != 1000 {
					t.Errorf("track %d: %v %q in 1/%d s", i, track.Kind, track.Codec, track.Timescale)
				}
				if !reflect.DeepEqual(got.cues[i], c.want[i]) {
					t.Errorf("track %d:\n%+v, want\n%+v", i, got.cues[i], c.want[i])
				}
			}
		})
	}
}
