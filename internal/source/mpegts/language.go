package mpegts

import "strings"

// languages pairs ISO 639-2 (bibliographic and terminological) with ISO 639-1, five letters each: what descriptors have, what BCP 47 wants.
const languages = "aaraa abkab afraf akaak albsq amham araar argan armhy asmas avaav aveae aymay azeaz bakba bambm baqeu belbe benbn " +
	"bihbh bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece chizh chucu chvcv corkw cosco crecr cymcy czecs danda " +
	"deude divdv dutnl dzodz ellel engen epoeo estet euseu eweee faofo fasfa fijfj finfi frafr frefr fryfy fulff geoka gerde " +
	"glagd glega glggl glvgv greel grngn gujgu hatht hauha hebhe herhz hinhi hmoho hrvhr hunhu hyehy iboig iceis idoio iiiii " +
	"ikuiu ileie inaia indid ipkik islis itait javjv jpnja kalkl kankn kaska katka kaukr kazkk khmkm kikki kinrw kirky komkv " +
	"konkg korko kuakj kurku laolo latla lavlv limli linln litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk " +
	"mlgmg mltmt monmn mrimi msams myamy nauna navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno nyany ocioc ojioj orior " +
	"ormom ossos panpa perfa plipi polpl porpt pusps quequ rohrm ronro rumro runrn rusru sagsg sansa sinsi slksk slosk slvsl " +
	"smese smosm snasn sndsd somso sotst spaes sqisq srdsc srpsr sswss sunsu swasw swesv tahty tamta tattt telte tgktg tgltl " +
	"thath tibbo tirti tonto tsntn tsots tuktk turtr twitw uigug ukruk urdur uzbuz venve vievi volvo welcy wlnwa wolwo xhoxh " +
	"yidyi yoryo zhaza zhozh zulzu "

// language returns the BCP 47 tag for an ISO 639-2 code, "" when it says nothing.
func language(code []byte) string {
	s := strings.ToLower(string(code))
	if len(s) != 3 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	switch s {
	case "und", "mis", "mul", "zxx":
		return ""
	}
	for i := 0; i+5 < len(languages); i += 6 {
		if languages[i:i+3] == s {
			return languages[i+3 : i+5]
		}
	}
	return s
}
