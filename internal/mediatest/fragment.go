package mediatest

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// This is a second reading of ISO/IEC 14496-12, for tests: it shares nothing with the program, so that it cannot repeat the program's mistakes.

// Init is what an init segment says.
type Init struct {
	Timescale   uint32
	MediaTime   int64  // of the edit list: what is subtracted from media times; 0 when there is none
	Handler     string // vide, soun, text, subt
	SampleEntry string // avc1, mp4a …
	Duration    uint32 // default_sample_duration
	Flags       uint32 // default_sample_flags
}

// FragmentSample is one sample of a Fragment.
type FragmentSample struct {
	DTS, PTS int64 // media times
	Duration uint32
	Sync     bool
	Data     []byte
	Aux      []byte // of senc, with an IV of the size given to ParseSegment
}

// Fragment is a media segment: at most one styp, one moof, one mdat.
type Fragment struct {
	Sequence uint32
	Styp     bool
	Header   int // bytes before the payload
	Bytes    int
	Samples  []FragmentSample
	Senc     []byte // body of the senc box after version and flags, nil when there is none
	SencFlag uint32
	AuxSizes []byte // saiz
	AuxFrom  int    // saio: where the auxiliary information stands, from the start of the segment
}

// Span returns the earliest presentation time and the end of the last presented sample, on the presentation time line.
func (f *Fragment) Span(in Init) (start, end int64) {
	for i, s := range f.Samples {
		if i == 0 || s.PTS < start {
			start = s.PTS
		}
		end = max(end, s.PTS+int64(s.Duration))
	}
	return start - in.MediaTime, end - in.MediaTime
}

// Lasts returns the sum of the samples' durations.
func (f *Fragment) Lasts() int64 {
	n := int64(0)
	for _, s := range f.Samples {
		n += int64(s.Duration)
	}
	return n
}

type rawBox struct {
	typ      string
	at, size int
	body     []byte
}

// rawBoxes splits b; the boxes must fill it.
func rawBoxes(t testing.TB, b []byte) []rawBox {
	t.Helper()
	var out []rawBox
	for at := 0; at < len(b); {
		if len(b)-at < 8 {
			t.Fatalf("%d stray bytes behind the last box", len(b)-at)
		}
		size, head := int(binary.BigEndian.Uint32(b[at:])), 8
		if size == 1 {
			size, head = int(binary.BigEndian.Uint64(b[at+8:])), 16
		}
		if size < head || size > len(b)-at {
			t.Fatalf("box %q at %d has size %d, %d bytes are left", b[at+4:at+8], at, size, len(b)-at)
		}
		out = append(out, rawBox{string(b[at+4 : at+8]), at, size, b[at+head : at+size]})
		at += size
	}
	return out
}

