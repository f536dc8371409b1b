package drm

import (
	"crypto/aes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const playReadyKey = "playready"

// The scheme of PlayReady since version 2, and the one of version 1.
var (
	playReadyUUID = UUID{0x9a, 0x04, 0xf0, 0x79, 0x98, 0x40, 0x42, 0x86, 0xab, 0x92, 0xe6, 0x5b, 0xe0, 0x88, 0x5f, 0x95}
	playReadyOld  = UUID{0x79, 0xf0, 0x04, 0x9a, 0x40, 0x98, 0x86, 0x42, 0xab, 0x92, 0xe6, 0x5b, 0xe0, 0x88, 0x5f, 0x95}
)

// playReadyServer is Microsoft's public test server, which is told in its URL which keys to give.
const playReadyServer = "https://test.playready.microsoft.com/service/rightsmanager.asmx?cfg={cfgs}"

// playReady is Microsoft's PlayReady.
func playReady() System {
	return System{
		Info: Info{
			Key: playReadyKey, Title: "PlayReady", UUID: playReadyUUID.String(),
			Help: "Microsoft PlayReady: a PlayReady Object in the manifest, and in pssh boxes. Licences come from Microsoft's public test server, which knows computed keys, " +
				"unless playready__la_url names another.",
			Options: []string{"playready__la_url", "playready__version", "playready__header", "playready__piff", "playready_la_url"},
		},
		at:       Pro | CENC | Moov,
		elements: playReadyElements,
		pssh: func(s *Settings, c *Content) ([]byte, error) {
			pro, err := playReadyObject(s, c)
			return playReadyPSSH(c, pro), err
		},
	}
}

func playReadyElements(s *Settings, at Location, c *Content) ([]Element, error) {
	pro, err := playReadyObject(s, c)
	if err != nil {
		return nil, err
	}
	id, version := playReadyUUID, s.PlayReady
	switch {
	case version == "1.0":
		id = playReadyOld
	case version == "":
		version = map[string]string{"4.3": "4.0", "4.2": "3.0"}[playReadyHeaderVersion(s, c)]
		if version == "" {
			version = "2.0"
		}
	}
	var children []Element
	if at&CENC != 0 && s.PlayReady != "1.0" {
		children = append(children, psshElement(playReadyPSSH(c, pro)))
	}
	if at&Pro != 0 {
		children = append(children, Element{Name: "mspr:pro", Attributes: []Attribute{{"xmlns:mspr", "urn:microsoft:playready"}}, Text: base64.StdEncoding.EncodeToString(pro)})
	}
	return []Element{protection(id, version, []Attribute{{"cenc:default_KID", upperUUID(c.Keys[0].ID)}, cencNamespace}, children...)}, nil
}

// playReadyPSSH returns the pssh box: version 0 with a single key, as PlayReady 2 devices need it.
func playReadyPSSH(c *Content, pro []byte) []byte {
	var kids []Key
	if len(c.Keys) > 1 {
		kids = c.Keys
	}
	return psshBox(playReadyUUID, kids, pro)
}

// playReadyObject returns a PlayReady Object with one record, the header (PlayReady Header Object, 2).
func playReadyObject(s *Settings, c *Content) ([]byte, error) {
	header, err := playReadyHeader(s, c)
	if err != nil {
		return nil, err
	}
	text := utf16.Encode([]rune(header))
	size := 2 * len(text)
	if size > 0xFFFF-10 {
		return nil, errs.Errorf(errs.Invalid, "the PlayReady header of %d keys has %d bytes, more than a record takes; shorten the licence URL", len(c.Keys), size)
	}
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, size+10), uint32(size+10))
	b = binary.LittleEndian.AppendUint16(b, 1)            // records
	b = binary.LittleEndian.AppendUint16(b, 1)            // type: header
	b = binary.LittleEndian.AppendUint16(b, uint16(size)) // length
	for _, u := range text {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b, nil
}

func playReadyHeaderVersion(s *Settings, c *Content) string {
	switch {
	case s.Header != "":
		return s.Header
	case playReadyAlgorithm(c) != "AESCTR":
		return "4.3"
	case len(c.Keys) == 1:
		return "4.0"
	}
	return "4.2"
}

func playReadyAlgorithm(c *Content) string {
	if c.Scheme == cbcs || c.Scheme == cbc1 {
		return "AESCBC"
	}
	return "AESCTR"
}

