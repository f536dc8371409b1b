package presentation_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// lowLatency is what a manifest of a low latency service says, as a player reads it.
type lowLatency struct {
	Profiles string     `xml:"profiles,attr"`
	Start    string     `xml:"availabilityStartTime,attr"`
	Delay    string     `xml:"suggestedPresentationDelay,attr"`
	Buffer   string     `xml:"minBufferTime,attr"`
	Update   string     `xml:"minimumUpdatePeriod,attr"`
	Clock    []xmlClock `xml:"UTCTiming"`
	Latency  *struct {
		Target    int `xml:"target,attr"`
		Min       int `xml:"min,attr"`
		Max       int `xml:"max,attr"`
		Reference int `xml:"referenceId,attr"`
	} `xml:"ServiceDescription>Latency"`
	Rate *struct {
		Min float64 `xml:"min,attr"`
		Max float64 `xml:"max,attr"`
	} `xml:"ServiceDescription>PlaybackRate"`
	Periods []struct {
		Start string          `xml:"start,attr"`
		Sets  []lowLatencySet `xml:"AdaptationSet"`
	} `xml:"Period"`
}

type xmlClock struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr"`
}

type lowLatencySet struct {
	ID       int    `xml:"id,attr"`
	Kind     string `xml:"contentType,attr"`
	Producer *struct {
		ID     int       `xml:"id,attr"`
		Type   string    `xml:"type,attr"`
		Inband bool      `xml:"inband,attr"`
		Wall   string    `xml:"wallClockTime,attr"`
		Time   int64     `xml:"presentationTime,attr"`
		Clock  *xmlClock `xml:"UTCTiming"`
	} `xml:"ProducerReferenceTime"`
	Template        *lowLatencyTemplate `xml:"SegmentTemplate"`
	Representations []struct {
		ID       string              `xml:"id,attr"`
		Template *lowLatencyTemplate `xml:"SegmentTemplate"`
	} `xml:"Representation"`
}

