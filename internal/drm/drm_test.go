package drm

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

func kid(t *testing.T, s string) media.KID {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 16 {
		t.Fatal("key ID", s)
	}
	return media.KID(b)
}

func computed(t *testing.T, s string) Key {
	t.Helper()
	k, err := Computed(kid(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const (
	first  = "1ab45440532c439994dc5c5ad9584bac"
	second = "c001de8e567b5fcfbc22c565ed5bda24"
)

// The vectors of dashlive 3.6.1, which were taken from its running code.
func TestDashliveVectors(t *testing.T) {
	id := kid(t, first)
	k, err := Computed(id)
	if err != nil || hex.EncodeToString(k.Value[:]) != "d6d39cedee9024c88b64eb1bdd617a47" || !k.Computed || k.ID != id {
		t.Errorf("computed key: %x %v", k.Value, err)
	}
	if le := littleEndian(id); le.String() != "4054b41a2c53994394dc5c5ad9584bac" || playReadyID(id) != "QFS0GixTmUOU3Fxa2VhLrA==" {
		t.Errorf("GUID %s, %s", le, playReadyID(id))
	}
	if sum := checksum(k); sum != "RLlOKOW5IIo=" {
		t.Error("checksum", sum)
	}
	c := &Content{Stream: "bbb", Scheme: cenc, Keys: []Key{k}}
	if u := playReadyURL(&Settings{}, c); u != "https://test.playready.microsoft.com/service/rightsmanager.asmx?cfg=(kid:QFS0GixTmUOU3Fxa2VhLrA==,persist:false,sl:150)" {
		t.Error("licence URL", u)
	}
	header, err := playReadyHeader(&Settings{}, c)
	if err != nil || 2*len(header) != 780 {
		t.Errorf("header of %d bytes, %v: %s", 2*len(header), err, header)
	}
	s := Selection{Systems: []Selected{{playReadyKey, Moov}, {clearKeyKey, Moov}}}
	boxes, err := s.PSSH(c)
	if err != nil || len(boxes) != 2 {
		t.Fatal(len(boxes), err)
	}
	if sum := sha1.Sum(boxes[0]); len(boxes[0]) != 822 || hex.EncodeToString(sum[:]) != "3f0b6cf10ee2e87b80bcff2ea82a3e1f53050d94" {
		t.Errorf("PlayReady pssh: %d bytes, SHA-1 %x", len(boxes[0]), sum)
	}
	if got := hex.EncodeToString(boxes[1]); got != "0000003470737368010000001077efecc0b24d02ace33c1e52e2fb4b000000011ab45440532c439994dc5c5ad9584bac00000000" {
		t.Error("ClearKey pssh", got)
	}
}

// The elements of an AdaptationSet, in the order and with the values of dashlive 3.6.1 for drm=clearkey,marlin,playready.
func TestProtections(t *testing.T) {
	chosen, err := Parse("clearkey,marlin,playready")
	if err != nil {
		t.Fatal(err)
	}
	s := Selection{Systems: chosen, Settings: Settings{Licence: "?licence=403"}}
	c := &Content{Stream: "bbb", Scheme: cenc, Keys: []Key{computed(t, first)}, Origin: "http://localhost:5000"}
	got, err := s.Protections(c)
	if err != nil || len(got) != 5 {
		t.Fatal(len(got), err)
	}
	const id = "1AB45440-532C-4399-94DC-5C5AD9584BAC"
	for i, want := range []struct{ scheme, value, kid, children string }{
		{"urn:mpeg:dash:mp4protection:2011", "cenc", id, ""},
		{"urn:uuid:5e629af5-38da-4063-8977-97ffbd9902d4", "", "", "mas:MarlinContentIds"},
		{"urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95", "2.0", id, "cenc:pssh mspr:pro"},
		{"urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e", "ClearKey1.0", "", "clearkey:Laurl dashif:Laurl"},
		{"urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b", "", "", "cenc:pssh"},
	} {
		e, names := got[i], []string{}
		for _, child := range e.Children {
			names = append(names, child.Name)
		}
		if e.Name != "ContentProtection" || attribute(e, "schemeIdUri") != want.scheme || attribute(e, "value") != want.value ||
			attribute(e, "cenc:default_KID") != want.kid || strings.Join(names, " ") != want.children {
			t.Errorf("element %d is %+v", i, e)
		}
	}
	if ids := got[1].Children[0].Children; len(ids) != 1 || ids[0].Text != "urn:marlin:kid:"+first {
		t.Errorf("Marlin: %+v", ids)
	}
	for _, u := range got[3].Children {
		if u.Text != "http://localhost:5000/clearkey?licence=403" {
			t.Error("licence URL", u.Text)
		}
	}
	pssh, _ := base64.StdEncoding.DecodeString(got[2].Children[0].Text)
	pro, _ := base64.StdEncoding.DecodeString(got[2].Children[1].Text)
	if len(pssh) != 822 || !bytes.Equal(pssh[32:], pro) {
		t.Errorf("pssh of %d bytes, PRO of %d", len(pssh), len(pro))
	}
}

func attribute(e Element, name string) string {
	for _, a := range e.Attributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Each location has what it is for, and nothing else.
func TestLocations(t *testing.T) {
	c := &Content{Stream: "s", Scheme: cenc, Keys: []Key{computed(t, first)}}
	for text, want := range map[string]string{
		"playready": "cenc:pssh mspr:pro|moov", "playready-pro": "mspr:pro", "playready-cenc": "cenc:pssh", "playready-moov": "|moov", "playready-pro-moov": "mspr:pro|moov",
		"widevine-cenc": "cenc:pssh", "widevine-moov": "|moov", "marlin": "mas:MarlinContentIds",
	} {
		chosen, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		s := Selection{Systems: chosen}
		elements, err := s.Protections(c)
		if err != nil || len(elements) != 2 {
			t.Fatal(text, elements, err)
		}
		var names []string
		for _, e := range elements[1].Children {
			names = append(names, e.Name)
		}
		got := strings.Join(names, " ")
		if boxes, err := s.PSSH(c); err != nil || len(boxes) > 1 {
			t.Error(text, boxes, err)
		} else if len(boxes) == 1 {
			got += "|moov"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	s := Selection{Systems: []Selected{{playReadyKey, everywhere}}, Settings: Settings{PlayReady: "1.0"}}
	elements, err := s.Protections(c)
	if err != nil || attribute(elements[1], "schemeIdUri") != "urn:uuid:79f0049a-4098-8642-ab92-e65be0885f95" || len(elements[1].Children) != 1 || elements[1].Children[0].Name != "mspr:pro" {
		t.Errorf("version 1.0: %+v %v", elements, err)
	}
}

func TestGrammar(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "none": "", "NONE,clearkey": "", "clearkey": "clearkey", "all": "all", "all-pro-cenc": "all-cenc-pro", "ClearKey,PlayReady": "playready,clearkey",
		"playready-pro-cenc,clearkey-moov": "playready-cenc-pro,clearkey-moov", "playready-moov-pro-cenc": "playready", "fairplay,widevine,clearkey,marlin,playready": "all",
		"widevine , marlin": "marlin,widevine",
	} {
		got, err := Parse(text)
		if err != nil || Print(got) != want {
			t.Errorf("%q: %q %v, want %q", text, Print(got), err, want)
		}
		if again, err := Parse(Print(got)); err != nil || fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%q does not come back from %q", text, Print(got))
		}
	}
	for text, want := range map[string]string{
		"clearkey-there": `no location is called "there"`, "all-x": "no location", "nagra": `no system is called "nagra"`, "all,clearkey": "all stands alone", "marlin,marlin": "twice",
		"clearkey-": "no location", ",": "no system",
	} {
		if got, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v %v, want %q", text, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("playready-pro-cenc,clearkey-moov")
	f.Add("all-moov")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(Print(got))
		if err != nil || fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%q is printed as %q, which is %v, %v", text, Print(got), again, err)
		}
	})
}

// wrm is a WRMHEADER as encoding/xml reads it.
type wrm struct {
	XMLName xml.Name `xml:"http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader WRMHEADER"`
	Version string   `xml:"version,attr"`
	Data    struct {
		Protect struct {
			KeyLen string `xml:"KEYLEN"`
			AlgID  string `xml:"ALGID"`
			KID    []wrmKID
			KIDs   struct{ KID []wrmKID } `xml:"KIDS"`
		} `xml:"PROTECTINFO"`
		KID, CHECKSUM, LA_URL string //nolint:revive // as in the document
	} `xml:"DATA"`
}

type wrmKID struct {
	Algorithm string `xml:"ALGID,attr"`
	Checksum  string `xml:"CHECKSUM,attr"`
	Value     string `xml:"VALUE,attr"`
}

func TestPlayReadyHeaders(t *testing.T) {
	one, two := computed(t, first), computed(t, second)
	for _, c := range []struct {
		settings Settings
		scheme   media.Scheme
		keys     []Key
		version  string
	}{
		{Settings{}, cenc, []Key{one}, "4.0"}, {Settings{}, cenc, []Key{one, two}, "4.2"}, {Settings{}, cbcs, []Key{one}, "4.3"}, {Settings{}, cbcs, []Key{one, two}, "4.3"},
		{Settings{Header: "4.1"}, cenc, []Key{one}, "4.1"}, {Settings{Header: "4.2"}, cenc, []Key{one}, "4.2"}, {Settings{Header: "4.3"}, cenc, []Key{one, two}, "4.3"},
	} {
		c.settings.LicenceURLs = map[string]string{playReadyKey: "https://example.org/?a=1&kid={default_kid}&all={kids}"}
		content := &Content{Scheme: c.scheme, Keys: c.keys}
		pro, err := playReadyObject(&c.settings, content)
		if err != nil {
			t.Fatal(err)
		}
		if int(binary.LittleEndian.Uint32(pro)) != len(pro) || binary.LittleEndian.Uint16(pro[4:]) != 1 || binary.LittleEndian.Uint16(pro[6:]) != 1 || int(binary.LittleEndian.Uint16(pro[8:])) != len(pro)-10 {
			t.Errorf("PRO %x", pro[:10])
		}
		units := make([]uint16, (len(pro)-10)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(pro[10+2*i:])
		}
		var h wrm
		if err := xml.Unmarshal([]byte(string(utf16.Decode(units))), &h); err != nil {
			t.Fatal(err)
		}
		all := []string{first}
		if len(c.keys) > 1 {
			all = append(all, second)
		}
		if h.Version != c.version+".0.0" || h.Data.LA_URL != "https://example.org/?a=1&kid="+first+"&all="+strings.Join(all, ",") {
			t.Errorf("%s: header %+v", c.version, h)
		}
		var kids []wrmKID
		p := h.Data.Protect
		switch c.version {
		case "4.0":
			kids = []wrmKID{{p.AlgID, h.Data.CHECKSUM, h.Data.KID}}
			if p.KeyLen != "16" {
				t.Error("KEYLEN", p.KeyLen)
			}
		case "4.1":
			kids = p.KID
		default:
			kids = p.KIDs.KID
		}
		want := len(c.keys)
		if c.version < "4.2" {
			want = 1
		}
		if len(kids) != want {
			t.Fatalf("%s: %d keys", c.version, len(kids))
		}
		for i, k := range kids {
			algorithm, sum := "AESCTR", checksum(c.keys[i])
			if c.scheme == cbcs {
				algorithm, sum = "AESCBC", ""
			}
			if k != (wrmKID{algorithm, sum, playReadyID(c.keys[i].ID)}) {
				t.Errorf("%s: key %+v", c.version, k)
			}
		}
	}
	if _, err := playReadyObject(&Settings{Header: "4.0"}, &Content{Scheme: cbcs, Keys: []Key{one}}); errs.KindOf(err) != errs.Unsupported {
		t.Error("4.0 with cbcs:", err)
	}
	many := &Content{Scheme: cenc}
	for range 600 {
		many.Keys = append(many.Keys, one)
	}
	if _, err := playReadyObject(&Settings{}, many); errs.KindOf(err) != errs.Invalid {
		t.Error("a header that is too long:", err)
	}
}

// protobuf reads a message: numbers and bytes of its fields, in order.
func protobuf(t *testing.T, b []byte) (fields []string) {
	t.Helper()
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		b = b[n:]
		v, n := binary.Uvarint(b)
		b = b[n:]
		switch tag & 7 {
		case 0:
			fields = append(fields, fmt.Sprintf("%d=%d", tag>>3, v))
		case 2:
			fields = append(fields, fmt.Sprintf("%d=%x", tag>>3, b[:v]))
			b = b[v:]
		default:
			t.Fatalf("wire type %d", tag&7)
		}
	}
	return fields
}

// Widevine's box has the fields of the box that Google's public test content has, which this reads first.
func TestWidevine(t *testing.T) {
	public, err := base64.StdEncoding.DecodeString("AAAAW3Bzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAADsIARIQ62dqu8s0Xpa7z2FmMPGj2hoNd2lkZXZpbmVfdGVzdCIQZmtqM2xqYVNkZmFsa3IzaioCSEQyAA==")
	if err != nil {
		t.Fatal(err)
	}
	theirs := protobuf(t, public[32:])
	if theirs[1] != "2=eb676abbcb345e96bbcf6166"+"30f1a3da" || theirs[3] != fmt.Sprintf("4=%x", "fkj3ljaSdfalkr3j") {
		t.Fatal("the public box has", theirs)
	}
	one, two := computed(t, first), computed(t, second)
	s := Selection{Systems: []Selected{{widevineKey, Moov}}}
	boxes, err := s.PSSH(&Content{Stream: "film", Scheme: cbcs, Keys: []Key{one, two}})
	if err != nil || len(boxes) != 1 {
		t.Fatal(boxes, err)
	}
	box := boxes[0]
	if !bytes.Equal(box[4:28], public[4:28]) || int(binary.BigEndian.Uint32(box)) != len(box) || int(binary.BigEndian.Uint32(box[28:])) != len(box)-32 {
		t.Errorf("box %x", box[:32])
	}
	if got, want := protobuf(t, box[32:]), []string{"2=" + first, "2=" + second, fmt.Sprintf("4=%x", "film"), "9=1667392371"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("fields %s, want %s", got, want)
	}
	// The scheme as Shaka Packager writes it: 48 e3 dc 95 9b 06 for cenc.
	if data := widevineData(&Content{Scheme: cenc, Keys: []Key{one}}); !bytes.HasSuffix(data, []byte{0x48, 0xe3, 0xdc, 0x95, 0x9b, 0x06}) {
		t.Errorf("data %x", data)
	}
}

func TestFairPlay(t *testing.T) {
	one := computed(t, first)
	s := Selection{Systems: []Selected{{fairPlayKey, everywhere}}}
	if _, err := s.Protections(&Content{Scheme: cenc, Keys: []Key{one}}); errs.KindOf(err) != errs.Unsupported {
		t.Error("FairPlay with cenc:", err)
	}
	got, err := s.Protections(&Content{Scheme: cbcs, Keys: []Key{one}})
	if err != nil || len(got) != 2 || attribute(got[1], "schemeIdUri") != "urn:uuid:94ce86fb-07ff-4f43-adb8-93d2fa968ca2" {
		t.Error(got, err)
	}
	all, _ := Parse("all")
	s = Selection{Systems: all}
	for scheme, want := range map[media.Scheme]bool{cenc: false, cbcs: true} {
		got, err := s.Protections(&Content{Scheme: scheme, Keys: []Key{one}})
		if err != nil || strings.Contains(fmt.Sprint(got), "94ce86fb") != want {
			t.Errorf("%s: FairPlay is not there, or there: %v %v", scheme, got, err)
		}
	}
}

func TestComplete(t *testing.T) {
	s := Selection{Systems: []Selected{{clearKeyKey, CENC}, {widevineKey, CENC}}, Settings: Settings{LicenceURLs: map[string]string{widevineKey: "https://proxy.example/wv"}}}
	stored, err := s.Protections(&Content{Scheme: cenc, Keys: []Key{computed(t, first)}})
	if err != nil {
		t.Fatal(err)
	}
	seen := Complete(stored, "https://tv.example")
	text := fmt.Sprint(seen)
	if strings.Count(text, "https://tv.example/clearkey") != 2 || strings.Count(text, "https://proxy.example/wv") != 1 {
		t.Error(text)
	}
	if text := fmt.Sprint(stored); strings.Contains(text, "tv.example") {
		t.Error("what is remembered has changed:", text)
	}
}

// However a key is printed, it is not there.
func TestSecret(t *testing.T) {
	k := computed(t, first)
	holder := struct {
		Keys []Key
		One  *Key
	}{[]Key{k}, &k}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", k, "holder", holder)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", &k, "holder", holder)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		_, _ = fmt.Fprintf(&log, verb+"\n", k)
		_, _ = fmt.Fprintf(&log, verb+"\n", &k)
		if verb != "%d" && verb != "%x" && verb != "%#v" {
			_, _ = fmt.Fprintf(&log, verb+"\n", holder)
		}
	}
	b, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	log.Write(b)
	out := strings.ToLower(log.String())
	for _, secret := range []string{"d6d39c", "214 211 156", "214,211,156", "0xd6, 0xd3", base64.StdEncoding.EncodeToString(k.Value[:])[:8]} {
		if strings.Contains(out, strings.ToLower(secret)) {
			t.Errorf("%q is printed:\n%s", secret, out)
		}
	}
	if strings.Count(out, first) < 16 {
		t.Error("IDs are not printed:", out)
	}
}

