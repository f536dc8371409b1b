package bitstream

import (
	"math/bits"

	"github.com/dashwright/dashwright/internal/errs"
)

// av1Tools is what of a sequence header frame headers depend on.
type av1Tools struct {
	equalIntervals                bool // equal_picture_interval
	removalBits, presentationBits uint // 0: there is no decoder model
	points                        []av1Point
	widthBits, heightBits         uint
	width, height                 uint32 // max_frame_width, max_frame_height
	deltaIDBits, idBits           uint   // 0: frames have no numbers
	large                         bool   // superblocks of 128×128
	warped                        bool   // enable_warped_motion
	frameVectors                  bool   // enable_ref_frame_mvs
	screen, integer               uint32 // seq_force_screen_content_tools, seq_force_integer_mv; 2: each frame says
	orderBits                     uint   // OrderHintBits; 0: there are no order hints
	superres, cdef, restoration   bool
	separateDelta                 bool // separate_uv_delta_q
	grain                         bool // film_grain_params_present
}

// av1Point is an operating point.
type av1Point struct {
	layers uint32 // operating_point_idc
	model  bool   // decoder_model_present_for_this_op
}

// av1Motion is the global motion parameters of the seven references.
type av1Motion [7][6]int32

// av1Ref is what is kept of a frame that others refer to (AV1, 7.20).
type av1Ref struct {
	kind           uint32
	width, height  uint32 // UpscaledWidth, FrameHeight
	order          uint32
	motion         av1Motion
	segmentQuality [8]int32 // feature data of SEG_LVL_ALT_Q, and whether it is on
	segmentOn      [8]bool
}

// Frame types (AV1, 6.8.2).
const (
	av1Key       = 0
	av1Inter     = 1
	av1IntraOnly = 2
	av1Switch    = 3
)

// av1Frame is a frame header while it is read.
type av1Frame struct {
	av1Ref
	seq               *AV1Sequence
	shown, showable   bool
	resilient         bool
	intra             bool
	override          bool // frame_size_override_flag
	screen            bool // allow_screen_content_tools
	integer           bool // force_integer_mv
	precise           bool // allow_high_precision_mv
	copies            bool // allow_intrabc
	primary           uint32
	refresh           uint32
	index             [7]uint32 // ref_frame_idx
	codedWidth        uint32    // FrameWidth
	quality           uint32    // base_q_idx
	plainQuality      bool      // no delta is coded
	lossless          bool      // CodedLossless
	segmented, deltaQ bool
	compound          bool // reference_select
	columns, rows     int  // TileCols, TileRows
	columnLog, rowLog uint
	tileBytes         int
	temporal, spatial uint8
	existing          bool // show_existing_frame
	previous          av1Motion
}

// AV1Tiles finds where in temporal units tiles are (AV1 Bitstream & Decoding Process Specification, 5.9 and 5.11). It must be given all that follow a random access point in decode order.
type AV1Tiles struct {
	seq   *AV1Sequence
	refs  [8]av1Ref
	frame av1Frame
	open  bool // tiles of the frame are still to come
	r     Reader
}

// NewAV1Tiles returns an AV1Tiles for a stream whose OBUs of configuration those are; there may be none.
func NewAV1Tiles(config []byte) *AV1Tiles {
	a := &AV1Tiles{}
	if s, _, err := FindAV1Sequence(config); err == nil {
		a.seq = s
	}
	return a
}

// maxAV1Header is more bytes than a frame header has: film grain is the longest part of it.
const maxAV1Header = 1024

// HeaderPeek is how many bytes of an OBU Tiles wants to see of it, if it has them.
const HeaderPeek = maxAV1Header

// OBUHeader is the header of an OBU (5.3.2), and its size.
type OBUHeader struct {
	Kind, Temporal, Spatial uint8
	Bytes                   int // of the header
	Size                    int // of the payload
}

