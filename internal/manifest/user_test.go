package manifest_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// A folder of the user's adds looks and stands for built-in ones; what changes in it is seen within a second, and a mistake concerns only who asks for that file.
func TestUserTemplates(t *testing.T) {
	now := time.Date(2026, 9, 6, 0, 0, 0, 0, time.UTC)
	write := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), ModTime: now} }
	dir := fstest.MapFS{
		"mine.mpd":      write("{{/*\ntitle: My own\nhelp: Of one line\n  and another.\nmodes: vod\nrequires: timeline=1\ndefaults: segdur=2 startnr=5\n*/ -}}\n<x>{{.Name}}</x>"),
		"ffmpeg.mpd":    write("<mine/>"),
		"notes.txt":     write("{{"),
		".hidden.mpd":   write("{{"),
		"wrong.mpd":     write("<MPD>\n{{.Nowhere}}\n</MPD>"),
		"malformed.mpd": write("<MPD>\n\n{{if}}</MPD>"),
		"header.mpd":    write("{{/*\ntitle: x\nmodes: live tape\n*/}}"),
		"dir.mpd/x":     write(""),
	}
	templates, err := manifest.Load(manifest.Config{User: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	a := bbb(t)
	text := func(name string) (string, error) {
		t.Helper()
		l, err := templates.Look(name)
		if err != nil {
			return "", err
		}
		if l.Err != nil {
			return "", l.Err
		}
		b, err := l.Render(ask(t, a, l, presentation.VOD, ""))
		return string(b), err
	}
	for name, want := range map[string]string{"mine.mpd": "<x>bbb</x>", "ffmpeg.mpd": "<mine/>"} {
		if got, err := text(name); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"wrong.mpd": "wrong.mpd:2:", "malformed.mpd": "malformed.mpd:3: missing value for if", "header.mpd": `header.mpd:3: mode "tape": there are vod, live and odvod`,
	} {
		if _, err := text(name); errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v (%v), want %s", name, err, errs.KindOf(err), want)
		}
	}
	for _, name := range []string{"notes.txt", ".hidden.mpd", "dir.mpd", "nothing.mpd"} {
		if _, err := text(name); errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s: %v, want it not to be there", name, err)
		}
	}
	if _, err := text("gpac.mpd"); err != nil {
		t.Error(err)
	}
	l, _ := templates.Look("mine.mpd")
	if l.Title != "My own" || l.Help != "Of one line and another." || !l.User || l.Requires["timeline"] != "1" || l.Defaults["segdur"] != "2" {
		t.Errorf("the header of mine.mpd says %+v", l)
	}
	if err := l.Offers(presentation.Live); errs.KindOf(err) != errs.NotFound || !strings.Contains(err.Error(), "it has vod") {
		t.Errorf("live: %v", err)
	}
	if again, _ := templates.Look("mine.mpd"); again != l {
		t.Error("a file that has not changed is read again")
	}

	dir["mine.mpd"] = &fstest.MapFile{Data: []byte("<y/>"), ModTime: now.Add(time.Minute)}
	dir["new.mpd"] = write("<new/>")
	delete(dir, "ffmpeg.mpd")
	if got, _ := text("mine.mpd"); got != "<x>bbb</x>" {
		t.Errorf("the folder is looked at twice in a second: %q", got)
	}
	now = now.Add(time.Second)
	for name, want := range map[string]string{"mine.mpd": "<y/>", "new.mpd": "<new/>"} {
		if got, err := text(name); err != nil || got != want {
			t.Errorf("%s a second later: %q, %v; want %q", name, got, err, want)
		}
	}
	if got, err := text("ffmpeg.mpd"); err != nil || !strings.Contains(got, "<MPD") {
		t.Errorf("the built-in look is not back: %.60q, %v", got, err)
	}
}

// Options that a look requires go before what is asked, its defaults behind.
func TestQueryOfLook(t *testing.T) {
	names := func(key string) []string {
		if key == "drm" {
			return nil
		}
		return []string{key, key[:1]}
	}
	l := &manifest.Look{Requires: map[string]string{"timeline": "1", "drm": "none"}, Defaults: map[string]string{"segdur": "2", "xyz": "a b"}}
	for _, c := range []struct{ query, want, changed string }{
		{"below:segdur=8", "timeline=1&xyz=a+b", ""},
		{"below:timeline=0&x=c", "timeline=1&segdur=2", ""}, // what is below is changed without a word: nobody has just asked for it
		{"", "timeline=1&segdur=2&xyz=a+b", ""},
		{"timeline=1", "timeline=1&timeline=1&segdur=2&xyz=a+b", ""},
		{"timeline=0&segdur=4", "timeline=1&timeline=0&segdur=4&xyz=a+b", "timeline=1"},
		{"t=0&s=4&x=", "timeline=1&t=0&s=4&x=", "timeline=1"},
		{"%zz", "%zz", ""},
	} {
		query, below := c.query, []string(nil)
		if b, ok := strings.CutPrefix(query, "below:"); ok {
			query, below = "", []string{b}
		}
		got, changed := l.Query(query, below, names)
		if got != c.want || strings.Join(changed, " ") != c.changed {
			t.Errorf("%q: %q, changed %q; want %q, %q", c.query, got, changed, c.want, c.changed)
		}
	}
	if got, changed := (&manifest.Look{}).Query("a=b", nil, names); got != "a=b" || changed != nil {
		t.Errorf("a look that asks nothing: %q, %q", got, changed)
	}
}
