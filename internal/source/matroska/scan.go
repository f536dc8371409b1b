package matroska

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// narrow is how many bytes are read at a time where Blocks are long: a Block's header, its BlockGroup's end and often a small Block after it.
	narrow = 512
	// wide is how many where they are so short (under denseBlock on average) that to step over them would cost more than to read them.
	wide       = 32 << 10
	denseBlock = 2 << 10
	// peekSize is how much of an element is looked at: the header, a Block's own, and the first bytes of its frame.
	peekSize = 64
	// maxMaster is the longest Info or Tracks element that is read.
	maxMaster = 4 << 20
	// maxTime bounds times: about 100 years in nanoseconds, so that sums and products stay in 63 bits.
	maxTime = 3 << 60
	// maxRepairs is how many damaged places are stepped over.
	maxRepairs = 500
	// maxWarnings is how many sentences are kept.
	maxWarnings = 20
)

// hint is what one scan learned of a track that it should have known from the start.
type hint struct {
	variable bool // no frame grid fits
	inBand   bool // parameter sets change: keep them in the samples
}

// again ends a scan that must begin again with the hints that it left.
type again struct{}

func (again) Error() string { return "the scan begins again" }

// scanner is the state of one walk through a file.
type scanner struct {
	ctx  context.Context
	w    *demux.Window // one of the two:
	view [2]*demux.Window
	sink demux.Sink

	hints     map[uint64]hint
	forceHint hint // for every track: restarts are bounded

	scale    int64 // nanoseconds a unit of time
	title    string
	tracks   []*track
	low      [128]*track // by TrackNumber
	high     map[uint64]*track
	warnings []string
	muted    int // warnings beyond maxWarnings

	handed   bool // some Samples or Cues were handed over
	clusters bool
	repairs  int
	steps    int
	mark     int64 // where the scan was at the last look
	blk      block
	fr       frame
	sizes    [256]uint32 // of laced frames
}

// Scan is the demux.ScanFunc of Matroska and WebM.
func Scan(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	hints := map[uint64]hint{}
	var force hint
	for attempt := 0; ; attempt++ {
		s := &scanner{ctx: ctx, sink: sink, hints: hints, forceHint: force, scale: 1e6}
		s.view = [2]*demux.Window{demux.NewWindow(f, narrow), demux.NewWindow(f, wide)}
		s.w = s.view[0]
		err := s.run()
		if err == nil {
			return s.result(), nil
		}
		if !errors.As(err, new(again)) {
			return demux.Result{}, err
		}
		if attempt == 4 {
			force = hint{variable: true, inBand: true}
		}
		sink.Restart()
	}
}

func (s *scanner) result() demux.Result {
	r := demux.Result{Title: s.title, Warnings: s.warnings}
	if s.muted > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d more warnings of this kind", s.muted))
	}
	for _, t := range s.tracks {
		r.Tracks = append(r.Tracks, t.Track)
	}
	return r
}

