package codec

import (
	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// readExtensions reads the rest of an E-AC-3 frame's bit stream information (ETSI TS 102 366, E.1.2.2) for what dec3 says besides: the service, the channels of a
// dependent substream, joint object coding. Nothing is said when it is cut off.
func (f *ac3Frame) readExtensions(frame []byte) {
	r := bitstream.NewReader(frame[:min(len(frame), f.size)])
	r.Skip(45) // to dialnorm
	programs := 1
	if f.acmod == 0 {
		programs = 2
	}
	for range programs {
		r.Skip(5)
		skipIf(r, 8) // compr
	}
	chanmap := uint16(0)
	if f.dependent && r.Flag() { // chanmape
		chanmap = uint16(r.Bits(16))
	}
	if r.Flag() { // mixmdate
		f.skipMixing(r, programs)
	}
	bsmod := uint8(0)
	if r.Flag() { // infomdate
		bsmod = f.readInformation(r, programs)
	}
	blocks := frame[4] >> 4 & 3 // numblkscod
	whole := blocks == 3 || f.fscod == 3
	switch kind := frame[2] >> 6; {
	case kind == 0 && !whole:
		r.Skip(1) // convsync
	case kind == 2 && (whole || r.Flag()): // blkid
		r.Skip(6)
	}
	joc, complexity := false, uint8(0)
	if r.Flag() && r.Bits(6) >= 1 { // addbsie, addbsil
		r.Skip(7)
		joc, complexity = r.Flag(), r.Byte()
	}
	if !r.Short {
		f.chanmap, f.bsmod, f.joc, f.complexity = chanmap, bsmod, joc, complexity
	}
}

// skipIf passes over n bits if the bit before them says that they are there.
func skipIf(r *bitstream.Reader, n int) {
	if r.Flag() {
		r.Skip(n)
	}
}

// skipMixing passes over the mixing metadata.
func (f *ac3Frame) skipMixing(r *bitstream.Reader, programs int) {
	if f.acmod > 2 {
		r.Skip(2)
	}
	if f.acmod&1 != 0 && f.acmod > 2 {
		r.Skip(6)
	}
	if f.acmod&4 != 0 {
		r.Skip(6)
	}
	if f.lfe != 0 {
		skipIf(r, 5)
	}
	if f.dependent || f.transcoded {
		return
	}
	for range programs + 1 {
		skipIf(r, 6) // pgmscl, pgmscl2, extpgmscl
	}
	switch r.Bits(2) { // mixdef
	case 1:
		r.Skip(5)
	case 2:
		r.Skip(12)
	case 3:
		r.Skip(8 * (int(r.Bits(5)) + 2))
	}
	if f.acmod < 2 {
		for range programs {
			skipIf(r, 14) // panmean, paninfo
		}
	}
	if r.Flag() { // frmmixcfginfoe
		if blocks := f.samples / ac3Blocks; blocks == 1 {
			r.Skip(5)
		} else {
			for range blocks {
				skipIf(r, 5)
			}
		}
	}
}

// readInformation reads the informational metadata and returns bsmod.
func (f *ac3Frame) readInformation(r *bitstream.Reader, programs int) (bsmod uint8) {
	bsmod = uint8(r.Bits(3))
	r.Skip(2)
	if f.acmod == 2 {
		r.Skip(4)
	}
	if f.acmod >= 6 {
		r.Skip(2)
	}
	for range programs {
		skipIf(r, 8)
	}
	if f.fscod < 3 {
		r.Skip(1)
	}
	return bsmod
}

// EAC3Config returns the dec3 payload for an access unit of E-AC-3: the sync frames of all substreams, of which the first is independent.
func EAC3Config(unit []byte) ([]byte, error) {
	var frames []ac3Frame
	for len(unit) >= 8 {
		f, err := parseAC3Frame(unit)
		if err != nil {
			return nil, err
		}
		if !f.enhanced {
			return nil, errs.Errorf(errs.Invalid, "E-AC-3: the access unit holds a frame of AC-3")
		}
		if len(frames) > 0 && !f.dependent && f.substream == 0 {
			break // the next blocks of the first substream, or the next access unit
		}
		f.readExtensions(unit)
		frames = append(frames, f)
		unit = unit[min(f.size, len(unit)):]
	}
	if len(frames) == 0 || frames[0].dependent {
		return nil, errs.Errorf(errs.Invalid, "E-AC-3: the access unit does not begin with an independent substream")
	}
	return dec3(frames), nil
}

// dec3 makes an EC3SpecificBox payload (F.6) from the frames of one access unit.
func dec3(frames []ac3Frame) []byte {
	type program struct {
		f          ac3Frame
		dependents uint32
		locations  uint32
	}
	var programs []program
	size := 0
	for _, f := range frames {
		size += f.size
		switch n := len(programs); {
		case f.dependent && n > 0:
			programs[n-1].dependents++
			programs[n-1].locations |= channelLocations(f.chanmap)
		case n < 8:
			programs = append(programs, program{f: f})
		}
	}
	first := programs[0].f
	kbits := uint32(0)
	if first.samples > 0 {
		kbits = uint32(size * 8 * first.rate / first.samples / 1000)
	}
	var w bitstream.Writer
	w.Bits(min(kbits, 1<<13-1), 13)
	w.Bits(uint32(len(programs)-1), 3)
	for _, p := range programs {
		w.Bits(uint32(p.f.fscod), 2)
		w.Bits(uint32(p.f.bsid), 5)
		w.Bits(0, 2) // reserved, asvc
		w.Bits(uint32(p.f.bsmod), 3)
		w.Bits(uint32(p.f.acmod), 3)
		w.Bits(uint32(p.f.lfe), 1)
		w.Bits(0, 3)
		w.Bits(min(p.dependents, 15), 4)
		if p.dependents > 0 {
			w.Bits(p.locations, 9)
		} else {
			w.Bits(0, 1)
		}
	}
	for _, f := range frames {
		if f.joc { // ETSI TS 103 420, 8.3
			w.Bits(1, 8)
			w.Bits(uint32(f.complexity), 8)
			break
		}
	}
	return w.Bytes
}

// channelLocations maps a custom channel map (table E.1.4) to chan_loc (F.6): Lc/Rc in the map's sixth bit is the lowest, LFE2 the highest.
func channelLocations(chanmap uint16) (loc uint32) {
	for k := range 8 {
		loc |= uint32(chanmap>>(10-k)&1) << k
	}
	return loc | uint32(chanmap>>1&1)<<8
}

func describeEAC3(t *media.Track) error {
	r := bitstream.NewReader(t.Config)
	r.Skip(16) // data_rate, num_ind_sub
	fscod := r.Bits(2)
	r.Skip(5 + 1 + 1 + 3)
	channels := ac3Channels(r.Bits(3), r.Bits(1))
	r.Skip(3)
	if r.Bits(4) > 0 { // num_dep_sub
		loc := r.Bits(9)
		for k, n := range [...]uint16{2, 2, 1, 1, 2, 2, 2, 1, 1} {
			if loc>>k&1 != 0 {
				channels += n
			}
		}
	}
	if r.Short {
		return errs.Errorf(errs.Invalid, "dec3: cut off")
	}
	// Code 3 stands for half the rates, and does not say which: the sample entry does.
	if fscod < 3 {
		t.SampleRate = [...]uint32{48000, 44100, 32000}[fscod]
	}
	t.Channels = channels
	return nil
}
