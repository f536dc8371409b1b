package flv

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	ahead      = 2 << 10  // bytes read at a time: payload is stepped over
	ctxStep    = 16 << 20 // bytes of progress between looks at the context
	tagHeader  = 11
	tagTrailer = 4
	glance     = 32        // bytes of a payload looked at
	maxConfig  = 64 << 10  // bytes of a sequence header
	maxScript  = 256 << 10 // bytes of metadata looked at
	batch      = 256       // Samples handed over at a time

	tagAudio  = 8
	tagVideo  = 9
	tagScript = 18
)

// What a pass learns that the next one has to know from its beginning.
var (
	errParameterSets = errors.New("parameter sets change")
	errOffGrid       = errors.New("times are off the frame grid")
	errDecodeTimes   = errors.New("decode times stand still or go back")
)

// Sniff recognises an FLV file by its first 5 bytes.
func Sniff(head []byte) bool {
	return len(head) >= 5 && string(head[:3]) == "FLV" && head[3] == 1 && head[4]&^5 == 0
}

// Scan describes the streams of an FLV file; see demux.ScanFunc. A Track's ID is the tag type: 8 for audio, 9 for video. A stream that is not served
// has a Track with a Codec in words and no Samples.
func Scan(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	know := knowledge{}
	for {
		s := &scanner{ctx: ctx, f: f, sink: sink, know: know, win: demux.NewWindow(f, ahead)}
		err := s.run()
		switch {
		case errors.Is(err, errParameterSets):
			know.keepSets = true
		case errors.Is(err, errOffGrid):
			know.grids++
		case errors.Is(err, errDecodeTimes):
			know.reorder = true
		case err != nil:
			return demux.Result{}, err
		default:
			return s.res, nil
		}
		sink.Restart()
	}
}

// knowledge is what earlier passes learned. Each pass that does not end the scan adds to it, so there are few.
type knowledge struct {
	keepSets bool // parameter sets go into the Samples
	reorder  bool // decode times of video have to be computed
	grids    int  // how many of the frame rates that the file offers do not fit
}

type scanner struct {
	ctx  context.Context
	f    demux.File
	sink demux.Sink
	win  *demux.Window
	know knowledge

	res     demux.Result
	tracks  []*track // beside res.Tracks
	video   *video
	audio   *audio
	clock   clock
	peek    *demux.Window  // looks ahead of win
	anew    int            // how often the clock began anew
	rate    media.Rational // onMetaData, framerate
	checked int64
	warned  map[string]bool
}

// tag is one tag. The payload is [off, off+size).
type tag struct {
	kind byte
	off  int64
	size int64
	time uint32 // milliseconds
	head []byte // the first bytes of the payload; valid until the window moves
}

// warn says something once.
func (s *scanner) warn(format string, args ...any) {
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	if !s.warned[format] && len(s.warned) < 20 {
		s.warned[format] = true
		s.res.Warnings = append(s.res.Warnings, fmt.Sprintf(format, args...))
	}
}

func (s *scanner) run() error {
	h, err := s.win.Bytes(0, 9)
	if err != nil || !Sniff(h) {
		return errs.Errorf(errs.Invalid, "not an FLV file: no \"FLV\" header at byte 0")
	}
	start := int64(binary.BigEndian.Uint32(h[5:]))
	if start < 9 || start > s.f.Size {
		s.warn("the FLV header claims %d bytes: 9 are assumed", start)
		start = 9
	}
	if err := s.walk(start + tagTrailer); err != nil {
		return err
	}
	return s.finish()
}

// walk steps from tag to tag to the end of the file or to damage.
func (s *scanner) walk(off int64) error {
	for off < s.f.Size {
		if off-s.checked >= ctxStep {
			s.checked = off
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		n := min(tagHeader+glance, s.f.Size-off)
		h, err := s.win.Bytes(off, int(n))
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if len(h) < tagHeader {
			s.warn("the file is cut off at byte %d inside a tag header; what comes before it is served", s.f.Size)
			return nil
		}
		t := tag{kind: h[0] & 0x1f, off: off + tagHeader, size: uint24(h[1:]), time: uint32(uint24(h[4:])) | uint32(h[7])<<24}
		end := t.off + t.size
		t.head = h[tagHeader:min(int64(len(h)), tagHeader+t.size)]
		if known := t.kind == tagAudio || t.kind == tagVideo || t.kind == tagScript; h[0]>>6 != 0 || !known && !s.skippable(end, t.size) {
			return s.damage(off, "there is no tag")
		}
		if end > s.f.Size {
			return s.damage(off, "a tag of %d bytes goes past the end of the file", t.size)
		}
		if h[0]&0x20 != 0 && t.kind != tagScript {
			return errs.Errorf(errs.Unsupported, "the FLV file is encrypted (filtered tag at byte %d): it cannot be read without the key server that it was made for", off)
		}
		if err := s.tag(t); err != nil {
			return err
		}
		off = end + tagTrailer
	}
	return nil
}

func uint24(b []byte) int64 { return int64(b[0])<<16 | int64(b[1])<<8 | int64(b[2]) }

// skippable says whether what looks like a tag of an unknown type is one: its size is repeated after it.
func (s *scanner) skippable(end, size int64) bool {
	b, err := s.win.Bytes(end, tagTrailer)
	return err == nil && int64(binary.BigEndian.Uint32(b)) == size+tagHeader
}

// damage ends the walk: an error when nothing has been found yet, else a warning.
func (s *scanner) damage(off int64, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if len(s.res.Tracks) == 0 {
		return errs.Errorf(errs.Invalid, "the FLV file is damaged: at byte %d %s", off, what)
	}
	s.warn("the file is damaged or cut off: at byte %d %s; what comes before it is served", off, what)
	return nil
}

func (s *scanner) tag(t tag) error {
	if t.size == 0 {
		return nil
	}
	switch t.kind {
	case tagVideo:
		return s.videoTag(t)
	case tagAudio:
		return s.audioTag(t)
	case tagScript:
		b, err := s.win.Bytes(t.off, int(min(t.size, maxScript)))
		if err != nil {
			return err
		}
		if rate := frameRate(b); s.rate.IsZero() && !rate.IsZero() {
			s.rate = rate
		}
	}
	return nil
}

// config reads a sequence header: n bytes at off.
func (s *scanner) config(off, n int64) ([]byte, error) {
	if n > maxConfig {
		return nil, errs.Errorf(errs.Invalid, "the FLV sequence header at byte %d has %d bytes: more than %d are not read", off, n, maxConfig)
	}
	b, err := s.win.Bytes(off, int(n))
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), b...), nil
}

func (s *scanner) finish() error {
	if len(s.res.Tracks) == 0 {
		return errs.Errorf(errs.Invalid, "the FLV file has no audio or video tag")
	}
	if s.video != nil && s.video.reorder != nil {
		if err := s.video.reorder.Close(); err != nil {
			return err
		}
	}
	if n := s.anew - saidAnew; n > 0 {
		s.warn("the clock begins anew %d more times", n)
	}
	total, served := 0, false
	for _, t := range s.tracks {
		if err := t.close(); err != nil {
			return err
		}
		if t.named {
			continue
		}
		served = true
		if t.count == 0 {
			s.warn("the "+t.Kind.String()+" stream (%s) holds nothing that can be served", t.Codec)
		}
		total += t.count
	}
	if served && total == 0 {
		return errs.Errorf(errs.Invalid, "the FLV file holds no frame that can be served: %s", s.res.Warnings[0])
	}
	for i, t := range s.tracks {
		s.res.Tracks[i] = t.Track
	}
	return nil
}
