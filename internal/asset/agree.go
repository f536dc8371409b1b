package asset

import (
	"slices"

	"github.com/dashwright/dashwright/internal/index"
)

// Agrees says whether a manifest of b announces segments that a has: the same Tracks, with their random access points at the same times.
func (a *Asset) Agrees(b *Asset) bool {
	return slices.EqualFunc(a.Sets, b.Sets, func(x, y Set) bool { return slices.EqualFunc(x.Tracks, y.Tracks, agree) })
}

func agree(a, b *Track) bool {
	if a.ID != b.ID || a.Timescale != b.Timescale || a.Shift != b.Shift || a.Count != b.Count || a.End != b.End {
		return false
	}
	if a.Syncs == a.Count && b.Syncs == b.Count {
		return true
	}
	return slices.EqualFunc(a.Points(), b.Points(), func(x, y index.Point) bool { return x.Sample == y.Sample && x.DTS == y.DTS && x.EPT == y.EPT })
}
