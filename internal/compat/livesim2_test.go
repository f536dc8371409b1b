package compat_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// serve runs the program on paths, and returns its URL.
func serve(t testing.TB, paths ...string) string {
	t.Helper()
	base, _ := apptest.Start(t, app.Config{Paths: paths, AllowOrigin: "*", FFmpeg: "none"})
	return base
}

func get(t testing.TB, u string) (int, http.Header, string) {
	t.Helper()
	res, err := http.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func read(t testing.TB, u string) *mediatest.Dynamic {
	t.Helper()
	status, _, body := get(t, u)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", u, status, body)
	}
	return mediatest.ReadDynamic(t, u, []byte(body))
}

// Whatever stands in the path: the segments that a manifest announces can be fetched from where its own URLs say, which do not say again what the path says.
func TestSegmentsOfPaths(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	now := time.Date(2026, 9, 6, 11, 13, 27, 300e6, time.UTC)
	for _, path := range []string{
		"", "segtimeline_1/", "segtimelinenr_1/", "tsbd_30/segtimeline_1/", "tsbd_20/", "snr_1000/", "snr_1000/segtimelinenr_1/", "start_1788000000/", "ast_1788000000/segtimeline_1/",
		"startrel_-100/", "startrel_-100/segtimeline_1/stoprel_600/", "startrel_-10/stoprel_600/tsbd_20/", "mup_1/spd_10/utc_direct-head/", "abr_0/", "depth_40/timeline_1/", "utc_none/", "timeoffset_0/",
		"early_425/gone_410/segdur_2/segtimeline_1/",
	} {
		manifest := base + "/livesim2/" + path + "clip/manifest.mpd?nowDate=" + now.Format(time.RFC3339Nano)
		m := read(t, manifest)
		earlier := now.Add(-200 * time.Second)
		then := read(t, strings.Replace(manifest, now.Format(time.RFC3339Nano), earlier.Format(time.RFC3339Nano), 1))
		for i, a := range m.Representations {
			init, all, after := a.Window(t, m, now)
			if len(all) < 2 {
				t.Errorf("%s: %s announces %d segments", path, a.ID, len(all))
			}
			for _, u := range append([]string{init}, all...) {
				if !strings.HasPrefix(u, base+"/livesim2/"+path+"clip/") {
					t.Fatalf("%s: %s leaves the path", path, u)
				}
				if status, _, body := get(t, u); status != http.StatusOK {
					t.Fatalf("%s: %s: %d %s", path, u, status, body)
				}
			}
			if status, head, body := get(t, after); status != http.StatusTooEarly || !strings.Contains(body, "available from") || !(header(t, head, "Dashwright-Available") > 0) {
				t.Errorf("%s: the segment after the last, %s: %d %v %s", path, after, status, head, body)
			}
			if !strings.Contains(path, "startrel") {
				_, gone, _ := then.Representations[i].Window(t, then, earlier)
				before := strings.Replace(gone[0], earlier.Format(time.RFC3339Nano), now.Format(time.RFC3339Nano), 1)
				if status, head, body := get(t, before); status != http.StatusGone || !(header(t, head, "Dashwright-Available") < 0) {
					t.Errorf("%s: a segment that has gone, %s: %d %v %s", path, before, status, head, body)
				}
			}
			query, err := url.ParseQuery(a.Media[strings.IndexByte(a.Media, '?')+1:])
			if err != nil {
				t.Fatal(err)
			}
			for name := range query {
				if name != "v" && name != "now" && !(strings.Contains(path, "rel_") && (name == "start" || name == "stop")) {
					t.Errorf("%s: the query of %s says %s again", path, a.Media, name)
				}
			}
		}
	}
}

func header(t testing.TB, h http.Header, name string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(h.Get(name), 64)
	if err != nil {
		t.Errorf("%s: %q", name, h.Get(name))
	}
	return f
}

