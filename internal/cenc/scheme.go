package cenc

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Block is the size of an AES block in bytes.
const Block = 16

// Params is how samples of a track are protected: what tenc says, and the key.
type Params struct {
	Scheme media.Scheme
	Key    [16]byte
	IVSize uint8 // of the IV of each sample: 8 or 16; 0: ConstantIV is that of all
	// ConstantIV is that of cbcs, whose chains begin with every subsample.
	ConstantIV [16]byte
	// Of CryptBlocks and SkipBlocks blocks the first so many are encrypted; both 0: all are.
	CryptBlocks, SkipBlocks uint8
}

// Chained says whether blocks are chained (AES-CBC), not counted (AES-CTR).
func Chained(s media.Scheme) bool { return s[1] == 'b' }

// Patterned says whether a scheme leaves out blocks of video.
func Patterned(s media.Scheme) bool { return s[3] == 's' }

// SchemeOf returns the scheme of a four-character code.
func SchemeOf(code string) (media.Scheme, error) {
	switch code {
	case "cenc", "cens", "cbc1", "cbcs":
		return media.Scheme([]byte(code)), nil
	}
	return media.Scheme{}, errs.Errorf(errs.Invalid, "protection scheme %q: there are cenc, cens, cbc1 and cbcs", code)
}

// Check says what of p the standard does not allow (ISO/IEC 23001-7, 9 and 10).
func (p *Params) Check() error {
	if _, err := SchemeOf(string(p.Scheme[:])); err != nil {
		return err
	}
	pattern := p.CryptBlocks|p.SkipBlocks != 0
	switch {
	case p.IVSize != 0 && p.IVSize != 8 && p.IVSize != 16:
		return errs.Errorf(errs.Invalid, "%s: initialization vectors of %d bytes: 8 or 16 are allowed", p.Scheme[:], p.IVSize)
	case Chained(p.Scheme) && p.IVSize == 8:
		return errs.Errorf(errs.Invalid, "%s: blocks that are chained need initialization vectors of 16 bytes", p.Scheme[:])
	case p.IVSize == 0 && string(p.Scheme[:]) != "cbcs":
		return errs.Errorf(errs.Invalid, "%s: only cbcs may have a constant initialization vector", p.Scheme[:])
	case pattern && (!Patterned(p.Scheme) || p.CryptBlocks == 0 || p.CryptBlocks > 15 || p.SkipBlocks > 15):
		return errs.Errorf(errs.Invalid, "%s: pattern %d:%d is not allowed", p.Scheme[:], p.CryptBlocks, p.SkipBlocks)
	}
	return nil
}

// Subsample is bytes in the clear and the protected bytes behind them (ISO/IEC 23001-7, 7.2).
type Subsample struct {
	Clear     uint16
	Protected uint32
}

// subsampleSize is the bytes of a Subsample in senc.
const subsampleSize = 6

// AppendAux appends the sample auxiliary information of a sample as it stands in senc: IV, and Subsamples unless subs is nil.
func AppendAux(dst, iv []byte, subs []Subsample) []byte {
	dst = append(dst, iv...)
	if subs == nil {
		return dst
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(subs)))
	for _, s := range subs {
		dst = binary.BigEndian.AppendUint16(dst, s.Clear)
		dst = binary.BigEndian.AppendUint32(dst, s.Protected)
	}
	return dst
}
