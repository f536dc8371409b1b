package cenc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
)

// Domain is within what a position of a track means the same sample. Under one key the IVs of different Domains are as good as random to each other.
type Domain struct {
	Stream, Version string
	Variant         string // whatever else has part in which sample is where
	Track           uint16 // its number among all of the stream's
}

// IVs makes initialization vectors. Under one key they never repeat for different content: in a track every position has its own, and tracks of a Domain differ in their numbers.
type IVs struct {
	base  [16]byte
	tag   uint64
	size  uint8
	block cipher.Block // nil: IVs are counted as they are
}

// NewIVs returns the IVs of a track. Everything that changes which block of which sample meets which counter is in them. The Variant is not where p has a constant IV: no position has part in that, and it stands in
// the init segment, whose URL need not say how segments are cut.
func NewIVs(p *Params, d Domain) (*IVs, error) {
	if p.IVSize == 0 {
		d.Variant = ""
	}
	h := sha256.New()
	h.Write([]byte("dashwright iv"))
	h.Write(p.Key[:])
	h.Write(p.Scheme[:])
	h.Write([]byte{p.IVSize, p.CryptBlocks, p.SkipBlocks})
	for _, s := range [...]string{d.Stream, d.Version, d.Variant} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	v := &IVs{size: p.IVSize, tag: uint64(d.Track) << 48}
	copy(v.base[:], h.Sum(nil))
	if Chained(p.Scheme) {
		// Chains need vectors that nobody can foresee: the number, encrypted (NIST SP 800-38A, appendix C).
		var err error
		if v.block, err = aes.NewCipher(p.Key[:]); err != nil {
			return nil, errs.Errorf(errs.Internal, "AES: %w", err)
		}
	}
	return v, nil
}

// Constant returns an IV for all samples of the track.
func (v *IVs) Constant() (iv [16]byte) {
	iv = v.base
	binary.BigEndian.PutUint64(iv[:], binary.BigEndian.Uint64(iv[:])^v.tag)
	return iv
}

// At writes the IV of the sample at a position, which is below 2^48, into iv and returns as much of it as is told: nothing where it is constant. Its first half is a number that no other position and no
// other track of the domain has; the second is zero, so that blocks can be counted in it without ever reaching another sample's (ISO/IEC 23001-7, 9.3).
func (v *IVs) At(iv *[16]byte, position int64) []byte {
	if v.size == 0 {
		return nil
	}
	binary.BigEndian.PutUint64(iv[:], binary.BigEndian.Uint64(v.base[:])^v.tag^uint64(position)&(1<<48-1))
	clear(iv[8:])
	if v.block != nil {
		v.block.Encrypt(iv[:], iv[:])
	}
	return iv[:v.size]
}
