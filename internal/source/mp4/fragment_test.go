package mp4

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

// run is a track fragment for a test: samples of 3600 ticks, 10 bytes each, the byte being the sample's number from first on.
type run struct {
	track, first, n int
}

func (r run) data() []byte {
	var b []byte
	for i := range r.n {
		b = append(b, bytes.Repeat([]byte{byte(r.track*100 + r.first + i)}, 10)...)
	}
	return b
}

// two returns a fragmented movie's moov box with two video tracks.
func two() []byte {
	f := newFilm()
	f.sizes, f.stts, f.noStss = nil, nil, true
	f.moov = mk("mvex", mk("trex", 0, 1, 1, 3600, 10, 0x10000), mk("trex", 0, 2, 1, 3600, 10, 0x10000))
	moov := f.moovBox(0)
	at := bytes.Index(moov, []byte("trak")) - 4
	end := bytes.Index(moov, []byte("mvex")) - 4
	second := bytes.Clone(moov[at:end])
	second[bytes.Index(second, []byte("tkhd"))+4+15] = 2
	return join(mk("ftyp", "iso6", 0), mk("moov", moov[8:end], second, moov[end:]))
}

// TestFragmentForms reads movie fragments whose data is placed in every way that there is.
func TestFragmentForms(t *testing.T) {
	moov := two()
	// fragment returns moof and mdat for the runs; trafs makes the traf boxes, knowing where moof begins and how large it is.
	fragment := func(at int, runs []run, trafs func(moof, size int) []byte) []byte {
		size := len(mk("moof", mk("mfhd", 0, 1), trafs(at, 0)))
		var data []byte
		for _, r := range runs {
			data = append(data, r.data()...)
		}
		return join(mk("moof", mk("mfhd", 0, 1), trafs(at, size)), mk("mdat", data))
	}
	for name, trafs := range map[string]func(moof, size int) []byte{
		"default-base-is-moof": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0x20000, 1), mk("tfdt", 0, 9000), mk("trun", 1, 2, size+8), mk("trun", 1, 1, size+28)),
				mk("traf", mk("tfhd", 0x20000, 2), mk("tfdt", 0, 9000), mk("trun", 1, 2, size+38)))
		},
		"base-data-offset": func(moof, size int) []byte {
			return join(mk("traf", mk("tfhd", 1, 1, uint64(moof+size+8)), mk("tfdt", 0, 9000), mk("trun", 0, 3)),
				mk("traf", mk("tfhd", 1, 2, uint64(moof)), mk("tfdt", 1<<24, uint64(9000)), mk("trun", 1, 2, size+38)))
		},
		"no base": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0, 1), mk("tfdt", 0, 9000), mk("trun", 1, 2, size+8), mk("trun", 0, 1)),
				mk("traf", mk("tfhd", 0, 2), mk("tfdt", 0, 9000), mk("trun", 0, 1), mk("trun", 0, 1)))
		},
		"no base, second relative to the first's end": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0, 1), mk("tfdt", 0, 9000), mk("trun", 1, 3, size+8)),
				mk("traf", mk("tfhd", 0, 2), mk("tfdt", 0, 9000), mk("trun", 1, 2, 0)))
		},
		"no offset at all": func(int, int) []byte {
			return join(mk("traf", mk("tfhd", 0x20000, 1), mk("tfdt", 0, 9000), mk("trun", 0, 3)),
				mk("traf", mk("tfhd", 0, 2), mk("tfdt", 0, 9000), mk("trun", 0, 2)))
		},
		"all in the rows": func(_, size int) []byte {
			row := join(3600, 10, 0x10000, 0)
			return join(mk("traf", mk("tfhd", 0x2003a, 1, 1, 7, 7, 7), mk("tfdt", 0, 9000), mk("trun", 0xf01, 3, size+8, row, row, row)),
				mk("traf", mk("tfhd", 0x20000, 2), mk("tfdt", 0, 9000), mk("trun", 0x701, 2, size+38, row[:12], row[:12])))
		},
		"defaults in tfhd": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0x2003a, 1, 1, 3600, 10, 0x10000), mk("tfdt", 0, 9000), mk("trun", 1, 3, size+8)),
				mk("traf", mk("tfhd", 0x20018, 2, 3600, 10), mk("tfdt", 0, 9000), mk("trun", 1, 2, size+38)))
		},
		"tfxd": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0x20000, 1), mk("uuid", uuidTfxd, 1<<24, uint64(9000), uint64(10800)), mk("trun", 1, 3, size+8)),
				mk("traf", mk("tfhd", 0x20000, 2), mk("uuid", uuidTfxd, 0, 9000, 10800), mk("trun", 1, 2, size+38)))
		},
		"tfdt before tfxd": func(_, size int) []byte {
			return join(mk("traf", mk("tfhd", 0x20000, 1), mk("tfdt", 0, 9000), mk("uuid", uuidTfxd, 1<<24, uint64(5), uint64(10800)), mk("trun", 1, 3, size+8)),
				mk("traf", mk("tfhd", 0x20000, 2), mk("uuid", uuidTfxd, 0, 5, 10800), mk("tfdt", 0, 9000), mk("trun", 1, 2, size+38)))
		},
		"boxes in another order": func(_, size int) []byte {
			return join(mk("traf", mk("free", 0), mk("trun", 1, 3, size+8), mk("tfdt", 0, 9000), mk("tfhd", 0x20000, 1)),
				mk("traf", mk("trun", 1, 2, size+38), mk("tfhd", 0x20000, 2), mk("tfdt", 0, 9000)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := join(moov, fragment(len(moov), []run{{1, 0, 3}, {2, 0, 2}}, trafs))
			r, c := mustScan(t, data)
			if len(r.Warnings) > 0 {
				t.Errorf("warnings: %q", r.Warnings)
			}
			for i, want := range []run{{1, 0, 3}, {2, 0, 2}} {
				checkRun(t, data, c.samples[i], want, 9000)
			}
		})
	}
}

