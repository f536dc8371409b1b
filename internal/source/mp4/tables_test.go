package mp4

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// TestForms puts the same samples into files of every form: they must be found alike, bytes and times.
func TestForms(t *testing.T) {
	four := func(v []int) []byte {
		var b []byte
		for i := 0; i < len(v); i += 2 {
			x := v[i] << 4
			if i+1 < len(v) {
				x |= v[i+1]
			}
			b = append(b, byte(x))
		}
		return b
	}
	sized := func(v []int, width int) []byte {
		var b []byte
		for _, n := range v {
			if width == 2 {
				b = append(b, 0)
			}
			b = append(b, byte(n))
		}
		return b
	}
	nine := []int{9, 3, 4, 5, 8, 2, 1, 7, 6}
	for name, change := range map[string]func(f *film){
		"plain":       func(*film) {},
		"moov first":  func(f *film) { f.moovFirst = true },
		"no ftyp":     func(f *film) { f.ftyp = "" },
		"stz2 4":      func(f *film) { f.stsz = mk("stz2", 0, 4, len(f.sizes), four(f.sizes)) },
		"stz2 4, odd": func(f *film) { f.sizes, f.stsz = nine, mk("stz2", 0, 4, 9, four(nine)) },
		"stz2 8":      func(f *film) { f.stsz = mk("stz2", 0, 8, len(f.sizes), sized(f.sizes, 1)) },
		"stz2 16":     func(f *film) { f.stsz = mk("stz2", 0, 16, len(f.sizes), sized(f.sizes, 2)) },
		"one size": func(f *film) {
			f.sizes = []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}
			f.stsz = mk("stsz", 0, 5, 10)
		},
		"co64": func(f *film) {
			f.stco = func(o []int) []byte {
				b := join(0, len(o))
				for _, x := range o {
					b = binary.BigEndian.AppendUint64(b, uint64(x))
				}
				return mk("co64", b)
			}
		},
		"mdat 64 bit":     func(f *film) { f.mdat = func(p []byte) []byte { return long("mdat", p) } },
		"mdat to the end": func(f *film) { f.moovFirst, f.mdat = true, func(p []byte) []byte { return join(0, "mdat", p) } },
		"wide, free, skip": func(f *film) {
			f.mdat = func(p []byte) []byte { return join(mk("wide"), mk("free", 7), mk("skip"), mk("mdat", p)) }
		},
		"garbage at the end":   func(f *film) { f.moovFirst, f.mdat = true, func(p []byte) []byte { return join(mk("mdat", p), "TAG") } },
		"several stsc entries": func(f *film) { f.stsc = table32("stsc", []int{1, 3, 1, 3, 3, 1, 4, 1, 1}, 3) },
		"several stts entries": func(f *film) { f.stts = []int{1, 3600, 0, 17, 4, 3600, 5, 3600} },
		"same entries twice": func(f *film) {
			f.entries = []any{videoEntry("mp4v"), videoEntry("mp4v")}
			f.stsc = table32("stsc", []int{1, 3, 1, 3, 3, 2, 4, 1, 1}, 3)
		},
		"stsh and sdtp": func(f *film) { f.stbl = join(table32("stsh", []int{2, 1}, 2), mk("sdtp", 0, make([]byte, 10))) },
		"many boxes":    func(f *film) { f.moov = bytes.Repeat(mk("free"), 3000) },
		"open dref":     func(f *film) { f.dref = mk("dref", 0, 1, mk("url ", 0, "\x00")) },
		"alis":          func(f *film) { f.dref = mk("dref", 0, 1, mk("alis", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFilm()
			change(f)
			data := f.bytes()
			r, c := mustScan(t, data)
			if len(r.Warnings) > 0 && name != "garbage at the end" {
				t.Errorf("warnings: %q", r.Warnings)
			}
			s := c.samples[0]
			if len(s) != len(f.sizes) {
				t.Fatalf("%d samples, want %d", len(s), len(f.sizes))
			}
			for i := range s {
				want := bytes.Repeat([]byte{byte(i + 1)}, f.sizes[i])
				if got := data[s[i].Offset : s[i].Offset+int64(s[i].Size)]; !bytes.Equal(got, want) {
					t.Errorf("sample %d is % x, want % x", i, got, want)
				}
				if s[i].DTS != media.Ticks(i)*3600 || s[i].Duration != 3600 || s[i].Sync != (i%4 == 0) {
					t.Errorf("sample %d: %+v", i, s[i])
				}
			}
		})
	}
}

