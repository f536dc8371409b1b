package asked

import (
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// Blame has an error about a stream of events name the option that asked for it: that of rules, or one of the others. at is the stream's place in what Streams returns, -1 when Streams refused. No error
// stays none.
func Blame(o *option.Set, epoch time.Time, at int, err error) error {
	if err == nil {
		return nil
	}
	others, refused := Streams(option.EventRules.In(o, nil), epoch)
	name := o.First(option.EventRules)
	if refused != nil || at >= 0 && at < len(others) {
		name = o.First(option.Events, option.PingSchedule, option.CueSchedule)
	}
	return errs.Errorf(errs.KindOf(err), "option %s: %w", name, err)
}
