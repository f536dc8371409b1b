package scte35_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"reflect"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/scte35"
)

// samples are the standard's examples (ANSI/SCTE 35 2019, 14), and two sections that a running dashlive made.
func samples() map[string]string {
	return map[string]string{
		"placement opportunity start": "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==",
		"splice_insert":               "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=",
		"placement opportunity end":   "/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=",
		"program start and end":       "/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQAACZcuND",
		"program overlap start":       "/DAvAAAAAAAA///wBQb+rr//ZAAZAhdDVUVJSAAACH+fCAgAAAAALKVs9RcAAJUdsKg=",
		"dashlive even":               "/AA9AAAAAAAA///wFAUAAAAAf+/+AAAAAP4AAr8gBlQBAgAYAhZDVUVJAAAAAX//AAAAAAAPADQAAAAAno47kA==",
		"dashlive odd":                "/AA7AAAAAAAA///wFAUAAAABf+/+AA27oH4AAr8gBlQBAgAWAhRDVUVJAAAAAX//AAAAAAAPADUAAPXb4sA=",
	}
}

// Every sample is read and written again to the byte. The standard's have a reserved field (sap_type) of 3, dashlive's of 0.
func TestSamples(t *testing.T) {
	for name, text := range samples() {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(name, err)
		}
		s, err := scte35.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := s.Append(nil)
		if err != nil || !bytes.Equal(again, raw) {
			t.Errorf("%s: %x (%v), want %x", name, again, err, raw)
		}
		if err := xml.Unmarshal([]byte(s.XML()), new(struct{ XMLName xml.Name })); err != nil {
			t.Errorf("%s: %s: %v", name, s.XML(), err)
		}
	}
}

// What the standard says of its second example (14.2).
func TestInsertSample(t *testing.T) {
	raw, _ := base64.StdEncoding.DecodeString(samples()["splice_insert"])
	s, err := scte35.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := &scte35.Section{
		SAPType: 3, CWIndex: 0xFF, Tier: 0xFFF,
		Command: scte35.Insert{
			EventID: 0x4800008F, OutOfNetwork: true, Time: scte35.Instant{Given: true, PTS: 0x07369C02E}, Break: &scte35.Break{AutoReturn: true, Duration: 0x00052CCF5},
		},
		Descriptors: []scte35.Descriptor{scte35.Avail{ProviderID: 0x135}},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("%+v\nwant %+v", s, want)
	}
}

// What the standard says of its first example (14.1).
func TestSignalSample(t *testing.T) {
	raw, _ := base64.StdEncoding.DecodeString(samples()["placement opportunity start"])
	s, err := scte35.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := scte35.Segmentation{
		EventID: 0x4800008E, Restrictions: &scte35.Restrictions{NoRegionalBlackout: true, Archive: true, Devices: 3}, Timed: true, Duration: 0x0001A599B0,
		UPIDType: 8, UPID: []byte{0, 0, 0, 0, 0x2C, 0xA0, 0xA1, 0x8A}, Kind: 0x34, Number: 2,
	}
	if len(s.Descriptors) != 1 || !reflect.DeepEqual(s.Descriptors[0], want) {
		t.Errorf("%+v\nwant %+v", s.Descriptors, want)
	}
	for _, part := range []string{`<scte35:TimeSignal><scte35:SpliceTime ptsTime="1924989008"/></scte35:TimeSignal>`, `segmentationTypeId="52"`, `segmentationDuration="27630000"`, `segmentationUpidFormat="hexbinary">000000002ca0a18a<`} {
		if !strings.Contains(s.XML(), part) {
			t.Errorf("%s\nhas no %s", s.XML(), part)
		}
	}
}

