package media

import (
	"encoding/hex"
	"fmt"
	"slices"
)

// Scheme is a Common Encryption protection scheme (ISO/IEC 23001-7), or 0 for clear.
type Scheme [4]byte

// String returns its four characters, "" when it is clear.
func (s Scheme) String() string {
	if s == (Scheme{}) {
		return ""
	}
	return string(s[:])
}

// KID is a key identifier, in the byte order of the standard (not PlayReady's).
type KID [16]byte

// String returns the KID as 32 hexadecimal digits.
func (k KID) String() string { return hex.EncodeToString(k[:]) }

// MarshalText writes String.
func (k KID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (k *KID) UnmarshalText(b []byte) error {
	if len(b) != hex.EncodedLen(len(k)) {
		return fmt.Errorf("key ID of %d characters, not %d", len(b), hex.EncodedLen(len(k)))
	}
	_, err := hex.Decode(k[:], b)
	return err
}

// Encryption says how the samples of a Track are protected already (ISO/IEC 23001-7, 8.2: the tenc box).
type Encryption struct {
	Scheme      Scheme // cenc, cbcs, cens, cbc1
	KID         KID
	IVSize      uint8  // per-sample IV: 0, 8 or 16
	ConstantIV  []byte // when IVSize is 0
	CryptBlocks uint8  // pattern
	SkipBlocks  uint8
	PSSH        [][]byte   // whole pssh boxes found in the file
	Groups      []KeyGroup `json:",omitzero"` // of Samples that are protected otherwise, each once
}

// KeyGroup is how the samples of a group are protected (ISO/IEC 23001-7, 6: the sample group seig).
type KeyGroup struct {
	Protected   bool   `json:",omitzero"` // if not, all else is zero
	IVSize      uint8  `json:",omitzero"` // as of Encryption
	KID         KID    `json:",omitzero"`
	ConstantIV  []byte `json:",omitzero"`
	CryptBlocks uint8  `json:",omitzero"`
	SkipBlocks  uint8  `json:",omitzero"`
}

// Equal says whether g and h are the same.
func (g *KeyGroup) Equal(h *KeyGroup) bool {
	return g.Protected == h.Protected && g.IVSize == h.IVSize && g.KID == h.KID && slices.Equal(g.ConstantIV, h.ConstantIV) && g.CryptBlocks == h.CryptBlocks && g.SkipBlocks == h.SkipBlocks
}

// Group returns how Samples of a Group are protected: those of 0 as tenc says. A Group that there is not is in the clear.
func (e *Encryption) Group(n uint16) KeyGroup {
	switch {
	case int(n) > len(e.Groups):
		return KeyGroup{}
	case n > 0:
		return e.Groups[n-1]
	case e.IVSize == 0 && len(e.ConstantIV) == 0:
		return KeyGroup{}
	}
	return KeyGroup{true, e.IVSize, e.KID, e.ConstantIV, e.CryptBlocks, e.SkipBlocks}
}

// KIDs returns the IDs of all keys, each once: tenc's first, unless that says that nothing is protected and groups say otherwise.
func (e *Encryption) KIDs() []KID {
	var list []KID
	seen := map[KID]bool{}
	for n := range len(e.Groups) + 1 {
		if g := e.Group(uint16(n)); g.Protected && !seen[g.KID] {
			seen[g.KID] = true
			list = append(list, g.KID)
		}
	}
	if len(list) == 0 {
		list = []KID{e.KID}
	}
	return list
}
