package subtitle

import "testing"

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		in, base, lang string
		forced, sdh    bool
	}{
		{"movie.srt", "movie", "", false, false},
		{"movie.en.srt", "movie", "en", false, false},
		{"movie.pt-BR.forced.vtt", "movie", "pt-BR", true, false},
		{"movie.eng.sdh.srt", "movie", "en", false, true},
		{"movie.GER.CC.ass", "movie", "de", false, true},
		{"movie.forced.fr.srt", "movie", "fr", true, false},
		{"movie.en.hi.srt", "movie", "en", false, true},
		{"movie.hi.srt", "movie", "hi", false, false},
		{"movie.hi.sdh.srt", "movie", "hi", false, true},
		{"movie.default.es-419.srt", "movie", "es-419", false, false},
		{"My.Movie.2010.zh-Hans.srt", "My.Movie.2010", "zh-Hans", false, false},
		{"movie.und.srt", "movie.und", "", false, false},
		{"movie.1080p.srt", "movie.1080p", "", false, false},
		{"en.srt", "en", "", false, false},
		{".en.srt", ".en", "", false, false},
		{"movie", "movie", "", false, false},
		{"", "", "", false, false},
		{"a.fr.en.srt", "a.fr", "en", false, false},
		{"Ein Film.mit Punkt.de.forced.srt", "Ein Film.mit Punkt", "de", true, false},
	} {
		base, lang, forced, sdh := Language(c.in)
		if base != c.base || lang != c.lang || forced != c.forced || sdh != c.sdh {
			t.Errorf("Language(%q) = %q, %q, %v, %v", c.in, base, lang, forced, sdh)
		}
	}
}
