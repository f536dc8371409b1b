package event

// pingKind is dashlive's test event.
func pingKind() Kind {
	return Kind{
		Key: "ping", Title: "Ping", Scheme: "urn:dash-live:pingpong:2022", Value: "0", lasts: 2,
		Help:    "A test event: it says ping and pong in turn, as dashlive's does.",
		Example: "ping every=10 for=2",
		build: func(*Spec) (string, func(Event) (Message, error), error) {
			return "urn:dash-live:pingpong:2022", func(e Event) (Message, error) {
				if e.Index%2 == 0 {
					return Message{Data: []byte("ping")}, nil
				}
				return Message{Data: []byte("pong")}, nil
			}, nil
		},
	}
}
