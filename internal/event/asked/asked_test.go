package asked_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/event/asked"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/scte35"
)

// What options ask for, in numbers: dashlive's have its defaults, and schedules in words go before them.
func TestStreams(t *testing.T) {
	options := option.NewRegistry(option.Common()...)
	for query, want := range map[string][]string{
		"":                   nil,
		"events=ping":        {"urn:dash-live:pingpong:2022 0 100: every 1000 from 0 for 200 × 0, emsg 0"},
		"events=ping,scte35": {"urn:dash-live:pingpong:2022 0 100: every 1000 from 0 for 200 × 0, emsg 0", "urn:scte:scte35:2014:xml+bin  100: every 1000 from 0 for 200 × 0, emsg 1"},
		"events=scte35&scte35__version=0&scte35__value=v&scte35__interval=5000&scte35__duration=9000&scte35__start=7&scte35__timescale=1000&scte35__count=4": {
			"urn:scte:scte35:2014:xml+bin v 1000: every 5000 from 7 for 9000 × 4, emsg 1",
		},
		"events=ping&ping__inband=0&ping__value=x":                                       {"urn:dash-live:pingpong:2022 x 100: every 1000 from 0 for 200 × 0, manifest"},
		"evs=ping&pinInba=0&pinInte=300":                                                 {"urn:dash-live:pingpong:2022 0 100: every 300 from 0 for 200 × 0, manifest"},
		"scte35=every 60 s for 15 s, announced 7 s ahead":                                {"urn:scte:scte35:2014:xml+bin  100: every 6000 from 0 for 1500 × 0, emsg 1, ahead 7s"},
		"scte35=every 60 form=bin&scte35__timescale=90000&scte35__duration=180000":       {"urn:scte:scte35:2013:bin  90000: every 5400000 from 0 for 180000 × 0, emsg 1"},
		"ping=every=5 late=2&events=scte35,ping":                                         {"urn:scte:scte35:2014:xml+bin  100: every 1000 from 0 for 200 × 0, emsg 1", "urn:dash-live:pingpong:2022 0 100: every 500 from 0 for 200 × 0, emsg 1, ahead -2s"},
		"event=ping value=a; ping value=b manifest; mpd&events=ping&ping__interval=7000": {"urn:dash-live:pingpong:2022 0 100: every 7000 from 0 for 200 × 0, emsg 0", "urn:dash-live:pingpong:2022 a 100: every 1000 from 0 for 200 × 0, emsg 0", "urn:dash-live:pingpong:2022 b 100: every 1000 from 0 for 200 × 0, manifest", "urn:mpeg:dash:event:2012 1 100: every 1000 from 0 for -100 × 0, emsg 0"},
	} {
		o, err := options.Parse(strings.NewReplacer(" ", "+", ";", "%3B").Replace(query))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		streams, err := asked.Streams(o, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		var got []string
		for _, s := range streams {
			where := "manifest"
			if s.Inband {
				where = fmt.Sprint("emsg ", s.Version)
			}
			if s.Ahead.Given {
				where += fmt.Sprint(", ahead ", s.Ahead.Duration)
			}
			got = append(got, fmt.Sprintf("%s %s %d: every %d from %d for %d × %d, %s", s.Scheme, s.Value, s.Timescale, s.Interval, s.Start, s.Duration, s.Count, where))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// dashlive's options make dashlive's bytes, as a running dashlive 3.6.1 made them; a schedule in words makes breaks that return by themselves.
func TestCues(t *testing.T) {
	options := option.NewRegistry(option.Common()...)
	for query, want := range map[string][]string{
		"events=scte35&scte35__count=2": {
			"/AA9AAAAAAAA///wFAUAAAAAf+/+AAAAAP4AAr8gBlQBAgAYAhZDVUVJAAAAAX//AAAAAAAPADQAAAAAno47kA==", "/AA7AAAAAAAA///wFAUAAAABf+/+AA27oH4AAr8gBlQBAgAWAhRDVUVJAAAAAX//AAAAAAAPADUAAPXb4sA=",
		},
		"evs=ping,scte35&sctCoun=2&sctInba=0": {
			"/AA9AAAAAAAA///wFAUAAAAAf+/+AAAAAP4AAr8gBlQBAgAYAhZDVUVJAAAAAX//AAAAAAAPADQAAAAAno47kA==", "/AA7AAAAAAAA///wFAUAAAABf+/+AA27oH4AAr8gBlQBAgAWAhRDVUVJAAAAAX//AAAAAAAPADUAAPXb4sA=",
		},
		"scte35=every 60 s for 15 s, announced 7 s ahead": {"splice_insert at 0 for 1350000 true", "splice_insert at 5400000 for 1350000 true"},
		"event=scte35 every=60 for=15":                    {"splice_insert at 0 for 1350000 true", "splice_insert at 5400000 for 1350000 true"},
		"events=scte35&scte35=every=60 for=15":            {"splice_insert at 0 for 1350000 true", "splice_insert at 5400000 for 1350000 true"},
	} {
		o, err := options.Parse(strings.ReplaceAll(query, " ", "+"))
		if err != nil {
			t.Fatal(query, err)
		}
		streams, err := asked.Streams(o, time.Time{})
		if err != nil {
			t.Fatal(query, err)
		}
		var got []string
		s := streams[len(streams)-1]
		s.Between(0, 6001, func(e event.Event) bool {
			m, err := s.Message(e)
			if err != nil {
				t.Fatal(query, err)
			}
			section, err := scte35.Parse(m.Data)
			if err != nil {
				t.Fatal(query, err)
			}
			text := base64.StdEncoding.EncodeToString(m.Data)
			if c := section.Command.(scte35.Insert); section.Descriptors == nil {
				text = fmt.Sprintf("splice_insert at %d for %d %v", c.Time.PTS, c.Break.Duration, c.Break.AutoReturn)
			}
			got = append(got, text)
			return true
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// What cannot be is said.
func TestRefused(t *testing.T) {
	options := option.NewRegistry(option.Common()...)
	for query, want := range map[string]string{
		"events=ping&event=ping": "cannot be told apart", "events=ping&ping__interval=0": "option ping__interval", "events=ping&ping__interval=1&ping__timescale=1000": "shortest", "events=pong": "no such kind",
		"events=mpd": "not live", "event=scte35 every=60 for=99999": "95443 s", "scte35=sometimes": "no word of it", "ping=every=0.001": "shortest interval is 10ms", "scte35=segtype=53": "those are 16, ", "events=scte35&scte35__duration=10000000": "95443 s", "event=ping late=1 version=0": "version=1", "events=scte35&scte35__version=2": "option scte35__version",
	} {
		o, err := options.Parse(strings.ReplaceAll(query, " ", "+"))
		if err == nil {
			_, err = asked.Streams(o, time.Time{})
		}
		if err == nil || errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something about %s", query, err, want)
		}
	}
}