func TestManifestOfPaths(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	const now = "?nowMS=1788693207300" // 2026-09-06T11:13:27.3Z
	for _, c := range []struct {
		path string
		want func(*mediatest.Dynamic) any
		is   any
	}{
		{"", func(m *mediatest.Dynamic) any { return m.Start }, time.Unix(0, 0).UTC()},
		{"", func(m *mediatest.Dynamic) any { return m.Depth }, "PT60S"},
		{"", func(m *mediatest.Dynamic) any { return m.Representations[0].Start }, int64(0)},
		{"", func(m *mediatest.Dynamic) any { return m.Type + m.Location }, "dynamic"},
		{"tsbd_30/", func(m *mediatest.Dynamic) any { return m.Depth }, "PT30S"},
		{"start_1788000000/", func(m *mediatest.Dynamic) any { return m.Start }, time.Unix(1788000000, 0).UTC()},
		{"mup_7/spd_9/", func(m *mediatest.Dynamic) any { return m.Update + m.Delay }, "PT7SPT9S"},
		{"ato_1.5/", func(m *mediatest.Dynamic) any { return m.Representations[0].Offset }, "1.5"},
		{"ato_inf/", func(m *mediatest.Dynamic) any { return m.Representations[0].Offset }, "INF"},
		{"utc_none/", func(m *mediatest.Dynamic) any { return len(m.UTCTiming) }, 0},
		{"utc_direct-head/", func(m *mediatest.Dynamic) any { return fmt.Sprint(m.UTCTiming) }, "[{urn:mpeg:dash:utc:direct:2014 2026-09-06T11:13:27.3Z} {urn:mpeg:dash:utc:http-head:2014 " + base + "/time/head?now=2026-09-06T11:13:27.3Z}]"},
		{"timeoffset_2.5/utc_direct/", func(m *mediatest.Dynamic) any { return m.UTCTiming[0].Value }, "2026-09-06T11:13:29.8Z"},
		{"timeoffset_2.5/utc_head/", func(m *mediatest.Dynamic) any { return m.UTCTiming[0].Value }, base + "/time/head?drift=-2.5&now=2026-09-06T11:13:27.3Z"},
		{"startrel_-20/", func(m *mediatest.Dynamic) any { return m.Location }, base + "/livesim2/startrel_-20/clip/manifest.mpd?now=2026-09-06T11:13:27.3Z&start=2026-09-06T11:13:07.3Z"},
		{"startrel_-60/stoprel_-5/", func(m *mediatest.Dynamic) any { return m.Type }, "static"},
	} {
		if got := c.want(read(t, base+"/livesim2/"+c.path+"clip/manifest.mpd"+now)); got != c.is {
			t.Errorf("%s: %v, not %v", c.path, got, c.is)
		}
	}
	// livesim2's users write a capital M.
	if m := read(t, base+"/livesim2/tsbd_30/clip/Manifest.mpd"); m.Depth != "PT30S" {
		t.Errorf("Manifest.mpd: %+v", m)
	}
	// What a manifest with a Location leads to is the same stream later on, without a Location.
	m := read(t, base+"/livesim2/startrel_-20/stoprel_60/clip/manifest.mpd")
	if m.Location == "" {
		t.Fatalf("no Location: %+v", m)
	}
	if again := read(t, m.Location); !again.Start.Equal(m.Start) {
		t.Errorf("the stream began at %v, then at %v", m.Start, again.Start)
	}
	if late := read(t, m.Location+"&now="+m.Start.Add(2*time.Minute).Format(time.RFC3339Nano)); late.Type != "static" || mediatest.Seconds(t, late.Duration) < 70 {
		t.Errorf("after the end: %+v", late)
	}
}

func TestBadPaths(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	for path, want := range map[string][]string{
		"tsdb_30/clip/manifest.mpd":                  {"400", "tsdb", "tsbd", "segtimeline", "stoprel", "option_or_value"},
		"tsbd_x/clip/manifest.mpd":                   {"400", "tsbd_x", "not a number"},
		"tsbd_x/clip/v1/5.m4s":                       {"400", "tsbd_x"},
		"tsbd/clip/manifest.mpd":                     {"400", "tsbd"},
		"segtimeline_2/clip/manifest.mpd":            {"400", "segtimeline_2", "pattern"},
		"timeoffset_soon/clip/manifest.mpd":          {"400", "timeoffset_soon"},
		"utc_sundial/clip/manifest.mpd":              {"400", "utc_sundial", "xsd, "},
		"sub/clip/manifest.mpd":                      {"400", "sub"},
		"tsbd_30/other/manifest.mpd":                 {"404", "other"},
		"tsbd_30/clip/other.mpd":                     {"404", "other.mpd", "manifest.mpd"},
		"manifest.mpd":                               {"404", "/livesim2/"},
		"":                                           {"404", "/livesim2/"},
		"ato_inf/segtimeline_1/clip/manifest.mpd":    {"400", "ato", "inf"},
		"start_200/stop_100/clip/manifest.mpd":       {"400", "stop"},
		"tsbd_30/clip/v1/abc.m4s":                    {"404", "abc"},
		"clip/manifest.mpd?nowMS=yesterday":          {"400", "yesterday"},
		"clip/manifest.mpd?nowDate=1e99":             {"400", "now"},
		"tsbd_30/segtimeline_1/clip/v1/time/123.m4s": {"404", "no segment"},
	} {
		status, _, body := get(t, base+"/livesim2/"+path)
		if got := fmt.Sprint(status); got != want[0] {
			t.Errorf("%s: %s %s", path, got, body)
		}
		for _, w := range want[1:] {
			if w == "option_or_value" {
				w = "{option}_{value}"
			}
			if !strings.Contains(body, w) {
				t.Errorf("%s: %s does not say %q", path, body, w)
			}
		}
	}
}

