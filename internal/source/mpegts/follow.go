package mpegts

import (
	"fmt"
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// follow makes the streams of a PMT tracks, or goes on with tracks that there are: under the same PID, else by coding and language, else by
// coding alone.
func (s *scanner) follow(m pmt) {
	disc := isDisc(m.descriptors) || s.m2ts
	var streams []stream
	for _, e := range m.entries {
		st := streamOf(e, disc)
		if st.ignored || slices.ContainsFunc(streams, func(o stream) bool { return o.pid == st.pid }) {
			continue
		}
		if st.kind == media.Other || st.kind == media.Text {
			s.leaveOut(st)
			continue
		}
		if len(streams) < maxTracks {
			streams = append(streams, st)
		}
	}
	taken := make([]*track, len(streams)) // which track each one is
	match := func(same func(t *track, st *stream) bool) {
		for i := range streams {
			for _, t := range s.tracks {
				if taken[i] == nil && !slices.Contains(taken, t) && same(t, &streams[i]) {
					taken[i] = t
				}
			}
		}
	}
	match(func(t *track, st *stream) bool { return t.pid == st.pid && t.coding(st) })
	match(func(t *track, st *stream) bool { return t.language == st.language && t.coding(st) })
	match(func(t *track, st *stream) bool { return t.coding(st) })
	for _, t := range s.tracks {
		if s.pids[t.pid] >= pidTrack {
			s.pids[t.pid] = pidNone
		}
	}
	for i, st := range streams {
		t := taken[i]
		switch {
		case t == nil:
			t = s.newTrack(st)
		case t.pid != st.pid:
			s.flush(t)
			t.pid = st.pid
		}
		if t == nil || s.pids[st.pid] != pidNone {
			continue
		}
		s.pids[st.pid] = pidTrack + uint8(slices.Index(s.tracks, t))
	}
}

// coding says whether a stream is coded as the track is.
func (t *track) coding(st *stream) bool {
	if t.kind != st.kind || t.framing != st.framing {
		return false
	}
	return t.codec == st.codec || t.framing == framingDolby || t.framing == framingMPEGAudio || t.framing == framingPrivate
}

// leaveOut notes a stream that is not served at all.
func (s *scanner) leaveOut(st stream) {
	name := string(st.codec)
	if st.language != "" {
		name += " (" + st.language + ")"
	}
	if note := fmt.Sprintf("%s on PID %d", name, st.pid); !slices.Contains(s.others, note) && len(s.others) < maxTracks {
		s.others = append(s.others, note)
	}
}

// newTrack makes a track of a stream; nil when there are too many.
func (s *scanner) newTrack(st stream) *track {
	videos := 0
	for _, t := range s.tracks {
		if t.video != nil {
			videos++
		}
	}
	if len(s.tracks) >= maxTracks || st.framing == framingAnnexB && videos >= maxPictures {
		s.leaveOut(st)
		return nil
	}
	t := &track{stream: st, number: -1, unpack: newUnpacker(), latest: math.MinInt64}
	if st.framing == framingAnnexB {
		t.media.Timescale = hz
		t.video = newPictures(st.codec, s.again.keep, func(u unit) {
			if !s.stop {
				s.picture(t, u)
			}
		})
		t.video.ordered = s.again.order
		if s.again.reorder {
			t.reorder = demux.NewReorder(usualStep, func(b []media.Sample) error {
				for i := range b {
					t.release(b[i])
				}
				return nil
			})
		}
	} else if f := newFramer(st); f != nil {
		t.audio = &frames{framer: f, variant: int(s.again.variant[len(s.tracks)]), out: func(u unit) {
			if !s.stop {
				s.frame(t, u)
			}
		}}
	}
	s.tracks = append(s.tracks, t)
	return t
}

func newFramer(st stream) framer {
	switch st.framing {
	case framingADTS:
		return &adts{}
	case framingLOAS:
		return &loas{}
	case framingMPEGAudio:
		return &mpegAudio{}
	case framingDolby:
		return &dolby{}
	case framingOpus:
		return &opus{channels: st.opus}
	case framingPrivate:
		return &unnamed{}
	}
	return nil
}
