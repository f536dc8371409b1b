package drm

const marlinKey = "marlin"

// marlin is Marlin, which HbbTV devices have. Its licences are named by key IDs.
func marlin() System {
	id := UUID{0x5e, 0x62, 0x9a, 0xf5, 0x38, 0xda, 0x40, 0x63, 0x89, 0x77, 0x97, 0xff, 0xbd, 0x99, 0x02, 0xd4}
	return System{
		Info: Info{
			Key: marlinKey, Title: "Marlin", UUID: id.String(),
			Help:    "Marlin Adaptive Streaming: the key IDs as Marlin content IDs. It is signalled in manifests only.",
			Options: []string{"marlin__la_url", "marlin_la_url"},
		},
		elements: func(s *Settings, _ Location, c *Content) ([]Element, error) {
			ids := Element{Name: "mas:MarlinContentIds", Attributes: []Attribute{{"xmlns:mas", "urn:marlin:mas:1-0:services:schemas:mpd"}}}
			for _, k := range c.Keys {
				ids.Children = append(ids.Children, Element{Name: "mas:MarlinContentId", Text: "urn:marlin:kid:" + k.ID.String()})
			}
			return []Element{protection(id, "", nil, append([]Element{ids}, licenceElement(s, marlinKey, c)...)...)}, nil
		},
	}
}
