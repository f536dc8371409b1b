package avi

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	maxStreams = 100       // chunk codes have two digits
	maxFormat  = 64 << 10  // bytes of a strf chunk
	maxText    = 1 << 10   // bytes of a name
	maxStart   = 24 * 3600 // seconds of delay
	slowest    = 0.01      // slots per second
	fastest    = 100_000
	finest     = 10_000_000 // ticks per second
)

// header is what hdrl and INFO say.
type header struct {
	frameMicroseconds uint32 // avih, dwMicroSecPerFrame
	title             string
	streams           []*stream
}

// stream is one strl list.
type stream struct {
	number     int
	kind       string // strh, fccType: "vids", "auds", "txts", "mids", "iavs"
	coding     [4]byte
	start      uint32 // dwStart, in slots
	scale      uint32 // a slot is scale/rate seconds
	rate       uint32
	sampleSize uint32 // dwSampleSize: 0 when each chunk is one slot
	format     []byte // strf: BITMAPINFOHEADER or WAVEFORMATEX, and what follows it
	name       string // strn
	sar        aspect // vprp

	track   int
	handler handler
}

// aspect is what vprp says: the picture's aspect ratio and its size in samples.
type aspect struct{ num, den, width, height uint64 }

func (h *header) newStream() {
	if len(h.streams) < maxStreams {
		h.streams = append(h.streams, &stream{number: len(h.streams)})
	}
}

// element takes one chunk of the lists before movi. Those not known are stepped over.
func (h *header) element(w *demux.Window, id [4]byte, c chunk) error {
	least, most := 0, maxText
	switch string(id[:]) {
	case "avih":
		least, most = 4, 64
	case "strh":
		least, most = 48, 64
	case "strf":
		least, most = 16, maxFormat
		if c.size > maxFormat {
			return errs.Errorf(errs.Unsupported, "the AVI stream format at byte %d has %d bytes: more than %d are not read", c.off, c.size, maxFormat)
		}
	case "strn", "INAM":
	case "vprp":
		least, most = 36, 64
	default:
		return nil
	}
	n := int(min(c.size, int64(most)))
	if n < least {
		return errs.Errorf(errs.Invalid, "the AVI header's %q at byte %d has %d bytes, fewer than %d", id, c.off-8, n, least)
	}
	if n == 0 {
		return nil
	}
	b, err := w.Bytes(c.off, n)
	if err != nil {
		return errs.Errorf(errs.Invalid, "the AVI file ends at byte %d inside its header: it is cut off", w.Size())
	}
	h.set(string(id[:]), b)
	return nil
}

func (h *header) set(id string, b []byte) {
	le := binary.LittleEndian
	switch id {
	case "avih":
		h.frameMicroseconds = le.Uint32(b)
		return
	case "INAM":
		h.title = text(b)
		return
	}
	if len(h.streams) == 0 {
		return
	}
	st := h.streams[len(h.streams)-1]
	switch id {
	case "strh":
		st.kind, st.coding = string(b[:4]), [4]byte(b[4:8])
		st.scale, st.rate, st.start = le.Uint32(b[20:]), le.Uint32(b[24:]), le.Uint32(b[28:])
		st.sampleSize = le.Uint32(b[44:])
	case "strf":
		st.format = append([]byte(nil), b...)
	case "strn":
		st.name = text(b)
	case "vprp":
		st.sar = aspect{uint64(le.Uint16(b[22:])), uint64(le.Uint16(b[20:])), uint64(le.Uint32(b[24:])), uint64(le.Uint32(b[28:]))}
	}
}

// text reads a zero-terminated string: UTF-8, or else Latin-1 as old writers have it.
func text(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	if utf8.ValidString(s) {
		return strings.TrimSpace(s)
	}
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return strings.TrimSpace(string(r))
}

// slot returns the duration of a video stream's slot: dur ticks of scale, which has at least 10,000 ticks in a second. ok is false when the file says
// no rate, or an absurd one.
func (st *stream) slot(frameMicroseconds uint32) (scale media.Timescale, dur media.Ticks, ok bool) {
	r := media.Ratio(uint64(st.rate), uint64(st.scale))
	if r.IsZero() || r.Float() < slowest || r.Float() > fastest {
		r = media.Ratio(1_000_000, uint64(frameMicroseconds))
	}
	if ok = r.Float() >= slowest && r.Float() <= fastest; !ok {
		r = media.Rational{Num: 25, Den: 1}
	}
	num, den := uint64(r.Num), uint64(r.Den)
	for num < 10_000 {
		num, den = num*10, den*10
	}
	if num > finest {
		num, den = finest, uint64(media.MulDiv(int64(den), finest, int64(num)))
	}
	return media.Timescale(num), media.Ticks(den), ok
}

// startIn returns the stream's start delay, 0 when what is said is absurd.
func (st *stream) startIn(scale media.Timescale) media.Ticks {
	if st.start == 0 || st.rate == 0 {
		return 0
	}
	seconds := media.MulDiv(int64(st.start), int64(st.scale), int64(st.rate))
	if seconds > maxStart {
		return 0
	}
	// At most a day: the product of start and scale is below 2^17 × rate and fits.
	return media.Ticks(media.MulDiv(int64(st.start)*int64(st.scale), int64(scale), int64(st.rate)))
}
