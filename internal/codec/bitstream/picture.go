package bitstream

import "github.com/dashwright/dashwright/internal/media"

// Picture is what a bitstream says of its pictures: the part of a sequence's parameters that does not depend on the coding.
type Picture struct {
	Width, Height uint32
	SAR           media.Rational
	Rate          media.Rational // pictures (frames) per second
	FixedRate     bool
	Colour        Colour
}

// Colour is a colour description (ISO/IEC 23091-2), as in a colr box of type nclx.
type Colour struct {
	Known                       bool
	Primaries, Transfer, Matrix uint8
	Full                        bool
}

// sampleAspect returns the sample aspect ratio for an aspect_ratio_idc from 1 to 16 (ISO/IEC 23091-2, table 11), else the zero value.
func sampleAspect(idc uint32) media.Rational {
	table := [...]media.Rational{{}, {Num: 1, Den: 1}, {Num: 12, Den: 11}, {Num: 10, Den: 11}, {Num: 16, Den: 11}, {Num: 40, Den: 33},
		{Num: 24, Den: 11}, {Num: 20, Den: 11}, {Num: 32, Den: 11}, {Num: 80, Den: 33}, {Num: 18, Den: 11}, {Num: 15, Den: 11},
		{Num: 64, Den: 33}, {Num: 160, Den: 99}, {Num: 4, Den: 3}, {Num: 3, Den: 2}, {Num: 2, Den: 1}}
	if idc < uint32(len(table)) {
		return table[idc]
	}
	return media.Rational{}
}

// readAspect reads aspect_ratio_info_present_flag and what follows it (ISO/IEC 14496-10 and 23008-2, E.2.1).
func readAspect(r *Reader) media.Rational {
	if !r.Flag() {
		return media.Rational{}
	}
	const extendedSAR = 255
	idc := r.Bits(8)
	if idc != extendedSAR {
		return sampleAspect(idc)
	}
	w, h := r.Bits(16), r.Bits(16)
	return media.Ratio(uint64(w), uint64(h))
}

// readSignalType reads overscan_info_present_flag to chroma_sample_loc_type_bottom_field (ISO/IEC 14496-10 and 23008-2, E.2.1).
func readSignalType(r *Reader) Colour {
	var c Colour
	if r.Flag() { // overscan_info_present_flag
		r.Skip(1)
	}
	if r.Flag() { // video_signal_type_present_flag
		r.Skip(3) // video_format
		c.Full = r.Flag()
		if r.Flag() { // colour_description_present_flag
			c.Known = true
			c.Primaries, c.Transfer, c.Matrix = r.Byte(), r.Byte(), r.Byte()
		}
	}
	if r.Flag() { // chroma_loc_info_present_flag
		r.UE()
		r.UE()
	}
	return c
}

// MaxDimension bounds pictures: the sample entry's fields have 16 bits.
const MaxDimension = 65535