// ParseOBUHeader reads the header that b begins with, of an OBU of which left bytes are left. ok is false when it is cut off.
func ParseOBUHeader(b []byte, left int) (h OBUHeader, ok bool) {
	if len(b) == 0 {
		return h, false
	}
	h.Kind, h.Bytes = b[0]>>3&15, 1
	if b[0]&4 != 0 { // obu_extension_flag
		if len(b) < 2 {
			return h, false
		}
		h.Temporal, h.Spatial, h.Bytes = b[1]>>5, b[1]>>3&3, 2
	}
	if b[0]&2 == 0 { // obu_has_size_field
		h.Size = left - h.Bytes
		return h, true
	}
	n, used := leb128(b[h.Bytes:])
	h.Bytes += used
	if used == 0 || n > uint64(left-h.Bytes) {
		return h, false
	}
	h.Size = int(n)
	return h, true
}

// OBU takes the next OBU and the first HeaderPeek bytes of its payload. Of one that has tiles it returns where in the payload they begin, and how many they are.
func (a *AV1Tiles) OBU(h OBUHeader, payload []byte) (start, tiles int, err error) {
	switch h.Kind {
	case OBUSequenceHeader:
		s, err := ParseAV1Sequence(payload)
		if err != nil {
			return 0, 0, err
		}
		a.seq, a.open = s, false
	case OBUTemporalDelimiter:
		a.open = false
	case OBUFrameHeader, OBURedundantFrameHeader:
		if a.open {
			return 0, 0, nil // it is the same again
		}
		a.r = Reader{data: payload}
		return 0, 0, a.header(&a.r, h)
	case OBUFrame:
		a.r = Reader{data: payload}
		if err := a.header(&a.r, h); err != nil {
			return 0, 0, err
		}
		a.r.Align()
		return a.group(&a.r)
	case OBUTileGroup:
		if !a.open {
			return 0, 0, errs.Errorf(errs.Invalid, "AV1: tiles without a frame header")
		}
		a.r = Reader{data: payload}
		return a.group(&a.r)
	}
	return 0, 0, nil
}

// TileBytes returns how many bytes the size of a tile has that is not the last one.
func (a *AV1Tiles) TileBytes() int { return a.frame.tileBytes }

// group reads the beginning of tile_group_obu.
func (a *AV1Tiles) group(r *Reader) (start, tiles int, err error) {
	f := &a.frame
	all := f.columns * f.rows
	first, last := uint32(0), uint32(all-1)
	if all > 1 && r.Flag() { // tile_start_and_end_present_flag
		first, last = r.Bits(f.columnLog+f.rowLog), r.Bits(f.columnLog+f.rowLog)
	}
	r.Align()
	if r.Short || last < first || int(last) >= all {
		return 0, 0, errs.Errorf(errs.Invalid, "AV1 tile group: the header is cut off or makes no sense")
	}
	a.open = int(last) < all-1
	return r.Used / 8, int(last-first) + 1, nil
}

// header reads frame_header_obu, and does what is done when the frame has been decoded: nothing of that depends on its tiles.
func (a *AV1Tiles) header(r *Reader, h OBUHeader) error {
	if a.seq == nil {
		return errs.Errorf(errs.Invalid, "AV1: a frame without a sequence header")
	}
	a.frame = av1Frame{seq: a.seq, temporal: h.Temporal, spatial: h.Spatial}
	f := &a.frame
	ok := a.uncompressed(r, f)
	if r.Short || !ok {
		return errs.Errorf(errs.Invalid, "AV1 frame header: cut off or makes no sense")
	}
	a.open = !f.existing
	for i := range a.refs {
		if f.refresh>>i&1 != 0 {
			a.refs[i] = f.av1Ref
		}
	}
	return nil
}

// ns reads a number below n (4.10.7).
func (r *Reader) ns(n uint32) uint32 {
	if n == 0 {
		return 0
	}
	w := uint(bits.Len32(n))
	m := uint32(1)<<w - n
	v := r.Bits(w - 1)
	if v < m {
		return v
	}
	return v<<1 - m + r.Bits(1)
}

// su reads a signed number of n bits (4.10.6).
func (r *Reader) su(n uint) int32 {
	v := int32(r.Bits(n))
	if v >= 1<<(n-1) {
		v -= 1 << n
	}
	return v
}
