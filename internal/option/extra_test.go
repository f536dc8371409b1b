package option_test

import (
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/option"
)

// Which generated subtitles a text asks for, and how they are written again.
func TestClockText(t *testing.T) {
	for text, want := range map[string]string{
		"wvtt:en": "wvtt:en", "wvtt:en,sv;stpp:en": "wvtt:en,sv,stpp:en", "wvtt:en,sv,stpp:en": "wvtt:en,sv,stpp:en", "wvtt": "wvtt:en", "stpp,wvtt": "stpp:en,wvtt:en",
		"WVTT:zh-Hant": "wvtt:zh-Hant", "wvtt:en,wvtt:de": "wvtt:en,de", "none": "", "": "",
	} {
		s, err := registry().Parse("clocktext=" + strings.ReplaceAll(text, ";", "%3B"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := option.ClockText.Text(option.ClockText.From(s)); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
		again := option.ClockText.In(nil, option.ClockText.From(s))
		for _, scope := range []option.Scope{option.Text, option.Init | option.Text} {
			if q := again.Query(scope, nil); want != "" && q != "?clocktext="+want {
				t.Errorf("%s: URLs of scope %v carry %q", text, scope.Words(), q)
			}
		}
	}
	for text, want := range map[string]string{
		"en": "a format (wvtt: or stpp:) goes before", "ttml:en": "the formats are wvtt and stpp", "wvtt,sv": "write wvtt:sv", "wvtt:": "not a language tag", "wvtt:en,EN": "there twice",
		"wvtt:e<n": "not a language tag", "wvtt:" + strings.Repeat("a", 9): "not a language tag",
		"wvtt:a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q": "at most 16",
	} {
		if _, err := registry().Parse("clocktext=" + text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word about %q", text, err, want)
		}
	}
}
