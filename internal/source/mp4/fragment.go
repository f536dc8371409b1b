package mp4

// maxMoof is the largest moof that is read: a million samples.
const maxMoof = 16 << 20

// fragments is what the walk over the movie fragments remembers.
type fragments struct {
	segment  int // number of the file's own segment
	boundary boundaries
	moof     moof
}

// moofSamples walks the boxes of the file and hands over the samples of its movie fragments (ISO/IEC 14496-12, 8.8).
func (s *scan) moofSamples() error {
	g := &s.fragments
	for off, n := int64(0), 0; off < s.f.Size; n++ {
		if n&0xff == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		b, err := s.box(off)
		what := ""
		if err == nil {
			what = s.damage(b, s.sizeless(off))
		} else {
			what = err.Error()
		}
		if what != "" && s.movie.fragmented {
			next, err := s.nextFragment(off, what, err == nil && b.end > s.f.Size)
			if err != nil {
				return err
			}
			if next > 0 {
				off = next
				continue
			}
		}
		if err != nil {
			s.warn.addf("%v; what follows is ignored", err)
			return nil
		}
		if b.end > s.f.Size && string(b.name[:]) != "mdat" && string(b.name[:]) != "moov" {
			s.warn.addf("the file ends within the box %q at byte %d, which is ignored", b.name[:], b.start)
			return nil
		}
		g.boundary.seen(b.start)
		switch string(b.name[:]) {
		case "styp":
			g.boundary.styp()
		case "sidx":
			g.boundary.sidx(s, b)
		case "moof":
			if g.boundary.at() {
				g.segment++
			}
			if err := s.moof(b); err != nil {
				return err
			}
		}
		off = b.end
	}
	return nil
}

// moof reads one movie fragment.
func (s *scan) moof(b box) error {
	if b.end-b.start > maxMoof {
		s.warn.addf("the moof box at byte %d has %d bytes: more than is sensible; it is ignored", b.start, b.end-b.start)
		return nil
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	mem, err := s.top.Bytes(b.start, int(b.end-b.start))
	if err != nil {
		s.warn.addf("the moof box at byte %d cannot be read: %v", b.start, err)
		return nil
	}
	m := &s.fragments.moof
	m.box, m.dataEnd = b, b.start
	m.view = view{f: s.f, mem: mem, at: b.start, warn: s.warn}
	v := &m.view
	return v.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "traf":
			return s.traf(m, b)
		case "pssh":
			s.movie.protection(v, b)
		}
		return nil
	})
}

// moof is a movie fragment while it is read.
type moof struct {
	box     box
	view    view
	dataEnd int64 // where the data of the track fragment before ends
	traf    traf
}
