package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// ac3Frame is the beginning of a sync frame of AC-3 or E-AC-3 (ETSI TS 102 366, 4.3 and E.1.2).
type ac3Frame struct {
	enhanced   bool
	dependent  bool // strmtyp 1: channels that belong to the independent substream before
	transcoded bool // strmtyp 2: it was AC-3
	substream  uint8
	size       int // bytes
	samples    int // per channel; 0 for a dependent substream, which adds no time
	rate       int

	fscod, bsid, bsmod, acmod, lfe uint8
	rateCode                       uint8  // AC-3: bit_rate_code
	chanmap                        uint16 // dependent substream: custom channel map, 0 when none
	joc                            bool   // joint object coding: it carries objects
	complexity                     uint8  // of them
}

// ac3Blocks is the number of samples per channel in an audio block.
const ac3Blocks = 256

// ac3AccessUnit is the samples per channel of an access unit: 6 blocks (F.2).
const ac3AccessUnit = 6 * ac3Blocks

func parseAC3Frame(b []byte) (f ac3Frame, err error) {
	if len(b) < 8 {
		return f, errs.Errorf(errs.Invalid, "AC-3: %d bytes are too few for a sync frame header", len(b))
	}
	if b[0] != 0x0b || b[1] != 0x77 {
		return f, errs.Errorf(errs.Invalid, "AC-3: no sync word, but %#02x %#02x", b[0], b[1])
	}
	f.bsid = b[5] >> 3
	switch {
	case f.bsid <= 10:
		err = f.readAC3(b)
	case f.bsid <= 16:
		f.enhanced = true
		err = f.readEAC3(b)
	default:
		err = errs.Errorf(errs.Unsupported, "AC-3: bit stream identification %d is not known", f.bsid)
	}
	if err == nil && f.size < 8 {
		err = errs.Errorf(errs.Invalid, "AC-3: a frame of %d bytes is shorter than its header", f.size)
	}
	return f, err
}

func (f *ac3Frame) readAC3(b []byte) error {
	kbits := [...]int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640}
	code := b[4] & 0x3f
	f.fscod = b[4] >> 6
	f.rateCode = code >> 1
	if int(f.rateCode) >= len(kbits) {
		return errs.Errorf(errs.Invalid, "AC-3: frame size code %d is reserved", code)
	}
	k := kbits[f.rateCode]
	switch f.fscod {
	case 0:
		f.rate, f.size = 48000, k*4
	case 1:
		f.rate, f.size = 44100, 2*(k*320/147+int(code&1))
	case 2:
		f.rate, f.size = 32000, k*6
	default:
		return errs.Errorf(errs.Invalid, "AC-3: the sampling rate code is reserved")
	}
	f.samples = ac3AccessUnit
	if f.bsid > 8 { // half and quarter rates, by custom
		f.rate >>= f.bsid - 8
	}
	f.bsmod, f.acmod = b[5]&7, b[6]>>5
	r := bitstream.NewReader(b[6:8])
	r.Skip(3)
	if f.acmod&1 != 0 && f.acmod != 1 {
		r.Skip(2) // cmixlev
	}
	if f.acmod&4 != 0 {
		r.Skip(2) // surmixlev
	}
	if f.acmod == 2 {
		r.Skip(2) // dsurmod
	}
	f.lfe = uint8(r.Bits(1))
	return nil
}

func (f *ac3Frame) readEAC3(b []byte) error {
	rates := [...]int{48000, 44100, 32000}
	kind := b[2] >> 6
	if kind == 3 {
		return errs.Errorf(errs.Invalid, "E-AC-3: the stream type is reserved")
	}
	f.dependent, f.transcoded = kind == 1, kind == 2
	f.substream = b[2] >> 3 & 7
	f.size = 2 * (int(b[2]&7)<<8 | int(b[3]) + 1)
	f.fscod = b[4] >> 6
	blocks := [...]int{1, 2, 3, 6}[b[4]>>4&3]
	if f.fscod == 3 {
		half := b[4] >> 4 & 3
		if half == 3 {
			return errs.Errorf(errs.Invalid, "E-AC-3: the sampling rate code is reserved")
		}
		f.rate, blocks = rates[half]/2, 6
	} else {
		f.rate = rates[f.fscod]
	}
	f.acmod, f.lfe = b[4]>>1&7, b[4]&1
	if !f.dependent {
		f.samples = blocks * ac3Blocks
	}
	return nil
}

// AC3Frame reads an AC-3 or E-AC-3 sync frame header: the codec, the frame's length in bytes, its samples per channel and sampling rate,
// and the dac3 or dec3 payload. 8 bytes of b are enough for all but dec3's word on joint object coding, which needs 64. A frame of a dependent
// substream has 0 samples: it belongs to the access unit of the frame before. For the dec3 of a stream that has such frames ask EAC3Config.
func AC3Frame(b []byte) (c media.Codec, config []byte, frame, samples, rate int, err error) {
	f, err := parseAC3Frame(b)
	if err != nil {
		return "", nil, 0, 0, 0, err
	}
	if f.enhanced {
		f.readExtensions(b)
		return media.EAC3, dec3([]ac3Frame{f}), f.size, f.samples, f.rate, nil
	}
	var w bitstream.Writer
	w.Bits(uint32(f.fscod), 2)
	w.Bits(uint32(f.bsid), 5)
	w.Bits(uint32(f.bsmod), 3)
	w.Bits(uint32(f.acmod), 3)
	w.Bits(uint32(f.lfe), 1)
	w.Bits(uint32(f.rateCode), 5)
	w.Bits(0, 5)
	return media.AC3, w.Bytes, f.size, f.samples, f.rate, nil
}

// AC3Size reads only what a scanner needs of a sync frame: its codec, bytes, samples per channel (0 for a dependent substream) and rate. It
// does not allocate unless it fails.
func AC3Size(b []byte) (c media.Codec, frame, samples, rate int, err error) {
	f, err := parseAC3Frame(b)
	if err != nil {
		return "", 0, 0, 0, err
	}
	if f.enhanced {
		return media.EAC3, f.size, f.samples, f.rate, nil
	}
	return media.AC3, f.size, f.samples, f.rate, nil
}

// ac3Channels returns the number of channels of an audio coding mode (table 4.3), with the low frequency effects.
func ac3Channels(acmod, lfe uint32) uint16 {
	return [...]uint16{2, 1, 2, 3, 3, 4, 4, 5}[acmod&7] + uint16(lfe)
}

func describeAC3(t *media.Track) error {
	r := bitstream.NewReader(t.Config)
	fscod := r.Bits(2)
	bsid := r.Bits(5)
	r.Skip(3)
	channels := ac3Channels(r.Bits(3), r.Bits(1))
	if r.Short || fscod == 3 {
		return errs.Errorf(errs.Invalid, "dac3: cut off, or the sampling rate code is reserved")
	}
	t.SampleRate = [...]uint32{48000, 44100, 32000}[fscod]
	if bsid > 8 && bsid <= 10 {
		t.SampleRate >>= bsid - 8
	}
	t.Channels = channels
	return nil
}
