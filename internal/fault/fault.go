package fault

import (
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// Type is what a request is for.
type Type uint8

// The types of request.
const (
	Manifest Type = iota
	Init          // initialization segment
	Media         // media segment, or a part of a Representation that is one file
	Clock         // time server
	Patch         // MPD patch
	Steering      // content steering server
	Licence       // licence server
)

// Request is what Decide must know about a request.
type Request struct {
	Type           Type
	Kind           media.Kind // of what is in an initialization or media segment
	Representation string     // its ID
	Location       string     // service location that it came to; "": none
	// Segment says that it is for one segment, whose Number, Start and End are known. The times are the stream's: of a live one they count from Origin.
	Segment    bool
	Number     int64
	Start, End time.Duration
	// Live says that the stream is live, and Origin when it began. Edge is how many newer segments are available; it is negative when this one is not available yet.
	Live   bool
	Origin time.Time
	Edge   int64
	// Period is after how long the same will be asked for again, as a manifest is: a single instant lasts that long.
	Period time.Duration
	// Update is how often the manifest has been loaded before, by the URL's own account.
	Update int64
	// Try is how often the client has asked for this, this time included. Only Rules that Count need it.
	Try int64
	// Age is how long ago the client asked for the same licence for the first time.
	Age time.Duration
}

// Effect is one thing that happens to a request.
type Effect struct {
	Kind   string // the key of its Kind
	Stage  Stage
	Action Action
	Rule   string // the Rule that says so, as it was written
}

// Action is what an Effect does: a Status, Delay, Drop, Cut or Corrupt.
type Action interface {
	// String returns it as it is written in a Rule.
	String() string
}

// Stage is where in an answer an Effect happens.
type Stage uint8

// The stages.
const (
	Before  Stage = iota // before the answer begins
	Instead              // in place of the answer
	Within               // in the answer that there would have been
)

// Rule is what happens to which requests.
type Rule struct {
	Targets    []Target
	Conditions []Condition // all of them must hold
	Effects    []Effect
}

// String returns the Rule as Parse reads it.
func (r *Rule) String() string {
	var b strings.Builder
	for i, t := range r.Targets {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(t.Key)
	}
	for i, e := range r.Effects {
		b.WriteByte(":,"[min(i, 1)])
		b.WriteString(e.Action.String())
	}
	for i, c := range r.Conditions {
		b.WriteByte("@,"[min(i, 1)])
		b.WriteString(c.String())
	}
	return b.String()
}

// Print returns rules as Parse reads them.
func Print(rules []Rule) string {
	texts := make([]string, len(rules))
	for i := range rules {
		texts[i] = rules[i].String()
	}
	return strings.Join(texts, ";")
}

func (r *Rule) matches(q *Request, now time.Time) bool {
	if !slices.ContainsFunc(r.Targets, func(t Target) bool { return t.matches(q) }) {
		return false
	}
	for i := range r.Conditions {
		if !r.Conditions[i].holds(q, now) {
			return false
		}
	}
	return true
}

// Decide returns what happens to a request at an instant, in the order of the rules. Of each Kind the first Effect counts, and of those that take the answer's place the first of all; when
// there is one, there are none Within the answer. It is nil when nothing happens.
func Decide(rules []Rule, q *Request, now time.Time) []Effect {
	var effects []Effect
	for i := range rules {
		if !rules[i].matches(q, now) {
			continue
		}
		for _, e := range rules[i].Effects {
			if !slices.ContainsFunc(effects, func(d Effect) bool { return d.Kind == e.Kind || d.Stage == Instead && e.Stage == Instead }) {
				effects = append(effects, e)
			}
		}
	}
	if slices.ContainsFunc(effects, func(e Effect) bool { return e.Stage == Instead }) {
		effects = slices.DeleteFunc(effects, func(e Effect) bool { return e.Stage == Within })
	}
	return effects
}

// Count says whether any of the rules needs to know how often a client has asked.
func Count(rules []Rule) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool {
		return slices.ContainsFunc(r.Conditions, func(c Condition) bool { return c.Key == tryKey || c.Key == ageKey }) ||
			slices.ContainsFunc(r.Effects, func(e Effect) bool { return e.Kind == expireKey })
	})
}

// Dated returns the date at which a rule expects a segment, "" when there is none: a stream that is not live has a time line, but no date.
func Dated(rules []Rule) string {
	for i := range rules {
		if slices.ContainsFunc(rules[i].Targets, func(t Target) bool { return t.matches(&Request{Type: Manifest}) || !t.segment }) {
			continue
		}
		for _, c := range rules[i].Conditions {
			for _, it := range c.Items {
				if c.Key == timeKey && it.dated {
					return it.Text
				}
			}
		}
	}
	return ""
}
