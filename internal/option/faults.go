package option

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/fault"
)

// everywhere is the modes of options that have an effect in all.
var everywhere = []string{"vod", "live", "odvod"}

// Faults is the rules of what goes wrong.
var Faults = declare(Info{
	Key: "fault", Group: "Faults", Title: "Faults", Type: "text", Syntax: fault.Syntax,
	Help: "What goes wrong on purpose: rules, each of which says which requests, what happens to them, and when. Answers say so in the header Dashwright-Fault.",
	Choices: []Choice{
		{"video:404@n=12-14", "three video segments are missing"},
		{"audio:delay=3@every=5", "every fifth audio segment comes 3 s late"},
		{"manifest:503,retry=10@t=30-40/60", "the manifest is unavailable for 10 s of every minute"},
		{"media:cut=50%@try=1/3", "every third try of a segment ends in the middle"},
		{"video:corrupt@every=3", "every third video segment has damaged pictures"},
	},
	Modes: everywhere, Scope: Media | Clock | Steering | Licence,
}, fault.Parse, fault.Print)

// VideoErrors, AudioErrors and TextErrors are errors of segments, ManifestErrors those of manifests.
var (
	VideoErrors = errorList("verr", "vhe", "Video errors", "video segments", "0 is the init segment. ", Init|Video)
	AudioErrors = errorList("aerr", "ahe", "Audio errors", "audio segments", "0 is the init segment. ", Init|Audio)
	TextErrors  = errorList("terr", "the", "Text errors", "text segments", "0 is the init segment. ", Init|Text)

	ManifestErrors = errorList("merr", "mhe", "Manifest errors", "the manifest", "A number is the value of the option update. ", 0)
)

// errorList declares one of dashlive's error options.
func errorList(key, short, title, what, number string, scope Scope) *Option[[]fault.Trigger] {
	help := "Errors for " + what + ", as statuses and where. " + number
	if scope == 0 {
		help += "A time is when the manifest is loaded, to within an update period."
	} else {
		help += "A time is when in the stream; without a date it is that time of any day, and the time since the start where a stream is not live. Whether segments are addressed by number or by time does not matter."
	}
	return triggers(Info{
		Key: key, Short: short, Group: "Faults", Title: title, Help: help, Syntax: fault.ErrorSyntax,
		Choices: []Choice{{"404=5", "404 for number 5"}, {"503=10:00:05Z", "503 at five seconds past ten"}},
		Modes:   everywhere, Scope: scope,
	}, fault.ReadErrors)
}

func triggers(info Info, read func(string) ([]fault.Trigger, error)) *Option[[]fault.Trigger] {
	info.Type = "list"
	return declare(info, read, fault.PrintTriggers)
}

// Failures is how often a client gets each error.
var Failures = number(Info{
	Key: "failures", Short: "hfc", Group: "Faults", Title: "Failures", Default: "0",
	Help:    "How often an error with a status from 500 on is answered before what was asked for is, once; then it begins again. Tries are counted for each client and URL. 0: always.",
	Choices: []Choice{{"0", "always"}, {"2", "the third try works"}},
	Modes:   everywhere, Scope: Media,
}, 0, 1000)

// Corruption is which video segments have damaged pictures, CorruptFrames how many of them.
var (
	Corruption = triggers(Info{
		Key: "vcorrupt", Short: "vcor", Group: "Faults", Title: "Video corruption", Syntax: fault.PlaceSyntax,
		Help: "Video segments whose pictures are damaged: junk is written over the end of some that others refer to. " +
			"A time is when in the stream; without a date it is that time of any day, and the time since the start where a stream is not live.",
		Choices: []Choice{{"5", "segment 5"}, {"00:00:10Z", "what is shown after ten seconds"}},
		Modes:   everywhere, Scope: Video,
	}, fault.ReadPlaces)
	CorruptFrames = number(Info{
		Key: "frames", Short: "vcfc", Group: "Faults", Title: "Corrupted frames", Default: "4",
		Help:  "How many NAL units of a segment vcorrupt damages at most: as many as pictures, where each is one slice.",
		Modes: everywhere, Scope: Video,
	}, 1, 10_000)
)

// Session names who tries.
var Session = text(Info{
	Key: "session", Group: "Faults", Title: "Session",
	Help:   "A name of the player's own choice, so that its tries are counted apart from those of others behind the same address.",
	Syntax: "up to 64 letters, digits, - _ .",
	Modes:  everywhere, Scope: Media | Clock | Steering | Licence,
}, 64, func(s string) error {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' && c != '.' {
			return fmt.Errorf("has a character that is none of those")
		}
	}
	return nil
})
