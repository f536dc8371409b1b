package option_test

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

func registry() *option.Registry { return option.NewRegistry(option.Common()...) }

func parse(t testing.TB, query string, below ...option.Layer) *option.Set {
	t.Helper()
	s, err := registry().Parse(query, below...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

// all is the query of everything that s says.
func all(s *option.Set) string { return strings.TrimPrefix(s.Query(option.Manifest, nil), "?") }

// Every option is described well enough for a form and a page of documentation.
func TestDescriptions(t *testing.T) {
	var groups []string
	for _, i := range registry().Describe() {
		if i.Title == "" || i.Syntax == "" || i.Group == "" || len(i.Modes) == 0 {
			t.Errorf("%s is not described: %+v", i.Key, i)
		}
		if b := i.Brief(); !strings.HasSuffix(b, ".") || len(b) > 140 || !strings.HasPrefix(i.Help, b) {
			t.Errorf("%s: the first sentence of its help is no short form: %q", i.Key, b)
		}
		if !slices.Contains([]string{"flag", "choice", "number", "duration", "time", "text", "list"}, i.Type) {
			t.Errorf("%s has the type %q", i.Key, i.Type)
		}
		if !slices.Contains(i.URLs, "manifest") {
			t.Errorf("%s counts in %v", i.Key, i.URLs)
		}
		if (i.Type == "choice" || i.Type == "flag") && len(i.Choices) < 2 {
			t.Errorf("%s is a %s between %v", i.Key, i.Type, i.Choices)
		}
		for _, c := range i.Choices {
			if c.Help == "" {
				t.Errorf("%s=%s is not explained", i.Key, c.Value)
			}
		}
		if n := len(groups); n == 0 || groups[n-1] != i.Group {
			if slices.Contains(groups, i.Group) {
				t.Errorf("%s: the group %s is in two places of the form", i.Key, i.Group)
			}
			groups = append(groups, i.Group)
		}
	}
}

// samples returns texts of an option that mean something: its default, its choices, and one of the type.
func samples(i *option.Info) []string {
	list := []string{i.Default}
	for _, c := range i.Choices {
		list = append(list, c.Value)
	}
	switch i.Type {
	case "number":
		list = append(list, "404")
	case "duration":
		list = append(list, "1.25", "10")
	case "time":
		list = append(list, "2026-09-06T12:00:00Z", "2026-09-06T14:00:00.250+02:00", "1788696000", "1788696000500")
	}
	return list
}

// A value is printed as a text that means the same.
func TestRoundTrip(t *testing.T) {
	r := registry()
	for _, i := range r.Describe() {
		for _, text := range samples(&i) {
			s, err := r.Parse(url.Values{i.Key: {text}}.Encode())
			if err != nil {
				t.Errorf("%s=%s: %v", i.Key, text, err)
				continue
			}
			again, err := r.Parse(all(s))
			if err != nil || all(again) != all(s) {
				t.Errorf("%s=%s is printed as %q, and that as %q, %v", i.Key, text, all(s), all(again), err)
			}
			if (text == i.Default) != (all(s) == "") && !(i.Default == "" && text == "none") {
				t.Errorf("%s=%s, whose default is %q, is printed as %q", i.Key, text, i.Default, all(s))
			}
			if i.Short != "" {
				short, err := r.Parse(url.Values{i.Short: {text}}.Encode())
				if err != nil || all(short) != all(s) {
					t.Errorf("%s=%s is %q, %s=%s is %q, %v", i.Key, text, all(s), i.Short, text, all(short), err)
				}
			}
		}
	}
}

// Any two options can be asked for together, whatever their values, and every one of them with all others.
func TestCombinations(t *testing.T) {
	r := registry()
	infos := r.Describe()
	for x := range infos {
		for y := range infos[:x] {
			for _, a := range samples(&infos[x]) {
				for _, b := range samples(&infos[y]) {
					q := url.Values{infos[x].Key: {a}, infos[y].Key: {b}}
					s, err := r.Parse(q.Encode())
					if err != nil {
						t.Fatalf("%v: %v", q, err)
					}
					alone, both := all(parse(t, url.Values{infos[x].Key: {a}}.Encode())), "&"+all(s)+"&"
					if !strings.Contains(both, "&"+alone+"&") && alone != "" {
						t.Fatalf("%v is printed as %q, where %q is missing", q, all(s), alone)
					}
				}
			}
		}
	}
}

// What is not allowed is refused by a sentence that names option, value and what is allowed.
func TestBadValues(t *testing.T) {
	r := registry()
	for _, i := range r.Describe() {
		for _, bad := range []string{"\x01", "x\u007fy", "\xff"} {
			_, err := r.Parse(url.Values{i.Key: {bad}}.Encode())
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s=%q: %v", i.Key, bad, err)
				continue
			}
			for _, want := range []string{"option " + i.Key + ":", fmt.Sprintf("%q", bad), i.Syntax} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s=%q: %v: it does not say %s", i.Key, bad, err, want)
				}
			}
			for _, c := range i.Choices {
				if i.Type == "choice" && !strings.Contains(err.Error(), c.Value) {
					t.Errorf("%s=%q: %v: it does not offer %s", i.Key, bad, err, c.Value)
				}
			}
		}
	}
	for _, q := range []string{
		"depth=-1", "depth=NaN", "depth=1e400", "depth=0x10", "mup=-2", "startnr=-1", "startnr=1.5", "startnr=99999999999999999999", "early=200", "gone=600", "start=tomorrow", "start=1600-01-01T00:00:00Z",
		"start=-5", "now=1e300", "time=sundial", "time=none,xsd", "time=http", "time=http-sundial", "ntp_servers=a b", "ntp_servers=a..b", "ntp_servers=http://x/", "tlang=englishlanguage", "tlang=e n",
		"ato=-1", "ato=-inf", "ato=NaN", "segdur=0.1", "abr=perhaps", "timeline=2", "time_value=" + strings.Repeat("x", 201), "acodec=" + strings.Repeat("x", 65), "a=%zz",
		"ntp_servers=" + strings.Repeat("a,", 33) + "a", "time=" + strings.Repeat("xsd,", 16) + "xsd",
	} {
		if _, err := r.Parse(q); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// The words that dashlive's users write.
func TestWords(t *testing.T) {
	for query, want := range map[string]string{
		"abr=0": "abr=0", "abr=false": "abr=0", "abr=OFF": "abr=0", "abr=none": "abr=0", "abr=": "abr=0", "abr=1": "", "abr=True": "", "abr=on": "",
		"periodDur=TRUE": "periodDur=1", "periodDur=": "", "periodDur=none": "",
		"timeline=true": "timeline=1", "timeline=On": "timeline=1", "timeline=false": "", "timeline=none": "", "timeline=": "", "timeline=NUMBER": "timeline=number",
		"depth=": "", "depth=none": "", "depth=1800": "", "depth=1800.0": "", "depth=030": "depth=30", "depth=1e2": "depth=100",
		"mup=none": "", "mup=-1": "mup=-1", "mup=": "", "leeway=0": "leeway=0", "drift=none": "", "drift=10": "drift=10", "drift=-2.5": "drift=-2.5",
		"start=": "", "start=none": "", "start=YEAR": "", "start=Today": "start=today", "start=2026-01-01": "start=2026-01-01T00:00:00Z", "start=2026-01-01T01:00:00+01:00": "start=2026-01-01T00:00:00Z",
		"start=1767225600": "start=2026-01-01T00:00:00Z", "now=1767225600123": "now=2026-01-01T00:00:00.123Z", "now=1767225600.5": "now=2026-01-01T00:00:00.5Z",
		"time=none": "time=none", "time=": "", "time=xsd": "", "time=XSD,head": "time=xsd,head", "time=direct-head": "time=direct,head", "time=http-ntp-ntp": "time=http-ntp,ntp",
		"time=httpxsdatems-httpiso": "time=xsdms,iso", "time=http-xsdate": "", "time=http-head,http-iso": "time=head,iso",
		"ntp_servers=none": "", "ntp_servers=a.example,none,,b.example": "ntp_servers=a.example,b.example", "ntp_servers=[2001:db8::1],192.0.2.1": "ntp_servers=%5B2001:db8::1%5D,192.0.2.1",
		"acodec=none": "", "acodec=any": "", "acodec=ec-3": "acodec=ec-3", "tcodec=im1t|etd1": "tcodec=im1t%7Cetd1", "tlang=eng,de": "tlang=eng,de", "tlang=none": "",
		"ato=inf": "ato=inf", "ato=INF": "ato=inf", "ato=0": "", "ato=none": "", "main_audio=none": "",
		"st=1": "timeline=1", "st=1&timeline=number": "timeline=number", "tbd=30&utc=direct": "depth=30&time=direct", "depth=5&depth=6": "depth=5",
	} {
		if got := all(parse(t, query)); got != want {
			t.Errorf("%s is %q, not %q", query, got, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	for _, s := range []*option.Set{nil, parse(t, ""), parse(t, "nothing=1")} {
		if d := option.Depth.From(s); !d.Given || d.Duration != 30*time.Minute {
			t.Errorf("depth is %v", d)
		}
		if m := option.Update.From(s); m.Given || m.Or(time.Second) != time.Second {
			t.Errorf("mup is %v", m)
		}
		if m := option.Timing.From(s); !reflect.DeepEqual(m, []string{"xsd"}) {
			t.Errorf("time is %v", m)
		}
		if option.Start.From(s).Name != "year" || !option.Now.From(s).At.IsZero() || option.Early.From(s) != 404 || !option.BaseURL.From(s) {
			t.Error("other defaults")
		}
	}
	if m := option.Timing.From(parse(t, "time=none")); m == nil || len(m) != 0 {
		t.Errorf("time=none is %v", m)
	}
	if a := option.AvailabilityOffset.From(parse(t, "ato=inf")); a != option.Forever {
		t.Errorf("ato=inf is %v", a)
	}
}

// An option is carried into the URLs that it counts in, and no others.
func TestScopes(t *testing.T) {
	s := parse(t, "mup=4&depth=30&start=today&drift=10&now=1767225600&segdur=2&acodec=mp4a&time_value=a%26b+c&unknown=1")
	for scope, want := range map[option.Scope]string{
		option.Init | option.Audio: "?now=2026-01-01T00:00:00Z&start=today",
		option.Video:               "?depth=30&now=2026-01-01T00:00:00Z&segdur=2&start=today",
		option.Text:                "?depth=30&now=2026-01-01T00:00:00Z&segdur=2&start=today",
		option.Audio:               "?acodec=mp4a&depth=30&now=2026-01-01T00:00:00Z&segdur=2&start=today",
		option.Clock:               "?drift=10&now=2026-01-01T00:00:00Z&time_value=a%26b+c",
	} {
		if got := s.Query(scope, nil); got != want {
			t.Errorf("%v: %s, not %s", scope.Words(), got, want)
		}
	}
	if got := s.Query(option.Video, map[string]string{"start": "2026-01-01T00:00:00Z", "depth": "", "v": "x y"}); got != "?now=2026-01-01T00:00:00Z&segdur=2&start=2026-01-01T00:00:00Z&v=x+y" {
		t.Errorf("with places: %s", got)
	}
	if got := s.Unknown(); !slices.Equal(got, []string{"unknown"}) {
		t.Errorf("unknown: %v", got)
	}
	if got := (*option.Set)(nil).Query(option.Video, map[string]string{"a": "b"}); got != "?a=b" {
		t.Errorf("of nothing: %s", got)
	}
}

func TestLayers(t *testing.T) {
	path := option.Layer{Query: "depth=60&drift=5&mup=2", Known: true}
	look := option.Layer{Query: "timeline=1&segdur=6"}
	s := parse(t, "depth=1800&segdur=2&leeway=0", look, path)
	if got := all(s); got != "depth=1800&leeway=0&segdur=2&timeline=1" {
		t.Errorf("the manifest's own URL has %s", got)
	}
	if d := option.Depth.From(s).Duration; d != 30*time.Minute {
		t.Errorf("depth is %v", d)
	}
	if m := option.Update.From(s); m.Duration != 2*time.Second || !option.Update.Known(s) || option.Depth.Known(s) {
		t.Errorf("mup is %v", m)
	}
	if got := s.Query(option.Clock, nil); got != "?drift=5" {
		t.Errorf("a clock, which the path does not lead to, gets %q", got)
	}
	if got := s.Query(option.Video, nil); got != "?depth=1800&leeway=0&segdur=2&timeline=1" {
		t.Errorf("a segment gets %q", got)
	}
	// A query that is made of it says the same on top of the path alone.
	again := parse(t, all(s), path)
	if option.Depth.From(again) != option.Depth.From(s) || option.Timeline.From(again) != "1" {
		t.Errorf("again: %s", all(again))
	}
	// Nothing given takes back what is below.
	if m := option.Update.From(parse(t, "mup=none", path)); m.Given {
		t.Errorf("mup=none is %v", m)
	}
	if _, err := registry().Parse("", option.Layer{Query: "depth=x"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a bad layer: %v", err)
	}
}

func TestOnlyAndIn(t *testing.T) {
	s := parse(t, "abr=0&depth=5&segdur=2")
	if got := all(s.Only("vod")); got != "abr=0&segdur=2" {
		t.Errorf("vod: %s", got)
	}
	if s.Only("live") != s || (*option.Set)(nil).Only("vod") != nil {
		t.Error("live changes the Set")
	}
	at := option.Instant{At: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)}
	if got := all(option.Start.In(s, at)); got != "abr=0&depth=5&segdur=2&start=2026-01-02T03:04:05.006Z" || all(s) != "abr=0&depth=5&segdur=2" {
		t.Errorf("in: %s, before: %s", got, all(s))
	}
	if got := all(option.Start.In(nil, at)); got != "start=2026-01-02T03:04:05.006Z" {
		t.Errorf("in nothing: %s", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, i := range registry().Describe() {
		for _, text := range samples(&i) {
			f.Add(url.Values{i.Key: {text}}.Encode())
		}
	}
	f.Add("time=http-ntp-direct&start=2026-01-01T00:00:00 01:00&now=1e12&depth=%30")
	r := registry()
	f.Fuzz(func(t *testing.T, query string) {
		s, err := r.Parse(query)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		again, err := r.Parse(all(s))
		if err != nil || all(again) != all(s) {
			t.Fatalf("%q is printed as %q, and that as %q, %v", query, all(s), all(again), err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	r := registry()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Parse("depth=30&start=2026-01-01T00:00:00Z"); err != nil {
			b.Fatal(err)
		}
	}
}
