package mp4

import (
	"math"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// keyGroups are the sample groups seig of a track (ISO/IEC 23001-7, 6): samples that have another key than tenc says, or none. Descriptions in moov and in each fragment are numbered alike, as Groups of the
// track's Encryption.
type keyGroups struct {
	known map[string]uint16 // Groups by their description as it stands in the file
	clear uint16            // the Group of what is not protected; 0 where that is not known yet, or what tenc says
	moov  descriptions
}

// descriptions is an sgpd box: the Group of each, and of samples that no sbgp box is about.
type descriptions struct {
	groups   []uint16
	fallback uint16
}

// inFragment is added to the numbers of descriptions that stand in a fragment of their own (ISO/IEC 14496-12, 8.9.4.3).
const inFragment = 0x10000

// maxSgpd bounds an sgpd box: as many descriptions as there can be Groups.
const maxSgpd = 4 << 20

// describesKeys says whether p, the body of an sgpd, sbgp or csgp box, is about keys.
func describesKeys(p []byte) bool { return len(p) >= 8 && string(p[4:8]) == "seig" }

// describeKeys reads the body of an sgpd box of the type seig (ISO/IEC 14496-12, 8.9.3).
func (t *track) describeKeys(p []byte) (d descriptions, err error) {
	at, length, fallback := 8, 20, uint32(0)
	if p[0] >= 1 {
		length, at = int(min(be32(p, 8), math.MaxInt32)), 12
	}
	if p[0] >= 2 {
		fallback, at = be32(p, 12), 16
	}
	n := be32(p, at)
	for p = p[min(at+4, len(p)):]; n > 0; n-- {
		size := length
		if size == 0 {
			size = int(min(be32(p, 0), math.MaxInt32))
			p = p[min(4, len(p)):]
		}
		if size > len(p) {
			return d, errs.Errorf(errs.Invalid, "track %d: the descriptions of its keys (sgpd) are cut off, %d before the end: the file is damaged, or was not copied whole", t.media.ID, n)
		}
		g, err := t.keyGroup(p[:size])
		if err != nil {
			return d, err
		}
		d.groups, p = append(d.groups, g), p[size:]
	}
	if fallback &^= inFragment; fallback > 0 && int(fallback) <= len(d.groups) {
		d.fallback = d.groups[fallback-1]
	}
	return d, nil
}

// keyGroup returns the Group that an entry of sgpd describes.
func (t *track) keyGroup(entry []byte) (uint16, error) {
	if n, ok := t.keys.known[string(entry)]; ok {
		return n, nil
	}
	g, err := codec.ParseKeyGroup(entry)
	if err != nil {
		return 0, errs.Errorf(errs.Invalid, "track %d: %w", t.media.ID, err)
	}
	n, err := t.addGroup(&g)
	if err != nil {
		return 0, err
	}
	if t.keys.known == nil {
		t.keys.known = map[string]uint16{}
	}
	t.keys.known[string(entry)] = n
	return n, nil
}

// addGroup returns the number of g among the Groups: 0 when it is what tenc says.
func (t *track) addGroup(g *media.KeyGroup) (uint16, error) {
	e := t.media.Encryption
	if usual := e.Group(0); usual.Equal(g) {
		return 0, nil
	}
	if !g.Protected && t.keys.clear > 0 {
		return t.keys.clear, nil
	}
	if len(e.Groups) == math.MaxUint16 {
		return 0, errs.Errorf(errs.Unsupported, "track %d has more than %d keys: cut the file", t.media.ID, math.MaxUint16)
	}
	e.Groups = append(e.Groups, *g)
	n := uint16(len(e.Groups))
	if !g.Protected {
		t.keys.clear = n
	}
	return n, nil
}

// find returns the Group of a group_description_index. own is the fragment's.
func (t *track) find(index uint32, own *descriptions) (uint16, error) {
	d, i := &t.keys.moov, index
	switch {
	case index == 0 && own.fallback > 0:
		return own.fallback, nil
	case index == 0:
		return d.fallback, nil
	case index > inFragment:
		d, i = own, index-inFragment
	}
	if int(i) > len(d.groups) {
		return 0, errs.Errorf(errs.Invalid, "track %d has samples in group %d of keys (sbgp), of which there is no description (sgpd): nobody can know their key", t.media.ID, index)
	}
	return d.groups[i-1], nil
}

// unreadable refuses a compact sample to group box (ISO/IEC 14496-12, 8.9.5) about keys, which no packager writes.
func (t *track) unreadable() error {
	return errs.Errorf(errs.Unsupported, "track %d says in a compact box (csgp) which samples have which key, which cannot be read: package the file again, with sbgp", t.media.ID)
}

// keysInMoov reads the descriptions of keys in stbl.
func (s *scan) keysInMoov(t *track) error {
	v := s.movie.view
	for _, b := range t.tables.csgp {
		if describesKeys(v.content(b, 0, 8)) {
			return t.unreadable()
		}
	}
	for _, b := range t.tables.sgpd {
		if !describesKeys(v.content(b, 0, 8)) {
			continue
		}
		if b.size() > maxSgpd {
			return errs.Errorf(errs.Unsupported, "track %d: the sgpd box at byte %d has %d bytes: more than is sensible", t.media.ID, b.start, b.size())
		}
		var err error
		if t.keys.moov, err = t.describeKeys(v.content(b, 0, maxSgpd)); err != nil {
			return err
		}
	}
	return nil
}

// keyRuns walks an sbgp box of the type seig in stbl.
type keyRuns struct {
	t     *track
	runs  runs
	group uint16
}

// openKeys opens the one of the boxes that says which samples have which key; nil when there are no descriptions of any.
func (v *view) openKeys(t *track) (*keyRuns, error) {
	if t.media.Encryption == nil || len(t.keys.moov.groups) == 0 {
		return nil, nil
	}
	k := &keyRuns{t: t, group: t.keys.moov.fallback}
	for _, b := range t.tables.sbgp {
		p := v.content(b, 0, 8)
		if !describesKeys(p) {
			continue
		}
		var err error
		k.runs.t, err = v.open(b, sbgpHeader(p), 8)
		return k, err
	}
	return k, nil
}

// sbgpHeader returns the bytes before the entries of an sbgp box (ISO/IEC 14496-12, 8.9.2).
func sbgpHeader(p []byte) int64 {
	if p[0] == 1 {
		return 16
	}
	return 12
}

// mark sets the Group of the next len(b) Samples.
func (k *keyRuns) mark(b []media.Sample) error {
	for len(b) > 0 {
		if k.runs.left == 0 {
			value := uint32(0)
			if k.runs.next() {
				value = k.runs.value
			} else if k.runs.left = math.MaxInt; k.runs.err != nil {
				return k.runs.err
			}
			var err error
			if k.group, err = k.t.find(value, &descriptions{}); err != nil {
				return err
			}
		}
		n := min(k.runs.left, len(b))
		for i := range b[:n] {
			b[i].Group = k.group
		}
		b, k.runs.left = b[n:], k.runs.left-n
	}
	return nil
}

// fragmentKeys walks the sbgp box of a track fragment.
type fragmentKeys struct {
	t       *track
	own     descriptions
	entries []byte
	left    int
	group   uint16
}

// keysOf returns what says which keys the samples of f have.
func (f *traf) keysOf() (*fragmentKeys, error) {
	if f.t.media.Encryption == nil {
		return nil, nil
	}
	if f.boxes.csgp {
		return nil, f.t.unreadable()
	}
	k := &fragmentKeys{t: f.t}
	if x := &f.boxes; x.ownKey() {
		// As seig says it: algorithm 0 is none.
		entry := append([]byte{0, 0, min(x.senc[6], 1)}, x.senc[7:24]...)
		var err error
		k.own.fallback, err = f.t.keyGroup(entry)
		return k, err
	}
	if len(f.boxes.seig) == 0 && f.boxes.sbgp == nil && len(f.t.keys.moov.groups) == 0 {
		return nil, nil
	}
	for _, p := range f.boxes.seig {
		var err error
		if k.own, err = f.t.describeKeys(p); err != nil {
			return nil, err
		}
	}
	if p := f.boxes.sbgp; p != nil {
		header := int(sbgpHeader(p))
		k.entries = p[min(header, len(p)):]
		k.entries = k.entries[:min(int64(len(k.entries)), 8*int64(be32(p, header-4)))]
	}
	return k, nil
}

// mark sets the Group of the next len(b) Samples.
func (k *fragmentKeys) mark(b []media.Sample) error {
	for len(b) > 0 {
		if k.left == 0 {
			value := uint32(0)
			k.left = math.MaxInt
			if len(k.entries) >= 8 {
				k.left, value = int(be32(k.entries, 0)), be32(k.entries, 4)
				if k.entries = k.entries[8:]; k.left == 0 {
					continue
				}
			}
			var err error
			if k.group, err = k.t.find(value, &k.own); err != nil {
				return err
			}
		}
		n := min(k.left, len(b))
		for i := range b[:n] {
			b[i].Group = k.group
		}
		b, k.left = b[n:], k.left-n
	}
	return nil
}
