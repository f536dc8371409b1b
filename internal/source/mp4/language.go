package mp4

import "strings"

// language returns the BCP 47 tag for the language of mdhd: three letters of ISO 639-2/T packed in 15 bits, or a code of the Macintosh. It is "" when
// the language is not said. The Macintosh's codes count in QuickTime files only: 0 is English there, and nothing elsewhere.
func language(code uint16, quickTime bool) string {
	if code < 0x400 && quickTime {
		return macLanguage(code)
	}
	var p [3]byte
	for i := range p {
		p[i] = byte(code>>(10-5*i)&31) + 0x60
		if p[i] < 'a' || p[i] > 'z' {
			return ""
		}
	}
	return shortest(string(p[:]))
}

// languageTag returns s when it has the form of a BCP 47 tag, else "".
func languageTag(s string) string {
	if s == "und" {
		return ""
	}
	for _, c := range []byte(s) {
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	return s
}

// shortest returns the two-letter code of a language where ISO 639-1 has one, as BCP 47 wants; "" for codes that name none.
func shortest(three string) string {
	switch three {
	case "und", "mis", "mul", "zxx":
		return ""
	}
	// The terminological and the bibliographic code of each language of ISO 639-1.
	const known = "aar aa abk ab afr af aka ak amh am ara ar arg an asm as ava av ave ae aym ay aze az bak ba bam bm bel be ben bn bis bi bod bo tib bo " +
		"bos bs bre br bul bg cat ca ces cs cze cs cha ch che ce chu cu chv cv cor kw cos co cre cr cym cy wel cy dan da deu de ger de div dv dzo dz " +
		"ell el gre el eng en epo eo est et eus eu baq eu ewe ee fao fo fas fa per fa fij fj fin fi fra fr fre fr fry fy ful ff gla gd gle ga glg gl " +
		"glv gv grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu hye hy arm hy ibo ig ido io iii ii iku iu ile ie ina ia ind id " +
		"ipk ik isl is ice is ita it jav jv jpn ja kal kl kan kn kas ks kat ka geo ka kau kr kaz kk khm km kik ki kin rw kir ky kom kv kon kg kor ko " +
		"kua kj kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg mah mh mal ml mar mr mkd mk mac mk mlg mg mlt mt mon mn mri mi mao mi " +
		"msa ms may ms mya my bur my nau na nav nv nbl nr nde nd ndo ng nep ne nld nl dut nl nno nn nob nb nor no nya ny oci oc oji oj ori or orm om oss os " +
		"pan pa pli pi pol pl por pt pus ps que qu roh rm ron ro rum ro run rn rus ru sag sg san sa sin si slk sk slo sk slv sl sme se smo sm sna sn snd sd " +
		"som so sot st spa es sqi sq alb sq srd sc srp sr ssw ss sun su swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tir ti ton to tsn tn " +
		"tso ts tuk tk tur tr twi tw uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wln wa wol wo xho xh yid yi yor yo zha za zho zh chi zh zul zu "
	if i := strings.Index(known, three+" "); i >= 0 && (i == 0 || known[i-1] == ' ') {
		return known[i+4 : i+6]
	}
	return three
}

// macLanguage returns the BCP 47 tag of a Macintosh language code (QuickTime File Format, Language Code Values).
func macLanguage(code uint16) string {
	const known = "en fr de it nl sv es da pt no he ja ar fi el is mt tr hr zh-Hant ur hi th ko lt pl hu et lv se fo fa ru zh-Hans nl-BE ga sq ro cs sk sl yi sr mk bg uk be uz kk " +
		"az az hy ka ro ky tg tk mn mn ps ku ks sd bo ne sa mr bn as gu pa or ml kn ta te si my km lo vi id tl ms ms am ti om so sw rw rn ny mg eo"
	list := strings.Fields(known)
	if int(code) < len(list) {
		return list[code]
	}
	const more = "cy eu ca la qu gn ay tt ug dz jv su gl af br iu gd gv ga to el kl az"
	list = strings.Fields(more)
	if i := int(code) - 128; i >= 0 && i < len(list) {
		return list[i]
	}
	return ""
}
