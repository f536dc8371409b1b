package mediatest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"strings"
	"testing"
)

// Happening is an event as a player reads it: in a segment, or in a manifest. Times are ticks of its timescale.
type Happening struct {
	Scheme, Value string
	Timescale     int64
	Start         int64 // of the manifest's, and of version 1 in media time; of version 0 after the segment's start
	Duration      int64 // -1: not known
	ID            int64
	Data          string
	Version       int // of the box; -1: it is in a manifest
}

// Inband takes a segment apart: the events in it (ISO/IEC 23009-1, 5.10.3.3), for each of its fragments, and the segment without them. Events must stand before the moof.
func Inband(t testing.TB, segment []byte) (fragments [][]Happening, rest []byte) {
	t.Helper()
	var events []Happening
	for len(segment) > 0 {
		if len(segment) < 8 || int(binary.BigEndian.Uint32(segment)) > len(segment) {
			t.Fatalf("a box is cut off: %x", segment[:min(16, len(segment))])
		}
		size := binary.BigEndian.Uint32(segment)
		body := segment[8:size]
		switch string(segment[4:8]) {
		case "emsg":
			events = append(events, emsg(t, body))
		case "mdat":
			if events != nil {
				t.Fatal("events between moof and mdat")
			}
			rest = append(rest, segment[:size]...)
		case "moof":
			fragments, events = append(fragments, events), nil
			rest = append(rest, segment[:size]...)
		default:
			rest = append(rest, segment[:size]...)
		}
		segment = segment[size:]
	}
	return fragments, rest
}

func emsg(t testing.TB, b []byte) Happening {
	t.Helper()
	h := Happening{Version: int(b[0])}
	b = b[4:]
	text := func() string {
		i := bytes.IndexByte(b, 0)
		if i < 0 {
			t.Fatalf("a string without an end: %q", b)
		}
		s := string(b[:i])
		b = b[i+1:]
		return s
	}
	number := func(n int) int64 {
		v := uint64(0)
		for _, c := range b[:n] {
			v = v<<8 | uint64(c)
		}
		b = b[n:]
		return int64(v)
	}
	if h.Version == 0 {
		h.Scheme, h.Value = text(), text()
		h.Timescale, h.Start, h.Duration, h.ID = number(4), number(4), number(4), number(4)
	} else {
		h.Timescale, h.Start, h.Duration, h.ID = number(4), number(8), number(4), number(4)
		h.Scheme, h.Value = text(), text()
	}
	if h.Duration == 0xFFFFFFFF {
		h.Duration = -1
	}
	h.Data = string(b)
	return h
}

// EventPeriod is what a Period says of events.
type EventPeriod struct {
	Start   string `xml:"start,attr"`
	Streams []struct {
		Scheme    string `xml:"schemeIdUri,attr"`
		Value     string `xml:"value,attr"`
		Timescale int64  `xml:"timescale,attr"`
		Offset    int64  `xml:"presentationTimeOffset,attr"`
		Events    []struct {
			Start    int64  `xml:"presentationTime,attr"`
			Duration *int64 `xml:"duration,attr"`
			ID       int64  `xml:"id,attr"`
			Encoding string `xml:"contentEncoding,attr"`
			Text     string `xml:",chardata"`
			Inner    string `xml:",innerxml"`
		} `xml:"Event"`
	} `xml:"EventStream"`
	Sets []struct {
		Kind   string `xml:"contentType,attr"`
		Inband []struct {
			Scheme    string `xml:"schemeIdUri,attr"`
			Value     string `xml:"value,attr"`
			Timescale int64  `xml:"timescale,attr"`
		} `xml:"InbandEventStream"`
	} `xml:"AdaptationSet"`
}

// EventPeriods reads what an MPD says of events (ISO/IEC 23009-1, 5.10.2), Period by Period.
func EventPeriods(t testing.TB, mpd []byte) []EventPeriod {
	t.Helper()
	var m struct {
		Periods []EventPeriod `xml:"Period"`
	}
	if err := xml.Unmarshal(mpd, &m); err != nil {
		t.Fatal(err)
	}
	return m.Periods
}

// Happenings returns the events of a Period, with the bytes that they say: of XML in a Signal those of its Binary, of other XML the XML.
func (p *EventPeriod) Happenings(t testing.TB) []Happening {
	t.Helper()
	var all []Happening
	for _, s := range p.Streams {
		for _, e := range s.Events {
			h := Happening{Scheme: s.Scheme, Value: s.Value, Timescale: s.Timescale, Start: e.Start, Duration: -1, ID: e.ID, Data: e.Text, Version: -1}
			if e.Duration != nil {
				h.Duration = *e.Duration
			}
			encoded := e.Encoding == "base64"
			if strings.HasPrefix(e.Inner, "<") {
				h.Data = e.Inner
				var signal struct{ Binary string }
				if xml.Unmarshal([]byte(e.Inner), &signal) == nil && signal.Binary != "" {
					h.Data, encoded = signal.Binary, true
				}
			}
			if encoded {
				b, err := base64.StdEncoding.DecodeString(h.Data)
				if err != nil {
					t.Fatal(err)
				}
				h.Data = string(b)
			}
			all = append(all, h)
		}
	}
	return all
}
