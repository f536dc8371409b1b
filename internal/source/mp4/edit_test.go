package mp4

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// TestEdits follows edit lists. The track has 10 samples of 40 ms at 90 kHz, of which 0, 4 and 8 are sync samples; the movie's timescale is 1000.
func TestEdits(t *testing.T) {
	video := func(edts []byte) *film { f := newFilm(); f.edts = edts; return f }
	audio := func(edts []byte) *film {
		f := video(edts)
		f.handler, f.entries, f.noStss = "soun", []any{audioEntry("samr")}, true
		return f
	}
	for name, v := range map[string]struct {
		film             *film
		first, last      int // presentation times of the first and the last sample, in ms
		samples          int
		priming, padding media.Ticks
		warning          string
	}{
		"none":                    {video(nil), 0, 360, 10, 0, 0, ""},
		"whole":                   {video(elst(400, 0)), 0, 360, 10, 0, 0, ""},
		"no duration":             {video(elst(0, 0)), 0, 360, 10, 0, 0, ""},
		"delay":                   {video(elst(1500, -1, 400, 0)), 1500, 1860, 10, 0, 0, ""},
		"two delays":              {video(elst(500, -1, 1000, -1, 400, 0)), 1500, 1860, 10, 0, 0, ""},
		"delay alone":             {video(elst(200, -1)), 200, 560, 10, 0, 0, ""},
		"cut in the first GOP":    {video(elst(360, 3600)), -40, 320, 10, 0, 0, ""},
		"cut at a sync sample":    {video(elst(240, 4*3600)), 0, 200, 6, 0, 0, ""},
		"cut in the second GOP":   {video(elst(200, 5*3600)), -40, 160, 6, 0, 0, ""},
		"delay and cut":           {video(elst(100, -1, 200, 5*3600)), 60, 260, 6, 0, 0, ""},
		"cut at the end":          {video(elst(200, 0)), 0, 160, 5, 0, 0, ""},
		"cut within a picture":    {video(elst(190, 0)), 0, 160, 5, 0, 0, ""},
		"two that go on":          {video(elst(200, 0, 200, 5*3600)), 0, 360, 10, 0, 0, ""},
		"emptiness at the end":    {video(elst(400, 0, 100, -1)), 0, 360, 10, 0, 0, ""},
		"two":                     {video(elst(120, 0, 80, 8*3600)), 0, 160, 5, 0, 0, ""},
		"two, within a GOP":       {video(elst(120, 0, 200, 5*3600)), 0, 280, 5, 0, 0, "track 1: what its edit list shows at 120ms begins 120ms before a random access point"},
		"two, without one":        {video(elst(120, 0, 80, 5*3600)), 0, 80, 3, 0, 0, "begins 80ms before a random access point"},
		"one after a hole":        {video(elst(120, 0, 50, -1, 200, 4*3600)), 0, 330, 8, 0, 0, ""},
		"backwards":               {video(elst(160, 4*3600, 160, 0)), 0, 280, 8, 0, 0, ""},
		"again and again":         {video(elst(160, 0, 160, 0, 160, 0)), 0, 440, 12, 0, 0, ""},
		"too often":               {video(elst(400, 0, 400, 0, 400, 0, 400, 0, 400, 0, 400, 0)), 0, 1560, 40, 0, 0, "shows its samples more than 4 times; what is shown from 1.6s on is left out"},
		"too many":                {video(elst(slices.Repeat([]int{40, 4 * 3600}, maxReels+1)...)), 0, 40 * 39, 40, 0, 0, "track 1 has 65 edits; what is shown from 2.56s on is left out"},
		"one of no length":        {video(elst(0, 4*3600, 160, 0)), 0, 120, 4, 0, 0, ""},
		"version 1":               {video(mk("edts", mk("elst", 1<<24, 2, uint64(1500), int64(-1), 1<<16, uint64(400), int64(0), 1<<16))), 1500, 1860, 10, 0, 0, ""},
		"double speed":            {video(mk("edts", mk("elst", 0, 1, 400, 0, 2<<16))), 0, 360, 10, 0, 0, "at rate 2.00"},
		"count too large":         {video(mk("edts", mk("elst", 0, 9, 1500, -1, 1<<16, 400, 0, 1<<16))), 1500, 1860, 10, 0, 0, "has 9 entries and has room for 2"},
		"audio priming":           {audio(elst(380, 1800)), -20, 340, 10, 1800, 0, ""},
		"audio priming and delay": {audio(elst(100, -1, 380, 1800)), 80, 440, 10, 1800, 0, ""},
		"audio padding":           {audio(elst(370, 1800)), -20, 340, 10, 1800, 900, ""},
		"audio, two":              {audio(elst(100, 0, 100, 5*3600)), 0, 160, 5, 0, 0, ""},
		"audio, two, ends":        {audio(elst(120, 0, 70, 5*3600+1700)), 0, 160, 5, 0, 900, ""},
		"audio, two after a hole": {audio(elst(120, 0, 90, -1, 80, 5*3600+1700)), 0, 271, 6, 0, 1900, ""},
		"audio end":               {audio(elst(130, 0)), 0, 120, 4, 0, 2700, ""},
	} {
		t.Run(name, func(t *testing.T) {
			data := v.film.bytes()
			r, c := mustScan(t, data)
			if w := strings.Join(r.Warnings, "; "); !strings.Contains(w, v.warning) || v.warning == "" && w != "" {
				t.Errorf("warnings: %s", w)
			}
			s := c.samples[0]
			if len(s) != v.samples {
				t.Fatalf("%d samples, want %d", len(s), v.samples)
			}
			got := fmt.Sprint(s[0].PTS()/90, s[len(s)-1].PTS()/90, r.Tracks[0].Priming, r.Tracks[0].Padding)
			if want := fmt.Sprint(v.first, v.last, v.priming, v.padding); got != want {
				t.Errorf("first and last sample, priming and padding: %s, want %s", got, want)
			}
		})
	}
}