// checkRun compares samples with those of a run whose first is decoded at start.
func checkRun(t *testing.T, data []byte, s []media.Sample, want run, start media.Ticks) {
	t.Helper()
	var got []byte
	for i := range s {
		got = append(got, data[s[i].Offset:s[i].Offset+int64(s[i].Size)]...)
		if s[i].DTS != start+media.Ticks(i)*3600 || s[i].Duration != 3600 || s[i].Sync || s[i].CTO != 0 {
			t.Errorf("track %d: sample %d is %+v", want.track, i, s[i])
		}
	}
	if !bytes.Equal(got, want.data()) {
		t.Errorf("track %d has the samples % x, want % x", want.track, got, want.data())
	}
}

// simple returns a fragment of track 1 with n samples; more stands in the traf before the run.
func simple(n int, more []byte) []byte {
	traf := func(size int) []byte {
		return mk("traf", mk("tfhd", 0x20000, 1), more, mk("trun", 5, n, size+8, 0x2000000))
	}
	size := len(mk("moof", traf(0)))
	return join(mk("moof", traf(size)), mk("mdat", make([]byte, 10*n)))
}

// TestFragmentTimes goes on where no time is said, and keeps gaps and overlaps where it is.
func TestFragmentTimes(t *testing.T) {
	data := join(two(), simple(2, nil), simple(2, nil), simple(0, nil), simple(1, mk("tfdt", 0, 90000)), simple(1, nil), simple(1, mk("tfdt", 0, 90000)))
	r, c := mustScan(t, data)
	var got []string
	for _, s := range c.samples[0] {
		got = append(got, fmt.Sprint(int64(s.DTS), "+", int64(s.Duration), s.Sync))
	}
	want := "0+3600 true, 3600+3600 false, 7200+3600 true, 10800+3600 false, 90000+3600 true, 93600+3600 true, 90000+3600 true"
	if s := strings.ReplaceAll(strings.Join(got, ", "), " + ", "+"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if len(r.Warnings) > 0 {
		t.Errorf("warnings: %q", r.Warnings)
	}
}

// TestBoundaries marks the segments of the file.
func TestBoundaries(t *testing.T) {
	one := simple(2, nil)
	styp := mk("styp", "msdh", 0)
	sidx := func(sizes ...int) []byte {
		b := join(0, 1, 90000, 0, 0, uint16(0), uint16(len(sizes)))
		for _, n := range sizes {
			b = append(b, join(n, 7200, uint32(0x90000000))...)
		}
		return mk("sidx", b)
	}
	n := len(one)
	for name, v := range map[string]struct {
		data []byte
		want string
	}{
		"each fragment":             {join(one, one, one), "101010"},
		"styp":                      {join(styp, one, one, styp, one), "100010"},
		"sidx":                      {join(sidx(2*n, n), one, one, one), "100010"},
		"sidx and styp":             {join(sidx(2*n+len(styp), n+len(styp)+n), styp, one, one, styp, one, styp, one), "10001000"},
		"sidx of each segment":      {join(styp, sidx(2*n), one, one, styp, sidx(n), one), "100010"},
		"stale sidx":                {join(sidx(2*n-1, n), one, one, one, one), "10001010"},
		"sidx, other boxes between": {join(sidx(2*n+12, n), one, mk("emsg", 0), one, one), "100010"},
		"mfra":                      {join(one, one, mk("mfra", mk("tfra", make([]byte, 40)), mk("mfro", 0, 60))), "1010"},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := mustScan(t, join(two(), v.data))
			got := ""
			for _, s := range c.samples[0] {
				got += map[bool]string{true: "1", false: "0"}[s.Boundary]
			}
			if got != v.want {
				t.Errorf("boundaries %s, want %s", got, v.want)
			}
		})
	}
}

