package survey

import (
	"math"
	"sort"
	"strings"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Window is the part of a Track that is asked for: what begins from From until before To, seconds, and at most Limit of it.
type Window struct {
	From, To float64 // From 0: the beginning, which an encoder delay may put before 0; To 0: the end
	Limit    int
}

// ticks returns the Window's bounds in ticks of a timescale.
func (w Window) ticks(s media.Timescale) (from, to media.Ticks) {
	from, to = math.MinInt64/4, math.MaxInt64
	if w.From > 0 {
		from = round(w.From, s)
	}
	if w.To > 0 {
		to = round(w.To, s)
	}
	return from, to
}

func round(seconds float64, s media.Timescale) media.Ticks {
	return media.Ticks(math.Round(min(max(seconds, -1e9), 1e9) * float64(s)))
}

// seconds is exact enough that round gives the ticks back.
func seconds(t media.Ticks, s media.Timescale) float64 { return float64(t) / float64(s) }

// Find returns the Track of that ID and the Asset that it is of; without an ID the first. The Tracks of a programme have their Period's ID in front: "p1/v1". The error, of kind
// errs.NotFound, names what there is.
func Find(a *asset.Asset, id string) (*asset.Asset, *asset.Track, error) {
	var all []string
	for _, in := range stretches(a) {
		for _, set := range in.asset.Sets {
			for _, t := range set.Tracks {
				name := in.prefix + t.ID
				if name == id || id == "" {
					return in.asset, t, nil
				}
				all = append(all, name)
			}
		}
	}
	return nil, nil, errs.Errorf(errs.NotFound, "%s has no track %q; it has %s", a.Name, id, strings.Join(all, ", "))
}

// stretch is an Asset with Sets, and what stands before its Tracks' IDs.
type stretch struct {
	prefix string
	asset  *asset.Asset
}

func stretches(a *asset.Asset) []stretch {
	if len(a.Parts) == 0 {
		return []stretch{{"", a}}
	}
	var all []stretch
	for _, p := range a.Parts {
		all = append(all, stretch{p.ID + "/", p.Asset})
	}
	return all
}

// near returns the number of a Sample from which walking on meets every Sample whose decode time is at or after dts (in the Track's own times), with enough before it to know
// what is presented out of order.
func near(t *asset.Track, dts media.Ticks) int {
	steps := t.Steps()
	i := sort.Search(len(steps), func(i int) bool { return steps[i].DTS > dts })
	if i = max(0, i-2); i < len(steps) {
		return steps[i].Sample
	}
	return 0
}