// TestCompositionOffsets reads negative numbers in both versions of ctts.
func TestCompositionOffsets(t *testing.T) {
	for version := range 2 {
		f := newFilm()
		f.ctts = []int{2, 3600, 1, -3600, 7, 0}
		f.cttsBox = mk("ctts", version<<24, 3, f.ctts)
		_, c := mustScan(t, f.bytes())
		var got []int32
		for _, s := range c.samples[0] {
			got = append(got, s.CTO)
		}
		if want := []int32{3600, 3600, -3600, 0, 0, 0, 0, 0, 0, 0}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("version %d: %v, want %v", version, got, want)
		}
	}
}

// TestSync reads what says that decoding may start at a sample.
func TestSync(t *testing.T) {
	for name, v := range map[string]struct {
		change func(*film)
		want   string
	}{
		"stss":          {func(*film) {}, "1000100010"},
		"no stss":       {func(f *film) { f.noStss = true }, "1111111111"},
		"empty stss":    {func(f *film) { f.stss = nil }, "0000000000"},
		"partial":       {func(f *film) { f.stbl = table32("stps", []int{3}, 1) }, "1010100010"},
		"rap group":     {func(f *film) { f.stbl = mk("sbgp", 0, "rap ", 3, []int{5, 0, 2, 1, 1, 0}) }, "1000111010"},
		"other group":   {func(f *film) { f.stbl = mk("sbgp", 0, "roll", 1, []int{10, 1}) }, "1000100010"},
		"past the end":  {func(f *film) { f.stss = []int{1, 5, 9, 400} }, "1000100010"},
		"not ascending": {func(f *film) { f.stss = []int{5, 1, 0, 9} }, "1000100010"},
	} {
		f := newFilm()
		v.change(f)
		_, c := mustScan(t, f.bytes())
		got := ""
		for _, s := range c.samples[0] {
			got += map[bool]string{true: "1", false: "0"}[s.Sync]
		}
		if got != v.want {
			t.Errorf("%s: %s, want %s", name, got, v.want)
		}
	}
}

// TestRefused has files that cannot be served, and what must be said of them.
func TestRefused(t *testing.T) {
	cut := func(data []byte, at string) []byte { return data[:bytes.Index(data, []byte(at))+4] }
	for name, v := range map[string]struct {
		kind errs.Kind
		want string
		data []byte
	}{
		"empty":            {errs.Invalid, "no moov box in the 0 bytes", nil},
		"cut recording":    {errs.Invalid, "the index that a recorder writes at the end is missing", newFilm().bytes()[:60]},
		"segments only":    {errs.Invalid, "without their initialization segment", join(mk("styp", "msdh"), mk("moof", mk("mfhd", 0, 1)), mk("mdat", 1))},
		"no tracks":        {errs.Invalid, "the moov box has no track", join(mk("moov", mk("mvhd", make([]byte, 100))))},
		"cmov":             {errs.Unsupported, "compressed (cmov)", join(mk("mdat"), mk("moov", mk("cmov", mk("dcom", "zlib"))))},
		"init segment":     {errs.Invalid, "initialization segment without media segments", initOnly()},
		"tables cut":       {errs.Invalid, "part of the index is missing", cut(newFilm().bytes(), "stsz")},
		"zero timescale":   {errs.Invalid, "has the timescale 0", with(func(f *film) { f.scale = 0 })},
		"time codes alone": {errs.Unsupported, "neither video nor audio nor text", with(func(f *film) { f.handler = "tmcd" })},
		"external":         {errs.Unsupported, "keeps its samples in another file", with(func(f *film) { f.dref = mk("dref", 0, 1, mk("url ", 0, "file://x\x00")) })},
		"external alias":   {errs.Unsupported, "keeps its samples in another file", with(func(f *film) { f.dref = mk("dref", 0, 1, mk("alis", 0, make([]byte, 150))) })},
		"another entry": {errs.Unsupported, "track 1 changes its sample description at sample 7 (240ms)", with(func(f *film) {
			f.entries = []any{videoEntry("mp4v"), videoEntry("s263")}
			f.stsc = table32("stsc", []int{1, 3, 1, 3, 3, 2}, 3)
		})},
		"past the end":   {errs.Invalid, "the file ends before its samples from 0s on", with(func(f *film) { f.stco = func([]int) []byte { return table32("stco", []int{4000, 5000}, 1) } })},
		"no sizes":       {errs.Invalid, "no sample sizes", with(func(f *film) { f.stsz = []byte{} })},
		"sizes of 5 bit": {errs.Invalid, "4, 8 or 16 are possible", with(func(f *film) { f.stsz = mk("stz2", 0, 5, 10, make([]byte, 20)) })},
		"size below 8":   {errs.Invalid, `there is no box at byte 0: "ftyp" has the impossible size 7`, []byte("\x00\x00\x00\x07ftypisom")},
		"size 2^64-1":    {errs.Invalid, "impossible size", join(1, "moov", uint64(1<<64-1))},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := scanBytes(v.data)
			if err == nil || errs.KindOf(err) != v.kind || !strings.Contains(err.Error(), v.want) {
				t.Errorf("got %v (%v), want %v: … %s …", err, errs.KindOf(err), v.kind, v.want)
			}
		})
	}
}