// TestAudioCut cuts more from the start of an audio track than any encoder's delay.
func TestAudioCut(t *testing.T) {
	f := newFilm()
	f.handler, f.entries, f.noStss = "soun", []any{audioEntry("samr")}, true
	f.stts = []int{10, 90000} // a second each
	f.edts = elst(6500, 3*90000+45000)
	r, c := mustScan(t, f.bytes())
	if s := c.samples[0]; len(s) != 7 || s[0].DTS != -45000 || r.Tracks[0].Priming != 45000 || r.Tracks[0].Padding != 0 {
		t.Errorf("%d samples from %d on, priming %d, padding %d", len(s), s[0].DTS, r.Tracks[0].Priming, r.Tracks[0].Padding)
	}
	if w := strings.Join(r.Warnings, "; "); w != "track 1: its edit list cuts off the first 3.5s" {
		t.Errorf("warnings: %s", w)
	}
}

// TestReorderedEnd cuts where pictures are reordered: what is shown before the end is kept with all that stands before it.
func TestReorderedEnd(t *testing.T) {
	f := newFilm()
	// Decode order 0 3 1 2 6 4 5 9 7 8, shifted by one.
	f.ctts = []int{1, 3600, 1, 3 * 3600, 2, 0, 1, 3 * 3600, 2, 0, 1, 3 * 3600, 2, 0}
	f.edts = elst(200, 3600) // pictures 0 to 4
	_, c := mustScan(t, f.bytes())
	var got []media.Ticks
	for _, s := range c.samples[0] {
		got = append(got, s.PTS()/3600)
	}
	if want := "[0 3 1 2 6 4]"; fmt.Sprint(got) != want {
		t.Errorf("pictures %v, want %v", got, want)
	}
}

// TestCutClip cuts a real clip by an edit list, as FFmpeg and phones do: what ffprobe marks as discarded at the start is kept for video and dropped for
// audio, and the rest is the same.
func TestCutClip(t *testing.T) {
	path := variants(t)["cut"]
	r, c := scanFile(t, path)
	want := probe(t, path)
	for i, track := range r.Tracks {
		got, all := c.samples[i], want[track.ID]
		if track.Kind == media.Video && len(got) != len(all) {
			t.Errorf("%d pictures, ffprobe has %d", len(got), len(all))
		}
		all = all[len(all)-len(got):]
		for j := range got {
			if got[j].Offset != all[j].pos || int64(got[j].Size) != all[j].size || got[j].Sync != all[j].key {
				t.Fatalf("track %d: sample %d is %+v, ffprobe says %+v", track.ID, j, got[j], all[j])
			}
		}
		if first := got[0].PTS(); track.Kind == media.Audio && (first > 0 || first <= -1024 || track.Priming != -first) {
			t.Errorf("audio begins at %d, priming %d", first, track.Priming)
		}
		if first := got[0].PTS().Duration(track.Timescale).Milliseconds(); track.Kind == media.Video && (first < -1300 || first > -1299) {
			t.Errorf("video begins at %d ms: the cut is 1.3 s after a sync sample", first)
		}
	}
}

