package presentation

import (
	"slices"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/protection"
	"github.com/dashwright/dashwright/internal/timeline"
)

// systems reads which content protection systems were asked for, and how they are signalled.
func systems(o *option.Set) *drm.Selection {
	s := &drm.Selection{Systems: option.DRM.From(o)}
	if !s.Given() {
		return s
	}
	s.Settings = drm.Settings{
		PlayReady: automatic(option.PlayReadyVersion.From(o)), Header: automatic(option.PlayReadyHeader.From(o)), PIFF: option.PlayReadyPIFF.From(o),
		Licence: o.Query(option.Licence, nil),
		LicenceURLs: map[string]string{
			"clearkey": option.ClearKeyURL.From(o), "playready": option.PlayReadyURL.From(o), "widevine": option.WidevineURL.From(o),
			"marlin": option.MarlinURL.From(o), "fairplay": option.FairPlayURL.From(o),
		},
	}
	for system, old := range map[string]string{
		"clearkey": option.OldClearKeyURL.From(o), "playready": option.OldPlayReadyURL.From(o), "marlin": option.OldMarlinURL.From(o),
	} {
		if old != "" {
			s.LicenceURLs[system] = old
		}
	}
	return s
}

// licensed makes the URLs of licences at this server whole, now that it is known how the client reaches it.
func (p *Presentation) licensed() {
	has := func(a AdaptationSet) bool { return len(a.Protections) > 0 }
	if !slices.ContainsFunc(p.Periods, func(e Period) bool { return slices.ContainsFunc(e.AdaptationSets, has) }) {
		return
	}
	p.Periods = slices.Clone(p.Periods)
	for i := range p.Periods {
		sets := slices.Clone(p.Periods[i].AdaptationSets)
		for j := range sets {
			sets[j].Protections = drm.Complete(sets[j].Protections, p.Origin)
		}
		p.Periods[i].AdaptationSets = sets
	}
}

// signalStored says of AdaptationSets that are stored encrypted with which keys that is, and names the systems that were asked for.
func signalStored(sets []AdaptationSet, stream string, asked *drm.Selection, keys drm.Keys) (err error) {
	for i := range sets {
		a := &sets[i]
		var all []*protection.Stored
		for j := range a.Representations {
			r := &a.Representations[j]
			if r.Track.Encryption == nil {
				continue
			}
			if r.Stored, err = protection.Keep(stream, r.Track.Encryption, asked, keys); err != nil {
				return err
			}
			if r.Stored.Adds() {
				r.Bandwidth += r.Segments.Peak(r.Timescale, func(g *timeline.Range) int64 {
					return r.Stored.Bytes(g.Count, r.Track.Changes(g.First, g.Count)+1, int64(g.Aux))
				})
			}
			all = append(all, r.Stored)
		}
		if len(all) > 0 && a.Protections == nil {
			if a.Protections, err = protection.SignalStored(all); err != nil {
				return err
			}
		}
	}
	return nil
}

// Version names what is stored of an Asset, of the ads and, where o has something encrypted, of the keys: the same options are the same bytes while it is the same.
func (w *Others) Version(a *asset.Asset, o *option.Set) string {
	v := Version(a, w.Ads...)
	if w.Keys != nil && (option.DRM.Given(o) || option.Encryption.Given(o)) {
		if k := w.Keys.Version(); k != "" {
			v += "-" + k
		}
	}
	return v
}

func automatic(choice string) string {
	if choice == "auto" {
		return ""
	}
	return choice
}
