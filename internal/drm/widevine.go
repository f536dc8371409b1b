package drm

import "encoding/binary"

const widevineKey = "widevine"

// widevine is Google's Widevine. What its pssh box holds is a protocol buffer, WidevinePsshData.
func widevine() System {
	id := UUID{0xed, 0xef, 0x8b, 0xa9, 0x79, 0xd6, 0x4a, 0xce, 0xa3, 0xc8, 0x27, 0xdc, 0xd5, 0x1d, 0x21, 0xed}
	return System{
		Info: Info{
			Key: widevineKey, Title: "Widevine", UUID: id.String(),
			Help:    "Google Widevine: the key IDs, the name of the stream as content ID and the scheme. Licences come from the proxy that widevine__la_url names, which must know the keys.",
			Options: []string{"widevine__la_url"},
		},
		at: CENC | Moov,
		elements: func(s *Settings, at Location, c *Content) ([]Element, error) {
			children := licenceElement(s, widevineKey, c)
			if at&CENC != 0 {
				children = append([]Element{psshElement(psshBox(id, nil, widevineData(c)))}, children...)
			}
			return []Element{protection(id, "Widevine", nil, children...)}, nil
		},
		pssh: func(_ *Settings, c *Content) ([]byte, error) { return psshBox(id, nil, widevineData(c)), nil },
	}
}

// widevineData returns a WidevinePsshData message: key_ids (field 2), content_id (4), protection_scheme (9: the scheme's four characters as a number).
func widevineData(c *Content) []byte {
	const (
		varint = 0
		bytes  = 2
	)
	var b []byte
	field := func(number, wire uint64) { b = binary.AppendUvarint(b, number<<3|wire) }
	chunk := func(number uint64, p []byte) {
		field(number, bytes)
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	for _, k := range c.Keys {
		chunk(2, k.ID[:])
	}
	if c.Stream != "" {
		chunk(4, []byte(c.Stream))
	}
	field(9, varint)
	return binary.AppendUvarint(b, uint64(binary.BigEndian.Uint32(c.Scheme[:])))
}
