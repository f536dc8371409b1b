package segment_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// Composition offsets that are raised, with an edit list, and those that are not, without, show the same pictures at the same times, in every mode.
func TestOffsets(t *testing.T) {
	live := serve(t, file(t, "mp4"))
	for _, c := range [][2]string{
		{"vod", ""}, {"vod", "timeline=1&enc=cenc"}, {"vod", "timeline=list"},
		{"live", "timeline=1"}, {"live", "timeline=1&enc=cbcs"}, {"live", "timeline=1&chunkdur=0.5"}, {"live", "timeline=1&periods=240"},
		{"live", "timeline=1&ads=" + strings.Split(live, "/")[5] + ",30,10"},
	} {
		base := strings.Replace(live, "/live/", "/"+c[0]+"/", 1)
		raised, edits := pictures(t, base, c[1]+"&offsets=raised")
		signed, none := pictures(t, base, c[1]+"&offsets=signed")
		if edits == 0 || none != 0 {
			t.Errorf("%s: edit lists take off %d and %d", c, edits, none)
		}
		if len(raised) == 0 || len(raised) != len(signed) {
			t.Errorf("%s: %d and %d pictures", c, len(raised), len(signed))
			continue
		}
		for i := range raised {
			if x, y := &raised[i], &signed[i]; x.PTS != y.PTS || x.DTS-y.DTS != -edits || !bytes.Equal(x.Data, y.Data) {
				t.Errorf("%s: picture %d is shown at %d and %d, decoded at %d and %d", c, i, x.PTS, y.PTS, x.DTS, y.DTS)
				break
			}
		}
	}
}

// pictures returns all pictures of the first video that a manifest announces, in presentation time, and what its edit lists take off.
func pictures(t *testing.T, base, query string) (all []mediatest.FragmentSample, edit int64) {
	t.Helper()
	for _, r := range mediatest.ReadMPD(t, fetch(t, base+"manifest.mpd?start=2026-01-01T00:00:00Z&now=2026-01-09T08:00:17Z&depth=40&"+query)).Representations {
		if r.ID != "v1" && !strings.HasSuffix(r.ID, "v1") {
			continue
		}
		in := mediatest.ParseInit(t, fetch(t, base+r.Init))
		edit = in.MediaTime
		for _, s := range r.Segments {
			body := fetch(t, base+s.URL)
			for _, x := range fragments(body) {
				f := mediatest.ParseSegment(t, in, x)
				for _, p := range f.Samples {
					p.PTS, p.DTS = p.PTS-in.MediaTime, p.DTS-in.MediaTime
					all = append(all, p)
				}
			}
		}
	}
	return all, edit
}

// fragments cuts a segment into what goes into ParseSegment: from each moof to its mdat.
func fragments(b []byte) (list [][]byte) {
	for at, from := 0, 0; at < len(b); {
		size := int(b[at])<<24 | int(b[at+1])<<16 | int(b[at+2])<<8 | int(b[at+3])
		switch string(b[at+4 : at+8]) {
		case "moof":
			from = at
		case "mdat":
			list = append(list, b[from:at+size])
		}
		at += size
	}
	return list
}
