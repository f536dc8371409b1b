package codec

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// piffTrackEncryption is the extended type of PIFF's own track encryption box, 8974dbce-7be7-4c51-84f9-7148f9882554 (PIFF 1.1, 5.3.3).
const piffTrackEncryption = "\x89\x74\xdb\xce\x7b\xe7\x4c\x51\x84\xf9\x71\x48\xf9\x88\x25\x54"

// parseProtection reads a sinf box's payload (ISO/IEC 14496-12, 8.12; ISO/IEC 23001-7, 4 and 8.2): the original sample entry's code, and the
// protection, nil when the scheme is not Common Encryption.
func parseProtection(sinf []byte) (original string, scheme string, e *media.Encryption, err error) {
	frma, schm, schi := child(sinf, "frma"), child(sinf, "schm"), child(sinf, "schi")
	if len(frma) < 4 {
		return "", "", nil, errs.Errorf(errs.Invalid, "sinf: the original format (frma) is missing")
	}
	original = string(frma[:4])
	if len(schm) >= 8 {
		scheme = string(schm[4:8])
	}
	switch scheme {
	case "cenc", "cbcs", "cens", "cbc1":
		e, err = parseTrackEncryption(child(schi, "tenc"))
		if err == nil {
			copy(e.Scheme[:], scheme)
		}
	case "piff":
		if tenc := child(schi, "tenc"); tenc != nil { // PIFF 1.3 has the standard's
			e, err = parseTrackEncryption(tenc)
			if err == nil {
				copy(e.Scheme[:], "cenc")
			}
			break
		}
		e, err = parsePIFF(schi)
	}
	return original, scheme, e, err
}

func parseTrackEncryption(tenc []byte) (*media.Encryption, error) {
	const size = 4 + 4 + 16
	if len(tenc) < size {
		return nil, errs.Errorf(errs.Invalid, "tenc: missing or cut off at %d bytes", len(tenc))
	}
	e := &media.Encryption{IVSize: tenc[7]}
	if tenc[0] > 0 {
		e.CryptBlocks, e.SkipBlocks = tenc[5]>>4, tenc[5]&15
	}
	copy(e.KID[:], tenc[8:])
	if e.IVSize != 0 && e.IVSize != 8 && e.IVSize != 16 {
		return nil, errs.Errorf(errs.Invalid, "tenc: initialization vectors of %d bytes are not allowed", e.IVSize)
	}
	protected := tenc[6] != 0
	if protected && e.IVSize == 0 {
		rest := tenc[size:]
		if len(rest) == 0 || rest[0] != 8 && rest[0] != 16 || len(rest) <= int(rest[0]) {
			return nil, errs.Errorf(errs.Invalid, "tenc: the constant initialization vector is missing or cut off")
		}
		e.ConstantIV = bytes.Clone(rest[1 : 1+int(rest[0])])
	}
	return e, nil
}

func parsePIFF(schi []byte) (e *media.Encryption, err error) {
	err = errs.Errorf(errs.Invalid, "sinf: PIFF's track encryption box is missing")
	children(schi, func(code string, p []byte) bool {
		p, ok := bytes.CutPrefix(p, []byte(piffTrackEncryption))
		if code != "uuid" || !ok {
			return true
		}
		const size = 4 + 4 + 16
		if len(p) < size || p[7] != 8 && p[7] != 16 {
			err = errs.Errorf(errs.Invalid, "PIFF track encryption: cut off, or initialization vectors of a size that is not allowed")
			return false
		}
		e, err = &media.Encryption{IVSize: p[7]}, nil
		copy(e.Scheme[:], "cenc")
		if p[6] == 2 { // AlgorithmID 2: AES-CBC
			copy(e.Scheme[:], "cbc1")
		}
		copy(e.KID[:], p[8:])
		return false
	})
	return e, err
}

// appendProtection appends the sinf box of an encrypted track.
func appendProtection(dst []byte, t *media.Track) []byte {
	e := t.Encryption
	dst, sinf := openBox(dst, "sinf")
	dst = appendBox(dst, "frma", []byte(entryCode(t))...)
	schm := append([]byte{0, 0, 0, 0}, e.Scheme[:]...)
	dst = appendBox(dst, "schm", append(schm, 0, 1, 0, 0)...)
	dst, schi := openBox(dst, "schi")
	dst, tenc := openBox(dst, "tenc")
	version := byte(0)
	if e.CryptBlocks|e.SkipBlocks != 0 {
		version = 1
	}
	protected := byte(1)
	if e.IVSize == 0 && len(e.ConstantIV) == 0 {
		protected = 0
	}
	dst = append(dst, version, 0, 0, 0, 0, e.CryptBlocks<<4|e.SkipBlocks&15, protected, e.IVSize)
	dst = append(dst, e.KID[:]...)
	if protected == 1 && e.IVSize == 0 {
		dst = append(append(dst, byte(len(e.ConstantIV))), e.ConstantIV...)
	}
	return closeBox(closeBox(closeBox(dst, tenc), schi), sinf)
}

// ParseKeyGroup reads an entry of the sample group seig (ISO/IEC 23001-7, 6).
func ParseKeyGroup(p []byte) (g media.KeyGroup, err error) {
	const size = 1 + 1 + 1 + 1 + 16
	if len(p) < size {
		return g, errs.Errorf(errs.Invalid, "seig: an entry of %d bytes, it has %d at least", len(p), size)
	}
	if p[2] == 0 {
		return g, nil
	}
	g = media.KeyGroup{Protected: true, IVSize: p[3], CryptBlocks: p[1] >> 4, SkipBlocks: p[1] & 15}
	copy(g.KID[:], p[4:])
	switch rest := p[size:]; {
	case g.IVSize != 0 && g.IVSize != 8 && g.IVSize != 16:
		return g, errs.Errorf(errs.Invalid, "seig: initialization vectors of %d bytes are not allowed", g.IVSize)
	case g.IVSize != 0:
	case len(rest) == 0 || rest[0] != 8 && rest[0] != 16 || len(rest) <= int(rest[0]):
		return g, errs.Errorf(errs.Invalid, "seig: the constant initialization vector is missing or cut off")
	default:
		g.ConstantIV = bytes.Clone(rest[1 : 1+int(rest[0])])
	}
	return g, nil
}

// AppendKeyGroup appends an entry of the sample group seig.
func AppendKeyGroup(dst []byte, g *media.KeyGroup) []byte {
	if !g.Protected {
		return append(dst, make([]byte, 20)...)
	}
	dst = append(dst, 0, g.CryptBlocks<<4|g.SkipBlocks&15, 1, g.IVSize)
	dst = append(dst, g.KID[:]...)
	if g.IVSize == 0 {
		dst = append(append(dst, byte(len(g.ConstantIV))), g.ConstantIV...)
	}
	return dst
}
