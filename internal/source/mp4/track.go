package mp4

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// track is what is known of one trak box while its file is scanned.
type track struct {
	media   media.Track
	enabled bool
	group   uint32 // alternate_group of tkhd
	handler [4]byte
	name    string // of the handler

	chapters []uint32 // tracks that tref names as this one's chapter lists
	entries  [][]byte // sample entries
	entry    uint32   // the one in use, from 1
	external bool     // its data reference names another file
	dataRefs []bool   // data references by index: whether they name another file
	edits    []edit
	tables   tables
	defaults defaults // of its fragments, from trex

	timing  timing   // of what is shown first
	later   []timing // and of what its edit list shows after it
	out     int      // index in Result.Tracks, -1 when it has none
	silent  bool     // samples are not handed over
	cues    *cueWriter
	nextDTS media.Ticks // of the next fragment that does not say, in the track's own time
	end     media.Ticks // presentation time at which the last sample handed over ends
	segment int         // the segment of the file whose first sample was marked
	samples int         // handed over
	keys    keyGroups   // other than tenc says
	bare    bool        // it has samples without initialization vector
	lost    bool        // it has samples behind the file's end
	first   media.Sample
}

// maxEntrySize bounds a sample entry: the largest real ones are some kilobytes.
const maxEntrySize = 1 << 20

// trak reads one track.
func (m *movie) trak(b box) error {
	t := &track{out: -1, entry: 1}
	v := m.view
	err := v.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "tkhd":
			t.header(v.content(b, 0, 104))
		case "edts":
			return v.children(b.body, b.end, func(b box) error {
				if string(b.name[:]) == "elst" {
					return t.editList(v, b)
				}
				return nil
			})
		case "tref":
			return v.children(b.body, b.end, func(b box) error {
				if string(b.name[:]) == "chap" {
					for p := v.content(b, 0, 4*maxTracks); len(p) >= 4 && len(t.chapters) < maxTracks; p = p[4:] {
						t.chapters = append(t.chapters, be32(p, 0))
					}
				}
				return nil
			})
		case "udta":
			return t.userData(v, b)
		case "mdia":
			return m.mdia(t, b)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.tracks = append(m.tracks, t)
	return nil
}

// header reads tkhd (ISO/IEC 14496-12, 8.3.2).
func (t *track) header(p []byte) {
	if len(p) < 84 {
		return
	}
	t.enabled = p[3]&1 != 0
	id, group, matrix := 12, 34, 40
	if p[0] == 1 {
		id, group, matrix = 20, 46, 52
	}
	t.media.ID = be32(p, id)
	t.group = uint32(be16(p, group))
	t.media.Rotation = rotation(int32(be32(p, matrix)), int32(be32(p, matrix+4)), int32(be32(p, matrix+12)), int32(be32(p, matrix+16)))
}

// rotation returns the clockwise turn in degrees that the matrix (a b; c d) asks for, 0 for any that is not a quarter turn.
func rotation(a, b, c, d int32) uint16 {
	switch {
	case a == 0 && d == 0 && b > 0 && c < 0:
		return 90
	case a < 0 && d < 0 && b == 0 && c == 0:
		return 180
	case a == 0 && d == 0 && b < 0 && c > 0:
		return 270
	}
	return 0
}

func (m *movie) mdia(t *track, b box) error {
	v := m.view
	extended := ""
	err := v.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "mdhd":
			p := v.content(b, 0, 36)
			scale, lang := 12, 20
			if len(p) > 0 && p[0] == 1 {
				scale, lang = 20, 32
			}
			t.media.Timescale = media.Timescale(be32(p, scale))
			t.media.Language = language(be16(p, lang), m.quickTime)
		case "hdlr":
			p := v.content(b, 0, 1024)
			if len(p) >= 12 {
				copy(t.handler[:], p[8:12])
			}
			if len(p) > 24 {
				t.name = text(p[24:])
			}
		case "elng":
			extended = languageTag(text(v.content(b, 4, 64)))
		case "minf":
			return m.minf(t, b)
		}
		return nil
	})
	if extended != "" {
		t.media.Language = extended
	}
	return err
}

func (m *movie) minf(t *track, b box) error {
	v := m.view
	return v.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "dinf":
			return v.children(b.body, b.end, func(b box) error {
				if string(b.name[:]) == "dref" {
					return t.dataReferences(v, b)
				}
				return nil
			})
		case "stbl":
			return m.stbl(t, b)
		}
		return nil
	})
}

