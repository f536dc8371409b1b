package option_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
)

// What is wrong with a value is said of every option in one sentence that has the option, the value once, and what is allowed.
func TestValuesAreNamedOnce(t *testing.T) {
	quoted := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	bad := []string{
		"en", "wvtt:?", "99x1", "1x99", "5x5@9", "404", "404=", "x:y", "a=b", "-1", "~", "{", "999999999999999999999", "http://", "a;b", "1,1,?", "a:1:2:3", "a/b", "x@y", "on,?", "00:00", "2026-13-01",
		"p1", "*", "cenc-", "playready-?", "ping every=x", "scte35=every 1 s for 2 s", "mpd value=9", "video:", "video:404@n=", "a::", "a:b:c", "?:1", "\u00e9\u0000", strings.Repeat("y", 3000),
	}
	refused := 0
	for _, i := range registry().Describe() {
		for _, value := range bad {
			err := registry().Check(i.Key, value)
			if err == nil {
				continue
			}
			refused++
			text := err.Error()
			said, _, allowed := strings.Cut(text, "; allowed: ")
			if !strings.HasPrefix(text, "option "+i.Key+": ") || !allowed || errs.KindOf(err) != errs.Invalid || errors.Unwrap(err) == nil {
				t.Errorf("%s=%s: %s", i.Key, value, text)
			}
			all := quoted.FindAllString(said, -1)
			for n := 1; n < len(all); n++ {
				if slices.Contains(all[:n], all[n]) {
					t.Errorf("%s=%.60s: the value is there twice: %.200s", i.Key, value, said)
				}
			}
		}
	}
	if refused < 500 {
		t.Errorf("%d values are refused", refused)
	}
}
