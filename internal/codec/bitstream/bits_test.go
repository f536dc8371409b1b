package bitstream

import (
	"math/rand/v2"
	"testing"
)

// TestReader reads back what a Writer wrote, with escapes put in as an encoder does.
func TestReader(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var w Writer
		type field struct {
			kind int // 0 bits, 1 ue, 2 se
			n    uint
			v    int64
		}
		var fields []field
		for range 100 {
			f := field{kind: rnd.IntN(3)}
			switch f.kind {
			case 0:
				f.n = uint(rnd.IntN(33))
				f.v = int64(rnd.Uint64() & (1<<f.n - 1) & uint64(rnd.IntN(2)*0xffffffff))
				w.Bits(uint32(f.v), f.n)
			case 1:
				f.v = int64(rnd.Uint32N(1 << rnd.IntN(32)))
				writeUE(&w, uint32(f.v))
			case 2:
				f.v = int64(rnd.Uint32N(1<<rnd.IntN(30))) * int64(1-2*rnd.IntN(2))
				writeSE(&w, int32(f.v))
			}
			fields = append(fields, f)
		}
		plain, escaped := NewReader(w.Bytes), NewRBSP(escape(w.Bytes))
		for i, f := range fields {
			for _, r := range []*Reader{plain, escaped} {
				var got int64
				switch f.kind {
				case 0:
					got = int64(r.Bits(f.n))
				case 1:
					got = int64(r.UE())
				case 2:
					got = int64(r.SE())
				}
				if got != f.v || r.Short {
					t.Fatalf("field %d: %d, want %+v, short %v", i, got, f, r.Short)
				}
			}
		}
		plain.Skip(8)
		if !plain.Short || plain.Bits(32) != 0 || plain.UE() != 0 || plain.Left() != 0 {
			t.Error("the end was not noticed")
		}
	}
}

func writeUE(w *Writer, v uint32) {
	n := uint(0)
	for uint64(v)+1 >= 1<<(n+1) {
		n++
	}
	w.Bits(0, n)
	w.Bits(v+1, n+1)
}

func writeSE(w *Writer, v int32) {
	if v > 0 {
		writeUE(w, uint32(2*v-1))
	} else {
		writeUE(w, uint32(-2*v))
	}
}

// escape puts emulation prevention bytes in (ISO/IEC 14496-10, 7.4.1).
func escape(b []byte) []byte {
	var out []byte
	zeros := 0
	for _, c := range b {
		if zeros >= 2 && c <= 3 {
			out = append(out, 3)
			zeros = 0
		}
		out = append(out, c)
		if c == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}
