package option

import (
	"fmt"
	"strconv"
	"strings"
)

// protectedMedia is the URLs of what can be encrypted.
const protectedMedia = Init | Video | Audio

// Encryption is by which scheme a stream that is stored in the clear is encrypted.
var Encryption = choice(Info{
	Key: "enc", Group: protectionGroup, Title: "Encryption scheme",
	Help: "By which scheme of Common Encryption video and audio are encrypted as they are served. auto: cenc when drm names a system (cbcs when all that it names need that), else not at all. " +
		"Text stays in the clear, and what is stored encrypted is passed on as it is.",
	Choices: []Choice{
		{"auto", "what drm needs"}, {"cenc", "AES-CTR, all of what is protected"}, {"cbcs", "AES-CBC, of video one block in ten, with a constant IV"}, {"cens", "AES-CTR, of video one block in ten"},
		{"cbc1", "AES-CBC, all of what is protected"},
	},
	Modes: everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 10",
})

// IV is how long initialization vectors are.
var IV = choice(Info{
	Key: "iv", Group: protectionGroup, Title: "Initialization vectors",
	Help: "How long the initialization vector of each sample is, or that all samples have the same. auto: 8 for cenc and cens, 16 for cbc1, constant for cbcs.",
	Choices: []Choice{
		{"auto", "as is usual for the scheme"}, {"8", "8 bytes for each sample; cenc and cens"}, {"16", "16 bytes for each sample"}, {"constant", "one for all; cbcs"},
	},
	Modes: everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 9.1",
})

// KeyScope is what has a key of its own.
var KeyScope = choice(Info{
	Key: "keyper", Group: protectionGroup, Title: "A key for each",
	Help: "What has a key of its own. With a key for each resolution, video of different resolutions is in AdaptationSets of its own, between which players may switch.",
	Choices: []Choice{
		{"stream", "one key for all"}, {"kind", "one for video, one for audio"}, {"resolution", "one for each resolution of video, one for audio"},
	},
	Modes: everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 11.2.1",
})

// Rotation is how often keys change.
type Rotation struct {
	Period   bool  // with every Period
	Segments int64 // after so many segments; 0: not by segments
}

// KeyRotation is after what keys change.
var KeyRotation = declare(Info{
	Key: "rotate", Group: protectionGroup, Title: "Key rotation", Default: "none", Type: "text",
	Syntax: "none, period, or after how many segments: a whole number from 1 to 100000",
	Help: "After what keys change. period: each Period has its own, init segments and URLs too; without Periods there is one key. A number: after so many segments, within a Period; " +
		"the fragments say by which key they are encrypted (sample groups seig), and have the systems' pssh boxes where drm says moov.",
	Choices: []Choice{{"none", "never"}, {"period", "with every Period"}, {"10", "every ten segments"}},
	Modes:   everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 6 and 8.1",
}, readRotation, func(r Rotation) string {
	switch {
	case r.Period:
		return "period"
	case r.Segments > 0:
		return strconv.FormatInt(r.Segments, 10)
	}
	return "none"
})

func readRotation(s string) (Rotation, error) {
	switch strings.ToLower(s) {
	case "none":
		return Rotation{}, nil
	case "period":
		return Rotation{Period: true}, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > 100_000 {
		return Rotation{}, fmt.Errorf("neither period nor such a number")
	}
	return Rotation{Segments: n}, nil
}

// ClearLead is how long a stream begins in the clear.
var ClearLead = seconds(Info{
	Key: "lead", Group: protectionGroup, Title: "Clear lead", Default: "0",
	Help: "How long a stream begins in the clear. Segments that begin within so many seconds, of each stream that it is made of, are not encrypted, though init segments say that they are. " +
		"Their fragments say that they are not (sample groups seig), so that players can begin before they have a licence. Of a live stream that began long ago nothing is seen of it.",
	Choices: []Choice{{"10", "ten seconds"}},
	Modes:   everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 6",
}, 0, day)

// Unprotected is what stays in the clear.
var Unprotected = list(Info{
	Key: "clear", Group: protectionGroup, Title: "Left in the clear",
	Help:   "What is not encrypted, although the stream is. ads is what the option of that name shows, odd is every second Period: a player must go on from protected to clear content and back.",
	Syntax: "video, audio, ads, odd, with commas between them",
	Choices: []Choice{
		{"audio", "video alone is encrypted"}, {"ads", "the stream is encrypted, ads are not"}, {"odd", "every second Period is encrypted"},
	},
	Modes: everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23009-1, 5.8.4.1",
}, 8, func(s string) error {
	switch s {
	case "video", "audio", "ads", "odd":
		return nil
	}
	return fmt.Errorf("no such thing")
})
