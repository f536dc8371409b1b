package keys

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const secretKey = "00112233445566778899aabbccddeeff"

// world is a folder of files, and a clock.
type world struct {
	t   *testing.T
	dir string
	now time.Time
	log bytes.Buffer
}

func newWorld(t *testing.T, files map[string]string) *world {
	w := &world{t: t, dir: t.TempDir(), now: time.Unix(1e9, 0)}
	for name, text := range files {
		w.write(name, text)
	}
	return w
}

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open() (*Store, error) {
	return Open(Config{
		Path: filepath.Join(w.dir, "keys.yaml"), Optional: true, Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
}

func (w *world) must() *Store {
	w.t.Helper()
	s, err := w.open()
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

const sample = `
keys:
  # One that is found by its ID alone: its value is computed.
  - kid: 1ab45440-532c-4399-94dc-5c5ad9584bac
  - {kid: "00000000000000000000000000000001", key: 00112233445566778899aabbccddeeff, stream: film, kind: audio}
  - {kid: 00000000000000000000000000000002, key: ABEiM0RVZneImaq7zN3u/g==, stream: film, kind: video, height: 0-576}
  - {kid: 00000000000000000000000000000003, stream: film, kind: video, height: 577-, public: true}
  - {kid: 00000000000000000000000000000004, stream: "live*", period: 0/2}
  - {kid: 00000000000000000000000000000005, stream: "live*", period: 1/2}
  - {kid: 00000000000000000000000000000006, stream: turn, period: 7}
  - {kid: 00000000000000000000000000000007, stream: ever, period: any, computed: true}
`

func TestKeys(t *testing.T) {
	s := newWorld(t, map[string]string{"keys.yaml": sample}).must()
	for _, c := range []struct {
		use  drm.Use
		want string // the ID's last digits; "": computed
	}{
		{drm.Use{Stream: "film", Kind: media.Audio}, "1"},
		{drm.Use{Stream: "film", Kind: media.Video, Height: 288}, "2"},
		{drm.Use{Stream: "film", Kind: media.Video, Height: 576}, "2"},
		{drm.Use{Stream: "film", Kind: media.Video, Height: 720}, "3"},
		{drm.Use{Stream: "film", Kind: media.Video}, ""},
		{drm.Use{Stream: "film", Kind: media.Text}, ""},
		{drm.Use{Stream: "film", Kind: media.Audio, Period: 3}, ""},
		{drm.Use{Stream: "live1", Kind: media.Video}, "4"},
		{drm.Use{Stream: "live1", Period: 1}, "5"},
		{drm.Use{Stream: "live", Period: 4711}, "5"},
		{drm.Use{Stream: "turn"}, ""},
		{drm.Use{Stream: "turn", Period: 7}, "6"},
		{drm.Use{Stream: "ever", Period: 99}, "7"},
		{drm.Use{Stream: "other"}, ""},
	} {
		k, err := s.Key(c.use)
		if err != nil {
			t.Fatal(err)
		}
		computed, err := drm.Computer{}.Key(c.use)
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" && k != computed || c.want != "" && k.ID.String() != strings.Repeat("0", 31)+c.want {
			t.Errorf("%+v has %s", c.use, k)
		}
		if again, _, ok := s.Find(k.ID); !ok || again != k {
			t.Errorf("%s is found as %s, %v", k, again, ok)
		}
	}
	for id, want := range map[string]struct{ value, use string }{
		"1ab45440532c439994dc5c5ad9584bac": {"d6d39cedee9024c88b64eb1bdd617a47", "other 0"},
		"00000000000000000000000000000001": {secretKey, "audio 0"},
		"00000000000000000000000000000002": {"00112233445566778899aabbccddeefe", "video 576"},
		"00000000000000000000000000000003": {"", "video 16384"},
	} {
		b, _ := hex.DecodeString(id)
		k, u, ok := s.Find(media.KID(b))
		if want.value == "" {
			c, err := drm.Computed(media.KID(b))
			if err != nil {
				t.Fatal(err)
			}
			want.value = hex.EncodeToString(c.Value[:])
		}
		if got := hex.EncodeToString(k.Value[:]); !ok || got != want.value {
			t.Errorf("%s has %s, %v", id, got, ok)
		}
		if got := fmt.Sprint(u.Kind, " ", u.Height); got != want.use {
			t.Errorf("%s is for %s, want %s", id, got, want.use)
		}
	}
	if _, _, ok := s.Find(media.KID{9}); ok {
		t.Error("a key that nobody has named is found")
	}
}

func TestUnknownComputed(t *testing.T) {
	s := newWorld(t, map[string]string{"keys.yaml": "unknown: computed\n"}).must()
	b, _ := hex.DecodeString("1ab45440532c439994dc5c5ad9584bac")
	if k, _, ok := s.Find(media.KID(b)); !ok || hex.EncodeToString(k.Value[:]) != "d6d39cedee9024c88b64eb1bdd617a47" || !k.Computed {
		t.Error(k, ok)
	}
}

const sampleCPIX = `<?xml version="1.0" encoding="UTF-8"?>
<cpix:CPIX xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
  <cpix:ContentKeyList>
    <cpix:ContentKey kid="11111111-1111-1111-1111-111111111111">
      <cpix:Data><pskc:Secret><pskc:PlainValue>ABEiM0RVZneImaq7zN3u/w==</pskc:PlainValue></pskc:Secret></cpix:Data>
    </cpix:ContentKey>
    <cpix:ContentKey kid="22222222-2222-2222-2222-222222222222"><cpix:Data><pskc:Secret><pskc:PlainValue>AQEiM0RVZneImaq7zN3u/w==</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>
    <cpix:ContentKey kid="33333333-3333-3333-3333-333333333333"><cpix:Data><pskc:Secret><pskc:PlainValue>AgEiM0RVZneImaq7zN3u/w==</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>
    <cpix:ContentKey kid="44444444-4444-4444-4444-444444444444"><cpix:Data><pskc:Secret><pskc:PlainValue>AwEiM0RVZneImaq7zN3u/w==</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>
  </cpix:ContentKeyList>
  <cpix:DRMSystemList/>
  RULES
</cpix:CPIX>`

func TestCPIX(t *testing.T) {
	rules := `<cpix:ContentKeyUsageRuleList>
	  <cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111" intendedTrackType="AUDIO"/>
	  <cpix:ContentKeyUsageRule kid="22222222-2222-2222-2222-222222222222" intendedTrackType="VIDEO"><cpix:VideoFilter maxPixels="442368"/></cpix:ContentKeyUsageRule>
	  <cpix:ContentKeyUsageRule kid="33333333-3333-3333-3333-333333333333"><cpix:VideoFilter minPixels="442369" maxPixels="2073600"/></cpix:ContentKeyUsageRule>
	</cpix:ContentKeyUsageRuleList>`
	s := newWorld(t, map[string]string{
		"keys.yaml": "keys:\n  - {cpix: film.xml, stream: film}\n", "film.xml": strings.Replace(sampleCPIX, "RULES", rules, 1),
	}).must()
	for _, c := range []struct {
		use  drm.Use
		want string
	}{
		{drm.Use{Stream: "film", Kind: media.Audio}, "11111111"},
		{drm.Use{Stream: "film", Kind: media.Video, Width: 768, Height: 576}, "22222222"},
		{drm.Use{Stream: "film", Kind: media.Video, Height: 360}, "22222222"},
		{drm.Use{Stream: "film", Kind: media.Video, Width: 1920, Height: 800}, "33333333"},
		{drm.Use{Stream: "film", Kind: media.Video, Width: 3840, Height: 2160}, ""},
		{drm.Use{Stream: "film", Kind: media.Text}, ""},
		{drm.Use{Stream: "other", Kind: media.Audio}, ""},
	} {
		k, err := s.Key(c.use)
		if err != nil || c.want == "" && !k.Computed || c.want != "" && !strings.HasPrefix(k.ID.String(), c.want) {
			t.Errorf("%+v has %s, %v", c.use, k, err)
		}
	}
	k, u, ok := s.Find(media.KID(bytes.Repeat([]byte{0x22}, 16)))
	if !ok || k.Value[0] != 1 || u.Kind != media.Video || u.Height < 480 || u.Height > 576 {
		t.Error("key 2:", u, ok)
	}
	if k, _, ok := s.Find(media.KID(bytes.Repeat([]byte{0x44}, 16))); !ok || k.Value[0] != 3 {
		t.Error("key 4, which no rule names:", ok)
	}
}

// A key is for one scheme alone where its document says so.
func TestCPIXScheme(t *testing.T) {
	one, _, _ := strings.Cut(sampleCPIX, "    <cpix:ContentKey kid=\"2222")
	one = strings.Replace(one, "111\">", "111\" commonEncryptionScheme=\"cbcs\">", 1) + "</cpix:ContentKeyList></cpix:CPIX>"
	s := newWorld(t, map[string]string{"keys.yaml": "keys: [{cpix: film.xml, stream: film}]", "film.xml": one}).must()
	k, err := s.Key(drm.Use{Stream: "film"})
	if err != nil || k.Scheme.String() != "cbcs" {
		t.Fatal(k, k.Scheme, err)
	}
	for scheme, refused := range map[string]bool{"cbcs": false, "cenc": true, "cbc1": true} {
		c := &drm.Content{Stream: "film", Scheme: media.Scheme([]byte(scheme)), Keys: []drm.Key{k}}
		for name, f := range map[string]func(*drm.Selection) error{
			"manifest": func(s *drm.Selection) error { _, err := s.Protections(c); return err }, "boxes": func(s *drm.Selection) error { _, err := s.PSSH(c); return err },
		} {
			if err := f(&drm.Selection{}); (err != nil) != refused || refused && (errs.KindOf(err) != errs.Unsupported || !strings.Contains(err.Error(), "ask for enc=cbcs")) {
				t.Errorf("%s, %s: %v", name, scheme, err)
			}
		}
	}
}

func TestCPIXPeriods(t *testing.T) {
	rules := `<cpix:ContentKeyPeriodList><cpix:ContentKeyPeriod id="a" index="0"/><cpix:ContentKeyPeriod id="b" index="1"/></cpix:ContentKeyPeriodList>
	<cpix:ContentKeyUsageRuleList>
	  <cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111"><cpix:AudioFilter/></cpix:ContentKeyUsageRule>
	  <cpix:ContentKeyUsageRule kid="22222222-2222-2222-2222-222222222222"><cpix:KeyPeriodFilter periodId="a"/><cpix:VideoFilter/></cpix:ContentKeyUsageRule>
	  <cpix:ContentKeyUsageRule kid="33333333-3333-3333-3333-333333333333" intendedTrackType="VIDEO"><cpix:KeyPeriodFilter periodId="b"/></cpix:ContentKeyUsageRule>
	</cpix:ContentKeyUsageRuleList>`
	s := newWorld(t, map[string]string{"keys.yaml": "keys: [{cpix: film.xml, stream: '*'}]", "film.xml": strings.Replace(sampleCPIX, "RULES", rules, 1)}).must()
	for period, want := range []string{"2222", "3333", "2222"} {
		k, err := s.Key(drm.Use{Stream: "film", Kind: media.Video, Period: int64(period)})
		if err != nil || !strings.HasPrefix(k.ID.String(), want) {
			t.Errorf("period %d has %s, %v", period, k, err)
		}
		if k, _ := s.Key(drm.Use{Stream: "film", Kind: media.Audio, Period: int64(period)}); !strings.HasPrefix(k.ID.String(), "1111") {
			t.Errorf("audio in period %d has %s", period, k)
		}
	}
}

// Errors say where, and never what a key is.
func TestErrors(t *testing.T) {
	one := strings.Replace(sampleCPIX, "RULES", "", 1)
	first, _, _ := strings.Cut(sampleCPIX, "    <cpix:ContentKey kid=\"2222")
	first += "</cpix:ContentKeyList></cpix:CPIX>"
	xml := func(old, new string) map[string]string {
		return map[string]string{"keys.yaml": "keys:\n  - cpix: x.xml\n    stream: a\n", "x.xml": strings.ReplaceAll(one, old, new)}
	}
	for i, c := range []struct {
		files map[string]string
		want  string
	}{
		{only("keys: 5"), "keys.yaml:1:7: here a list"},
		{only("kyes: []"), `keys.yaml:1:1: unknown key "kyes"; allowed are keys, unknown`},
		{only("unknown: all"), "keys.yaml:1:10: unknown: is computed or none"},
		{only("keys:\n  - key: " + secretKey), "keys.yaml:2:5: a key needs kid:"},
		{only("keys:\n  - kid: 12\n    key: " + secretKey), "keys.yaml:2:10: a kid is 32"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    key: " + secretKey + "00"), "keys.yaml:3:10: a key is 32"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    key: {" + secretKey + ": 1}"), "keys.yaml:3:"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    " + secretKey + ": 1"), "keys.yaml:3:5: unknown key"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    kind: video"), "keys.yaml:3:11: kind, height and period say"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    stream: a\n    kind: image"), "keys.yaml:4:11: kind is video, audio or text"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    stream: a\n    height: 9-4"), "keys.yaml:4:13: height is"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    stream: a\n    period: 3/3"), "keys.yaml:4:13: period is"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    stream: '['"), "keys.yaml:3:13: stream is a name"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    computed: true\n    key: " + secretKey), "keys.yaml:3:15: a key that is computed"},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n  - {kid: 1ab45440532c439994dc5c5ad9584bac, key: " + secretKey + "}"), "keys.yaml:3:11: the key 1ab45440532c439994dc5c5ad9584bac is there twice, with different values: it is named in line 2 too"},
		{map[string]string{"keys.yaml": "keys:\n  - {kid: 11111111-1111-1111-1111-111111111111}\n  - cpix: x.xml\n", "x.xml": first}, "keys.yaml:3:11: the key 11111111111111111111111111111111 is there twice"},
		{xml(`kid="22222222-2222-2222-2222-222222222222"`, `kid="22222222-2222-2222-2222-222222222222" explicitIV="AAAAAAAAAAAAAAAAAAAAAA=="`), "x.xml: line 7: ContentKey@explicitIV of the key 22222222222222222222222222222222 cannot be obeyed"},
		{xml(`kid="22222222-2222-2222-2222-222222222222"`, `kid="22222222-2222-2222-2222-222222222222" dependsOnKey="11111111-1111-1111-1111-111111111111"`), "x.xml: line 7: ContentKey@dependsOnKey of the key 22222222222222222222222222222222 cannot be obeyed"},
		{xml(`kid="22222222-2222-2222-2222-222222222222"`, `kid="22222222-2222-2222-2222-222222222222" commonEncryptionScheme="cenz"`), `x.xml: line 7: the commonEncryptionScheme "cenz" of the key`},
		{only("keys:\n  - kid: 1ab45440532c439994dc5c5ad9584bac\n    key: [" + secretKey), "keys.yaml:"},
		{only("keys:\n  - cpix: none.xml"), "keys.yaml:2:11: file with keys:"},
		{only("a: 1\n---\nb: 2"), "several documents"},
		{xml("nothing", ""), "keys.yaml:2:11: x.xml: line 3: there are 4 keys and no ContentKeyUsageRule"},
		{xml("PlainValue", "EncryptedValue"), "x.xml: line 4: the key 11111111111111111111111111111111 is encrypted for somebody else"},
		{xml("ABEiM0RVZneImaq7zN3u/w==", "ABEiM0RVZneImaq7zN3u"), "x.xml: line 4: the value of the key"},
		{xml("</cpix:CPIX>", ""), "x.xml: line 13: not XML"},
		{xml("ContentKeyList", "Keys"), "not a CPIX document"},
		{xml("22222222-2222-2222-2222-222222222222", "11111111-1111-1111-1111-111111111111"), "line 7: the key 11111111111111111111111111111111 is there twice"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="55555555-5555-5555-5555-555555555555"/></cpix:ContentKeyUsageRuleList>`), "is for a key that is not"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111"><cpix:LabelFilter label="x"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>`), "2:11: x.xml: line 11: LabelFilter cannot be obeyed"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111"><cpix:VideoFilter hdr="true"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>`), "2:11: x.xml: line 11: VideoFilter@hdr cannot be obeyed"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111"><cpix:VideoFilter maxPixels="x"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>`), "2:11: x.xml: line 11: VideoFilter@maxPixels is not a number"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyPeriodList><cpix:ContentKeyPeriod/></cpix:ContentKeyPeriodList>`), "2:11: x.xml: line 11: a ContentKeyPeriod needs"},
		{xml("<cpix:DRMSystemList/>", `<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="11111111-1111-1111-1111-111111111111" intendedTrackType="8K"/></cpix:ContentKeyUsageRuleList>`), `"8K" is unknown`},
	} {
		_, err := newWorld(t, c.files).open()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d: %v\nwant %s", i, err, c.want)
			continue
		}
		if k := errs.KindOf(err); k != errs.Invalid && k != errs.NotFound {
			t.Errorf("%d: an error of kind %v", i, k)
		}
		if text := err.Error(); strings.Contains(text, secretKey[:8]) || strings.Contains(text, "ABEiM0") {
			t.Errorf("%d: the error says a key: %s", i, text)
		}
	}
}

