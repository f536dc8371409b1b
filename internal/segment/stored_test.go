package segment_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// usual is the name of the key that tenc names.
const usual = "a"

// contentKey returns the key of a name, which is a letter.
func contentKey(name string) (kid mp4.UUID, key []byte) {
	return mp4.UUID(strings.Repeat(name, 16)), []byte(strings.Repeat(strings.ToUpper(name), 16))
}

// seig is a sample group of mp4ff.
func seig(name, scheme string, in *mp4.TencBox) *mp4.SeigSampleGroupEntry {
	if name == "" {
		return &mp4.SeigSampleGroupEntry{KID: make(mp4.UUID, 16)}
	}
	kid, _ := contentKey(name)
	g := &mp4.SeigSampleGroupEntry{IsProtected: 1, PerSampleIVSize: in.DefaultPerSampleIVSize, KID: kid, CryptByteBlock: in.DefaultCryptByteBlock, SkipByteBlock: in.DefaultSkipByteBlock}
	if scheme == "cbcs" {
		g.ConstantIV = in.DefaultConstantIV
	}
	return g
}

// packaged has mp4ff encrypt a film that is in the clear, fragment by fragment with the keys of those names, which come again and again; "" is no key. Where which is known is said in the fragments, or their
// descriptions are in moov.
func packaged(t *testing.T, clear []byte, scheme string, names []string, inMoov bool, pssh ...*mp4.PsshBox) []byte {
	t.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(clear))
	if err != nil {
		t.Fatal(err)
	}
	kid, key := contentKey(usual)
	iv := []byte("vector 1")
	protect, err := mp4.InitProtect(f.Init, key, iv, scheme, kid, pssh)
	if err != nil {
		t.Fatal(err)
	}
	if scheme == "cenc" && protect.Tenc.DefaultPerSampleIVSize != 8 {
		iv = append(iv, make([]byte, 8)...)
	}
	var moov []*mp4.SeigSampleGroupEntry
	box := func(entries ...*mp4.SeigSampleGroupEntry) *mp4.SgpdBox {
		b := &mp4.SgpdBox{Version: 1, GroupingType: "seig"}
		for _, e := range entries {
			b.SampleGroupEntries = append(b.SampleGroupEntries, e)
			b.DescriptionLengths = append(b.DescriptionLengths, uint32(e.Size()))
		}
		return b
	}
	var out bytes.Buffer
	at := 0
	for _, seg := range f.Segments {
		for _, frag := range seg.Fragments {
			name := names[at%len(names)]
			at++
			if name != "" {
				_, key := contentKey(name)
				if iv, err = mp4.EncryptFragment(frag, key, iv, protect); err != nil {
					t.Fatal(err)
				}
			}
			if name == usual {
				continue
			}
			g, index := seig(name, scheme, protect.Tenc), uint32(0x10001)
			if inMoov {
				moov = append(moov, g)
				index = uint32(len(moov))
			} else if err := frag.Moof.Traf.AddChild(box(g)); err != nil {
				t.Fatal(err)
			}
			n := frag.Moof.Traf.Trun.SampleCount()
			if err := frag.Moof.Traf.AddChild(&mp4.SbgpBox{GroupingType: "seig", SampleCounts: []uint32{n}, GroupDescriptionIndices: []uint32{index}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if inMoov {
		f.Init.Moov.Trak.Mdia.Minf.Stbl.AddChild(box(moov...))
	}
	f.FragEncMode = mp4.EncModeSegment
	if err := f.Encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened decrypts segments of a Representation by what they and the init segment say. seen is the keys of the samples of each segment: "a 48, b 48".
func opened(t *testing.T, dir string, r mediatest.Announced) (samples [][]byte, seen []string) {
	t.Helper()
	init := read(t, dir, r.Init)
	in := mediatest.ParseInit(t, init)
	f, err := mp4.DecodeFile(bytes.NewReader(init))
	if err != nil {
		t.Fatal(err)
	}
	info, err := mp4.DecryptInit(f.Init)
	if err != nil {
		t.Fatal(err)
	}
	scheme, tenc := info.TrackInfos[0].Sinf.Schm.SchemeType, info.TrackInfos[0].Sinf.Schi.Tenc
	for _, s := range r.Segments {
		b := read(t, dir, s.URL)
		parsed := mediatest.ParseSegment(t, in, b)
		if rate := int64(len(b)) * 8 * r.Timescale / s.Duration; rate > int64(r.Bandwidth) {
			t.Errorf("%s, %s: %d bit/s, @bandwidth is %d", r.ID, s.URL, rate, r.Bandwidth)
		}
		list, err := mp4.DecodeFile(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		groups := groupsOf(t, list.Segments[0].Fragments[0].Moof.Traf, len(parsed.Samples), tenc)
		aux := parsed.Senc
		if len(aux) > 0 {
			if int(binary.BigEndian.Uint32(aux)) != len(parsed.Samples) || !bytes.Equal(b[parsed.AuxFrom:parsed.AuxFrom+len(aux)-4], aux[4:]) {
				t.Fatalf("%s, %s: senc has %d samples of %d, or saio leads elsewhere", r.ID, s.URL, binary.BigEndian.Uint32(aux), len(parsed.Samples))
			}
			aux = aux[4:]
		}
		what, run := []string{}, 0
		for i, g := range groups {
			data := bytes.Clone(parsed.Samples[i].Data)
			if parsed.Senc != nil {
				one := aux[:parsed.AuxSizes[i]]
				aux = aux[len(one):]
				openSample(t, data, one, scheme, g, parsed.SencFlag&2 != 0)
			} else if g.IsProtected == 1 {
				openSample(t, data, nil, scheme, g, false)
			}
			samples = append(samples, data)
			name := "clear"
			if run++; g.IsProtected == 1 {
				name = string(g.KID[:1])
			}
			if i+1 == len(groups) || groups[i+1] != g {
				what, run = append(what, fmt.Sprint(name, " ", run)), 0
			}
		}
		if len(aux) > 0 {
			t.Errorf("%s, %s: %d bytes too many in senc", r.ID, s.URL, len(aux))
		}
		if parsed.Senc != nil && !slices.ContainsFunc(what, func(s string) bool { return !strings.HasPrefix(s, "clear") }) {
			t.Errorf("%s, %s: senc of samples that are in the clear", r.ID, s.URL)
		}
		seen = append(seen, strings.Join(what, ", "))
	}
	return samples, seen
}

// groupsOf returns how each sample is protected.
func groupsOf(t *testing.T, traf *mp4.TrafBox, count int, tenc *mp4.TencBox) []*mp4.SeigSampleGroupEntry {
	t.Helper()
	usual := &mp4.SeigSampleGroupEntry{
		IsProtected: tenc.DefaultIsProtected, PerSampleIVSize: tenc.DefaultPerSampleIVSize, KID: tenc.DefaultKID, ConstantIV: tenc.DefaultConstantIV,
		CryptByteBlock: tenc.DefaultCryptByteBlock, SkipByteBlock: tenc.DefaultSkipByteBlock,
	}
	var all []*mp4.SeigSampleGroupEntry
	if traf.Sbgp != nil {
		for i, n := range traf.Sbgp.SampleCounts {
			g := usual
			if index := traf.Sbgp.GroupDescriptionIndices[i]; index > 0 {
				g = traf.Sgpd.SampleGroupEntries[index-0x10001].(*mp4.SeigSampleGroupEntry)
			}
			for range n {
				all = append(all, g)
			}
		}
		if len(all) != count {
			t.Fatalf("sbgp is about %d samples of %d", len(all), count)
		}
	}
	for len(all) < count {
		all = append(all, usual)
	}
	return all
}

// openSample decrypts a sample in place, by its auxiliary information.
func openSample(t *testing.T, data, aux []byte, scheme string, g *mp4.SeigSampleGroupEntry, subsamples bool) {
	t.Helper()
	iv := append(bytes.Clone(aux[:g.PerSampleIVSize]), make([]byte, 16)...)[:16]
	aux = aux[g.PerSampleIVSize:]
	if g.PerSampleIVSize == 0 {
		iv = g.ConstantIV
	}
	var subs []mp4.SubSamplePattern
	if subsamples {
		n, sum := int(binary.BigEndian.Uint16(aux)), 0
		for aux = aux[2:]; n > 0; n-- {
			s := mp4.SubSamplePattern{BytesOfClearData: binary.BigEndian.Uint16(aux), BytesOfProtectedData: binary.BigEndian.Uint32(aux[2:])}
			sum += int(s.BytesOfClearData) + int(s.BytesOfProtectedData)
			subs, aux = append(subs, s), aux[6:]
		}
		if sum != len(data) && g.IsProtected == 1 {
			t.Fatalf("the subsamples have %d bytes, the sample %d", sum, len(data))
		}
	}
	if len(aux) > 0 || g.IsProtected == 0 && subs != nil {
		t.Fatalf("%d bytes of auxiliary information too many, %d subsamples", len(aux), len(subs))
	}
	if g.IsProtected == 0 {
		return
	}
	_, key := contentKey(string(g.KID[:1]))
	var err error
	if scheme == "cbcs" {
		err = mp4.DecryptSampleCbcs(data, key, iv, subs, &mp4.TencBox{DefaultCryptByteBlock: g.CryptByteBlock, DefaultSkipByteBlock: g.SkipByteBlock})
	} else {
		err = mp4.CryptSampleCenc(data, key, iv, subs)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Films whose key changes, or that begin in the clear, are served so that every sample can be decrypted, whether segments are cut where keys change or elsewhere. Whoever asks for a system is told all keys.
func TestStoredGroups(t *testing.T) {
	film := mediatest.FFmpeg(t, "film.mp4", "-i", mediatest.Clip(t), "-t", "9", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-c:a", "aac")
	plain, m := export(t, film, "timeline=1&segdur=2")
	for _, r := range m.Representations {
		clear, want := read(t, plain, r.Init), [][]byte(nil)
		in := mediatest.ParseInit(t, clear)
		for _, s := range r.Segments {
			b := read(t, plain, s.URL)
			clear = append(clear, b...)
			for _, x := range mediatest.ParseSegment(t, in, b).Samples {
				want = append(want, x.Data)
			}
		}
		for _, c := range []struct {
			scheme string
			names  []string
			inMoov bool
		}{
			{"cenc", []string{usual, "b", "c"}, false}, {"cenc", []string{usual, "b", "c"}, true}, {"cenc", []string{"", "", usual}, false}, {"cenc", []string{"", "b"}, true},
			{"cbcs", []string{"b", usual, "c"}, false}, {"cbcs", []string{"", "b", "c", usual}, false}, {"cbcs", []string{"", usual}, true}, {"cenc", []string{""}, false},
		} {
			path := filepath.Join(t.TempDir(), "film.mp4")
			if err := os.WriteFile(path, packaged(t, clear, c.scheme, c.names, c.inMoov), 0o644); err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{"segdur=2", "segdur=5", "segdur=5&drm=clearkey"} {
				name := fmt.Sprintf("%s, %s, %q, descriptions in moov: %t, %s", r.MimeType, c.scheme, c.names, c.inMoov, query)
				dir, m := export(t, path, "timeline=1&"+query)
				got, seen := opened(t, dir, m.Representations[0])
				for i := range want {
					if i >= len(got) || !bytes.Equal(got[i], want[i]) {
						t.Errorf("%s: sample %d of %d and %d is not what it was: %v", name, i, len(got), len(want), seen)
						break
					}
				}
				if mixed := strings.Contains(strings.Join(seen, ""), ", "); mixed != (query != "segdur=2" && len(c.names) > 1) {
					t.Errorf("%s: fragments have samples of different keys: %t; %v", name, mixed, seen)
				}
				for _, key := range c.names {
					kid, _ := contentKey(key)
					if told := bytes.Contains(pssh(read(t, dir, m.Representations[0].Init)), kid); key != "" && told != strings.Contains(query, "drm") {
						t.Errorf("%s: the init segment names key %s: %t", name, key, told)
					}
				}
			}
		}
	}
}

// pssh returns all that an init segment has of content protection systems.
func pssh(init []byte) []byte {
	_, after, _ := bytes.Cut(init, []byte("pssh"))
	return after
}
