package cenc_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// live is a frozen clock, and a stream that began 100 s before: options of URLs.
const live = "start=2026-11-20T12:00:00Z&now=2026-11-20T12:01:40Z&segdur=2"

// Around the end of a loop, in chunks, and in either, live segments decrypt to what they are in the clear; chunks have their own fragments and auxiliary information.
func TestLive(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"], all["av1"], all["vp9"], all["avcts"], all["avc3"])
	for _, name := range []string{"avc", "av1", "vp9", "avcts", "avc3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := program{t, p.base}
			for _, options := range []string{live, live + "&chunkdur=0.5", live + "&trickmode=1"} {
				reps := []string{"v1"}
				switch {
				case strings.Contains(options, "trick"):
					reps = []string{"v1-trick"}
				case name == "avc" || name == "avcts":
					reps = []string{"v1", "a1"}
				}
				for _, r := range reps {
					folder := "/dash/live/" + name + "/" + r
					plain := p.fetch(folder, options, 30, 8) // a loop and a third
					want := packets(t, plain.all(), "")
					for _, query := range []string{"enc=cenc", "enc=cbcs"} {
						x := p.fetch(folder, options+"&"+query, 30, 8)
						if got := packets(t, x.all(), keyOf(t, x.kidOf(t))); got != want {
							t.Errorf("%s, %s, %s: FFmpeg decrypts other packets:\n%s", r, options, query, difference(want, got))
						}
					}
				}
			}
		})
	}
}

// A range of a segment, or of a Representation that is one file, is that part of the whole, wherever in a sample or a block it begins; and the whole decrypts.
func TestRanges(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"], all["avcts"])
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, queries := range map[string][]string{"avc": append(schemes[:], "enc=cenc&rotate=1&lead=1&drm=all"), "avcts": {"enc=cenc", "enc=cbcs"}} {
		for _, query := range queries {
			for _, url := range []string{"/dash/vod/" + name + "/v1/1.m4s", "/dash/odvod/" + name + "/v1.mp4", "/dash/odvod/" + name + "/a1.mp4"} {
				whole := p.get(with(url, query))
				for range 12 {
					from := rnd.IntN(len(whole))
					to := min(len(whole)-1, from+rnd.IntN(1+rnd.IntN(len(whole))))
					if got := p.get(with(url, query), fmt.Sprintf("%d-%d", from, to)); !bytes.Equal(got, whole[from:to+1]) {
						t.Errorf("%s, %s: bytes %d to %d are others than in the whole", url, query, from, to)
					}
				}
				if strings.Contains(url, "odvod") && !strings.Contains(query, "rotate") && (strings.Contains(url, "v1") || query == "enc=cbcs") {
					x := track{init: whole}
					if want, got := packets(t, p.get(url), ""), packets(t, whole, keyOf(t, x.kidOf(t))); got != want {
						t.Errorf("%s, %s: FFmpeg decrypts other packets:\n%s", url, query, difference(want, got))
					}
				}
				if strings.Contains(url, "odvod") {
					subsegments(t, whole)
				}
			}
		}
	}
}

// subsegments checks that a segment index leads from fragment to fragment to the end.
func subsegments(t *testing.T, file []byte) {
	t.Helper()
	at := bytes.Index(file, []byte("sidx")) - 4
	n := int(binary.BigEndian.Uint16(file[at+38:]))
	next := at + int(binary.BigEndian.Uint32(file[at:]))
	for i := range n {
		if string(file[next+4:next+8]) != "moof" {
			t.Fatalf("reference %d of the segment index leads to no fragment", i)
		}
		next += int(binary.BigEndian.Uint32(file[at+40+12*i:]))
	}
	if next != len(file) {
		t.Errorf("the segment index ends at byte %d, the file at %d", next, len(file))
	}
}

// group is the entry of the sample group seig that a fragment has for all of its samples, nil when there is none.
func group(t *testing.T, segment []byte) []byte {
	t.Helper()
	at := bytes.Index(segment, []byte("sgpd\x01\x00\x00\x00seig"))
	if at < 0 {
		return nil
	}
	sbgp := bytes.Index(segment, []byte("sbgp\x00\x00\x00\x00seig"))
	f := bytes.Index(segment, []byte("trun"))
	if sbgp < 0 || binary.BigEndian.Uint32(segment[sbgp+12:]) != 1 || binary.BigEndian.Uint32(segment[sbgp+20:]) != 0x10001 ||
		binary.BigEndian.Uint32(segment[sbgp+16:]) != binary.BigEndian.Uint32(segment[f+8:]) {
		t.Fatal("the fragment's samples are not all in the group")
	}
	size := int(binary.BigEndian.Uint32(segment[at+12:]))
	if binary.BigEndian.Uint32(segment[at+16:]) != 1 || int(binary.BigEndian.Uint32(segment[at-4:])) != 24+size {
		t.Fatal("sgpd is not as large as it says")
	}
	return segment[at+20 : at+20+size]
}

