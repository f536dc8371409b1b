package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// located is an MPD with service locations.
type located struct {
	Bases []struct {
		Name     string `xml:"serviceLocation,attr"`
		Priority string `xml:"urn:dvb:dash:dash-extensions:2014-1 priority,attr"`
		Weight   string `xml:"urn:dvb:dash:dash-extensions:2014-1 weight,attr"`
		URL      string `xml:",chardata"`
	} `xml:"BaseURL"`
	Steering *struct {
		Default  string `xml:"defaultServiceLocation,attr"`
		Before   string `xml:"queryBeforeStart,attr"`
		Required string `xml:"clientRequirement,attr"`
		URL      string `xml:",chardata"`
	} `xml:"ContentSteering"`
	Inner []string `xml:"Period>BaseURL"`
	Media []struct {
		URL string `xml:"media,attr"`
	} `xml:"Period>AdaptationSet>SegmentTemplate"`
}

func readLocated(t *testing.T, body []byte) *located {
	t.Helper()
	m := &located{}
	if err := xml.Unmarshal(body, m); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return m
}

type pathways struct {
	Version  int      `json:"VERSION"`
	TTL      int      `json:"TTL"`
	Reload   string   `json:"RELOAD-URI"`
	Priority []string `json:"PATHWAY-PRIORITY"`
	Clones   []struct {
		Base        string `json:"BASE-ID"`
		ID          string `json:"ID"`
		Replacement struct {
			Host   string            `json:"HOST"`
			Params map[string]string `json:"PARAMS"`
		} `json:"URI-REPLACEMENT"`
	} `json:"PATHWAY-CLONES"`
}

func steered(t *testing.T, u string) *pathways {
	t.Helper()
	res, body := fetch(t, u, nil)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("%s: %s %v: %s", u, res.Status, res.Header, body)
	}
	a := &pathways{}
	if err := json.Unmarshal(body, a); err != nil {
		t.Fatal(err)
	}
	return a
}

