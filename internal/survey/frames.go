package survey

import (
	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
)

// Order says how a Frame stands to those around it.
type Order string

// The Orders of a Frame.
const (
	Sync      Order = "sync"      // decoding may start here
	Forward   Order = "forward"   // presented after all that are decoded before it: a P picture, mostly
	Reordered Order = "reordered" // presented before one that is decoded earlier: a B picture, mostly
)

// Frame is one sample.
type Frame struct {
	Number   int     // in decode order, from 0
	Time     float64 // presentation time, seconds
	Decode   float64 // decode time as served (the first sample's is its presentation time), seconds
	Duration float64 // seconds
	Bytes    uint32
	Order    Order
}

// GOP is the samples from one random access point to before the next, in decode order.
type GOP struct {
	Number    int     // of its first sample, in decode order, from 0
	Start     float64 // presentation time of its random access point, seconds
	Duration  float64 // until the next random access point is presented, seconds
	Frames    int
	Bytes     uint64
	SyncBytes uint32 // of its random access point
	Reordered int    // samples that are presented before one that is decoded earlier
	Open      bool   // some are presented before the random access point
}

// walk calls visit with every Sample from near a decode time on, until it returns false.
func walk(t *asset.Track, dts media.Ticks, visit func(n int, s *media.Sample, o Order) bool) {
	n := near(t, dts)
	var s media.Sample
	var latest media.Ticks
	first := true
	for c := t.Cursor(n); c.Next(&s); n++ {
		o := Forward
		pts := s.PTS()
		switch {
		case s.Sync:
			o = Sync
		case !first && pts < latest:
			o = Reordered
		}
		if first || pts > latest {
			latest = pts
		}
		first = false
		if !visit(n, &s, o) {
			return
		}
	}
}

// Frames returns the samples of a Track whose decode time as served is within a Window, in decode order. When there are more than the Window's Limit, next is the From that goes
// on; else it is negative. A Track of cues has none.
func Frames(t *asset.Track, w Window) (list []Frame, next float64) {
	from, to := w.ticks(t.Timescale)
	served := t.Shift + t.Delay
	next = -1
	walk(t, from-served, func(n int, s *media.Sample, o Order) bool {
		at := s.DTS + served
		if at < from {
			return true
		}
		if at >= to {
			return false
		}
		if len(list) == w.Limit {
			next = seconds(at, t.Timescale)
			return false
		}
		list = append(list, Frame{
			Number: n, Time: seconds(s.PTS()+t.Shift, t.Timescale), Decode: seconds(at, t.Timescale), Duration: seconds(s.Duration, t.Timescale), Bytes: s.Size, Order: o,
		})
		return true
	})
	return list, next
}

// GOPs returns the groups of pictures of a Track whose random access point is presented within a Window. When there are more than the Window's Limit, next is the From that goes
// on; else it is negative. Samples before the first random access point are in no group.
func GOPs(t *asset.Track, w Window) (list []GOP, next float64) {
	from, to := w.ticks(t.Timescale)
	next = -1
	var open *GOP
	var start media.Ticks // of the open one
	end := func(at media.Ticks) {
		if open != nil {
			open.Duration = seconds(at-start, t.Timescale)
			list = append(list, *open)
			open = nil
		}
	}
	walk(t, from-t.Shift-t.Delay, func(n int, s *media.Sample, o Order) bool {
		if o == Sync {
			at := s.PTS() + t.Shift
			end(at)
			switch {
			case at >= to:
				return false
			case at < from:
				return true
			case len(list) == w.Limit:
				next = seconds(at, t.Timescale)
				return false
			}
			open, start = &GOP{Number: n, Start: seconds(at, t.Timescale), SyncBytes: s.Size}, at
		}
		if open == nil {
			return true
		}
		open.Frames++
		open.Bytes += uint64(s.Size)
		if o == Reordered {
			open.Reordered++
			open.Open = open.Open || s.PTS()+t.Shift < start
		}
		return true
	})
	end(t.EndPTS + t.Shift)
	return list, next
}
