package web_test

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/web"
)

// some is a description of a few options, of every type, and what else there is.
func some() web.Descriptions {
	all, live := []string{"vod", "live", "odvod"}, []string{"live"}
	return web.Descriptions{
		Options: []web.Option{
			{Name: "timeline", Short: "st", Title: "Addressing", Help: "How. And why.", Type: "choice", Default: "0", Choices: []web.Choice{{"0", "numbers"}, {"1", "times"}}, Modes: []string{"vod", "live"}, Group: "First", Clause: "5.3.9"},
			{Name: "depth", Short: "tbd", Title: "Depth", Help: "How far back.", Type: "duration", Default: "1800", Choices: []web.Choice{{"30", "half a minute"}}, Modes: live, Group: "Live"},
			{Name: "hold", Title: "Hold", Help: "Wait.", Type: "flag", Default: "1", Choices: []web.Choice{{"1", "it waits"}, {"0", "it refuses"}}, Modes: live, Group: "Live"},
			{Name: "time", Title: "Clock", Help: "Where.", Type: "list", Default: "xsd", Choices: []web.Choice{{"xsd", "text"}, {"head", "a header"}}, Modes: live, Group: "Clock"},
			{Name: "fault", Title: "Faults", Help: "What goes wrong.", Type: "text", Modes: all, Group: "Faults"},
			{Name: "drm", Title: "Systems", Help: "Which.", Type: "list", Modes: all, Group: "Protection"},
			{Name: "event", Title: "Events", Help: "What happens.", Type: "text", Modes: all, Group: "Events"},
			{Name: "odd.name", Title: hostile, Help: hostile, Type: "text", Syntax: hostile, Default: hostile, Modes: all, Group: hostile, Clause: hostile, Choices: []web.Choice{{hostile, hostile}}},
		},
		Looks: []web.Look{
			{Name: "gpac.mpd", Title: "GPAC", Help: "As GPAC does.", Modes: all, Defaults: map[string]string{"timeline": "1"}},
			{Name: "manifest.mpd", Title: "dashwright", Help: "Our own.", Modes: all},
			{Name: "strict.mpd", Title: "Strict", Help: "Strict.", Modes: live, Requires: map[string]string{"timeline": "1"}},
			{Name: "bad.mpd", Title: "Bad", Modes: all, User: true, Error: "line 3: " + hostile},
		},
		Faults: web.Faults{
			Targets:    []web.FaultPart{{Name: "video", Title: "Video", Help: "Video.", Example: "video:404"}, {Name: "audio", Title: "Audio", Help: "Audio.", Example: "audio:404"}},
			Kinds:      []web.FaultPart{{Name: "status", Title: "Status", Help: "An error.", Choices: []web.Choice{{"404", "not found"}}, Example: "video:404"}, {Name: "delay", Title: "Delay", Help: "Late.", Example: "video:delay=3"}},
			Conditions: []web.FaultPart{{Name: "n", Title: "Number", Help: "Which.", Syntax: "numbers", Example: "video:404@n=3"}},
		},
		FaultOption: "fault", SystemOption: "drm", EventOption: "event",
		Systems: []web.System{{Name: "one", Title: "One", Help: "The first.", Locations: []string{"cenc", "moov"}}, {Name: "two", Title: hostile, Help: hostile}},
		Events: web.Events{
			Kinds: []web.EventKind{{Name: "ping", Title: "Ping", Help: "A test.", Example: "ping every=10", Words: []web.FaultPart{{Name: "text", Title: "Text", Help: "What it says."}}}},
			Words: []web.FaultPart{{Name: "every", Title: "Interval", Help: "How often."}},
		},
	}
}

// refuse finds fault with values that say so.
func refuse(option, value string) error {
	if strings.HasPrefix(value, "bad") {
		return fmt.Errorf("option %s: %q: not good; allowed: anything else", option, value)
	}
	return nil
}

func built(t *testing.T, query string) web.BuildPage {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return web.NewBuildPage(some(), []web.Stream{stream("a film", time.Minute)}, "", values, refuse)
}

