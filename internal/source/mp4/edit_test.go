package mp4

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
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
		"two":                     {video(elst(120, 0, 200, 5*3600)), 0, 80, 3, 0, 0, "track 1 has 2 edits; only the first is followed"},
		"one after a hole":        {video(elst(120, 0, 50, -1, 280, 3*3600)), 0, 80, 3, 0, 0, "track 1 has 3 edits; only the first is followed"},
		"version 1":               {video(mk("edts", mk("elst", 1<<24, 2, uint64(1500), int64(-1), 1<<16, uint64(400), int64(0), 1<<16))), 1500, 1860, 10, 0, 0, ""},
		"double speed":            {video(mk("edts", mk("elst", 0, 1, 400, 0, 2<<16))), 0, 360, 10, 0, 0, "at rate 2.00"},
		"count too large":         {video(mk("edts", mk("elst", 0, 9, 1500, -1, 1<<16, 400, 0, 1<<16))), 1500, 1860, 10, 0, 0, "has 9 entries and has room for 2"},
		"audio priming":           {audio(elst(380, 1800)), -20, 340, 10, 1800, 0, ""},
		"audio priming and delay": {audio(elst(100, -1, 380, 1800)), 80, 440, 10, 1800, 0, ""},
		"audio padding":           {audio(elst(370, 1800)), -20, 340, 10, 1800, 900, ""},
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
