package drm

const clearKeyKey = "clearkey"

// licencePath is where this server has licences.
const licencePath = "/clearkey"

// The system IDs of ClearKey: the one of its licence server in manifests, and that of the common pssh box (W3C EME, "cenc" initialization data format, 4).
var (
	clearKeyUUID = UUID{0xe2, 0x71, 0x9d, 0x58, 0xa9, 0x85, 0xb3, 0xc9, 0x78, 0x1a, 0xb0, 0x30, 0xaf, 0x78, 0xd3, 0x0e}
	commonUUID   = UUID{0x10, 0x77, 0xef, 0xec, 0xc0, 0xb2, 0x4d, 0x02, 0xac, 0xe3, 0x3c, 0x1e, 0x52, 0xe2, 0xfb, 0x4b}
)

// clearKey is W3C's Clear Key, which every browser has; this program is a licence server for it.
func clearKey() System {
	return System{
		Info: Info{
			Key: clearKeyKey, Title: "Clear Key", UUID: clearKeyUUID.String(), Schemes: []string{"cenc", "cbcs"},
			Help:    "W3C Clear Key: keys come as they are from this server, at /clearkey. Any browser plays it.",
			Options: []string{"clearkey__la_url"},
		},
		at: CENC | Moov,
		elements: func(s *Settings, at Location, c *Content) ([]Element, error) {
			url := s.LicenceURLs[clearKeyKey]
			if url == "" {
				url = c.Origin + licencePath + s.Licence
			}
			old := Element{Name: "clearkey:Laurl", Attributes: []Attribute{{"xmlns:clearkey", "http://dashif.org/guidelines/clearKey"}, {"Lic_type", "EME-1.0"}}, Text: fill(url, c)}
			if c.Rotates && at&Moov != 0 {
				// Players go by the boxes of segments only when the manifest has no initialization data, and dash.js only by those of the system that the manifest names.
				return []Element{protection(commonUUID, "ClearKey1.0", nil, old, laurl(fill(url, c)))}, nil
			}
			list := []Element{protection(clearKeyUUID, "ClearKey1.0", nil, old, laurl(fill(url, c)))}
			if at&CENC != 0 {
				list = append(list, protection(commonUUID, "", nil, psshElement(clearKeyPSSH(c))))
			}
			return list, nil
		},
		pssh: func(_ *Settings, c *Content) ([]byte, error) { return clearKeyPSSH(c), nil },
	}
}

func clearKeyPSSH(c *Content) []byte { return psshBox(commonUUID, c.Keys, nil) }
