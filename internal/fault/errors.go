package fault

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Trigger is one of the places of dashlive's options verr, aerr, terr, merr and vcorrupt: a number or a time, and the status that is answered there.
type Trigger struct {
	Code   int // 0 where none is said
	Number int64
	Timed  bool // time says where
	time   times
}

func (t Trigger) place() string {
	if t.Timed {
		return t.time.String()
	}
	return strconv.FormatInt(t.Number, 10)
}

// The forms of lists of Triggers.
const (
	ErrorSyntax = "status=place, several with commas: statuses are 400 to 599; a place is a number, a time in UTC (10:00:05Z) or a date and time (2026-09-06T10:00:05Z): 404=5,503=10:00:05Z"
	PlaceSyntax = "numbers of segments, times in UTC (10:00:05Z), dates and times (2026-09-06T10:00:05Z); several with commas"
)

// ReadErrors reads "404=5,503=10:00:05Z".
func ReadErrors(text string) ([]Trigger, error) {
	return readTriggers(text, func(item string) (Trigger, error) {
		code, place, found := strings.Cut(item, "=")
		if !found {
			return Trigger{}, fmt.Errorf("neither status=number nor status=time")
		}
		t, err := readPlace(strings.TrimSpace(place))
		if err == nil {
			t.Code, err = readCode(strings.TrimSpace(code))
		}
		return t, err
	})
}

// ReadPlaces reads "5,10:00:05Z".
func ReadPlaces(text string) ([]Trigger, error) { return readTriggers(text, readPlace) }

func readTriggers(text string, read func(string) (Trigger, error)) ([]Trigger, error) {
	var triggers []Trigger
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if item == "" || strings.EqualFold(item, "none") {
			continue
		}
		t, err := read(item)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", item, err)
		}
		if triggers = append(triggers, t); len(triggers) > maxRules {
			return nil, fmt.Errorf("more than %d places", maxRules)
		}
	}
	return triggers, nil
}

func readPlace(s string) (Trigger, error) {
	if n, err := readNumber(s); err == nil {
		return Trigger{Number: n}, nil
	}
	s = strings.ToUpper(s)
	if !strings.Contains(s, "T") && !strings.HasSuffix(s, "Z") && strings.Contains(s, ":") {
		s += "Z"
	}
	at, err := readTimes(s)
	if err != nil || !at.point || at.form == elapsed {
		return Trigger{}, fmt.Errorf("neither a whole number nor a time such as 10:00:05Z or 2026-09-06T10:00:05Z")
	}
	return Trigger{Timed: true, time: at}, nil
}

// PrintTriggers returns triggers as ReadErrors and ReadPlaces read them.
func PrintTriggers(triggers []Trigger) string {
	texts := make([]string, len(triggers))
	for i, t := range triggers {
		if texts[i] = t.place(); t.Code != 0 {
			texts[i] = strconv.Itoa(t.Code) + "=" + texts[i]
		}
	}
	return strings.Join(texts, ",")
}

// Errors returns the rules of one of dashlive's error options. target is video, audio, text or manifest. A number is a segment's, 0 the init segment's, or a count of updates of the manifest.
// With failures, statuses from 500 on are answered so many times; then what was asked for is, once.
func Errors(option, target string, triggers []Trigger, failures int64) []Rule {
	var rules []Rule
	for _, t := range triggers {
		key := "n"
		switch {
		case t.Timed:
			key = timeKey
		case target == "manifest":
			key = "update"
		case t.Number == 0: // and of segments the one with the number 0, which there is with startnr=0
			rules = append(rules, made(option, t, target+".init", tries(t, failures), Effect{Kind: statusKey, Stage: Instead, Action: Status{Code: t.Code}}))
		}
		when := append(tries(t, failures), condition(key, t.place()))
		rules = append(rules, made(option, t, target, when, Effect{Kind: statusKey, Stage: Instead, Action: Status{Code: t.Code}}))
	}
	return rules
}

// Corruptions returns the rules of dashlive's option vcorrupt.
func Corruptions(option string, triggers []Trigger, units int) []Rule {
	rules := make([]Rule, len(triggers))
	for i, t := range triggers {
		key := "n"
		if t.Timed {
			key = timeKey
		}
		rules[i] = made(option, t, "video", []Condition{condition(key, t.place())}, Effect{Kind: corruptKind().Key, Stage: Within, Action: Corrupt{units}})
	}
	return rules
}

func tries(t Trigger, failures int64) []Condition {
	if failures <= 0 || t.Code < 500 {
		return nil
	}
	failures = min(failures, math.MaxInt32)
	return []Condition{condition(tryKey, fmt.Sprintf("1-%d/%d", failures, failures+1))}
}

// made returns a rule with one target and one effect, which says how the option was written.
func made(option string, t Trigger, target string, when []Condition, e Effect) Rule {
	e.Rule = option + "=" + PrintTriggers([]Trigger{t})
	r := Rule{Conditions: when, Effects: []Effect{e}}
	for _, known := range Targets() {
		if known.Key == target {
			r.Targets = append(r.Targets, known)
		}
	}
	return r
}

// condition returns a Condition of a Test that there is, with a value that it takes.
func condition(key, value string) Condition {
	for _, t := range Tests() {
		if t.Key == key {
			it, err := t.read(value)
			if err != nil {
				panic("fault: " + key + "=" + value + ": " + err.Error())
			}
			return Condition{key, []Item{it}}
		}
	}
	panic("fault: no condition is called " + key)
}
