package protection_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/protection"
)

// counted gives keys whose IDs are their key periods.
type counted struct{ drm.Computer }

func (counted) Key(u drm.Use) (drm.Key, error) {
	if u.Period == 13 {
		return drm.Key{}, errors.New("unlucky")
	}
	if u.AnyKind {
		u.Kind = 0
	}
	return drm.Key{ID: media.KID{byte(u.Period), byte(u.Kind), byte(u.Height / 10)}, Value: [16]byte{1, byte(u.Period)}}, nil
}

func of(t *testing.T, g *protection.Rules, kind media.Kind) *protection.Protection {
	t.Helper()
	if err := g.Set("cenc", "auto"); err != nil {
		t.Fatal(err)
	}
	g.Systems, g.Keys = &drm.Selection{}, counted{}
	p := g.For(protection.Track{Stream: "s", Kind: kind, Height: 720})
	if _, err := protection.Signal([]*protection.Protection{p}); err != nil {
		t.Fatal(err)
	}
	return p
}

// Which key a segment has follows from its number, whether it has one from when it starts.
func TestSealing(t *testing.T) {
	p := of(t, &protection.Rules{Segments: 4, First: 5, Lead: 6 * time.Second}, media.Video)
	for _, c := range []struct {
		number int64
		start  time.Duration
		clear  bool
		key    byte
	}{{5, 0, true, 0}, {7, 4 * time.Second, true, 0}, {8, 6 * time.Second, false, 0}, {9, 8 * time.Second, false, 1}, {12, 14 * time.Second, false, 1}, {13, 16 * time.Second, false, 2}} {
		x, err := p.Sealing(c.number, c.start)
		if err != nil || x.Clear != c.clear || !x.Group || !c.clear && x.Key.ID[0] != c.key {
			t.Errorf("segment %d: %+v, %v", c.number, x, err)
		}
	}
	if _, err := p.Sealing(5+13*4, time.Hour); err == nil {
		t.Error("a key that cannot be had is no error")
	}
	if x, err := of(t, &protection.Rules{}, media.Video).Sealing(100, time.Hour); err != nil || x.Group || x.Clear {
		t.Errorf("with one key: %+v, %v", x, err)
	}
}

// Periods have keys and vectors of their own where that is asked for, and a key that cannot be had is told to whoever wants to encrypt.
func TestInPeriod(t *testing.T) {
	g := &protection.Rules{EachPeriod: true, Open: []string{"odd"}}
	p := of(t, g, media.Audio)
	if !g.Apart() || p.InPeriod(3, "P3/") != nil {
		t.Error("odd Periods should be in the clear")
	}
	q := p.InPeriod(4, "P4/")
	if _, err := protection.Signal([]*protection.Protection{q}); err != nil || q.Key.ID[0] != 4 || q.SameInit(p) || q.Domain == p.Domain {
		t.Errorf("Period 4 has %v, %v", q.Key, err)
	}
	g.Open = nil
	bad := p.InPeriod(13, "P13/")
	if _, err := protection.Signal([]*protection.Protection{bad}); err == nil {
		t.Error("a key that cannot be had is no error")
	}
	if _, _, err := bad.Params(bad.Key); err == nil {
		t.Error("what has no key encrypts")
	}
}

// Keys are for what has one of its own.
func TestUses(t *testing.T) {
	for _, c := range []struct {
		g    protection.Rules
		kind media.Kind
		want media.KID
	}{
		{protection.Rules{}, media.Video, media.KID{}},
		{protection.Rules{PerKind: true}, media.Video, media.KID{1: byte(media.Video)}},
		{protection.Rules{PerResolution: true}, media.Video, media.KID{1: byte(media.Video), 2: 72}},
		{protection.Rules{PerResolution: true}, media.Audio, media.KID{1: byte(media.Audio)}},
	} {
		if got := of(t, &c.g, c.kind).Key.ID; got != c.want {
			t.Errorf("%+v, %v: key %v, want %v", c.g, c.kind, got, c.want)
		}
	}
}

func TestSchemes(t *testing.T) {
	for drmOption, want := range map[string]string{"clearkey": "cenc", "fairplay": "cbcs", "fairplay,clearkey": "cenc", "all": "cenc"} {
		list, err := drm.Parse(drmOption)
		if err != nil {
			t.Fatal(err)
		}
		if got := protection.SchemeFor(&drm.Selection{Systems: list}); got != want {
			t.Errorf("%s: %s, want %s", drmOption, got, want)
		}
	}
	for _, bad := range [][2]string{{"cenc", "constant"}, {"cbc1", "8"}, {"cbcs", "8"}, {"what", "auto"}} {
		if err := new(protection.Rules).Set(bad[0], bad[1]); err == nil {
			t.Errorf("%v is allowed", bad)
		}
	}
}
