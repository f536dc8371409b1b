package compat

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// livesim2 reads /livesim2/{name}_{value}/…/{stream}/{manifest or segment}: options stand in the path, so that URLs which are relative to the manifest's have them without carrying them.
type livesim2 struct {
	players *delivery.Handler
	options *option.Registry
	table   map[string]translation
}

// translation turns the value of a path option into ours.
type translation func(value string, into url.Values) error

// Livesim2 answers for /livesim2/.
func Livesim2(players *delivery.Handler, options *option.Registry) http.Handler {
	l := paths(options)
	l.players = players
	return l
}

// paths returns what reads livesim2's paths, without what answers for them.
func paths(options *option.Registry) *livesim2 {
	l := &livesim2{options: options, table: map[string]translation{}}
	for name, ours := range map[string]string{
		"start": "start", "ast": "start", "stop": "stop", "startrel": "startrel", "stoprel": "stoprel",
		"tsbd": "depth", "mup": "mup", "spd": "spd", "snr": "startnr", "ato": "ato", "csid": "session",
		"chunkdur": "chunkdur", "ltgt": "ltgt", "periods": "periods", "continuous": "continuous",
		"timesubsstpp": "timesubsstpp", "timesubswvtt": "timesubswvtt", "timesubsdur": "timesubsdur", "timesubsreg": "timesubsreg", "annexI": "annexi",
	} {
		if options.Has(ours) {
			l.table[name] = func(v string, into url.Values) error { into.Set(ours, v); return nil }
		}
	}
	l.table["segtimeline"] = timeline("1")
	l.table["segtimelinenr"] = timeline("number")
	l.table["utc"], l.table["statuscode"], l.table["traffic"], l.table["steer"] = clocks, statusCodes, traffic, steer
	l.table["timeoffset"] = func(v string, into url.Values) error {
		s, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return errs.Errorf(errs.Invalid, "%q is not a number of seconds", v)
		}
		into.Set("drift", strconv.FormatFloat(-s, 'f', -1, 64)) // ahead is not behind
		return nil
	}
	if options.Has("xlink") {
		l.table["xlink"] = func(v string, into url.Values) error {
			if v != "none" && v != "onLoad" {
				v = "onRequest" // whatever is said
			}
			into.Set("xlink", v)
			return nil
		}
	}
	if options.Has("drm") && options.Has("enc") {
		l.table["eccp"], l.table["drm"] = eccp, protect
	}
	if options.Has("event") {
		l.table["scte35"] = breaks
	}
	if options.Has("patch") && options.Has("ttl") {
		l.table["patch"] = func(v string, into url.Values) error {
			into.Set("patch", "1")
			into.Set("ttl", v)
			return nil
		}
	}
	return l
}

// timeline is the translation of an option that asks for a SegmentTimeline: 1, or pattern, which is a shorter form of the same.
func timeline(ours string) translation {
	return func(v string, into url.Values) error {
		if v != "1" && v != "pattern" {
			return errs.Errorf(errs.Invalid, "%q: its values are 1 and pattern", v)
		}
		into.Set("timeline", ours)
		return nil
	}
}

// ServeHTTP answers for a manifest or a segment.
func (l *livesim2) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		u, c := *r.URL, *r
		u.RawQuery = clockQuery(u.RawQuery)
		c.URL, r = &u, &c
	}
	l.players.Answer(w, r, l.place)
}

// clockQuery turns nowMS and nowDate into now.
func clockQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, p := range parts {
		name, value, _ := strings.Cut(p, "=")
		switch name {
		case "nowMS":
			if ms, err := strconv.ParseInt(value, 10, 64); err == nil && ms >= 0 && ms < 1<<43 {
				value = time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
			}
			parts[i] = "now=" + value
		case "nowDate":
			parts[i] = "now=" + value
		}
	}
	return strings.Join(parts, "&")
}

