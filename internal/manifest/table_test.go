package manifest_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/presentation"
)

// node is an element of an MPD.
type node struct {
	XMLName xml.Name
	Attr    []xml.Attr `xml:",any,attr"`
	Kids    []*node    `xml:",any"`
}

func (n *node) get(name string) string {
	for _, a := range n.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *node) has(name string) bool {
	return slices.ContainsFunc(n.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
}

// all returns the elements of that name below n.
func (n *node) all(name string) []*node {
	var found []*node
	for _, k := range n.Kids {
		if k.XMLName.Local == name {
			found = append(found, k)
		}
		found = append(found, k.all(name)...)
	}
	return found
}

func (n *node) child(name string) *node {
	for _, k := range n.Kids {
		if k.XMLName.Local == name {
			return k
		}
	}
	return nil
}

// attributes says which of the named attributes every one of the elements has ("all"), some have ("some"), and none has ("none").
func attributes(list []*node, name string) string {
	n := 0
	for _, e := range list {
		if e.has(name) {
			n++
		}
	}
	switch n {
	case 0:
		return "none"
	case len(list):
		return "all"
	}
	return "some"
}

// row is what the looks of dashlive's vendors have where: its attribute table, as far as that is not a fault.
type row struct {
	profiles          string
	buffer            string // the least minBufferTime
	id, publish, mup  bool
	delay, maxSegment bool
	base              string // element that has the BaseURL
	locations         int
	clock             string // UTCTiming
	title             bool
	period, start     string // Period@id, Period@start of a live manifest
	setID             string // AdaptationSets with @id
	content           bool   // contentType or ContentComponent
	group, most       bool   // group, maxBandwidth
	align             bool   // segmentAlignment
	template          string // element that has the SegmentTemplate
	url               string // $Number$ or $Time$
	pto               bool
	codecs            string // element that has them
	scan              bool   // sar
	channels          string // element that has AudioChannelConfiguration
	extension         string
}

func table() map[string]row {
	const live, dvb = "urn:mpeg:dash:profile:isoff-live:2011", "urn:dvb:dash:profile:dvb-dash:2014"
	return map[string]row{
		"hand_made.mpd": {
			live + "," + dvb, "PT1.5S", true, true, true, true, false, "Period", 1, "", true, "p0", "PT0S", "all", true, false, false, true, "AdaptationSet", "$Number$", true, "Representation", false, "AdaptationSet", "m4v"},
		"manifest_a.mpd": {
			live + ",urn:com:dashif:dash264,urn:hbbtv:dash:profile:isoff-live:2012", "PT10S", false, true, true, false, true, "Period", 0, "", false, "1", "PT0S", "some", false, true, true, true, "AdaptationSet", "$Time$", false,
			"Representation", false, "", "m4v"},
		"manifest_e.mpd": {
			live + "," + dvb, "PT5.000S", false, true, true, true, true, "MPD", 2, "", false, "0", "PT0S", "none", true, false, false, true, "AdaptationSet", "$Number$", true, "Representation", true, "Representation", "m4v"},
		"manifest_ef.mpd": {
			dvb + ",urn:dvb:dash:profile:dvb-dash:isoff-ext-live:2014", "PT4.000S", false, true, false, false, false, "MPD", 0, "", false, "p1", "PT0.000S", "none", false, false, false, true, "Representation", "$Number$", false,
			"AdaptationSet", true, "Representation", "m4v"},
		"manifest_h.mpd": {
			live, "PT1S", false, false, true, false, false, "MPD", 0, "", false, "p0", "PT0S", "none", false, false, false, true, "AdaptationSet", "$Number$", true, "Representation", true, "", "m4v"},
		"manifest_i.mpd": {
			live, "PT9S", false, false, true, false, false, "MPD", 0, "urn:mpeg:dash:utc:direct:2014", false, "p0", "PT0S", "none", false, false, false, true, "AdaptationSet", "$Number$", false, "Representation", false, "", "m4v"},
		"manifest_n.mpd": {
			live, "PT8.0S", false, true, true, false, false, "Period", 0, "", false, "p0", "PT0S", "some", false, false, false, true, "AdaptationSet", "$Time$", true, "Representation", false, "", "m4v"},
	}
}

func TestAttributeTable(t *testing.T) {
	a := bbb(t)
	for name, want := range table() {
		t.Run(name, func(t *testing.T) {
			l, err := load(t).Look(name)
			if err != nil {
				t.Fatal(err)
			}
			p := ask(t, a, l, presentation.Live, "")
			p.MinBuffer = 0 // the look's own
			doc, err := l.Render(p)
			if err != nil {
				t.Fatal(err)
			}
			var mpd node
			if err := xml.Unmarshal(doc, &mpd); err != nil {
				t.Fatal(err)
			}
			checkRow(t, &mpd, want)
		})
	}
}

func checkRow(t *testing.T, mpd *node, want row) {
	t.Helper()
	is := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	sets, reps := mpd.all("AdaptationSet"), mpd.all("Representation")
	period := mpd.child("Period")
	is("AdaptationSets", len(sets), 4)
	is("Representations", len(reps), 5)
	is("profiles", mpd.get("profiles"), want.profiles)
	is("minBufferTime", mpd.get("minBufferTime"), want.buffer)
	is("MPD@id", mpd.has("id"), want.id)
	is("publishTime", mpd.has("publishTime"), want.publish)
	is("minimumUpdatePeriod", mpd.has("minimumUpdatePeriod"), want.mup)
	is("timeShiftBufferDepth", mpd.get("timeShiftBufferDepth"), "PT30M0S")
	is("suggestedPresentationDelay", mpd.has("suggestedPresentationDelay"), want.delay)
	is("maxSegmentDuration", mpd.has("maxSegmentDuration"), want.maxSegment)
	is("Locations", len(mpd.all("Location")), want.locations)
	is("title", mpd.child("ProgramInformation") != nil, want.title)
	is("Period@id", period.get("id"), want.period)
	is("Period@start", period.get("start"), want.start)
	is("Period@duration", period.has("duration"), false)
	is("AdaptationSet@id", attributes(sets, "id"), want.setID)
	is("contentType", attributes(sets, "contentType") == "all" || len(mpd.all("ContentComponent")) > 0, want.content)
	is("group", attributes(sets, "group") == "all", want.group)
	is("maxBandwidth", attributes(sets, "maxBandwidth") == "all", want.most)
	is("segmentAlignment", attributes(sets, "segmentAlignment") == "all", want.align)
	is("audioSamplingRate", attributes(reps[2:4], "audioSamplingRate"), "all")
	is("sar", attributes(reps[:2], "sar") == "all", want.scan)
	var clocks []string
	for _, c := range mpd.all("UTCTiming") {
		clocks = append(clocks, c.get("schemeIdUri"))
	}
	is("UTCTiming", strings.Join(clocks, " "), want.clock)
	for name, of := range map[string]string{"BaseURL": want.base, "SegmentTemplate": want.template, "AudioChannelConfiguration": want.channels} {
		for _, parent := range []string{"MPD", "Period", "AdaptationSet", "Representation"} {
			all := append(mpd.all(parent), mpd)
			some := slices.ContainsFunc(all, func(e *node) bool { return e.XMLName.Local == parent && e.child(name) != nil })
			is(name+" in "+parent, some, parent == of)
		}
	}
	for parent, list := range map[string][]*node{"AdaptationSet": sets, "Representation": reps} {
		is("codecs of "+parent, attributes(list, "codecs") == "all", parent == want.codecs)
	}
	for i, s := range mpd.all("SegmentTemplate") {
		is("presentationTimeOffset", s.has("presentationTimeOffset"), want.pto)
		is("startNumber", s.has("startNumber"), want.url == "$Number$")
		is("SegmentTimeline", s.child("SegmentTimeline") != nil, want.url == "$Time$")
		is("media", strings.Contains(s.get("media"), want.url), true)
		if i == 0 {
			is("extension", strings.Contains(s.get("media"), "."+want.extension) && strings.Contains(s.get("initialization"), "init."+want.extension), true)
		}
	}
}
