package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// Whatever forms offer is taken: each choice and the default of each option in each mode in which it has an effect, and each example of a rule, of a folder of streams none of which is called as in the documentation.
func TestOffersAreTaken(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"holiday.mp4", "trailer.mp4"} {
		if err := os.Symlink(mediatest.Clip(t), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.mp4"), []byte("no film"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "evening.stream.yaml"), []byte("periods:\n  - {id: one, stream: holiday}\n  - {id: two, stream: trailer}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	base := start(t, dir)
	streams(t, base) // all of them are read
	var answer struct{ Options []option.Info }
	if err := json.Unmarshal(get(t, base+"/api/v1/options"), &answer); err != nil {
		t.Fatal(err)
	}
	asked := 0
	taken := func(mode, name, value string) {
		asked++
		path := base + "/dash/" + mode + "/trailer/manifest.mpd?" + url.Values{name: {value}}.Encode()
		res, body := fetch(t, path, nil)
		if res.StatusCode != http.StatusOK && res.Header.Get("Dashwright-Fault") == "" {
			t.Errorf("%s: %s=%s is offered: %d %s", mode, name, value, res.StatusCode, body)
		}
		if strings.Contains(value, option.SomeStream) {
			t.Errorf("%s=%s names no stream", name, value)
		}
	}
	for _, o := range answer.Options {
		for _, mode := range o.Modes {
			taken(mode, o.Key, o.Default)
			for _, c := range o.Choices {
				taken(mode, o.Key, c.Value)
			}
		}
	}
	e, f := event.Describe(), fault.Describe()
	for _, k := range e.Kinds {
		taken("live", option.EventRules.Describe().Key, k.Example)
	}
	for _, part := range slices.Concat(f.Kinds, f.Conditions, f.Targets) {
		taken("live", option.Faults.Describe().Key, part.Example)
	}
	if asked < 300 {
		t.Errorf("%d values are offered", asked)
	}
}

// What the manifest's answer alone can say is wrong with an option names it, so that forms can say it there.
func TestRefusalsNameTheirOption(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	for query, want := range map[string]string{
		"event=ping+every%3D0.01+in%3Dmanifest":                         "option event: events of kind ping",
		"events=ping&ping__interval=1&ping__inband=0&ping__count=0":     "option events: events of kind ping",
		"ping=every+0.01+s+in+manifest":                                 "option ping: events of kind ping",
		"event=ping+every%3D5%3Bping+every%3D7":                         "option event: two streams of events",
		"events=ping&event=ping+every%3D7":                              "option event: two streams of events",
		"events=scte35&event=ping+every%3D0.01+in%3Dmanifest":           "option event: events of kind ping",
		"events=ping&ping__interval=1&ping__inband=0&event=id3+every=9": "option events: events of kind ping",
		"ads=nobody,60": "option ads: ",
	} {
		res, body := fetch(t, base+"/dash/live/clip/manifest.mpd?"+query, nil)
		var problem struct{ Detail string }
		if err := json.Unmarshal(body, &problem); err != nil || res.StatusCode != http.StatusBadRequest || !strings.HasPrefix(problem.Detail, want) {
			t.Errorf("%s: %d %s, want %q", query, res.StatusCode, body, want)
		}
	}
}
