package option

// anywhere is all modes.
func anywhere() []string { return []string{"vod", "live", "odvod"} }

// Adaptive is whether there is video in several bit rates.
var Adaptive = flag(Info{
	Key: "abr", Short: "ab", Group: "Tracks", Title: "Adaptive bit rate",
	Help:  "Whether video is there in all of its bit rates.",
	Modes: anywhere(), Clause: "ISO/IEC 23009-1, 5.3.5",
}, true, "all Representations", "only the one of the lowest bit rate in each AdaptationSet of video")

// AudioCodec is which audio is announced.
var AudioCodec = text(Info{
	Key: "acodec", Short: "ac", Group: "Tracks", Title: "Audio codec", Default: "any",
	Help:    "Audio whose codecs string begins with this is announced. ec-3 takes ac-3 too.",
	Syntax:  "the beginning of an RFC 6381 codecs string",
	Choices: []Choice{{"any", "all audio"}, {"mp4a", "AAC"}, {"ec-3", "Dolby Digital Plus and Dolby Digital"}, {"opus", "Opus"}},
	Modes:   anywhere(), Scope: Audio | Image, Clause: "RFC 6381",
}, 64, nil)

// MainAudio is the Representation of the audio that is played unless somebody chooses.
var MainAudio = representation(Info{
	Key: "main_audio", Short: "ma", Group: "Tracks", Title: "Main audio",
	Help: "The audio with the role main: the id of one of its Representations. It is listed first, and all others get the role alternate. " +
		"Without it audio that has no role is main if it is alone; of several the first is, and the others are alternate.",
	Modes: anywhere(), Clause: "ISO/IEC 23009-1, 5.8.5.5",
})

// DescriptiveAudio is the Representation of audio for the visually impaired.
var DescriptiveAudio = representation(Info{
	Key: "ad_audio", Short: "ad", Group: "Tracks", Title: "Audio description",
	Help:  "The audio that describes the pictures: the id of one of its Representations. It gets an Accessibility descriptor, urn:tva:metadata:cs:AudioPurposeCS:2007 with 1, unless it is the main audio.",
	Modes: anywhere(), Clause: "ISO/IEC 23009-1, 5.8.4.3",
})

// MainText is the Representation of the text that is shown unless somebody chooses.
var MainText = representation(Info{
	Key: "main_text", Short: "mt", Group: "Tracks", Title: "Main text",
	Help: "The text with the role main: the id of one of its Representations. It is listed before other text, which gets the role alternate. " +
		"When it is in the language of the video or the main audio it is marked as for the hard of hearing, urn:tva:metadata:cs:AudioPurposeCS:2007 with 2.",
	Modes: anywhere(), Clause: "ISO/IEC 23009-1, 5.8.5.5",
})

func representation(info Info) *Option[string] {
	info.Syntax = "the id of a Representation; none"
	return text(info, 200, nil)
}

// TextCodec is which text is announced.
var TextCodec = text(Info{
	Key: "tcodec", Short: "tc", Group: "Tracks", Title: "Text codec",
	Help:    "Text whose codecs string begins with this is announced. Of a TTML profile (stpp.ttml.im1t) the profile's own name will do.",
	Syntax:  "the beginning of an RFC 6381 codecs string",
	Choices: []Choice{{"im1t|etd1", "IMSC 1 text that is EBU-TT-D as well"}, {"stpp", "TTML"}, {"wvtt", "WebVTT"}},
	Modes:   anywhere(), Scope: Image, Clause: "RFC 6381",
}, 64, nil)

// TextLanguage is the languages in which text is announced.
var TextLanguage = list(Info{
	Key: "tlang", Short: "tl", Group: "Tracks", Title: "Text language",
	Help:    "Text in these languages is announced. en takes en-GB too. Text whose language is unknown is left out.",
	Syntax:  "BCP 47 language tags, or ISO 639 codes of three letters, with commas between them",
	Choices: []Choice{{"en", "English"}, {"de,fr", "German and French"}},
	Modes:   anywhere(), Scope: Image, Clause: "RFC 4647, 3.3.1",
}, 35, languageTag)
