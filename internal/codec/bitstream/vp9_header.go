package bitstream

import "github.com/dashwright/dashwright/internal/errs"

// VP9Header is the beginning of an uncompressed_header (VP9 Bitstream & Decoding Process Specification, 6.2).
type VP9Header struct {
	Profile       uint8
	Key           bool
	Depth         uint8
	SubX, SubY    uint8
	Space         uint8 // color_space
	Full          bool
	Width, Height uint32
}

// ParseVP9Header reads the beginning of a frame. Of a frame that is not a key frame only the profile is known.
func ParseVP9Header(frame []byte) (*VP9Header, error) {
	h := &VP9Header{Depth: 8}
	r := NewReader(frame)
	if r.Bits(2) != 2 {
		return nil, errs.Errorf(errs.Invalid, "VP9: the frame does not begin with the frame marker")
	}
	h.Profile = uint8(r.Bits(1) | r.Bits(1)<<1)
	if h.Profile == 3 {
		r.Skip(1)
	}
	if r.Flag() { // show_existing_frame
		return h, nil
	}
	h.Key = !r.Flag()
	if !h.Key {
		return h, nil
	}
	r.Skip(2)                   // show_frame, error_resilient_mode
	if r.Bits(24) != 0x498342 { // frame_sync_code
		return nil, errs.Errorf(errs.Invalid, "VP9: the key frame has no sync code")
	}
	h.readColour(r)
	h.Width, h.Height = r.Bits(16)+1, r.Bits(16)+1
	if r.Short {
		return nil, errs.Errorf(errs.Invalid, "VP9: the key frame's header is cut off")
	}
	return h, nil
}

// readColour reads color_config (6.2.2).
func (h *VP9Header) readColour(r *Reader) {
	if h.Profile >= 2 {
		h.Depth = 10
		if r.Flag() {
			h.Depth = 12
		}
	}
	const sRGB = 7
	h.Space = uint8(r.Bits(3))
	odd := h.Profile&1 != 0
	if h.Space == sRGB {
		h.Full = true
		if odd {
			r.Skip(1)
		}
		return
	}
	h.Full = r.Flag()
	h.SubX, h.SubY = 1, 1
	if odd {
		h.SubX, h.SubY = uint8(r.Bits(1)), uint8(r.Bits(1))
		r.Skip(1)
	}
}
