package bitstream

import (
	"slices"
	"testing"
)

// What encoders at hand do not write is written here: field pictures, picture order count type 1, memory management control operation 5,
// gaps by wrapping of frame_num. The expected counts are worked out by hand from ISO/IEC 14496-10, 8.2.1.

// writeSPS makes a parameter set of the main profile, 4x4 macroblocks, frame_num of 4 bits and counts of 4 bits.
func writeSPS(pocType uint32, fields bool, offsets []int32) []byte {
	var w Writer
	for _, b := range []uint32{0x67, 77, 0, 10} {
		w.Bits(b, 8)
	}
	writeUE(&w, 0)
	writeUE(&w, 0) // log2_max_frame_num 4
	writeUE(&w, pocType)
	switch pocType {
	case 0:
		writeUE(&w, 0) // log2_max_pic_order_cnt_lsb 4
	case 1:
		w.Bits(0, 1)    // delta_pic_order_always_zero_flag
		writeSE(&w, -2) // offset_for_non_ref_pic
		writeSE(&w, 1)  // offset_for_top_to_bottom_field
		writeUE(&w, uint32(len(offsets)))
		for _, o := range offsets {
			writeSE(&w, o)
		}
	}
	writeUE(&w, 4)
	w.Bits(0, 1)
	writeUE(&w, 3)
	if fields {
		writeUE(&w, 1)
		w.Bits(0, 2) // frame_mbs_only_flag, mb_adaptive_frame_field_flag
	} else {
		writeUE(&w, 3)
		w.Bits(1, 1)
	}
	w.Bits(0, 3) // direct_8x8_inference_flag, frame_cropping_flag, vui_parameters_present_flag
	w.Bits(1, 1)
	return escape(w.Bytes)
}

// writePPS makes one with bottom_field_pic_order_in_frame_present_flag and explicit weights, behind a map of two slice groups.
func writePPS(groups uint32) []byte {
	var w Writer
	w.Bits(0x68, 8)
	writeUE(&w, 0)
	writeUE(&w, 0)
	w.Bits(1, 2)
	writeUE(&w, groups-1)
	if groups > 1 {
		writeUE(&w, 6) // explicit map
		writeUE(&w, 15)
		for i := range uint32(16) {
			w.Bits(i&1, 1)
		}
	}
	writeUE(&w, 1)
	writeUE(&w, 0)
	w.Bits(1, 1) // weighted_pred_flag
	w.Bits(1, 2) // weighted_bipred_idc
	for range 3 {
		writeSE(&w, 0)
	}
	w.Bits(0, 3)
	w.Bits(1, 1)
	return escape(w.Bytes)
}

// slice is what a test says of a slice.
type slice struct {
	idr, ref      bool
	kind          uint32
	num, lsb      uint32
	field, bottom bool
	deltas        []int32
	mmco5         bool
}

func (s slice) write(sps *AVCSPS) []byte {
	var w Writer
	header := uint32(1)
	if s.idr {
		header = 5
	}
	if s.ref {
		header |= 0x60
	}
	w.Bits(header, 8)
	writeUE(&w, 0)
	writeUE(&w, s.kind)
	writeUE(&w, 0)
	w.Bits(s.num, 4)
	if !sps.frameMbsOnly {
		w.Bits(bit(s.field), 1)
		if s.field {
			w.Bits(bit(s.bottom), 1)
		}
	}
	if s.idr {
		writeUE(&w, 3)
	}
	if sps.pocType == 0 {
		w.Bits(s.lsb, 4)
	}
	for _, d := range s.deltas {
		writeSE(&w, d)
	}
	if s.ref && !s.idr {
		s.writeMarking(&w)
	}
	w.Bits(0x5a5a, 16)
	return escape(w.Bytes)
}

