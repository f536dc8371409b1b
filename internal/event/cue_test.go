package event_test

import (
	"math"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/scte35"
)

// cues returns what the first n events of a Rule are, taken apart.
func cues(t *testing.T, rule string, n int) (at []media.Ticks, all []*scte35.Section, xml []string) {
	t.Helper()
	s := stream(t, rule)
	s.Between(0, math.MaxInt64, func(e event.Event) bool {
		m, err := s.Message(e)
		if err != nil {
			t.Fatal(rule, err)
		}
		section, err := scte35.Parse(m.Data)
		if err != nil {
			t.Fatal(rule, err)
		}
		at, all, xml = append(at, e.At*1000/media.Ticks(s.Timescale)), append(all, section), append(xml, section.XML())
		return len(all) < n
	})
	return at, all, xml
}

// A break of 15 s each minute is one: every cue starts a break that returns by itself after 15 s (ANSI/SCTE 35, 9.8.2), and none says that anything ends.
func TestBreaks(t *testing.T) {
	at, all, _ := cues(t, "scte35 every 60 s for 15 s, announced 7 s ahead", 4)
	for i, s := range all {
		c, ok := s.Command.(scte35.Insert)
		if !ok || at[i] != media.Ticks(i)*60_000 {
			t.Fatalf("cue %d at %d ms: %+v", i, at[i], s)
		}
		if c.EventID != uint32(i) || !c.OutOfNetwork || c.Immediate || c.Cancel || c.Time != (scte35.Instant{Given: true, PTS: uint64(i) * 60 * 90000}) || c.Break == nil || *c.Break != (scte35.Break{AutoReturn: true, Duration: 15 * 90000}) {
			t.Errorf("cue %d: %+v, %+v", i, c, c.Break)
		}
		if len(s.Descriptors) != 0 {
			t.Errorf("cue %d has %+v", i, s.Descriptors)
		}
	}
	_, all, _ = cues(t, "scte35 every=60 for=15 count=3", 3)
	for i, s := range all {
		if c := s.Command.(scte35.Insert); c.AvailNum != uint8(i+1) || c.AvailsExpected != 3 {
			t.Errorf("cue %d of 3 is %d of %d", i, c.AvailNum, c.AvailsExpected)
		}
	}
}

// The same by time_signal: a start, and its end 15 s later (ANSI/SCTE 35, 10.3.3.1). It is what there is when words ask for what only a segmentation_descriptor has.
func TestSignalledBreaks(t *testing.T) {
	for _, rule := range []string{"scte35 every=60 for=15 command=signal", "scte35 every=60 for=15 segtype=0x34", "scte35 every=60 for=15 upid=9:x"} {
		at, all, _ := cues(t, rule, 4)
		for i, s := range all {
			d, ok := s.Descriptors[0].(scte35.Segmentation)
			_, signal := s.Command.(scte35.Signal)
			start, kind, length := media.Ticks(i/2)*60_000, uint8(0x34), uint64(15*90000)
			if i%2 == 1 {
				start, kind, length = start+15_000, 0x35, 0
			}
			if !ok || !signal || at[i] != start || d.Kind != kind || d.Duration != length || d.Timed != (i%2 == 0) || d.EventID != uint32(i/2+1) {
				t.Errorf("%s: cue %d at %d ms: %+v", rule, i, at[i], d)
			}
		}
	}
}

// What is unknown is left out: duration_flag and segmentation_duration_flag are 0.
func TestUnknownBreaks(t *testing.T) {
	for _, command := range []string{"plain", "signal", "insert"} {
		_, all, xml := cues(t, "scte35 every=60 for=unknown command="+command, 2)
		for i, s := range all {
			if c, ok := s.Command.(scte35.Insert); ok && (c.Break != nil || !c.OutOfNetwork) {
				t.Errorf("%s: cue %d: %+v", command, i, c)
			}
			for _, d := range s.Descriptors {
				if d := d.(scte35.Segmentation); d.Timed {
					t.Errorf("%s: cue %d: %+v", command, i, d)
				}
			}
			if strings.Contains(xml[i], "uration") {
				t.Errorf("%s: cue %d: %s", command, i, xml[i])
			}
		}
	}
}

// The longest break that there is a number for is said.
func TestLongBreaks(t *testing.T) {
	for rule, want := range map[string]uint64{"scte35 every=9600h for=95443": 95443 * 90000, "scte35 every=48h for=26h command=insert": 26 * 3600 * 90000} {
		_, all, _ := cues(t, rule, 1)
		if got := all[0].Command.(scte35.Insert).Break.Duration; got != want {
			t.Errorf("%s: %d, want %d", rule, got, want)
		}
	}
}

// Late events are in boxes of version 1 when nobody says which.
func TestLateVersion(t *testing.T) {
	for rule, want := range map[string]uint8{"ping late=2": 1, "ping ahead=2": 0, "callback every=10 late=1 copies=2": 1, "ping late=2 version=1": 1, "ping": 0} {
		if s := stream(t, rule); s.Version != want {
			t.Errorf("%s: version %d, want %d", rule, s.Version, want)
		}
	}
}
