package flv

import (
	"encoding/binary"
	"math"

	"github.com/dashwright/dashwright/internal/media"
)

// AMF 0 type markers (Action Message Format 0, 2.1).
const (
	amfNumber      = 0
	amfBoolean     = 1
	amfString      = 2
	amfObject      = 3
	amfNull        = 5
	amfUndefined   = 6
	amfReference   = 7
	amfECMAArray   = 8
	amfObjectEnd   = 9
	amfStrictArray = 10
	amfDate        = 11
	amfLongString  = 12
)

const maxDepth = 16

// amf reads AMF 0 values. After anything that is not well formed it is bad, and reads nothing more.
type amf struct {
	b   []byte
	bad bool
}

func (a *amf) take(n int) []byte {
	if n < 0 || n > len(a.b) {
		a.bad, a.b = true, nil
		return nil
	}
	v := a.b[:n]
	a.b = a.b[n:]
	return v
}

func (a *amf) byte() byte {
	if v := a.take(1); v != nil {
		return v[0]
	}
	return amfObjectEnd
}

func (a *amf) string() string {
	n := a.take(2)
	if n == nil {
		return ""
	}
	return string(a.take(int(binary.BigEndian.Uint16(n))))
}

// value reads one value and returns it when it is a number.
func (a *amf) value(depth int) (number float64, ok bool) {
	if depth > maxDepth {
		a.take(-1)
		return 0, false
	}
	switch a.byte() {
	case amfNumber:
		if v := a.take(8); v != nil {
			return math.Float64frombits(binary.BigEndian.Uint64(v)), true
		}
	case amfBoolean:
		a.take(1)
	case amfString:
		a.string()
	case amfECMAArray:
		a.take(4)
		a.properties(depth, func(string, float64) {})
	case amfObject:
		a.properties(depth, func(string, float64) {})
	case amfNull, amfUndefined:
	case amfReference:
		a.take(2)
	case amfStrictArray:
		n := a.take(4)
		if n == nil {
			break
		}
		for count := binary.BigEndian.Uint32(n); count > 0 && !a.bad; count-- {
			a.value(depth + 1)
		}
	case amfDate:
		a.take(10)
	case amfLongString:
		if n := a.take(4); n != nil {
			a.take(int(binary.BigEndian.Uint32(n)))
		}
	default:
		a.take(-1)
	}
	return 0, false
}

// properties reads the names and values of an object to its end, and calls yield with those that are numbers.
func (a *amf) properties(depth int, yield func(name string, number float64)) {
	for !a.bad {
		name := a.string()
		if name == "" {
			if a.byte() != amfObjectEnd {
				a.take(-1)
			}
			return
		}
		if v, ok := a.value(depth + 1); ok {
			yield(name, v)
		}
	}
}

// frameRate reads the frame rate of a script tag: the zero value when it is not onMetaData or says none that makes sense.
func frameRate(script []byte) (rate media.Rational) {
	a := amf{b: script}
	for {
		if a.byte() != amfString {
			return media.Rational{}
		}
		if name := a.string(); name == "onMetaData" {
			break
		} else if name != "@setDataFrame" { // a live stream's message, recorded as it came
			return media.Rational{}
		}
	}
	switch a.byte() {
	case amfECMAArray:
		a.take(4)
	case amfObject:
	default:
		return media.Rational{}
	}
	a.properties(0, func(name string, v float64) {
		if name == "framerate" || name == "videoframerate" && rate.IsZero() {
			rate = nearestRate(v)
		}
	})
	return rate
}

// nearestRate returns the fraction that is meant by a decimal: n, n/1001 × 1000, or thousandths.
func nearestRate(v float64) media.Rational {
	if !(v >= 1 && v <= 1000) {
		return media.Rational{}
	}
	if n := math.Round(v); math.Abs(v-n) < 1e-4 {
		return media.Ratio(uint64(n), 1)
	}
	if n := math.Round(v * 1.001); math.Abs(v-n/1.001) < 0.006 {
		return media.Ratio(uint64(n)*1000, 1001)
	}
	return media.Ratio(uint64(math.Round(v*1000)), 1000)
}
