package bitstream

// log2Tiles returns the smallest k for which size << k is at least n (tile_log2).
func log2Tiles(size, n uint32) uint {
	k := uint(0)
	for size<<k < n {
		k++
	}
	return k
}

// readTiles reads tile_info (AV1, 5.9.15).
func (f *av1Frame) readTiles(r *Reader) bool {
	if f.codedWidth == 0 || f.height == 0 {
		return false
	}
	shift := uint(4)
	if f.seq.tools.large {
		shift = 5
	}
	units := func(n uint32) uint32 { return (2*((n+7)>>3) + 1<<shift - 1) >> shift } // superblocks
	columns, rows := units(f.codedWidth), units(f.height)
	widest := uint32(4096) >> (shift + 2)
	largest := uint32(4096*2304) >> (2 * (shift + 2))
	least := max(log2Tiles(widest, columns), log2Tiles(largest, rows*columns))
	if r.Flag() { // uniform_tile_spacing_flag
		f.columnLog = readLog(r, log2Tiles(widest, columns), log2Tiles(1, min(columns, 64)))
		f.columns = evenTiles(columns, f.columnLog)
		f.rowLog = readLog(r, least-min(least, f.columnLog), log2Tiles(1, min(rows, 64)))
		f.rows = evenTiles(rows, f.rowLog)
	} else {
		var wide uint32
		f.columns, wide = readTileSizes(r, columns, widest)
		area := rows * columns
		if least > 0 {
			area >>= least + 1
		}
		f.rows, _ = readTileSizes(r, rows, max(area/max(wide, 1), 1))
		f.columnLog, f.rowLog = log2Tiles(1, uint32(f.columns)), log2Tiles(1, uint32(f.rows))
	}
	if f.columnLog > 0 || f.rowLog > 0 {
		r.Bits(f.columnLog + f.rowLog) // context_update_tile_id
		f.tileBytes = int(r.Bits(2)) + 1
	}
	return !r.Short && f.columns <= 64 && f.rows <= 64
}

// readLog reads increment_tile_cols_log2 or increment_tile_rows_log2 as long as it is there.
func readLog(r *Reader, least, most uint) uint {
	for least < most && r.Flag() {
		least++
	}
	return least
}

// evenTiles returns how many tiles of equal size there are.
func evenTiles(blocks uint32, log uint) int {
	size := (blocks + 1<<log - 1) >> log
	return int((blocks + size - 1) / size)
}

// readTileSizes reads the sizes of tiles that are told one by one: how many they are, and the largest.
func readTileSizes(r *Reader, blocks, most uint32) (count int, largest uint32) {
	for start := uint32(0); start < blocks && !r.Short; count++ {
		size := r.ns(min(blocks-start, most)) + 1
		largest = max(largest, size)
		start += size
	}
	return count, largest
}

// readRest reads what follows the tiles, from quantization_params on.
func (a *AV1Tiles) readRest(r *Reader, f *av1Frame) bool {
	s, t := f.seq, &f.seq.tools
	f.readQuality(r)
	f.readSegmentation(r)
	if f.quality > 0 {
		if f.deltaQ = r.Flag(); f.deltaQ {
			r.Skip(2)
		}
	}
	if f.deltaQ && !f.copies && r.Flag() { // delta_lf_present
		r.Skip(3)
	}
	f.findLossless()
	f.readFilters(r)
	if !f.lossless && !f.copies && t.cdef {
		r.Skip(2)
		each := 6
		if !s.Mono {
			each = 12
		}
		r.Skip(each << r.Bits(2))
	}
	allLossless := f.lossless && f.codedWidth == f.width
	if !allLossless && !f.copies && t.restoration {
		f.readRestoration(r)
	}
	if !f.lossless {
		r.Skip(1) // tx_mode_select
	}
	if !f.intra {
		f.compound = r.Flag()
		if a.skipMode(f) {
			r.Skip(1)
		}
		if !f.resilient && t.warped {
			r.Skip(1) // allow_warped_motion
		}
	}
	r.Skip(1) // reduced_tx_set
	if !f.intra {
		f.readMotion(r)
	}
	if t.grain && (f.shown || f.showable) {
		f.readGrain(r)
	}
	return !r.Short
}