// What a path option stands for is what the query option stands for.
func TestPathsAreQueries(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	const same = "depth=60&leeway=10&startnr=0&start=epoch&now=1788693207.3&early=425&gone=410"
	for path, query := range map[string]string{
		"": "", "tsbd_45/": "depth=45", "segtimeline_1/": "timeline=1", "segtimelinenr_1/": "timeline=number", "snr_7/": "startnr=7", "timeoffset_-3/": "drift=3",
		"mup_5/spd_6/": "mup=5&spd=6", "utc_ntp/": "time=ntp", "start_1788000000/stop_1789000000/": "start=1788000000&stop=1789000000", "ato_2/": "ato=2",
	} {
		_, _, one := get(t, base+"/livesim2/"+path+"clip/manifest.mpd?now=1788693207.3")
		_, _, other := get(t, base+"/dash/live/clip/manifest.mpd?"+query+"&"+same)
		// Only the queries of URLs differ.
		bare := regexp.MustCompile(`\?[^"]*"`)
		if one, other = bare.ReplaceAllString(one, `"`), bare.ReplaceAllString(other, `"`); one != other {
			t.Errorf("%s:\n%s\n%s:\n%s", path, one, query, other)
		}
	}
}

// Parameters that the path demands are in the manifest's query, and in those of video segments; nothing else is refused for the lack of them.
func TestAnnexI(t *testing.T) {
	base := serve(t, mediatest.Clip(t)) + "/livesim2/annexI_a=1,b=x.y/clip/"
	const now = "nowMS=1788696000000"
	status, head, body := get(t, base+"Manifest.mpd?a=1&b=x.y&"+now)
	if status != http.StatusOK || head.Get("Dashwright-Unknown-Options") != "" {
		t.Fatalf("%d %v %s", status, head, body)
	}
	mediatest.Schema(t, []byte(body))
	const element = `<EssentialProperty schemeIdUri="urn:mpeg:dash:urlparam:2014"><up:UrlQueryInfo xmlns:up="urn:mpeg:dash:schema:urlparam:2014" queryTemplate="$querypart$" useMPDUrlQuery="true"/></EssentialProperty>`
	if strings.Count(body, element) != 1 || strings.Index(body, element) < strings.Index(body, `contentType="video"`) || strings.Index(body, element) > strings.Index(body, `contentType="audio"`) {
		t.Errorf("video does not say what its URLs need: %s", body)
	}
	m := mediatest.ReadDynamic(t, base+"Manifest.mpd?"+now, []byte(body))
	at := time.UnixMilli(1788696000000)
	for _, r := range m.Representations {
		init, all, _ := r.Window(t, m, at)
		last := all[len(all)-1]
		for u, want := range map[string]int{
			init: 200, last + "&a=1&b=x.y": 200, last + "&b=x.y&a=2&a=1": 200, last: 400, last + "&a=1": 400, last + "&a=1&b=x": 400,
		} {
			if strings.HasPrefix(r.ID, "a") {
				want = 200
			}
			if status, _, body := get(t, u); status != want || want == 400 && !strings.Contains(body, "UrlQueryInfo") {
				t.Errorf("%s: %d, want %d: %.200s", u, status, want, body)
			}
		}
	}
	for _, query := range []string{"", "?a=1", "?a=1&b=2"} {
		if status, _, body := get(t, base+"Manifest.mpd"+query); status != http.StatusBadRequest || !strings.Contains(body, "b=x.y") && !strings.Contains(body, "a=1") {
			t.Errorf("a manifest with %q: %d %s", query, status, body)
		}
	}
	// In a query nobody need say it twice: the manifest has it.
	_, _, body = get(t, strings.Replace(base, "/livesim2/annexI_a=1,b=x.y/", "/dash/vod/", 1)+"manifest.mpd?annexi=a=1,b=2")
	mediatest.Schema(t, []byte(body))
	if !strings.Contains(body, `queryTemplate="$querypart$" queryString="a=1&amp;b=2"/>`) {
		t.Errorf("no query string in %s", body)
	}
}

// What livesim2 has and this has not says so by its name.
func TestRefusedOptions(t *testing.T) {
	base := serve(t, mediatest.Clip(t)) + "/livesim2/"
	for option, want := range map[string]string{
		"timecc608_CC1-eng": "SEI", "ssras_1,2": "$SubNumber$", "chunkdurssr_1,0.5": "$SubNumber$", "sgai_10:10": "alternative MPD", "insertad_1": "no effect", "modulo_10": "refused there",
	} {
		name, _, _ := strings.Cut(option, "_")
		for _, what := range []string{"clip/Manifest.mpd", "clip/v1/5.m4s", "tsbd_30/clip/v1/init.mp4"} {
			status, _, body := get(t, base+option+"/"+what)
			if status != http.StatusBadRequest || !strings.Contains(body, "livesim2's "+name+" is not offered: ") || !strings.Contains(body, want) {
				t.Errorf("%s/%s: %d %s", option, what, status, body)
			}
		}
	}
}
