package mp4

import (
	"encoding/binary"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// uuidSenc is PIFF's form of the senc box.
const uuidSenc = "\xa2\x39\x4f\x52\x5a\x9b\x4f\x14\xa2\x44\x6c\x42\x7c\x64\x8d\xf4"

// auxBoxes are the boxes of a traf that say where the sample auxiliary information is (initialization vectors and subsamples; ISO/IEC 23001-7, 7),
// without their headers.
type auxBoxes struct {
	senc    []byte
	sencEnd int64 // file offset of the byte after it
	saiz    []byte
	saio    []byte
	seig    [][]byte // sgpd
	sbgp    []byte   // of the type seig
	csgp    bool     // there is one of the type seig
}

func (x *auxBoxes) add(b box, p []byte) {
	switch string(b.name[:]) {
	case "senc":
		x.senc, x.sencEnd = p, b.end
	case "uuid":
		if len(p) > 16 && string(p[:16]) == uuidSenc {
			x.senc, x.sencEnd = p[16:], b.end
		}
	case "saiz":
		if _, ok := auxFields(p); ok {
			x.saiz = p
		}
	case "saio":
		if _, ok := auxFields(p); ok {
			x.saio = p
		}
	case "sgpd":
		if describesKeys(p) {
			x.seig = append(x.seig, p)
		}
	case "sbgp":
		if describesKeys(p) {
			x.sbgp = p
		}
	case "csgp":
		x.csgp = x.csgp || describesKeys(p)
	}
}

// ownKey says whether the fragment's samples have the key, and the size of vectors, that its PIFF box says (PIFF 1.1, 5.3.2.1).
func (x *auxBoxes) ownKey() bool { return len(x.senc) >= 28 && be32(x.senc, 0)&1 != 0 }

// auxFields returns what follows the header and the optional type of saiz or saio (ISO/IEC 14496-12, 8.7.8 and 8.7.9), and false when that type is not
// one of encryption.
func auxFields(p []byte) (rest []byte, ok bool) {
	if len(p) < 8 {
		return nil, false
	}
	if p[3]&1 == 0 {
		return p[4:], true
	}
	switch string(p[4:8]) {
	case "cenc", "cbcs", "cens", "cbc1", "piff":
		return p[min(12, len(p)):], true
	}
	return nil, false
}

// auxFragment walks the sample auxiliary information of one track fragment.
type auxFragment struct {
	off     int64   // of the next sample's
	offsets []int64 // of each run's, when saio has several
	sizes   []byte  // from saiz
	size    uint8   // when all are the same
	left    int     // samples that saiz tells of

	senc       []byte // what is left of senc, when there is no saiz
	protection *media.Encryption
	subsamples bool
}

// fragmentAux returns the auxiliary information of f, nil when its samples are clear or need none.
func (s *scan) fragmentAux(f *traf) *auxFragment {
	e := f.t.media.Encryption
	if e == nil {
		return nil
	}
	x := &f.boxes
	a := &auxFragment{protection: e}
	rest, _ := auxFields(x.saiz)
	if len(rest) >= 5 {
		a.size, a.left, a.sizes = rest[0], int(min(be32(rest, 1), math.MaxInt32)), rest[5:]
	}
	if len(x.senc) >= 8 {
		head := 8
		if x.ownKey() {
			head = 28
		}
		a.subsamples = be32(x.senc, 0)&2 != 0
		a.off = x.sencEnd - int64(len(x.senc)-head)
		if x.saiz == nil {
			a.senc = x.senc[head:]
		}
		return a
	}
	rest, _ = auxFields(x.saio)
	if a.left == 0 || len(rest) < 8 {
		return nil
	}
	base, width := f.moof.box.start, 4
	if f.explicit {
		base = f.base
	}
	if x.saio[0] == 1 {
		width = 8
	}
	for p := rest[4:]; len(p) >= width && len(a.offsets) < len(f.runs); p = p[width:] {
		off := int64(be32(p, 0))
		if width == 8 {
			off = int64(min(be64(p, 0), math.MaxInt64/2))
		}
		a.offsets = append(a.offsets, base+off)
	}
	return a
}

// startRun goes to the information of the i-th run.
func (a *auxFragment) startRun(i int) {
	if i < len(a.offsets) {
		a.off = a.offsets[i]
	}
}

// bare has samples of f, which has no auxiliary information, be in the clear where they could not be decrypted without.
func (s *scan) bare(f *traf, b []media.Sample) error {
	t := f.t
	for i := range b {
		if g := t.media.Encryption.Group(b[i].Group); g.IVSize == 0 {
			continue
		}
		clear, err := t.addGroup(&media.KeyGroup{})
		if err != nil {
			return err
		}
		if b[i].Group = clear; !t.bare {
			t.bare = true
			s.warn.addf("track %d is encrypted, and the fragment at byte %d has no initialization vectors: its samples are taken as clear", t.media.ID, f.moof.box.start)
		}
	}
	return nil
}

// next returns where the information of the next sample, which is of a Group, stands.
func (a *auxFragment) next(group uint16) (off int64, size uint16) {
	switch {
	case a.senc != nil:
		g := a.protection.Group(group)
		n := int(g.IVSize)
		if a.subsamples {
			n += 2 + 6*int(be16(a.senc, n))
		}
		if n > min(len(a.senc), math.MaxUint16) {
			a.senc = a.senc[:0]
			return 0, 0
		}
		a.senc, size = a.senc[n:], uint16(n)
	case a.left > 0:
		a.left--
		size = uint16(a.size)
		if a.size == 0 && len(a.sizes) > 0 {
			size, a.sizes = uint16(a.sizes[0]), a.sizes[1:]
		}
	}
	if size == 0 {
		return 0, 0
	}
	off = a.off
	a.off += int64(size)
	return off, size
}

// auxTable walks saiz and saio of stbl.
type auxTable struct {
	sizes    table
	size     uint8 // when all are the same
	count    int
	next     int
	offsets  table
	off      int64
	chunk    int
	perChunk bool // saio has an offset for each chunk
}

// auxTables opens saiz and saio of t's stbl; nil when there are none or t is clear.
func (m *movie) auxTables(t *track) (*auxTable, error) {
	b := &t.tables
	if t.media.Encryption == nil || b.saiz.end == 0 || b.saio.end == 0 {
		return nil, nil
	}
	v := m.view
	p := v.content(b.saiz, 0, 32)
	rest, ok := auxFields(p)
	if !ok || len(rest) < 5 {
		return nil, nil
	}
	a := &auxTable{size: rest[0], count: int(min(be32(rest, 1), math.MaxInt32))}
	var err error
	if a.size == 0 {
		if a.sizes, err = v.open(b.saiz, int64(len(p)-len(rest)+5), 1); err != nil {
			return nil, err
		}
		a.count = a.sizes.count
	}
	p = v.content(b.saio, 0, 16)
	if rest, ok = auxFields(p); !ok {
		return nil, nil
	}
	width := 4
	if p[0] == 1 {
		width = 8
	}
	if a.offsets, err = v.open(b.saio, int64(len(p)-len(rest)+4), width); err != nil {
		return nil, err
	}
	a.perChunk = a.offsets.count > 1
	if !a.perChunk {
		return a, a.startChunk()
	}
	return a, nil
}

// startChunk goes to the information of the next chunk.
func (a *auxTable) startChunk() error {
	p, err := a.offsets.entries(a.chunk, 1)
	if err != nil || len(p) == 0 {
		return err
	}
	a.chunk++
	if a.offsets.width == 8 {
		a.off = int64(min(binary.BigEndian.Uint64(p), math.MaxInt64/2))
	} else {
		a.off = int64(binary.BigEndian.Uint32(p))
	}
	return nil
}

func (a *auxTable) fill(s []media.Sample) error {
	n := min(len(s), a.count-a.next)
	if n <= 0 {
		return nil
	}
	var sizes []byte
	if a.size == 0 {
		var err error
		if sizes, err = a.sizes.entries(a.next, n); err != nil {
			return err
		}
		n = min(n, len(sizes))
	}
	for i := range n {
		size := a.size
		if sizes != nil {
			size = sizes[i]
		}
		if size > 0 {
			s[i].AuxOffset, s[i].AuxSize = a.off, uint16(size)
			a.off += int64(size)
		}
	}
	a.next += n
	return nil
}

// errChange is the refusal of a track whose samples need more than one sample entry.
func errChange(t *track, where string, args ...any) error {
	return errs.Errorf(errs.Unsupported, "track %d changes its sample description "+where+": a stream has one; encode the file again, or cut it there",
		append([]any{t.media.ID}, args...)...)
}