// readQuality reads quantization_params.
func (f *av1Frame) readQuality(r *Reader) {
	f.quality = r.Bits(8)
	f.plainQuality = true
	delta := func() {
		if r.Flag() && r.su(7) != 0 {
			f.plainQuality = false
		}
	}
	delta()
	if !f.seq.Mono {
		two := f.seq.tools.separateDelta && r.Flag() // diff_uv_delta
		delta()
		delta()
		if two {
			delta()
			delta()
		}
	}
	if r.Flag() { // using_qmatrix
		r.Skip(8)
		if f.seq.tools.separateDelta {
			r.Skip(4)
		}
	}
}

// readSegmentation reads segmentation_params.
func (f *av1Frame) readSegmentation(r *Reader) {
	if f.segmented = r.Flag(); !f.segmented {
		f.segmentOn, f.segmentQuality = [8]bool{}, [8]int32{}
		return
	}
	if f.primary != noRef {
		if r.Flag() { // segmentation_update_map
			r.Skip(1)
		}
		if !r.Flag() { // segmentation_update_data
			return
		}
	}
	sizes := [8]uint{8, 6, 6, 6, 6, 3, 0, 0}
	for i := range f.segmentOn {
		f.segmentOn[i], f.segmentQuality[i] = false, 0
		for j, n := range sizes {
			if !r.Flag() { // feature_enabled
				continue
			}
			switch {
			case j == 0:
				f.segmentOn[i], f.segmentQuality[i] = true, max(-255, min(255, r.su(n+1)))
			case j < 5:
				r.su(n + 1)
			default:
				r.Bits(n)
			}
		}
	}
}

// findLossless finds out whether no segment of the frame loses anything (CodedLossless).
func (f *av1Frame) findLossless() {
	f.lossless = f.plainQuality
	for i := range f.segmentOn {
		index := int32(f.quality)
		if f.segmented && f.segmentOn[i] {
			index = max(0, min(255, index+f.segmentQuality[i]))
		}
		f.lossless = f.lossless && index == 0
	}
}

// readFilters reads loop_filter_params.
func (f *av1Frame) readFilters(r *Reader) {
	if f.lossless || f.copies {
		return
	}
	first, second := r.Bits(6), r.Bits(6)
	if !f.seq.Mono && (first != 0 || second != 0) {
		r.Skip(12)
	}
	r.Skip(3)                // loop_filter_sharpness
	enabled := r.Flag()      // loop_filter_delta_enabled
	if enabled && r.Flag() { // loop_filter_delta_update
		for range 8 + 2 {
			if r.Flag() {
				r.su(7)
			}
		}
	}
}

// readRestoration reads lr_params.
func (f *av1Frame) readRestoration(r *Reader) {
	luma := r.Bits(2) != 0
	chroma := false
	if !f.seq.Mono {
		u, v := r.Bits(2), r.Bits(2)
		chroma = u != 0 || v != 0
	}
	if !luma && !chroma {
		return
	}
	if r.Flag() && !f.seq.tools.large { // lr_unit_shift
		r.Skip(1) // lr_unit_extra_shift
	}
	if chroma && f.seq.SubX == 1 && f.seq.SubY == 1 {
		r.Skip(1) // lr_uv_shift
	}
}

// skipMode says whether skip_mode_present is there (5.9.22).
func (a *AV1Tiles) skipMode(f *av1Frame) bool {
	t := &f.seq.tools
	if !f.compound || t.orderBits == 0 {
		return false
	}
	forward, backward := -1, -1
	var ahead, behind uint32
	for i, n := range f.index {
		hint := a.refs[n].order
		switch d := t.distance(hint, f.order); {
		case d < 0 && (forward < 0 || t.distance(hint, behind) > 0):
			forward, behind = i, hint
		case d > 0 && (backward < 0 || t.distance(hint, ahead) < 0):
			backward, ahead = i, hint
		}
	}
	if forward < 0 || backward >= 0 {
		return forward >= 0
	}
	for _, n := range f.index {
		if t.distance(a.refs[n].order, behind) < 0 {
			return true
		}
	}
	return false
}