// TestJoint looks at pictures on both sides of a joint. Samples are called by their sizes.
func TestJoint(t *testing.T) {
	reordered := func(edts []byte, ctts ...int) *film {
		f := newFilm()
		f.ctts, f.edts = ctts, edts
		return f
	}
	closed := []int{1, 3600, 1, 3 * 3600, 2, 0, 1, 3600, 1, 3 * 3600, 2, 0, 2, 3600} // decoded in the order 0 3 1 2, 4 7 5 6, 8 9
	open := []int{1, 3600, 1, 3 * 3600, 2, 0, 1, 3 * 3600, 2, 0, 3, 3600}            // 0 3 1 2, 6 4 5 7, 8 9
	coarse := reordered(elst(3, 1, 2, 9), 1, 1, 1, 3, 2, 0, 1, 1, 1, 3, 2, 0, 2, 1)
	coarse.movie, coarse.scale, coarse.stts = 25, 25, []int{10, 1}
	for name, c := range map[string]struct {
		film *film
		want string // sizes, presentation times in pictures, and ticks beside those
	}{
		"between groups":       {reordered(elst(160, 3600, 80, 9*3600), closed...), "9@0 3@3 4@1 5@2 6@4 3@5"},
		"within a group":       {reordered(elst(120, 3600, 80, 9*3600), closed...), "9@0 3@3-1 4@1 5@2 6@3 3@4"},
		"of three":             {reordered(elst(80, 3600, 80, 5*3600, 40, 3600), closed...), "9@0 3@2-1 4@1 8@2 2@4-1 1@3 9@4"},
		"leading pictures":     {reordered(elst(80, 3600, 80, 7*3600), open...), "9@0 3@2-1 4@1 8@2 7@3"},
		"needed by nothing":    {reordered(elst(40, 3600, 80, 9*3600), closed...), "9@0 6@1 3@2"},
		"a clock without room": {coarse, "9@0 6@3 3@4"},
	} {
		t.Run(name, func(t *testing.T) {
			r, collected := mustScan(t, c.film.bytes())
			var got []string
			for i, s := range collected.samples[0] {
				per := media.Ticks(r.Tracks[0].Timescale) / 25
				picture := (s.PTS() + per/2) / per
				name := fmt.Sprintf("%d@%d", s.Size, picture)
				if off := s.PTS() - picture*per; off != 0 {
					name += fmt.Sprintf("%+d", off)
				}
				got = append(got, name)
				for _, other := range collected.samples[0][:i] {
					if other.PTS() == s.PTS() {
						t.Errorf("two pictures are shown at %d", s.PTS())
					}
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s, want %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

// TestEditedClip edits a real clip: each sample is shown when the part it belongs to says, sound to the nearest frame.
func TestEditedClip(t *testing.T) {
	parts := []mediatest.Part{{At: 4, For: 4}, {At: -1, For: 0.5}, {At: 1, For: 3}, {At: 12.3, For: 1.3}, {At: 14, For: 6}}
	r, c := scanFile(t, mediatest.Edited(t, parts...))
	_, clip := scanFile(t, mediatest.FFmpeg(t, "last.mp4", "-i", mediatest.Clip(t), "-c", "copy"))
	if w := strings.Join(r.Warnings, "; "); w != "track 1: what its edit list shows at 4.5s begins 1s before a random access point; the picture before it stands still until then; "+
		"track 1: what its edit list shows at 7.5s begins 1.3s before a random access point; the picture before it stands still until then; track 2: its edit list cuts off the first 4.023s" {
		t.Errorf("warnings: %s", w)
	}
	for i, track := range r.Tracks {
		stored := map[int64]media.Ticks{}
		for _, s := range clip.samples[i] {
			stored[s.Offset] = s.PTS()
		}
		scale, off := float64(track.Timescale), 0.0005
		if track.Kind == media.Audio {
			off = 512/scale + 0.0005
		}
		n, begin := 0, 0.0
		for _, p := range parts {
			end := begin + p.For
			count := 0
			for ; n < len(c.samples[i]); n++ {
				s := c.samples[i][n]
				shown := float64(s.PTS()) / scale
				if shown >= end-off {
					break
				}
				count++
				if want := float64(stored[s.Offset])/scale - p.At + begin; max(want-shown, shown-want) > off {
					t.Fatalf("%s: sample %d is shown at %.4f s, want %.4f", track.Kind, n, shown, want)
				}
			}
			// A GOP's pictures before the first random access point are not there.
			least := p.For
			if track.Kind == media.Video {
				least = p.For - 1.3
			}
			if p.At < 0 {
				least = 0
			}
			if got := float64(count*int(c.samples[i][0].Duration)) / scale; got < least-0.05 || got > p.For+0.05 || p.At < 0 && count > 0 {
				t.Errorf("%s: %.3f s are shown at %.1f s, want between %.1f and %.1f", track.Kind, got, begin, least, p.For)
			}
			begin = end
		}
		if n != len(c.samples[i]) {
			t.Errorf("%s: %d samples are shown after the end", track.Kind, len(c.samples[i])-n)
		}
	}
}

// TestLastPartTooLong ends within the last part of an edit list that shows too much, and says so.
func TestLastPartTooLong(t *testing.T) {
	const n = 1200
	f := newFilm()
	f.sizes, f.stts, f.stss, f.perChunk = slices.Repeat([]int{1}, n), []int{n, 3600}, []int{1}, n
	f.edts = elst(44000, 0, 44000, 0, 44000, 0, 44000, 0, 48000, 0)
	r, c := mustScan(t, f.bytes())
	if got, want := len(c.samples[0]), 4*1100+batchSize; got != want {
		t.Errorf("%d samples, want %d", got, want)
	}
	want := fmt.Sprintf("track 1: its edit list shows its samples more than 4 times; what is shown from %s on is left out", clock(4*1100*3600+batchSize*3600, 90000))
	if w := strings.Join(r.Warnings, "; "); w != want {
		t.Errorf("warnings: %s, want %s", w, want)
	}
}