// place reads a path from its end: a manifest, a patch of one, or a segment below a Representation; before that the stream; all that is before the stream is options.
func (l *livesim2) place(path string) (delivery.Place, error) {
	parts := strings.Split(strings.TrimPrefix(path, "/livesim2/"), "/")
	n := 1 // parts of what is asked for
	if last := strings.ToLower(parts[len(parts)-1]); !strings.HasSuffix(last, ".mpd") && !strings.HasSuffix(last, ".mpp") {
		n = 2
		if len(parts) > 1 && parts[len(parts)-2] == "time" {
			n = 3
		}
		if before := len(parts) - n - 2; before >= 0 && !l.isOption(parts[before]) {
			n++ // what looks like the stream is a Period of it
		}
	}
	if len(parts) <= n {
		return delivery.Place{}, errs.Errorf(errs.NotFound, "%s: a stream is at /livesim2/{option}_{value}/…/{stream}/manifest.mpd", path)
	}
	at := delivery.Place{Mode: "live", Stream: parts[len(parts)-n-1], What: strings.Join(parts[len(parts)-n:], "/")}
	if strings.EqualFold(at.What, "manifest.mpd") || strings.EqualFold(at.What, "manifest.mpp") {
		at.What = strings.ToLower(at.What)
	}
	var err error
	at.Options, err = l.read(parts[:len(parts)-n-1])
	return at, err
}

// isOption says whether a part of a path can be an option.
func (l *livesim2) isOption(part string) bool {
	name, _, ok := strings.Cut(part, "_")
	return ok && (l.table[name] != nil || l.options.Has(name) || refused(name) != "")
}

// refused returns why an option of livesim2's is not offered; "" for what is, and for what is none.
func refused(name string) string {
	switch name {
	case "timecc608":
		return "captions in the pictures' own bitstream (CTA-608 in SEI) would have every picture rewritten, while media go out as they are stored; timesubswvtt and timesubsstpp show the same in tracks of their own"
	case "ssras", "chunkdurssr":
		return "parts of segments with addresses of their own ($SubNumber$) are of the 6th edition of ISO/IEC 23009-1, and manifests here are valid by the 5th; chunkdur gives segments in chunks"
	case "sgai":
		return "events that replace the presentation by an alternative MPD are of the 6th edition of ISO/IEC 23009-1, and manifests here are valid by the 5th; ads puts another stream into Periods, and event=scte35 announces breaks"
	case "modulo":
		return "it is refused there as well"
	case "dur", "init", "tfdt", "cont", "etp", "etpDuration", "insertad", "peroff", "sidx", "segtimelineloss":
		return "it has no effect there either"
	}
	return ""
}

// read returns path options as a query. What is not given is as livesim2 has it.
func (l *livesim2) read(parts []string) (string, error) {
	q := url.Values{"depth": {"60"}, "leeway": {"10"}, "startnr": {"0"}, "early": {"425"}, "gone": {"410"}}
	for _, part := range parts {
		name, value, ok := strings.Cut(part, "_")
		translate := l.table[name]
		if translate == nil && l.options.Has(name) {
			translate = func(v string, into url.Values) error { into.Set(name, v); return nil }
		}
		if why := refused(name); ok && why != "" && translate == nil {
			return "", errs.Errorf(errs.Invalid, "%q in the path: livesim2's %s is not offered: %s", part, name, why)
		}
		if !ok || translate == nil {
			return "", errs.Errorf(errs.Invalid, "%q in the path: no option is called %q; there are %s, and those of queries; before the stream's name stand options alone, as {option}_{value}",
				part, name, strings.Join(slices.Sorted(maps.Keys(l.table)), ", "))
		}
		one := url.Values{}
		if err := translate(value, one); err != nil {
			return "", errs.Errorf(errs.Invalid, "%s_%s in the path: %w", name, value, err)
		}
		if _, err := l.options.Parse(one.Encode()); err != nil {
			return "", errs.Errorf(errs.Invalid, "%s_%s in the path: %w", name, value, err)
		}
		if rules := q.Get("fault"); rules != "" && one.Has("fault") && name != "fault" {
			one.Set("fault", rules+";"+one.Get("fault")) // both statuscode and traffic
		}
		maps.Copy(q, one)
	}
	if !q.Has("start") && !q.Has("startrel") {
		q.Set("start", "epoch")
	}
	return q.Encode(), nil
}
