package delivery

import (
	"context"
	"slices"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// licenceNotes says which of the faults of licences that are asked for nothing comes of with p, and why.
func (h *Handler) licenceNotes(ctx context.Context, o *option.Set, p *presentation.Presentation) ([]string, error) {
	rules := slices.Clip(option.LicenceFaults.From(o))
	for _, r := range option.Faults.From(o) {
		if slices.ContainsFunc(r.Targets, func(t fault.Target) bool { return t.Key == "licence" }) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil, nil
	}
	licensed := false
	for _, e := range p.Periods {
		licensed = licensed || slices.ContainsFunc(e.AdaptationSets, func(a presentation.AdaptationSet) bool { return drm.Licensed(a.Protections, p.Origin) })
	}
	if !licensed {
		return []string{"licence: nothing is announced for which this server is asked for a Clear Key licence, so that none can fail; drm=clearkey, without clearkey__la_url, announces it"}, nil
	}
	var notes []string
	for i := range rules {
		for _, e := range rules[i].Effects {
			only, ok := e.Action.(fault.OnlyKeys)
			if !ok {
				continue
			}
			lost, err := h.leavesNone(ctx, only, p)
			if err != nil {
				return nil, err
			}
			if lost {
				notes = append(notes, "licence: "+only.String()+" leaves no key out: those of high pictures are for others too, or not known to be for high ones alone; keyper=resolution has a key for each resolution of what is encrypted here")
			}
		}
	}
	return notes, nil
}

// leavesNone says whether p has pictures whose keys are to be left out of licences, and none are.
func (h *Handler) leavesNone(ctx context.Context, only fault.OnlyKeys, p *presentation.Presentation) (bool, error) {
	high := false
	for i := range p.Periods {
		e := &p.Periods[i]
		var kids []media.KID
		for j := range e.AdaptationSets {
			for k := range e.AdaptationSets[j].Representations {
				r := &e.AdaptationSets[j].Representations[k]
				if e.AdaptationSets[j].Kind != media.Video || r.Height <= only.Height {
					continue
				}
				switch {
				case r.Protection != nil:
					kids = append(kids, r.Protection.Key.ID)
				case r.Track.Encryption != nil:
					kids = append(kids, r.Track.Encryption.KID)
				}
			}
		}
		high = high || len(kids) > 0
		keys, err := h.keysFor(ctx, e.Asset.Name, kids)
		if err != nil || slices.ContainsFunc(keys, func(k wanted) bool { return !k.known || !allows(only, k.use) }) {
			return false, err
		}
	}
	return high, nil
}
