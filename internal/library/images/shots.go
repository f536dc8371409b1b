package images

import (
	"sort"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
)

// Shot is a random access point that a picture is made of.
type Shot struct {
	Sample int
	At     time.Duration // presentation time in the Asset
}

// Shots returns the Shots of a Track, in the order of their times: of random access points within the same second the first.
func Shots(t *asset.Track) []Shot {
	second := func(at time.Duration) int64 { return int64((at + time.Hour) / time.Second) } // what is before 0 counts too
	var shots []Shot
	for _, p := range t.Points() {
		at := t.PresentationTime(p.PTS)
		if n := len(shots); n > 0 && second(at) <= second(shots[n-1].At) {
			continue
		}
		shots = append(shots, Shot{int(p.Sample), at})
	}
	return shots
}

// during returns which of the Shots shows what there is from at on, for so long: the first one in that time; if there is none, the one that is before it; and the first before all. There must be one.
func during(shots []Shot, at, lasts time.Duration) int {
	const rounding = time.Millisecond // less than a frame lasts
	at -= rounding
	i := sort.Search(len(shots), func(i int) bool { return shots[i].At >= at })
	if i < len(shots) && shots[i].At < at+lasts {
		return i
	}
	return max(0, i-1)
}
