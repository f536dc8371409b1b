package flv

import (
	"math"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

// TestFrameRate reads onMetaData, sound and not.
func TestFrameRate(t *testing.T) {
	rate := func(v float64) []byte { return onMetaData(v).data }
	deep := []byte{}
	for range 100 {
		deep = append(deep, concat([]byte{3}, bare("x"))...)
	}
	for _, test := range []struct {
		name   string
		script []byte
		want   string
	}{
		{"25", rate(25), "25"},
		{"NTSC", rate(29.97002997), "30000/1001"},
		{"NTSC, rounded", rate(29.97), "30000/1001"},
		{"film", rate(23.976), "24000/1001"},
		{"odd", rate(12.5), "25/2"},
		{"live", concat(str("@setDataFrame"), rate(30)), "30"},
		{"object among others", concat(str("onMetaData"), object(3, bare("a"), []byte{1, 1}, bare("b"), str("text"), bare("keyframes"),
			object(3, bare("times"), concat([]byte{10, 0, 0, 0, 2}, number(1), number(2))), bare("d"), concat([]byte{11}, make([]byte, 10)), bare("framerate"), number(50))), "50"},
		{"nothing", concat(str("onMetaData"), object(8)), ""},
		{"zero", rate(0), ""},
		{"not a number", rate(math.NaN()), ""},
		{"infinite", rate(math.Inf(1)), ""},
		{"another event", concat(str("onCuePoint"), object(8, bare("framerate"), number(25))), ""},
		{"too deep", concat(str("onMetaData"), object(8, bare("a"), deep, bare("framerate"), number(25))), ""},
		{"cut", rate(25)[:40], ""},
		{"huge array", concat(str("onMetaData"), object(8, bare("a"), []byte{10, 255, 255, 255, 255})), ""},
		{"empty", nil, ""},
	} {
		want := test.want
		if want == "" {
			want = media.Rational{}.String()
		}
		if got := frameRate(test.script); got.String() != want {
			t.Errorf("%s: %s, not %s", test.name, got, want)
		}
	}
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	c := mustScan(t, fileOf(flvOf(slices.Insert(tags, 0, onMetaData(15))...))) // what the file says wrongly does no harm
	if tr := c.result.Tracks[0]; tr.Timescale != 24000 {
		t.Errorf("timescale %d", tr.Timescale)
	}
}
