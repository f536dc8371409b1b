package media

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	for code, want := range map[string]string{
		"en": "en", "eng": "en", "ENG": "en", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "chi": "zh", "zho": "zh",
		"tib": "bo", "bod": "bo", "cze": "cs", "scr": "hr", "iw": "he", "in": "id", "mol": "ro", "mo": "ro", "zul": "zu", "aar": "aa",
		"pt-br": "pt-BR", "por_BR": "pt-BR", "zh-HANS-cn": "zh-Hans-CN", "es-419": "es-419", "de-1996": "de-1996", "sl-rozaj": "sl-rozaj",
		"en-x-GB": "en-x-gb", "en-": "en", "en-a!b-US": "en", "fil": "fil", "yue": "yue", "cmn-Hant": "cmn-Hant", "mul": "mul", "zxx": "zxx",
		"und": "", "mis": "", "": "", "xx": "", "zzz": "", "english": "", "e": "", "a:": "", ":aa": "", "aa:": "", "\x00\x00\x00": "", "eng\x00": "en",
		" en ": "en", "aar:": "", "ab ": "ab", "x-klingon": "", "\xc3\xa9n": "", "b:b": "",
	} {
		if got := Language(code); got != want {
			t.Errorf("Language(%q) = %q, want %q", code, got, want)
		}
	}
}

// Every entry of the tables is found by each of its codes and by no other entry's.
func TestLanguageTables(t *testing.T) {
	seen := map[string]bool{}
	two := 0
	for entry := range strings.FieldsSeq(twoLetters) {
		codes := strings.Split(entry, ":")
		if two++; len(codes) < 2 || len(codes[0]) != 2 {
			t.Errorf("malformed entry %q", entry)
		}
		for _, c := range codes {
			if Language(c) != codes[0] || seen[c] {
				t.Errorf("Language(%q) = %q, want %q once", c, Language(c), codes[0])
			}
			seen[c] = true
		}
	}
	for c := range strings.FieldsSeq(threeLetters) {
		if Language(c) != c || seen[c] {
			t.Errorf("Language(%q) = %q, or listed twice", c, Language(c))
		}
		seen[c] = true
	}
	if two < 184 {
		t.Errorf("%d two-letter codes; ISO 639-1 has 184", two)
	}
}
