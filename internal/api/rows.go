package api

import (
	"context"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/survey"
)

// Rows is one page of a track's segments, groups of pictures or frames, as a table shows them: one of the three lists.
type Rows struct {
	Track, Kind string
	Segments    []Segment
	GOPs        []GOP
	Frames      []Frame
	Total       int      // of all pages; 0 when it is not known
	Previous    *float64 // From of the page before; nil when this is the first
	Next        *float64 // From of the page after; nil when this is the last
}

// Rows returns at most limit rows of a track from a time on; what is segments, gops or frames.
func (a *API) Rows(ctx context.Context, name, track, what string, from float64, limit int) (Rows, error) {
	whole, err := a.cfg.Streams.Asset(ctx, name)
	if err != nil {
		return Rows{}, err
	}
	of, t, err := survey.Find(whole, track)
	if err != nil {
		return Rows{}, err
	}
	r := Rows{Track: track, Kind: t.Kind.String()}
	if track == "" {
		r.Track = t.ID
	}
	window := survey.Window{From: from, Limit: limit}
	length, next := whole.Duration.Seconds(), -1.0
	switch what {
	case "segments":
		var list []survey.Segment
		list, r.Total, next = survey.Segments(of, t, 0, window)
		for _, s := range list {
			r.Segments = append(r.Segments, Segment(s))
		}
		r.Previous = previous(window, length/float64(max(1, r.Total)), func(w survey.Window) (starts []float64) {
			list, _, _ := survey.Segments(of, t, 0, w)
			for _, s := range list {
				starts = append(starts, s.Start)
			}
			return starts
		})
	case "gops":
		var list []survey.GOP
		list, next = survey.GOPs(t, window)
		r.Total = t.Syncs
		for _, g := range list {
			r.GOPs = append(r.GOPs, GOP(g))
		}
		r.Previous = previous(window, length/float64(max(1, t.Syncs)), func(w survey.Window) (starts []float64) {
			list, _ := survey.GOPs(t, w)
			for _, g := range list {
				starts = append(starts, g.Start)
			}
			return starts
		})
	case "frames":
		var list []survey.Frame
		list, next = survey.Frames(t, window)
		r.Total = t.Count
		for _, f := range list {
			r.Frames = append(r.Frames, frame(f))
		}
		r.Previous = previous(window, length/float64(max(1, t.Count)), func(w survey.Window) (starts []float64) {
			list, _ := survey.Frames(t, w)
			for _, f := range list {
				starts = append(starts, f.Decode)
			}
			return starts
		})
	default:
		return Rows{}, errs.Errorf(errs.Invalid, "a track has segments, gops and frames, not %q", what)
	}
	if next >= 0 {
		r.Next = &next
	}
	return r, nil
}

// previous returns where the page before a window's begins; starts lists what begins in a window, average is how long each lasts about.
func previous(w survey.Window, average float64, starts func(survey.Window) []float64) *float64 {
	if w.From <= 0 {
		return nil
	}
	for lower := w.From - 4*average*float64(w.Limit); ; lower = 0 {
		lower = max(0, lower)
		list := starts(survey.Window{From: lower, To: w.From, Limit: 1 << 30})
		switch {
		case len(list) >= w.Limit:
			return &list[len(list)-w.Limit]
		case lower == 0:
			return new(float64)
		}
	}
}
