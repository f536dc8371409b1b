package compat

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/option"
)

// Whatever stands in a path for failures and several CDNs is an error, or options whose text this program can read or says what is wrong with; it is no panic.
func FuzzTraffic(f *testing.F) {
	for _, seed := range []string{"u20d10,d10u30", "[{cycle:30,rsq:0,code:404,rep:v1,a1},{cycle:3,code:500}]", "a,b;ttl=10;mode=trigger;qbs=1;default=b", "keep-head", "u", "[{", "[{}]", ";", "[{rep:,code:1}]"} {
		f.Add(seed)
	}
	r := option.NewRegistry(option.Common()...)
	f.Fuzz(func(t *testing.T, text string) {
		for _, translate := range []translation{statusCodes, traffic, steer, clocks, timeline("1")} {
			q := url.Values{}
			if translate(text, q) != nil {
				continue
			}
			s, err := r.Parse(q.Encode())
			if err != nil {
				continue
			}
			if _, err := r.Parse(strings.TrimPrefix(s.Query(option.Steering, nil), "?")); err != nil && s != nil {
				t.Fatalf("%q becomes %q, which cannot be read again: %v", text, s.Query(option.Steering, nil), err)
			}
		}
	})
}
