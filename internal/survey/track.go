package survey

import (
	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
)

// Track is what a Track is as a whole.
type Track struct {
	ID        string
	Kind      string // video, audio, text
	Set       int    // of those between which a player may switch: an AdaptationSet, from 1
	Timescale uint32
	Start     float64 // of the presentation, seconds
	Duration  float64 // seconds
	Samples   int
	Cues      int // timed texts, where those are stored instead of samples
	Syncs     int // samples where decoding may start
	Bytes     uint64
	Average   uint32 // bit/s
	Peak      uint32 // bit/s, over segments
	Segments  int
	Longest   float64 // of the segments, seconds
	Reorders  bool    // samples are presented in another order than they are decoded in
	Priming   int64   // ticks at the start that are decoded and not heard
	Scheme    string  // of its protection (ISO/IEC 23001-7): cenc, cbcs; "" when clear
	KID       string
}

// Tracks describes all Tracks of an Asset, in the order of its Sets, cut as without the option segdur.
func Tracks(a *asset.Asset) []Track {
	var list []Track
	sets := 0
	for _, in := range stretches(a) {
		cuts := in.asset.Cut(0)
		for _, set := range in.asset.Sets {
			sets++
			for _, t := range set.Tracks {
				d := track(t, cuts.Of(t.ID))
				d.ID, d.Set = in.prefix+t.ID, sets
				list = append(list, d)
			}
		}
	}
	return list
}

func track(t *asset.Track, cut *asset.TrackCut) Track {
	length := t.EndPTS - t.FirstPTS - t.Priming - t.Padding
	d := Track{
		Kind: t.Kind.String(), Timescale: uint32(t.Timescale), Start: seconds(t.FirstPTS+t.Priming+t.Shift, t.Timescale), Duration: seconds(length, t.Timescale),
		Samples: t.Count, Cues: len(t.Cues), Syncs: t.Syncs, Bytes: t.Bytes, Peak: cut.Bandwidth, Segments: len(cut.Segments), Reorders: t.HasCTO, Priming: int64(t.Priming),
	}
	if t.Count == 0 {
		d.Segments = len(cut.Starts) - 1
		for _, s := range cut.CueSizes() {
			d.Bytes += s.Bytes
		}
	}
	if length > 0 {
		d.Average = uint32(min(media.MulDiv(int64(d.Bytes*8), int64(t.Timescale), int64(length)), 1<<32-1))
	}
	for i := range cut.Segments {
		d.Longest = max(d.Longest, seconds(cut.Segments[i].Duration(), t.Timescale))
	}
	if e := t.Encryption; e != nil {
		d.Scheme, d.KID = string(e.Scheme[:]), e.KID.String()
	}
	return d
}
