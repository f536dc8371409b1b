package avi

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// Bytes looked at of a NAL unit that has a length prefix.
	maxSet   = 16 << 10
	maxSlice = 512
	maxOther = 1 << 10

	emptyFrom = 1 // a chunk of so many bytes is a placeholder: MPEG-4's "not coded", or nothing
)

// framing is how NAL units stand in a chunk.
type framing uint8

const (
	unknownFraming framing = iota
	annexB
	lengthPrefixed
)

// video makes Samples of the chunks of an H.264 or HEVC stream.
type video struct {
	s       *scanner
	st      *stream
	codec   media.Codec
	out     *presenter
	framing framing
	length  int    // bytes of a NAL unit's length
	record  []byte // the avcC or hvcC of the stream format
	sets    codec.ParameterSets
	spsSeen int  // sequence parameter sets that progressive stands for
	frames  bool // all of them forbid fields, so that a second picture in a chunk is a second frame
	config  []byte
	order   *codec.Order

	slot     int64 // of the next chunk
	ahead    int64 // slots taken by packed frames before their placeholders came
	dropped  int64 // chunks with no picture
	setsIn   bool  // a chunk with length prefixes had parameter sets
	keys     int   // random access points that an outline looked at
	early    int   // pictures before the first parameter sets
	lost     int   // pictures that cannot be read
	lostAt   int64
	bytes    []byte // the chunk in hand
	units    []unit
	first    int // of the access unit in hand, in units
	last     int
	eachUnit func(yield func([]byte) bool)
}

func newVideo(s *scanner, st *stream, c media.Codec, scale media.Timescale, dur media.Ticks) *video {
	v := &video{s: s, st: st, codec: c}
	track := st.track
	v.out = newPresenter(st.startIn(scale), dur, func(b []media.Sample) error { return s.sink.Samples(track, b) })
	v.eachUnit = v.yieldUnits
	if extra := st.format[bitmapInfoHeader:]; len(extra) > 0 {
		v.configure(extra)
	}
	return v
}

// configure takes what follows the BITMAPINFOHEADER: an avcC or hvcC, or parameter sets as Annex B.
func (v *video) configure(extra []byte) {
	if length := codec.LengthSize(&media.Track{Codec: v.codec, Config: extra}); extra[0] == 1 && length > 0 {
		if record, ok := eachSet(v.codec, extra, func(nal []byte) { v.sets.Add(v.codec, nal) }); ok {
			v.record, v.length = record, length
		}
		return
	}
	for _, u := range units(nil, extra) {
		v.sets.Add(v.codec, extra[u.start:u.end])
	}
}

// chunk takes one chunk: slot v.slot of the stream.
func (v *video) chunk(c chunk) error {
	slot := v.slot + v.ahead
	if c.size <= emptyFrom {
		if v.ahead > 0 {
			v.ahead--
		} else {
			v.dropped++
		}
		v.slot++
		return nil
	}
	if c.size > maxFrame {
		v.s.warn("stream %d: a frame of %d bytes at byte %d is left out: more than %d are not read", v.st.number, c.size, c.off, maxFrame)
		v.slot++
		return nil
	}
	v.slot++
	if v.framing == unknownFraming {
		if err := v.decideFraming(c); err != nil {
			return err
		}
	}
	if v.framing == annexB {
		return v.wholeChunk(c, slot)
	}
	return v.prefixedChunk(c, slot)
}

// decideFraming looks at the first frame. 00 00 00 01 is a start code: as a length it would be of a NAL unit with no content. 00 00 01 may be
// either, so that lengths that lead exactly to the chunk's end come first.
func (v *video) decideFraming(c chunk) error {
	length := v.length
	if length == 0 {
		length = 4
	}
	b, err := v.s.win.Bytes(c.off, int(c.size))
	if err != nil {
		return err
	}
	if !(len(b) > 4 && binary.BigEndian.Uint32(b) == 1) && chains(b, length) {
		v.framing, v.length = lengthPrefixed, length
		v.s.win = demux.NewWindow(v.s.f, walkAhead)
		return nil
	}
	v.framing = annexB
	v.s.win = demux.NewWindow(v.s.f, wholeAhead)
	return nil
}