// all has everything that there is.
func all() []scte35.Section {
	many := []scte35.Descriptor{
		scte35.Avail{ProviderID: 7}, scte35.DTMF{Preroll: 50, Tones: "123*"}, scte35.Time{Seconds: 1 << 40, Nanoseconds: 5, UTCOffset: 37},
		scte35.Audio{Channels: []scte35.AudioChannel{{Component: 1, Language: "eng", BitStreamMode: 2, Channels: 9, FullService: true}}},
		scte35.Unknown{Kind: 0xF0, Bytes: []byte("none")}, scte35.Segmentation{EventID: 9, Cancel: true},
		scte35.Segmentation{EventID: 1, Compliant: true, Components: []scte35.SegmentationComponent{{Tag: 3, Offset: 1 << 32}}, UPIDType: 0xF, UPID: []byte("urn:a&b"), Kind: 0x30, Sub: &scte35.SubSegments{Number: 1, Expected: 2}},
	}
	brk := &scte35.Break{AutoReturn: true, Duration: 1<<33 - 1}
	at := scte35.Instant{Given: true, PTS: 1 << 32}
	return []scte35.Section{
		{Tier: 0xFFF, Command: scte35.Null{}, Descriptors: many}, {PTSAdjustment: 1 << 32, Command: scte35.BandwidthReservation{}}, {Command: scte35.Private{Identifier: 1, Bytes: []byte{1, 2}}},
		{Command: scte35.Signal{}}, {Command: scte35.Signal{Time: at}}, {Command: scte35.Insert{EventID: 3, Cancel: true}},
		{Command: scte35.Insert{Immediate: true, Break: brk, Components: []scte35.Component{{Tag: 1}}}}, {Command: scte35.Insert{Components: []scte35.Component{{Tag: 1, Time: at}, {Tag: 2}}}},
		{Command: scte35.Schedule{Events: []scte35.Scheduled{
			{EventID: 1, Cancel: true}, {EventID: 2, OutOfNetwork: true, Time: 1_400_000_000, Break: brk, ProgramID: 4}, {EventID: 3, Components: []scte35.ScheduledComponent{{Tag: 1, Time: 2}}},
		}}},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, s := range all() {
		raw, err := s.Append(nil)
		if err != nil {
			t.Errorf("%+v: %v", s, err)
			continue
		}
		again, err := scte35.Parse(raw)
		if err != nil || len(s.Descriptors)+len(again.Descriptors) > 0 && !reflect.DeepEqual(s.Descriptors, again.Descriptors) || !reflect.DeepEqual(s.Command, again.Command) {
			t.Errorf("%+v (%v), want %+v", again, err, s)
		}
		if err := xml.Unmarshal([]byte(s.XML()), new(struct{ XMLName xml.Name })); err != nil {
			t.Errorf("%s: %v", s.XML(), err)
		}
	}
}

func TestErrors(t *testing.T) {
	for what, s := range map[string]scte35.Section{
		"no command":   {},
		"34 bits":      {Command: scte35.Signal{Time: scte35.Instant{Given: true, PTS: 1 << 33}}},
		"a long UPID":  {Command: scte35.Null{}, Descriptors: []scte35.Descriptor{scte35.Segmentation{UPID: make([]byte, 256)}}},
		"a long loop":  {Command: scte35.Null{}, Descriptors: slicesOf(scte35.Unknown{Bytes: make([]byte, 255)}, 17)},
		"eight tones":  {Command: scte35.Null{}, Descriptors: []scte35.Descriptor{scte35.DTMF{Tones: "12345678"}}},
		"a long body":  {Command: scte35.Null{}, Descriptors: []scte35.Descriptor{scte35.Unknown{Bytes: make([]byte, 256)}}},
		"a wide tier":  {Command: scte35.Null{}, Tier: 0x1000},
		"a long bytes": {Command: scte35.Private{Bytes: make([]byte, 5000)}},
	} {
		if b, err := s.Append(nil); err == nil {
			t.Errorf("%s: %x", what, b)
		}
	}
	raw, _ := base64.StdEncoding.DecodeString(samples()["splice_insert"])
	for i := range raw {
		broken := bytes.Clone(raw)
		broken[i] ^= 0x10
		if _, err := scte35.Parse(broken); err == nil {
			t.Errorf("byte %d is wrong, and nothing is said", i)
		}
		if _, err := scte35.Parse(raw[:i]); err == nil {
			t.Errorf("%d bytes of %d, and nothing is said", i, len(raw))
		}
	}
}

func slicesOf(d scte35.Descriptor, n int) []scte35.Descriptor {
	var all []scte35.Descriptor
	for range n {
		all = append(all, d)
	}
	return all
}

// What can be read can be written, and is read the same again.
func FuzzParse(f *testing.F) {
	for _, text := range samples() {
		raw, _ := base64.StdEncoding.DecodeString(text)
		f.Add(raw[:len(raw)-4])
	}
	for _, s := range all() {
		raw, _ := s.Append(nil)
		f.Add(raw[:len(raw)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < 3 || len(body) > 4092 {
			return
		}
		// Length and CRC are made right, so that what is behind them is reached.
		n := len(body) + 4 - 3
		raw := bytes.Clone(body)
		raw[1], raw[2] = raw[1]&0xF0|byte(n>>8), byte(n)
		crc := scte35.CRC(raw)
		raw = append(raw, byte(crc>>24), byte(crc>>16), byte(crc>>8), byte(crc))
		s, err := scte35.Parse(raw)
		if err != nil {
			return
		}
		again, err := s.Append(nil)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		twice, err := scte35.Parse(again)
		if err != nil || !reflect.DeepEqual(s, twice) {
			t.Fatalf("%+v (%v), want %+v", twice, err, s)
		}
		if err := xml.Unmarshal([]byte(s.XML()), new(struct{ XMLName xml.Name })); err != nil {
			t.Fatalf("%s: %v", s.XML(), err)
		}
	})
}