type lowLatencyTemplate struct {
	Timescale int64   `xml:"timescale,attr"`
	Duration  int64   `xml:"duration,attr"`
	First     int64   `xml:"startNumber,attr"`
	PTO       int64   `xml:"presentationTimeOffset,attr"`
	Ahead     float64 `xml:"availabilityTimeOffset,attr"`
	Complete  string  `xml:"availabilityTimeComplete,attr"`
	Media     string  `xml:"media,attr"`
	S         []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int64  `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

// announcement is a segment as a player computes it: where it is, and from when on, since the start.
type announcement struct {
	url  string
	open float64
}

// announced returns the newest segments that are announced for a Representation, and, where segments are counted, the two after them.
func (x *lowLatencyTemplate) announced(id string, elapsed, period float64) (there, next []announcement) {
	scale := float64(x.Timescale)
	fill := func(number, at int64) string {
		return strings.NewReplacer("$RepresentationID$", id, "$Number$", strconv.FormatInt(number, 10), "$Time$", strconv.FormatInt(at, 10)).Replace(x.Media)
	}
	if x.Duration > 0 {
		open := func(n int64) float64 { return period + float64(n+1)*float64(x.Duration)/scale - x.Ahead }
		n := int64((elapsed - period + x.Ahead) / float64(x.Duration) * scale) // so many are
		for open(n-1) > elapsed {
			n--
		}
		for i := max(0, n-3); i < n+2; i++ {
			a := announcement{fill(x.First+i, 0), open(i)}
			if i < n {
				there = append(there, a)
			} else {
				next = append(next, a)
			}
		}
		return there, next
	}
	at, number := int64(0), x.First
	for _, s := range x.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			there = append(there, announcement{fill(number, at), period + float64(at-x.PTO+s.D)/scale - x.Ahead})
			at, number = at+s.D, number+1
		}
	}
	next = []announcement{{fill(number, at), elapsed + 1e-3}}
	return there[max(0, len(there)-3):], next
}

func readLowLatency(t testing.TB, b []byte) lowLatency {
	t.Helper()
	var m lowLatency
	if err := xml.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func (p player) status(url string) (int, []byte) {
	p.t.Helper()
	res, err := http.Get(fmt.Sprintf(p.base, "live") + url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, b
}

// At any instant what is announced is there, at least its first chunk, and nothing before its time: of video, whose segments are all alike, to the millisecond.
func TestLowLatencyIsAnnouncedAsItIs(t *testing.T) {
	start := time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	ntsc := func(t testing.TB) string {
		return mediatest.FFmpeg(t, "ntsc12.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=12.012", "-f", "lavfi", "-i", "sine=r=44100:d=12", "-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-c:a", "aac")
	}
	for _, c := range []struct {
		name string
		make func(testing.TB) string
		even bool
	}{
		{"mp4", mediatest.Clip, true},
		{"29.97 fps", ntsc, true},
		{"uneven GOPs", kindOf("uneven GOPs"), false},
		{"variable frame rate", kindOf("variable frame rate"), false},
		{"audio only", kindOf("audio only"), false},
		{"subtitles inside", kindOf("subtitles inside"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, c.make(t))
			random := rand.New(rand.NewPCG(7, 11))
			var mpds [][]byte
			for _, options := range []string{"chunkdur=0.5", "chunkdur=0.5&timeline=1", "chunkdur=0.2&timeline=number", "chunkdur=1.2&segdur=3", "chunkdur=0.3&periods=60", "chunkdur=0.3&periods=60&timeline=1"} {
				for range 6 {
					elapsed := time.Duration(random.Int64N(int64(300*24*time.Hour))).Truncate(time.Millisecond) + time.Hour
					now := start.Add(elapsed)
					query := options + "&start=" + start.Format(time.RFC3339) + "&depth=40&now=" + now.Format(time.RFC3339Nano)
					_, body := p.status("manifest.mpd?" + query)
					mpds = append(mpds, body)
					m := readLowLatency(t, body)
					e := &m.Periods[len(m.Periods)-1]
					period := seconds(t, e.Start)
					for _, set := range e.Sets {
						for _, r := range set.Representations {
							template := set.Template
							if template == nil {
								template = r.Template
							}
							there, next := template.announced(r.ID, elapsed.Seconds(), period)
							for _, a := range there {
								if a.open > elapsed.Seconds() {
									continue // listed, and to be asked for a bit later
								}
								if status, b := p.status(a.url); status != http.StatusOK || !bytes.Contains(b, []byte("prft")) {
									t.Fatalf("%s at %v: %s is announced from %.3f on: %d, %.200q", options, elapsed, a.url, a.open, status, b)
								}
							}
							if exact := c.even && set.Kind == "video" && template.Duration > 0; len(m.Periods) == 1 && (exact || template.Duration == 0) {
								for _, a := range next {
									if a.open < elapsed.Seconds()+5e-4 {
										continue
									}
									if status, _ := p.status(a.url); status != http.StatusNotFound {
										t.Errorf("%s at %v: %s is to come at %.3f: %d", options, elapsed, a.url, a.open, status)
									}
								}
							}
						}
					}
				}
			}
			mediatest.Schema(t, mpds...)
		})
	}
}

func kindOf(name string) func(testing.TB) string {
	all := mediatest.Kinds()
	return all[slices.IndexFunc(all, func(k mediatest.Kind) bool { return k.Name == name })].Make
}

func seconds(t testing.TB, s string) float64 {
	t.Helper()
	d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(s, "PT")))
	if err != nil {
		t.Fatalf("%q is no duration", s)
	}
	return d.Seconds()
}

// What a low latency manifest says, and what it does not when nobody asked.
func TestLowLatencyManifest(t *testing.T) {
	p := play(t, mediatest.Clip(t)) // segments of 4 s
	const at = "&start=2026-01-01T00:00:00Z&now=2026-01-02T03:04:05Z"
	get := func(query string) lowLatency {
		_, b := p.status("manifest.mpd?" + query + at)
		return readLowLatency(t, b)
	}
	for _, c := range []struct {
		query                  string
		target                 int
		ahead                  float64
		complete, update       string
		delay, profile, buffer string
	}{
		{"", 0, 0, "", "PT8S", "PT12S", "", ""},
		{"ltgt=6000", 6000, 0, "", "PT8S", "PT6S", "", ""},
		{"chunkdur=0.5", 3500, 3.5, "false", "PT8S", "PT3.5S", "low-latency-live-v5", "PT1.2S"},
		{"chunkdur=0.25&ltgt=1500", 1500, 3.75, "false", "PT8S", "PT1.5S", "low-latency-live-v5", "PT0.5S"},
		{"chunkdur=0.5&timeline=1", 3500, 3.5, "false", "PT1S", "PT3.5S", "low-latency-live-v5", "PT1.2S"},
		{"chunkdur=0.5&timeline=1&mup=3&spd=2", 3500, 3.5, "false", "PT3S", "PT2S", "low-latency-live-v5", "PT1.2S"},
		{"chunkdur=0.5&ato=1", 3500, 1, "false", "PT8S", "PT3.5S", "low-latency-live-v5", "PT1.2S"},
		{"chunkdur=7", 4500, 0, "", "PT8S", "PT4.5S", "low-latency-live-v5", ""}, // nearer than a segment nobody can be
		{"chunkdur=7&ltgt=2000", 2000, 0, "", "PT8S", "PT2S", "low-latency-live-v5", ""},
		{"chunkdur=0.5&segdur=10&ato=1", 9500, 1, "false", "PT20S", "PT9.5S", "low-latency-live-v5", ""},
	} {
		m := get(c.query)
		video := m.Periods[0].Sets[0]
		x := video.Template
		if x.Ahead != c.ahead || x.Complete != c.complete || m.Update != c.update || m.Delay != c.delay || c.buffer != "" && m.Buffer != c.buffer || (c.profile != "") != strings.Contains(m.Profiles, "low-latency") {
			t.Errorf("%s: availabilityTimeOffset %v, complete %q, update %s, delay %s, buffer %s, profiles %s", c.query, x.Ahead, x.Complete, m.Update, m.Delay, m.Buffer, m.Profiles)
		}
		if (m.Latency != nil) != (c.target > 0) || m.Latency != nil && (m.Latency.Target != c.target || m.Latency.Min != c.target*3/4 || m.Latency.Max != 2*c.target) {
			t.Errorf("%s: %+v", c.query, m.Latency)
		}
		if chunked := strings.Contains(c.query, "chunkdur"); chunked != (video.Producer != nil) {
			t.Errorf("%s: %+v", c.query, video.Producer)
		} else if chunked {
			for _, set := range m.Periods[0].Sets {
				x := set.Producer
				if x.ID != set.ID || x.Type != "encoder" || !x.Inband || x.Time != 0 || x.Wall != m.Start || x.Clock == nil || *x.Clock != m.Clock[0] {
					t.Errorf("%s: %+v %+v", c.query, x, m.Clock)
				}
			}
			if m.Latency.Reference != video.ID || m.Rate.Min != 0.96 || m.Rate.Max != 1.04 {
				t.Errorf("%s: %+v %+v", c.query, m.Latency, m.Rate)
			}
		}
	}
	// Whoever has no clock that says times as XML does gets NTP timestamps.
	if x := get("chunkdur=0.5&time=ntp").Periods[0].Sets[0].Producer; x.Clock != nil || x.Wall != strconv.FormatUint(3976214400<<32, 10) {
		t.Errorf("by NTP: %+v", x)
	}
	// In a later Period media times are others.
	m := get("chunkdur=0.5&periods=60&depth=200")
	for i, e := range m.Periods {
		x := e.Sets[0]
		if wall := time.Date(2026, 1, 1, 0, 0, 0, int(seconds(t, e.Start)*1e9), time.UTC); x.Producer.Wall != wall.Format(time.RFC3339Nano) || x.Producer.Time != x.Template.PTO || x.Template.PTO == 0 {
			t.Errorf("Period %d starts at %s: %+v, presentationTimeOffset %d", i, e.Start, x.Producer, x.Template.PTO)
		}
	}
}

// A file whose last segment is short is low latency like any other: the tail is no segment of its own, and where the file says that it is one, others are not late for it.
func TestLowLatencyOfShortTails(t *testing.T) {
	for name, more := range map[string][]string{"cut here": {"-movflags", "+faststart"}, "cut by others": {"-movflags", "frag_keyframe+empty_moov+default_base_moof"}} {
		args := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=20.3", "-f", "lavfi", "-i", "sine=r=44100:d=20.3", "-c:v", "libx264", "-preset", "ultrafast", "-g", "120", "-sc_threshold", "0", "-c:a", "aac"}
		p := play(t, mediatest.FFmpeg(t, "tail.mp4", append(args, more...)...))
		for _, by := range []string{"1", "number"} {
			_, b := p.status("manifest.mpd?chunkdur=0.5&depth=60&timeline=" + by + "&start=2026-01-01T00:00:00Z&now=2026-01-02T03:04:05Z")
			m := readLowLatency(t, b)
			if x := m.Periods[0].Sets[0].Template; x.Ahead < 3.4 || x.Ahead > 3.6 || x.Complete != "false" || m.Latency == nil || m.Latency.Target != 3500 {
				t.Errorf("%s, timeline=%s: availabilityTimeOffset %v, complete %q, %+v", name, by, x.Ahead, x.Complete, m.Latency)
			}
		}
	}
}

// Every look of a manifest has all of it at places that the schema allows.
func TestLowLatencyInEveryLook(t *testing.T) {
	p := play(t, kindOf("subtitles inside")(t))
	looks, err := filepath.Glob(filepath.Join(mediatest.Root(t), "internal", "manifest", "templates", "*.mpd"))
	if err != nil || len(looks) == 0 {
		t.Fatal(err)
	}
	var mpds [][]byte
	for _, path := range looks {
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
		for _, options := range []string{"chunkdur=0.5", "chunkdur=0.5&timeline=1", "chunkdur=0.5&timeline=number&periods=60", "chunkdur=0.5&timeline=list", "ltgt=5000", "chunkdur=0.5&ato=2&time=direct"} {
			status, b := p.status(filepath.Base(path) + "?" + options + "&start=2026-01-01T00:00:00Z&depth=60")
			if status == http.StatusNotFound {
				continue // a look that has no live manifests
			}
			m := readLowLatency(t, b)
			if status != http.StatusOK || m.Latency == nil || strings.Contains(options, "chunkdur") && m.Periods[0].Sets[0].Producer == nil {
				t.Errorf("%s?%s: %d: %+v", filepath.Base(path), options, status, m.Latency)
			}
			mpds = append(mpds, b)
		}
	}
	mediatest.Schema(t, mpds...)
}
