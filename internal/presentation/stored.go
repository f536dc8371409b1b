package presentation

import (
	"bytes"
	"net/url"
	"slices"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
)

// announced is up to how many keys of a Track that is stored encrypted are named together, in manifest and init segment: more would make both large, and a PlayReady header does not take them. Of more the first
// is named there, and fragments name theirs, as where keys change on request.
const announced = 64

// changing is the keys of a Track that are so many that fragments name theirs.
type changing struct {
	systems *drm.Selection
	stream  string
	keys    drm.Keys
	bound   int64 // bytes of the boxes of a key, at most
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
			c, err := r.signalStored(stream, &s, keys)
			if err != nil {
				return err
			}
			for _, k := range c.Keys {
				if !slices.ContainsFunc(all.Keys, func(have drm.Key) bool { return have.ID == k.ID }) {
					all.Keys = append(all.Keys, k)
				}
			}
			all.Scheme, all.Rotates = c.Scheme, all.Rotates || c.Rotates
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

// stored returns keys of a Track that is stored encrypted.
func (x *changing) stored(scheme media.Scheme, ids []media.KID) (*drm.Content, error) {
	c := &drm.Content{Stream: x.stream, Scheme: scheme}
	for _, id := range ids {
		k, _, known := x.keys.Find(id)
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

// signalStored finds what the manifest says of the keys of r, which is stored encrypted, and what segments say of the systems that were asked for besides what is stored.
func (r *Representation) signalStored(stream string, s *drm.Selection, keys drm.Keys) (*drm.Content, error) {
	e := r.Track.Encryption
	ids := e.KIDs()
	x := &changing{systems: s, stream: stream, keys: keys}
	first := ids
	if len(ids) > announced {
		first = ids[:1]
	}
	c, err := x.stored(e.Scheme, first)
	if err != nil {
		return nil, err
	}
	if r.PSSH, err = r.boxes(c, s); err != nil {
		return nil, err
	}
	if c.Rotates = len(ids) > len(first); c.Rotates && len(r.PSSH) > 0 {
		x.bound = 256 // what a second key makes larger
		for _, b := range r.PSSH {
			x.bound += int64(len(b))
		}
		r.changing = x
	}
	r.PIFF = s.UUIDBoxes() && e.Scheme == (media.Scheme{'c', 'e', 'n', 'c'})
	r.Bandwidth += r.added()
	return c, nil
}

// boxes returns the pssh boxes of the systems that the file has none of.
func (r *Representation) boxes(c *drm.Content, s *drm.Selection) ([][]byte, error) {
	boxes, err := s.PSSH(c)
	return slices.DeleteFunc(boxes, func(box []byte) bool {
		return slices.ContainsFunc(r.Track.Encryption.PSSH, func(have []byte) bool { return sameSystem(have, box) })
	}), err
}

// KeyBoxes returns the pssh boxes of a fragment whose samples are stored encrypted with keys of those IDs: none where the init segment names all keys.
func (r *Representation) KeyBoxes(ids []media.KID) ([][]byte, error) {
	if r.changing == nil || len(ids) == 0 {
		return nil, nil
	}
	c, err := r.changing.stored(r.Track.Encryption.Scheme, ids)
	if err != nil {
		return nil, err
	}
	return r.boxes(c, r.changing.systems)
}

// KeyBytes returns how many bytes the boxes of so many keys have at most.
func (r *Representation) KeyBytes(keys int) int64 {
	if r.changing == nil {
		return 0
	}
	return int64(keys) * r.changing.bound
}

// sameSystem says whether two pssh boxes are of the same system (ISO/IEC 23001-7, 8.1.2).
func sameSystem(a, b []byte) bool {
	const from, to = 4 + 4 + 4, 4 + 4 + 4 + 16
	return len(a) >= to && len(b) >= to && bytes.Equal(a[from:to], b[from:to])
}

// added returns the bits per second that segments of r have at most besides what is stored: a second box of auxiliary information, and names of keys.
func (r *Representation) added() uint32 {
	if !r.PIFF && r.changing == nil {
		return 0
	}
	most := int64(0)
	for k := range r.Segments.Cycle() {
		n := int64(0)
		for _, rg := range r.Segments.At(k).Ranges {
			changes := r.Track.Changes(rg.First, rg.Count)
			n += r.KeyBytes(changes + 1)
			if r.PIFF {
				n += 32 + int64(rg.Aux)
				if changes > 0 {
					n += 8 * int64(rg.Count)
				}
			}
		}
		most = max(most, media.MulDiv(8*n, int64(r.Timescale), max(1, int64(r.Segments.Least(k)))))
	}
	return uint32(most) + 1
}
