package segment_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/timeline"
	"github.com/dashwright/dashwright/internal/webvtt"
)

// A track for fast forward has the pictures that FFmpeg finds random access in the film at, each until the next, without holes between segments; FFmpeg decodes the same from both.
func TestKeyFrames(t *testing.T) {
	for name, args := range map[string]string{
		"closed": "-g 15 -bf 2", "open": "-g 20 -bf 3 -x264-params open-gop=1", "uneven": "-g 250 -force_key_frames 0,0.6,2.2,4.04,6.6,7",
	} {
		t.Run(name, func(t *testing.T) {
			command := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", "-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0"}
			film := mediatest.FFmpeg(t, "key-"+name+".mp4", append(command, strings.Fields(args)...)...)
			dir, m := export(t, film, "trickmode=1&segdur=2&timeline=1")
			i := slices.IndexFunc(m.Representations, func(r mediatest.Announced) bool { return strings.HasSuffix(r.ID, "-trick") })
			if i < 0 {
				t.Fatalf("no Representation for fast forward in %+v", m.Representations)
			}
			r := m.Representations[i]
			all := read(t, dir, r.Init)
			in := mediatest.ParseInit(t, all)
			at := int64(0)
			for _, s := range r.Segments {
				b := read(t, dir, s.URL)
				f := mediatest.ParseSegment(t, in, b)
				if start, end := f.Samples[0].DTS, f.Samples[0].DTS+f.Lasts(); start != at || start != s.Start || end != s.Start+s.Duration {
					t.Errorf("segment at %d to %d has samples from %d to %d; the former ended at %d", s.Start, s.Start+s.Duration, start, end, at)
				}
				at = s.Start + s.Duration
				for _, smp := range f.Samples {
					if smp.PTS != smp.DTS || !smp.Sync {
						t.Errorf("sample %+v is not one that can be decoded alone", smp)
					}
				}
				all = append(all, b...)
			}
			path := filepath.Join(t.TempDir(), "trick.mp4")
			if err := os.WriteFile(path, all, 0o600); err != nil {
				t.Fatal(err)
			}
			got := mediatest.Frames(t, path, "v")
			want := mediatest.Frames(t, film, "v", "-skip_frame", "nokey")
			if len(want) < 3 || len(got) != len(want) {
				t.Fatalf("%d pictures, want %d", len(got), len(want))
			}
			if d := mediatest.SameFrames(want, got, 0.13); d != "" { // an open GOP's is shown from its leading pictures' time on
				t.Error(d)
			}
		})
	}
}

func clockOf(codec media.Codec, epoch time.Time, chunks *presentation.Chunks) *presentation.Representation {
	t := &asset.Track{Track: &index.Track{Track: media.Track{Kind: media.Text, Codec: codec, Timescale: 1000, Language: "sv"}}}
	return &presentation.Representation{ID: "clock", Track: t, Timescale: 1000, Scale: 1000, Chunks: chunks, Clock: &presentation.ClockText{Epoch: epoch, Shown: 900 * time.Millisecond}}
}

// shownIn returns what a segment of generated subtitles shows, as "start-end text" in media time.
func shownIn(t *testing.T, r *presentation.Representation, s timeline.Segment) []string {
	t.Helper()
	var p segment.Plan
	if err := p.Make(r, s, true, nil); err != nil {
		t.Fatal(err)
	}
	body := append(slices.Clone(p.Header), p.Text...)
	body = body[bytes.Index(body, []byte("moof"))-4:] // a chunk has a producer reference before it
	f := mediatest.ParseSegment(t, mediatest.Init{Timescale: 1000}, body)
	if f.Samples[0].DTS != int64(s.Start) || f.Lasts() != int64(s.Duration) {
		t.Errorf("samples from %d on, for %d; want %d, %d", f.Samples[0].DTS, f.Lasts(), s.Start, s.Duration)
	}
	var out []string
	if r.Track.Codec == media.STPP {
		for _, m := range regexp.MustCompile(`<p begin="(\d+):(\d+):(\d+)\.(\d+)" end="(\d+):(\d+):(\d+)\.(\d+)"><span[^>]*>([^<]*)<br/>([^<]*)<`).FindAllStringSubmatch(string(p.Text), -1) {
			var n [8]int
			for i := range n {
				n[i], _ = strconv.Atoi(m[i+1]) // digits
			}
			ms := func(n []int) int { return ((n[0]*60+n[1])*60+n[2])*1000 + n[3] }
			out = append(out, fmt.Sprintf("%d-%d %s %s", ms(n[:4]), ms(n[4:]), m[9], m[10]))
		}
		return out
	}
	for _, smp := range f.Samples {
		cues, err := webvtt.ParseSample(smp.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cues {
			out = append(out, fmt.Sprintf("%d-%d %s", smp.DTS, smp.DTS+int64(smp.Duration), strings.ReplaceAll(c.Text, "\n", " ")))
		}
	}
	return out
}

// Generated subtitles say the second of UTC that they begin with, in both formats, and are cut at the ends of segments and of chunks.
func TestClockText(t *testing.T) {
	epoch := time.Date(2026, 9, 6, 11, 0, 0, 500e6, time.UTC) // in the middle of a second
	s := timeline.Segment{Number: 7, Start: 3_600_200, Duration: 2_000}
	want := []string{
		"3600200-3600400 2026-09-06T12:00:00Z sv, segment 7", "3600500-3601400 2026-09-06T12:00:01Z sv, segment 7", "3601500-3602200 2026-09-06T12:00:02Z sv, segment 7",
	}
	for _, codec := range []media.Codec{media.WVTT, media.STPP} {
		if got := shownIn(t, clockOf(codec, epoch, nil), s); !slices.Equal(got, want) {
			t.Errorf("%v shows %q, want %q", codec, got, want)
		}
		chunk := timeline.Segment{Number: 7*20 + 3, Start: 3_600_600, Duration: 200}
		r := clockOf(codec, epoch, &presentation.Chunks{Most: 20, Epoch: epoch})
		if got := shownIn(t, r, chunk); !slices.Equal(got, []string{"3600600-3600800 2026-09-06T12:00:01Z sv, segment 7"}) {
			t.Errorf("%v: a chunk shows %q", codec, got)
		}
		if got := shownIn(t, clockOf(codec, epoch, nil), timeline.Segment{Number: 1, Start: 420, Duration: 60}); len(got) != 0 {
			t.Errorf("%v shows %q between cues", codec, got)
		}
	}
}
