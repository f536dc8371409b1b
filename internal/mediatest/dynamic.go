package mediatest

import (
	"encoding/xml"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Dynamic is a live MPD, or one that was, as a player reads it: attributes as they stand, segments addressed.
type Dynamic struct {
	Type            string    `xml:"type,attr"`
	Start           time.Time `xml:"availabilityStartTime,attr"`
	Publish         time.Time `xml:"publishTime,attr"`
	Depth           string    `xml:"timeShiftBufferDepth,attr"`
	Update          string    `xml:"minimumUpdatePeriod,attr"`
	Delay           string    `xml:"suggestedPresentationDelay,attr"`
	Duration        string    `xml:"mediaPresentationDuration,attr"`
	Location        string
	BaseURL         string
	UTCTiming       []DynamicClock           `xml:"UTCTiming"`
	Periods         []DynamicPeriod          `xml:"Period"`
	Representations []*DynamicRepresentation `xml:"-"`
}

// DynamicClock is a UTCTiming element.
type DynamicClock struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr"`
}

// DynamicPeriod is a Period element.
type DynamicPeriod struct {
	BaseURL  string
	Start    string       `xml:"start,attr"`
	Duration string       `xml:"duration,attr"`
	Sets     []DynamicSet `xml:"AdaptationSet"`
}

// DynamicSet is an AdaptationSet element.
type DynamicSet struct {
	Kind     string           `xml:"contentType,attr"`
	Lang     string           `xml:"lang,attr"`
	Template *DynamicTemplate `xml:"SegmentTemplate"`
	Roles    []DynamicClock   `xml:"Role"`
	Access   []DynamicClock   `xml:"Accessibility"`
	Reps     []struct {
		ID       string           `xml:"id,attr"`
		Codecs   string           `xml:"codecs,attr"`
		Template *DynamicTemplate `xml:"SegmentTemplate"`
	} `xml:"Representation"`
}

// DynamicTemplate is a SegmentTemplate element.
type DynamicTemplate struct {
	Timescale int64  `xml:"timescale,attr"`
	Duration  int64  `xml:"duration,attr"`
	Start     int64  `xml:"startNumber,attr"`
	End       int64  `xml:"endNumber,attr"`
	Offset    string `xml:"availabilityTimeOffset,attr"`
	Init      string `xml:"initialization,attr"`
	Media     string `xml:"media,attr"`
	S         []xmlS `xml:"SegmentTimeline>S"`
}

// DynamicRepresentation is a Representation of the only Period, with what it inherits.
type DynamicRepresentation struct {
	DynamicTemplate
	ID, Codecs, Kind string
	base             *url.URL
}

// ReadDynamic reads the MPD that was loaded from a URL.
func ReadDynamic(t testing.TB, from string, body []byte) *Dynamic {
	t.Helper()
	m := &Dynamic{}
	if err := xml.Unmarshal(body, m); err != nil {
		t.Fatalf("%s: %v\n%s", from, err, body)
	}
	root, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Periods {
		base := root
		for _, b := range []string{m.BaseURL, p.BaseURL} {
			if base, err = base.Parse(b); err != nil {
				t.Fatalf("%s: %v", from, err)
			}
		}
		for _, set := range p.Sets {
			for _, r := range set.Reps {
				tm := set.Template
				if r.Template != nil {
					tm = r.Template
				}
				if tm != nil {
					m.Representations = append(m.Representations, &DynamicRepresentation{*tm, r.ID, r.Codecs, set.Kind, base})
				}
			}
		}
	}
	if len(m.Representations) == 0 {
		t.Fatalf("%s announces nothing:\n%s", from, body)
	}
	return m
}

// URL resolves a URL template.
func (r *DynamicRepresentation) URL(t testing.TB, template string, number, at int64) string {
	t.Helper()
	u, err := r.base.Parse(strings.NewReplacer("$RepresentationID$", r.ID, "$Number$", strconv.FormatInt(number, 10), "$Time$", strconv.FormatInt(at, 10)).Replace(template))
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// Window returns the URLs of the init segment, of all segments that are announced at an instant, and of the one after them.
func (r *DynamicRepresentation) Window(t testing.TB, m *Dynamic, now time.Time) (init string, all []string, after string) {
	t.Helper()
	init = r.URL(t, r.Init, 0, 0)
	if len(r.S) > 0 {
		at := int64(0)
		for _, s := range r.S {
			if s.T != nil {
				at = *s.T
			}
			for range s.R + 1 {
				all = append(all, r.URL(t, r.Media, r.Start+int64(len(all)), at))
				at += s.D
			}
		}
		return init, all, r.URL(t, r.Media, r.Start+int64(len(all)), at)
	}
	d := float64(r.Duration) / float64(r.Timescale)
	first, end := int64(0), r.End-r.Start+1
	if m.Type == "dynamic" {
		elapsed := now.Sub(m.Start).Seconds()
		end = int64(elapsed / d) // those that are complete
		first = max(0, int64((elapsed-Seconds(t, m.Depth))/d))
	}
	for n := first; n < end; n++ {
		all = append(all, r.URL(t, r.Media, n+r.Start, 0))
	}
	return init, all, r.URL(t, r.Media, end+r.Start, 0)
}

// Seconds reads a duration like PT1M30.5S.
func Seconds(t testing.TB, s string) float64 {
	t.Helper()
	m := regexp.MustCompile(`^P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$`).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("duration %q", s)
	}
	sum := 0.0
	for i, unit := range []float64{86400, 3600, 60, 1} {
		if m[i+1] != "" {
			sum += number(t, m[i+1]) * unit
		}
	}
	return sum
}
