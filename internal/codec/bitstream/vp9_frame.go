package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// VP9Frames measures uncompressed headers (VP9 Bitstream & Decoding Process Specification, 6.2). It must be given all frames that follow a random access point in decode order.
type VP9Frames struct {
	width [8]uint32 // of the references
}

// VP9HeaderPeek is more bytes than an uncompressed header has.
const VP9HeaderPeek = 128

// HeaderSize returns how many bytes of a frame its uncompressed header has. Of the frame the first VP9HeaderPeek bytes will do.
func (v *VP9Frames) HeaderSize(frame []byte) (int, error) {
	r := Reader{data: frame[:min(len(frame), VP9HeaderPeek)]}
	h := VP9Header{Depth: 8}
	marker := r.Bits(2)
	h.Profile = uint8(r.Bits(1) | r.Bits(1)<<1)
	if h.Profile == 3 {
		r.Skip(1)
	}
	if r.Flag() { // show_existing_frame
		return len(frame), nil
	}
	h.Key = !r.Flag()
	shown, resilient := r.Flag(), r.Flag()
	refresh := uint32(0xff)
	if h.Key {
		r.Skip(24)
		h.readColour(&r)
		h.Width = r.Bits(16) + 1
		r.Skip(16)
		skipRenderSize(&r)
	} else {
		refresh = v.readInter(&r, &h, shown, resilient)
	}
	if !resilient {
		r.Skip(2) // refresh_frame_context, frame_parallel_decoding_mode
	}
	r.Skip(2) // frame_context_idx
	skipVP9Filters(&r)
	r.Skip(8) // base_q_idx
	for range 3 {
		if r.Flag() {
			r.Skip(4 + 1)
		}
	}
	skipVP9Segmentation(&r)
	skipVP9Tiles(&r, (h.Width+63)/64)
	r.Skip(16) // header_size_in_bytes
	if r.Short || marker != 2 {
		return 0, errs.Errorf(errs.Invalid, "VP9: the frame's header is cut off or makes no sense")
	}
	for i := range v.width {
		if refresh>>i&1 != 0 {
			v.width[i] = h.Width
		}
	}
	return (r.Used + 7) / 8, nil
}

func skipRenderSize(r *Reader) {
	if r.Flag() { // render_and_frame_size_different
		r.Skip(32)
	}
}

// readInter reads intra_only to the interpolation filter, and returns which references the frame takes the place of.
func (v *VP9Frames) readInter(r *Reader, h *VP9Header, shown, resilient bool) (refresh uint32) {
	intra := !shown && r.Flag()
	if !resilient {
		r.Skip(2) // reset_frame_context
	}
	if intra {
		r.Skip(24)
		if h.Profile > 0 {
			h.readColour(r)
		}
		refresh = r.Bits(8)
		h.Width = r.Bits(16) + 1
		r.Skip(16)
		skipRenderSize(r)
		return refresh
	}
	refresh = r.Bits(8)
	var index [3]uint32
	for i := range index {
		index[i] = r.Bits(3)
		r.Skip(1)
	}
	found := false
	for i := 0; i < len(index) && !found; i++ {
		if found = r.Flag(); found { // found_ref
			h.Width = v.width[index[i]]
		}
	}
	if !found {
		h.Width = r.Bits(16) + 1
		r.Skip(16)
	}
	skipRenderSize(r)
	r.Skip(1)      // allow_high_precision_mv
	if !r.Flag() { // is_filter_switchable
		r.Skip(2)
	}
	return refresh
}

// skipVP9Filters passes over loop_filter_params.
func skipVP9Filters(r *Reader) {
	r.Skip(6 + 3)
	enabled := r.Flag()      // loop_filter_delta_enabled
	if enabled && r.Flag() { // loop_filter_delta_update
		for range 4 + 2 {
			if r.Flag() {
				r.Skip(6 + 1)
			}
		}
	}
}

// skipVP9Segmentation passes over segmentation_params.
func skipVP9Segmentation(r *Reader) {
	if !r.Flag() {
		return
	}
	probabilities := func(n int) {
		for range n {
			if r.Flag() {
				r.Skip(8)
			}
		}
	}
	if r.Flag() { // segmentation_update_map
		probabilities(7)
		if r.Flag() { // segmentation_temporal_update
			probabilities(3)
		}
	}
	if !r.Flag() { // segmentation_update_data
		return
	}
	r.Skip(1)
	for range 8 {
		for _, n := range [...]int{8 + 1, 6 + 1, 2, 0} {
			if r.Flag() {
				r.Skip(n)
			}
		}
	}
}

// skipVP9Tiles passes over tile_info of a frame that is so many superblocks wide.
func skipVP9Tiles(r *Reader, columns uint32) {
	least, most := uint(0), uint(1)
	for 64<<least < columns {
		least++
	}
	for columns>>most >= 4 {
		most++
	}
	readLog(r, least, most-1)
	if r.Flag() { // tile_rows_log2
		r.Skip(1)
	}
}

// VP9Superframe returns the sizes of the frames of a superframe (annex B) by its end, which is its last bytes, and how many bytes its index has; 0 when it is a frame by itself. sizes has room for eight.
func VP9Superframe(sizes []int, end []byte) (frames []int, index int) {
	if len(end) == 0 || end[len(end)-1]>>5 != 6 {
		return nil, 0
	}
	last := end[len(end)-1]
	count, bytes := int(last&7)+1, int(last>>3&3)+1
	index = 2 + count*bytes
	if index > len(end) || end[len(end)-index] != last {
		return nil, 0
	}
	at := end[len(end)-index+1:]
	for range count {
		n := 0
		for i, b := range at[:bytes] {
			n |= int(b) << (8 * i)
		}
		sizes = append(sizes, n)
		at = at[bytes:]
	}
	return sizes, index
}
