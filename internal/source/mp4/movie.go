package mp4

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// residentMoov is the largest moov that is read at once. A larger one is read through windows: they stay in the processor's cache, and need no fresh memory.
	residentMoov = 256 << 10
	// maxTracks bounds the tracks of a file.
	maxTracks = 256
	// maxKept bounds what is copied out of moov and moof (sample entries, pssh boxes).
	maxKept = 8 << 20
)

// movie is what moov says (ISO/IEC 14496-12, 8.2).
type movie struct {
	view       *view
	timescale  media.Timescale
	tracks     []*track
	title      string
	pssh       [][]byte
	defaults   []defaults
	fragmented bool  // there is an mvex box
	quickTime  bool  // the file is QuickTime's, not ISO's
	kept       int64 // bytes copied out
}

// defaults are a track's values for what its fragments do not say (trex; ISO/IEC 14496-12, 8.8.3).
type defaults struct {
	track    uint32
	entry    uint32
	duration uint32
	size     uint32
	flags    uint32
}

// readMovie reads the moov box b.
func readMovie(f demux.File, b box, quickTime bool, warn *warnings) (*movie, error) {
	v := &view{f: f, warn: warn}
	if n := b.end - b.start; n <= residentMoov {
		v.mem, v.at = make([]byte, n), b.start
		if m, err := f.ReadAt(v.mem, b.start); int64(m) < n {
			return nil, errs.Errorf(errs.Invalid, "the moov box at byte %d cannot be read: %w", b.start, err)
		}
	} else {
		v.win = demux.NewWindow(f, 64<<10)
	}
	m := &movie{view: v, quickTime: quickTime}
	if err := v.children(b.body, b.end, m.child); err != nil {
		return nil, err
	}
	for _, d := range m.defaults {
		for _, t := range m.tracks {
			if t.media.ID == d.track {
				t.defaults = d
			}
		}
	}
	return m, nil
}

func (m *movie) child(b box) error {
	v := m.view
	switch string(b.name[:]) {
	case "cmov":
		return errs.Errorf(errs.Unsupported, "the moov box is compressed (cmov), as QuickTime did until 2005: remux the file, for example with ffmpeg -i IN -c copy OUT.mp4")
	case "mvhd":
		p := v.content(b, 0, 32)
		at := 12
		if len(p) > 0 && p[0] == 1 {
			at = 20
		}
		m.timescale = media.Timescale(be32(p, at))
	case "trak":
		if len(m.tracks) >= maxTracks {
			v.warn.addf("there are more than %d tracks; the others are ignored", maxTracks)
			return nil
		}
		return m.trak(b)
	case "mvex":
		m.fragmented = true
		return v.children(b.body, b.end, func(b box) error {
			if p := v.content(b, 0, 24); string(b.name[:]) == "trex" && len(p) == 24 && len(m.defaults) < maxTracks {
				m.defaults = append(m.defaults, defaults{be32(p, 4), be32(p, 8), be32(p, 12), be32(p, 16), be32(p, 20)})
			}
			return nil
		})
	case "pssh":
		m.protection(v, b)
	case "udta", "meta":
		m.title = max(m.title, movieTitle(v, b))
	}
	return nil
}

// protection keeps a pssh box (ISO/IEC 23001-7, 8.1), each once.
func (m *movie) protection(v *view, b box) {
	n := b.end - b.start
	if m.kept+n > maxKept {
		v.warn.addf("the pssh box at byte %d is too large and ignored", b.start)
		return
	}
	p, err := v.bytes(b.start, int(n))
	if err != nil {
		return
	}
	for _, have := range m.pssh {
		if bytes.Equal(have, p) {
			return
		}
	}
	m.pssh = append(m.pssh, bytes.Clone(p))
	m.kept += n
}
