package bitstream

// shortTermSet is a short-term reference picture set (ISO/IEC 23008-2, 7.4.8): pictures before the current one, the nearest first, then those after it.
type shortTermSet struct {
	negative, count int
	delta           [16]int32 // DeltaPocS0, DeltaPocS1
	used            [16]bool  // by the current picture
}

// add puts a picture at the end.
func (s *shortTermSet) add(delta int32, used bool) bool {
	if s.count == len(s.delta) {
		return false
	}
	s.delta[s.count], s.used[s.count] = delta, used
	s.count++
	return true
}

// current returns how many pictures the current one uses.
func (s *shortTermSet) current() int {
	n := 0
	for _, used := range s.used[:s.count] {
		if used {
			n++
		}
	}
	return n
}

// readShortTermSets reads num_short_term_ref_pic_sets and the sets (7.3.2.2).
func readShortTermSets(r *Reader) ([]shortTermSet, bool) {
	n := r.UE()
	if n > 64 || r.Short {
		return nil, false
	}
	sets := make([]shortTermSet, 0, n)
	for range n {
		s, ok := readShortTermSet(r, sets, false)
		if !ok {
			return nil, false
		}
		sets = append(sets, s)
	}
	return sets, true
}

// readShortTermSet reads st_ref_pic_set (7.3.7) after those that are known; inSlice says that it is in a slice segment header.
func readShortTermSet(r *Reader, known []shortTermSet, inSlice bool) (s shortTermSet, ok bool) {
	if len(known) > 0 && r.Flag() { // inter_ref_pic_set_prediction_flag
		back := uint32(1)
		if inSlice {
			back += r.UE() // delta_idx_minus1
		}
		if int(back) > len(known) || r.Short {
			return s, false
		}
		return predictShortTermSet(r, &known[len(known)-int(back)])
	}
	negative, positive := r.UE(), r.UE()
	if negative > 16 || positive > 16 || negative+positive > 16 {
		return s, false
	}
	for i, sign := range [2]int32{-1, 1} {
		delta := int32(0)
		for range [2]uint32{negative, positive}[i] {
			delta += sign * (int32(r.UE()&0xffff) + 1)
			s.add(delta, r.Flag())
		}
	}
	s.negative = int(negative)
	return s, !r.Short
}

// predictShortTermSet reads a set that is told by its differences from another (equations 7-61 and 7-62).
func predictShortTermSet(r *Reader, ref *shortTermSet) (s shortTermSet, ok bool) {
	sign := r.Bits(1)
	shift := int32(r.UE()&0xffff) + 1
	if sign != 0 {
		shift = -shift
	}
	var used, kept [17]bool
	for j := range ref.count + 1 {
		used[j], kept[j] = r.Flag(), true
		if !used[j] {
			kept[j] = r.Flag()
		}
	}
	ok = !r.Short
	take := func(j int, before bool) {
		delta := shift
		if j < ref.count {
			delta += ref.delta[j]
		}
		if kept[j] && (before && delta < 0 || !before && delta > 0) {
			ok = s.add(delta, used[j]) && ok
		}
	}
	for j := ref.count - 1; j >= ref.negative; j-- {
		take(j, true)
	}
	take(ref.count, true)
	for j := range ref.negative {
		take(j, true)
	}
	s.negative = s.count
	for j := ref.negative - 1; j >= 0; j-- {
		take(j, false)
	}
	take(ref.count, false)
	for j := ref.negative; j < ref.count; j++ {
		take(j, false)
	}
	return s, ok
}
