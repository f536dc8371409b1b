package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// defaulted runs the program on a film, and a stream of the same with default options.
func defaulted(t *testing.T, options string) (base, description string) {
	t.Helper()
	dir := t.TempDir()
	b, err := os.ReadFile(mediatest.Clip(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "clip.mp4"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	description = filepath.Join(dir, "set.stream.yaml")
	describe(t, description, options)
	if err := os.WriteFile(filepath.Join(dir, "plain.stream.yaml"), []byte("files: [clip.mp4]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return start(t, dir), description
}

func describe(t *testing.T, path, options string) {
	t.Helper()
	text := "files: [clip.mp4]\noptions:\n"
	for _, o := range strings.Fields(options) {
		text += "  " + strings.Replace(o, "=", ": ", 1) + "\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// bare is a manifest whose URLs have no queries.
func bare(mpd []byte) []byte { return regexp.MustCompile(`\?[a-z]+=[^"<]*`).ReplaceAll(mpd, nil) }

// A stream's own defaults count where neither the path nor the query says otherwise, and the URLs of media need not carry them.
func TestDefaultsOfAStream(t *testing.T) {
	base, _ := defaulted(t, "segdur=2 timeline=1 depth=30 start=epoch time=head")
	streams(t, base)
	for path, want := range map[string]string{
		// what is asked for the same of a stream without defaults
		"/dash/live/set/manifest.mpd?now=" + frozen:                              "/dash/live/plain/manifest.mpd?segdur=2&timeline=1&depth=30&start=epoch&time=head&now=" + frozen,
		"/dash/live/set/manifest.mpd?depth=20&now=" + frozen:                     "/dash/live/plain/manifest.mpd?segdur=2&timeline=1&depth=20&start=epoch&time=head&now=" + frozen,
		"/dash/live/set/manifest.mpd?segdur=none&now=" + frozen:                  "/dash/live/plain/manifest.mpd?timeline=1&depth=30&start=epoch&time=head&now=" + frozen,
		"/dash/live/set/hand_made.mpd?now=" + frozen:                             "/dash/live/plain/hand_made.mpd?segdur=2&timeline=1&depth=30&start=epoch&time=head&now=" + frozen,
		"/dash/vod/set/manifest.mpd":                                             "/dash/vod/plain/manifest.mpd?segdur=2&timeline=1",
		"/dash/odvod/set/manifest.mpd":                                           "/dash/odvod/plain/manifest.mpd?segdur=2",
		"/livesim2/tsbd_10/set/manifest.mpd?now=" + frozen:                       "/livesim2/tsbd_10/segtimeline_1/segdur_2/utc_head/plain/manifest.mpd?now=" + frozen,
		"/livesim2/tsbd_10/segtimelinenr_1/set/manifest.mpd?now=" + frozen:       "/livesim2/tsbd_10/segtimelinenr_1/segdur_2/utc_head/plain/manifest.mpd?now=" + frozen,
		"/dash/vod/set/shaka_packager.mpd":                                       "/dash/vod/plain/shaka_packager.mpd?segdur=2&timeline=1",
		"/dash/live/set/manifest.mpd?patch=1&now=" + frozen + "&timeline=number": "/dash/live/plain/manifest.mpd?patch=1&segdur=2&timeline=number&depth=30&start=epoch&time=head&now=" + frozen,
	} {
		got, other := bare(get(t, base+path)), bare(get(t, base+want))
		got = bytes.ReplaceAll(got, []byte("/set/"), []byte("/plain/"))
		got, other = bytes.ReplaceAll(got, []byte(`id="set"`), []byte(`id="plain"`)), bytes.ReplaceAll(other, []byte("segtimeline_1/segdur_2/utc_head/"), nil)
		got, other = bytes.ReplaceAll(got, []byte(">set<"), []byte(">plain<")), bytes.ReplaceAll(other, []byte("segdur_2/utc_head/"), nil)
		if !bytes.Equal(got, other) {
			t.Errorf("%s is not %s:\n%s\n%s", path, want, got, other)
		}
	}
	m := dynamic(t, base+"/dash/live/set/manifest.mpd")
	for _, r := range m.Representations {
		init, all, _ := r.Window(t, m, time.Now())
		for _, u := range []string{init, all[len(all)-1]} {
			if strings.Contains(u, "segdur") || strings.Contains(u, "depth") || strings.Contains(u, "start=") {
				t.Errorf("%s says what the stream says", u)
			}
			get(t, u)
		}
	}
	if res, _ := fetch(t, base+"/dash/vod/plain/v1/2.m4s?segdur=2", nil); res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
	if !bytes.Equal(get(t, base+"/dash/vod/set/v1/2.m4s"), get(t, base+"/dash/vod/plain/v1/2.m4s?segdur=2")) {
		t.Error("a segment of the stream is not as its defaults say")
	}
}

// Other defaults are another version of the stream: URLs that were remembered are gone, not answered with other bytes.
func TestDefaultsThatChange(t *testing.T) {
	base, description := defaulted(t, "segdur=2 fault=video:503@n=3")
	streams(t, base)
	m := mediatest.ReadMPD(t, get(t, base+"/dash/vod/set/manifest.mpd"))
	old := base + "/dash/vod/set/" + m.Representations[0].Segments[1].URL
	get(t, old)
	if res, _ := fetch(t, base+"/dash/vod/set/v1/3.m4s", nil); res.StatusCode != 503 {
		t.Errorf("a fault that the stream has: %s", res.Status)
	}
	describe(t, description, "segdur=3")
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		res, body := fetch(t, old, nil)
		if res.StatusCode == http.StatusGone {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("after 15 s: %s %.200s", res.Status, body)
		}
	}
	get(t, base+"/dash/vod/set/v1/3.m4s")
}

// A mistake in the defaults is the stream's, with its place.
func TestDefaultsThatCannotBe(t *testing.T) {
	for options, want := range map[string]string{
		"segdur=2 depth=deep": `set.stream.yaml:4:3: option depth: "deep": `,
		"segdur=2 debth=3":    `set.stream.yaml:4:3: no option is called "debth"`,
	} {
		base, _ := defaulted(t, options)
		streams(t, base)
		res, body := fetch(t, base+"/dash/vod/set/manifest.mpd", nil)
		if res.StatusCode != http.StatusBadRequest || !strings.Contains(strings.ReplaceAll(string(body), `\"`, `"`), want) {
			t.Errorf("%s: %s %s", options, res.Status, body)
		}
	}
}
