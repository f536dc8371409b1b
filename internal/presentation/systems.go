package presentation

import (
	"bytes"
	"net/url"
	"slices"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
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

// signalStored says of AdaptationSets that are stored encrypted with which keys that is, and names the systems that were asked for, in the manifest and in init segments. Keys that nobody has named are taken
// for computed ones; the licence server is told the stream, so that it does the same for its key IDs and for no others.
func signalStored(sets []AdaptationSet, stream string, asked *drm.Selection, keys drm.Keys) error {
	s := *asked
	s.Licence += string("?&"[min(1, len(s.Licence))]) + "stream=" + url.QueryEscape(stream)
	for i := range sets {
		a := &sets[i]
		all := &drm.Content{Stream: stream}
		for j := range a.Representations {
			r := &a.Representations[j]
			if r.Track.Encryption == nil {
				continue
			}
			c, err := storedKeys(r.Track.Encryption, keys)
			if err != nil {
				return err
			}
			c.Stream = stream
			if err := r.signalStored(c, &s); err != nil {
				return err
			}
			for _, k := range c.Keys {
				if !slices.ContainsFunc(all.Keys, func(have drm.Key) bool { return have.ID == k.ID }) {
					all.Keys = append(all.Keys, k)
				}
			}
			all.Scheme = c.Scheme
		}
		if len(all.Keys) == 0 || a.Protections != nil {
			continue
		}
		var err error
		if a.Protections, err = s.Protections(all); err != nil {
			return err
		}
	}
	return nil
}

// storedKeys returns the keys of a Track that is stored encrypted: all of them, should they change.
func storedKeys(e *media.Encryption, keys drm.Keys) (*drm.Content, error) {
	c := &drm.Content{Scheme: e.Scheme}
	for _, id := range e.KIDs() {
		k, _, known := keys.Find(id)
		if !known {
			var err error
			if k, err = drm.Computed(id); err != nil {
				return nil, err
			}
		}
		c.Keys = append(c.Keys, k)
	}
	return c, nil
}

// signalStored finds what segments of r, which is stored encrypted with the keys of c, say of the systems that were asked for besides what is stored.
func (r *Representation) signalStored(c *drm.Content, s *drm.Selection) error {
	boxes, err := s.PSSH(c)
	if err != nil {
		return err
	}
	r.PSSH = slices.DeleteFunc(boxes, func(box []byte) bool {
		return slices.ContainsFunc(r.Track.Encryption.PSSH, func(have []byte) bool { return sameSystem(have, box) })
	})
	if r.PIFF = s.UUIDBoxes() && c.Scheme == (media.Scheme{'c', 'e', 'n', 'c'}); r.PIFF {
		r.Bandwidth += r.doubled()
	}
	return nil
}

// sameSystem says whether two pssh boxes are of the same system (ISO/IEC 23001-7, 8.1.2).
func sameSystem(a, b []byte) bool {
	const from, to = 4 + 4 + 4, 4 + 4 + 4 + 16
	return len(a) >= to && len(b) >= to && bytes.Equal(a[from:to], b[from:to])
}

// doubled returns the bits per second that a second box of auxiliary information takes at most.
func (r *Representation) doubled() uint32 {
	most := int64(0)
	for k := range r.Segments.Cycle() {
		n := int64(32)
		for _, rg := range r.Segments.At(k).Ranges {
			n += int64(rg.Aux)
		}
		most = max(most, media.MulDiv(8*n, int64(r.Timescale), max(1, int64(r.Segments.Least(k)))))
	}
	return uint32(most) + 1
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
