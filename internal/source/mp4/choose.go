package mp4

import (
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// choose decides which tracks of the movie are in the Result, and describes them.
func (s *scan) choose() error {
	m := s.movie
	if len(m.tracks) == 0 {
		return errs.Errorf(errs.Invalid, "the moov box has no track%s", s.because())
	}
	var chapters []uint32
	for _, t := range m.tracks {
		chapters = append(chapters, t.chapters...)
	}
	var refused error
	for _, t := range m.tracks {
		if ignored(t) || slices.Contains(chapters, t.media.ID) {
			continue
		}
		if err := s.include(t); err != nil {
			if refused == nil {
				refused = err
			}
			s.warn.addf("%v", err)
		}
	}
	if len(s.result.Tracks) == 0 {
		if refused != nil {
			return refused
		}
		return errs.Errorf(errs.Unsupported, "the file has neither video nor audio nor text%s", s.because())
	}
	s.defaultTracks()
	return nil
}

func (s *scan) because() string {
	if len(s.warn.list) == 0 {
		return ""
	}
	return ": " + s.warn.list[0]
}

// ignored says whether t is of a kind that players never show: time codes, hints for streaming servers, timed metadata.
func ignored(t *track) bool {
	switch string(t.handler[:]) {
	case "tmcd", "hint", "meta", "sdsm", "odsm", "clsm", "mpgm", "ocsm", "ipsm", "url ":
		return true
	}
	for _, e := range t.entries {
		if string(e[4:8]) == "tmcd" {
			return true
		}
	}
	return false
}

// include describes t and gives it a place in the Result. An error says why it has none.
func (s *scan) include(t *track) error {
	id := t.media.ID
	if n := len(t.entries); n > 1 && !t.uniform() {
		t.entry = s.firstEntry(t)
	}
	if err := t.describe(); err != nil {
		return errs.Errorf(errs.KindOf(err), "track %d: %w", id, err)
	}
	for _, other := range s.result.Tracks {
		if other.ID == id {
			return errs.Errorf(errs.Invalid, "there are two tracks with the number %d; the second is ignored", id)
		}
	}
	switch {
	case t.external:
		return errs.Errorf(errs.Unsupported, "track %d keeps its samples in another file; export the movie as a self-contained one", id)
	case t.media.Timescale == 0:
		return errs.Errorf(errs.Invalid, "track %d has the timescale 0, so nothing in it has a time", id)
	case t.media.Kind == media.Other:
		return errs.Errorf(errs.Unsupported, "track %d (%s) is neither video nor audio nor text; it is ignored", id, t.media.Codec)
	}
	if t.media.Encryption != nil {
		if err := s.keysInMoov(t); err != nil {
			return err
		}
	}
	t.media.Contiguous = t.media.Codec != media.WVTT
	t.media.Title = t.title()
	t.follow(s.movie.timescale, s.movie.fragmented, s.warn)
	t.nextDTS, t.end = 0, t.timing.begin
	t.out = len(s.result.Tracks)
	s.result.Tracks = append(s.result.Tracks, t.media)
	switch t.media.Kind {
	case media.Text:
		s.chooseText(t)
	case media.Audio:
		// Uncompressed audio has a sample per tick: the index of an hour would be as large as the film. Whoever converts it
		// does not need them.
		t.silent = !served(t.media.Codec) && be32(s.movie.view.content(t.tables.stsz, 4, 4), 0) != 0
	}
	return nil
}

// firstEntry returns the sample description index of the first chunk, 1 when there is none.
func (s *scan) firstEntry(t *track) uint32 {
	if t.tables.stsc.end != 0 {
		if p := s.movie.view.content(t.tables.stsc, 16, 4); len(p) == 4 {
			return be32(p, 0)
		}
	}
	return max(t.defaults.entry, 1)
}

func (s *scan) chooseText(t *track) {
	switch code := string(t.media.SampleEntry[:]); {
	case t.media.Encryption != nil && t.media.Codec == media.WVTT:
		t.silent = true
		s.warn.addf("track %d: encrypted text cannot be read", t.media.ID)
	case t.media.Codec == media.WVTT:
		t.cues = newCueWriter(s.sink, t.out, code)
		if code == "tx3g" {
			// displayFlags: all samples are forced (QuickTime File Format, subtitle sample description).
			e := t.entries[t.entry-1]
			t.media.Forced = be32(e, 16)&0x80000000 != 0
			if len(e) > 40 {
				t.cues.face = e[40] & 7
			}
		}
	case t.media.Codec != media.STPP:
		t.silent = true
		s.warn.addf("track %d: text of the kind %s is not read", t.media.ID, t.media.Codec)
	}
}

// served says whether c is one of the codecs that are served as they are.
func served(c media.Codec) bool {
	switch c {
	case media.AVC, media.HEVC, media.AV1, media.VP9, media.AAC, media.MP3, media.AC3, media.EAC3, media.Opus, media.FLAC, media.WVTT, media.STPP:
		return true
	}
	return false
}

// defaultTracks marks the file's own choice: of each kind the first track that is enabled (ISO/IEC 14496-12, 8.3.2.3). All enabled tracks of a kind
// with no alternate group would be shown at once, which a DASH player cannot do either.
func (s *scan) defaultTracks() {
	var done [4]bool
	for _, t := range s.movie.tracks {
		if t.out >= 0 && t.enabled && !done[t.media.Kind&3] {
			done[t.media.Kind&3] = true
			t.media.Default = true
		}
	}
}
