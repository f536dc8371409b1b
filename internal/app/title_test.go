package app_test

import (
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// A stream has one title, in lists and in manifests: the film's own, where it has one.
func TestTitle(t *testing.T) {
	film := mediatest.FFmpeg(t, "titled.mp4", "-i", mediatest.Clip(t), "-c", "copy", "-metadata", "title=The Title & Co")
	s, manifest := one(t, film)
	m := mediatest.ReadMPD(t, get(t, manifest))
	if s.Title != "The Title & Co" || m.Title != s.Title {
		t.Errorf("the list says %q, the manifest %q", s.Title, m.Title)
	}
}
