package media

import "strconv"

// Rational is a fraction: a frame rate in frames per second, or an aspect ratio. The zero value means unknown.
type Rational struct{ Num, Den uint32 }

// Ratio returns num/den in lowest terms, or the zero value when either is 0 or the reduced terms pass 32 bits.
func Ratio(num, den uint64) Rational {
	if num == 0 || den == 0 {
		return Rational{}
	}
	a, b := num, den
	for b != 0 {
		a, b = b, a%b
	}
	num, den = num/a, den/a
	if num>>32 != 0 || den>>32 != 0 {
		return Rational{}
	}
	return Rational{uint32(num), uint32(den)}
}

// IsZero says whether r is unknown.
func (r Rational) IsZero() bool { return r.Num == 0 || r.Den == 0 }

// Float returns r as a number, 0 when unknown.
func (r Rational) Float() float64 {
	if r.IsZero() {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

// String returns "25" or "30000/1001", the form of MPD@frameRate (ISO/IEC 23009-1, 5.3.7.2).
func (r Rational) String() string {
	if r.Den == 1 {
		return strconv.FormatUint(uint64(r.Num), 10)
	}
	return strconv.FormatUint(uint64(r.Num), 10) + "/" + strconv.FormatUint(uint64(r.Den), 10)
}