// writeMarking writes what stands before dec_ref_pic_marking as richly as it may, and then operations.
func (s slice) writeMarking(w *Writer) {
	lists := map[uint32]int{sliceP: 1, sliceB: 2}[s.kind]
	if s.kind == sliceB {
		w.Bits(1, 1)
	}
	if lists > 0 {
		w.Bits(1, 1) // num_ref_idx_active_override_flag: 3 pictures
		for range lists {
			writeUE(w, 2)
		}
	}
	for range lists {
		w.Bits(1, 1)
		for _, v := range []uint32{0, 1, 2, 7, 1, 0, 3} {
			writeUE(w, v)
		}
	}
	if lists > 0 {
		writeUE(w, 5)
		writeUE(w, 4)
		for range 3 * lists {
			w.Bits(1, 1)
			writeSE(w, -40)
			writeSE(w, 3)
			w.Bits(1, 1)
			for range 4 {
				writeSE(w, 9)
			}
		}
	}
	w.Bits(1, 1) // adaptive_ref_pic_marking_mode_flag
	for _, v := range []uint32{1, 0, 3, 1, 0, 2, 4, 6, 0, 4, 2} {
		writeUE(w, v)
	}
	if s.mmco5 {
		writeUE(w, 5)
	}
	writeUE(w, 0)
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

func TestAVCOrder(t *testing.T) {
	type want struct {
		count  int64
		begins bool
	}
	idr := slice{idr: true, ref: true, kind: sliceI}
	top := func(s slice) slice { s.field = true; return s }
	bottom := func(s slice) slice { s.field, s.bottom = true, true; return s }
	p := func(num, lsb uint32) slice { return slice{ref: true, kind: sliceP, num: num, lsb: lsb} }
	b := func(num, lsb uint32) slice { return slice{kind: sliceB, num: num, lsb: lsb} }
	delta := func(s slice, d ...int32) slice { s.deltas = d; return s }
	mmco5 := func(s slice) slice { s.mmco5 = true; return s }
	refB := func(num, lsb uint32) slice { return slice{ref: true, kind: sliceB, num: num, lsb: lsb} }
	cases := []struct {
		name    string
		pocType uint32
		fields  bool
		offsets []int32
		units   [][]slice
		want    []want
	}{
		{"type 0, low bits wrap both ways", 0, false, nil,
			[][]slice{{delta(idr, 0)}, {delta(p(1, 8), 0)}, {delta(b(2, 4), 0)}, {delta(p(2, 0), 0)}, {delta(b(3, 12), 0)}, {delta(refB(3, 14), -1)}, {delta(p(4, 2), 1)}},
			[]want{{0, true}, {8, false}, {4, false}, {16, false}, {12, false}, {13, false}, {18, false}}},
		{"type 0, field pairs", 0, true, nil,
			[][]slice{{top(idr), bottom(p(0, 1))}, {top(p(1, 8)), bottom(p(1, 9))}, {bottom(b(2, 5)), top(b(2, 4))}, {delta(p(2, 12), 1)}, {top(b(3, 10)), bottom(b(3, 11))}},
			[]want{{0, true}, {8, false}, {4, false}, {12, false}, {10, false}}},
		{"type 0, one field to the access unit", 0, true, nil,
			[][]slice{{top(idr)}, {bottom(p(0, 1))}, {top(p(1, 8))}, {bottom(p(1, 9))}},
			[]want{{0, true}, {1, false}, {8, false}, {9, false}}},
		{"type 0, reset of a frame", 0, false, nil,
			[][]slice{{delta(idr, 0)}, {delta(p(1, 6), 0)}, {delta(mmco5(p(2, 10)), 2)}, {delta(p(0, 4), 0)}, {delta(b(1, 2), 0)}},
			[]want{{0, true}, {6, false}, {0, true}, {4, false}, {2, false}}},
		{"type 0, reset with the bottom first", 0, false, nil, // tempPicOrderCnt is the bottom's 8: the top's becomes 2, so lsb 11 is behind it, not before
			[][]slice{{delta(idr, 0)}, {delta(mmco5(refB(1, 10)), -2)}, {delta(p(0, 11), 0)}, {delta(p(1, 2), 0)}},
			[]want{{0, true}, {0, true}, {-5, false}, {2, false}}},
		{"type 1", 1, false, []int32{4, 6},
			[][]slice{{delta(idr, 0, 0)}, {delta(p(1, 0), 0, 0)}, {delta(b(2, 0), 0, 0)}, {delta(p(2, 0), 1, -3)}, {delta(p(3, 0), 0, 0)}, {delta(b(4, 0), -3, 0)}},
			// expected: 0; 4; (2-1 → 4) - 2; 10 + 1 (bottom: 11 + 1 - 3 = 9); 14; (4-1 → 14) - 2 - 3
			[]want{{0, true}, {4, false}, {2, false}, {9, false}, {14, false}, {9, false}}},
		{"type 1, fields and wrap of frame_num", 1, true, []int32{4},
			[][]slice{{delta(top(idr), 0), delta(bottom(p(0, 0)), 0)}, {delta(top(p(15, 0)), 0), delta(bottom(p(15, 0)), 0)}, {delta(bottom(p(0, 0)), 0), delta(top(p(0, 0)), 0)}},
			[]want{{0, true}, {60, false}, {64, false}}},
		{"type 2, wrap and reset", 2, false, nil,
			[][]slice{{idr}, {p(1, 0)}, {{kind: sliceP, num: 2}}, {p(2, 0)}, {p(15, 0)}, {p(0, 0)}, {mmco5(p(1, 0))}, {p(1, 0)}, {idr}, {p(1, 0)}},
			[]want{{0, true}, {2, false}, {3, false}, {4, false}, {30, false}, {32, false}, {0, true}, {2, false}, {0, true}, {2, false}}},
	}
	for _, groups := range []uint32{1, 2} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				var o AVCOrder
				nal := writeSPS(c.pocType, c.fields, c.offsets)
				sps, err := ParseAVCSPS(nal)
				if err != nil {
					t.Fatal(err)
				}
				if sps.Width != 64 || sps.Height != 64 {
					t.Fatalf("%dx%d", sps.Width, sps.Height)
				}
				o.AddSPS(nal)
				o.AddPPS(writePPS(groups))
				var got []want
				for i, unit := range c.units {
					count, begins, err := o.Push(func(yield func([]byte) bool) {
						for _, s := range unit {
							if !yield(s.write(sps)) {
								return
							}
						}
					})
					if err != nil {
						t.Fatalf("unit %d: %v", i, err)
					}
					got = append(got, want{count, begins})
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%v, want %v", got, c.want)
				}
			})
		}
	}
}

// TestAVCOrderErrors goes on after what cannot be read.
func TestAVCOrderErrors(t *testing.T) {
	var o AVCOrder
	push := func(nals ...[]byte) error {
		_, _, err := o.Push(func(yield func([]byte) bool) {
			for _, n := range nals {
				if !yield(n) {
					return
				}
			}
		})
		return err
	}
	nal := writeSPS(0, false, nil)
	sps, err := ParseAVCSPS(nal)
	if err != nil {
		t.Fatal(err)
	}
	idr := slice{idr: true, ref: true, kind: sliceI, deltas: []int32{0}}.write(sps)
	for _, bad := range [][][]byte{nil, {{}}, {{0x65}}, {idr}, {nal, idr}, {nal, writePPS(1), idr[:3]}} {
		if push(bad...) == nil {
			t.Errorf("%x is no error", bad)
		}
	}
	if err := push(idr); err != nil {
		t.Error(err)
	}
}
