package option

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ServiceLocation is one of several places that media can be had from.
type ServiceLocation struct {
	Name             string
	Priority, Weight int64  // DVB's; 0: not given
	URL              string // scheme, host and what paths begin with there; "": this server's /cdn/{Name}
}

// mostLocations is how many service locations a stream has at most, and how many slots a schedule of them.
const mostLocations = 16

// Locations is which service locations a manifest names.
var Locations = declare(Info{
	Key: "cdns", Group: "Service locations", Title: "Service locations", Type: "list",
	Help: "Several BaseURLs, each with a serviceLocation, as if the stream were on several CDNs. They lead to this server, under /cdn/{name}, unless a URL is given; " +
		"the condition location= of faults has one of them fail. Two numbers are DVB's priority, of which the lowest is used first, and weight, by which players choose where that is the same.",
	Syntax: "names of letters, digits, - _ . with commas between them; each may be followed by :priority or :priority:weight, and by =URL, to which the path of the stream is added " +
		"(a:1:70,b:1:30=https://edge.example)",
	Choices: []Choice{{"a,b", "two places"}, {"a:1:70,b:1:30,c:2", "seven of ten players use a, the others b, and c when both fail"}},
	Modes:   everywhere, Scope: Steering, Clause: "ISO/IEC 23009-1, 5.6; ETSI TS 103 285, 10.8.2.1",
}, readLocations, printLocations)

// Schedule is which service location is to be preferred when. The zero Schedule is none.
type Schedule struct {
	On    bool
	Slots []Slot // one after another, again and again; none: the order does not change by itself
}

// Slot is a service location, and for how long it is preferred.
type Slot struct {
	Name string
	For  time.Duration
}

// Steer is whether there is a content steering server, and what it says.
var Steer = declare(Info{
	Key: "steer", Group: "Service locations", Title: "Content steering", Type: "list",
	Help: "Has a steering server, which this program is, tell players which of the service locations of cdns to use. With on, the order is that of cdns until the API says another. " +
		"A schedule goes round by the clock: a:30,b:30 is a in the first half of every minute, and b in the second.",
	Syntax:  "on; or names of service locations, each with : and seconds, with commas between them; none",
	Choices: []Choice{{"on", "in the order of cdns, and by the API"}, {"a:30,b:30", "each for half a minute"}},
	Modes:   everywhere, Scope: Steering, Clause: "ETSI TS 103 998",
}, readSchedule, printSchedule)

// SteerTTL is after how long players ask the steering server again.
var SteerTTL = number(Info{
	Key: "steerttl", Group: "Service locations", Title: "Steering TTL", Default: "10",
	Help:    "After how many seconds players ask the steering server again: TTL in its answers. It is less where a schedule turns earlier.",
	Choices: []Choice{{"10", "10 s"}, {"300", "what the standard recommends"}},
	Modes:   everywhere, Scope: Steering, Clause: "ETSI TS 103 998",
}, 1, 86400)

// SteerDefault is the service location before the steering server has said one.
var SteerDefault = text(Info{
	Key: "steerdefault", Group: "Service locations", Title: "Default service location", Syntax: "a service location of cdns",
	Help:  "ContentSteering@defaultServiceLocation: what players use before the steering server has said anything. Not given: the first of cdns.",
	Modes: everywhere, Clause: "ETSI TS 103 998",
}, 64, locationName)

// SteerBefore is whether players ask the steering server before they start.
var SteerBefore = flag(Info{
	Key: "steerbefore", Group: "Service locations", Title: "Steering before start",
	Help:  "ContentSteering@queryBeforeStart: whether players ask the steering server before they load the first segment.",
	Modes: everywhere, Clause: "ETSI TS 103 998",
}, false, "players ask first", "players start with the default service location")

// SteerNeeded is whether only players that know content steering may play.
var SteerNeeded = flag(Info{
	Key: "steerneeded", Group: "Service locations", Title: "Steering required",
	Help:  "ContentSteering@clientRequirement: whether only players that know content steering may play the stream.",
	Modes: everywhere, Clause: "ETSI TS 103 998",
}, false, "required", "not required")

// Clone is a service location that the steering server makes out of another one.
type Clone struct {
	Name, Base string
	Host       string // host, or host:port
}

// Clones is which service locations the steering server adds.
var Clones = declare(Info{
	Key: "clones", Group: "Service locations", Title: "Pathway clones", Type: "list",
	Help: "Service locations that the steering server adds. It makes each of another one (PATHWAY-CLONES), which has the same URLs on another host. They come last in its order. " +
		"Requests to them say location={name} in the query.",
	Syntax:  "name:base:host, with commas between several; the host may be followed by : and a port",
	Choices: []Choice{{"a2:a:localhost:8080", "a2 is a under another name of this machine"}},
	Modes:   everywhere, Scope: Steering, Clause: "ETSI TS 103 998",
}, readClones, printClones)