func only(t testing.TB, all []rawBox, typ string) rawBox {
	t.Helper()
	var found []rawBox
	for _, x := range all {
		if x.typ == typ {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d boxes %s, want one", len(found), typ)
	}
	return found[0]
}

func within(t testing.TB, b []byte, path ...string) []byte {
	t.Helper()
	for _, typ := range path {
		b = only(t, rawBoxes(t, b), typ).body
	}
	return b
}

// ParseInit reads an init segment of one track.
func ParseInit(t testing.TB, b []byte) Init {
	t.Helper()
	var in Init
	all := rawBoxes(t, b)
	if len(all) != 2 || all[0].typ != "ftyp" || all[1].typ != "moov" {
		t.Fatalf("an init segment is ftyp and moov, not %v", all)
	}
	trak := within(t, b, "moov", "trak")
	in.Timescale = binary.BigEndian.Uint32(within(t, trak, "mdia", "mdhd")[12:])
	in.Handler = string(within(t, trak, "mdia", "hdlr")[8:12])
	in.SampleEntry = string(within(t, trak, "mdia", "minf", "stbl", "stsd")[12:16])
	for _, x := range rawBoxes(t, trak) {
		if x.typ != "edts" {
			continue
		}
		elst := within(t, x.body, "elst")
		if elst[0] != 1 || binary.BigEndian.Uint32(elst[4:]) != 1 {
			t.Fatalf("an edit list of version %d with %d entries", elst[0], binary.BigEndian.Uint32(elst[4:]))
		}
		in.MediaTime = int64(binary.BigEndian.Uint64(elst[16:]))
	}
	trex := within(t, b, "moov", "mvex", "trex")
	in.Duration, in.Flags = binary.BigEndian.Uint32(trex[12:]), binary.BigEndian.Uint32(trex[20:])
	return in
}

// ParseSegment reads a media segment and fails the test when its parts do not fit together to the byte.
func ParseSegment(t testing.TB, in Init, b []byte) Fragment {
	t.Helper()
	f := Fragment{Bytes: len(b)}
	all := rawBoxes(t, b)
	if all[0].typ == "styp" {
		f.Styp = true
		all = all[1:]
	}
	if len(all) != 2 || all[0].typ != "moof" || all[1].typ != "mdat" {
		t.Fatalf("a segment is moof and mdat, not %d boxes that begin with %s", len(all), all[0].typ)
	}
	moof, mdat := all[0], all[1]
	f.Header = mdat.at + mdat.size - len(mdat.body)
	f.Sequence = binary.BigEndian.Uint32(within(t, moof.body, "mfhd")[4:])
	traf := rawBoxes(t, within(t, moof.body, "traf"))
	if flags := binary.BigEndian.Uint32(only(t, traf, "tfhd").body) & 0xffffff; flags != 0x20000 {
		t.Fatalf("tfhd has flags %#x, want default-base-is-moof alone", flags)
	}
	tfdt := only(t, traf, "tfdt").body
	if tfdt[0] != 1 {
		t.Fatalf("tfdt of version %d", tfdt[0])
	}
	offset := f.run(t, in, only(t, traf, "trun").body, int64(binary.BigEndian.Uint64(tfdt[4:])), mdat.body)
	if moof.at+offset != f.Header {
		t.Fatalf("the data offset leads to byte %d, the payload begins at %d", moof.at+offset, f.Header)
	}
	f.protection(traf, moof.at)
	return f
}

// run reads trun and returns its data offset.
func (f *Fragment) run(t testing.TB, in Init, trun []byte, dts int64, payload []byte) int {
	t.Helper()
	flags := binary.BigEndian.Uint32(trun) & 0xffffff
	count := int(binary.BigEndian.Uint32(trun[4:]))
	offset := int(int32(binary.BigEndian.Uint32(trun[8:])))
	if flags&^0xf01 != 0 || flags&0x201 != 0x201 {
		t.Fatalf("trun has flags %#x", flags)
	}
	rest := trun[12:]
	next := func() uint32 {
		v := binary.BigEndian.Uint32(rest)
		rest = rest[4:]
		return v
	}
	for range count {
		s := FragmentSample{DTS: dts, PTS: dts, Duration: in.Duration}
		sampleFlags := in.Flags
		if flags&0x100 != 0 {
			s.Duration = next()
		}
		size := int(next())
		if flags&0x400 != 0 {
			sampleFlags = next()
		}
		if flags&0x800 != 0 {
			if v := next(); trun[0] == 0 { // unsigned before version 1
				s.PTS += int64(v)
			} else {
				s.PTS += int64(int32(v))
			}
		}
		s.Sync = sampleFlags&0x10000 == 0
		if size > len(payload) {
			t.Fatalf("sample %d has %d bytes, %d are left in mdat", len(f.Samples), size, len(payload))
		}
		s.Data, payload = payload[:size], payload[size:]
		f.Samples = append(f.Samples, s)
		dts += int64(s.Duration)
	}
	if len(rest) != 0 || len(payload) != 0 {
		t.Fatalf("%d bytes too many in trun, %d in mdat", len(rest), len(payload))
	}
	return offset
}

func (f *Fragment) protection(traf []rawBox, moof int) {
	for _, x := range traf {
		switch x.typ {
		case "senc":
			f.SencFlag, f.Senc = binary.BigEndian.Uint32(x.body)&0xffffff, x.body[4:]
		case "saiz":
			if f.AuxSizes = x.body[9:]; x.body[4] != 0 { // all of the same size
				f.AuxSizes = bytes.Repeat(x.body[4:5], int(binary.BigEndian.Uint32(x.body[5:])))
			}
		case "saio":
			f.AuxFrom = moof + int(binary.BigEndian.Uint32(x.body[8:]))
		}
	}
}

// Reference is one entry of a segment index.
type Reference struct {
	Size, Duration uint32
	SAP            uint8 // SAP_type, 0 when it does not start with one
}

// Index is a segment index (sidx).
type Index struct {
	Timescale  uint32
	Earliest   uint64
	References []Reference
}

// ParseIndex reads a sidx box of version 1, which b is.
func ParseIndex(t testing.TB, b []byte) Index {
	t.Helper()
	all := rawBoxes(t, b)
	if len(all) != 1 || all[0].typ != "sidx" || all[0].body[0] != 1 {
		t.Fatalf("not one sidx of version 1: %v", all)
	}
	p := all[0].body
	x := Index{Timescale: binary.BigEndian.Uint32(p[8:]), Earliest: binary.BigEndian.Uint64(p[12:])}
	if first := binary.BigEndian.Uint64(p[20:]); first != 0 {
		t.Fatalf("first_offset is %d", first)
	}
	n := int(binary.BigEndian.Uint16(p[30:]))
	if len(p) != 32+12*n {
		t.Fatalf("a sidx of %d bytes has %d references", len(p), n)
	}
	for i := range n {
		e := p[32+12*i:]
		r := Reference{Size: binary.BigEndian.Uint32(e), Duration: binary.BigEndian.Uint32(e[4:])}
		if e[0]&0x80 != 0 {
			t.Fatalf("reference %d is to another index", i)
		}
		if e[8]&0x80 != 0 {
			r.SAP = e[8] >> 4 & 7
		}
		x.References = append(x.References, r)
	}
	return x
}
