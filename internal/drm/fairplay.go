package drm

const fairPlayKey = "fairplay"

// fairPlay is Apple's FairPlay Streaming, which takes cbcs only.
func fairPlay() System {
	id := UUID{0x94, 0xce, 0x86, 0xfb, 0x07, 0xff, 0x4f, 0x43, 0xad, 0xb8, 0x93, 0xd2, 0xfa, 0x96, 0x8c, 0xa2}
	return System{
		Info: Info{
			Key: fairPlayKey, Title: "FairPlay", UUID: id.String(), Schemes: []string{"cbcs"},
			Help:    "Apple FairPlay Streaming: signalled by its system ID and the key IDs, for the scheme cbcs.",
			Options: []string{"fairplay__la_url"},
		},
		at: CENC | Moov,
		elements: func(s *Settings, at Location, c *Content) ([]Element, error) {
			children := licenceElement(s, fairPlayKey, c)
			if at&CENC != 0 {
				children = append([]Element{psshElement(psshBox(id, c.Keys, nil))}, children...)
			}
			return []Element{protection(id, "FairPlay", nil, children...)}, nil
		},
		pssh: func(_ *Settings, c *Content) ([]byte, error) { return psshBox(id, c.Keys, nil), nil },
	}
}
