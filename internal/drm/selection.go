package drm

import (
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Selection is what was asked for: which systems, where each is signalled, and how. The zero Selection asks for none.
type Selection struct {
	// Systems are in the order of the list of that name; it is not changed after it is made.
	Systems []Selected
	Settings
}

// Selected is a system that was asked for, and where it is signalled.
type Selected struct {
	System string   // its key
	At     Location // never none
}

// Settings is how systems are signalled.
type Settings struct {
	// LicenceURLs are by the key of the system. {default_kid}, {kids} and, for PlayReady, {cfgs} stand for what is in a Content.
	LicenceURLs map[string]string
	// Licence is the query that URLs of this server's own licence server carry, "" or beginning with "?".
	Licence string
	// PlayReady is the version of PlayReady that is signalled, "1.0" to "4.0", and Header that of its header, "4.0" to "4.3"; "" leaves them to the Content.
	PlayReady, Header string
	PIFF              bool // PlayReady's files have the boxes of PIFF too
}

// Given says whether any system was asked for.
func (s *Selection) Given() bool { return len(s.Systems) > 0 }

// Has says whether a system was asked for, whatever its locations.
func (s *Selection) Has(system string) bool {
	return slices.ContainsFunc(s.Systems, func(d Selected) bool { return d.System == system })
}

// UUIDBoxes says whether fragments carry PIFF's sample encryption box (PIFF 1.1, 5.3.2) too.
func (s *Selection) UUIDBoxes() bool {
	return s.Has(playReadyKey) && (s.PIFF || s.PlayReady == "1.0")
}

// PSSH returns the whole pssh boxes of the systems that are signalled in boxes: for moov, and for moof when keys change there.
func (s *Selection) PSSH(c *Content) ([][]byte, error) {
	var boxes [][]byte
	err := s.each(c, func(system *System, at Location) error {
		if at&Moov == 0 || system.pssh == nil {
			return nil
		}
		box, err := system.pssh(&s.Settings, c)
		if err == nil && box != nil {
			boxes = append(boxes, box)
		}
		return err
	})
	return boxes, err
}

// Protections returns the ContentProtection elements of an AdaptationSet, in order: Common Encryption's own, then each system's.
func (s *Selection) Protections(c *Content) ([]Element, error) {
	if len(c.Keys) == 0 {
		return nil, errs.Errorf(errs.Internal, "stream %s: its protection is signalled without a key", c.Stream)
	}
	elements := []Element{commonEncryption(c)}
	err := s.each(c, func(system *System, at Location) error {
		more, err := system.elements(&s.Settings, at, c)
		elements = append(elements, more...)
		return err
	})
	return elements, err
}

func (s *Selection) each(c *Content, do func(system *System, at Location) error) error {
	if len(c.Keys) == 0 {
		return errs.Errorf(errs.Internal, "stream %s: its protection is signalled without a key", c.Stream)
	}
	for _, k := range c.Keys {
		if k.Scheme != (media.Scheme{}) && k.Scheme != c.Scheme {
			return errs.Errorf(errs.Unsupported, "stream %s: the %s is for the scheme %s alone, as its CPIX document says, and this is %s; ask for enc=%s, or name another key", c.Stream, k, k.Scheme, c.Scheme, k.Scheme)
		}
	}
	all := Systems()
	for _, d := range s.Systems {
		i := slices.IndexFunc(all, func(y System) bool { return y.Key == d.System })
		if i < 0 {
			return errs.Errorf(errs.Invalid, "option drm: no system is called %q", d.System)
		}
		if len(all[i].Schemes) > 0 && !slices.Contains(all[i].Schemes, c.Scheme.String()) {
			if len(s.Systems) == len(all) {
				continue // all that can be
			}
			return errs.Errorf(errs.Unsupported, "option drm: %s knows the schemes %s, and this is %s", d.System, strings.Join(all[i].Schemes, ", "), c.Scheme)
		}
		if err := do(&all[i], d.At); err != nil {
			return err
		}
	}
	return nil
}

// commonEncryption returns the element that says how a set is encrypted, and with which key (ISO/IEC 23001-7, 11.2).
func commonEncryption(c *Content) Element {
	return Element{Name: "ContentProtection", Attributes: []Attribute{
		{"schemeIdUri", "urn:mpeg:dash:mp4protection:2011"}, {"value", c.Scheme.String()}, {"cenc:default_KID", upperUUID(c.Keys[0].ID)}, cencNamespace,
	}}
}

// Complete returns elements with the URLs that are paths at this server made whole: origin is scheme://host as the client sees it.
func Complete(elements []Element, origin string) []Element {
	if origin == "" || !slices.ContainsFunc(elements, func(e Element) bool { return slices.ContainsFunc(e.Children, local) }) {
		return elements
	}
	elements = slices.Clone(elements)
	for i := range elements {
		e := &elements[i]
		if !slices.ContainsFunc(e.Children, local) {
			continue
		}
		e.Children = slices.Clone(e.Children)
		for j := range e.Children {
			if local(e.Children[j]) {
				e.Children[j].Text = origin + e.Children[j].Text
			}
		}
	}
	return elements
}

// Licensed says whether elements have the URL of a licence at this server, whole or not yet.
func Licensed(elements []Element, origin string) bool {
	return slices.ContainsFunc(elements, func(e Element) bool {
		return slices.ContainsFunc(e.Children, func(c Element) bool {
			c.Text = strings.TrimPrefix(c.Text, origin)
			return local(c) && strings.HasPrefix(c.Text, licencePath)
		})
	})
}

// local says whether an element is the URL of a licence at this server, as a path.
func local(e Element) bool {
	return strings.HasSuffix(e.Name, ":Laurl") && strings.HasPrefix(e.Text, "/")
}

// word returns the locations as they are written.
func (l Location) word() string {
	var words []string
	for _, p := range places() {
		if l&p.at != 0 {
			words = append(words, p.word)
		}
	}
	return strings.Join(words, "-")
}

// Words returns the names of the locations.
func (l Location) Words() []string {
	if l == 0 {
		return nil
	}
	return strings.Split(l.word(), "-")
}

// The schemes that need more than their name.
var (
	cenc = media.Scheme{'c', 'e', 'n', 'c'}
	cbcs = media.Scheme{'c', 'b', 'c', 's'}
	cbc1 = media.Scheme{'c', 'b', 'c', '1'}
)