func (s *scanner) warn(format string, args ...any) {
	if len(s.warnings) == maxWarnings {
		s.muted++
		return
	}
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// hintFor returns what is known of a track from earlier walks.
func (s *scanner) hintFor(number uint64) hint {
	h := s.hints[number]
	return hint{h.variable || s.forceHint.variable, h.inBand || s.forceHint.inBand}
}

// restart leaves a hint and returns the error that ends this walk.
func (s *scanner) restart(number uint64, h hint) error {
	s.hints[number] = h
	return again{}
}

// peek returns the n bytes at off, fewer where the file ends. They are valid until the next peek.
func (s *scanner) peek(off int64, n int) ([]byte, error) {
	b, err := s.w.Bytes(off, n)
	if err == io.ErrUnexpectedEOF {
		err = nil
	}
	return b, err
}

// step is called once an element: it looks at the context now and then, and at how long elements are. A step passes a Block's payload without
// reading it, so steps are what measures progress.
func (s *scanner) step(pos int64) error {
	s.steps++
	if s.steps&0x1FF != 0 {
		return nil
	}
	s.w = s.view[0]
	if pos-s.mark < 0x200*denseBlock {
		s.w = s.view[1]
	}
	s.mark = pos
	return s.ctx.Err()
}

// element is an element's header and where it stands.
type element struct {
	id     uint32
	offset int64 // of the header
	data   int64 // of the payload
	size   int64 // of the payload, or unknownSize
}

// end returns the offset after the element, limit when its size is unknown.
func (e element) end(limit int64) int64 {
	if e.size == unknownSize || e.size > limit-e.data {
		return limit
	}
	return e.data + e.size
}

// element reads the element header at off; ok is false when there is none.
func (s *scanner) element(off int64) (e element, ok bool, err error) {
	b, err := s.peek(off, headerSize)
	if err != nil {
		return e, false, err
	}
	id, size, n := parseElement(b)
	return element{id, off, off + int64(n), size}, n > 0, nil
}

// run walks the file: EBML header, then the first Segment.
func (s *scanner) run() error {
	head, ok, err := s.element(0)
	if err != nil {
		return err
	}
	if !ok || head.id != idEBML || head.size == unknownSize || head.size > maxMaster {
		return errs.Errorf(errs.Invalid, "no EBML header at byte 0: this is no Matroska file")
	}
	b, err := s.peek(head.data, int(head.size))
	if err != nil {
		return err
	}
	if err := checkHeader(b, head.data); err != nil {
		return err
	}
	pos := head.end(s.w.Size())
	for pos < s.w.Size() {
		e, ok, err := s.element(pos)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if e.id == idSegment {
			return s.segment(e)
		}
		pos = e.end(s.w.Size())
		if err := s.step(pos); err != nil {
			return err
		}
	}
	return errs.Errorf(errs.Invalid, "no Segment after the EBML header: the file ends, or is damaged, at byte %d", pos)
}

// checkHeader checks the EBML header (RFC 8794, 11.2) whose payload is b.
func checkHeader(b []byte, offset int64) error {
	docType := "matroska"
	readVersion, docReadVersion, idLength, sizeLength := uint64(1), uint64(1), uint64(4), uint64(8)
	err := children(b, offset, func(c child) error {
		switch c.id {
		case idEBMLReadVersion:
			readVersion = c.uint()
		case idDocTypeReadVersion:
			docReadVersion = c.uint()
		case idEBMLMaxIDLength:
			idLength = c.uint()
		case idEBMLMaxSizeLength:
			sizeLength = c.uint()
		case idDocType:
			docType = c.string()
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case docType != "matroska" && docType != "webm":
		return errs.Errorf(errs.Unsupported, "an EBML file of type %.32q, not matroska or webm", docType)
	case readVersion != 1 || docReadVersion > 4:
		return errs.Errorf(errs.Unsupported, "a %s file that needs a reader of EBML version %d and %s version %d; versions 1 and up to 4 are read", docType, readVersion, docType, docReadVersion)
	case idLength != 4 || sizeLength == 0 || sizeLength > 8:
		return errs.Errorf(errs.Unsupported, "a %s file with EBML IDs of up to %d bytes and sizes of up to %d; 4 and 8 are what the format allows", docType, idLength, sizeLength)
	}
	return nil
}

// segment walks the level-1 elements of a Segment.
func (s *scanner) segment(seg element) error {
	end := seg.end(s.w.Size())
	if seg.size == 0 {
		end = s.w.Size() // a recorder that never came back to fill it in
	}
	if seg.size > s.w.Size()-seg.data {
		s.warn("the file is cut off: %d bytes are missing at its end", seg.size-(s.w.Size()-seg.data))
	}
	for pos := seg.data; pos < end; {
		next, err := s.level1(pos, end)
		if err != nil {
			return err
		}
		if next < 0 {
			break
		}
		pos = next
	}
	return s.finish(end)
}

// finish hands over what handlers still hold, and judges what was found.
func (s *scanner) finish(end int64) error {
	if s.tracks == nil {
		return errs.Errorf(errs.Invalid, "no Tracks element before byte %d: the file is damaged, or a part of another", end)
	}
	if !s.clusters {
		return errs.Errorf(errs.Invalid, "no Cluster before byte %d: the file has no frames", end)
	}
	for _, t := range s.tracks {
		if t.stage == waiting {
			s.lost(t)
		}
		if t.handler == nil {
			continue
		}
		if err := t.handler.close(); err != nil {
			return err
		}
		if rate := int64(t.Timescale); t.Kind == media.Audio && t.padding > 0 && t.padding < 10e9 {
			t.Padding = media.Ticks(media.MulDiv(t.padding, rate, 1e9))
		}
	}
	return nil
}

// level1 handles the level-1 element at pos and returns where to go on, -1 at the Segment's end.
func (s *scanner) level1(pos, end int64) (next int64, err error) {
	if err := s.step(pos); err != nil {
		return 0, err
	}
	e, ok, err := s.element(pos)
	if err != nil {
		return 0, err
	}
	switch {
	case !ok:
		return s.damaged(pos, end, "no EBML element")
	case e.id == idSegment || e.id == idEBML:
		s.warn("another segment begins at byte %d: only the first is read", pos)
		return -1, nil
	case e.id == idCluster:
		if s.tracks == nil {
			if err := s.findTracks(e, end); err != nil {
				return 0, err
			}
		}
		s.clusters = true
		return s.cluster(e, end)
	case e.size == unknownSize:
		return s.damaged(pos, end, "an element of unknown size that is no Cluster")
	case e.size > s.w.Size()-e.data:
		return s.damaged(pos, end, "an element that ends after the file")
	case e.id == idInfo || e.id == idTracks:
		return e.end(end), s.header(e)
	case topLevel(e.id) || e.id == idVoid || e.id == idCRC32:
		return e.end(end), nil
	}
	if ok, err := s.plausible(e.end(end), end); err != nil || !ok {
		if err != nil {
			return 0, err
		}
		return s.damaged(pos, end, "an unknown element")
	}
	return e.end(end), nil
}

// plausible says whether an element that a Segment or Cluster may have begins at pos, or the end is there: what came before it then
// was an element of a newer version, not damage.
func (s *scanner) plausible(pos, end int64) (bool, error) {
	if pos >= end {
		return pos == end, nil
	}
	e, ok, err := s.element(pos)
	return ok && (topLevel(e.id) || inCluster(e.id)), err
}

// findTracks looks for Tracks behind the Clusters, one of which is e, and reads Info on the way.
func (s *scanner) findTracks(e element, end int64) error {
	for s.tracks == nil {
		pos := e.end(end)
		if e.size == unknownSize || pos >= end {
			break
		}
		var ok bool
		var err error
		if e, ok, err = s.element(pos); err != nil {
			return err
		}
		if !ok || !topLevel(e.id) && e.id != idVoid && e.id != idCRC32 {
			break
		}
		if e.id == idInfo || e.id == idTracks {
			if err := s.header(e); err != nil {
				return err
			}
		}
		if err := s.step(pos); err != nil {
			return err
		}
	}
	if s.tracks == nil {
		return errs.Errorf(errs.Invalid, "a Cluster at byte %d, but no Tracks element: the file is damaged, or a part of another", e.offset)
	}
	return nil
}
