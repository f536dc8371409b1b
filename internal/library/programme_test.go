package library

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

func partsOf(a *asset.Asset) string {
	var list []string
	for _, p := range a.Parts {
		list = append(list, fmt.Sprintf("%s=%s[%v-%v]%d", p.ID, p.Asset.Name, p.In, p.Out, len(p.Asset.Sets)))
	}
	return strings.Join(list, " ")
}

// TestProgramme follows a stream that consists of Periods while what it shows comes, changes and goes.
func TestProgramme(t *testing.T) {
	low, high, audio := film(t)
	dir := t.TempDir()
	copyTo(t, low, filepath.Join(dir, "news.mp4"))
	copyTo(t, small(t), filepath.Join(dir, "sub", "jingle.mp4"))
	copyTo(t, audio, filepath.Join(dir, "parts", "song.m4a"))
	put(t, filepath.Join(dir, "evening.stream.yaml"), `title: An evening
periods:
  - {id: intro, stream: sub-jingle, keep: video}
  - news
  - {id: song, file: parts/song.m4a, in: 2, out: 6}
  - {id: late, stream: news, in: 4}
  - {id: again, stream: sub-jingle, keep: [video]}
options: {depth: 60}
`)
	l, _ := open(t, Config{Paths: []string{dir}})
	a := mustAsset(t, l, "evening")
	if got, want := partsOf(a), "intro=sub-jingle[0s-0s]1 p2=news[0s-0s]1 song=song[2s-6s]1 late=news[4s-0s]1 again=sub-jingle[0s-0s]1"; got != want {
		t.Errorf("parts are\n%s, want\n%s", got, want)
	}
	if a.Parts[0].Asset != a.Parts[4].Asset || a.Parts[1].Asset != a.Parts[3].Asset || a.Parts[0].Asset == a.Parts[1].Asset {
		t.Error("parts of the same are not the same Asset")
	}
	if d := a.Duration - 18*time.Second; d.Abs() > 300*time.Millisecond || a.Title != "An evening" {
		t.Errorf("%q lasts %v", a.Title, a.Duration)
	}
	l.Settle(within(t, 10*time.Second))
	if got := streamNames(l); got != "evening news sub-jingle" {
		t.Errorf("streams are %s: the file of a Period is no stream of its own", got)
	}
	s := stream(t, l, "evening")
	if s.State != Ready || len(s.Tracks) != 3 || s.Tracks[0].ID != "intro/v1" || s.Tracks[1].ID != "p2/v1" || s.Tracks[2].ID != "song/a1" || s.Defaults["depth"] != "60" {
		t.Errorf("listed as %+v", s)
	}
	if b := mustAsset(t, l, "evening"); b != a {
		t.Error("made anew though nothing has changed")
	}
	// A part changes: so does what shows it.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go l.Run(ctx) //nolint:errcheck // it ends with ctx
	copyTo(t, high, filepath.Join(dir, "news.mp4"))
	var b *asset.Asset
	eventually(t, 8*time.Second, "the programme has the new film", func() bool {
		var err error
		b, err = l.Asset(ctx, "evening")
		return err == nil && b.Version != a.Version
	})
	if b.Parts[1].Asset == a.Parts[1].Asset {
		t.Error("the part is the old one")
	}
	// One goes.
	if err := os.RemoveAll(filepath.Join(dir, "sub")); err != nil {
		t.Fatal(err)
	}
	eventually(t, 8*time.Second, "the programme says what is missing", func() bool {
		_, err := l.Asset(ctx, "evening")
		return err != nil && errs.KindOf(err) == errs.Invalid && strings.HasPrefix(err.Error(), `evening.stream.yaml:3:25: there is no stream "sub-jingle"`)
	})
	// And comes back.
	copyTo(t, small(t), filepath.Join(dir, "sub", "jingle.mp4"))
	eventually(t, 8*time.Second, "the programme is there again", func() bool {
		_, err := l.Asset(ctx, "evening")
		return err == nil
	})
	eventually(t, 8*time.Second, "it is listed as such", func() bool { return stream(t, l, "evening").State == Ready })
}

func TestProgrammeErrors(t *testing.T) {
	dir := t.TempDir()
	copyTo(t, small(t), filepath.Join(dir, "a.mp4"))
	put(t, filepath.Join(dir, "other.stream.yaml"), "periods: [a]")
	path := filepath.Join(dir, "x.stream.yaml")
	for text, want := range map[string]string{
		"periods: [b]":                              `x.stream.yaml:1:11: there is no stream "b"`,
		"periods: [a, x]":                           `x.stream.yaml:1:14: x consists of Periods itself`,
		"periods: [other]":                          `x.stream.yaml:1:11: other consists of Periods itself`,
		"periods: [{file: b.mp4}]":                  `x.stream.yaml:1:18: there is no file "b.mp4"`,
		"periods: [{stream: a, keep: v7}]":          `x.stream.yaml:1:20: a has no track "v7"; it has v1, a1`,
		"periods: [{stream: a, in: 5}]":             `p1: nothing is between 5s and `,
		"periods: [{stream: a, in: 0.5, out: 2.5}]": `p1: a lasts 1`,
	} {
		put(t, path, text)
		l, _ := open(t, Config{Paths: []string{dir}})
		_, err := l.Asset(within(t, 5*time.Second), "x")
		if err == nil || !strings.HasPrefix(err.Error(), want) || errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q:\n got %v (%v)\nwant %s", text, err, errs.KindOf(err), want)
		}
		if s := stream(t, l, "x"); s.State != Failed {
			t.Errorf("%q: state %s", text, s.State)
		}
	}
}

// Programmes wait for the streams that they show; however many are asked for at a time, those are read.
func TestManyProgrammes(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		copyTo(t, small(t), filepath.Join(dir, fmt.Sprintf("film%d.mp4", i)))
	}
	for i := range 12 {
		put(t, filepath.Join(dir, fmt.Sprintf("night%d.stream.yaml", i)), fmt.Sprintf("periods: [film%d, film%d]", i%4, (i+1)%4))
	}
	l, _ := open(t, Config{Paths: []string{dir}})
	done := make(chan error, 12)
	for i := range 12 {
		go func() {
			_, err := l.Asset(within(t, 10*time.Second), fmt.Sprintf("night%d", i))
			done <- err
		}()
	}
	for range 12 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
