package presentation

import (
	"slices"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Others is what a Presentation is made of besides an Asset and options.
type Others struct {
	Ads  []*asset.Asset // that the option of that name names
	Keys drm.Keys       // nil: all are computed
}

// Protection is how a Representation that is stored in the clear is encrypted while it is served (ISO/IEC 23001-7).
type Protection struct {
	Scheme                  media.Scheme
	IVSize                  uint8 // 0: the IV is constant
	CryptBlocks, SkipBlocks uint8
	Key                     drm.Key     // the default, which the init segment names
	PSSH                    [][]byte    // whole boxes, of the init segment
	Domain                  cenc.Domain // of initialization vectors
	Boxes                   bool        // fragments have PIFF's box beside the standard's

	rules  *rules
	use    drm.Use // of the Key
	stream string
	// missing is why there is no Key.
	missing error
}

// Sealing is how a segment is protected.
type Sealing struct {
	Key   drm.Key
	Clear bool     // it is not encrypted
	Group bool     // its fragments say how it is, in a sample group: the init segment says otherwise, or may
	PSSH  [][]byte // whole boxes, of each of its fragments
}

// rules is what options say of the encryption of all that a Presentation shows.
type rules struct {
	scheme  media.Scheme
	ivSize  uint8
	per     string // stream, kind or resolution
	turn    option.Rotation
	lead    time.Duration
	open    []string // what stays in the clear
	first   int64    // number of the first segment
	variant string   // of Domains
	systems *drm.Selection
	keys    drm.Keys
}

// protect decides what is encrypted and how, and what the manifest says of it.
func (p *Presentation) protect(o *option.Set, keys drm.Keys) error {
	if keys == nil {
		keys = drm.Computer{}
	}
	s := systems(o)
	g, err := p.rules(o, s, keys)
	if err != nil {
		return err
	}
	for i, c := range p.contents {
		if err := signalStored(c.sets, c.asset.Name, s, keys); err != nil {
			return err
		}
		_, interrupted := p.schedule.(*breaks)
		if g == nil || interrupted && i > 0 && slices.Contains(g.open, "ads") {
			continue
		}
		if err := c.protect(g); err != nil {
			return err
		}
	}
	if g == nil || !g.turn.Period && !slices.Contains(g.open, "odd") {
		return nil
	}
	switch s := p.schedule.(type) {
	case *split:
		s.apart = true
	case *breaks:
		s.apart = true
	}
	return nil
}

// rules reads the options; nil: nothing is to be encrypted.
func (p *Presentation) rules(o *option.Set, s *drm.Selection, keys drm.Keys) (*rules, error) {
	scheme := option.Encryption.From(o)
	if scheme == "auto" {
		if !s.Given() {
			return nil, nil
		}
		scheme = schemeFor(s)
	}
	g := &rules{
		per: option.KeyScope.From(o), turn: option.KeyRotation.From(o), lead: option.ClearLead.From(o).Duration, open: option.Unprotected.From(o), first: p.StartNumber,
		variant: string(p.Mode) + " " + strconv.FormatInt(int64(option.SegmentDuration.From(o).Duration), 10), systems: s, keys: keys,
	}
	if p.Mode == OnDemand {
		g.first = 1 // numbers are the fragments', not those of URLs
	}
	var err error
	if g.scheme, err = cenc.SchemeOf(scheme); err != nil {
		return nil, err
	}
	switch option.IV.From(o) {
	case "8":
		g.ivSize = 8
	case "16":
		g.ivSize = 16
	case "auto":
		switch scheme {
		case "cenc", "cens":
			g.ivSize = 8
		case "cbc1":
			g.ivSize = 16
		}
	}
	if err := (&cenc.Params{Scheme: g.scheme, IVSize: g.ivSize}).Check(); err != nil {
		return nil, errs.Errorf(errs.Invalid, "option iv: %w", err)
	}
	return g, nil
}

// schemeFor returns the scheme for systems: cenc, unless all that are asked for need another.
func schemeFor(s *drm.Selection) string {
	need := ""
	for _, system := range drm.Systems() {
		if !s.Has(system.Key) {
			continue
		}
		if len(system.Schemes) == 0 || slices.Contains(system.Schemes, "cenc") {
			return "cenc"
		}
		need = system.Schemes[0]
	}
	return need
}

// protect has all of the content encrypted that is stored in the clear and may not stay so.
func (c *content) protect(g *rules) error {
	if g.per == "resolution" {
		c.divide()
	}
	for i := range c.sets {
		set := &c.sets[i]
		if set.Kind != media.Video && set.Kind != media.Audio || slices.Contains(g.open, set.Kind.String()) || set.Representations[0].Track.Encryption != nil {
			continue
		}
		for j := range set.Representations {
			r := &set.Representations[j]
			r.Protection = g.protection(c, r)
			r.Bandwidth += sealingBandwidth(r)
		}
		if err := set.seal(); err != nil {
			return err
		}
	}
	return nil
}

// protection returns how r is protected, less its key.
func (g *rules) protection(c *content, r *Representation) *Protection {
	p := &Protection{
		Scheme: g.scheme, IVSize: g.ivSize, Boxes: g.systems.UUIDBoxes() && g.scheme == media.Scheme{'c', 'e', 'n', 'c'}, rules: g, stream: c.asset.Name, use: drm.Use{Stream: c.asset.Name},
		Domain: cenc.Domain{Stream: c.asset.Name, Version: c.asset.Version, Variant: g.variant, Track: c.ordinal(r)},
	}
	t := r.Track
	if t.Kind == media.Video && cenc.Patterned(g.scheme) {
		p.CryptBlocks, p.SkipBlocks = 1, 9
	}
	if g.per != "stream" {
		p.use.Kind = t.Kind
	}
	if g.per == "resolution" && t.Kind == media.Video {
		p.use.Height, p.use.Width = r.Height, r.Width
	}
	return p
}

// ordinal returns the number of a Representation among all that may be made of the Asset's Tracks, whichever are announced.
func (c *content) ordinal(r *Representation) uint16 {
	n := uint16(0)
	for i := range c.asset.Sets {
		for _, t := range c.asset.Sets[i].Tracks {
			if t == r.Track {
				if r.KeyFrames {
					n |= 1 << 15
				}
				return n
			}
			n++
		}
	}
	return n
}

// divide has video of different resolutions in AdaptationSets of its own, between which players may switch (ISO/IEC 23009-1, 5.3.3.5).
func (c *content) divide() {
	last := 0
	for i := range c.sets {
		last = max(last, c.sets[i].ID)
	}
	var sets []AdaptationSet
	for _, set := range c.sets {
		parts := []AdaptationSet{}
		for _, r := range set.Representations {
			i := slices.IndexFunc(parts, func(a AdaptationSet) bool {
				x := &a.Representations[0]
				return x.Height == r.Height && x.Width == r.Width
			})
			if i < 0 {
				i = len(parts)
				one := set
				one.Representations, one.MaxWidth, one.MaxHeight = nil, r.Width, r.Height
				if i > 0 {
					last++
					one.ID = last
				}
				parts = append(parts, one)
			}
			parts[i].Representations = append(parts[i].Representations, r)
		}
		for i := range parts {
			others := ""
			for j := range parts {
				if j != i {
					others += "," + strconv.Itoa(parts[j].ID)
				}
			}
			if others != "" {
				more := parts[i].Supplemental
				parts[i].Supplemental = append(more[:len(more):len(more)], Descriptor{"urn:mpeg:dash:adaptation-set-switching:2016", others[1:]})
			}
		}
		sets = append(sets, parts...)
	}
	c.sets = sets
}

// seal finds the keys of a set whose Representations have a Protection, and what the manifest says of them.
func (a *AdaptationSet) seal() error {
	var all []drm.Key
	var g *rules
	content := &drm.Content{}
	for i := range a.Representations {
		p := a.Representations[i].Protection
		if p == nil {
			continue
		}
		var err error
		if p.Key, err = p.rules.keys.Key(p.use); err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(k drm.Key) bool { return k.ID == p.Key.ID }) {
			all = append(all, p.Key)
		}
		g = p.rules
		content.Stream, content.Scheme, content.Rotates = p.stream, p.Scheme, g.turn.Segments > 0
	}
	if g == nil {
		return nil
	}
	content.Keys = all
	var err error
	if a.Protections, err = g.systems.Protections(content); err != nil {
		return err
	}
	for i := range a.Representations {
		p := a.Representations[i].Protection
		own := *content
		own.Keys = []drm.Key{p.Key}
		if p.PSSH, err = g.systems.PSSH(&own); err != nil {
			return err
		}
	}
	return nil
}

