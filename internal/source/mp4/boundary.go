package mp4

// boundaries decides which movie fragments begin a segment of the file's own: where a sidx lists subsegments, they do; else where
// there are styp boxes, they do; else each fragment is one.
type boundaries struct {
	styled  bool    // a styp box was seen
	pending bool    // since the last fragment
	index   []int64 // starts of the subsegments that are still to come, from sidx
	indexed bool    // index is to be believed
	hit     bool    // a box began where the next subsegment does
}

// maxReferences bounds the subsegments of one sidx: its count has 16 bits.
const maxReferences = 1 << 16

// seen notes that a box of the file begins at off.
func (g *boundaries) seen(off int64) {
	for g.indexed && len(g.index) > 0 && g.index[0] <= off {
		if g.index[0] < off {
			g.indexed, g.index = false, nil // stale: the file was changed after it was written
			return
		}
		g.hit = true
		g.index = g.index[1:]
	}
}

// skip leaves out the subsegments that begin before off.
func (g *boundaries) skip(off int64) {
	for len(g.index) > 0 && g.index[0] < off {
		g.index = g.index[1:]
	}
	g.pending = true
}

func (g *boundaries) styp() { g.styled, g.pending = true, true }

// at says whether the movie fragment at the present position begins a segment.
func (g *boundaries) at() bool {
	begins := !g.styled || g.pending
	if g.indexed {
		begins = g.hit
		if len(g.index) == 0 && !g.hit {
			// Behind the last subsegment: it goes on to the end, or another sidx follows.
			begins = false
		}
	}
	g.pending, g.hit = false, false
	return begins
}

// sidx takes the subsegments of a segment index (ISO/IEC 14496-12, 8.16.3). One that refers to a single subsegment says no more than styp, and
// one that refers to other indexes is passed over: they follow.
func (g *boundaries) sidx(s *scan, b box) {
	v := &view{f: s.f, win: s.top, warn: s.warn}
	p := v.content(b, 0, 32+12*maxReferences)
	at := 12
	if len(p) > 0 && p[0] == 1 {
		at += 16
	} else {
		at += 8
	}
	off := b.end + int64(be32(p, at-4))
	if len(p) > 0 && p[0] == 1 {
		off = b.end + int64(min(be64(p, at-8), 1<<62))
	}
	n := int(be16(p, at+2))
	if n < 2 || len(p) < at+4+12*n {
		return
	}
	var starts []int64
	for i := range n {
		r := be32(p, at+4+12*i)
		if r>>31 != 0 {
			return
		}
		starts = append(starts, off)
		off += int64(r & 0x7fffffff)
		if off < 0 {
			return
		}
	}
	g.index, g.indexed = starts, true
}