// The URL has what differs from the default of its look and counts in its mode; the page's own address keeps what waits for another mode.
func TestBuildPageURLs(t *testing.T) {
	const at = "/dash/live/a%20film/manifest.mpd"
	for _, test := range []struct{ query, path, self string }{
		{"", at, "/build/a%20film?mode=live"},
		{"depth=60", at + "?depth=60", "/build/a%20film?mode=live&depth=60"},
		{"depth=1800&hold=1&timeline=0&time=", at, "/build/a%20film?mode=live"},
		{"tbd=60&st=1", at + "?timeline=1&depth=60", "/build/a%20film?mode=live&timeline=1&depth=60"},
		{"tbd=60&depth=30", at + "?depth=30", "/build/a%20film?mode=live&depth=30"},
		{"mode=vod&depth=60&timeline=1", "/dash/vod/a%20film/manifest.mpd?timeline=1", "/build/a%20film?mode=vod&timeline=1&depth=60"},
		{"mode=nonsense", at, "/build/a%20film?mode=live"},
		{"look=gpac.mpd&timeline=1", "/dash/live/a%20film/gpac.mpd", "/build/a%20film?mode=live&look=gpac.mpd"},
		{"look=gpac.mpd&timeline=0", "/dash/live/a%20film/gpac.mpd?timeline=0", "/build/a%20film?mode=live&look=gpac.mpd&timeline=0"},
		{"look=strict.mpd&timeline=0", "/dash/live/a%20film/strict.mpd", "/build/a%20film?mode=live&look=strict.mpd&timeline=0"},
		{"q=de+pth&depth=9", at + "?depth=9", "/build/a%20film?mode=live&depth=9&q=de+pth"},
		{"fault=video:404@n=12-14,20%3Baudio:cut=50%25", at + "?fault=video:404@n=12-14,20%3Baudio:cut=50%25", "/build/a%20film?mode=live&fault=video:404@n=12-14,20%3Baudio:cut=50%25"},
		{"set=depth%3D30&depth=60", at + "?depth=30", "/build/a%20film?mode=live&depth=30"},
		{"set=depth%3D30&depth=30", at, "/build/a%20film?mode=live"},
		{"set=time%3Dhead", at + "?time=head", "/build/a%20film?mode=live&time=head"},
		{"set=time%3Dhead&time=xsd,iso", at + "?time=xsd,iso,head", "/build/a%20film?mode=live&time=xsd,iso,head"},
		{"set=time%3Dxsd&time=xsd,+head", at + "?time=head", "/build/a%20film?mode=live&time=head"},
		{"set=nothing%3D1", at, "/build/a%20film?mode=live"},
		{"set=time%3Dxsd,head&time=iso", at + "?time=xsd,head", ""},
		{"set=time%3Dxsd,head&time=xsd,head", at, ""},
		{"set=fault%3Dvideo:404&fault=audio:404%3Bvideo:503@n=1,2", at + "?fault=audio:404%3Bvideo:503@n=1,2%3Bvideo:404", ""},
		{"set=fault%3Dvideo:404&fault=video:404%3Baudio:404", at + "?fault=audio:404", ""},
		{"rule=fault&rule.target=audio&rule.target=video&rule.kind.delay=3&rule.kind.status=404&rule.when.n=7", at + "?fault=video,audio:status=404,delay=3@n=7", ""},
		{"rule=fault&rule.target=video&rule.kind.delay=3&fault=audio:404", at + "?fault=audio:404%3Bvideo:delay=3", ""},
		{"rule=fault&rule.target=video&rule.when.n=3", at, ""},
		{"rule.target=video&rule.kind.delay=3", at, ""},
		{"rule=drm&rule.system=two&rule.at.one=moov&drm=two", at + "?drm=one-moov,two", ""},
		{"rule=drm&drm=two", at + "?drm=two", ""},
		{"rule=event&rule.event=ping&rule.word.every=10&rule.word.ping.text=so+far", at + "?event=ping+every=10+text=%22so+far%22", ""},
		{"rule=event&rule.event=ping&event=ping+every=5", at + "?event=ping+every=5%3Bping", ""},
		{"rule=event&rule.event=none", at, ""},
		{"rule=&rule=none", at, ""},
	} {
		p := built(t, test.query)
		if p.Path != test.path {
			t.Errorf("%s: %s, want %s", test.query, p.Path, test.path)
		}
		if test.self != "" && p.Self != test.self {
			t.Errorf("%s: the page is %s, want %s", test.query, p.Self, test.self)
		}
		// The page's own address leads to the same page.
		u, err := url.Parse(p.Self)
		if err != nil {
			t.Fatal(err)
		}
		if again := built(t, u.RawQuery); again.Path != p.Path || again.Self != p.Self {
			t.Errorf("%s: %s leads to %s and %s", test.query, p.Self, again.Path, again.Self)
		}
	}
}

