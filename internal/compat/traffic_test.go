package compat_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// livesim2's statuscode: the segment of each cycle that is said, of what is said, and no other.
func TestStatusCodes(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	now := time.Date(2026, 9, 6, 11, 13, 27, 300e6, time.UTC)
	for option, fails := range map[string]func(id string, place int64) int{
		"[{cycle:20,rsq:1,code:404}]": func(_ string, place int64) int { return map[bool]int{true: 404}[place == 1] },
		"[{cycle:20, code:503, rsq:0, rep:v1}]": func(id string, place int64) int {
			return map[bool]int{true: 503}[place == 0 && id == "v1"]
		},
		"[{cycle:20,rsq:2,code:410,rep:v1,a1},{code:500,cycle:20,rsq:3,rep:audio}]": func(id string, place int64) int {
			return map[int64]int{2: 410, 3: map[bool]int{true: 500}[id == "a1"]}[place]
		},
		"[]": func(string, int64) int { return 0 },
	} {
		m := read(t, base+"/livesim2/segdur_2/segtimeline_1/statuscode_"+url.PathEscape(option)+"/clip/manifest.mpd?nowDate="+now.Format(time.RFC3339Nano))
		failed := 0
		for _, r := range m.Representations {
			init, all, _ := r.Window(t, m, now)
			if status, _, _ := get(t, init); status != 200 {
				t.Errorf("%s: the init segment of %s: %d", option, r.ID, status)
			}
			for _, u := range all[1:] {
				want := 200
				if code := fails(r.ID, place(t, u, r.Timescale)); code != 0 {
					want, failed = code, failed+1
				}
				if status, head, body := get(t, u); status != want || (status == 200) != (head.Get("Dashwright-Fault") == "") {
					t.Errorf("%s: %s: %d %s, want %d", option, u, status, body, want)
				}
			}
		}
		if failed == 0 && option != "[]" {
			t.Errorf("%s: nothing was to fail", option)
		}
	}
}

// place returns the position that a segment of 2 s which starts at the time in its URL has in a cycle of 20 s, which starts with the nearest segment.
func place(t *testing.T, u string, scale int64) int64 {
	t.Helper()
	name := u[strings.LastIndex(u, "/time/")+len("/time/"):]
	start, err := strconv.ParseInt(name[:strings.IndexByte(name, '.')], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return (start + scale) % (20 * scale) / (2 * scale)
}

// livesim2's traffic: as many BaseURLs as items, each with its turns.
func TestTraffic(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	for _, at := range []string{"2026-09-06T11:13:05Z", "2026-09-06T11:13:25Z", "2026-09-06T11:13:45Z"} {
		status, _, body := get(t, base+"/livesim2/segtimelinenr_1/traffic_u20d20,d20u20/clip/manifest.mpd?nowDate="+at)
		var m struct {
			Bases []struct {
				Name string `xml:"serviceLocation,attr"`
				URL  string `xml:",chardata"`
			} `xml:"BaseURL"`
		}
		if err := xml.Unmarshal([]byte(body), &m); err != nil || status != 200 || len(m.Bases) != 2 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range m.Bases {
			if b.URL != base+"/cdn/"+b.Name+"/livesim2/segtimelinenr_1/traffic_u20d20,d20u20/clip/" || b.Name != "bu"+string(rune('0'+i)) {
				t.Errorf("BaseURL %+v", b)
			}
			there := mediatest.ReadDynamic(t, b.URL, []byte(strings.ReplaceAll(body, "BaseURL", "Other")))
			init, all, _ := there.Representations[0].Window(t, there, now)
			for _, u := range []string{init, all[len(all)-1]} {
				got, _, _ := get(t, u)
				half := now.Unix() % 40 / 20 // cycles count from 1970
				if want := [2][2]int{{200, 404}, {404, 200}}[i][half]; got != want {
					t.Errorf("%s at %s: %d, want %d", u, at, got, want)
				}
			}
		}
	}
}

// What pattern and keep mean here, and what cannot be.
func TestMorePathOptions(t *testing.T) {
	base := serve(t, mediatest.Clip(t))
	for path, same := range map[string]string{
		"segtimeline_pattern": "segtimeline_1", "segtimelinenr_pattern": "segtimelinenr_1", "utc_keep": "tsbd_60", "utc_keep-head": "utc_head",
		"steer_a,b;ttl=7;mode=trigger;qbs=1;default=b": "cdns_a,b/steer_on/steerttl_7/steerbefore_1/steerdefault_b",
		"steer_a,b;ttl=7": "cdns_a,b/steer_a:7,b:7/steerttl_7",
		"eccp_cbcs":       "drm_clearkey/enc_cbcs", "drm_eccp-cenc": "drm_clearkey/enc_cenc",
		"csid_group/steer_a,b;ttl=7": "session_group/cdns_a,b/steer_a:7,b:7/steerttl_7",
	} {
		bodies := [2]string{}
		for i, p := range []string{path, same} {
			u := base + "/livesim2/" + p + "/clip/manifest.mpd?nowDate=2026-09-06T11:13:05Z"
			status, _, body := get(t, u)
			if status != http.StatusOK {
				t.Errorf("%s: %d %s", u, status, body)
			}
			bodies[i] = strings.ReplaceAll(body, "/livesim2/"+p+"/", "/livesim2/…/")
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%s is not %s:\n%s\n%s", path, same, bodies[0], bodies[1])
		}
	}
	for path, want := range map[string]string{
		"segtimeline_2": "1 and pattern", "statuscode_404": "its form is", "statuscode_[{code:404}]": "cycle and code", "statuscode_[{cycle:3,code:200}]": "option fault", "statuscode_[{cycle:3,code:404,foo:1}]": "there are cycle",
		"statuscode_[{cycle:3,code:404,rep:v1,audio}]": "an item for each", "traffic_x5": "u is up", "traffic_u": "how many seconds", "traffic_u10,": "it is empty", "steer_a,b;mode=x": "rotate and trigger",
		"steer_a,b;x=y": "ttl, mode", "steer_a;ttl=0": "option steer", "eccp_x": "cenc and cbcs", "drm_EZDRM-1-key-cbcs": "no system is called",
	} {
		if status, _, body := get(t, base+"/livesim2/"+url.PathEscape(path)+"/clip/manifest.mpd"); status != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %q", path, status, body, want)
		}
	}
}
