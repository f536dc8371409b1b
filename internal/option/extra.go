package option

import (
	"fmt"
	"strings"
)

// ClockTrack is generated subtitles that say what time it is: one language, in one format.
type ClockTrack struct {
	Format   string // wvtt or stpp
	Language string // a BCP 47 tag
}

// mostClockTracks is how many generated subtitles a stream has at most.
const mostClockTracks = 16

// ClockText is which generated subtitles a live stream has.
var ClockText = declare(Info{
	Key: "clocktext", Group: "Additional tracks", Title: "Clock subtitles", Type: "list",
	Help: "Generated subtitles that show the UTC time and the number of the segment, once a second. " +
		"A format is followed by its languages; each language in each format is an AdaptationSet, whatever text the stream has itself.",
	Syntax: "wvtt or stpp, each with : and language tags, commas between all of them (wvtt:en,sv,stpp:en); a format alone is in English; none",
	Choices: []Choice{
		{"wvtt:en", "WebVTT in ISO BMFF, in English"}, {"stpp:en", "TTML (IMSC 1 text), in English"}, {"wvtt:en,sv,stpp:en", "two languages in WebVTT, one in TTML"},
	},
	Modes: []string{"live"}, Scope: Init | Text, Clause: "ISO/IEC 14496-30",
}, readClock, printClock)

// ClockTextWVTT and ClockTextSTPP are livesim2's way to say it: the languages of one format each. They add to ClockText.
var (
	ClockTextWVTT = clockLanguages("timesubswvtt", "WebVTT clock subtitles", "wvtt")
	ClockTextSTPP = clockLanguages("timesubsstpp", "TTML clock subtitles", "stpp")
)

func clockLanguages(key, title, format string) *Option[[]string] {
	return list(Info{
		Key: key, Group: "Additional tracks", Title: title,
		Help:    "Languages of clock subtitles in " + format + ", as livesim2 names them. They are added to those of clocktext.",
		Syntax:  "BCP 47 language tags with commas between them",
		Choices: []Choice{{"en", "English"}, {"en,sv", "English and Swedish"}},
		Modes:   []string{"live"}, Scope: Init | Text,
	}, 35, languageTag)
}

// ClockDuration is how long each cue of clock subtitles is shown.
var ClockDuration = number(Info{
	Key: "timesubsdur", Group: "Additional tracks", Title: "Clock cue duration", Default: "900",
	Help:    "How long each cue of clock subtitles is shown, in milliseconds. Cues begin with the seconds of UTC.",
	Choices: []Choice{{"900", "a gap of a tenth of a second"}, {"1000", "no gap"}},
	Modes:   []string{"live"}, Scope: Text,
}, 1, 1000)

// ClockRegion is where clock subtitles are shown.
var ClockRegion = choice(Info{
	Key: "timesubsreg", Group: "Additional tracks", Title: "Clock region",
	Help:    "Where clock subtitles are shown: TTML by a region, WebVTT by a line setting.",
	Choices: []Choice{{"0", "at the bottom"}, {"1", "at the top"}},
	Modes:   []string{"live"}, Scope: Text,
})

// TrickMode is whether there is a track for fast forward.
var TrickMode = flag(Info{
	Key: "trickmode", Group: "Additional tracks", Title: "Trick mode",
	Help: "Whether there is an AdaptationSet for fast forward and backward. It has the random access points of the video of the lowest bit rate, " +
		"each of which lasts until the next.",
	Modes: anywhere(), Scope: Init | Video, Clause: "DASH-IF IOP 4.3, 3.2.9",
}, false, "an AdaptationSet of random access points only", "none")

// readClock reads formats and their languages: "wvtt:en,sv;stpp:en", and the same with commas throughout.
func readClock(s string) ([]ClockTrack, error) {
	var tracks []ClockTrack
	format, alone := "", false
	add := func(language string) error {
		t := ClockTrack{format, language}
		for _, other := range tracks {
			if strings.EqualFold(other.Language, language) && other.Format == format {
				return fmt.Errorf("%s:%s is there twice", format, language)
			}
		}
		tracks = append(tracks, t)
		return nil
	}
	items := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	for i, item := range items {
		name, language, named := strings.Cut(item, ":")
		if lower := strings.ToLower(name); named || lower == "wvtt" || lower == "stpp" {
			if lower != "wvtt" && lower != "stpp" {
				return nil, fmt.Errorf("%q: the formats are wvtt and stpp", name)
			}
			format, alone = lower, !named
			if alone {
				language = "en"
			}
		} else if language = item; format == "" {
			return nil, fmt.Errorf("%q: a format (wvtt: or stpp:) goes before its languages", item)
		} else if alone {
			return nil, fmt.Errorf("%q follows %s, which has no languages without a colon: write %s:%s", item, items[i-1], format, item)
		}
		if err := languageTag(language); err != nil {
			return nil, about(item, err)
		}
		if err := add(language); err != nil {
			return nil, err
		}
	}
	if len(tracks) > mostClockTracks {
		return nil, fmt.Errorf("%d tracks, at most %d are made", len(tracks), mostClockTracks)
	}
	return tracks, nil
}

func printClock(tracks []ClockTrack) string {
	var b strings.Builder
	for i, t := range tracks {
		if i > 0 {
			b.WriteByte(',')
		}
		if i == 0 || t.Format != tracks[i-1].Format {
			b.WriteString(t.Format + ":")
		}
		b.WriteString(t.Language)
	}
	return b.String()
}

// languageTag refuses what has not the form of a language tag.
func languageTag(tag string) error {
	if len(tag) > 35 {
		return fmt.Errorf("longer than 35 bytes")
	}
	for sub := range strings.SplitSeq(tag, "-") {
		if sub == "" || len(sub) > 8 || strings.Trim(strings.ToLower(sub), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return fmt.Errorf("not a language tag")
		}
	}
	return nil
}
