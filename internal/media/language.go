package media

import "strings"

// Language returns the BCP 47 (RFC 5646) tag for a language code as containers and file names write it: two letters
// (ISO 639-1) or three (ISO 639-2, bibliographic or terminological), any case, with "-" or "_" before further subtags,
// padded with spaces or zeros. Where two letters exist they are used: "ger", "deu" and "DE" all give "de"; "por_br" gives
// "pt-BR". It returns "" for und, mis and what is no language code.
func Language(code string) string {
	code = strings.ToLower(strings.Trim(code, " \x00"))
	primary, rest, _ := strings.Cut(strings.ReplaceAll(code, "_", "-"), "-")
	tag := primaryLanguage(primary)
	if tag == "" {
		return ""
	}
	single := false // after a singleton ("u", "x") subtags keep their lower case (RFC 5646, 2.1.1)
	for sub := range strings.SplitSeq(rest, "-") {
		if !alphanumeric(sub) {
			break
		}
		switch {
		case single:
		case len(sub) == 1:
			single = true
		case len(sub) == 2:
			sub = strings.ToUpper(sub)
		case len(sub) == 4 && sub[0] > '9':
			sub = strings.ToUpper(sub[:1]) + sub[1:]
		}
		tag += "-" + sub
	}
	return tag
}

// primaryLanguage maps a lower-case code; "" when it is not known.
func primaryLanguage(code string) string {
	if !alphanumeric(code) {
		return ""
	}
	switch len(code) {
	case 2:
		if strings.Contains(twoLetters, " "+code+":") {
			return code
		}
	case 3:
		if strings.Contains(threeLetters, " "+code+" ") {
			return code
		}
	default:
		return ""
	}
	i := max(strings.Index(twoLetters, ":"+code+" "), strings.Index(twoLetters, ":"+code+":"))
	if i < 0 {
		return ""
	}
	entry := strings.LastIndexByte(twoLetters[:i], ' ') + 1
	return twoLetters[entry : entry+2]
}

func alphanumeric(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 8
}

// twoLetters has each ISO 639-1 code with its ISO 639-2 codes (terminological, then bibliographic where that differs), then codes
// that were withdrawn in its favour.
const twoLetters = " aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bh:bih bi:bis" +
	" bm:bam bn:ben bo:bod:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces:cze cu:chu cv:chv cy:cym:wel da:dan" +
	" de:deu:ger dv:div dz:dzo ee:ewe el:ell:gre en:eng eo:epo es:spa et:est eu:eus:baq fa:fas:per ff:ful fi:fin fj:fij" +
	" fo:fao fr:fra:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb:iw hi:hin ho:hmo hr:hrv:scr ht:hat" +
	" hu:hun hy:hye:arm hz:her ia:ina id:ind:in ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl:ice it:ita iu:iku ja:jpn jv:jav:jw" +
	" ka:kat:geo kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat" +
	" lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri:mao mk:mkd:mac ml:mal mn:mon mr:mar" +
	" ms:msa:may mt:mlt my:mya:bur na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld:dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci" +
	" oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron:rum:mo:mol ru:rus rw:kin" +
	" sa:san sc:srd sd:snd se:sme sg:sag sh:hbs si:sin sk:slk:slo sl:slv sm:smo sn:sna so:som sq:sqi:alb sr:srp:scc ss:ssw" +
	" st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi" +
	" ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid:ji yo:yor za:zha zh:zho:chi zu:zul "

// threeLetters has the codes of ISO 639-2 that have no two-letter form, and those of ISO 639-3 that are met in media files.
const threeLetters = " ace ach acm ada ady afa afh ain ajp akk ale alg alt ang anp apa apc arc arn arp art arw ary arz ast ath aus awa bad bai" +
	" bal ban bar bas bat bej bem ber bho bik bin bla bnt bra btk bua bug byn cad cai car cau cdo ceb cel chb chg chk chm chn" +
	" cho chp chr chy ckb cmc cmn cnr cop cpe cpf cpp crh crp csb cus dak dar day del den dgr din doi dra dsb dua dum dyu efi" +
	" egy eka ekk elx enm ewo fan fat fil fiu fon frm fro frr frs fur fuv gaa gan gay gba gcf gem gez gil gmh goh gon gor got" +
	" grb grc gsw gwi hai hak haw hil him hit hmn hne hsb hsn hup iba ijo ilo inc ine inh ira iro jbo jpr jrb kaa kab kac kam" +
	" kar kaw kbd kha khi kho kmb kmr kok kos kpe krc krl kro kru ksh kum kut lad lah lam lez lol lou loz lua lui lun luo lus" +
	" lvs mad mag mai mak man map mas mdf mdr men mga mic min mkh mnc mni mno moh mos mul mun mus mwl mwr myn myv nah nai nan" +
	" nap nds new nia nic niu nog non npi nqo nso nub nwc nym nyn nyo nzi ory osa ota oto paa pag pal pam pap pau pdc peo pes" +
	" phi phn pnb pon pra pro prs raj rap rar rcf roa rom rup sad sah sai sal sam sas sat scn sco sel sem sga sgn shn sid sio" +
	" sit skr sla sma smi smj smn sms snk sog son srn srr ssa suk sus sux swh syc syr tai tcy tem ter tet tig tiv tkl tlh tli" +
	" tmh tog tpi tsi tum tup tut tvl tyv udm uga umb vai vot wak wal war was wen wuu xal yao yap ypk yue zap zbl zen zgh znd" +
	" zsm zun zxx zza "
