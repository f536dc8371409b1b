package avi

import (
	"slices"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	piece       = 64 << 10 // bytes of a chunk taken at a time
	headerBytes = 16       // enough of a frame's beginning for every parser here
	adtsHeader  = 7
	batch       = 256     // Samples handed over at a time
	looseBytes  = 2 << 10 // bytes between frames not worth a word: padding
	maxSpan     = 1 << 30 // bytes of file between the ends of one frame

	layer1 media.Codec = "MP1"
	layer2 media.Codec = "MP2"
)

// audio makes Samples of the chunks of one audio stream: MP3, AC-3 or ADTS frames found in the byte stream that the chunks are together, or
// raw AAC, a frame to a chunk.
type audio struct {
	s      *scanner
	st     *stream
	codec  media.Codec
	extra  []byte // what follows the WAVEFORMATEX
	known  bool   // the first chunk has been looked at
	raw    bool   // AAC without ADTS
	spec   frame  // of the first frame
	config []byte

	stream []byte // bytes that are not frames yet
	at     int64  // of stream[0] in the stream of all chunks' bytes
	chunks []place
	synced bool
	lost   int64 // bytes that belong to no frame
	lostAt int64 // in the file
	frames int64 // so far, those in out included

	joined bool // a frame is not contiguous
	clock  media.Ticks
	out    []media.Sample
}

// place is where the bytes of a chunk stand: [start, end) of the stream from off on in the file; the chunk's header is at header.
type place struct {
	start, end  int64
	off, header int64
}

// frame is what a frame's header says.
type frame struct {
	codec    media.Codec
	header   int // bytes not served
	size     int // bytes, header included
	samples  int
	rate     int
	channels int
}

func newAudio(s *scanner, st *stream, c media.Codec, extra []byte) *audio {
	return &audio{s: s, st: st, codec: c, extra: extra}
}

func (a *audio) chunk(c chunk) error {
	if c.size == 0 { // no time passes: a chunk lasts for the blocks that it holds, rounded up
		return nil
	}
	if !a.known {
		if err := a.begin(c); err != nil || a.st.handler == nil {
			return err
		}
	}
	if a.raw {
		if c.size > maxFrame {
			a.s.warn("stream %d: a frame of %d bytes at byte %d is left out: more than %d are not read", a.st.number, c.size, c.off, maxFrame)
			return nil
		}
		return a.emit(media.Sample{Offset: c.off, Span: uint32(c.size), Size: uint32(c.size)}, a.spec.samples)
	}
	for off, left := c.off, c.size; left > 0; {
		n := min(left, piece)
		b, err := a.s.win.Bytes(off, int(n))
		if err != nil {
			return err
		}
		a.add(b, off, c.off-8)
		if err := a.takeFrames(false); err != nil {
			return err
		}
		off, left = off+n, left-n
	}
	return nil
}

// begin decides about AAC: raw frames, or a stream with ADTS headers.
func (a *audio) begin(c chunk) error {
	a.known = true
	if a.codec != media.AAC {
		return nil
	}
	b, err := a.s.win.Bytes(c.off, int(min(c.size, headerBytes)))
	if err != nil {
		return err
	}
	if _, err := parseADTS(b); err == nil || len(b) < adtsHeader && b[0] == 0xff {
		return nil
	}
	t := a.s.res.Tracks[a.st.track]
	if t.Config = a.extra; len(t.Config) < 2 {
		t.Config = lowComplexity(t.SampleRate, t.Channels)
	}
	if err := codec.Describe(&t); err != nil {
		a.giveUp(err)
		return nil
	}
	f := frame{codec: media.AAC, samples: codec.FrameSamples(&t), rate: int(t.SampleRate), channels: int(t.Channels)}
	if f.samples <= 0 || f.rate <= 0 {
		a.giveUp(errs.Errorf(errs.Invalid, "the AAC configuration %x makes no sense", t.Config))
		return nil
	}
	a.raw = true
	a.begun(f, t.Config)
	return nil
}

