package bitstream

// noRef is primary_ref_frame of a frame that begins anew.
const noRef = 7

// uncompressed reads uncompressed_header (AV1, 5.9.2).
func (a *AV1Tiles) uncompressed(r *Reader, f *av1Frame) bool {
	t := &f.seq.tools
	f.shown = true
	if !f.seq.Reduced {
		if f.existing = r.Flag(); f.existing {
			a.show(r, f)
			return true
		}
		f.readKind(r)
	}
	f.intra = f.kind == av1Key || f.kind == av1IntraOnly
	noUpdate := r.Flag() // disable_cdf_update
	f.screen = t.screen == 1 || t.screen == 2 && r.Flag()
	if f.screen {
		f.integer = t.integer == 1 || t.integer == 2 && r.Flag()
	}
	r.Bits(t.idBits) // current_frame_id
	switch {
	case f.kind == av1Switch:
		f.override = true
	case !f.seq.Reduced:
		f.override = r.Flag()
	}
	f.order = r.Bits(t.orderBits)
	f.primary = noRef
	if !f.intra && !f.resilient {
		f.primary = r.Bits(3)
	}
	f.skipRemoval(r)
	f.refresh = 0xff
	if f.kind != av1Switch && (f.kind != av1Key || !f.shown) {
		f.refresh = r.Bits(8)
	}
	if f.kind == av1Key && f.shown {
		for i := range a.refs {
			a.refs[i].order = 0
		}
	}
	if (!f.intra || f.refresh != 0xff) && f.resilient && t.orderBits > 0 {
		for i := range a.refs {
			a.refs[i].order = r.Bits(t.orderBits) // ref_order_hint
		}
	}
	if f.intra {
		f.readSize(r)
		f.copies = f.screen && f.codedWidth == f.width && r.Flag()
	} else {
		a.readReferences(r, f)
	}
	if !f.seq.Reduced && !noUpdate {
		r.Skip(1) // disable_frame_end_update_cdf
	}
	a.loadPrevious(f)
	return f.readTiles(r) && a.readRest(r, f)
}

// readKind reads frame_type to error_resilient_mode.
func (f *av1Frame) readKind(r *Reader) {
	t := &f.seq.tools
	f.kind = r.Bits(2)
	if f.shown = r.Flag(); f.shown {
		if t.presentationBits > 0 && !t.equalIntervals {
			r.Bits(t.presentationBits)
		}
		f.showable = f.kind != av1Key
	} else {
		f.showable = r.Flag()
	}
	f.resilient = f.kind == av1Switch || f.kind == av1Key && f.shown || r.Flag()
}

// show reads what is left of a header that shows a frame which has been decoded before.
func (a *AV1Tiles) show(r *Reader, f *av1Frame) {
	t := &f.seq.tools
	i := r.Bits(3)
	if t.presentationBits > 0 && !t.equalIntervals {
		r.Bits(t.presentationBits)
	}
	r.Bits(t.idBits)
	if f.av1Ref = a.refs[i]; f.kind == av1Key {
		f.refresh = 0xff
	}
}

// skipRemoval passes over buffer_removal_time.
func (f *av1Frame) skipRemoval(r *Reader) {
	t := &f.seq.tools
	if t.removalBits == 0 || !r.Flag() {
		return
	}
	for _, p := range t.points {
		in := p.layers == 0 || p.layers>>f.temporal&1 != 0 && p.layers>>(f.spatial+8)&1 != 0
		if p.model && in {
			r.Bits(t.removalBits)
		}
	}
}

// readSize reads frame_size and render_size.
func (f *av1Frame) readSize(r *Reader) {
	t := &f.seq.tools
	f.width, f.height = t.width, t.height
	if f.override {
		f.width, f.height = r.Bits(t.widthBits)+1, r.Bits(t.heightBits)+1
	}
	f.readSuperres(r)
	if r.Flag() { // render_and_frame_size_different
		r.Skip(32)
	}
}

