package event

import (
	"fmt"
	"net/url"
	"strings"
)

// callbackKind has players ask for a URL.
func callbackKind() Kind {
	const scheme = "urn:mpeg:dash:event:callback:2015"
	k := Kind{
		Key: "callback", Title: "Callback", Clause: "ISO/IEC 23009-1, 5.10.4.3", Scheme: scheme, Value: "1",
		Help:    "Players ask for a URL when it starts, and do nothing with the answer.",
		Example: `callback every=30 url="http://localhost:8080/time/head?callback={id}"`,
		Words: []Word{{
			Key: "url", Title: "URL", Help: "What players ask for: a URL with http:// or https://, or a path of the page's own server. {id} in it is the number of the event.", Type: "text", Default: "/time/head?callback={id}",
			read: func(v string) (string, error) {
				u, err := url.Parse(v)
				web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
				path := err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(v, "/")
				if !web && !path {
					return "", fmt.Errorf("%q is no URL with http:// or https://, nor a path that begins with /", v)
				}
				return readText(1000)(v)
			},
		}},
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) {
		to := k.word(s, "url")
		return scheme, func(e Event) (Message, error) { return Message{Data: []byte(numbered(to, e.Index))}, nil }, nil
	}
	return k
}