// giveUp leaves the stream out.
func (a *audio) giveUp(err error) {
	a.s.warn("stream %d (%s) is left out: %v", a.st.number, a.codec, err)
	a.s.gaveUp = true
	a.st.handler = nil
}

// begun takes the first frame's word for the whole stream.
func (a *audio) begun(f frame, config []byte) {
	a.spec, a.config = f, config
	a.clock = a.st.startIn(media.Timescale(f.rate))
}

// configOf makes the Track's Config from the first frame.
func (a *audio) configOf(b []byte) (config []byte, err error) {
	switch a.codec {
	case media.AAC:
		config, _, _, err = codec.AACFromADTS(b)
	case media.AC3:
		_, config, _, _, _, err = codec.AC3Frame(b)
	default:
		config = append(config, b[:4]...)
	}
	return config, err
}

// add appends bytes at off, of the chunk whose header is at header, to the stream.
func (a *audio) add(b []byte, off, header int64) {
	end := a.at + int64(len(a.stream))
	a.stream = append(a.stream, b...)
	if n := len(a.chunks); n > 0 && a.chunks[n-1].header == header {
		a.chunks[n-1].end += int64(len(b))
		return
	}
	a.chunks = append(a.chunks, place{start: end, end: end + int64(len(b)), off: off, header: header})
}

// takeFrames takes the frames that are whole. final says that nothing follows.
func (a *audio) takeFrames(final bool) error {
	i := 0
	for len(a.stream)-i >= 4 && (final || len(a.stream)-i >= headerBytes) {
		f, ok := a.parse(a.stream[i:])
		if ok && !a.synced && !a.beginsChunk(a.at+int64(i)) {
			// Garbage may look like a header: the next one has to follow it.
			if next := i + f.size; next+headerBytes <= len(a.stream) {
				_, ok = a.parse(a.stream[next:])
			} else if !final {
				break
			}
		}
		if !ok {
			if a.lost++; a.lost == 1 {
				a.lostAt = a.fileOffset(a.at + int64(i))
			}
			a.synced = false
			i++
			continue
		}
		if i+f.size > len(a.stream) {
			break
		}
		a.synced = true
		if err := a.take(a.at+int64(i), f, a.stream[i:]); err != nil {
			return err
		}
		i += f.size
	}
	a.stream = a.stream[:copy(a.stream, a.stream[i:])]
	a.at += int64(i)
	n := 0
	for n < len(a.chunks)-1 && a.chunks[n].end <= a.at {
		n++
	}
	a.chunks = a.chunks[:copy(a.chunks, a.chunks[n:])]
	return nil
}

// beginsChunk says whether a chunk that begins with a frame begins at a byte of the stream: each does when it is a slot, else the first.
func (a *audio) beginsChunk(at int64) bool {
	if a.st.sampleSize != 0 {
		return at == 0
	}
	return slices.ContainsFunc(a.chunks, func(c place) bool { return c.start == at })
}

// parse reads a frame header that agrees with the first one.
func (a *audio) parse(b []byte) (f frame, ok bool) {
	var err error
	switch a.codec {
	case media.AAC:
		f, err = parseADTS(b)
	case media.AC3:
		f.codec, f.size, f.samples, f.rate, err = codec.AC3Size(b)
	default:
		f, err = parseMPEG(b)
	}
	if err != nil || f.size < 4 || f.rate <= 0 || f.samples <= 0 || f.header >= f.size {
		return f, false
	}
	return f, a.spec.rate == 0 || f.rate == a.spec.rate && f.codec == a.spec.codec
}

func parseADTS(b []byte) (frame, error) {
	h, err := codec.ParseADTS(b)
	if err == nil && h.Blocks != 1 {
		err = errs.Errorf(errs.Unsupported, "ADTS: a frame has %d raw data blocks", h.Blocks)
	}
	return frame{codec: media.AAC, header: h.Header, size: h.Frame, samples: 1024, rate: h.Rate, channels: h.Channels}, err
}