func only(text string) map[string]string { return map[string]string{"keys.yaml": text} }

func TestReload(t *testing.T) {
	w := newWorld(t, nil)
	s := w.must()
	use := drm.Use{Stream: "film"}
	is := func(when, prefix string) string {
		t.Helper()
		w.now = w.now.Add(2 * time.Second)
		k, err := s.Key(use)
		if err != nil || !strings.HasPrefix(k.ID.String(), prefix) || k.Computed != (prefix == "") {
			t.Errorf("%s: %s, %v", when, k, err)
		}
		return s.Version()
	}
	if v := is("no file", ""); v != "" {
		t.Error("version", v)
	}
	w.write("keys.yaml", "keys: [{kid: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, key: "+secretKey+", stream: film}]")
	v1 := is("a file", "aaaa")
	w.write("keys.yaml", "keys: [{kid: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, key: "+secretKey+", stream: film}] # changed")
	v2 := is("another", "bbbb")
	w.write("keys.yaml", "keys: [{kid: cccccccccccccccccccccccccccccccc, key: "+secretKey+"1, stream: film}]")
	v3 := is("a mistake", "bbbb")
	if n := strings.Count(w.log.String(), "level=ERROR"); n != 1 || !strings.Contains(w.log.String(), "keys.yaml:1:") {
		t.Errorf("%d errors are logged: %s", n, &w.log)
	}
	is("still", "bbbb")
	w.write("keys.yaml", "keys: [{cpix: x.xml, stream: film}]")
	is("a document that is not there", "bbbb")
	one, _, _ := strings.Cut(sampleCPIX, "    <cpix:ContentKey kid=\"2222")
	w.write("x.xml", one+"</cpix:ContentKeyList></cpix:CPIX>")
	v4 := is("that is there now", "1111")
	if v1 == v2 || v2 != v3 || v4 == v3 || v1 == "" || v4 == "" {
		t.Error("versions", v1, v2, v3, v4)
	}
	if n := strings.Count(w.log.String(), "level=ERROR"); n != 2 {
		t.Errorf("%d errors are logged: %s", n, &w.log)
	}
	if log := w.log.String(); strings.Contains(log, secretKey[:8]) || strings.Contains(log, "ABEiM0") {
		t.Error("the log says a key:", log)
	}
	if err := os.Remove(filepath.Join(w.dir, "keys.yaml")); err != nil {
		t.Fatal(err)
	}
	if v := is("no file again", ""); v != "" {
		t.Error("version", v)
	}
}

func TestMissing(t *testing.T) {
	if _, err := Open(Config{Path: filepath.Join(t.TempDir(), "keys.yaml"), Now: time.Now}); errs.KindOf(err) != errs.NotFound {
		t.Error(err)
	}
	s, err := Open(Config{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := s.Key(drm.Use{Stream: "a"}); err != nil || !k.Computed {
		t.Error(k, err)
	}
}

func FuzzYAML(f *testing.F) {
	f.Add(sample)
	f.Add("unknown: computed\nkeys: [{cpix: a.xml, stream: '*', kind: video}]")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parse("k", []byte(text), func(string) ([]byte, error) { return []byte(sampleCPIX), nil })
		if (d == nil) == (err == nil) {
			t.Error(d, err)
		}
	})
}

func FuzzCPIX(f *testing.F) {
	f.Add([]byte(sampleCPIX))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := readCPIX("x", b)
		for _, e := range entries {
			if err != nil || e.key.ID == (media.KID{}) && len(entries) > 1<<16 {
				t.Error(err)
			}
		}
	})
}
