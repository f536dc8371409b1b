package option_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/option"
)

// Whatever is read of service locations, schedules and clones is printed so that it reads the same.
func FuzzLocations(f *testing.F) {
	for _, seed := range []string{"a,b", "a:1:70=https://edge.example/x,b", "on", "a:30,b:2.5", "x:a:[::1]:80", "a:b:c:d", ",,", "a=http://[", "none"} {
		f.Add(seed)
	}
	r := registry()
	f.Fuzz(func(t *testing.T, text string) {
		for _, key := range []string{"cdns", "steer", "clones"} {
			s, err := r.Parse(key + "=" + url.QueryEscape(text))
			if err != nil {
				continue
			}
			printed := strings.TrimPrefix(s.Query(option.Steering, nil), "?")
			again, err := r.Parse(printed)
			if err != nil || strings.TrimPrefix(again.Query(option.Steering, nil), "?") != printed {
				t.Fatalf("%s=%q is printed as %q, which is read as %q, %v", key, text, printed, again.Query(option.Steering, nil), err)
			}
		}
	})
}
