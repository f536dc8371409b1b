package fault

import "fmt"

// Drop breaks the connection without an answer.
type Drop struct{ Reset bool }

func (d Drop) String() string {
	if d.Reset {
		return "drop=reset"
	}
	return "drop"
}

func dropKind() Kind {
	return Kind{
		Info: Info{
			Key: "drop", Title: "Dropped connection", Type: "choice", Default: "close", Syntax: "close, reset, or nothing", Example: "video:drop@n=7,try=1",
			Help:    "Breaks the connection without an answer.",
			Choices: []Choice{{"close", "the connection ends (FIN)"}, {"reset", "the connection is torn down (RST)"}},
		},
		Stage: Instead,
		read: func(arg string) (Action, error) {
			switch arg {
			case "", "close":
				return Drop{}, nil
			case "reset":
				return Drop{Reset: true}, nil
			}
			return nil, fmt.Errorf("not one of close and reset")
		},
	}
}
