package steering

import (
	"math"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/option"
)

// Answer is a steering manifest: what a steering server says.
type Answer struct {
	Version  int      `json:"VERSION"`
	TTL      int64    `json:"TTL"` // seconds
	Reload   string   `json:"RELOAD-URI,omitempty"`
	Priority []string `json:"PATHWAY-PRIORITY"`
	Clones   []Clone  `json:"PATHWAY-CLONES,omitempty"`
}

// Clone is a pathway that is another one with changed URLs.
type Clone struct {
	Base        string      `json:"BASE-ID"`
	ID          string      `json:"ID"`
	Replacement Replacement `json:"URI-REPLACEMENT"`
}

// Replacement is what changes in a URL.
type Replacement struct {
	Host   string            `json:"HOST,omitempty"`
	Params map[string]string `json:"PARAMS,omitempty"`
}

// LocationParam is the query parameter that says to which service location a request was.
const LocationParam = "location"

// AnswerAt returns what the options say at an instant: the locations of cdns, what steer prefers first, then clones. After how long to ask again is less where the schedule turns earlier.
func AnswerAt(o *option.Set, now time.Time) Answer {
	a := Answer{Version: 1, TTL: option.SteerTTL.From(o), Priority: []string{}}
	for _, l := range option.Locations.From(o) {
		a.Priority = append(a.Priority, l.Name)
	}
	for _, c := range option.Clones.From(o) {
		a.Clones = append(a.Clones, Clone{Base: c.Base, ID: c.Name, Replacement: Replacement{Host: c.Host, Params: map[string]string{LocationParam: c.Name}}})
		if !slices.Contains(a.Priority, c.Name) {
			a.Priority = append(a.Priority, c.Name)
		}
	}
	if slots := option.Steer.From(o).Slots; len(slots) > 0 {
		name, left := preferred(slots, now)
		a.Priority = append([]string{name}, slices.DeleteFunc(a.Priority, func(other string) bool { return other == name })...)
		if len(slots) > 1 {
			a.TTL = min(a.TTL, int64(math.Ceil(left.Seconds())))
		}
	}
	return a
}

// preferred returns whose slot it is at now, and how long it is until the next one. The slots go round from 1970 on.
func preferred(slots []option.Slot, now time.Time) (name string, left time.Duration) {
	var round time.Duration
	for _, s := range slots {
		round += s.For
	}
	at := now.Sub(time.Unix(0, 0)) % round
	if at < 0 {
		at += round
	}
	for _, s := range slots {
		if at < s.For {
			return s.Name, s.For - at
		}
		at -= s.For
	}
	return slots[0].Name, round
}
