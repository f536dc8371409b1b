package option

import (
	"fmt"
	"net/netip"
	"strings"
)

// Timing is which clocks a live manifest names.
var Timing = timing(Info{
	Key: "time", Short: "utc", Group: "Clock", Title: "UTCTiming", Default: "xsd",
	Help: "Where a player learns what time it is: UTCTiming elements, several in order of preference. The HTTP clocks are this server's, under /time.",
	Choices: []Choice{
		{"xsd", "urn:mpeg:dash:utc:http-xsdate:2014, xs:dateTime in the body"},
		{"xsdms", "the same, always with milliseconds"},
		{"iso", "urn:mpeg:dash:utc:http-iso:2014, an ISO 8601 week date (2026-W36-7T12:00:00Z), which many players cannot read"},
		{"isoms", "the same, an ISO 8601 calendar date with milliseconds"},
		{"head", "urn:mpeg:dash:utc:http-head:2014, the Date header of a HEAD request"},
		{"http-ntp", "urn:mpeg:dash:utc:http-ntp:2014, an NTP timestamp of 64 bits in the body"},
		{"direct", "urn:mpeg:dash:utc:direct:2014, the time at which the manifest was made"},
		{"ntp", "urn:mpeg:dash:utc:ntp:2014, the servers of ntp_servers"},
		{"sntp", "urn:mpeg:dash:utc:sntp:2014, the servers of ntp_servers"},
		{"none", "no UTCTiming"},
	},
	Modes: []string{"live"}, Clause: "ISO/IEC 23009-1, 5.8.4.11",
})

// timing declares an Option that is some of the choices, with commas or hyphens between them; one of the choices has a hyphen of its own.
func timing(info Info) *Option[[]string] {
	info.Type = "list"
	info.Syntax = strings.Join(values(info.Choices), ", ") + "; several with commas or hyphens between them"
	known := map[string]string{
		// what livesim2 and the standard call them
		"xsdate": "xsd", "httpxsdate": "xsd", "httpxsdatems": "xsdms", "httpiso": "iso", "httpisoms": "isoms",
		"http-head": "head", "http-xsdate": "xsd", "http-iso": "iso", "httpntp": "http-ntp",
	}
	for _, v := range values(info.Choices) {
		known[v] = v
	}
	o := declare(info, func(s string) ([]string, error) { return readTiming(s, known) }, func(methods []string) string {
		if len(methods) == 0 {
			return "none"
		}
		return strings.Join(methods, ",")
	})
	o.none = true
	return o
}

func readTiming(s string, known map[string]string) ([]string, error) {
	methods := []string{}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == '-' || r == ' ' })
	for i := 0; i < len(words); i++ {
		m := known[words[i]]
		if words[i] == "http" && i+1 < len(words) {
			i++
			m = known["http-"+words[i]]
		}
		switch {
		case m == "":
			return nil, fmt.Errorf("no clock is called %q", words[i])
		case m == "none" && len(words) > 1:
			return nil, fmt.Errorf("none, and others beside it")
		case m != "none":
			methods = append(methods, m)
		}
	}
	if len(methods) > 16 {
		return nil, fmt.Errorf("%d clocks, at most 16 are taken", len(methods))
	}
	return methods, nil
}

// TimeServers is the NTP servers that ntp and sntp name.
var TimeServers = list(Info{
	Key: "ntp_servers", Short: "ntps", Group: "Clock", Title: "NTP servers", Default: "google",
	Help:    "The servers that UTCTiming elements of the kinds ntp and sntp name. A pool's name stands for its four servers.",
	Syntax:  "names or addresses of hosts, with commas between them",
	Choices: []Choice{{"google", "time1.google.com to time4.google.com"}, {"europe-ntp", "0.europe.pool.ntp.org to 3.europe.pool.ntp.org"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, 5.8.4.11",
}, 253, host)

// host refuses what is neither a host's name nor an address.
func host(s string) error {
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return nil
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return fmt.Errorf("not the name or address of a host")
		}
	}
	return nil
}

// TimeValue is what the clock says instead of the time.
var TimeValue = text(Info{
	Key: "time_value", Short: "utv", Group: "Clock", Title: "What the clock says",
	Help: "A text that the clock gives instead of the time: the value of direct, the body of the HTTP clocks, the Date of head. " +
		"It makes a clock that stands still, or that speaks nonsense.",
	Syntax: "up to 200 bytes",
	Modes:  []string{"live"}, Scope: Clock, Clause: "ISO/IEC 23009-1, 5.8.4.11",
}, 200, nil)

// Now freezes a request's clock.
var Now = instant(Info{
	Key: "now", Group: "Clock", Title: "Frozen clock",
	Help:  "The instant at which the request is answered, instead of the time of day. Everything that depends on time follows: the window, publishTime, Date, UTCTiming.",
	Modes: []string{"live"}, Scope: Media | Clock | Steering | Licence,
})

// Drift is how far the server's clock is behind.
var Drift = seconds(Info{
	Key: "drift", Short: "dft", Group: "Clock", Title: "Clock drift",
	Help:    "Seconds by which the clock of manifests and of the time server is behind. Segments keep to the right time.",
	Choices: []Choice{{"10", "10 s behind"}, {"-10", "10 s ahead"}},
	Modes:   []string{"live"}, Scope: Clock,
}, -day, day)

// TimeHosts returns the hosts that were asked for: a pool's name stands for its four.
func TimeHosts(names []string) []string {
	var hosts []string
	for _, name := range names {
		switch name {
		case "google":
			hosts = append(hosts, "time1.google.com", "time2.google.com", "time3.google.com", "time4.google.com")
		case "europe-ntp":
			hosts = append(hosts, "0.europe.pool.ntp.org", "1.europe.pool.ntp.org", "2.europe.pool.ntp.org", "3.europe.pool.ntp.org")
		default:
			hosts = append(hosts, name)
		}
	}
	return hosts
}