// inPlace has the set be as it is in Period number n, whose URLs begin with path: where each has its own, with that's key, or in the clear.
func (a *AdaptationSet) inPlace(n int, path string) {
	p := a.Representations[0].Protection
	if p == nil || path == "" {
		return
	}
	g := p.rules
	open := n%2 == 1 && slices.Contains(g.open, "odd")
	for i := range a.Representations {
		r := &a.Representations[i]
		own := *r.Protection
		own.Domain.Variant += " " + path // the same may be shown again
		if g.turn.Period {
			own.use.Period = int64(n)
		}
		if r.Protection = &own; open {
			r.Protection = nil
		}
	}
	switch {
	case open:
		a.Protections = nil
	case g.turn.Period:
		if err := a.seal(); err != nil {
			for i := range a.Representations {
				a.Representations[i].Protection.missing = err
			}
		}
	}
}

// SegmentOf returns the position of the segment that s is, or of which a chunk s is a part. r has a Protection.
func (r *Representation) SegmentOf(s *timeline.Segment) int {
	number := s.Number
	if r.Chunks != nil {
		number /= r.Chunks.Most // of a chunk it is the fragment's
	}
	return int(number - r.Protection.rules.first)
}

// Sealing returns how segment s of r, or the one that a chunk s is part of, is protected. r has a Protection.
func (r *Representation) Sealing(s *timeline.Segment) (Sealing, error) {
	p := r.Protection
	g := p.rules
	k := r.SegmentOf(s)
	x := Sealing{Key: p.Key}
	if g.lead > 0 && r.Segments.Start(k).Duration(r.Timescale) < g.lead {
		x.Clear, x.Group = true, true
		return x, nil
	}
	n := g.turn.Segments
	if n == 0 {
		return x, nil
	}
	x.Group = true
	use := p.use
	use.Period = int64(k) / n
	var err error
	if x.Key, err = g.keys.Key(use); err != nil {
		return x, err
	}
	x.PSSH, err = g.systems.PSSH(&drm.Content{Stream: p.stream, Scheme: p.Scheme, Keys: []drm.Key{x.Key}})
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

// sameAs says whether p and q make the same of an init segment.
func (p *Protection) sameAs(q *Protection) bool {
	if p == nil || q == nil {
		return p == q
	}
	return p.Scheme == q.Scheme && p.IVSize == q.IVSize && p.CryptBlocks == q.CryptBlocks && p.SkipBlocks == q.SkipBlocks && p.Key.ID == q.Key.ID && p.Key.Value == q.Key.Value &&
		(p.IVSize != 0 || p.Domain == q.Domain) && slices.EqualFunc(p.PSSH, q.PSSH, slices.Equal)
}

// sealingBandwidth returns the bits per second that the encryption of r adds at most: auxiliary information of samples of up to eight slices, and what fragments say.
func sealingBandwidth(r *Representation) uint32 {
	t, p := r.Track, r.Protection
	sample := 1 + int64(p.IVSize)
	if t.Kind == media.Video {
		sample += 2 + 6*8
	}
	fragment := int64(17 + 20 + 16)
	if p.rules.lead > 0 || p.rules.turn.Segments > 0 {
		fragment += 100
	}
	if p.Boxes {
		sample, fragment = 2*sample, fragment+24
	}
	if p.rules.turn.Segments > 0 && len(p.rules.systems.Systems) > 0 {
		fragment += 2048 // pssh boxes
	}
	samples := int64(t.Count)
	if r.KeyFrames {
		samples = int64(t.Syncs)
	}
	length := max(1, t.EndPTS-t.FirstPTS)
	shortest := media.Ticks(1 << 62)
	for k := range r.Segments.Cycle() {
		shortest = min(shortest, r.Segments.Least(k))
	}
	bits := media.MulDiv(8*samples*sample, int64(r.Timescale), int64(length)) * 5 / 4
	return uint32(bits + media.MulDiv(8*fragment, int64(r.Timescale), int64(max(1, shortest))))
}