// Keys change after so many segments: each fragment names its key, has it in pssh boxes, and decrypts with it and no other.
func TestRotation(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"])
	for _, query := range []string{"enc=cenc&rotate=3&drm=clearkey", "enc=cbcs&rotate=3", "enc=cens&rotate=3&chunkdur=1"} {
		options := live + "&" + query
		for _, r := range []string{"v1", "a1"} {
			if r == "a1" && !strings.Contains(query, "drm") {
				continue
			}
			folder := "/dash/live/avc/" + r
			plain, x := p.fetch(folder, live, 31, 5), p.fetch(folder, options, 31, 5)
			keys := map[string]int{}
			for i := range x.segments {
				entry := group(t, x.segments[i])
				if entry == nil || entry[2] != 1 {
					t.Fatalf("%s, %s: segment %d does not name its key", r, query, i)
				}
				kid := entry[4:20]
				keys[string(kid)]++
				if drm := bytes.Contains(x.segments[i], append([]byte{0, 0, 0, 1}, kid...)); drm != strings.Contains(query, "drm") {
					t.Errorf("%s, %s: segment %d: its key is in a pssh box: %t", r, query, i, drm)
				}
				one, clear := track{init: x.init, segments: x.segments[i : i+1]}, track{init: plain.init, segments: plain.segments[i : i+1]}
				want := packets(t, clear.all(), "")
				if got := packets(t, one.all(), keyOf(t, kid)); got != want {
					t.Errorf("%s, %s: segment %d decrypts to other packets:\n%s", r, query, i, difference(want, got))
				}
			}
			if len(keys) != 2 {
				t.Errorf("%s, %s: 5 segments have %d keys", r, query, len(keys))
			}
		}
	}
}

// A clear lead is what is stored, and says that it is in the clear; what follows is encrypted.
func TestClearLead(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"])
	for _, query := range []string{"enc=cenc&lead=3&segdur=2", "enc=cbcs&lead=3&segdur=2"} {
		for _, r := range []string{"v1", "a1"} {
			folder := "/dash/vod/avc/" + r
			plain, x := p.fetch(folder, "segdur=2", 1, 3), p.fetch(folder, query, 1, 3)
			for i := range 3 {
				one := track{in: x.in, segments: x.segments[i : i+1]}
				clear := track{in: plain.in, segments: plain.segments[i : i+1]}
				same := differ(clear.samples(t), one.samples(t)) == ""
				entry := group(t, x.segments[i])
				if i < 2 && (!same || entry == nil || !bytes.Equal(entry, make([]byte, 20)) || bytes.Contains(x.segments[i], []byte("senc"))) {
					t.Errorf("%s, %s: segment %d should be in the clear, and say so: %x", r, query, i, entry)
				}
				if i == 2 && (same || entry != nil && entry[2] != 1) {
					t.Errorf("%s, %s: segment %d should be encrypted", r, query, i)
				}
			}
			last := track{init: x.init, segments: x.segments[2:]}
			clear := track{init: plain.init, segments: plain.segments[2:]}
			if want, got := packets(t, clear.all(), ""), packets(t, last.all(), keyOf(t, x.kidOf(t))); got != want {
				t.Errorf("%s, %s: what follows decrypts to other packets:\n%s", r, query, difference(want, got))
			}
		}
	}
}

// Under a key no initialization vector is there twice, whatever the track and the loop. Another server gives the same bytes.
func TestVectors(t *testing.T) {
	all := sources(t)
	p, other := start(t, all["avc"]), start(t, all["avc"])
	for _, query := range []string{"enc=cenc", "enc=cenc&iv=16", "enc=cbc1", "enc=cbcs&iv=16"} {
		seen := map[string]string{}
		for _, r := range []string{"v1", "a1", "v1-trick"} {
			options := live + "&trickmode=1&" + query
			x := p.fetch("/dash/live/avc/"+r, options, 1, 12)
			if again := other.fetch("/dash/live/avc/"+r, options, 1, 12); !bytes.Equal(again.all(), x.all()) {
				t.Errorf("%s, %s: another server gives other bytes", r, query)
			}
			size := int(tenc(x.init)[7])
			for i, s := range x.segments {
				f := mediatest.ParseSegment(t, x.in, s)
				rest := f.Senc[4:]
				for j, n := range f.AuxSizes {
					iv, where := string(rest[:size]), fmt.Sprintf("%s, segment %d, sample %d", r, i, j)
					if before := seen[iv]; before != "" {
						t.Fatalf("%s: %s has the vector of %s", query, where, before)
					}
					seen[iv] = where
					rest = rest[n:]
				}
			}
		}
	}
}