// Whatever an address says, the page's own address says the same, and the URL that is made has nothing but options.
func FuzzBuildPage(f *testing.F) {
	f.Add("a film", "mode=live&depth=60&q=x")
	f.Add("a/b?c#d", "look=gpac.mpd&set=time%3Dhead&rule=fault&rule.target=video&rule.kind.status=404")
	f.Add("%", "fault=;;&event=%22&drm=,,&set=drm%3Da,b&rule=event&rule.event=ping&rule.word.every=%22%5C&tbd=%00&hold=%ff")
	f.Add("a", "set==&rule==")
	f.Fuzz(func(t *testing.T, name, query string) {
		values, _ := url.ParseQuery(query)
		s := stream(name, time.Minute)
		page := web.NewBuildPage(some(), []web.Stream{s}, "", values, refuse)
		u, err := url.Parse(page.Self)
		if err != nil {
			t.Fatalf("%s: %v", page.Self, err)
		}
		again := web.NewBuildPage(some(), []web.Stream{s}, "", u.Query(), refuse)
		if again.Path != page.Path || again.Self != page.Self {
			t.Fatalf("%s makes %s, and itself %s makes %s", page.Self, page.Path, again.Self, again.Path)
		}
		made, err := url.Parse(page.Path)
		if err != nil || made.Host != "" {
			t.Fatalf("%s: %v", page.Path, err)
		}
		asked, err := url.ParseQuery(made.RawQuery)
		if err != nil || len(asked) != len(page.Chosen) {
			t.Fatalf("%s asks for %d, %d are chosen: %v", page.Path, len(asked), len(page.Chosen), err)
		}
	})
}

func field(t *testing.T, p web.BuildPage, name string) web.Field {
	t.Helper()
	for _, g := range p.Groups {
		for _, f := range g.Fields {
			if f.Name == name {
				return f
			}
		}
	}
	t.Fatalf("no field %s", name)
	return web.Field{}
}

// A stream that cannot be played stays the chosen one, says why, and has nothing to play or copy; nobody else is offered it.
func TestBuildPageOfABrokenStream(t *testing.T) {
	broken := stream("broken", 0)
	broken.Error = "broken.mp4: there is no moov box"
	all := []web.Stream{stream("a film", time.Minute), broken}
	page := web.NewBuildPage(some(), all, "broken", url.Values{"mode": {"vod"}}, refuse)
	page.Assets = assets()
	text := render(t, "build.html", page)
	wellFormed(t, text)
	if page.Self != "/build/broken?mode=vod" || !strings.Contains(text, `<option value="broken" selected>broken (cannot be played)</option>`) || !strings.Contains(text, "there is no moov box") {
		t.Errorf("%s: %s", page.Self, text)
	}
	for _, no := range []string{"/dash/vod/broken", "data-copy", "Play this"} {
		if strings.Contains(text, no) {
			t.Errorf("%q is offered of a stream that cannot be played", no)
		}
	}
	if page := web.NewBuildPage(some(), all, "", url.Values{}, refuse); len(page.Streams) != 1 || page.Stream.Name != "a film" {
		t.Errorf("without a name: %q of %d", page.Stream.Name, len(page.Streams))
	}
}

