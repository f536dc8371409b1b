package library

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// Who wants a manifest of an AVI file gets an outline while the file is being read; who wants media waits, and afterwards there is one truth.
func TestOutline(t *testing.T) {
	path := mediatest.FFmpeg(t, "annexb.avi", "-i", mediatest.Clip(t), "-t", "6", "-c:v", "libx264", "-bf", "2", "-g", "48", "-c:a", "libmp3lame")
	data := t.TempDir()
	l, j := open(t, Config{Paths: []string{path}, Data: data})
	rough, err := l.Outline(within(t, 10*time.Second), "annexb")
	if err != nil {
		t.Fatal(err)
	}
	a := mustAsset(t, l, "annexb")
	if !rough.Rough || a.Rough || rough.Version != a.Version {
		t.Errorf("rough %v and %v, versions %s and %s", rough.Rough, a.Rough, rough.Version, a.Version)
	}
	if later, err := l.Outline(within(t, 10*time.Second), "annexb"); err != nil || later != a {
		t.Errorf("an outline of what has been read: %v", err)
	}
	if !a.Agrees(rough) || j.count("is wrong") > 0 {
		t.Error("the outline is of something else")
	}
	for i, set := range a.Sets {
		v, r := set.Tracks[0], rough.Sets[i].Tracks[0]
		if c, o := a.Cut(0).Of(v.ID), rough.Cut(0).Of(r.ID); float64(o.Bandwidth) < 0.98*float64(c.Bandwidth) || float64(o.Bandwidth) > 1.02*float64(c.Bandwidth) {
			t.Errorf("%s: %d bit/s, the outline says %d", v.ID, c.Bandwidth, o.Bandwidth)
		}
	}
	// With an index on disk there is no need for one.
	for range 100 {
		if _, err := os.Stat(l.store.pathOf(&l.view.Load().byName["annexb"].files[0])); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	l2, _ := open(t, Config{Paths: []string{path}, Data: data})
	if b, err := l2.Outline(within(t, 10*time.Second), "annexb"); err != nil || b.Rough {
		t.Errorf("an outline, or %v", err)
	}
}

// A manifest made of an index that was wrong is void: media URLs have its version.
func TestOutlineWrong(t *testing.T) {
	good, err := os.ReadFile(mediatest.FFmpeg(t, "copied.avi", "-i", mediatest.Clip(t), "-t", "6", "-c:v", "libx264", "-bf", "0", "-g", "25", "-c:a", "libmp3lame"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(good, []byte("idx1"))
	keys := 0
	for e := good[at+8:]; len(e) >= 16; e = e[16:] {
		if string(e[:4]) == "00dc" && e[4]&0x10 != 0 {
			if keys++; keys == 3 {
				e[4] &^= 0x10 // it is one nevertheless
			}
		}
	}
	l, j := open(t, Config{Paths: []string{put(t, filepath.Join(t.TempDir(), "wrong.avi"), string(good))}})
	rough, err := l.Outline(within(t, 10*time.Second), "wrong")
	if err != nil {
		t.Fatal(err)
	}
	a := mustAsset(t, l, "wrong")
	if !rough.Rough || rough.Version == a.Version || j.count("is wrong") != 1 {
		t.Errorf("rough %v, versions %s and %s", rough.Rough, rough.Version, a.Version)
	}
}
