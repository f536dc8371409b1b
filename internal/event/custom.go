package event

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// customKind makes events of any scheme.
func customKind() Kind {
	const scheme = "urn:example:dashwright:event"
	k := Kind{
		Key: "custom", Title: "Custom", Scheme: scheme, Value: "",
		Help:    "An event of any scheme, with text or bytes.",
		Example: `custom every=5 scheme=urn:example:quiz value=1 data="question {id}"`,
		Words: []Word{
			{
				Key: "scheme", Title: "Scheme", Help: "schemeIdUri: a URI.", Type: "text", Default: scheme,
				read: func(v string) (string, error) {
					if u, err := url.Parse(v); err != nil || !u.IsAbs() || strings.ContainsAny(v, " ") {
						return "", fmt.Errorf("%q is no absolute URI", v)
					}
					return readText(300)(v)
				},
			},
			{
				Key: "data", Title: "Data", Help: "What it says: text, in which {id} is the number of the event, or bytes as base64: and base64.", Type: "text", Default: "event {id}",
				Choices: []Choice{{"event {id}", "text"}, {"base64:AAEC", "three bytes"}},
				read: func(v string) (string, error) {
					if raw, ok := strings.CutPrefix(v, "base64:"); ok {
						if _, err := base64.StdEncoding.DecodeString(raw); err != nil {
							return "", fmt.Errorf("after base64: %w", err)
						}
					}
					return readText(2000)(v)
				},
			},
		},
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) {
		data := k.word(s, "data")
		if raw, ok := strings.CutPrefix(data, "base64:"); ok {
			b, err := base64.StdEncoding.DecodeString(raw)
			return k.word(s, "scheme"), func(Event) (Message, error) { return Message{Data: b, Form: Base64}, nil }, err
		}
		return k.word(s, "scheme"), func(e Event) (Message, error) { return Message{Data: []byte(numbered(data, e.Index))}, nil }, nil
	}
	return k
}