// chains says whether b is NAL units with length prefixes from its first byte to its last.
func chains(b []byte, length int) bool {
	for len(b) > 0 {
		n, ok := nalLength(b, length)
		if !ok || n == 0 || n > len(b)-length {
			return false
		}
		b = b[length+n:]
	}
	return true
}

func nalLength(b []byte, length int) (n int, ok bool) {
	if len(b) < length {
		return 0, false
	}
	for _, c := range b[:length] {
		n = n<<8 | int(c)
	}
	return n, n >= 0
}

// classify says what a NAL unit is, keeps it when it is a parameter set, and whether decoding may start at it.
func (v *video) classify(nal []byte) (kind, codec.NAL, error) {
	what := codec.Classify(v.codec, nal)
	switch {
	case what.ParameterSet:
		if _, changed := v.sets.Add(v.codec, nal); changed && !v.s.keepSets {
			return 0, what, errParameterSets
		}
		return kindSet, what, nil
	case what.Delimiter, what.Filler:
		return kindDropped, what, nil
	case what.Picture:
		return kindPicture, what, nil
	}
	return kindOther, what, nil
}

// wholeChunk takes a chunk in Annex B.
func (v *video) wholeChunk(c chunk, slot int64) error {
	b, err := v.s.win.Bytes(c.off, int(c.size))
	if err != nil {
		return err
	}
	v.bytes, v.units = b, units(v.units[:0], b)
	v.first = 0
	pictures, afterPicture := 0, 0
	begin, packed := int64(0), int64(0) // of the access unit in hand: its first byte in the chunk, and how many come before it
	for i := range v.units {
		u := &v.units[i]
		k, what, err := v.classify(b[u.start:u.end])
		if err != nil {
			return err
		}
		u.kind, u.random = k, what.RandomAccess
		if what.FirstSlice && pictures > 0 && v.onlyFrames() {
			v.last = afterPicture
			end := int64(v.units[afterPicture].start - 3)
			if err := v.accessUnit(c, begin, end, slot+packed); err != nil {
				return err
			}
			v.first, begin, pictures = afterPicture, end, 0
			packed++
		}
		if k == kindPicture {
			pictures++
			afterPicture = i + 1
		}
	}
	if pictures == 0 {
		v.dropped++
		return nil
	}
	v.ahead += packed
	v.last = len(v.units)
	return v.accessUnit(c, begin, c.size, slot+packed)
}

// accessUnit hands over the NAL units from v.first to v.last, bytes [begin, end) of the chunk.
func (v *video) accessUnit(c chunk, begin, end, slot int64) error {
	size, sync := 0, false
	for _, u := range v.units[v.first:v.last] {
		sync = sync || u.random
		if u.kind == kindDropped || u.kind == kindSet && !v.s.keepSets {
			continue
		}
		size += 4 + u.end - u.start
	}
	return v.picture(media.Sample{Offset: c.off + begin, Span: uint32(end - begin), Size: uint32(size), Sync: sync}, slot)
}

// picture puts a Sample, whose NAL units are in hand, into its place in time.
func (v *video) picture(s media.Sample, slot int64) error {
	if v.order == nil {
		if ok, err := v.makeOrder(); err != nil {
			return err
		} else if !ok {
			v.early++
			return nil
		}
	}
	order, err := v.order.Push(v.eachUnit)
	if err != nil {
		if v.lost++; v.lost == 1 {
			v.lostAt = s.Offset
		}
		return nil
	}
	return v.out.push(s, order, slot)
}

func (v *video) yieldUnits(yield func([]byte) bool) {
	for _, u := range v.units[v.first:v.last] {
		if !yield(v.bytes[u.start:u.end]) {
			return
		}
	}
}

