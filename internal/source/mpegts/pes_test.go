package mpegts

import (
	"bytes"
	"hash/crc32"
	"math/bits"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// writer makes transport streams that the usual muxers do not.
type writer struct {
	out []byte
	cc  map[int]byte
	max int // payload bytes in a packet, 184 when 0
}

// section writes a section of one packet.
func (w *writer) section(pid int, s []byte) {
	s[1], s[2] = 0xB0|byte((len(s)+1)>>8), byte(len(s)+1)
	r := make([]byte, len(s))
	for i, b := range s {
		r[i] = bits.Reverse8(b)
	}
	sum := bits.Reverse32(^crc32.ChecksumIEEE(r))
	s = append(s, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	w.packets(pid, append([]byte{0}, s...), true)
}

// tables writes a PAT and a PMT with streams of type and descriptors by PID 0x100 on.
func (w *writer) tables(streams ...[]byte) {
	w.section(0, []byte{0, 0, 0, 0, 1, 0xC1, 0, 0, 0, 1, 0xE0 | 0x10, 0x00})
	pmt := []byte{2, 0, 0, 0, 1, 0xC1, 0, 0, 0xE1, 0, 0xF0, 0}
	for i, s := range streams {
		pmt = append(pmt, s[0], 0xE1, byte(i), 0xF0, byte(len(s)-1))
		pmt = append(pmt, s[1:]...)
	}
	w.section(0x1000, pmt)
}

func (w *writer) packets(pid int, b []byte, psi bool) {
	if w.cc == nil {
		w.cc = map[int]byte{}
	}
	limit := w.max
	if limit == 0 || psi {
		limit = 184
	}
	for first := true; len(b) > 0; first = false {
		n := min(len(b), limit)
		p := []byte{0x47, byte(pid >> 8), byte(pid), 0x10 | w.cc[pid]}
		w.cc[pid] = (w.cc[pid] + 1) & 15
		if first {
			p[1] |= 0x40
		}
		if pad := 184 - n; pad > 0 && !psi {
			p[3] |= 0x20
			p = append(p, byte(pad-1))
			if pad > 1 {
				p = append(append(p, 0), bytes.Repeat([]byte{0xFF}, pad-2)...)
			}
		}
		p = append(p, b[:n]...)
		for len(p) < packetLen {
			p = append(p, 0xFF)
		}
		w.out = append(w.out, p...)
		b = b[n:]
	}
}

// pes writes a PES packet; times below 0 are left out. stuffing lengthens the header.
func (w *writer) pes(pid int, id byte, pts, dts int64, stuffing int, payload []byte) {
	stamp := func(mark byte, t int64) []byte {
		return []byte{mark<<4 | byte(t>>30&7)<<1 | 1, byte(t >> 22), byte(t>>15)<<1 | 1, byte(t >> 7), byte(t)<<1 | 1}
	}
	var times []byte
	flags := byte(0)
	if pts >= 0 {
		flags = 0x80
		times = stamp(2, pts)
		if dts >= 0 {
			flags = 0xC0
			times = append(stamp(3, pts), stamp(1, dts)...)
		}
	}
	times = append(times, bytes.Repeat([]byte{0xFF}, stuffing)...)
	h := []byte{0, 0, 1, id, 0, 0, 0x80, flags, byte(len(times))}
	if n := 3 + len(times) + len(payload); id != 0xE0 && n < 1<<16 {
		h[4], h[5] = byte(n>>8), byte(n)
	}
	w.packets(pid, slices.Concat(h, times, payload), false)
}

// pictures returns the access units of a file as Annex B, with parameter sets before random access points, and their times.
func annexB(t *testing.T, s *scanned) (units [][]byte, list []media.Sample) {
	tr, list := s.track(t, media.Video, 0)
	for i := range list {
		b, err := Read(s.File, tr, &list[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		var u []byte
		if list[i].Sync {
			u = appendConfigSets(u, tr)
		}
		codec.LengthPrefixed(b, 4, func(n []byte) bool {
			u = append(append(u, 0, 0, 1), n...)
			return true
		})
		units = append(units, u)
	}
	return units, list
}

// layouts are ways to put access units into PES packets.
func layouts(units [][]byte, list []media.Sample) map[string]func(w *writer) {
	pts := func(i int) int64 { return int64(list[i].PTS()) }
	dts := func(i int) int64 { return int64(list[i].DTS) }
	each := func(stuffing int) func(w *writer) {
		return func(w *writer) {
			for i, u := range units {
				w.pes(0x100, 0xE0, pts(i), dts(i), stuffing, u)
			}
		}
	}
	return map[string]func(w *writer){
		"one each":                    each(0),
		"header over several packets": each(240),
		"few bytes a packet": func(w *writer) {
			w.max = 5
			each(3)(w)
		},
		"times only where they differ": func(w *writer) {
			for i, u := range units {
				d := dts(i)
				if d == pts(i) {
					d = -1
				}
				w.pes(0x100, 0xE0, pts(i), d, 0, u)
			}
		},
		"presentation times only": func(w *writer) {
			for i, u := range units {
				w.pes(0x100, 0xE0, pts(i), -1, 0, u)
			}
		},
		"several in one": func(w *writer) {
			for i := 0; i < len(units); i += 5 {
				w.pes(0x100, 0xE0, pts(i), dts(i), 0, bytes.Join(units[i:min(i+5, len(units))], nil))
			}
		},
		"a group of pictures in one": func(w *writer) {
			for i := 0; i < len(units); {
				k := i + 1
				for k < len(units) && !list[k].Sync {
					k++
				}
				w.pes(0x100, 0xE0, pts(i), dts(i), 0, bytes.Join(units[i:k], nil))
				i = k
			}
		},
		"one in several": func(w *writer) {
			for i, u := range units {
				k := len(u) / 3
				w.pes(0x100, 0xE0, pts(i), dts(i), 0, u[:k])
				w.pes(0x100, 0xE0, -1, -1, 0, u[k:2*k])
				w.pes(0x100, 0xE0, -1, -1, 0, u[2*k:])
			}
		},
		"cut anywhere": func(w *writer) { cutAnywhere(w, units, pts, dts) },
	}
}

// cutAnywhere begins a PES packet every 1777 bytes, with the times of the first access unit that begins in it.
func cutAnywhere(w *writer, units [][]byte, pts, dts func(int) int64) {
	var starts []int
	all := bytes.Join(units, nil)
	for at, i := 0, 0; i < len(units); i++ {
		starts = append(starts, at)
		at += len(units[i])
	}
	for at := 0; at < len(all); at += 1777 {
		end := min(at+1777, len(all))
		p, d := int64(-1), int64(-1)
		if i, _ := slices.BinarySearch(starts, at); i < len(starts) && starts[i] < end {
			p, d = pts(i), dts(i)
		}
		w.pes(0x100, 0xE0, p, d, 0, all[at:end])
	}
}

// TestPES: however access units are laid out in PES packets, the Samples are the same.
func TestPES(t *testing.T) {
	for name, args := range map[string][]string{
		"pes-copy.ts": {"-t", "6", "-c", "copy"},
		"pes-slices.ts": {"-t", "4", "-s", "320x180", "-c:v", "libx264", "-x264-params", "slices=4:bframes=3:b-pyramid=normal:keyint=16",
			"-c:a", "copy"},
	} {
		ref := scan(t, readFile(t, clip(t, name, args...)))
		units, list := annexB(t, ref)
		want := ref.payloads(t, media.Video, 0)
		for kind, write := range layouts(units, list) {
			t.Run(name+" "+kind, func(t *testing.T) {
				w := &writer{}
				w.tables([]byte{0x1B})
				write(w)
				s := scan(t, w.out)
				if len(s.Warnings) > 0 {
					t.Errorf("warnings: %q", s.Warnings)
				}
				if !slices.Equal(s.payloads(t, media.Video, 0), want) {
					t.Errorf("%d samples differ from %d", len(s.samples[0]), len(want))
				}
				for i, m := range s.samples[0] {
					if i > 144 && kind == "a group of pictures in one" {
						break // the last group is cut off, so its order cannot be known
					}
					wrong := m.PTS() != list[i].PTS() || m.DTS != list[i].DTS && kind != "presentation times only"
					if wrong || m.Sync != list[i].Sync {
						t.Fatalf("sample %d: %+v, want %+v", i, m, list[i])
					}
				}
			})
		}
	}
}

// TestSections: tables over several packets are put together, and wrong ones are not believed.
func TestSections(t *testing.T) {
	ref := scan(t, readFile(t, clip(t, "pes-copy.ts", "-t", "6", "-c", "copy")))
	units, list := annexB(t, ref)
	long := append([]byte{0x1B, 0xFE, 200}, make([]byte, 200)...) // a private descriptor
	w := &writer{}
	w.tables(long, append([]byte{0x06, 0xFE, 200}, make([]byte, 200)...), []byte{0x24})
	damaged := len(w.out)
	w.tables([]byte{0x02})
	w.out[damaged+packetLen+5+12] ^= 1 // stream_type
	w.tables([]byte{0x02})
	w.out[len(w.out)-packetLen+5+5] &^= 1 // current_next_indicator, and so the CRC
	for i, u := range units {
		w.pes(0x100, 0xE0, int64(list[i].PTS()), int64(list[i].DTS), 0, u)
	}
	s := scan(t, w.out)
	if len(s.Tracks) != 1 || s.Tracks[0].Codec != media.AVC || len(s.samples[0]) != len(units) {
		t.Errorf("%d tracks, %d samples of %d", len(s.Tracks), len(s.samples[0]), len(units))
	}
}
