package option_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/option"
)

// What is read is printed so that it reads the same.
func TestLocations(t *testing.T) {
	for text, want := range map[string]string{
		"cdns=a":                                 "?cdns=a",
		"cdns=a, b ,":                            "?cdns=a,b",
		"cdns=a:1:70,b:2":                        "?cdns=a:1:70,b:2",
		"cdns=a:1:70=https://edge.example/x/,b":  "?cdns=a:1:70%3Dhttps://edge.example/x,b",
		"cdns=none":                              "",
		"steer=on":                               "?steer=on",
		"steer=1":                                "?steer=on",
		"steer=none":                             "",
		"steer=0":                                "",
		"steer=a:30,b:2.5":                       "?steer=a:30,b:2.5",
		"clones=x:a:localhost:81,y:b:[::1]:8080": "?clones=x:a:localhost:81,y:b:%5B::1%5D:8080",
		"steerttl=300":                           "?steerttl=300",
		"steerbefore=1&steerneeded=1&steerdefault=b": "",
	} {
		s, err := registry().Parse(escaped(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := s.Query(option.Steering, nil)
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
		again, err := registry().Parse(strings.TrimPrefix(got, "?"))
		if err != nil || again.Query(option.Steering, nil) != got {
			t.Errorf("%s: read again: %q, %v", text, again.Query(option.Steering, nil), err)
		}
	}
	for text, want := range map[string]string{
		"cdns=a,a":                               "twice",
		"cdns=a/b":                               "not the name",
		"cdns=..":                                "not the name",
		"cdns=a:0":                               "whole number from 1",
		"cdns=a:1:2:3":                           "more than",
		"cdns=a=ftp://x":                         "not a URL",
		"cdns=a=https://u:p@x":                   "not a URL",
		"cdns=a=https://x?y":                     "not a URL",
		"cdns=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q": "at most 16",
		"steer=a":                                "how many seconds",
		"steer=a:0":                              "from 1 to 86400",
		"clones=x:a":                             "name:base:host",
		"clones=x:a:ho st":                       "host",
		"clones=x:a:host/path":                   "host",
		"steerttl=0":                             "out of range",
		"steerdefault=a b":                       "not the name",
	} {
		if _, err := registry().Parse(escaped(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func escaped(query string) string {
	var parts []string
	for _, p := range strings.Split(query, "&") {
		name, v, _ := strings.Cut(p, "=")
		parts = append(parts, name+"="+url.QueryEscape(v))
	}
	return strings.Join(parts, "&")
}
