package subtitle

import (
	"path"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// Language takes a side-car's file name apart: "movie.pt-BR.forced.vtt" is ("movie", "pt-BR", forced), "movie.eng.sdh.srt" is ("movie", "en", for the hearing
// impaired), "movie.srt" is ("movie", ""). Behind the language may stand forced or foreign; sdh, cc or hi; default or full; in any order and case.
//
// A title may end like a language ("the.man.srt", and man is Mandingo): whoever looks for the film of a side-car asks first for one that has the
// whole name without the extension.
func Language(fileName string) (base, lang string, forced, sdh bool) {
	base = strings.TrimSuffix(fileName, path.Ext(fileName))
	for {
		i := strings.LastIndexByte(base, '.')
		if i <= 0 {
			return base, lang, forced, sdh
		}
		word := strings.ToLower(base[i+1:])
		switch word {
		case "forced", "foreign":
			forced = true
		case "sdh", "cc":
			sdh = true
		case "default", "full":
		default:
			tag := media.Language(word)
			switch {
			case tag == "" || lang != "" && lang != "hi":
				return base, lang, forced, sdh
			case lang == "hi": // "movie.en.hi.srt": not Hindi, but for the hearing impaired
				sdh = true
			}
			lang = tag
		}
		base = base[:i]
	}
}
