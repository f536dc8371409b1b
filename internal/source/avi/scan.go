package avi

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
	walkAhead  = 2 << 10   // bytes read at a time while payload is stepped over
	wholeAhead = 256 << 10 // bytes read at a time while payload is looked at
	ctxStep    = 16 << 20  // bytes of progress between looks at the context
	maxFrame   = 16 << 20  // bytes of one video frame: more is damage
)

// errParameterSets ends a pass that took parameter sets out of the Samples when it meets ones that change.
var errParameterSets = errors.New("parameter sets change")

// Sniff recognises an AVI file by its first 12 bytes.
func Sniff(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "AVI "
}

// Scan describes the streams of an AVI file; see demux.ScanFunc. A Track's ID is the stream's number plus one. Streams that are not served have a
// Track with a Codec in words and no Samples.
func Scan(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	s := &scanner{ctx: ctx, f: f, sink: sink}
	err := s.run()
	if errors.Is(err, errParameterSets) {
		sink.Restart()
		s = &scanner{ctx: ctx, f: f, sink: sink, keepSets: true}
		err = s.run()
	}
	if err != nil {
		return demux.Result{}, err
	}
	return s.res, nil
}

// handler takes the chunks of one stream.
type handler interface {
	// chunk takes size bytes of payload at off; all of them are inside the file.
	chunk(c chunk) error
	// close hands over what is left and completes the Track. It returns how many Samples there were.
	close(t *media.Track) (samples int, err error)
}

// chunk is where a chunk stands in the file: its header at off-8.
type chunk struct {
	off  int64
	size int64
}

type scanner struct {
	ctx      context.Context
	f        demux.File
	sink     demux.Sink
	win      *demux.Window
	keepSets bool // parameter sets stay in the Samples
	outline  bool // from the index
	outlined bool // that has been done

	res     demux.Result
	header  header
	inMovi  bool
	riffEnd int64 // where the current RIFF chunk ends by its own size; 0 when that is not filled in
	checked int64
	damaged bool
	gaveUp  bool // a stream of a codec that is served is left out
}

func (s *scanner) warn(format string, args ...any) {
	if len(s.res.Warnings) < 20 {
		s.res.Warnings = append(s.res.Warnings, fmt.Sprintf(format, args...))
	}
}

func (s *scanner) run() error {
	s.win = demux.NewWindow(s.f, walkAhead)
	b, err := s.win.Bytes(0, 12)
	if err != nil || !Sniff(b) {
		return errs.Errorf(errs.Invalid, "not an AVI file: no \"RIFF … AVI \" at byte 0")
	}
	if err := s.walk(); err != nil {
		return err
	}
	if !s.inMovi {
		return errs.Errorf(errs.Invalid, "the AVI file ends at byte %d before its media (no movi list): it is cut off", s.f.Size)
	}
	if !s.damaged && s.riffEnd > s.f.Size {
		s.warn("the file is cut off: it has %d bytes of %d; what is there is served", s.f.Size, s.riffEnd)
	}
	return s.finish()
}

