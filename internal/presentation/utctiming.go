package presentation

import (
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/option"
)

// Timing is a clock that a manifest names (ISO/IEC 23009-1, 5.8.4.11).
type Timing struct {
	Scheme string
	// Value is what the scheme needs. A path from this server's root is completed with the Origin; "" is the instant itself.
	Value string
}

// UTCTiming returns the clocks as elements say them; none for what is static.
func (p *Presentation) UTCTiming() []Descriptor {
	if p.Live == nil {
		return nil
	}
	list := make([]Descriptor, len(p.Live.Timing))
	for i, t := range p.Live.Timing {
		list[i] = Descriptor(t)
		switch {
		case t.Value == "":
			list[i].Value = p.Live.Now.UTC().Format("2006-01-02T15:04:05.999999Z")
		case t.Value[0] == '/':
			list[i].Value = p.Origin + t.Value
		}
	}
	return list
}

// Instantaneous says that the manifest says what time it is, so that it differs at any two instants.
func (d *Dynamic) Instantaneous() bool {
	for _, t := range d.Timing {
		if t.Value == "" {
			return true
		}
	}
	return false
}

// timings reads what clocks were asked for. What the time server must know is in its URLs.
func timings(o *option.Set) []Timing {
	methods := option.Timing.From(o)
	list := make([]Timing, len(methods))
	for i, m := range methods {
		switch m {
		case "direct":
			list[i] = Timing{"urn:mpeg:dash:utc:direct:2014", option.TimeValue.From(o)}
		case "ntp", "sntp":
			list[i] = Timing{"urn:mpeg:dash:utc:" + m + ":2014", strings.Join(option.TimeHosts(option.TimeServers.From(o)), " ")}
		default:
			scheme := map[string]string{
				"xsd": "http-xsdate", "xsdms": "http-xsdate", "iso": "http-iso", "isoms": "http-iso", "head": "http-head", "http-ntp": "http-ntp",
			}[m]
			list[i] = Timing{"urn:mpeg:dash:utc:" + scheme + ":2014", "/time/" + m + o.Query(option.Clock, nil)}
		}
	}
	return list
}

// Now returns the instant at which o wants to be answered: the time of day, unless the clock is frozen.
func Now(o *option.Set, now time.Time) time.Time {
	if frozen := option.Now.From(o); !frozen.At.IsZero() {
		return frozen.At
	}
	return now.UTC()
}

// Clock returns what the manifest's clock says at now: the frozen one, less the drift that was asked for.
func Clock(o *option.Set, now time.Time) time.Time {
	return Now(o, now).Add(-option.Drift.From(o).Duration)
}
