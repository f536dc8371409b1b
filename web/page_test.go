package web_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/web"
)

// hostile is what a file may be called.
const hostile = `a"b'<script>alert(1)</script>&amp;`

func stream(name string, d time.Duration, tracks ...web.Track) web.Stream {
	return web.Stream{
		Name: name, Title: name, Path: "films/" + name + ".mp4", Duration: d, Tracks: tracks,
		ManifestURL: "/dash/vod/" + name + "/manifest.mpd", PlayURL: "/play/" + name,
	}
}

func video(w, h, bandwidth int, rate string) web.Track {
	return web.Track{ID: fmt.Sprint("v", h), Kind: "video", Codecs: "avc1.64001f", Width: w, Height: h, Bandwidth: bandwidth, FrameRate: rate}
}

func audio(language string) web.Track {
	return web.Track{ID: "a-" + language, Kind: "audio", Codecs: "mp4a.40.2", Language: language, Bandwidth: 128000, SampleRate: 44100, Channels: 2}
}

func render(t *testing.T, name string, page any) string {
	t.Helper()
	templates, err := web.Templates()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := templates.ExecuteTemplate(&out, name, page); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What HTML allows and XML does not: elements without an end, attributes without a value.
var (
	void = regexp.MustCompile(`<(meta|link|img|input|br)\b([^>]*)>`)
	bare = regexp.MustCompile(`\s(selected|hidden|controls|playsinline|data-pending|required|open|disabled|data-live|data-go)([\s>])`)
)

// wellFormed fails when tags do not nest, an attribute is repeated or an id is
// used twice; it returns the text between the tags.
func wellFormed(t *testing.T, page string) string {
	t.Helper()
	page = void.ReplaceAllString(page, `<$1$2/>`)
	for bare.MatchString(page) {
		page = bare.ReplaceAllString(page, ` $1=""$2`)
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = xml.HTMLEntity
	ids := map[string]bool{}
	var text strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			before := page[:d.InputOffset()]
			t.Fatalf("not well-formed: %v, after %q", err, before[max(0, len(before)-300):])
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			names := map[string]bool{}
			for _, a := range token.Attr {
				if names[a.Name.Local] {
					t.Errorf("<%s> has %s twice", token.Name.Local, a.Name.Local)
				}
				names[a.Name.Local] = true
				if a.Name.Local == "id" {
					if ids[a.Value] {
						t.Errorf("id %q is used twice", a.Value)
					}
					ids[a.Value] = true
				}
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("<%s> has %s: a strict content security policy forbids it", token.Name.Local, a.Name.Local)
				}
			}
			if token.Name.Local == "style" || token.Name.Local == "script" && !names["src"] {
				t.Errorf("inline <%s>: a strict content security policy forbids it", token.Name.Local)
			}
		}
	}
}

func assets() web.Assets {
	return web.Assets{JS: "/assets/main-A.js", CSS: "/assets/main-B.css", Icon: "/assets/icon-C.svg", Licences: "/assets/licences-D.txt"}
}

