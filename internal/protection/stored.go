package protection

import (
	"bytes"
	"net/url"
	"slices"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
)

// announced is up to how many keys of a track that is stored encrypted are named together, in manifest and init segment: more would make both large, and a PlayReady header does not take them. Of more the first
// is named there, and fragments name theirs, as where keys change on request.
const announced = 64

// Stored is what is said of a Representation that is stored encrypted: of its keys, and of the systems that are asked for besides what is stored. nil: it is not.
type Stored struct {
	PSSH [][]byte // whole boxes that the init segment has besides those that are stored, of systems that those are not of
	PIFF bool     // fragments have PIFF's box beside the standard's

	encryption *media.Encryption
	systems    *drm.Selection
	keys       drm.Keys
	content    *drm.Content // as it is announced
	bound      int64        // of the boxes of one key in a fragment, bytes; 0: fragments have none
}

// Keep returns what is said of a track of a stream that is stored encrypted. Keys that nobody has named are taken for computed ones; the licence server is told the stream, so that it does the same for its key IDs
// and for no others.
func Keep(stream string, e *media.Encryption, asked *drm.Selection, keys drm.Keys) (*Stored, error) {
	s := *asked
	s.Licence += string("?&"[min(1, len(s.Licence))]) + "stream=" + url.QueryEscape(stream)
	x := &Stored{encryption: e, systems: &s, keys: keys, PIFF: s.UUIDBoxes() && e.Scheme == media.Scheme{'c', 'e', 'n', 'c'}, content: &drm.Content{Stream: stream, Scheme: e.Scheme}}
	ids := e.KIDs()
	rotates := len(ids) > announced
	if rotates {
		ids = ids[:1]
	}
	var err error
	if x.content, err = x.contentOf(ids); err != nil {
		return nil, err
	}
	if x.PSSH, err = x.boxes(x.content); err != nil {
		return nil, err
	}
	if x.content.Rotates = rotates; rotates && len(x.PSSH) > 0 {
		x.bound = 256 // what a second key makes larger
		for _, b := range x.PSSH {
			x.bound += int64(len(b))
		}
	}
	return x, nil
}

// contentOf returns what is protected by the keys with those IDs.
func (x *Stored) contentOf(ids []media.KID) (*drm.Content, error) {
	c := &drm.Content{Stream: x.content.Stream, Scheme: x.content.Scheme}
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

// boxes returns the pssh boxes of the systems that the file has none of.
func (x *Stored) boxes(c *drm.Content) ([][]byte, error) {
	boxes, err := x.systems.PSSH(c)
	return slices.DeleteFunc(boxes, func(box []byte) bool {
		return slices.ContainsFunc(x.encryption.PSSH, func(have []byte) bool { return sameSystem(have, box) })
	}), err
}

// sameSystem says whether two pssh boxes are of the same system (ISO/IEC 23001-7, 8.1.2).
func sameSystem(a, b []byte) bool {
	const from, to = 4 + 4 + 4, 4 + 4 + 4 + 16
	return len(a) >= to && len(b) >= to && bytes.Equal(a[from:to], b[from:to])
}

// KeyBoxes returns the pssh boxes of a fragment whose samples have keys of those IDs: none where the init segment names all.
func (x *Stored) KeyBoxes(ids []media.KID) ([][]byte, error) {
	if x == nil || x.bound == 0 || len(ids) == 0 {
		return nil, nil
	}
	c, err := x.contentOf(ids)
	if err != nil {
		return nil, err
	}
	return x.boxes(c)
}

// Bytes returns how many bytes a fragment of so many samples with so many keys, and so much auxiliary information, has at most besides what it would have if no system had been asked for.
func (x *Stored) Bytes(samples, keys int, aux int64) int64 {
	if x == nil {
		return 0
	}
	n := int64(keys) * x.bound
	if x.PIFF {
		n += 32 + aux
		if keys > 1 {
			n += 8 * int64(samples) // those of different kinds say more
		}
	}
	return n
}

// Adds says whether fragments have anything that they would not have if no system had been asked for.
func (x *Stored) Adds() bool { return x.HasPIFF() || x != nil && x.bound > 0 }

// HasPIFF says whether fragments have PIFF's box.
func (x *Stored) HasPIFF() bool { return x != nil && x.PIFF }

// SameInit says whether x and y, either of which may be nil, add the same to an init segment.
func (x *Stored) SameInit(y *Stored) bool {
	if x == nil || y == nil {
		return x == y
	}
	return slices.EqualFunc(x.PSSH, y.PSSH, bytes.Equal)
}

// SignalStored returns what a manifest says of what is announced together.
func SignalStored(all []*Stored) ([]drm.Element, error) {
	c := *all[0].content
	c.Keys = slices.Clone(c.Keys)
	for _, x := range all[1:] {
		for _, k := range x.content.Keys {
			if !slices.ContainsFunc(c.Keys, func(have drm.Key) bool { return have.ID == k.ID }) {
				c.Keys = append(c.Keys, k)
			}
		}
		c.Rotates = c.Rotates || x.content.Rotates
	}
	return all[0].systems.Protections(&c)
}