// In every look and mode each service location has the same bytes, at its own URL; a rule has one of them fail.
func TestServiceLocations(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	var list struct{ Looks []api.Look }
	if err := json.Unmarshal(get(t, base+"/api/v1/looks"), &list); err != nil {
		t.Fatal(err)
	}
	elsewhere := strings.Replace(base, "127.0.0.1", "localhost", 1)
	query := "cdns=a:1:70,b:1:30,c:2%3D" + elsewhere + "/cdn/far&steer=on&steerbefore=1&segdur=2"
	var mpds [][]byte
	for _, look := range list.Looks {
		for _, mode := range look.Modes {
			body := get(t, base+"/dash/"+mode+"/clip/"+look.Name+"?"+query)
			mpds = append(mpds, body)
			m := readLocated(t, body)
			folder := "/dash/" + mode + "/clip/"
			if len(m.Bases) != 3 || len(m.Inner) != 0 || m.Steering == nil {
				t.Errorf("%s of %s: %+v", look.Name, mode, m)
				continue
			}
			a, b, c := m.Bases[0], m.Bases[1], m.Bases[2]
			if a.Name != "a" || a.Priority != "1" || a.Weight != "70" || a.URL != base+"/cdn/a"+folder || b.URL != base+"/cdn/b"+folder || c.Priority != "2" || c.Weight != "" ||
				c.URL != elsewhere+"/cdn/far"+folder {
				t.Errorf("%s of %s: %+v", look.Name, mode, m.Bases)
			}
			if s := m.Steering; s.Default != "a" || s.Before != "true" || s.Required != "false" || !strings.HasPrefix(s.URL, base+"/steering/clip?cdns=a:1:70,b:1:30,c:2") {
				t.Errorf("%s of %s: %+v", look.Name, mode, s)
			}
		}
	}
	mediatest.Schema(t, mpds...)

	fault := "&fault=" + url.QueryEscape("video:503@location=b;audio.init:404@location=f*")
	m := readLocated(t, get(t, base+"/dash/vod/clip/manifest.mpd?"+query+fault))
	video := strings.NewReplacer("$RepresentationID$", "v1", "$Number$", "2").Replace(m.Media[0].URL)
	initial := "a1/init.mp4" + m.Media[1].URL[strings.Index(m.Media[1].URL, "?"):]
	want := get(t, base+"/dash/vod/clip/"+video)
	for i, place := range []string{"a", "b", "far"} {
		res, got := fetch(t, m.Bases[i].URL+video, nil)
		if fails := place == "b"; fails != (res.StatusCode == 503) || !fails && !bytes.Equal(got, want) {
			t.Errorf("video at %s: %s, %d bytes of %d", place, res.Status, len(got), len(want))
		}
		if res, _ := fetch(t, m.Bases[i].URL+initial, nil); (place == "far") != (res.StatusCode == 404) {
			t.Errorf("audio's init segment at %s: %s", place, res.Status)
		}
	}
	if res, _ := fetch(t, base+"/dash/vod/clip/"+video+"&location=b", nil); res.StatusCode != 503 {
		t.Errorf("a clone called b: %s", res.Status)
	}
	for _, path := range []string{"/cdn/a/api/v1/streams", "/cdn/a/cdn/b/dash/vod/clip/manifest.mpd", "/cdn/a", "/cdn//dash/vod/clip/manifest.mpd", "/cdn/a/dash/vod/nothing/manifest.mpd"} {
		if res, _ := fetch(t, base+path, nil); res.StatusCode == http.StatusOK {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

// What cannot be is refused, or said in the header of notes.
func TestServiceLocationsThatCannotBe(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	for query, want := range map[string]string{
		"cdns=a,b&steer=c:30":                  "option steer: ",
		"cdns=a,b&steer=on&steerdefault=c":     "option steerdefault: ",
		"cdns=a,b&steer=on&clones=x:c:host":    "option clones: ",
		"cdns=a,b&steer=a:30,b:30,b:0":         "option steer: ",
		"cdns=a,b&steer=on&steerttl=1e9":       "option steerttl: ",
		"cdns=a,b&steer=on&clones=x:a:ho%20st": "option clones: ",
	} {
		if res, body := fetch(t, base+"/dash/vod/clip/manifest.mpd?"+query, nil); res.StatusCode != 400 || !bytes.Contains(body, []byte(want)) {
			t.Errorf("%s: %s %s", query, res.Status, body)
		}
	}
	for _, query := range []string{"steer=on", "cdns=a,b&base=0&steer=on"} {
		res, body := fetch(t, base+"/dash/vod/clip/manifest.mpd?"+query, nil)
		if m := readLocated(t, body); res.StatusCode != 200 || len(m.Bases) != 0 || m.Steering != nil || res.Header.Get("Dashwright-Note") == "" {
			t.Errorf("%s: %s %v: %+v", query, res.Status, res.Header, m)
		}
	}
	if res, body := fetch(t, base+"/steering/clip", nil); res.StatusCode != 400 || !bytes.Contains(body, []byte("cdns")) {
		t.Errorf("steering between nothing: %s %s", res.Status, body)
	}
}

// The steering server follows its schedule, and the API; options that stand in livesim2's paths reach it too.
func TestSteering(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	m := readLocated(t, get(t, base+"/dash/live/clip/manifest.mpd?cdns=a,b&steer=a:30,b:30&clones=a2:a:localhost:81&session=me"))
	if !strings.HasPrefix(m.Steering.URL, base+"/steering/me?") {
		t.Fatal(m.Steering.URL)
	}
	for now, want := range map[string]string{"2026-09-06T11:13:27Z": "a,b,a2", "2026-09-06T11:13:30Z": "b,a,a2"} {
		a := steered(t, m.Steering.URL+"&now="+now+"&_DASH_pathway=%22a%22&_DASH_throughput=5000000")
		if strings.Join(a.Priority, ",") != want || a.Version != 1 || len(a.Clones) != 1 || a.Clones[0].Replacement.Host != "localhost:81" || a.Clones[0].Replacement.Params["location"] != "a2" {
			t.Errorf("%s: %+v", now, a)
		}
		if again := steered(t, a.Reload); !strings.HasPrefix(a.Reload, base+"/") || strings.Contains(a.Reload, "_DASH") || strings.Join(again.Priority, ",") != want {
			t.Errorf("%s: reloaded %s: %+v", now, a.Reload, again)
		}
	}
	put := func(path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPut, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var b bytes.Buffer
		_, _ = b.ReadFrom(res.Body)
		return res.StatusCode, b.String()
	}
	if code, body := put("/api/v1/steering/me", `{"priority":["b","a"],"ttl":3}`); code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	if a := steered(t, m.Steering.URL+"&now=2026-09-06T11:13:27Z"); strings.Join(a.Priority, ",") != "b,a" || a.TTL != 3 {
		t.Errorf("as decided: %+v", a)
	}
	var record api.SteeringRecord
	if err := json.Unmarshal(get(t, base+"/api/v1/steering/me"), &record); err != nil || record.Order == nil || record.Asked != 5 || record.Said != "b" {
		t.Errorf("%+v, %v", record, err)
	}
	for _, body := range []string{`{"priority":[]}`, `{"priority":["a","a"]}`, `{}`, `{"priority":["a"],"ttl":-1}`} {
		if code, answer := put("/api/v1/steering/me", body); code/100 != 4 {
			t.Errorf("%s: %d %s", body, code, answer)
		}
	}
	req, _ := http.NewRequest(http.MethodDelete, base+"/api/v1/steering/me", nil)
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusNoContent {
		t.Errorf("taken back: %v %v", res, err)
	}
	if a := steered(t, m.Steering.URL+"&now=2026-09-06T11:13:27Z"); a.Priority[0] != "a" {
		t.Errorf("taken back: %+v", a)
	}
	if res, body := fetch(t, base+"/steering/clip?cdns=a,b&fault=steering:410", nil); res.StatusCode != http.StatusGone {
		t.Errorf("with a fault: %s %s", res.Status, body)
	}
}