// With a key for each Period, or every second one in the clear, init segments differ, and what each Period announces decrypts with its key.
func TestPeriods(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"])
	period := regexp.MustCompile(`(?s)<Period id="([^"]+)".*?</Period>`)
	media := regexp.MustCompile(`initialization="([^"]+)" media="([^"]+)"`)
	first := regexp.MustCompile(`startNumber="(\d+)"`)
	for _, query := range []string{"rotate=period&enc=cenc", "rotate=period&enc=cbcs&keyper=kind", "clear=odd&enc=cenc"} {
		mpd := string(p.get("/dash/live/avc/manifest.mpd?" + live + "&periods=180&timeline=number&" + query))
		mediatest.Schema(t, []byte(mpd))
		keys := map[string]bool{}
		all := period.FindAllStringSubmatch(mpd, -1)
		if len(all) < 4 {
			t.Fatalf("%s: %d Periods:\n%s", query, len(all), mpd)
		}
		for i, e := range all[:4] {
			m := media.FindStringSubmatch(e[0])
			unescape := strings.NewReplacer("&amp;", "&", "$RepresentationID$", "v1").Replace
			init := p.get("/dash/live/avc/" + unescape(m[1]))
			number := first.FindStringSubmatch(e[0])[1]
			segment := p.get("/dash/live/avc/" + strings.ReplaceAll(unescape(m[2]), "$Number$", number))
			x := track{init: init, segments: [][]byte{segment}}
			said := strings.Contains(e[0], "cenc:default_KID")
			if strings.Contains(query, "odd") && strings.HasPrefix(e[1], "P") {
				n, _ := strconv.Atoi(e[1][1:])
				if clear := tenc(init) == nil; clear != (n%2 == 1) || said == clear {
					t.Errorf("%s: Period %s is in the clear: %t; the manifest says so: %t", query, e[1], clear, !said)
				}
				continue
			}
			kid := x.kidOf(t)
			keys[string(kid)] = true
			upper := strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", kid[:4], kid[4:6], kid[6:8], kid[8:10], kid[10:]))
			if !strings.Contains(e[0], upper) {
				t.Errorf("%s: Period %s: the manifest does not have the KID %s", query, e[1], upper)
			}
			if out := packets(t, x.all(), keyOf(t, kid)); strings.Count(out, "\n") != 49 {
				t.Errorf("%s: Period %d: %d packets", query, i, strings.Count(out, "\n")+1)
			}
		}
		if len(keys) != 4 && strings.Contains(query, "rotate") {
			t.Errorf("%s: 4 Periods have %d keys", query, len(keys))
		}
	}
}

// What is damaged on purpose is damaged before it is encrypted: whoever decrypts it sees what others see.
func TestFaults(t *testing.T) {
	all := sources(t)
	p := start(t, all["avc"], all["avcts"])
	for _, name := range []string{"avc", "avcts"} {
		const damage = "fault=video:corrupt%3D8@n%3D2&segdur=2"
		folder := "/dash/vod/" + name + "/v1"
		whole, plain := p.fetch(folder, "segdur=2", 1, 3), p.fetch(folder, damage, 1, 3)
		want := packets(t, plain.all(), "")
		if want == packets(t, whole.all(), "") {
			t.Fatalf("%s: nothing is damaged", name)
		}
		for _, query := range []string{"enc=cenc", "enc=cbcs"} {
			x := p.fetch(folder, damage+"&"+query, 1, 3)
			if got := packets(t, x.all(), keyOf(t, x.kidOf(t))); got != want {
				t.Errorf("%s, %s: FFmpeg decrypts other packets:\n%s", name, query, difference(want, got))
			}
		}
	}
}

// With a key for each resolution every one has an AdaptationSet, a default_KID in the manifest that its init segment has too, and a key that decrypts it.
func TestResolutions(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]string{"film_v1.mp4": "640:360", "film_v2.mp4": "320:180"} {
		b, err := os.ReadFile(mediatest.FFmpeg(t, name, "-i", sources(t)["avc"], "-an", "-vf", "scale="+size, "-c:v", "libx264", "-preset", "ultrafast", "-g", "50"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, dir)
	name := filepath.Base(dir)
	mpd := p.get("/dash/vod/" + name + "/manifest.mpd?enc=cenc&keyper=resolution")
	mediatest.Schema(t, mpd)
	set := regexp.MustCompile(`(?s)<AdaptationSet.*?cenc:default_KID="([^"]+)".*?adaptation-set-switching:2016" value="(\d)".*?<Representation id="([^"]+)"`)
	all := set.FindAllSubmatch(mpd, -1)
	if len(all) != 2 || bytes.Equal(all[0][1], all[1][1]) || bytes.Equal(all[0][2], all[1][2]) {
		t.Fatalf("%d AdaptationSets of their own:\n%s", len(all), mpd)
	}
	for _, x := range all {
		folder := "/dash/vod/" + name + "/" + string(x[3])
		plain, got := p.fetch(folder, "", 1, 2), p.fetch(folder, "enc=cenc&keyper=resolution", 1, 2)
		kid := got.kidOf(t)
		if said := strings.ToLower(strings.ReplaceAll(string(x[1]), "-", "")); said != fmt.Sprintf("%x", kid) {
			t.Errorf("%s: the manifest says key %s, the init segment %x", x[3], said, kid)
		}
		if want, got := packets(t, plain.all(), ""), packets(t, got.all(), keyOf(t, kid)); got != want {
			t.Errorf("%s: FFmpeg decrypts other packets:\n%s", x[3], difference(want, got))
		}
	}
}
