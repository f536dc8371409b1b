package fault

import (
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"404=5":                              "404=5",
		" 404 = 5 , none,,503=00:00:10Z":     "404=5,503=00:00:10Z",
		"410=2026-09-06t10:00:05z":           "410=2026-09-06T10:00:05Z",
		"503=10:00:05":                       "503=10:00:05Z",
		"none":                               "",
		"404":                                `"404": neither status=number nor status=time`,
		"404=":                               `"404=": neither a whole number nor a time such as 10:00:05Z or 2026-09-06T10:00:05Z`,
		"404=-1":                             `"404=-1": neither a whole number`,
		"404=3-4":                            `"404=3-4": neither a whole number`,
		"404=5.5":                            `"404=5.5": neither a whole number`,
		"404=10:00:05Z-10:00:06Z":            `"404=10:00:05Z-10:00:06Z": neither a whole number`,
		"404=25:00:00Z":                      `"404=25:00:00Z": neither a whole number`,
		"200=5":                              `"200=5": not the status of an error: those are 400 to 599`,
		"301=5":                              `"301=5": not the status of an error`,
		"600=5":                              `"600=5": there is no such HTTP status`,
		"abc=5":                              `"abc=5": not an HTTP status`,
		strings.Repeat("404=1,", 65):         "more than 64 places",
		"404=99999999999999999999999":        `"404=99999999999999999999999": neither a whole number`,
		"404=1,503=9223372036854775807,x=1,": `"x=1": not an HTTP status`,
	} {
		list, err := ReadErrors(text)
		got := PrintTriggers(list)
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.HasPrefix(got, want)) {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
	list, err := ReadPlaces("5,00:00:10Z")
	if err != nil || PrintTriggers(list) != "5,00:00:10Z" {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := ReadPlaces("404=5"); err == nil {
		t.Error("a status is taken for a place")
	}
}

func TestOptionRules(t *testing.T) {
	list, err := ReadErrors("404=0,503=5,410=00:00:10Z")
	if err != nil {
		t.Fatal(err)
	}
	video := func(n int64) Request {
		s := time.Duration(n*4) * time.Second
		return Request{Type: Media, Kind: media.Video, Segment: true, Number: n, Start: s, End: s + 4*time.Second}
	}
	try := func(q Request, n int64) Request { q.Try = n; return q }
	for _, c := range []struct {
		rules []Rule
		q     Request
		want  string
	}{
		{Errors("verr", "video", list, 0), Request{Type: Init, Kind: media.Video}, "404 verr=404=0"},
		{Errors("verr", "video", list, 0), Request{Type: Init, Kind: media.Audio}, ""},
		{Errors("verr", "video", list, 0), video(0), "404 verr=404=0"},
		{Errors("verr", "video", list, 0), video(1), ""},
		{Errors("verr", "video", list, 0), video(2), "410 verr=410=00:00:10Z"},
		{Errors("verr", "video", list, 0), video(5), "503 verr=503=5"},
		{Errors("aerr", "audio", list, 0), video(5), ""},
		{Errors("verr", "video", list, 2), try(video(5), 1), "503 verr=503=5"},
		{Errors("verr", "video", list, 2), try(video(5), 2), "503 verr=503=5"},
		{Errors("verr", "video", list, 2), try(video(5), 3), ""},
		{Errors("verr", "video", list, 2), try(video(5), 4), "503 verr=503=5"},
		{Errors("verr", "video", list, 2), try(video(0), 3), "404 verr=404=0"}, // only from 500 on
		{Errors("merr", "manifest", list, 0), Request{Type: Manifest, Update: 5}, "503 merr=503=5"},
		{Errors("merr", "manifest", list, 0), Request{Type: Manifest, Update: 4}, ""},
		{Errors("merr", "manifest", list, 0), video(5), ""},
		{Corruptions("vcorrupt", []Trigger{{Number: 5}}, 2), video(5), "corrupt=2 vcorrupt=5"},
		{Corruptions("vcorrupt", []Trigger{{Number: 5}}, 2), video(6), ""},
	} {
		got := ""
		for _, e := range Decide(c.rules, &c.q, time.Date(2026, 9, 6, 10, 0, 0, 0, time.UTC)) {
			got += e.Action.String() + " " + e.Rule
		}
		if got != c.want {
			t.Errorf("%+v: %q, not %q", c.q, got, c.want)
		}
	}
	if !Count(Errors("verr", "video", list, 2)) || Count(Errors("verr", "video", list, 0)) {
		t.Error("tries need to be counted with failures, and only then")
	}
}