// dataReferences reads dref (ISO/IEC 14496-12, 8.7.2): flag 1 says that the samples are in this file. An entry without the flag that names
// nothing is taken to mean this file as well, because some writers forget the flag.
func (t *track) dataReferences(v *view, b box) error {
	return v.children(b.body+8, b.end, func(b box) error {
		p := v.content(b, 0, 16)
		here := len(p) >= 4 && p[3]&1 != 0
		names := len(p) > 4 && (string(b.name[:]) != "url " || p[4] != 0)
		if len(t.dataRefs) < 256 {
			t.dataRefs = append(t.dataRefs, !here && names)
		}
		return nil
	})
}

func (m *movie) stbl(t *track, b box) error {
	x := &t.tables
	return m.view.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "stsd":
			return m.stsd(t, b)
		case "stts":
			x.stts = b
		case "ctts":
			x.ctts = b
		case "stsc":
			x.stsc = b
		case "stsz", "stz2":
			x.stsz = b
		case "stco", "co64":
			x.stco = b
		case "stss":
			x.stss = b
		case "stps":
			x.stps = b
		case "saiz":
			x.saiz = b
		case "saio":
			x.saio = b
		case "sbgp":
			if len(x.sbgp) < 16 {
				x.sbgp = append(x.sbgp, b)
			}
		case "sgpd":
			if len(x.sgpd) < 16 {
				x.sgpd = append(x.sgpd, b)
			}
		case "csgp":
			if len(x.csgp) < 16 {
				x.csgp = append(x.csgp, b)
			}
		}
		return nil
	})
}

// stsd keeps the sample entries (ISO/IEC 14496-12, 8.5.2): of several, those that differ from the first.
func (m *movie) stsd(t *track, b box) error {
	return m.view.children(b.body+8, b.end, func(b box) error {
		if b.end-b.start > maxEntrySize || m.kept+b.end-b.start > maxKept {
			return errs.Errorf(errs.Invalid, "the sample entry at byte %d has %d bytes: more than is sensible", b.start, b.end-b.start)
		}
		p, err := m.view.bytes(b.start, int(b.end-b.start))
		if err != nil {
			return errs.Errorf(errs.Invalid, "the sample entry at byte %d cannot be read: %w", b.start, err)
		}
		if len(t.entries) > 0 && bytes.Equal(p, t.entries[0]) {
			p = t.entries[0]
		} else {
			p = bytes.Clone(p)
			m.kept += int64(len(p))
		}
		if len(t.entries) < 64 {
			t.entries = append(t.entries, p)
		}
		return nil
	})
}

// same says whether sample description index i describes samples as the one in use does.
func (t *track) same(i uint32) bool {
	if i == t.entry || i == 0 || t.entry == 0 || int(max(i, t.entry)) > len(t.entries) {
		return i == t.entry
	}
	return bytes.Equal(t.entries[i-1], t.entries[t.entry-1])
}

// uniform says whether all sample entries are the same.
func (t *track) uniform() bool {
	for _, e := range t.entries {
		if !bytes.Equal(e, t.entries[0]) {
			return false
		}
	}
	return true
}

// describe fills in what the sample entry says.
func (t *track) describe() error {
	if t.entry == 0 || int(t.entry) > len(t.entries) {
		return errs.Errorf(errs.Invalid, "it has no sample entry %d", t.entry)
	}
	e := t.entries[t.entry-1]
	if i := int(be16(e, 14)); i > 0 && i <= len(t.dataRefs) {
		t.external = t.dataRefs[i-1]
	}
	copy(t.media.SampleEntry[:], e[4:8])
	switch string(e[4:8]) {
	case "tx3g", "text":
		if k := string(t.handler[:]); k != "vide" && k != "soun" {
			t.media.Kind, t.media.Codec, t.media.Config = media.Text, media.WVTT, []byte("WEBVTT")
			return nil
		}
	}
	switch string(t.handler[:]) {
	case "vide":
		t.media.Kind = media.Video
	case "soun":
		t.media.Kind = media.Audio
	case "text", "sbtl", "subt", "subp", "clcp":
		t.media.Kind = media.Text
	}
	return codec.ParseSampleEntry(e, &t.media)
}
