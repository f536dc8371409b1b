package mp4

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/dashwright/dashwright/internal/source/demux"
)

// Boxes are put together from bytes, strings, numbers of their own width, and slices of those.

func join(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case []byte:
			b = append(b, p...)
		case string:
			b = append(b, p...)
		case int: // the usual width
			b = binary.BigEndian.AppendUint32(b, uint32(p))
		case [][]byte:
			for _, q := range p {
				b = append(b, q...)
			}
		case []int:
			for _, q := range p {
				b = binary.BigEndian.AppendUint32(b, uint32(q))
			}
		default:
			var err error
			if b, err = binary.Append(b, binary.BigEndian, p); err != nil {
				panic(err)
			}
		}
	}
	return b
}

func mk(name string, parts ...any) []byte {
	p := join(parts...)
	return join(len(p)+8, name, p)
}

// long is mk with a 64-bit size.
func long(name string, parts ...any) []byte {
	p := join(parts...)
	return join(1, name, uint64(len(p)+16), p)
}

// film is a movie with one track of made-up samples; a test changes what it is about.
type film struct {
	handler   string
	entries   []any // sample entries
	movie     int   // timescale
	scale     int   // of the track
	sizes     []int
	stts      []int // pairs
	ctts      []int
	cttsBox   []byte
	stss      []int
	noStss    bool
	perChunk  int
	edts      []byte
	stsz      []byte // in place of the usual one
	stsc      []byte
	stco      func(offsets []int) []byte
	mdat      func(payload []byte) []byte
	dref      []byte
	tkhd      []byte
	mdhd      []byte
	trak      []byte // more boxes
	moov      []byte
	stbl      []byte
	ftyp      string
	moovFirst bool
}

func newFilm() *film {
	return &film{
		handler: "vide", entries: []any{videoEntry("mp4v")}, movie: 1000, scale: 90000,
		sizes: []int{9, 3, 4, 5, 8, 2, 1, 7, 6, 3}, stts: []int{10, 3600}, stss: []int{1, 5, 9}, perChunk: 3, ftyp: "isom",
	}
}

func videoEntry(code string) []byte {
	return mk(code, make([]byte, 6), uint16(1), make([]byte, 16), uint16(160), uint16(90), 0x480000, 0x480000, 0, uint16(1), make([]byte, 32), uint16(24), uint16(0xffff))
}

func audioEntry(code string) []byte {
	return mk(code, make([]byte, 6), uint16(1), make([]byte, 8), uint16(1), uint16(16), 0, 8000<<16)
}

func textEntry(code string, rest ...any) []byte {
	return mk(code, make([]byte, 6), uint16(1), join(rest...))
}

func table32(name string, values []int, per int) []byte {
	return mk(name, 0, len(values)/per, values)
}

// payload returns the samples' bytes: each has its number in all of them.
func (f *film) payload() []byte {
	var b []byte
	for i, n := range f.sizes {
		b = append(b, bytes.Repeat([]byte{byte(i + 1)}, n)...)
	}
	return b
}

// bytes puts the file together.
func (f *film) bytes() []byte {
	ftyp := mk("ftyp", f.ftyp, 512, "isomiso2")
	if f.ftyp == "" {
		ftyp = nil
	}
	mdat := mk("mdat", f.payload())
	if f.mdat != nil {
		mdat = f.mdat(f.payload())
	}
	start := len(ftyp)
	if f.moovFirst {
		start += len(f.moovBox(0))
	}
	moov := f.moovBox(start + bytes.Index(mdat, f.payload()[:min(9, len(f.payload()))]))
	if f.moovFirst {
		return join(ftyp, moov, mdat)
	}
	return join(ftyp, mdat, moov)
}

// moovBox returns the moov box for samples that begin at start.
func (f *film) moovBox(start int) []byte {
	var offsets []int
	for i, n := range f.sizes {
		if i%f.perChunk == 0 {
			offsets = append(offsets, start)
		}
		start += n
	}
	stsz := f.stsz
	if stsz == nil {
		stsz = mk("stsz", 0, 0, len(f.sizes), f.sizes)
	}
	stsc := f.stsc
	if stsc == nil {
		stsc = table32("stsc", []int{1, f.perChunk, 1}, 3)
	}
	stco := table32("stco", offsets, 1)
	if f.stco != nil {
		stco = f.stco(offsets)
	}
	ctts := f.cttsBox
	if ctts == nil && f.ctts != nil {
		ctts = table32("ctts", f.ctts, 2)
	}
	var stss []byte
	if !f.noStss {
		stss = table32("stss", f.stss, 1)
	}
	dref := f.dref
	if dref == nil {
		dref = mk("dref", 0, 1, mk("url ", 1))
	}
	tkhd := f.tkhd
	if tkhd == nil {
		tkhd = mk("tkhd", 3, 0, 0, 1, 0, 0, make([]byte, 16), []int{0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000}, 160<<16, 90<<16)
	}
	mdhd := f.mdhd
	if mdhd == nil {
		mdhd = mk("mdhd", 0, 0, 0, f.scale, 0, uint16(0x55c4), uint16(0))
	}
	stbl := mk("stbl", mk("stsd", 0, len(f.entries), join(f.entries...)), table32("stts", f.stts, 2), ctts, stss, stsc, stsz, stco, f.stbl)
	trak := mk("trak", tkhd, f.edts, mk("mdia", mdhd, mk("hdlr", 0, 0, f.handler, make([]byte, 12), "VideoHandler\x00"), mk("minf", mk("dinf", dref), stbl)), f.trak)
	return mk("moov", mk("mvhd", 0, 0, 0, f.movie, make([]byte, 84)), trak, f.moov)
}

// elst returns an edts box of (duration, media time) pairs.
func elst(pairs ...int) []byte {
	var rows []int
	for i := 0; i < len(pairs); i += 2 {
		rows = append(rows, pairs[i], pairs[i+1], 1<<16)
	}
	return mk("edts", table32("elst", rows, 3))
}

// scanBytes scans a file that is in memory.
func scanBytes(data []byte) (demux.Result, *collector, error) {
	c := newCollector()
	r, err := Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}, c)
	return r, c, err
}

// mustScan fails the test when the file cannot be scanned.
func mustScan(t testing.TB, data []byte) (demux.Result, *collector) {
	t.Helper()
	r, c, err := scanBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return r, c
}
