package app_test

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// The API says of events what they say of themselves.
func TestEventsOfTheAPI(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	var got any
	if err := json.Unmarshal(get(t, base+"/api/v1/events"), &got); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(event.Describe())
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// The standard's first example (ANSI/SCTE 35 2019, 14.1), as it says what is in it.
func TestCuesOfTheAPI(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	const sample = "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg=="
	for _, form := range []string{url.QueryEscape(sample), sample, "fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e"} {
		var c api.Cue
		if err := json.Unmarshal(get(t, base+"/api/v1/scte35?section="+form), &c); err != nil {
			t.Fatal(err)
		}
		if c.Command != "time_signal" || *c.PTS != 21388.766756 && int(*c.PTS*1000) != 21388766 || c.Break != nil || !reflect.DeepEqual(c.Events, []uint32{0x4800008E}) || c.Base64 != sample {
			t.Errorf("%+v", c)
		}
		if d := c.Descriptors; len(d) != 1 || d[0].Tag != 2 || d[0].Title != "provider placement opportunity start" || *d[0].Duration != 307 || d[0].UPID != "8:0x000000002ca0a18a" {
			t.Errorf("%+v", d)
		}
		if !strings.Contains(c.XML, `segmentationEventId="1207959694"`) {
			t.Error(c.XML)
		}
	}
	for section, want := range map[string]string{"": "section", "zz": "neither", "fc30": "begins", "fc3011000000000000fffff00000007bbd": "section_length"} {
		if status, b := status(t, base+"/api/v1/scte35?section="+section); status != 400 && status != 422 || !strings.Contains(b, want) {
			t.Errorf("%q: %d %s", section, status, b)
		}
	}
}
