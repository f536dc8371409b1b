package mp4

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	searchStep = 256 << 10
	// searchMost is how far the next movie fragment is searched for, over all damage of a file; payload is read for nothing else.
	searchMost = 1 << 30
)

// damage says what is wrong with a box that stands between movie fragments, "" when nothing is. What runs past the end of the file may be cut off: that is damage only if there is another fragment.
func (s *scan) damage(b box, sizeless bool) string {
	switch name := string(b.name[:]); {
	case !isName(b.name):
		return "there is no box"
	case sizeless && name != "mdat" && name != "moov" && name != "moof" && name != "free" && name != "skip" && name != "uuid" && name != "mfra" && name != "meta":
		return "there is a box without a size that cannot reach to the end of the file"
	case b.end > s.f.Size:
		return "there is a box that runs past the end of the file"
	}
	return ""
}

// nextFragment returns where the movie fragment begins that comes next after damage at off, or the end of the file. It warns of what is passed over. When the damage may be that the file was cut off, and
// there is no fragment, it returns 0.
func (s *scan) nextFragment(off int64, what string, cut bool) (int64, error) {
	next, err := s.search(off + 1)
	switch {
	case err != nil:
		return 0, err
	case next >= 0:
		s.warn.addf("the file is damaged from byte %d on: %s; %d bytes are passed over, up to the next movie fragment", off, what, next-off)
		s.fragments.boundary.skip(next)
		return next, nil
	case cut:
		return 0, nil
	}
	s.warn.addf("the file is damaged from byte %d on: %s, nor a movie fragment in the %d bytes after it; what comes before is served", off, what, s.f.Size-off)
	return s.f.Size, nil
}

// search returns where the next movie fragment begins, -1 when there is none.
func (s *scan) search(off int64) (int64, error) {
	const need = 24 // the headers of moof and mfhd, and the size of the latter
	w := demux.NewWindow(s.f, searchStep)
	for ; off+need <= s.f.Size && s.searched < searchMost; s.searched += searchStep - need {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		p, err := w.Bytes(off, int(min(searchStep, s.f.Size-off)))
		if err != nil {
			return -1, nil // what cannot be read holds no fragment
		}
		for at := 0; ; at++ {
			i := bytes.Index(p[at:], []byte("moof"))
			if i < 0 {
				break
			}
			at += i
			start := off + int64(at) - 4
			if at < 4 || at+20 > len(p) {
				continue
			}
			size := int64(be32(p, at-4))
			if be32(p, at+4) == 16 && string(p[at+8:at+12]) == "mfhd" && size >= need && size <= maxMoof && start+size <= s.f.Size {
				return start, nil
			}
		}
		if off+int64(len(p)) >= s.f.Size {
			break
		}
		off += int64(len(p)) - need
	}
	return -1, nil
}