// readMotion reads global_motion_params.
func (f *av1Frame) readMotion(r *Reader) {
	for i := range f.motion {
		if !r.Flag() { // is_global
			continue
		}
		zoom := r.Flag() // is_rot_zoom
		moves := !zoom && r.Flag()
		m := &f.motion[i]
		if !moves {
			f.readParameter(r, i, 2, false)
			f.readParameter(r, i, 3, false)
			if zoom {
				m[4], m[5] = -m[3], m[2]
			} else {
				f.readParameter(r, i, 4, false)
				f.readParameter(r, i, 5, false)
			}
		}
		f.readParameter(r, i, 0, moves)
		f.readParameter(r, i, 1, moves)
	}
}

// readParameter reads read_global_param (5.9.25).
func (f *av1Frame) readParameter(r *Reader, ref, i int, moves bool) {
	size, precision := uint(12), uint(15)
	if i < 2 {
		precision = 6
		if moves {
			size, precision = 9, 3
			if !f.precise {
				size, precision = 8, 2
			}
		}
	}
	shift := 16 - precision
	round, sub := int32(0), int32(0)
	if i%3 == 2 {
		round, sub = 1<<16, 1<<precision
	}
	most := int32(1) << size
	near := f.previous[ref][i]>>shift - sub
	f.motion[ref][i] = r.near(-most, most+1, near)<<shift + round
}

// near reads decode_signed_subexp_with_ref (5.9.26 to 5.9.28).
func (r *Reader) near(low, high, ref int32) int32 {
	most := high - low
	ref -= low
	v := r.subexp(most)
	if ref<<1 <= most {
		return recenter(ref, v) + low
	}
	return most - 1 - recenter(most-1-ref, v) + low
}

func recenter(ref, v int32) int32 {
	switch {
	case v > 2*ref:
		return v
	case v&1 != 0:
		return ref - (v+1)>>1
	}
	return ref + v>>1
}

// subexp reads decode_subexp.
func (r *Reader) subexp(most int32) int32 {
	low, size := int32(0), uint(3)
	for i := 0; !r.Short; i++ {
		if i > 1 {
			size++
		}
		step := int32(1) << size
		if most <= low+3*step {
			return int32(r.ns(uint32(most-low))) + low
		}
		if !r.Flag() { // subexp_more_bits
			return int32(r.Bits(size)) + low
		}
		low += step
	}
	return 0
}

// readGrain reads film_grain_params (5.9.30).
func (f *av1Frame) readGrain(r *Reader) {
	if !r.Flag() { // apply_grain
		return
	}
	r.Skip(16)
	if f.kind == av1Inter && !r.Flag() { // update_grain
		r.Skip(3)
		return
	}
	s := f.seq
	luma := r.Bits(4)
	r.Skip(16 * int(luma))
	fromLuma := !s.Mono && r.Flag()
	blue, red := uint32(0), uint32(0)
	if !s.Mono && !fromLuma && (s.SubX != 1 || s.SubY != 1 || luma != 0) {
		blue = r.Bits(4)
		r.Skip(16 * int(blue))
		red = r.Bits(4)
		r.Skip(16 * int(red))
	}
	r.Skip(2)
	lag := int(r.Bits(2))
	positions := 2 * lag * (lag + 1)
	if luma != 0 {
		r.Skip(8 * positions)
		positions++
	}
	for _, points := range [...]uint32{blue, red} {
		if fromLuma || points != 0 {
			r.Skip(8 * positions)
		}
	}
	r.Skip(2 + 2)
	for _, points := range [...]uint32{blue, red} {
		if points != 0 {
			r.Skip(8 + 8 + 9)
		}
	}
	r.Skip(2)
}