func TestBuildPageFields(t *testing.T) {
	p := built(t, "depth=bad&hold=0&time=xsd&unheard=1&rule.x=1&mode=live")
	if f := field(t, p, "depth"); f.Error != `"bad": not good; allowed: anything else.` || !f.Chosen {
		t.Errorf("depth: %+v", f)
	}
	if f := field(t, p, "hold"); f.Said() != "off" || f.SaidStandard() != "on" || f.Means() != "it refuses" {
		t.Errorf("hold: %q %q %q", f.Said(), f.SaidStandard(), f.Means())
	}
	if f := field(t, p, "time"); f.Chosen {
		t.Error("the default counts as chosen")
	}
	if !slices.Equal(p.Unknown, []string{"unheard"}) {
		t.Errorf("unknown: %q", p.Unknown)
	}
	if len(p.Chosen) != 2 || p.Chosen[1].Name != "hold" || p.Chosen[1].Without != "/build/a%20film?mode=live&depth=bad" {
		t.Errorf("chosen: %+v", p.Chosen)
	}
	vod := built(t, "mode=vod&depth=bad")
	if f := field(t, vod, "depth"); !f.Idle || !f.Hidden || f.Error != "" || f.Value != "bad" {
		t.Errorf("depth on demand: %+v", f)
	}
	if f := field(t, built(t, "look=strict.mpd&timeline=0"), "timeline"); !f.Fixed || f.Standard != "1" {
		t.Errorf("a look that requires: %+v", f)
	}
	own := stream("own", time.Minute)
	own.Options = map[string]string{"tbd": "90", "timeline": "0"}
	for query, want := range map[string]string{"": "", "depth=90": "", "depth=1800": "?depth=1800", "look=gpac.mpd&timeline=1": "?timeline=1", "look=strict.mpd&timeline=0": ""} {
		values, _ := url.ParseQuery(query)
		if p := web.NewBuildPage(some(), []web.Stream{own}, "", values, refuse); !strings.HasSuffix(p.Path, ".mpd"+want) {
			t.Errorf("%s, of a stream with options of its own: %s", query, p.Path)
		}
	}
	if p := built(t, "look=strict.mpd&mode=vod"); p.LookOff != "Strict is there for live only." {
		t.Errorf("a look that does not have the mode: %q", p.LookOff)
	}
	if p := built(t, "look=none.mpd"); p.LookOff == "" {
		t.Error("a look that there is not is passed over")
	}
	found := built(t, "q=HALF+minute")
	if found.Found != 1 || field(t, found, "depth").Hidden || !field(t, found, "hold").Hidden {
		t.Errorf("%d found", found.Found)
	}
}

// Every option is in the form, with its help, choices, default and clause, and nothing that it says gets out of its place.
func TestBuildPageRenders(t *testing.T) {
	p := built(t, "depth=bad&fault="+url.QueryEscape(hostile))
	p.Version, p.Assets, p.Origin = "1.2.3", assets(), "http://host:8080"
	page := render(t, "build.html", p)
	wellFormed(t, page)
	for _, o := range some().Options {
		for _, want := range []string{`name="` + o.Name + `"`, html.EscapeString(o.Brief()), html.EscapeString(o.Clause), html.EscapeString(o.Group)} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not on the page", o.Name, want)
			}
		}
		for _, c := range o.Choices {
			if !strings.Contains(page, html.EscapeString(c.Help)) {
				t.Errorf("%s: what %s means is not on the page", o.Name, c.Value)
			}
		}
	}
	for _, want := range []string{
		"http://host:8080/dash/live/a%20film/manifest.mpd?depth=bad", `href="/play?url=/dash/live/a%2520film/manifest.mpd`, "not good; allowed: anything else", `aria-invalid="true"`,
		`name="rule.kind.delay"`, `name="rule.when.n"`, `value="audio"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("a name is read as markup")
	}
	none := web.NewBuildPage(some(), nil, "", url.Values{}, func(string, string) error { return errors.New("no") })
	if page := render(t, "build.html", none); !strings.Contains(page, "No stream to build") || strings.Contains(page, "<form") {
		t.Error("without streams the page does not say so")
	}
}

// Each page of the reference has every name, at its anchor, and leads into the builder.
func TestReferencePages(t *testing.T) {
	d := some()
	pages := web.ReferencePages(d)
	var keys []string
	for _, p := range pages {
		keys = append(keys, p.Key)
		p.Version, p.Assets = "1.2.3", assets()
		page := render(t, "reference.html", p)
		wellFormed(t, page)
		if strings.Contains(page, "<script>alert") {
			t.Errorf("%s: a name is read as markup", p.Key)
		}
		for _, g := range p.Groups {
			for _, e := range g.Entries {
				for _, want := range []string{`id="` + e.ID + `"`, `href="#` + e.ID + `"`} {
					if !strings.Contains(page, want) {
						t.Errorf("%s: %s is missing", p.Key, want)
					}
				}
				for _, l := range e.Links {
					if !strings.HasPrefix(l.URL, "/build?") {
						t.Errorf("%s: %s leads to %s", p.Key, e.Name, l.URL)
					}
				}
			}
		}
	}
	if got := strings.Join(keys, " "); got != "options looks faults events drm" {
		t.Errorf("pages %s", got)
	}
}
