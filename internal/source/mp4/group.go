package mp4

import "github.com/dashwright/dashwright/internal/media"

// randomAccess walks an sbgp box of the type "rap " (ISO/IEC 14496-12, 8.9.2; 14496-12, 10.4): open random access points, which are
// not in stss.
type randomAccess struct {
	runs runs
}

// openGroups opens those of the boxes that tell of random access points.
func openGroups(v *view, boxes []box) ([]randomAccess, error) {
	var list []randomAccess
	for _, b := range boxes {
		p := v.content(b, 0, 8)
		if len(p) < 8 || string(p[4:8]) != "rap " {
			continue
		}
		header := int64(12)
		if p[0] == 1 {
			header = 16
		}
		t, err := v.open(b, header, 8)
		if err != nil {
			return nil, err
		}
		list = append(list, randomAccess{runs{t: t}})
	}
	return list, nil
}

// mark sets Sync of those of the next len(s) Samples that are in a group.
func (g *randomAccess) mark(s []media.Sample) error {
	r := &g.runs
	for i := 0; i < len(s); {
		if r.left == 0 && !r.next() {
			return r.err
		}
		n := min(r.left, len(s)-i)
		if r.value != 0 {
			for j := range n {
				s[i+j].Sync = true
			}
		}
		r.left -= n
		i += n
	}
	return nil
}
