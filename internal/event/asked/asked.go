package asked

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// Streams returns the events that o asks for, in the order of segments. epoch is when presentation time 0 was; the zero time in static presentations.
func Streams(o *option.Set, epoch time.Time) ([]*event.Stream, error) {
	var all []*event.Stream
	add := func(kind string, spec *event.Spec, rule event.Rule) error {
		k, err := event.Find(kind)
		if err != nil {
			return err
		}
		if spec == nil {
			own := k.Spec()
			spec = &own
		}
		rule.Apply(spec)
		spec.Epoch = epoch
		s, err := k.New(*spec)
		if err == nil {
			err = s.Valid()
		}
		all = append(all, s)
		return err
	}
	kinds := slices.Clone(option.Events.From(o))
	if option.PingSchedule.Given(o) {
		kinds = append(kinds, "ping")
	}
	if option.CueSchedule.Given(o) {
		kinds = append(kinds, "scte35")
	}
	for i, kind := range kinds {
		if slices.Contains(kinds[:i], kind) {
			continue
		}
		var spec *event.Spec
		var rule event.Rule
		switch kind {
		case "ping":
			spec, rule = pingSpec(o), option.PingSchedule.From(o)
		case "scte35":
			spec, rule = cueSpec(o), option.CueSchedule.From(o)
		}
		if err := add(kind, spec, rule); err != nil {
			return nil, err
		}
	}
	for _, rule := range option.EventRules.From(o) {
		if err := add(rule.Kind, nil, rule); err != nil {
			return nil, err
		}
	}
	return all, distinct(all)
}

// distinct refuses streams that players cannot tell apart.
func distinct(streams []*event.Stream) error {
	for i, s := range streams {
		if slices.ContainsFunc(streams[:i], func(t *event.Stream) bool { return t.Scheme == s.Scheme && t.Value == s.Value }) {
			return errs.Errorf(errs.Invalid, "two streams of events of the scheme %s and the value %q cannot be told apart: give one of them another value", s.Scheme, s.Value)
		}
	}
	return nil
}

// pingSpec and cueSpec are what dashlive's options say.
func pingSpec(o *option.Set) *event.Spec {
	return &event.Spec{
		Schedule: event.Schedule{
			Interval: media.Ticks(option.PingInterval.From(o)), Start: media.Ticks(option.PingStart.From(o)), Duration: media.Ticks(option.PingDuration.From(o)), Count: option.PingCount.From(o),
		},
		Timescale: media.Timescale(option.PingTimescale.From(o)), Value: option.PingValue.From(o), Inband: option.PingInband.From(o), Version: emsgVersion(option.PingVersion.From(o)), Versioned: option.PingVersion.Given(o), Copies: 1,
	}
}

func cueSpec(o *option.Set) *event.Spec {
	spec := &event.Spec{
		Schedule: event.Schedule{
			Interval: media.Ticks(option.CueInterval.From(o)), Start: media.Ticks(option.CueStart.From(o)), Duration: media.Ticks(option.CueDuration.From(o)), Count: option.CueCount.From(o),
		},
		Timescale: media.Timescale(option.CueTimescale.From(o)), Value: option.CueValue.From(o), Inband: option.CueInband.From(o), Version: emsgVersion(option.CueVersion.From(o)), Copies: 1,
		Words: map[string]string{"program": option.CueProgram.Text(option.CueProgram.From(o))},
	}
	if !option.CueSchedule.Given(o) {
		spec.Words["command"] = event.CommandInsert
	}
	return spec
}

func emsgVersion(v string) uint8 {
	if v == "1" {
		return 1
	}
	return 0
}
