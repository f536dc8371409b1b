package option

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/event"
)

// Events is which kinds of event a stream has, with what their own options say.
var Events = list(Info{
	Key: "events", Short: "evs", Group: "Events", Title: "Events",
	Help:   "Kinds of timed events that the stream has, each with a schedule of its own: every ten seconds unless options say another. The option event makes all of them richer.",
	Syntax: "kinds with commas between them: " + strings.Join(event.Keys(), ", "),
	Choices: []Choice{
		{"ping", "dashlive's test event"}, {"scte35", "SCTE-35 cues"}, {"ping,scte35", "both"}, {"callback", "players ask for a URL"}, {"id3", "ID3 tags"},
	},
	Modes: everywhere, Scope: Video | Audio, Clause: "ISO/IEC 23009-1, 5.10",
}, 20, func(s string) error {
	if !slices.Contains(event.Keys(), s) {
		return fmt.Errorf("no such kind of event")
	}
	return nil
})

// EventRules is events by rules.
var EventRules = declare(Info{
	Key: "event", Group: "Events", Title: "Event rules", Type: "text", Syntax: event.RuleSyntax,
	Help: "Timed events by rules: a kind, its schedule, and what it says. They are added to those of the option events. docs/events.md lists all kinds and words.",
	Choices: []Choice{
		{"scte35 every=60 for=15 ahead=7 command=signal form=bin", "a break of 15 s every minute, announced 7 s ahead, as SCTE-35 time_signal"},
		{"callback every=30", "players ask for a URL every half minute"},
		{"id3 every=5 text=hello; custom every=20 scheme=urn:example:quiz data=question in=manifest", "two streams of events"},
		{"ping every=10 copies=3 late=2", "each of them three times, and too late"},
	},
	Modes: everywhere, Scope: Video | Audio, Clause: "ISO/IEC 23009-1, 5.10",
}, event.Read, event.Print)

// PingSchedule and CueSchedule are what EventRules has for ping and scte35, without the kind.
var (
	PingSchedule = eventRule("ping", "Ping events", "every=10 for=2 in=manifest")
	CueSchedule  = eventRule("scte35", "SCTE-35 events", "every 60 s for 15 s, announced 7 s ahead")
)

func eventRule(kind, group, example string) *Option[event.Rule] {
	return declare(Info{
		Key: kind, Group: group, Title: "Schedule", Type: "text", Syntax: event.ScheduleSyntax,
		Help:    "That the stream has events of kind " + kind + ", and when, in words. What it does not say the other options of the kind do.",
		Choices: []Choice{{example, "one's own schedule"}}, Modes: everywhere, Scope: Video | Audio,
	}, func(s string) (event.Rule, error) { return event.ReadSchedule(kind, s) }, func(r event.Rule) string { return r.Schedule() })
}

// The schedule of ping events, as dashlive has it. Times are ticks of PingTimescale.
var (
	PingCount     = eventCount("ping", "pin")
	PingDuration  = eventDuration("ping", "pin")
	PingInband    = eventInband("ping", "pin")
	PingInterval  = eventInterval("ping", "pin")
	PingStart     = eventStart("ping", "pin")
	PingTimescale = eventTimescale("ping", "pin")
	PingValue     = eventValue("ping", "pin", "0")
	PingVersion   = eventVersion("ping", "pin", "0")
)

// The same of SCTE-35 cues, and the programme that they are of.
var (
	CueCount     = eventCount("scte35", "sct")
	CueDuration  = eventDuration("scte35", "sct")
	CueInband    = eventInband("scte35", "sct")
	CueInterval  = eventInterval("scte35", "sct")
	CueStart     = eventStart("scte35", "sct")
	CueTimescale = eventTimescale("scte35", "sct")
	CueValue     = eventValue("scte35", "sct", "")
	CueVersion   = eventVersion("scte35", "sct", "1")
	CueProgram   = number(eventInfo("scte35", "sct", "program_id", "Program", "1620", "unique_program_id of splice_insert."), 0, 0xFFFF)
)

// eventInfo describes an option of one kind of event.
func eventInfo(kind, short, name, title, initial, help string) Info {
	group := map[string]string{"ping": "Ping events", "scte35": "SCTE-35 events"}[kind]
	return Info{
		Key: kind + "__" + name, Short: short + strings.ToUpper(name[:1]) + name[1:4], Group: group, Title: title, Default: initial, Help: help,
		Modes: everywhere, Scope: Video | Audio, Clause: "ISO/IEC 23009-1, 5.10",
	}
}

const mostTicks = 1 << 52

func eventCount(kind, short string) *Option[int64] {
	return number(eventInfo(kind, short, "count", "Count", "0", "How many events there are; 0: they go on."), 0, 1<<32-1)
}

func eventDuration(kind, short string) *Option[int64] {
	return number(eventInfo(kind, short, "duration", "Duration", "200", "How long each event lasts, in ticks of the timescale."), 0, 1<<32-2)
}

func eventInband(kind, short string) *Option[bool] {
	return flag(eventInfo(kind, short, "inband", "In-band", "", "Whether events are in segments, or else in the manifest."), true, "emsg boxes in segments", "an EventStream in the manifest")
}

func eventInterval(kind, short string) *Option[int64] {
	return number(eventInfo(kind, short, "interval", "Interval", "1000", "After how long the next event comes, in ticks of the timescale."), 1, mostTicks)
}

func eventStart(kind, short string) *Option[int64] {
	return number(eventInfo(kind, short, "start", "Start", "0", "When the first event is, in ticks of the timescale, from the start of the stream on."), 0, mostTicks)
}

func eventTimescale(kind, short string) *Option[int64] {
	return number(eventInfo(kind, short, "timescale", "Timescale", "100", "Ticks in a second of what events say."), 1, 1<<32-1)
}

func eventValue(kind, short, initial string) *Option[string] {
	info := eventInfo(kind, short, "value", "Value", initial, "The value that stands beside the scheme.")
	info.Syntax = "up to 200 bytes of text"
	return text(info, 200, nil)
}

func eventVersion(kind, short, initial string) *Option[string] {
	info := eventInfo(kind, short, "version", "emsg version", initial, "The version of emsg boxes. SCTE-35 cues and late events have 1, whatever is asked for; so have boxes of segments that do not begin on a tick of the timescale, after which no whole number of ticks would be exact.")
	info.Choices = []Choice{{"0", "times after the start of the segment"}, {"1", "times in the media"}}
	return choice(info)
}