// playReadyHeader returns the WRMHEADER (PlayReady Header Object, 3).
func playReadyHeader(s *Settings, c *Content) (string, error) {
	version, algorithm := playReadyHeaderVersion(s, c), playReadyAlgorithm(c)
	if algorithm != "AESCTR" && version != "4.3" {
		return "", errs.Errorf(errs.Unsupported, "option playready__header: version %s knows AES-CTR only, and the scheme is %s; 4.3 knows both", version, c.Scheme)
	}
	var protect, after string
	switch version {
	case "4.0":
		protect = "<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>" + algorithm + "</ALGID></PROTECTINFO>"
		after = "<KID>" + playReadyID(c.Keys[0].ID) + "</KID><CHECKSUM>" + checksum(c.Keys[0]) + "</CHECKSUM>"
	case "4.1":
		protect = "<PROTECTINFO>" + playReadyKID(c.Keys[0], algorithm) + "</PROTECTINFO>"
	default:
		var kids strings.Builder
		for _, k := range c.Keys {
			kids.WriteString(playReadyKID(k, algorithm))
		}
		protect = "<PROTECTINFO><KIDS>" + kids.String() + "</KIDS></PROTECTINFO>"
	}
	return `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="` + version + `.0.0"><DATA>` +
		protect + after + "<LA_URL>" + escape(playReadyURL(s, c)) + "</LA_URL></DATA></WRMHEADER>", nil
}

// playReadyKID is a key from version 4.1 on. AES-CBC has no checksum.
func playReadyKID(k Key, algorithm string) string {
	sum := ""
	if algorithm == "AESCTR" {
		sum = ` CHECKSUM="` + checksum(k) + `"`
	}
	return `<KID ALGID="` + algorithm + `"` + sum + ` VALUE="` + playReadyID(k.ID) + `"></KID>`
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// playReadyURL returns where licences are.
func playReadyURL(s *Settings, c *Content) string {
	u := s.LicenceURLs[playReadyKey]
	if u == "" {
		u = playReadyServer
	}
	if strings.Contains(u, "{cfgs}") {
		list := make([]string, len(c.Keys))
		for i, k := range c.Keys {
			list[i] = "(kid:" + playReadyID(k.ID) + ",persist:false,sl:150"
			if k.Public && !k.Computed {
				list[i] += ",contentkey:" + base64.StdEncoding.EncodeToString(k.Value[:])
			}
			list[i] += ")"
		}
		u = strings.ReplaceAll(u, "{cfgs}", strings.Join(list, ","))
	}
	return fill(u, c)
}

// littleEndian returns a KID as the GUID that PlayReady takes it for.
func littleEndian(k media.KID) media.KID {
	return media.KID{k[3], k[2], k[1], k[0], k[5], k[4], k[7], k[6], k[8], k[9], k[10], k[11], k[12], k[13], k[14], k[15]}
}

func playReadyID(k media.KID) string {
	id := littleEndian(k)
	return base64.StdEncoding.EncodeToString(id[:])
}

// checksum returns the first 8 bytes of the KID encrypted by the key (PlayReady Header Object, 4.1).
func checksum(k Key) string {
	if k.Unknown {
		return ""
	}
	block, err := aes.NewCipher(k.Value[:])
	if err != nil { // of 16 bytes there is none
		panic(err)
	}
	id := littleEndian(k.ID)
	block.Encrypt(id[:], id[:])
	return base64.StdEncoding.EncodeToString(id[:8])
}

// seed is that of Microsoft's public test server: anybody can compute its keys.
const seed = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I"

// Computed returns the key that follows from an ID by the key seed rule with the public test seed (PlayReady Header Object, 5).
func Computed(id media.KID) (Key, error) {
	s, err := base64.StdEncoding.DecodeString(seed)
	if err != nil {
		return Key{}, fmt.Errorf("the test seed: %w", err)
	}
	k := littleEndian(id)
	a := sha256.Sum256(append(append([]byte(nil), s...), k[:]...))
	text := append(append(append([]byte(nil), s...), k[:]...), s...)
	b := sha256.Sum256(text)
	c := sha256.Sum256(append(text, k[:]...))
	key := Key{ID: id, Computed: true}
	for i := range key.Value {
		key.Value[i] = a[i] ^ a[i+16] ^ b[i] ^ b[i+16] ^ c[i] ^ c[i+16]
	}
	return key, nil
}