// TestHybrid reads a file with samples in moov and in fragments: the fragments go on where moov ends.
func TestHybrid(t *testing.T) {
	f := newFilm()
	f.moov = mk("mvex", mk("trex", 0, 1, 1, 3600, 10, 0x10000))
	_, c := mustScan(t, join(f.bytes(), simple(3, nil)))
	s := c.samples[0]
	if len(s) != 13 || s[10].DTS != 36000 || s[12].DTS != 43200 {
		t.Fatalf("%d samples: %+v", len(s), s)
	}
}

// TestFragmentDamage has fragmented files that are served up to their damage.
func TestFragmentDamage(t *testing.T) {
	one := simple(2, nil)
	for name, v := range map[string]struct {
		samples int
		want    string
		data    []byte
	}{
		"cut payload":     {3, "track 1: the file ends before its samples from 120ms on", join(one, one[:len(one)-5])},
		"cut moof":        {2, `the file ends within the box "moof"`, join(one, one[:20])},
		"unknown track":   {2, "has samples of track 9, which moov does not name", join(one, mk("moof", mk("traf", mk("tfhd", 0, 9), mk("trun", 0, 1))))},
		"rows cut":        {3, "says that it has 400 samples and has room for 1", join(one, mk("moof", mk("traf", mk("tfhd", 0, 1), mk("trun", 0x200, 400, 2))), mk("mdat", 7))},
		"endless run":     {2, "has room for 0", join(one, mk("moof", mk("traf", mk("tfhd", 0x10, 1, 0), mk("trun", 0, -1))))},
		"too many bytes":  {2, "more samples than the file has bytes", join(one, mk("moof", mk("traf", mk("tfhd", 0x10, 1, 1), bytes.Repeat(mk("trun", 1, 1<<30, 0), 50))))},
		"garbage between": {2, "there is no box at byte", join(one, "\x00\x00\x00\x03abcd", one)},
	} {
		t.Run(name, func(t *testing.T) {
			r, c := mustScan(t, join(two(), v.data))
			if n := len(c.samples[0]); n < v.samples || n > v.samples && name != "too many bytes" {
				t.Errorf("%d samples, want %d", n, v.samples)
			}
			if w := strings.Join(r.Warnings, "; "); !strings.Contains(w, v.want) {
				t.Errorf("warnings: %s; want … %s …", w, v.want)
			}
		})
	}
}
