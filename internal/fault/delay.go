package fault

import (
	"fmt"
	"time"
)

// Delay has the client wait for the first byte of the answer.
type Delay struct{ For time.Duration }

func (d Delay) String() string { return "delay=" + printSeconds(d.For) }

// maxDelay is longer than any player waits.
const maxDelay = 5 * time.Minute

func delayKind() Kind {
	return Kind{
		Info: Info{
			Key: "delay", Title: "Slow first byte", Type: "duration", Syntax: "seconds from 0.001 to 300, with up to three decimals", Example: "audio:delay=3@every=5",
			Help: "Has the client wait before the first byte of the answer. The answer is that of the moment at which it was asked for.",
		},
		Stage: Before,
		read: func(arg string) (Action, error) {
			d, err := readSeconds(arg)
			if err != nil || d <= 0 || d > maxDelay {
				return nil, fmt.Errorf("not seconds from 0.001 to 300")
			}
			return Delay{d}, nil
		},
	}
}