func parseMPEG(b []byte) (f frame, err error) {
	var layer int
	f.size, f.samples, f.rate, f.channels, layer, err = codec.MP3Frame(b)
	switch f.codec = media.MP3; layer {
	case 1:
		f.codec = layer1
	case 2:
		f.codec = layer2
	}
	return f, err
}

// take makes a Sample of the frame at start of the stream.
func (a *audio) take(start int64, f frame, bytes []byte) error {
	if a.spec.rate == 0 {
		config, err := a.configOf(bytes)
		if err != nil {
			a.giveUp(err)
			return nil
		}
		a.begun(f, config)
		if f.codec == layer1 || f.codec == layer2 {
			a.s.res.Tracks[a.st.track].Codec = f.codec
			a.st.handler = nil // known by name only
		}
	}
	if a.st.handler == nil {
		return nil
	}
	payload, end := start+int64(f.header), start+int64(f.size)
	var s media.Sample
	for _, c := range a.chunks {
		if s.Size == 0 && payload < c.end {
			s.Offset, s.Size = c.off+payload-c.start, uint32(end-payload)
			s.Span = s.Size
			if end <= c.end {
				return a.emit(s, f.samples)
			}
			s.Offset = c.header
		} else if s.Size != 0 && end <= c.end {
			span := c.off + end - c.start - s.Offset
			if span > maxSpan {
				return nil
			}
			a.joined = true
			s.Span = uint32(span)
			return a.emit(s, f.samples)
		}
	}
	return nil
}

func (a *audio) fileOffset(at int64) int64 {
	for _, c := range a.chunks {
		if at < c.end {
			return c.off + at - c.start
		}
	}
	return 0
}

// emit gives a Sample its time.
func (a *audio) emit(s media.Sample, samples int) error {
	if n := len(a.out); n > 0 {
		a.out[n-1].Duration = a.clock - a.out[n-1].DTS
	}
	if len(a.out) > batch {
		if err := a.flush(len(a.out) - 1); err != nil {
			return err
		}
	}
	s.DTS, s.Duration, s.Sync = a.clock, media.Ticks(samples), true
	a.out = append(a.out, s)
	a.clock += media.Ticks(samples)
	a.frames++
	return nil
}

// flush hands over the first n Samples.
func (a *audio) flush(n int) error {
	if err := a.s.sink.Samples(a.st.track, a.out[:n]); err != nil {
		return err
	}
	a.out = a.out[:copy(a.out, a.out[n:])]
	return nil
}

func (a *audio) close(t *media.Track) (int, error) {
	if !a.raw {
		if err := a.takeFrames(true); err != nil {
			return 0, err
		}
	}
	if a.spec.rate == 0 {
		return 0, nil
	}
	t.Codec, t.Config = a.spec.codec, a.config
	t.SampleRate, t.Timescale = uint32(a.spec.rate), media.Timescale(a.spec.rate)
	if a.spec.channels > 0 {
		t.Channels = uint16(a.spec.channels)
	}
	if err := codec.Describe(t); err != nil {
		return 0, errs.Errorf(errs.Invalid, "stream %d of the AVI file: %w", a.st.number, err)
	}
	t.Timescale = media.Timescale(a.spec.rate)
	t.Contiguous = !a.joined
	if a.lost > looseBytes {
		a.s.warn("stream %d: %d bytes are not %s frames and are left out, the first at byte %d", a.st.number, a.lost, t.Codec, a.lostAt)
	}
	return int(a.frames), a.flush(len(a.out))
}

// lowComplexity makes an AudioSpecificConfig for AAC-LC (ISO/IEC 14496-3, 1.6.2.1), or nil for rates and channels it has no code for.
func lowComplexity(rate uint32, channels uint16) []byte {
	rates := [...]uint32{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	for i, r := range rates {
		if r == rate && channels >= 1 && channels <= 6 {
			return []byte{2<<3 | byte(i)>>1, byte(i)<<7 | byte(channels)<<3}
		}
	}
	return nil
}
