package event_test

import (
	"encoding/base64"
	"encoding/xml"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/scte35"
)

// stream makes the Stream of a Rule.
func stream(t *testing.T, rule string) *event.Stream {
	t.Helper()
	s, err := build(rule)
	if err != nil {
		t.Fatal(rule, err)
	}
	return s
}

func build(rule string) (*event.Stream, error) {
	rules, err := event.Read(rule)
	if err != nil {
		return nil, err
	}
	k, err := event.Find(rules[0].Kind)
	if err != nil {
		return nil, err
	}
	spec := k.Spec()
	rules[0].Apply(&spec)
	spec.Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return k.New(spec)
}

func message(t *testing.T, s *event.Stream, i int) event.Message {
	t.Helper()
	n := 0
	var m event.Message
	s.Between(0, math.MaxInt64, func(e event.Event) bool {
		if n++; n <= i {
			return true
		}
		var err error
		if m, err = s.Message(e); err != nil {
			t.Fatal(err)
		}
		return false
	})
	return m
}

// A running dashlive 3.6.1 made these sections of its default events, of which two were asked for.
func TestDashliveCues(t *testing.T) {
	s := stream(t, "scte35 command=insert count=2")
	for i, want := range []string{
		"/AA9AAAAAAAA///wFAUAAAAAf+/+AAAAAP4AAr8gBlQBAgAYAhZDVUVJAAAAAX//AAAAAAAPADQAAAAAno47kA==",
		"/AA7AAAAAAAA///wFAUAAAABf+/+AA27oH4AAr8gBlQBAgAWAhRDVUVJAAAAAX//AAAAAAAPADUAAPXb4sA=",
	} {
		m := message(t, s, i)
		if got := base64.StdEncoding.EncodeToString(m.Data); got != want {
			t.Errorf("event %d: %s, want %s", i, got, want)
		}
		if wrapped := `<scte35:Signal xmlns:scte35="http://www.scte.org/schemas/35/2016"><scte35:Binary>` + want + `</scte35:Binary></scte35:Signal>`; m.XML != wrapped || m.Form != event.Markup {
			t.Errorf("event %d: %s", i, m.XML)
		}
	}
	if s.Scheme != "urn:scte:scte35:2014:xml+bin" || s.Value != "" || s.Version != 1 || s.Timescale != 100 || s.Interval != 1000 || s.Duration != 200 {
		t.Errorf("%+v", s)
	}
}

func TestPing(t *testing.T) {
	s := stream(t, "ping")
	for i, want := range []string{"ping", "pong", "ping"} {
		if m := message(t, s, i); string(m.Data) != want || m.Form != event.Text {
			t.Errorf("event %d: %q", i, m.Data)
		}
	}
	if s.Scheme != "urn:dash-live:pingpong:2022" || s.Value != "0" || s.Version != 0 || !s.Inband || s.Interval != 1000 || s.Duration != 200 {
		t.Errorf("%+v", s)
	}
}

