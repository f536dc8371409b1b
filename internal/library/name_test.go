package library

import (
	"testing"
)

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Film": "film", "Big Buck Bunny (2008)": "big-buck-bunny-2008", "bbb_v6": "bbb_v6", "a-b": "a-b", "a--b": "a--b", "a - b": "a-b", "--a": "a",
		"Ünïcode Straße": "ünïcode-straße", "映画 1": "映画-1", "हिन्दी": "हिन्दी", "a/b\\c": "a-b-c", "..": "", "%2e%2e": "2e-2e", "a?b#c": "a-b-c", "  x  ": "x", "✓": "",
		"a.b.c": "a-b-c", "e\u0301te\u0301": "e\u0301te\u0301",
	} {
		if got := slug(in); got != want {
			t.Errorf("slug(%q) = %q, want %q", in, got, want)
		}
	}
	if got := streamName("Sub", "!!!", "Film"); got != "sub-film" {
		t.Errorf("streamName = %q", got)
	}
	if got := streamName("???"); got != "stream" {
		t.Errorf("streamName of nothing = %q", got)
	}
}

func TestTrackID(t *testing.T) {
	for in, want := range map[string]string{"bbb_v6": "bbb_v6", "a b$c": "a-b-c", "audio.de": "audio.de", "..": "track", "Ä/1": "Ä-1", "": "track"} {
		if got := trackID(in); got != want {
			t.Errorf("trackID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAssignNames(t *testing.T) {
	type d = draft
	for name, c := range map[string]struct {
		drafts  []draft
		want    []string
		aliases map[string]int
	}{
		"alone":           {[]d{{plain: "film", extension: "mp4"}}, []string{"film"}, nil},
		"two containers":  {[]d{{plain: "film", extension: "mkv"}, {plain: "film", extension: "mp4"}}, []string{"film-mkv", "film-mp4"}, map[string]int{"film": 0}},
		"folder and file": {[]d{{plain: "film", extension: "mp4"}, {plain: "film", shape: group}}, []string{"film-mp4", "film"}, nil},
		"description":     {[]d{{plain: "film", shape: group}, {plain: "film", shape: described}, {plain: "film", extension: "ts"}}, []string{"film-2", "film", "film-ts"}, nil},
		"same extension":  {[]d{{plain: "film", extension: "mp4"}, {plain: "film", extension: "mp4"}}, []string{"film-mp4", "film-mp4-2"}, map[string]int{"film": 0}},
		"taken extension": {[]d{{plain: "film-mp4", extension: "mkv"}, {plain: "film", extension: "mp4"}, {plain: "film", extension: "avi"}},
			[]string{"film-mp4", "film-mp4-2", "film-avi"}, map[string]int{"film": 1}},
	} {
		aliases := assignNames(c.drafts)
		for i := range c.drafts {
			if c.drafts[i].name != c.want[i] {
				t.Errorf("%s: draft %d is %q, want %q", name, i, c.drafts[i].name, c.want[i])
			}
		}
		if len(aliases) != len(c.aliases) {
			t.Errorf("%s: aliases %v, want %v", name, aliases, c.aliases)
		}
		for k, v := range c.aliases {
			if aliases[k] != v {
				t.Errorf("%s: %q means draft %d, want %d", name, k, aliases[k], v)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"big-buck-bunny", "sintel", "tears-of-steel"}
	for asked, want := range map[string]string{"sintl": "sintel", "bigbuckbunny": "big-buck-bunny", "steel": "tears-of-steel", "zzz": "", "SINTEL": ""} {
		if got := nearest(asked, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", asked, got, want)
		}
	}
}
