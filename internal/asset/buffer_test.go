package asset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// Text in segments of 10 s, all of which is wanted at their beginning, has a bandwidth that brings it while pictures and sound are buffered; alone it has that of its segments.
func TestTextNeedsNoLongerBuffer(t *testing.T) {
	stored := stream{kind: media.Text, codec: media.STPP, frame: 10_000, count: 3, size: 5000}
	cues := stream{kind: media.Text, codec: media.WVTT, cues: []media.Cue{{Start: 0, End: 9900, Text: strings.Repeat("x", 4000)}}}
	for name, text := range map[string]stream{"stored": stored, "cues": cues} {
		alone := build(t, text).Cut(10 * time.Second).Of("a")
		if alone.Bandwidth > 6000 || alone.Buffer < 8*time.Second {
			t.Errorf("%s alone: %d bit/s, %v", name, alone.Bandwidth, alone.Buffer)
		}
		cuts := build(t, with(film(), func(s *stream) { s.count = 750; s.size = 2000 }), with(sound(), func(s *stream) { s.count = 1500; s.size = 400 }), text).Cut(10 * time.Second)
		other := max(time.Second, cuts.Of("a").Buffer, cuts.Of("b").Buffer)
		tc := cuts.Of("c")
		if tc.Buffer > other+time.Millisecond || other > 4*time.Second {
			t.Errorf("%s: %v must be buffered, of the others %v", name, tc.Buffer, other)
		}
		// All of a segment is wanted when it begins: its bytes must be there within what is buffered.
		bytes := 4000.0
		if need := bytes * 8 / other.Seconds(); float64(tc.Bandwidth) < need || float64(tc.Bandwidth) > 3*need {
			t.Errorf("%s: %d bit/s, some %.0f are needed", name, tc.Bandwidth, need)
		}
	}
}
