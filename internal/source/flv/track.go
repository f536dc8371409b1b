package flv

import (
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// track is a Track in the making, and its Samples that are not handed over yet.
type track struct {
	media.Track
	index int
	sink  demux.Sink
	named bool // known by name only: no Samples
	out   []media.Sample
	count int
}

func (s *scanner) newTrack(id uint32, kind media.Kind, c media.Codec) *track {
	t := &track{index: len(s.tracks), sink: s.sink}
	t.ID, t.Kind, t.Codec, t.Timescale, t.Contiguous = id, kind, c, milliseconds, true
	s.tracks = append(s.tracks, t)
	s.res.Tracks = append(s.res.Tracks, t.Track)
	return t
}

// emit takes the next Sample. The one before it lasts until then; own is its duration in case that it is the last one.
func (t *track) emit(s media.Sample, own media.Ticks) error {
	if n := len(t.out); n > 0 {
		t.out[n-1].Duration = s.DTS - t.out[n-1].DTS
		if n > batch {
			if err := t.sink.Samples(t.index, t.out[:n-1]); err != nil {
				return err
			}
			t.out = append(t.out[:0], t.out[n-1])
		}
		if own == 0 {
			own = t.out[len(t.out)-1].Duration
		}
	}
	if own == 0 {
		own = media.Ticks(t.Timescale / 25)
	}
	s.Duration = own
	t.out = append(t.out, s)
	t.count++
	return nil
}

// latest returns the decode time of the last Sample, and false when there is none.
func (t *track) latest() (media.Ticks, bool) {
	if len(t.out) == 0 {
		return 0, false
	}
	return t.out[len(t.out)-1].DTS, true
}

func (t *track) close() error {
	if len(t.out) == 0 {
		return nil
	}
	return t.sink.Samples(t.index, t.out)
}
