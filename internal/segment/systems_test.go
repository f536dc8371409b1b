package segment_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// The IDs of systems (https://dashif.org/identifiers/content_protection/).
const (
	playReady = "9a04f079-9840-4286-ab92-e65be0885f95"
	widevine  = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
	common    = "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b" // of Clear Key
)

// What is stored encrypted names the systems that are asked for as what is encrypted on request does: in the manifest, in the init segment, and with PIFF's boxes in fragments where PlayReady has them. Systems
// that the file names itself are not named twice.
func TestSystemsOfStored(t *testing.T) {
	film := mediatest.FFmpeg(t, "film.mp4", "-i", mediatest.Clip(t), "-t", "5", "-an", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48")
	plain, m := export(t, film, "timeline=1")
	r := m.Representations[0]
	clear := read(t, plain, r.Init)
	for _, s := range r.Segments {
		clear = append(clear, read(t, plain, s.URL)...)
	}
	own := &mp4.PsshBox{SystemID: mp4.UUID("\x9a\x04\xf0\x79\x98\x40\x42\x86\xab\x92\xe6\x5b\xe0\x88\x5f\x95"), Data: []byte("its own")}
	for _, c := range []struct {
		scheme string
		pssh   []*mp4.PsshBox
		query  string
		want   []string
		piff   bool
	}{
		{"cenc", nil, "", nil, false},
		{"cenc", nil, "drm=clearkey-moov", []string{common}, false},
		{"cenc", nil, "drm=all-moov", []string{playReady, common, widevine}, true},
		{"cenc", nil, "drm=playready-moov", []string{playReady}, true},
		{"cenc", nil, "drm=playready", []string{playReady}, true},
		{"cenc", nil, "drm=playready-pro-cenc", nil, true},
		{"cenc", nil, "drm=playready&playready__piff=0", []string{playReady}, false},
		{"cbcs", nil, "drm=playready,widevine", []string{playReady, widevine}, false},
		{"cenc", []*mp4.PsshBox{own}, "", []string{playReady}, false},
		{"cenc", []*mp4.PsshBox{own}, "drm=playready,clearkey-moov", []string{playReady, common}, true},
	} {
		t.Run(fmt.Sprint(c.scheme, len(c.pssh), c.query), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "film.mp4")
			if err := os.WriteFile(path, packaged(t, clear, c.scheme, []string{usual}, false, c.pssh...), 0o644); err != nil {
				t.Fatal(err)
			}
			dir, m := export(t, path, strings.TrimSuffix("timeline=1&"+c.query, "&"))
			r := m.Representations[0]
			opened(t, dir, r) // checks the bandwidth
			f, err := mp4.DecodeFile(bytes.NewReader(read(t, dir, r.Init)))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			kid, _ := contentKey(usual)
			for _, p := range f.Moov.Psshs {
				got = append(got, p.SystemID.String())
				if len(p.KIDs) > 0 && !bytes.Equal(p.KIDs[0], kid) {
					t.Errorf("the box of %s is about key %v", p.SystemID, p.KIDs)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the init segment has boxes of %v, want %v", got, c.want)
			}
			if len(c.pssh) > 0 && !bytes.Contains(read(t, dir, r.Init), own.Data) {
				t.Error("the file's own box is not there")
			}
			for _, s := range r.Segments {
				list, err := mp4.DecodeFile(bytes.NewReader(read(t, dir, s.URL)))
				if err != nil {
					t.Fatal(err)
				}
				traf := list.Segments[0].Fragments[0].Moof.Traf
				if (traf.UUIDSenc != nil) != c.piff || traf.Senc == nil {
					t.Fatalf("%s: PIFF's box is there: %t, the standard's: %t", s.URL, traf.UUIDSenc != nil, traf.Senc != nil)
				}
				if c.piff && traf.UUIDSenc.Size() != traf.Senc.Size()+16 {
					t.Errorf("%s: PIFF's box has %d bytes, the standard's %d", s.URL, traf.UUIDSenc.Size(), traf.Senc.Size())
				}
			}
		})
	}
}

// Of a film with more keys than a header takes, each fragment names its own, in boxes of all systems; manifest and init segment name the first, and say that there are others.
func TestManyKeys(t *testing.T) {
	film := mediatest.FFmpeg(t, "film.mp4", "-i", mediatest.Clip(t), "-t", "10", "-an", "-c:v", "libx264", "-preset", "ultrafast", "-g", "3", "-x264-params", "scenecut=0:keyint=3:min-keyint=3",
		"-movflags", "frag_keyframe+empty_moov+default_base_moof")
	clear, err := os.ReadFile(film)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{usual}
	for c := byte('-'); len(names) < 75; c++ {
		if string(c) != usual {
			names = append(names, string(c))
		}
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, packaged(t, clear, "cenc", names, false), 0o644); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"timeline=1&segdur=1": 0, "timeline=1&segdur=1&drm=all": 3, "timeline=1&segdur=3&drm=clearkey-moov": 1} {
		dir, m := export(t, path, query)
		r := m.Representations[0]
		_, seen := opened(t, dir, r)
		for _, name := range names {
			kid, _ := contentKey(name)
			if told := bytes.Contains(pssh(read(t, dir, r.Init)), kid); told != (name == usual && strings.Contains(query, "drm")) {
				t.Fatalf("%s: the init segment names key %s: %t", query, name, told)
			}
		}
		for i, s := range r.Segments {
			f, err := mp4.DecodeFile(bytes.NewReader(read(t, dir, s.URL)))
			if err != nil {
				t.Fatal(err)
			}
			moof := f.Segments[0].Fragments[0].Moof
			if len(moof.Psshs) != want {
				t.Fatalf("%s, segment %d: %d boxes, want %d", query, i, len(moof.Psshs), want)
			}
			for _, run := range strings.Split(seen[i], ", ") {
				kid, _ := contentKey(run[:1])
				for _, box := range moof.Psshs {
					if box.SystemID.String() == common && !slices.ContainsFunc(box.KIDs, func(k mp4.UUID) bool { return bytes.Equal(k, kid) }) {
						t.Fatalf("%s, segment %d: its boxes do not name key %s", query, i, run[:1])
					}
				}
			}
		}
	}
}
