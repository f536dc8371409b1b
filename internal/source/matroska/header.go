package matroska

import (
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// header reads Info or Tracks; a second one, as live recorders repeat them, is passed over.
func (s *scanner) header(e element) error {
	if e.id == idTracks && s.tracks != nil {
		return nil
	}
	if e.size > maxMaster {
		return errs.Errorf(errs.Invalid, "the element at byte %d has %d bytes of headers; up to %d are read", e.offset, e.size, maxMaster)
	}
	b, err := s.w.Bytes(e.data, int(e.size))
	if err != nil {
		return errs.Errorf(errs.Invalid, "the headers at byte %d: %w", e.offset, err)
	}
	if e.id == idInfo {
		return children(b, e.data, s.infoField)
	}
	b = append([]byte(nil), b...) // the entries keep parts of it, the window moves on
	s.tracks = []*track{}
	if err := children(b, e.data, s.trackEntry); err != nil {
		return err
	}
	if len(s.tracks) == 0 {
		return errs.Errorf(errs.Invalid, "the Tracks element at byte %d has no tracks", e.offset)
	}
	return nil
}

func (s *scanner) infoField(c child) error {
	switch c.id {
	case idTimestampScale:
		v := c.uint()
		if v == 0 || v > 1e9 {
			return errs.Errorf(errs.Invalid, "a TimestampScale of %d nanoseconds at byte %d", v, c.offset)
		}
		s.scale = int64(v)
	case idTitle:
		s.title = c.string()
	}
	return nil
}

func (s *scanner) trackEntry(c child) error {
	if c.id != idTrackEntry {
		return nil
	}
	if len(s.tracks) == maxTracks {
		return errs.Errorf(errs.Unsupported, "more than %d tracks (byte %d)", maxTracks, c.offset)
	}
	e, err := parseEntry(c)
	if err != nil {
		return err
	}
	switch {
	case e.kind != typeVideo && e.kind != typeAudio && e.kind != typeSubtitle:
		return nil // menus and logos
	case e.number == 0 || e.number > 1<<32-1 || s.byNumber(e.number) != nil:
		s.warn("the track at byte %d has a number (%d) that is not its own: it is left out", c.offset, e.number)
		return nil
	case e.encrypted:
		return errs.Errorf(errs.Unsupported, "track %d is encrypted (ContentEncryption, byte %d): decrypt the file first", e.number, c.offset)
	}
	t, warning := newTrack(e, s.hintFor(e.number))
	if warning != "" {
		s.warn("%s", warning)
	}
	t.index = len(s.tracks)
	s.tracks = append(s.tracks, t)
	if e.number < uint64(len(s.low)) {
		s.low[e.number] = t
	} else {
		if s.high == nil {
			s.high = map[uint64]*track{}
		}
		s.high[e.number] = t
	}
	if t.Kind == media.Text && t.stage == unserved {
		s.warn("track %d: subtitles of kind %s are not read", t.ID, t.Codec)
	}
	return s.open(t)
}

// byNumber returns the track of a TrackNumber, nil when there is none.
func (s *scanner) byNumber(n uint64) *track {
	if n < uint64(len(s.low)) {
		return s.low[n]
	}
	return s.high[n]
}

// open gives a track that is described its handler.
func (s *scanner) open(t *track) error {
	if t.stage != open {
		return nil
	}
	switch t.Kind {
	case media.Video:
		t.handler = newVideo(s, t)
	case media.Audio:
		t.handler = newAudio(s, t)
	case media.Text:
		t.handler = newText(s, t)
	}
	return nil
}
