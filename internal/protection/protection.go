package protection

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
)

// Protection is how a Representation that is stored in the clear is encrypted while it is served (ISO/IEC 23001-7).
type Protection struct {
	Scheme                  media.Scheme
	IVSize                  uint8 // 0: the IV is constant
	CryptBlocks, SkipBlocks uint8
	Key                     drm.Key     // the default, which the init segment names
	PSSH                    [][]byte    // whole boxes, of the init segment
	Domain                  cenc.Domain // of initialization vectors
	Boxes                   bool        // fragments have PIFF's box beside the standard's

	rules   *Rules
	use     drm.Use // of the Key
	missing error   // why there is no Key
}

// Rules returns what it comes from.
func (p *Protection) Rules() *Rules { return p.rules }

// Signal finds the keys of what is announced together, and what a manifest says of it.
func Signal(all []*Protection) ([]drm.Element, error) {
	elements, err := signal(all)
	if err != nil {
		for _, p := range all {
			p.missing = err
		}
	}
	return elements, err
}

func signal(all []*Protection) ([]drm.Element, error) {
	first := all[0]
	content := &drm.Content{Stream: first.use.Stream, Scheme: first.Scheme, Rotates: first.rules.Segments > 0}
	for _, p := range all {
		var err error
		if p.Key, err = p.rules.Keys.Key(p.use); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(content.Keys, func(k drm.Key) bool { return k.ID == p.Key.ID }) {
			content.Keys = append(content.Keys, p.Key)
		}
	}
	for _, p := range all {
		var err error
		if p.PSSH, err = p.pssh(p.Key); err != nil {
			return nil, err
		}
	}
	return first.rules.Systems.Protections(content)
}

func (p *Protection) pssh(k drm.Key) ([][]byte, error) {
	return p.rules.Systems.PSSH(&drm.Content{Stream: p.use.Stream, Scheme: p.Scheme, Keys: []drm.Key{k}})
}

// InPeriod returns p as it is in Period number n, whose URLs begin with path, where each has its own: maybe with another key, which Signal finds, or nil, in the clear.
func (p *Protection) InPeriod(n int, path string) *Protection {
	if n%2 == 1 && p.rules.Leaves("odd") {
		return nil
	}
	own := *p
	own.Domain.Variant += " " + path // the same may be shown again
	if p.rules.EachPeriod {
		own.use.Period = int64(n)
	}
	return &own
}

// Sealing is how a segment is protected.
type Sealing struct {
	Key   drm.Key
	Clear bool     // it is not encrypted
	Group bool     // its fragments say how it is, in a sample group: the init segment says otherwise, or may
	PSSH  [][]byte // whole boxes, of each of its fragments
}

// Sealing returns how the segment with a number, which starts at a time, is protected.
func (p *Protection) Sealing(number int64, start time.Duration) (Sealing, error) {
	g := p.rules
	x := Sealing{Key: p.Key}
	if start < g.Lead {
		x.Clear, x.Group = true, true
		return x, nil
	}
	if g.Segments == 0 {
		return x, nil
	}
	x.Group = true
	use := p.use
	use.Period = (number - g.First) / g.Segments
	var err error
	if x.Key, err = g.Keys.Key(use); err != nil {
		return x, err
	}
	x.PSSH, err = p.pssh(x.Key)
	return x, err
}

// Params returns what encrypts with a key, and the initialization vectors.
func (p *Protection) Params(key drm.Key) (*cenc.Params, *cenc.IVs, error) {
	if p.missing != nil {
		return nil, nil, p.missing
	}
	x := &cenc.Params{Scheme: p.Scheme, Key: key.Value, IVSize: p.IVSize, CryptBlocks: p.CryptBlocks, SkipBlocks: p.SkipBlocks}
	ivs, err := cenc.NewIVs(x, p.Domain)
	if err != nil || p.IVSize != 0 {
		return x, ivs, err
	}
	// It is the same for all keys of the track: not all players read that of a sample group.
	first := *x
	first.Key = p.Key.Value
	constant, err := cenc.NewIVs(&first, p.Domain)
	if err == nil {
		x.ConstantIV = constant.Constant()
	}
	return x, ivs, err
}

// Encryption returns what the init segment says.
func (p *Protection) Encryption() (*media.Encryption, error) {
	x, _, err := p.Params(p.Key)
	if err != nil {
		return nil, err
	}
	e := &media.Encryption{Scheme: p.Scheme, KID: p.Key.ID, IVSize: p.IVSize, CryptBlocks: p.CryptBlocks, SkipBlocks: p.SkipBlocks, PSSH: p.PSSH}
	if p.IVSize == 0 {
		e.ConstantIV = x.ConstantIV[:]
	}
	return e, nil
}

// SameInit says whether p and q, either of which may be nil, make the same of an init segment.
func (p *Protection) SameInit(q *Protection) bool {
	if p == nil || q == nil {
		return p == q
	}
	a, b := p.Domain, q.Domain
	a.Variant, b.Variant = "", "" // a constant IV does not depend on it
	return p.Scheme == q.Scheme && p.IVSize == q.IVSize && p.CryptBlocks == q.CryptBlocks && p.SkipBlocks == q.SkipBlocks && p.Key.ID == q.Key.ID && p.Key.Value == q.Key.Value &&
		(p.IVSize != 0 || a == b) && slices.EqualFunc(p.PSSH, q.PSSH, slices.Equal)
}

// Bandwidth returns the bits per second that the encryption adds at most, with so many samples in a time and a shortest segment: auxiliary information of samples of up to eight slices, and what fragments say.
func (p *Protection) Bandwidth(kind media.Kind, samples int, length, shortest time.Duration) uint32 {
	sample, fragment := 1+float64(p.IVSize), 17+20+16.0 // saiz, saio and senc
	if kind == media.Video {
		sample += 2 + 6*8
	}
	if p.rules.Lead > 0 || p.rules.Segments > 0 {
		fragment += 100 // sgpd, sbgp
	}
	if p.Boxes {
		sample, fragment = 2*sample, fragment+24
	}
	if p.rules.Segments > 0 && p.rules.Systems.Given() {
		fragment += 2048 // pssh boxes
	}
	const uneven = 1.25 // how many more samples than on average a segment may have
	return uint32(8 * (sample*float64(samples)*uneven/max(length.Seconds(), 1e-3) + fragment/max(shortest.Seconds(), 1e-3)))
}
