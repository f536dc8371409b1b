package drm

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// Location is where a system is signalled.
type Location uint8

// The locations.
const (
	Pro  Location = 1 << iota // an element of its own in the manifest
	CENC                      // cenc:pssh in the manifest
	Moov                      // a pssh box in initialization segments, and in media segments when keys change there

	everywhere = Pro | CENC | Moov
)

// place is a Location and its name.
type place struct {
	word string
	at   Location
}

// places returns the locations, sorted as dashlive prints them.
func places() []place { return []place{{"cenc", CENC}, {"moov", Moov}, {"pro", Pro}} }

// UUID identifies a system (https://dashif.org/identifiers/content_protection/).
type UUID [16]byte

// String returns it as 8-4-4-4-12 hexadecimal digits, lower case.
func (u UUID) String() string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Info is a system described for people and programs.
type Info struct {
	Key     string   `json:"name"` // in option drm
	Title   string   `json:"title"`
	Help    string   `json:"help"`
	UUID    string   `json:"uuid"`    // of its scheme in manifests and of its pssh boxes
	Schemes []string `json:"schemes"` // that it knows; none: all
	Options []string `json:"options"` // that are about it
	// Locations are those at which it can be signalled. It is named in manifests wherever else it is.
	Locations []string `json:"locations"`
}

// System is a content protection system.
type System struct {
	Info
	at       Location // where it can be
	elements func(*Settings, Location, *Content) ([]Element, error)
	pssh     func(*Settings, *Content) ([]byte, error)
}

// Systems returns the systems that there are, in the order of manifests. A new one is a file and a line here.
func Systems() []System {
	list := []System{marlin(), playReady(), clearKey(), widevine(), fairPlay()}
	for i := range list {
		list[i].Locations = list[i].at.Words()
	}
	return list
}

// Describe returns the systems' descriptions.
func Describe() []Info {
	var list []Info
	for _, s := range Systems() {
		list = append(list, s.Info)
	}
	return list
}

// protection returns a ContentProtection element of a system. What is "" is left out.
func protection(id UUID, value string, attributes []Attribute, children ...Element) Element {
	e := Element{Name: "ContentProtection", Attributes: []Attribute{{"schemeIdUri", "urn:uuid:" + id.String()}}, Children: children}
	if value != "" {
		e.Attributes = append(e.Attributes, Attribute{"value", value})
	}
	e.Attributes = append(e.Attributes, attributes...)
	return e
}

// cencNamespace declares the namespace of cenc:pssh and cenc:default_KID (ISO/IEC 23001-7, 11.2).
var cencNamespace = Attribute{"xmlns:cenc", "urn:mpeg:cenc:2013"}

// psshElement is a pssh box in a manifest.
func psshElement(box []byte) Element {
	return Element{Name: "cenc:pssh", Attributes: []Attribute{cencNamespace}, Text: base64.StdEncoding.EncodeToString(box)}
}

// laurl is where licences are, as DASH-IF says it (DASH-IF IOP part 6, 7.4).
func laurl(url string) Element {
	return Element{Name: "dashif:Laurl", Attributes: []Attribute{{"xmlns:dashif", "https://dashif.org/CPS"}, {"licenseType", "EME-1.0"}}, Text: url}
}

// licenceElement is laurl of a system whose URL was asked for; none when it was not.
func licenceElement(s *Settings, system string, c *Content) []Element {
	if u := s.LicenceURLs[system]; u != "" {
		return []Element{laurl(fill(u, c))}
	}
	return nil
}

// fill puts the key IDs of c into the URL of a licence.
func fill(u string, c *Content) string {
	if !strings.Contains(u, "{") || len(c.Keys) == 0 {
		return u
	}
	kids := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		kids[i] = k.ID.String()
	}
	return strings.NewReplacer("{default_kid}", kids[0], "{kids}", strings.Join(kids, ",")).Replace(u)
}

// upperUUID prints a KID as cenc:default_KID is written.
func upperUUID(k media.KID) string { return strings.ToUpper(UUID(k).String()) }

// psshBox returns a pssh box (ISO/IEC 23001-7, 8.1): version 1 when there are KIDs, else 0.
func psshBox(system UUID, kids []Key, data []byte) []byte {
	size := 4 + 4 + 4 + 16 + 4 + len(data)
	if len(kids) > 0 {
		size += 4 + 16*len(kids)
	}
	b := make([]byte, 0, size)
	b = append(append(be32(b, uint32(size)), "pssh"...), byte(min(len(kids), 1)), 0, 0, 0)
	b = append(b, system[:]...)
	if len(kids) > 0 {
		b = be32(b, uint32(len(kids)))
		for _, k := range kids {
			b = append(b, k.ID[:]...)
		}
	}
	return append(be32(b, uint32(len(data))), data...)
}

func be32(b []byte, n uint32) []byte {
	return append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}