// locationName refuses what is not the name of a service location.
func locationName(s string) error {
	if s == "" || len(s) > 64 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" || strings.Trim(s, ".") == "" {
		return fmt.Errorf("%q is not the name of a service location", s)
	}
	return nil
}

// items cuts a list, and refuses one that is too long.
func items(s string) ([]string, error) {
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	if len(list) > mostLocations {
		return nil, fmt.Errorf("%d items, at most %d are taken", len(list), mostLocations)
	}
	return list, nil
}

func readLocations(s string) ([]ServiceLocation, error) {
	list, err := items(s)
	if err != nil {
		return nil, err
	}
	var locations []ServiceLocation
	for _, item := range list {
		l, err := readLocation(item)
		if err != nil {
			return nil, about(item, err)
		}
		for _, other := range locations {
			if other.Name == l.Name {
				return nil, fmt.Errorf("%q is there twice", l.Name)
			}
		}
		locations = append(locations, l)
	}
	return locations, nil
}

func readLocation(item string) (l ServiceLocation, err error) {
	head, at, placed := strings.Cut(item, "=")
	parts := strings.Split(head, ":")
	l.Name = parts[0]
	if err := locationName(l.Name); err != nil {
		return l, err
	}
	if len(parts) > 3 {
		return l, fmt.Errorf("more than a name, a priority and a weight")
	}
	for i, to := range []*int64{&l.Priority, &l.Weight} {
		if i+1 < len(parts) {
			n, err := strconv.ParseUint(parts[i+1], 10, 31)
			if err != nil || n == 0 {
				return l, fmt.Errorf("%q is not a whole number from 1 on", parts[i+1])
			}
			*to = int64(n)
		}
	}
	if !placed {
		return l, nil
	}
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(at) > 200 {
		return l, fmt.Errorf("%q is not a URL such as https://edge.example/folder", at)
	}
	l.URL = strings.TrimRight(u.String(), "/")
	return l, nil
}

func printLocations(locations []ServiceLocation) string {
	texts := make([]string, len(locations))
	for i, l := range locations {
		text := l.Name
		if l.Priority > 0 {
			text += ":" + strconv.FormatInt(l.Priority, 10)
		}
		if l.Weight > 0 {
			text += ":" + strconv.FormatInt(l.Weight, 10)
		}
		if l.URL != "" {
			text += "=" + l.URL
		}
		texts[i] = text
	}
	return strings.Join(texts, ",")
}

func readSchedule(s string) (Schedule, error) {
	if on, ok := word(s); ok {
		return Schedule{On: on}, nil
	}
	list, err := items(s)
	if err != nil {
		return Schedule{}, err
	}
	schedule := Schedule{On: true}
	for _, item := range list {
		name, seconds, found := strings.Cut(item, ":")
		if err := locationName(name); err != nil {
			return schedule, err
		}
		if !found {
			return schedule, fmt.Errorf("%q: for how many seconds? Write %s:30", item, name)
		}
		d, err := readSeconds(seconds, time.Second, day)
		if err != nil {
			return schedule, fmt.Errorf("%q: %w: it is from 1 to 86400 s", item, err)
		}
		schedule.Slots = append(schedule.Slots, Slot{name, d})
	}
	return schedule, nil
}

func printSchedule(s Schedule) string {
	if len(s.Slots) == 0 {
		return map[bool]string{true: "on"}[s.On]
	}
	texts := make([]string, len(s.Slots))
	for i, slot := range s.Slots {
		texts[i] = slot.Name + ":" + printSeconds(slot.For)
	}
	return strings.Join(texts, ",")
}

func readClones(s string) ([]Clone, error) {
	list, err := items(s)
	if err != nil {
		return nil, err
	}
	var clones []Clone
	for _, item := range list {
		parts := strings.SplitN(item, ":", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("%q is not name:base:host", item)
		}
		for _, name := range parts[:2] {
			if err := locationName(name); err != nil {
				return nil, err
			}
		}
		u, err := url.Parse("http://" + parts[2])
		if err != nil || u.Host != parts[2] || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is not a host", parts[2])
		}
		if err := host(u.Hostname()); err != nil {
			return nil, about(parts[2], err)
		}
		clones = append(clones, Clone{parts[0], parts[1], parts[2]})
	}
	return clones, nil
}

func printClones(clones []Clone) string {
	texts := make([]string, len(clones))
	for i, c := range clones {
		texts[i] = c.Name + ":" + c.Base + ":" + c.Host
	}
	return strings.Join(texts, ",")
}
