package web_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/web"
)

func someLooks() []web.Look {
	return []web.Look{
		{Name: "broken.mpd", Title: "Broken", Modes: []string{"vod"}, Error: "line 3"},
		{Name: "manifest.mpd", Title: "Standard", Modes: []string{"vod", "odvod", "live"}},
		{Name: "vendor.mpd", Title: "Vendor", Help: "As a vendor writes it.", Modes: []string{"vod", "live"}},
	}
}

func TestStreamPage(t *testing.T) {
	film := stream("bunny", 596*time.Second, video(640, 360, 900_000, "24"), video(1280, 720, 2_000_000, "24"), audio("en"))
	film.PageURL, film.Files = "/streams/bunny", []web.File{{Path: "films/bunny.mp4", Bytes: 123_456_789}}
	film.Tracks[2].Roles = []string{"commentary"}
	three := []web.Representation{
		{Track: film.Tracks[0], Set: 1, Average: 800_000, Peak: 900_000, Bytes: 60_000_000, Samples: 14304, Syncs: 150, Segments: 149, Timescale: 24000, Duration: 596, Longest: 4},
		{Track: film.Tracks[1], Set: 1, Average: 1_800_000, Peak: 2_000_000, Bytes: 130_000_000, Samples: 14304, Syncs: 150, Segments: 149, Timescale: 24000, Reorders: true},
		{Track: film.Tracks[2], Set: 2, Average: 128_000, Peak: 129_000, Bytes: 9_000_000, Samples: 25668, Syncs: 25668, Scheme: "cenc", KID: "00112233445566778899aabbccddeeff"},
	}
	columns, cells := web.SegmentRows([]web.Segment{{Number: 51, Start: 200, Duration: 4, Bytes: 400_000, Samples: 96, Syncs: 2}})
	earlier, later := 0.0, 400.5
	rows := &web.Rows{What: "segments", Track: "v360", From: 200, Columns: columns, Cells: cells, Total: 149, Previous: &earlier, Next: &later, Tracks: []string{"v360", "v720", "a-en"}}
	broken := stream("broken", 0)
	broken.Error = "the file ends inside moov"
	odd := stream("odd", time.Minute, audio(hostile))
	odd.Title, odd.Path, odd.Warnings, odd.Files = hostile, hostile, []string{hostile}, []web.File{{Path: hostile}}
	odd.Tracks[0].Roles, odd.Tracks[0].Title = []string{hostile}, hostile
	pending := stream("copying", 0)
	pending.Pending = true
	for _, test := range []struct {
		name        string
		page        web.StreamPage
		has, hasNot []string
	}{
		{"whole", web.NewStreamPage(film, three, someLooks(), rows), []string{
			`href="/dash/vod/bunny/manifest.mpd"`, `href="/dash/live/bunny/manifest.mpd"`, `href="/dash/odvod/bunny/manifest.mpd"`, `href="/dash/live/bunny/vendor.mpd"`,
			`href="/play?url=%2Fdash%2Flive%2Fbunny%2Fvendor.mpd"`, `href="/build/bunny?mode=live"`, "1 look", "commentary", "1.8 Mbit/s", "130 MB", "cenc", "14,304", "149 segments",
			">51<", "3:20.000", "400,000 B", "800 kbit/s", `href="?show=segments&amp;track=v360#rows"`, `href="?from=400.5&amp;show=segments&amp;track=v360#rows"`, "films/bunny.mp4", "123 MB",
			"/api/v1/streams/bunny/gops", "900 kbit/s to 2.0 Mbit/s",
		}, []string{"Broken", "broken.mpd"}},
		{"broken", web.NewStreamPage(broken, nil, someLooks(), nil), []string{"Cannot be played.", "The file ends inside moov."}, []string{"/dash/", "/play/broken", `id="rows"`, "Representations"}},
		{"pending", web.NewStreamPage(pending, nil, someLooks(), nil), []string{"Being read…", "/dash/live/copying/manifest.mpd"}, []string{`id="rows"`, `id="plots"`}},
		{"hostile", web.NewStreamPage(odd, []web.Representation{{Track: odd.Tracks[0]}}, nil, nil), []string{html.EscapeString("<script>")}, []string{"<script>alert"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.page.Assets = assets()
			page := render(t, "stream.html", test.page)
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

func TestChooseRows(t *testing.T) {
	tracks := []web.Track{{ID: "v1"}, {ID: "a1"}}
	for query, want := range map[string]struct {
		what, track string
		from        float64
	}{
		"":                              {"segments", "v1", 0},
		"show=frames&track=a1&from=1.5": {"frames", "a1", 1.5},
		"show=x&track=y&from=z":         {"segments", "v1", 0},
		"from=-1":                       {"segments", "v1", 0},
		"from=NaN":                      {"segments", "v1", 0},
		"from=Inf":                      {"segments", "v1", 0},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if what, track, from := web.ChooseRows(values, tracks); what != want.what || track != want.track || from != want.from {
			t.Errorf("%q: %s of %s from %v", query, what, track, from)
		}
	}
	if what, track, from := web.ChooseRows(nil, nil); what != "segments" || track != "" || from != 0 {
		t.Errorf("of no tracks: %s of %q from %v", what, track, from)
	}
}

// Every row has a cell for every column.
func TestRowsFitTheirColumns(t *testing.T) {
	for name, made := range map[string]func() ([]web.Column, [][]string){
		"segments": func() ([]web.Column, [][]string) {
			return web.SegmentRows([]web.Segment{{}, {Bytes: 1 << 60, Duration: 1}})
		},
		"gops":   func() ([]web.Column, [][]string) { return web.GOPRows([]web.GOP{{}, {Open: true}}) },
		"frames": func() ([]web.Column, [][]string) { return web.FrameRows([]web.Frame{{}, {Type: "sync"}}) },
	} {
		columns, cells := made()
		if len(cells) != 2 {
			t.Errorf("%s: %d rows", name, len(cells))
		}
		for _, row := range cells {
			if len(row) != len(columns) {
				t.Errorf("%s: %d cells in %d columns", name, len(row), len(columns))
			}
		}
	}
}

// A picture is looked for where a browser can decode one.
func TestPosterOfATile(t *testing.T) {
	film := stream("bunny & co", 10*time.Minute, video(1280, 720, 2_000_000, "24"), video(640, 360, 900_000, "24"), audio("en"))
	show := func(s web.Stream) string {
		return render(t, "streams.html", web.NewStreamsPage([]web.Stream{s}, url.Values{}))
	}
	if page := show(film); !strings.Contains(page, `data-poster="at=60.000&amp;codecs=avc1.64001f&amp;name=bunny`) || !strings.Contains(page, "track=v360") || strings.Contains(page, "poster.jpg") {
		t.Error("the least video is not described")
	}
	film.Poster = "/api/v1/streams/bunny/poster.jpg"
	if page := show(film); !strings.Contains(page, `<img class="poster" src="/api/v1/streams/bunny/poster.jpg" alt=""`) {
		t.Error("the server's picture is not shown")
	}
	sound := stream("sound", time.Minute, audio("en"))
	locked := stream("locked", time.Minute, web.Track{ID: "v1", Kind: "video", Codecs: "avc1.64001f", Encrypted: true})
	programme := stream("programme", time.Minute, web.Track{ID: "p1/v1", Kind: "video", Codecs: "avc1.64001f"})
	for _, s := range []web.Stream{sound, locked, programme} {
		if page := show(s); strings.Contains(page, "data-poster") {
			t.Errorf("%s has a picture to decode", s.Name)
		}
	}
}