// prefixedChunk takes a chunk of NAL units with length prefixes: only what stands before the first slice, and that slice's header, is read.
func (v *video) prefixedChunk(c chunk, slot int64) error {
	v.bytes, v.units = v.bytes[:0], v.units[:0]
	sync, picture := false, false
	for at := int64(0); at+int64(v.length) < c.size && !picture; {
		b, err := v.s.win.Bytes(c.off+at, int(min(c.size-at, int64(v.length)+1)))
		if err != nil {
			return err
		}
		n, _ := nalLength(b, v.length)
		rest := c.size - at - int64(v.length)
		if n == 0 || int64(n) > rest {
			break
		}
		nal, err := v.s.win.Bytes(c.off+at+int64(v.length), int(min(int64(n), v.looked(b[v.length]))))
		if err != nil {
			return err
		}
		k, what, err := v.classify(nal)
		if err != nil {
			return err
		}
		picture = k == kindPicture
		v.setsIn = v.setsIn || k == kindSet
		sync = sync || what.RandomAccess
		start := len(v.bytes)
		v.bytes = append(v.bytes, nal...)
		v.units = append(v.units, unit{start: start, end: len(v.bytes), kind: k})
		at += int64(v.length) + int64(n)
	}
	if !picture {
		v.dropped++
		return nil
	}
	v.first, v.last = 0, len(v.units)
	return v.picture(media.Sample{Offset: c.off, Span: uint32(c.size), Size: uint32(c.size), Sync: sync}, slot)
}

// looked returns how many bytes of a NAL unit are looked at: all of a parameter set, a slice's header, and so much of others.
func (v *video) looked(header byte) int64 {
	switch what := codec.Classify(v.codec, []byte{header, 1, 0}); {
	case what.ParameterSet:
		return maxSet
	case what.Picture:
		return maxSlice
	}
	return maxOther
}

// makeOrder starts the picture order when there are parameter sets, and fixes the configuration record.
func (v *video) makeOrder() (bool, error) {
	if !v.sets.Complete(v.codec) {
		return false, nil
	}
	config, err := v.configuration()
	if err != nil {
		return false, err
	}
	v.config = config
	t := v.s.res.Tracks[v.st.track]
	t.Config = config
	v.order = codec.NewOrder(&t)
	return true, nil
}

// configuration returns the record to serve: the file's own, when the NAL units' lengths are as it says.
func (v *video) configuration() ([]byte, error) {
	if v.framing == lengthPrefixed && v.record != nil {
		return v.record, nil
	}
	config, err := v.sets.Config(v.codec)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "stream %d of the AVI file: %w", v.st.number, err)
	}
	return config, nil
}

// onlyFrames says whether every sequence parameter set so far forbids fields. In HEVC a field is an access unit of its own.
func (v *video) onlyFrames() bool {
	if v.codec == media.HEVC {
		return true
	}
	if v.spsSeen != len(v.sets.SPS) {
		v.spsSeen, v.frames = len(v.sets.SPS), true
		for _, sps := range v.sets.SPS {
			v.frames = v.frames && framesOnly(sps)
		}
	}
	return v.frames
}

// close completes the Track.
func (v *video) close(t *media.Track) (int, error) {
	if v.early > 0 {
		v.s.warn("stream %d: %d frames before the first parameter sets are left out", v.st.number, v.early)
	}
	if v.lost > 0 {
		v.s.warn("stream %d: %d frames have no readable slice header and are left out, the first at byte %d", v.st.number, v.lost, v.lostAt)
	}
	if err := v.out.close(); err != nil || v.order == nil {
		return 0, err
	}
	t.Config, t.InBand, t.Contiguous = v.config, v.s.keepSets || v.setsIn, v.framing == lengthPrefixed
	if !v.s.keepSets {
		config, err := v.configuration() // with the parameter sets that came later
		if err != nil {
			return 0, err
		}
		t.Config = config
	}
	// The file's own rate is the truth, unless many slots are empty: then it is but a clock.
	pace := t.FrameRate
	t.FrameRate = media.Rational{}
	if err := codec.Describe(t); err != nil {
		return 0, errs.Errorf(errs.Invalid, "stream %d of the AVI file: %w", v.st.number, err)
	}
	if v.dropped*10 < v.slot {
		t.FrameRate = pace
	}
	return v.out.count, nil
}