// walk steps from chunk to chunk to the end of the file or to damage.
func (s *scanner) walk() error {
	off, odd := int64(0), false
	for off+8 <= s.f.Size {
		if off-s.checked >= ctxStep {
			s.checked = off
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		h, err := s.win.Bytes(off, 8)
		if err != nil {
			return s.readError(off, err)
		}
		if odd && !known([4]byte(h[:4])) {
			// Some writers forget the pad byte after an odd size.
			odd = false
			if unpadded, err := s.win.Bytes(off-1, 8); err == nil && known([4]byte(unpadded[:4])) {
				off--
			}
			continue
		}
		if !printable(h[:4]) {
			return s.damage(off, "there is no chunk")
		}
		id, size := [4]byte(h[:4]), int64(binary.LittleEndian.Uint32(h[4:8]))
		next := off + 8 + size + size&1
		switch string(id[:]) {
		case "RIFF", "LIST":
			next, err = s.list(off, id, size)
		default:
			if s.inMovi && off+8+size > s.f.Size {
				return s.damage(off, "a chunk of %d bytes goes past the end of the file", size)
			}
			err = s.element(id, chunk{off + 8, size})
		}
		if err != nil {
			return err
		}
		off, odd = next, size&1 == 1
	}
	return nil
}

// list enters the lists that matter, whatever size they claim (that of an interrupted recording is 0 or too large), and returns where to go on.
func (s *scanner) list(off int64, id [4]byte, size int64) (int64, error) {
	b, err := s.win.Bytes(off+8, 4)
	if err != nil {
		return s.f.Size, nil //nolint:nilerr // a list's head cut off at the end holds nothing
	}
	kind := string(b)
	if id == [4]byte{'R', 'I', 'F', 'F'} {
		s.riffEnd = 0
		if size > 0 && size < 1<<32-16 {
			s.riffEnd = off + 8 + size
		}
		return off + 12, nil
	}
	switch kind {
	case "movi":
		if !s.inMovi {
			s.inMovi = true
			if err := s.begin(off); err != nil {
				return 0, err
			}
			if s.outline {
				return s.f.Size, s.fromIndex(off, size)
			}
		}
		return off + 12, nil
	case "hdrl", "strl", "odml", "rec ", "INFO":
		if kind == "strl" && !s.inMovi {
			s.header.newStream()
		}
		return off + 12, nil
	}
	return off + 8 + size + size&1, nil
}

// element takes one chunk that is not a list.
func (s *scanner) element(id [4]byte, c chunk) error {
	if !s.inMovi {
		return s.header.element(s.win, id, c)
	}
	if n := streamNumber(id); n >= 0 && n < len(s.header.streams) && string(id[2:]) != "pc" {
		if st := s.header.streams[n]; st.handler != nil {
			return st.handler.chunk(c)
		}
	}
	return nil
}

// streamNumber returns the stream that a chunk belongs to by its code ("01wb"), or -1.
func streamNumber(id [4]byte) int {
	a, b := id[0]-'0', id[1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// known says whether a code is one of those that movi holds, or that come after it.
func known(id [4]byte) bool {
	switch string(id[:]) {
	case "LIST", "RIFF", "JUNK", "idx1":
		return true
	}
	if id[0] == 'i' && id[1] == 'x' {
		return true
	}
	return streamNumber(id) >= 0 && id[2] >= 'a' && id[2] <= 'z' && id[3] >= 'a' && id[3] <= 'z'
}

func printable(id []byte) bool {
	for _, c := range id {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// damage ends the walk: an error when no media has been found yet, else a warning.
func (s *scanner) damage(off int64, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if !s.inMovi {
		return errs.Errorf(errs.Invalid, "the AVI header is damaged: at byte %d %s", off, what)
	}
	s.damaged = true
	s.warn("the file is damaged or cut off: at byte %d %s; what comes before it is served", off, what)
	return nil
}

func (s *scanner) readError(off int64, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return s.damage(off, "the file ends")
	}
	return err
}

// begin makes a Track and a handler for each stream, when the media starts.
func (s *scanner) begin(off int64) error {
	s.res.Title = s.header.title
	for _, st := range s.header.streams {
		if err := s.beginStream(st); err != nil {
			return err
		}
	}
	if len(s.res.Tracks) == 0 {
		return errs.Errorf(errs.Invalid, "the AVI file describes no video or audio stream before its media at byte %d", off)
	}
	return nil
}

func (s *scanner) finish() error {
	total, served := 0, 0
	for _, st := range s.header.streams {
		if st.handler == nil {
			continue
		}
		served++
		n, err := st.handler.close(&s.res.Tracks[st.track])
		if err != nil {
			return err
		}
		if n == 0 {
			s.warn("stream %d (%s) holds nothing that can be served", st.number, s.res.Tracks[st.track].Codec)
		}
		total += n
	}
	if total == 0 && (served > 0 || s.gaveUp) {
		return errs.Errorf(errs.Invalid, "the AVI file holds no frame that can be served%s", s.because())
	}
	return nil
}

func (s *scanner) because() string {
	if len(s.res.Warnings) == 0 {
		return ""
	}
	return ": " + s.res.Warnings[0]
}