func TestPages(t *testing.T) {
	full := stream("bunny", 596*time.Second, video(640, 360, 900_000, "24"), video(1920, 1080, 4_952_000, "24000/1001"), audio("en"), audio("de"),
		web.Track{ID: "t1", Kind: "text", Codecs: "wvtt", Language: "en"})
	warned := stream("old", time.Second, video(720, 576, 2_000_000, "25"))
	warned.Warnings = []string{"the audio is pcm and is left out"}
	broken := stream("broken", 0)
	broken.Error = "the file ends inside moov"
	pending := stream("copying", 0)
	pending.Pending = true
	odd := stream("odd", time.Minute, audio(hostile))
	odd.Title, odd.Path = hostile, hostile
	odd.Warnings = []string{hostile}

	list := func(streams ...web.Stream) web.StreamsPage {
		p := web.NewStreamsPage(streams, url.Values{})
		p.Version, p.Assets = "1.2.3", assets()
		return p
	}
	play := func(s web.Stream) web.PlayPage {
		return web.PlayPage{Version: "1.2.3", Assets: assets(), Stream: s, ManifestURL: s.ManifestURL, Origin: "http://host:8080"}
	}
	for _, test := range []struct {
		name, template string
		page           any
		has, hasNot    []string
	}{
		{"list", "streams.html", list(full, warned, broken, pending), []string{
			"4 streams", `href="/dash/vod/bunny/manifest.mpd"`, `href="/play/bunny"`, "9:56", "1920 × 1080", "23.976 fps", "H.264, AAC, WebVTT", "2 qualities",
			"2 languages", "1 subtitle track", "5.0 Mbit/s", "900 kbit/s", "44.1 kHz, stereo", "The audio is pcm and is left out.",
			"Cannot be played.", "The file ends inside moov.", "Being read…", `src="/assets/main-A.js"`, `href="/assets/main-B.css"`, "1.2.3",
		}, []string{`href="/dash/vod/broken/manifest.mpd"`, "No streams yet"}},
		{"empty", "streams.html", list(), []string{"No streams yet", "dashwright serve"}, []string{"<form", "<li class=\"stream\""}},
		{"hostile", "streams.html", list(odd), []string{html.EscapeString("<script>")}, []string{"<script>alert"}},
		{"play", "play.html", play(full), []string{
			"<video", `data-manifest="/dash/vod/bunny/manifest.mpd"`, "ffplay http://host:8080/dash/vod/bunny/manifest.mpd", "<noscript>", "avc1.64001f",
		}, []string{"not bundled", "data-pending"}},
		{"play pending", "play.html", play(pending), []string{"data-pending", "Being read…"}, nil},
		{"play broken", "play.html", play(broken), []string{"The file ends inside moov."}, []string{"<video", "manifest.mpd"}},
		{"play hostile", "play.html", play(odd), nil, []string{"<script>alert"}},
		{"error", "error.html", web.ErrorPage{Version: "1.2.3", Assets: assets(), Status: 404, Title: "Not Found", Detail: "there is no stream " + hostile},
			[]string{"404", "There is no stream"}, []string{"<script>alert"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := render(t, test.template, test.page)
			wellFormed(t, page)
			for _, want := range test.has {
				if !strings.Contains(page, want) {
					t.Errorf("%q is not on the page", want)
				}
			}
			for _, not := range test.hasNot {
				if strings.Contains(page, not) {
					t.Errorf("%q is on the page", not)
				}
			}
		})
	}
}

// The hostile name is shown as it is, letter by letter.
func TestPagesShowNamesAsTheyAre(t *testing.T) {
	odd := stream("odd", time.Minute)
	odd.Title = hostile
	text := wellFormed(t, render(t, "streams.html", web.NewStreamsPage([]web.Stream{odd}, url.Values{})))
	if !strings.Contains(text, hostile) {
		t.Errorf("%q is not in the text %q", hostile, text)
	}
}

// Without Node the pages link style sheets that exist, and no script.
func TestNotBundled(t *testing.T) {
	plain := web.Assets{CSS: "/assets/main.css", Icon: "/assets/icon.svg"}
	s := stream("bunny", time.Minute)
	page := render(t, "play.html", web.PlayPage{Assets: plain, Stream: s, ManifestURL: s.ManifestURL})
	if !strings.Contains(page, "not bundled") || strings.Contains(page, "<script") {
		t.Error("the page does not say that it has no players")
	}
}

