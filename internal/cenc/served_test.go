package cenc_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// schemes is all ways to encrypt, as options.
var schemes = [...]string{"enc=cenc", "enc=cenc&iv=16", "enc=cens", "enc=cbc1", "enc=cbcs", "enc=cbcs&iv=16"}

// FFmpeg, and mp4ff where it knows the scheme, give back what was stored: every byte of every sample, of every codec, in every scheme.
func TestDecrypts(t *testing.T) {
	all := sources(t)
	var paths []string
	for _, path := range all {
		paths = append(paths, path)
	}
	p := start(t, paths...)
	for name := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := program{t, p.base}
			m := mediatest.ReadMPD(t, p.get("/dash/vod/"+name+"/manifest.mpd?timeline=1"))
			for i, r := range m.Representations {
				folder := "/dash/vod/" + name + "/" + r.ID
				plain := p.fetch(folder, "", 1, len(r.Segments))
				want, samples := packets(t, plain.all(), ""), plain.samples(t)
				for _, query := range schemes {
					x := p.fetch(folder, query, 1, len(r.Segments))
					announced := mediatest.ReadMPD(t, p.get("/dash/vod/"+name+"/manifest.mpd?timeline=1&"+query)).Representations[i]
					for j, s := range announced.Segments {
						if rate := int64(len(x.segments[j])) * 8 * announced.Timescale / s.Duration; rate > int64(announced.Bandwidth) {
							t.Errorf("%s, %s: segment %d has %d bit/s, @bandwidth is %d", r.ID, query, j, rate, announced.Bandwidth)
						}
					}
					key := keyOf(t, x.kidOf(t))
					if got := packets(t, x.all(), key); got != want {
						t.Errorf("%s, %s: FFmpeg decrypts other packets:\n%s", r.ID, query, difference(want, got))
					}
					if strings.HasPrefix(query, "enc=cenc") || strings.HasPrefix(query, "enc=cbcs") {
						got := decrypted(t, &x, func(int) string { return key })
						if d := differ(samples, got); d != "" {
							t.Errorf("%s, %s: mp4ff decrypts otherwise: %s", r.ID, query, d)
						}
					}
					hidden(t, r.ID+", "+query, &plain, &x)
				}
			}
		})
	}
}

func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("packet %d of %d and %d: %s, want %s", i, len(g), len(w), g[i], w[i])
		}
	}
	return fmt.Sprintf("%d packets, want %d", len(g), len(w))
}

func differ(want, got [][]byte) string {
	if len(want) != len(got) {
		return fmt.Sprintf("%d samples, want %d", len(got), len(want))
	}
	for i := range want {
		if !bytes.Equal(want[i], got[i]) {
			return fmt.Sprintf("sample %d of %d differs", i, len(want))
		}
	}
	return ""
}

// hidden checks that nearly all of what x protects of plain is other bytes, and that its auxiliary information is whole.
func hidden(t *testing.T, what string, plain, x *track) {
	t.Helper()
	box := tenc(x.init)
	crypt, skip, ivSize := int(box[5]>>4), int(box[5]&15), int(box[7])
	if box[6] != 1 {
		t.Errorf("%s: tenc says that nothing is protected", what)
	}
	changed, whole := 0, 0
	for i := range x.segments {
		a, b := mediatest.ParseSegment(t, plain.in, plain.segments[i]), mediatest.ParseSegment(t, x.in, x.segments[i])
		if len(a.Samples) != len(b.Samples) {
			t.Fatalf("%s: segment %d has %d samples, not %d", what, i, len(b.Samples), len(a.Samples))
		}
		if d := auxiliary(&b, x.segments[i], ivSize); d != "" {
			t.Errorf("%s: segment %d: %s", what, i, d)
		}
		for j := range a.Samples {
			if len(a.Samples[j].Data) != len(b.Samples[j].Data) || a.Samples[j].PTS != b.Samples[j].PTS || a.Samples[j].Sync != b.Samples[j].Sync {
				t.Fatalf("%s: sample %d of segment %d is another one", what, j, i)
			}
			for k, c := range a.Samples[j].Data {
				if c != b.Samples[j].Data[k] {
					changed++
				}
			}
			whole += len(a.Samples[j].Data)
		}
	}
	least := 0.85
	if crypt+skip > 0 {
		least *= float64(crypt) / float64(crypt+skip)
	}
	if got := float64(changed) / float64(whole); got < least {
		t.Errorf("%s: %.1f %% of the bytes are encrypted, at least %.1f %% should be", what, 100*got, 100*least)
	}
}

// auxiliary checks that senc, saiz and saio say the same, and that subsamples cover samples (ISO/IEC 23001-7, 7.2).
func auxiliary(f *mediatest.Fragment, segment []byte, ivSize int) string {
	if f.Senc == nil {
		if ivSize > 0 {
			return "there is no senc"
		}
		return ""
	}
	if len(f.AuxSizes) != len(f.Samples) || int(binary.BigEndian.Uint32(f.Senc)) != len(f.Samples) {
		return "not as much auxiliary information as samples"
	}
	rest := f.Senc[4:]
	if !bytes.Equal(segment[f.AuxFrom:f.AuxFrom+len(rest)], rest) {
		return "saio leads elsewhere than senc is"
	}
	for i, s := range f.Samples {
		size := ivSize
		if f.SencFlag&2 != 0 {
			n := int(binary.BigEndian.Uint16(rest[size:]))
			bytes := 0
			for k := range n {
				bytes += int(binary.BigEndian.Uint16(rest[size+2+6*k:])) + int(binary.BigEndian.Uint32(rest[size+4+6*k:]))
			}
			if bytes != len(s.Data) {
				return fmt.Sprintf("the subsamples of sample %d have %d bytes, it has %d", i, bytes, len(s.Data))
			}
			size += 2 + 6*n
		}
		if int(f.AuxSizes[i]) != size {
			return "saiz says another size than senc has"
		}
		rest = rest[size:]
	}
	if len(rest) > 0 {
		return "more auxiliary information than samples"
	}
	return ""
}