func with(change func(f *film)) []byte {
	f := newFilm()
	change(f)
	return f.bytes()
}

// TestDamaged has files that are served up to their damage, and the warning.
func TestDamaged(t *testing.T) {
	for name, v := range map[string]struct {
		samples int
		want    string
		change  func(f *film)
	}{
		"cut payload":       {4, "the file ends before its samples from 160ms on (sample 5 of 10)", func(f *film) { f.moovFirst, f.mdat = true, func(p []byte) []byte { return join(100, "mdat", p[:28]) } }},
		"too few chunks":    {6, "its chunks hold 6 of its 10 samples", func(f *film) { f.stco = func(o []int) []byte { return table32("stco", o[:2], 1) } }},
		"too few times":     {10, "stts says nothing of its samples from 5 on", func(f *film) { f.stts = []int{4, 3600} }},
		"many declared":     {10, "says that it has 4294967295 entries and has room for 10", func(f *film) { f.stsz = mk("stsz", 0, 0, -1, f.sizes) }},
		"stts declared":     {10, "says that it has 4294967295 entries and has room for 1", func(f *film) { f.stbl = mk("stts", 0, -1, []int{10, 3600}) }},
		"no duration":       {10, "4 of its 10 samples last no time", func(f *film) { f.stts = []int{3, 3600, 4, 0, 3, 3600} }},
		"negative duration": {10, "negative durations", func(f *film) { f.stts = []int{9, 3600, 1, -5} }},
		"overlong box":      {10, "runs past the end of the box around it", func(f *film) { f.stbl = join(500, "sdtp") }},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFilm()
			v.change(f)
			r, c := mustScan(t, f.bytes())
			if n := len(c.samples[0]); n != v.samples {
				t.Errorf("%d samples, want %d", n, v.samples)
			}
			if w := strings.Join(r.Warnings, "; "); !strings.Contains(w, v.want) {
				t.Errorf("warnings: %s; want … %s …", w, v.want)
			}
		})
	}
}

// TestLargeMoov reads tables that are larger than what is read at once, in little memory.
func TestLargeMoov(t *testing.T) {
	const n = 5 << 20
	f := newFilm()
	f.sizes = make([]int, n)
	for i := range f.sizes {
		f.sizes[i] = i % 3
	}
	f.perChunk, f.stts, f.noStss = 1000, []int{n, 1}, true
	f.ctts = make([]int, 2*600_000)
	for i := range f.ctts {
		f.ctts[i] = 1 + i%2*5
	}
	data := f.bytes()
	if size := len(f.moovBox(0)); size <= residentMoov {
		t.Fatalf("moov has only %d bytes", size)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	sum := &summer{data: data}
	if _, err := Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}, sum); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if sum.n != n || sum.bytes != int64(len(f.payload())) || sum.offset != 600_000*6 {
		t.Errorf("%d samples of %d bytes, offsets of %d", sum.n, sum.bytes, sum.offset)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
		t.Errorf("%d bytes allocated", used)
	}
}

// summer is a sink that adds up, and looks whether the payload is where it is said to be.
type summer struct {
	counter
	data   []byte
	n      int
	bytes  int64
	offset int64
}

func (c *summer) Samples(_ int, s []media.Sample) error {
	for i := range s {
		if p := &s[i]; p.Size > 0 && c.data[p.Offset] != byte(c.n+i+1) {
			return fmt.Errorf("sample %d is not at %d", c.n+i, p.Offset)
		}
		c.bytes += int64(s[i].Size)
		c.offset += int64(s[i].CTO)
	}
	c.n += len(s)
	return nil
}

// initOnly returns an initialization segment.
func initOnly() []byte {
	f := newFilm()
	f.sizes, f.stts, f.stss, f.noStss = nil, nil, nil, true
	f.moov = mk("mvex", mk("trex", 0, 1, 1, 0, 0, 0))
	b := f.bytes()
	return append(b[:24:24], b[32:]...) // without the empty mdat
}
