package mediatest

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// MPD is a manifest as a player reads it (ISO/IEC 23009-1): what is announced, spelled out.
type MPD struct {
	Title                       string
	Profiles                    string
	Duration, MinBuffer, MaxSeg float64 // seconds
	Representations             []Announced
}

// Announced is a Representation with all that it inherits.
type Announced struct {
	ID, MimeType, Codecs, Lang string
	Period                     string // its id
	Set                        int    // AdaptationSet, from 0
	SAP                        int    // startWithSAP, subsegmentStartsWithSAP
	Bandwidth                  int
	Timescale                  int64
	Init                       string // URL, relative to the MPD's
	Nominal                    int64  // @duration; 0 when there is a SegmentTimeline
	Segments                   []AnnouncedSegment
	// Of a Representation that is one file.
	File, InitRange, IndexRange string
}

// AnnouncedSegment is one segment of an Announced.
type AnnouncedSegment struct {
	URL             string
	Number          int
	Start, Duration int64
}

type xmlS struct {
	T *int64 `xml:"t,attr"`
	D int64  `xml:"d,attr"`
	R int    `xml:"r,attr"`
}

type xmlAddress struct {
	Timescale      int64  `xml:"timescale,attr"`
	Duration       int64  `xml:"duration,attr"`
	StartNumber    *int   `xml:"startNumber,attr"`
	EndNumber      int    `xml:"endNumber,attr"`
	Media          string `xml:"media,attr"`
	InitTemplate   string `xml:"initialization,attr"`
	IndexRange     string `xml:"indexRange,attr"`
	Initialization struct {
		Source string `xml:"sourceURL,attr"`
		Range  string `xml:"range,attr"`
	}
	S    []xmlS `xml:"SegmentTimeline>S"`
	URLs []struct {
		Media string `xml:"media,attr"`
	} `xml:"SegmentURL"`
}

type xmlMPD struct {
	Title     string `xml:"ProgramInformation>Title"`
	Profiles  string `xml:"profiles,attr"`
	Duration  string `xml:"mediaPresentationDuration,attr"`
	MinBuffer string `xml:"minBufferTime,attr"`
	MaxSeg    string `xml:"maxSegmentDuration,attr"`
	BaseURL   string `xml:"BaseURL"`
	Periods   []struct {
		ID      string   `xml:"id,attr"`
		BaseURL string   `xml:"BaseURL"`
		Sets    []xmlSet `xml:"AdaptationSet"`
	} `xml:"Period"`
}

type xmlSet struct {
	MimeType       string      `xml:"mimeType,attr"`
	Lang           string      `xml:"lang,attr"`
	SAP            int         `xml:"startWithSAP,attr"`
	SubSAP         int         `xml:"subsegmentStartsWithSAP,attr"`
	Template       *xmlAddress `xml:"SegmentTemplate"`
	Representation []struct {
		ID        string      `xml:"id,attr"`
		Codecs    string      `xml:"codecs,attr"`
		Bandwidth int         `xml:"bandwidth,attr"`
		BaseURL   string      `xml:"BaseURL"`
		Template  *xmlAddress `xml:"SegmentTemplate"`
		List      *xmlAddress `xml:"SegmentList"`
		Base      *xmlAddress `xml:"SegmentBase"`
	}
}

// ReadMPD reads an MPD: all Representations of all Periods, one after the other.
func ReadMPD(t testing.TB, b []byte) MPD {
	t.Helper()
	var x xmlMPD
	if err := xml.Unmarshal(b, &x); err != nil {
		t.Fatalf("MPD: %v\n%s", err, b)
	}
	m := MPD{Title: x.Title, Profiles: x.Profiles, Duration: seconds(t, x.Duration), MinBuffer: seconds(t, x.MinBuffer), MaxSeg: seconds(t, x.MaxSeg)}
	sets := 0
	for _, p := range x.Periods {
		base := against(t, x.BaseURL, p.BaseURL)
		for _, set := range p.Sets {
			for _, a := range set.announced(t, sets) {
				a.Period = p.ID
				a.within(t, base)
				m.Representations = append(m.Representations, a)
			}
			sets++
		}
	}
	return m
}

// against returns a URL in a document whose base is another (RFC 3986, 5).
func against(t testing.TB, base, ref string) string {
	t.Helper()
	if base == "" || ref == "" {
		return base + ref
	}
	b, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.Parse(ref)
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// within resolves all URLs of a.
func (a *Announced) within(t testing.TB, base string) {
	t.Helper()
	if base == "" {
		return
	}
	for _, u := range []*string{&a.Init, &a.File} {
		if *u != "" {
			*u = against(t, base, *u)
		}
	}
	for i := range a.Segments {
		a.Segments[i].URL = against(t, base, a.Segments[i].URL)
	}
}

// announced returns the Representations of AdaptationSet number i.
func (set *xmlSet) announced(t testing.TB, i int) (all []Announced) {
	t.Helper()
	for _, r := range set.Representation {
		a := Announced{
			ID: r.ID, MimeType: set.MimeType, Codecs: r.Codecs, Lang: set.Lang, Set: i, SAP: set.SAP + set.SubSAP, Bandwidth: r.Bandwidth, Timescale: 1, File: r.BaseURL,
		}
		switch {
		case r.Base != nil:
			a.Timescale, a.InitRange, a.IndexRange = r.Base.Timescale, r.Base.Initialization.Range, r.Base.IndexRange
		case r.List != nil:
			a.list(t, r.List)
		case r.Template != nil:
			a.template(t, r.Template)
		case set.Template != nil:
			a.template(t, set.Template)
		default:
			t.Fatalf("%s has no address", r.ID)
		}
		all = append(all, a)
	}
	return all
}

// seconds returns a duration, 0 where there is none.
func seconds(t testing.TB, s string) float64 {
	t.Helper()
	if s == "" {
		return 0
	}
	m := regexp.MustCompile(`^PT([0-9]+(?:\.[0-9]+)?)S$`).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("duration %q", s)
	}
	return number(t, m[1])
}

func (a *Announced) list(t testing.TB, x *xmlAddress) {
	t.Helper()
	a.Timescale, a.Init = x.Timescale, x.Initialization.Source
	a.times(x)
	if len(x.URLs) != len(a.Segments) {
		t.Fatalf("%s: %d SegmentURLs, %d segments in its timeline", a.ID, len(x.URLs), len(a.Segments))
	}
	for i := range x.URLs {
		a.Segments[i].URL = x.URLs[i].Media
	}
}

func (a *Announced) template(t testing.TB, x *xmlAddress) {
	t.Helper()
	a.Timescale, a.Nominal = x.Timescale, x.Duration
	a.Init = strings.ReplaceAll(x.InitTemplate, "$RepresentationID$", a.ID)
	if a.Nominal > 0 {
		for i := 1; i <= x.EndNumber; i++ {
			a.Segments = append(a.Segments, AnnouncedSegment{Start: int64(i-1) * a.Nominal, Duration: a.Nominal})
		}
	} else {
		a.times(x)
	}
	first := 1
	if x.StartNumber != nil {
		first = *x.StartNumber
	}
	for i := range a.Segments {
		s := &a.Segments[i]
		s.Number = first + i
		s.URL = strings.NewReplacer("$RepresentationID$", a.ID, "$Number$", strconv.Itoa(s.Number), "$Time$", fmt.Sprint(s.Start)).Replace(x.Media)
	}
}

func (a *Announced) times(x *xmlAddress) {
	at := int64(0)
	for _, s := range x.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			a.Segments = append(a.Segments, AnnouncedSegment{Start: at, Duration: s.D})
			at += s.D
		}
	}
}
