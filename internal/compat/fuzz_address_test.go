package compat

import (
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/option"
)

// Whatever is pasted is an error that says something, or the address of a manifest; it is no panic.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"/dash/live/film/manifest.mpd?depth=60;x", "https://h/livesim2/tsbd_30/film/Manifest.mpd?nowMS=5", "/mps/vod/film/hand_made.mpd", "/dash/enc.mpd?mode=live", "/patch/film/a/5", "/play?url=/play?url=%2Fdash",
		"/cdn/a/dash/vod/film/a.mpp", "/livesim2//.mpd", "hello", "%", "/play/a/b", "/patch/livesim2/film/a.mpp?from=5", "/livesim2/film/v1/1.m4s",
	} {
		f.Add(seed)
	}
	a := NewAddresses(option.NewRegistry(option.Common()...), func() []string { return []string{"film"} })
	f.Fuzz(func(t *testing.T, text string) {
		m, err := a.Read(text)
		switch {
		case err != nil && strings.TrimSpace(err.Error()) == "":
			t.Fatalf("%q is refused without a reason", text)
		case err == nil && (m.Stream == "" || !strings.HasSuffix(m.Look, ".mpd") || strings.Contains(m.Look, "/") || m.Query == nil):
			t.Fatalf("%q is %+v", text, m)
		}
	})
}
