package option

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/fault"
)

const protectionGroup = "Protection"

// DRM is which content protection systems are signalled, and where. A stream that is stored in the clear is encrypted when there is one.
var DRM = declare(Info{
	Key: "drm", Group: protectionGroup, Title: "Content protection systems", Type: "list", Syntax: drm.Syntax,
	Help: "Which content protection systems are signalled, and where. pro is an element of the system's own in the manifest, cenc is cenc:pssh in the manifest, moov is pssh boxes in segments. " +
		"A stream that is stored in the clear is encrypted as it is served; keys come from keys.yaml, and are computed where that says nothing.",
	Choices: []Choice{
		{"clearkey", "Clear Key, with this program's licence server"}, {"playready", "Microsoft PlayReady"}, {"widevine", "Google Widevine"}, {"marlin", "Marlin"},
		{"fairplay", "Apple FairPlay, in the scheme cbcs"}, {"all", "all that know the scheme"}, {"playready-pro-cenc,clearkey-moov", "PlayReady in the manifest, Clear Key in segments"},
	},
	Modes: everywhere, Scope: protectedMedia, Clause: "ISO/IEC 23001-7, 8 and 11.2",
}, drm.Parse, drm.Print)

// ClearKeyURL, PlayReadyURL, WidevineURL, MarlinURL and FairPlayURL are where the systems' licences are.
var (
	ClearKeyURL  = licenceURL("clearkey", "clu", "Clear Key", "this server's /clearkey")
	PlayReadyURL = licenceURL("playready", "plu", "PlayReady", "Microsoft's public test server. {cfgs} stands for what that wants to know")
	WidevineURL  = licenceURL("widevine", "wlu", "Widevine", "none: a proxy must know the keys")
	MarlinURL    = licenceURL("marlin", "mlu", "Marlin", "none")
	FairPlayURL  = licenceURL("fairplay", "flu", "FairPlay", "none")
)

// OldClearKeyURL, OldPlayReadyURL and OldMarlinURL are dashlive's older names, which go before the others.
var (
	OldClearKeyURL  = oldURL("clearkey", "Clear Key")
	OldPlayReadyURL = oldURL("playready", "PlayReady")
	OldMarlinURL    = oldURL("marlin", "Marlin")
)

func licenceURL(system, short, title, initial string) *Option[string] {
	return address(Info{
		Key: system + "__la_url", Short: short, Group: protectionGroup, Title: title + " licence URL",
		Help: "Where licences of " + title + " are. {default_kid} and {kids} stand for key IDs. Not given: " + initial + ".",
	})
}

func oldURL(system, title string) *Option[string] {
	return address(Info{
		Key: system + "_la_url", Group: protectionGroup, Title: title + " licence URL, by its old name", Help: "The same as " + system + "__la_url, and goes before it.",
	})
}

// address declares an Option that is a URL, which may be escaped twice.
func address(info Info) *Option[string] {
	info.Type, info.Syntax = "text", "an http or https URL of up to 1000 characters"
	info.Modes, info.Scope = everywhere, protectedMedia
	return declare(info, readURL, same)
}

func readURL(s string) (string, error) {
	if !strings.Contains(s, "://") {
		if again, err := url.QueryUnescape(s); err == nil {
			s = again
		}
	}
	if err := line(s, 1000, nil); err != nil {
		return "", err
	}
	u, err := url.Parse(strings.NewReplacer("{", "%7B", "}", "%7D").Replace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(s, " <>\"") {
		return "", fmt.Errorf("not a URL with http:// or https://")
	}
	return s, nil
}

// PlayReadyVersion is the version of PlayReady that is signalled, PlayReadyHeader that of its header.
var (
	PlayReadyVersion = version(Info{
		Key: "playready__version", Short: "pvn", Group: protectionGroup, Title: "PlayReady version",
		Help:    "Which version of PlayReady the manifest says. 1.0 has a scheme of its own, and no cenc:pssh. auto: what the header needs.",
		Choices: []Choice{{"auto", "2.0 to 4.0, by the header"}, {"1.0", "PIFF times"}, {"2.0", "one key"}, {"3.0", "several keys"}, {"4.0", "AES-CBC"}},
		Modes:   everywhere, Scope: protectedMedia,
	})
	PlayReadyHeader = version(Info{
		Key: "playready__header", Group: protectionGroup, Title: "PlayReady header",
		Help:    "The version of the PlayReady header (WRMHEADER). auto: 4.0 with one key, 4.2 with several, 4.3 for the CBC schemes.",
		Choices: []Choice{{"auto", "by the keys and the scheme"}, {"4.0", "the default key"}, {"4.1", "the default key, as an attribute"}, {"4.2", "all keys"}, {"4.3", "all keys, any scheme"}},
		Modes:   everywhere, Scope: protectedMedia,
	})
	PlayReadyPIFF = flag(Info{
		Key: "playready__piff", Short: "pff", Group: protectionGroup, Title: "PIFF boxes",
		Help:  "Whether fragments have PIFF's box of initialization vectors (uuid a2394f52-…) beside the standard's, when PlayReady is asked for.",
		Modes: everywhere, Scope: protectedMedia,
	}, true, "both boxes", "the standard's only")
)

// version declares an Option whose values are versions, which may be written as numbers: dashlive writes 4.0 as 4.000000.
func version(info Info) *Option[string] {
	o := choice(info)
	plain := o.read
	o.read = func(s string) (string, error) {
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			s = strconv.FormatFloat(f, 'f', 1, 64)
		}
		return plain(s)
	}
	return o
}

// LicenceFaults is what goes wrong with licences.
var LicenceFaults = declare(Info{
	Key: "licence", Group: protectionGroup, Title: "Licence faults", Type: "text", Syntax: fault.LicenceSyntax,
	Help: "What goes wrong with Clear Key licences on purpose: the rules of the option fault without their target. The licence URL in the manifest carries them; where there is none of this server the header Dashwright-Note says that nothing comes of them.",
	Choices: []Choice{
		{"403@try=1", "the first request is refused"}, {"503,retry=2@try=1-2", "two errors, then it works"}, {"delay=5", "licences come 5 s late"}, {"wrongkey", "keys that decrypt nothing"},
		{"only=sd", "the keys of high pictures are missing"}, {"expire=60,renew=40", "licences last a minute and can be renewed from 40 s on"}, {"403@age=60-", "nothing more a minute after the first"},
	},
	Modes: everywhere, Scope: Licence,
}, fault.ParseLicence, fault.PrintLicence)