// A cue with command=signal has its end as an event of its own, of the same segmentation event.
func TestSignal(t *testing.T) {
	s := stream(t, `scte35 every=60 at=10,40 for=10 command=signal form=bin segtype=0x36 upid="9:SIGNAL:a b {id}" timescale=90000`)
	var at []media.Ticks
	s.Between(0, 90000*121, func(e event.Event) bool {
		at = append(at, e.At/90000)
		m, err := s.Message(e)
		if err != nil {
			t.Fatal(err)
		}
		section, err := scte35.Parse(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		d := section.Descriptors[0].(scte35.Segmentation)
		number, starts := e.Index/2+1, e.Index%2 == 0
		want := scte35.Segmentation{EventID: uint32(number), UPIDType: 9, UPID: []byte("SIGNAL:a b " + string(rune('0'+number))), Kind: 0x37, Number: 1, Expected: 1}
		if starts {
			want.Kind, want.Timed, want.Duration = 0x36, true, 900000
		}
		if !reflect.DeepEqual(d, want) {
			t.Errorf("event %d: %+v, want %+v", e.Index, d, want)
		}
		if pts := section.Command.(scte35.Signal).Time; !pts.Given || pts.PTS != uint64(e.At) {
			t.Errorf("event %d: %+v", e.Index, pts)
		}
		return true
	})
	if want := []media.Ticks{10, 20, 40, 50, 70, 80, 100, 110}; !reflect.DeepEqual(at, want) {
		t.Errorf("%v, want %v", at, want)
	}
	if s.Scheme != "urn:scte:scte35:2013:bin" {
		t.Error(s.Scheme)
	}
}

// PTS comes round after 2^33 ticks.
func TestLatePTS(t *testing.T) {
	s := stream(t, "scte35 from=95443.8 command=plain")
	section, err := scte35.Parse(message(t, s, 0).Data)
	if err != nil {
		t.Fatal(err)
	}
	if got := section.Command.(scte35.Insert).Time.PTS; got != 95443_80*900-1<<33 {
		t.Error(got)
	}
}

func TestMessages(t *testing.T) {
	for rule, want := range map[string]string{
		`callback url=http://a/{id}?b={id}`:             "http://a/1?b=1",
		`callback`:                                      "/time/head?callback=1",
		`custom scheme=urn:x:y data="one; two {id}"`:    "one; two 1",
		`custom data=base64:AAH/`:                       "\x00\x01\xff",
		`mpd every=30 ahead=5`:                          "2026-01-01T00:00:24.999Z",
		`id3 description=d text="t{id}"`:                "ID3\x04\x00\x00\x00\x00\x00\x0fTXXX\x00\x00\x00\x05\x00\x00\x03d\x00t1",
		`id3 text=` + strings.Repeat("x", 200) + `{id}`: "ID3\x04\x00\x00\x00\x00\x01\x5aTXXX\x00\x00\x01\x50\x00\x00\x03title\x00" + strings.Repeat("x", 200) + "1",
	} {
		if got := message(t, stream(t, rule), 1); string(got.Data) != want {
			t.Errorf("%s: %q, want %q", rule, got.Data, want)
		}
	}
	if s := stream(t, "custom scheme=urn:x:y value=7"); s.Scheme != "urn:x:y" || s.Value != "7" {
		t.Errorf("%+v", s)
	}
	if m := message(t, stream(t, "scte35 form=xml"), 1); string(m.Data) != m.XML || xml.Unmarshal(m.Data, new(struct {
		XMLName xml.Name `xml:"http://www.scte.org/schemas/35/2016 SpliceInfoSection"`
	})) != nil {
		t.Errorf("%s", m.Data)
	}
}

// What is asked for in words is the same as in name=value, and what is printed is read again.
func TestRules(t *testing.T) {
	for text, want := range map[string]string{
		"scte35 every 60 s for 15 s, announced 7 s ahead":                   "scte35 every=60 for=15 ahead=7",
		"SCTE35 every=1min, for=15s ahead=7000ms":                           "scte35 every=60 for=15 ahead=7",
		"ping 3 times announced 500 ms late inband repeated":                "ping count=3 late=0.5 in=segments repeated=1",
		`custom at 1,2.5,4 data="a \"b\"; c" manifest;  ; ping for unknown`: `custom at=1,2.5,4 in=manifest data="a \"b\"; c"; ping for=unknown`,
		`custom value="" data=a=b version 1`:                                `custom version=1 value="" data=a=b`,
		"":                                                                  "",
	} {
		rules, err := event.Read(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := event.Print(rules); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if again, err := event.Read(want); err != nil || !reflect.DeepEqual(again, rules) {
			t.Errorf("%s: %+v (%v), want %+v", want, again, err, rules)
		}
	}
	for text, want := range map[string]string{
		"pong": `"pong"; there are ping`, "ping evry=3": `"evry=3" is no word`, "ping every": "followed by a value", "ping every=x": "no time", "ping every=1 every=2": "twice", "ping ahead=1 late=1": "either",
		`ping value="a`: "not closed", "ping announced soon": "announced is followed", "scte35 upid=2:abc": "8 bytes, not 3", "scte35 upid=abc": "no type", "custom scheme=abc": "absolute", "custom data=base64:a": "base64",
		"ping every=4ms": "shortest", "ping at=5,3": "not in order", "ping at=5,30": "reach into", "ping late=1 version=0": "version=1", "ping copies=11": "1 to 10", "ping ahead=2h": "limit", "ping for=99999999": "32 bits",
		"scte35 every=400d": "no time", "scte35 for=30h": "the longest that SCTE-35 has a number for is 95443 s", "scte35 for=4000h command=signal": "12216795 s", "scte35 segtype=53": "those are 16, ", "scte35 segtype=1": "those are 16, ",
		"scte35 segtype=52 command=plain": "command=signal has one", "scte35 upid=9:a command=null": "command=signal has one", "ping every=0.001": "shortest interval is 10ms", "callback url=javascript:x": "http:// or https://", "callback url=foo": "http:// or https://",
		"callback url=//host/a": "http:// or https://", "callback url=http:///a": "http:// or https://", "mpd value=4": "2 that and a patch", "mpd value=3 manifest": "in=segments", "mpd value=2 every=500ms": "once a second", "mpd value=3": "does not say which manifest", "ping version=2": "none of", "callback url=": "no URL",
	} {
		_, err := event.Read(text)
		if err == nil {
			var s *event.Stream
			if s, err = build(text); err == nil {
				_, err = s.Message(event.Event{})
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something about %s", text, err, want)
		}
	}
}

// What begins in a stretch of time is what counting from the beginning gives, however far from it, and stretches that follow each other have each event once.
func TestBetween(t *testing.T) {
	for _, rule := range []string{"ping", "ping every=0.03 from=0.5", "ping every=7 at=0,0,3,7", "ping every=60 at=10,36,46", "ping count=7", "ping every=0.01 timescale=48000"} {
		s := stream(t, rule)
		starts := s.At
		if starts == nil {
			starts = []media.Ticks{0}
		}
		at := func(i int64) media.Ticks {
			n := int64(len(starts))
			return s.Start + media.Ticks(i/n)*s.Interval + starts[i%n]
		}
		for _, from := range []media.Ticks{0, 1, 49, 50, 700, 12345, 1 << 40} {
			next := int64(-1)
			for step := media.Ticks(0); step < 50; step++ {
				lo, hi := from+step*step, from+(step+1)*(step+1)
				s.Between(lo, hi, func(e event.Event) bool {
					if e.At < lo || e.At >= hi || at(e.Index) != e.At || e.ID != uint32(e.Index) || next >= 0 && e.Index != next {
						t.Fatalf("%s: [%d, %d): %+v, want index %d at %d", rule, lo, hi, e, next, at(e.Index))
					}
					if next < 0 && e.Index > 0 && at(e.Index-1) >= from {
						t.Fatalf("%s: from %d on: %+v is not the first", rule, from, e)
					}
					next = e.Index + 1
					return true
				})
			}
			if last, ok := s.Last(from); ok && (last.At >= from || at(last.Index+1) < from && (s.Count == 0 || last.Index+1 < s.Count)) {
				t.Errorf("%s: the last before %d: %+v", rule, from, last)
			}
			if e, ok := s.Next(from); ok && (e.At < from || e.Index > 0 && at(e.Index-1) >= from) {
				t.Errorf("%s: the next from %d on: %+v", rule, from, e)
			}
		}
	}
}

// A timescale does not move what is given in seconds, nor what a kind has.
func TestTimescale(t *testing.T) {
	s := stream(t, "ping timescale=90000 from=1.5")
	if s.Interval != 900000 || s.Start != 135000 || s.Duration != 180000 {
		t.Errorf("%+v", s)
	}
}

func TestDescribe(t *testing.T) {
	for _, k := range event.Describe().Kinds {
		rules, err := event.Read(k.Example)
		if err != nil || len(rules) != 1 || rules[0].Kind != k.Key || k.Title == "" || k.Help == "" {
			t.Errorf("%s: %s: %v", k.Key, k.Example, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, k := range event.Describe().Kinds {
		f.Add(k.Example)
	}
	f.Add(`ping every 60 s, announced 7 s ahead; custom data="a \" b" 3 times`)
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := event.Read(text)
		if err != nil {
			return
		}
		again, err := event.Read(event.Print(rules))
		if err != nil || !reflect.DeepEqual(again, rules) {
			t.Fatalf("%q: %+v (%v), want %+v", event.Print(rules), again, err, rules)
		}
		for i := range rules {
			k, _ := event.Find(rules[i].Kind)
			spec := k.Spec()
			rules[i].Apply(&spec)
			if s, err := k.New(spec); err == nil {
				n := 0
				s.Between(1<<40, 1<<41, func(e event.Event) bool {
					_, _ = s.Message(e)
					n++
					return n < 3
				})
			}
		}
	})
}

func BenchmarkCue(b *testing.B) {
	s, err := build("scte35")
	if err != nil {
		b.Fatal(err)
	}
	for i := range int64(b.N) {
		if _, err := s.Message(event.Event{Index: i, At: media.Ticks(i) * 1000}); err != nil {
			b.Fatal(err)
		}
	}
}