// readSuperres reads superres_params.
func (f *av1Frame) readSuperres(r *Reader) {
	f.codedWidth = f.width
	if f.seq.tools.superres && r.Flag() {
		denominator := r.Bits(3) + 9
		f.codedWidth = (f.width*8 + denominator/2) / denominator
	}
}

// readReferences reads frame_refs_short_signaling to use_ref_frame_mvs.
func (a *AV1Tiles) readReferences(r *Reader, f *av1Frame) {
	t := &f.seq.tools
	short := t.orderBits > 0 && r.Flag()
	if short {
		last, gold := r.Bits(3), r.Bits(3)
		a.setReferences(f, last, gold)
	}
	for i := range f.index {
		if !short {
			f.index[i] = r.Bits(3)
		}
		r.Bits(t.deltaIDBits)
	}
	found := false
	if f.override && !f.resilient {
		for i := 0; i < len(f.index) && !found; i++ {
			if found = r.Flag(); found { // found_ref
				ref := &a.refs[f.index[i]]
				f.width, f.height = ref.width, ref.height
				f.readSuperres(r)
			}
		}
	}
	if !found {
		f.readSize(r)
	}
	if !f.integer {
		f.precise = r.Flag()
	}
	if !r.Flag() { // is_filter_switchable
		r.Skip(2)
	}
	r.Skip(1) // is_motion_mode_switchable
	if !f.resilient && t.frameVectors {
		r.Skip(1) // use_ref_frame_mvs
	}
}

// distance returns get_relative_dist (5.9.3).
func (t *av1Tools) distance(a, b uint32) int32 {
	if t.orderBits == 0 {
		return 0
	}
	d := int32(a) - int32(b)
	m := int32(1) << (t.orderBits - 1)
	return d&(m-1) - d&m
}

// setReferences finds the references that are not told (7.8).
func (a *AV1Tiles) setReferences(f *av1Frame, last, gold uint32) {
	const lastFrame, goldFrame, backward, altRef2, altRef = 0, 3, 4, 5, 6
	t := &f.seq.tools
	set := [7]bool{lastFrame: true, goldFrame: true}
	f.index[lastFrame], f.index[goldFrame] = last, gold
	used := [8]bool{}
	used[last], used[gold] = true, true
	find := func(better func(hint, best int32) bool, ahead, any bool) int {
		found, best := -1, int32(0)
		for i := range a.refs {
			hint := t.distance(a.refs[i].order, f.order)
			if !any && (used[i] || ahead != (hint >= 0)) {
				continue
			}
			if found < 0 || better(hint, best) {
				found, best = i, hint
			}
		}
		return found
	}
	latest := func(hint, best int32) bool { return hint >= best }
	earliest := func(hint, best int32) bool { return hint < best }
	put := func(name, i int) {
		if i >= 0 {
			f.index[name], set[name], used[i] = uint32(i), true, true
		}
	}
	put(altRef, find(latest, true, false))
	put(backward, find(earliest, true, false))
	put(altRef2, find(earliest, true, false))
	for _, name := range [...]int{1, 2, backward, altRef2, altRef} { // LAST2, LAST3, BWDREF, ALTREF2, ALTREF
		if !set[name] {
			put(name, find(latest, false, false))
		}
	}
	rest := find(earliest, false, true)
	for name := range f.index {
		if !set[name] {
			f.index[name] = uint32(rest)
		}
	}
}

// loadPrevious takes over what the primary reference has (load_previous), or what there is without one.
func (a *AV1Tiles) loadPrevious(f *av1Frame) {
	for i := range f.previous {
		f.previous[i] = [6]int32{2: 1 << 16, 5: 1 << 16}
	}
	f.motion = f.previous
	if f.primary == noRef {
		return
	}
	ref := &a.refs[f.index[f.primary]]
	f.previous = ref.motion
	f.segmentOn, f.segmentQuality = ref.segmentOn, ref.segmentQuality
}