func TestLinkedAssetsAreServed(t *testing.T) {
	files, built := web.Files()
	linked, err := web.LinkedAssets()
	if err != nil {
		t.Fatal(err)
	}
	if built == (linked.JS == "") {
		t.Errorf("bundled: %v, but the script is %q", built, linked.JS)
	}
	for _, path := range []string{linked.JS, linked.CSS, linked.Icon, linked.Licences} {
		if path == "" {
			continue
		}
		if _, err := fs.Stat(files, strings.TrimPrefix(path, "/")); err != nil {
			t.Errorf("%s is linked and not served: %v", path, err)
		}
	}
	if !built {
		sheet, err := fs.ReadFile(files, "assets/main.css")
		if err != nil {
			t.Fatal(err)
		}
		imports := regexp.MustCompile(`@import "\./([^"]+)"`).FindAllSubmatch(sheet, -1)
		if len(imports) == 0 {
			t.Error("main.css imports nothing")
		}
		for _, m := range imports {
			if _, err := fs.Stat(files, "assets/"+string(m[1])); err != nil {
				t.Errorf("main.css imports %s: %v", m[1], err)
			}
		}
	}
	for _, outside := range []string{"embed.go", "assets/../embed.go", "assets/main.ts", "templates/layout.html"} {
		if _, err := fs.Stat(files, outside); err == nil {
			t.Errorf("%s is served", outside)
		}
	}
}

func TestNewStreamsPage(t *testing.T) {
	warned := stream("delta", 10*time.Second, video(320, 180, 100_000, "25"))
	warned.Warnings = []string{"something"}
	broken := stream("charlie", 0)
	broken.Error = "cannot"
	all := []web.Stream{
		stream("Bravo", 30*time.Second, video(1280, 720, 2_000_000, "25"), audio("sv")), warned, broken,
		stream("alpha", 20*time.Second, video(640, 360, 5_000_000, "25")),
	}
	before := slices.Clone(all)
	for _, test := range []struct{ query, want string }{
		{"", "alpha Bravo charlie delta"},
		{"sort=nonsense&page=nonsense", "alpha Bravo charlie delta"},
		{"sort=longest", "Bravo alpha delta charlie"},
		{"sort=shortest", "charlie delta alpha Bravo"},
		{"sort=bitrate", "alpha Bravo delta charlie"},
		{"sort=problems", "charlie delta alpha Bravo"},
		{"q=BRAVO", "Bravo"},
		{"q=films+h.264+aac", "Bravo"},
		{"q=sv", "Bravo"},
		{"q=avc1", "alpha Bravo delta"},
		{"q=bravo+alpha", ""},
		{"page=99", "alpha Bravo charlie delta"},
	} {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		page := web.NewStreamsPage(all, values)
		var names []string
		for _, s := range page.Streams {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.query, got, test.want)
		}
		if page.Total != 4 || page.Matching != len(names) {
			t.Errorf("%s: %d of %d", test.query, page.Matching, page.Total)
		}
	}
	if !slices.EqualFunc(before, all, func(a, b web.Stream) bool { return a.Name == b.Name }) {
		t.Error("the caller's streams were put in another order")
	}
}

// Walking from page to page shows every stream once.
func TestPagesOfTheList(t *testing.T) {
	var all []web.Stream
	for i := range 10_000 {
		all = append(all, stream(fmt.Sprintf("s%05d", i), time.Second))
	}
	seen := map[string]bool{}
	address := "/?q=s&sort=longest"
	for range 1000 {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		page := web.NewStreamsPage(all, u.Query())
		for _, s := range page.Streams {
			if seen[s.Name] {
				t.Fatalf("%s is shown twice", s.Name)
			}
			seen[s.Name] = true
		}
		text := render(t, "streams.html", page)
		if len(text) > 200_000 {
			t.Fatalf("%s: %d bytes", address, len(text))
		}
		if page.Next() == 0 {
			break
		}
		address = page.PageURL(page.Next())
		if !strings.Contains(text, html.EscapeString(address)) {
			t.Fatalf("%s is not linked", address)
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d streams are shown", len(seen), len(all))
	}
}

func BenchmarkStreamsPage(b *testing.B) {
	templates, err := web.Templates()
	if err != nil {
		b.Fatal(err)
	}
	var all []web.Stream
	for i := range 10_000 {
		all = append(all, stream(fmt.Sprintf("s%05d", i), time.Second, video(640, 360, 900_000, "24"), audio("en")))
	}
	for b.Loop() {
		page := web.NewStreamsPage(all, url.Values{"q": {"s0"}})
		if err := templates.ExecuteTemplate(io.Discard, "streams.html", page); err != nil {
			b.Fatal(err)
		}
	}
}