func TestComputedIDs(t *testing.T) {
	seen := map[media.KID]Use{}
	for _, stream := range []string{"a", "b", "a\x00\x01"} {
		for _, kind := range []media.Kind{media.Other, media.Video, media.Audio, media.Text} {
			for _, height := range []uint32{0, 1, 288, 1080, 4320, 16383} {
				for _, period := range []int64{0, 1, 1 << 40} {
					u := Use{Stream: stream, Kind: kind, Height: height, Period: period}
					k, err := Computer{}.Key(u)
					if err != nil {
						t.Fatal(err)
					}
					if other, twice := seen[k.ID]; twice {
						t.Fatalf("%+v and %+v have the key %s", u, other, k.ID)
					}
					seen[k.ID] = u
					found, of, ok := Computer{}.Find(k.ID)
					if !ok || found != k || of.Kind != kind || of.Height != height {
						t.Fatalf("%s is found as %+v %+v %v", k.ID, found, of, ok)
					}
					if k.ID[6]>>4 != 8 || k.ID[8]>>6 != 2 {
						t.Errorf("%s is no UUID of version 8", k.ID)
					}
				}
			}
		}
	}
	if _, _, ok := (Computer{}).Find(kid(t, first)); ok {
		t.Error("an ID of others has a computed key")
	}
	k, err := Computer{}.Key(Use{Stream: "a", Kind: media.Video, Height: 720, Width: 1280, AnyKind: true, AnyHeight: true})
	if same, err2 := (Computer{}).Key(Use{Stream: "a"}); err != nil || err2 != nil || k != same {
		t.Errorf("%v and %v differ", k, same)
	}
	// It is for ever: licences are given for streams that were announced by other versions.
	if k.ID.String() != frozenID {
		t.Errorf("the key of stream a is %s; it was %s", k.ID, frozenID)
	}
}

const frozenID = "b591392f2693800f80008e8b102dc4c0"
