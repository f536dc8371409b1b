package mpegts

import (
	"bytes"
	"context"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	// surveySize is how far the PMTs of the programs are looked for after the first was found.
	surveySize = 4 << 20
	// maxPrograms bounds what a PAT may list.
	maxPrograms = 256
)

// survey finds the programs of a file, before the first packet of media is looked at: so nothing that stands before the first
// PMT is lost, and the program is chosen among all.
type survey struct {
	pat  sections
	maps []surveyed
}

// surveyed is a program with its PMT.
type surveyed struct {
	program
	psi     sections
	section []byte // nil while it was not found
	rank    int
}

// surveyPrograms walks from the start until the PMT of every program is known, and returns the ones that are, the one to serve first.
func surveyPrograms(ctx context.Context, w *walker) ([]surveyed, error) {
	v := survey{}
	limit := w.f.Size
	for !v.complete() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, n, stride, pos := w.burst()
		if n == 0 || pos > limit {
			break
		}
		for i := range n {
			v.packet(b[i*stride : i*stride+packetLen])
		}
		if v.found() > 0 && limit == w.f.Size {
			limit = pos + surveySize
		}
	}
	if err := w.failure(); err != nil {
		return nil, err
	}
	switch {
	case len(w.runs) == 0:
		return nil, errs.Errorf(errs.Invalid, "this is no MPEG transport stream: no packets of 188, 192 or 204 bytes in %d bytes", w.f.Size)
	case len(v.maps) == 0:
		return nil, errs.Errorf(errs.Invalid, "no program association table (PAT) in the transport stream: nothing says what its PIDs carry")
	case v.found() == 0:
		return nil, errs.Errorf(errs.Invalid, "no program map table (PMT) of any of the %d programs in the transport stream: nothing says what its PIDs carry", len(v.maps))
	}
	list := slices.DeleteFunc(v.maps, func(p surveyed) bool { return p.section == nil })
	slices.SortStableFunc(list, func(a, b surveyed) int { return b.rank - a.rank })
	return list, nil
}

func (v *survey) packet(p []byte) {
	pid := pidOf(p)
	if pid == 0 {
		v.pat.packet(p, v.programList)
		return
	}
	for i := range v.maps {
		m := &v.maps[i]
		if m.pid == pid && m.section == nil {
			m.psi.packet(p, func(s []byte) {
				if t, ok := parsePMT(s); ok && t.number == m.number {
					m.section, m.rank = bytes.Clone(s), rank(t)
				}
			})
		}
	}
}

func (v *survey) programList(section []byte) {
	list, ok := patPrograms(section)
	if !ok {
		return
	}
	if section[6] == 0 && len(v.maps) > 0 { // section_number: the beginning of another PAT, maybe of another recording behind the first
		if v.found() > 0 {
			return
		}
		v.maps = v.maps[:0]
	}
	for _, p := range list {
		known := slices.ContainsFunc(v.maps, func(m surveyed) bool { return m.program == p })
		if !known && len(v.maps) < maxPrograms {
			v.maps = append(v.maps, surveyed{program: p})
		}
	}
}

func (v *survey) found() (n int) {
	for _, m := range v.maps {
		if m.section != nil {
			n++
		}
	}
	return n
}

func (v *survey) complete() bool { return len(v.maps) > 0 && v.found() == len(v.maps) }

// rank says how much a program is wanted: H.264, other video that is served, other video, audio.
func rank(m pmt) (r int) {
	disc := isDisc(m.descriptors)
	for _, e := range m.entries {
		s := streamOf(e, disc)
		switch {
		case s.codec == media.AVC:
			r = max(r, 4)
		case s.kind == media.Video && s.framing != framingNone:
			r = max(r, 3)
		case s.kind == media.Video:
			r = max(r, 2)
		case s.kind == media.Audio:
			r = max(r, 1)
		}
	}
	return r
}

// isDisc says whether the program registers as Blu-ray Disc's.
func isDisc(descriptors []byte) (disc bool) {
	eachDescriptor(descriptors, func(tag byte, d []byte) {
		disc = disc || tag == 0x05 && len(d) >= 4 && string(d[:4]) == "HDMV"
	})
	return disc
}
